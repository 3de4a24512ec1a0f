import type { Metadata, Method } from '../api/services.ts';
import type { ServerStream } from '../api/stream.ts';
import { Code, EtcdError } from '../base/etcd-error.ts';
import { exponentialBounds, Histogram } from '../base/histogram.ts';
import { KVService } from '../proto/gen/rpc.ts';
import { WireError } from '../proto/wire.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';

/** Source: Prometheus' default bounds, as go-grpc-middleware uses them. */
const handlingBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** etcd's word for a client that does not say. */
const unknownVersion = 'unknown';
const maxVersions = 32;

/** What Prometheus' middleware of gRPC calls it. */
type CallType = 'unary' | 'server_stream' | 'bidi_stream';

/** What one method was asked and has answered. */
export interface MethodFigures {
  readonly type: CallType;
  started: number;
  /** Calls that have ended, by gRPC code. */
  readonly handled: number[];
  received: number;
  sent: number;
  /** Seconds from a call's begin to its end. */
  readonly handling: Histogram;
}

/** The calls of all clients since the start. */
export class RpcFigures {
  /** By path. */
  readonly methods = new Map<string, MethodFigures>();
  receivedBytes = 0;
  sentBytes = 0;
  /** Seconds of ranges that were answered, and of those that failed. Source of the bounds: etcd `server/etcdserver/metrics.go`. */
  readonly ranges = { answered: new Histogram(exponentialBounds(0.0001, 2, 20)), failed: new Histogram(exponentialBounds(0.0001, 2, 20)) };
  /** Calls by what the client says of its version. */
  readonly clients = new Map<string, { unary: number; stream: number }>([[unknownVersion, { unary: 0, stream: 0 }]]);

  method(path: string, type: CallType): MethodFigures {
    const known = this.methods.get(path);
    if (known) return known;
    const made: MethodFigures = { type, started: 0, handled: Array.from({ length: 17 }, () => 0), received: 0, sent: 0, handling: new Histogram(handlingBounds) };
    this.methods.set(path, made);
    return made;
  }

  /** A client's word for its version is its own: no more than a few are told apart. */
  client(version: string, kind: Method['kind']): void {
    let known = this.clients.get(version);
    if (!known && this.clients.size < maxVersions) {
      known = { unary: 0, stream: 0 };
      this.clients.set(version, known);
    }
    (known ?? this.clients.get(unknownVersion)!)[kind]++;
  }
}

export interface CountOptions {
  clock: Clock;
  log: LogSink;
  figures: RpcFigures;
  /** Slower unary requests are logged. */
  warningRequestMs: number;
}

/** The same methods, with their calls counted: whatever carries them, gRPC or JSON. */
export function countCalls(methods: readonly Method[], options: CountOptions): Method[] {
  return methods.map((method) => (method.kind === 'unary' ? countUnary(method, options) : countStream(method, options)));
}

const codeOf = (error: unknown): Code => (error instanceof EtcdError ? error.code : error instanceof WireError ? Code.internal : Code.unknown);
const versionOf = (metadata: Metadata): string => metadata.get('client-api-version') ?? unknownVersion;

function countUnary(method: Method & { kind: 'unary' }, { clock, log, figures, warningRequestMs }: CountOptions): Method {
  const counts = figures.method(method.path, 'unary');
  const isRange = method.path === KVService.range.path;
  const ended = (code: Code, startedMs: number): void => {
    const tookMs = clock.nowMs() - startedMs;
    counts.handled[code]!++;
    counts.handling.observe(tookMs / 1000);
    if (isRange) figures.ranges[code === Code.ok ? 'answered' : 'failed'].observe(tookMs / 1000);
    if (tookMs > warningRequestMs) log.log('warn', 'request took too long', { path: method.path, 'took-ms': Math.round(tookMs), 'expected-duration-ms': warningRequestMs, code });
  };
  return {
    ...method,
    async call(request, metadata, context) {
      const startedMs = clock.nowMs();
      counts.started++;
      counts.received++;
      figures.receivedBytes += request.length;
      figures.client(versionOf(metadata), 'unary');
      try {
        const response = await method.call(request, metadata, context);
        counts.sent++;
        figures.sentBytes += response.length;
        ended(Code.ok, startedMs);
        return response;
      } catch (error) {
        ended(codeOf(error), startedMs);
        throw error;
      }
    },
  };
}

function countStream(method: Method & { kind: 'stream' }, { clock, figures }: CountOptions): Method {
  const counts = figures.method(method.path, method.requestStream ? 'bidi_stream' : 'server_stream');
  return {
    ...method,
    open(stream, metadata, context) {
      const startedMs = clock.nowMs();
      counts.started++;
      figures.client(versionOf(metadata), 'stream');
      let over = false;
      const ended = (code: Code): void => {
        if (over) return;
        over = true;
        counts.handled[code]!++;
        counts.handling.observe((clock.nowMs() - startedMs) / 1000);
      };
      const counted: ServerStream<Uint8Array, Uint8Array> = {
        send(message) {
          counts.sent++;
          figures.sentBytes += message.length;
          return stream.send(message);
        },
        onMessage: (take) => stream.onMessage((message) => {
          counts.received++;
          figures.receivedBytes += message.length;
          take(message);
        }),
        pause: () => stream.pause(),
        resume: () => stream.resume(),
        onEnd: (run) => stream.onEnd(run),
        onDrain: (run) => stream.onDrain(run),
        onClose: (run) => stream.onClose(run),
        end(error) {
          ended(error ? error.code : Code.ok);
          stream.end(error);
        },
      };
      stream.onClose(() => ended(Code.cancelled));
      try {
        method.open(counted, metadata, context);
      } catch (error) {
        ended(codeOf(error));
        throw error;
      }
    },
  };
}
