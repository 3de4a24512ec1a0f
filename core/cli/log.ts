import type { LogFields, LogLevel, LogSink } from '../ports/log.ts';

const order: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

export function isLogLevel(text: string): text is LogLevel {
  return Object.hasOwn(order, text);
}

/** JSON lines on standard error, with the field names of etcd's log. */
export function jsonLog(level: LogLevel, extra: LogFields = {}): LogSink {
  return {
    log(lineLevel, message, fields) {
      if (order[lineLevel] < order[level]) return;
      process.stderr.write(`${JSON.stringify({ level: lineLevel, ts: new Date().toISOString(), msg: message, ...extra, ...fields })}\n`);
    },
  };
}
