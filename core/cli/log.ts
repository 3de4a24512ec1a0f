import { openSync, writeSync } from 'node:fs';
import { ConfigError } from '../member/config.ts';
import type { LogFields, LogLevel, LogSink } from '../ports/log.ts';
import { RotatingFile, type Rotation } from './rotating-file.ts';

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
  /** Of the one file among the outputs; undefined: it grows. */
  rotation: Rotation | undefined;
}

/** A log with an end. */
export interface OpenLog extends LogSink {
  /** A line at level info that is written at any level. */
  tell(message: string, fields?: LogFields): void;
  close(): void;
}

interface Writer {
  write(line: string): void;
  close?(): void;
}

type Format = (level: LogLevel, message: string, fields: LogFields) => string;

/** Lines with the field names of etcd's zap. */
const formats: Readonly<Record<LogOptions['format'], Format>> = {
  json: (level, msg, fields) => `${JSON.stringify({ level, ts: new Date().toISOString(), msg, ...fields })}\n`,
  console: (level, msg, fields) => `${new Date().toISOString()}\t${level}\t${msg}${Object.keys(fields).length > 0 ? `\t${JSON.stringify(fields)}` : ''}\n`,
};

/** JSON lines on standard error. */
export function jsonLog(level: LogLevel, extra: LogFields = {}): OpenLog {
  return sink(level, formats.json, [standard('stderr')], extra);
}

/** Opens the outputs. Throws ConfigError when a file cannot be written. */
export function openLog({ level, format, outputs, rotation }: LogOptions): OpenLog {
  const targets = new Set(outputs.length === 0 ? ['stderr'] : outputs.map((name) => (name === 'default' ? 'stderr' : name)));
  return sink(level, formats[format], [...targets].map((target) => writerTo(target, rotation)), {});
}

function sink(level: LogOptions['level'], format: Format, writers: readonly Writer[], extra: LogFields): OpenLog {
  const least = isLogLevel(level) ? order[level] : Infinity;
  const write = (lineLevel: LogLevel, message: string, fields: LogFields | undefined): void => {
    const line = format(lineLevel, message, { ...extra, ...fields });
    for (const writer of writers) writer.write(line);
  };
  return {
    log(lineLevel, message, fields) {
      if (order[lineLevel] >= least) write(lineLevel, message, fields);
    },
    tell: (message, fields) => write('info', message, fields),
    close() {
      for (const writer of writers) writer.close?.();
    },
  };
}

const ignore = (): void => {};

function standard(output: 'stderr' | 'stdout'): Writer {
  const stream = process[output];
  // A member must not end for its log's sake: a reader may go away, a collector that is started again perhaps.
  if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
  return { write: (line) => void stream.write(line) };
}

function writerTo(output: string, rotation: Rotation | undefined): Writer {
  if (output === 'stderr' || output === 'stdout') return standard(output);
  try {
    return rotation ? new RotatingFile(output, rotation) : appended(output);
  } catch (error) {
    throw new ConfigError(`--log-outputs: ${output} cannot be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A file that others may write to as well. */
function appended(path: string): Writer {
  const file = openSync(path, 'a', 0o600);
  let torn = false;
  return {
    write(line) {
      const bytes = Buffer.from(torn ? `\n${line}` : line);
      let done = 0;
      try {
        while (done < bytes.length) done += writeSync(file, bytes, done);
        torn = false;
      } catch {
        // Nor because of a full disk. What is left of a line ends before the next.
        torn ||= done > 0;
      }
    },
  };
}
