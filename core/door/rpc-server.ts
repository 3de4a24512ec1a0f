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
  /** A client that pings more often than this while it has a call is sent away. */
  keepaliveMinTimeMs: number;
  /** A connection that is silent for so long is pinged; 0: none is. */
  keepaliveIntervalMs: number;
  /** How long a ping's answer may take. */
  keepaliveTimeoutMs: number;
}
