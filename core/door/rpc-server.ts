import type { Socket } from 'node:net';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';

/** Whatever speaks gRPC on connections that it is given. */
export interface RpcServer {
  /** Takes over an HTTP/2 connection, from its preface on. */
  take(socket: Socket): void;
  /** Ends all calls and connections. */
  dispose(): void;
}

export interface RpcServerOptions {
  clock: Clock;
  log: LogSink;
  /** Larger requests are refused by the transport, bytes. */
  maxReceiveBytes: number;
  /** Calls that one connection may have open. */
  maxConcurrentStreams: number;
  /** Between two pings of a connection; 0: none. */
  keepaliveIntervalMs: number;
  /** How long a ping's answer may take. */
  keepaliveTimeoutMs: number;
}
