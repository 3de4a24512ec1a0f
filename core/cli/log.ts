import { openSync, writeSync } from 'node:fs';
import { ConfigError } from '../member/config.ts';
import type { LogFields, LogLevel, LogSink } from '../ports/log.ts';

const order: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export function isLogLevel(text: string): text is LogLevel {
  return Object.hasOwn(order, text);
}

export interface LogOptions {
  /** `panic` and `fatal` let nothing through: nothing here is logged at those levels. */
  level: LogLevel | 'panic' | 'fatal';
  format: 'json' | 'console';
  /** stderr, stdout, default (stderr), or paths of files that are appended to. */
  outputs: readonly string[];
}

type Format = (level: LogLevel, message: string, fields: LogFields) => string;

/** Lines with the field names of etcd's zap. */
const formats: Readonly<Record<LogOptions['format'], Format>> = {
  json: (level, msg, fields) => `${JSON.stringify({ level, ts: new Date().toISOString(), msg, ...fields })}\n`,
  console: (level, msg, fields) => `${new Date().toISOString()}\t${level}\t${msg}${Object.keys(fields).length > 0 ? `\t${JSON.stringify(fields)}` : ''}\n`,
};

/** JSON lines on standard error. */
export function jsonLog(level: LogLevel, extra: LogFields = {}): LogSink {
  return sink(level, formats.json, [writerTo('stderr')], extra);
}

/** Opens the outputs. Throws ConfigError when a file cannot be written. */
export function openLog({ level, format, outputs }: LogOptions): LogSink {
  const targets = new Set(outputs.length === 0 ? ['stderr'] : outputs.map((name) => (name === 'default' ? 'stderr' : name)));
  return sink(level, formats[format], [...targets].map(writerTo), {});
}

function sink(level: LogOptions['level'], format: Format, writers: readonly ((line: string) => void)[], extra: LogFields): LogSink {
  const least = isLogLevel(level) ? order[level] : Infinity;
  return {
    log(lineLevel, message, fields) {
      if (order[lineLevel] < least) return;
      const line = format(lineLevel, message, { ...extra, ...fields });
      for (const write of writers) write(line);
    },
  };
}

const ignore = (): void => {};

function writerTo(output: string): (line: string) => void {
  if (output === 'stderr' || output === 'stdout') {
    const stream = process[output];
    // A member must not end for its log's sake: a reader may go away, a collector that is started again perhaps.
    if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
    return (line) => void stream.write(line);
  }
  let file: number;
  try {
    file = openSync(output, 'a', 0o600);
  } catch (error) {
    throw new ConfigError(`--log-outputs: ${output} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
  return (line) => {
    try {
      writeSync(file, line);
    } catch {
      // Nor because of a full disk.
    }
  };
}
