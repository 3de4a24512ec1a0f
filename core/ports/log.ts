export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Where a room's log lines go. `message` is constant text; what varies goes into `fields`. */
export interface LogSink {
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

export const silentLog: LogSink = { log() {} };
