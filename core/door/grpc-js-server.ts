import { Metadata, Server, ServerCredentials, status as grpcStatus, type ServerDuplexStream, type ServerUnaryCall, type ServiceDefinition, type UntypedServiceImplementation, type sendUnaryData } from '@grpc/grpc-js';
import type { Socket } from 'node:net';
import { EtcdError } from '../base/etcd-error.ts';
import { WireError } from '../proto/wire.ts';
import type { Method, Metadata as CallMetadata } from '../api/services.ts';
import type { ServerStream } from '../api/stream.ts';
import type { CallContext } from '../member/types.ts';
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

const same = (bytes: Buffer): Buffer => bytes;
const toBuffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
/** Unsent bytes of a stream beyond which its source is held back. */
const streamHighWaterBytes = 1 << 20;

/** Binds the service table to @grpc/grpc-js. */
export class GrpcJsServer implements RpcServer {
  readonly #options: RpcServerOptions;
  readonly #server: Server;
  readonly #injector: ReturnType<Server['createConnectionInjector']>;
  readonly #sockets = new Set<Socket>();

  constructor(methods: readonly Method[], options: RpcServerOptions) {
    this.#options = options;
    this.#server = new Server({
      'grpc.max_receive_message_length': options.maxReceiveBytes,
      'grpc.max_send_message_length': -1,
      'grpc.max_concurrent_streams': options.maxConcurrentStreams,
      'grpc.keepalive_time_ms': options.keepaliveIntervalMs || 2 ** 31 - 1,
      'grpc.keepalive_timeout_ms': options.keepaliveTimeoutMs,
    });
    this.#bind(methods);
    this.#injector = this.#server.createConnectionInjector(ServerCredentials.createInsecure());
  }

  #bind(methods: readonly Method[]): void {
    const definition: ServiceDefinition = Object.fromEntries(
      methods.map((method) => {
        const streaming = method.kind === 'stream';
        return [
          method.path,
          {
            path: method.path, requestStream: streaming, responseStream: streaming, requestSerialize: same, requestDeserialize: same,
            responseSerialize: same, responseDeserialize: same,
          },
        ];
      }),
    );
    const implementation: UntypedServiceImplementation = Object.fromEntries(
      methods.map((method) => [method.path, method.kind === 'unary' ? this.#unary(method) : this.#stream(method)]),
    );
    this.#server.addService(definition, implementation);
  }

  #unary(method: Method & { kind: 'unary' }) {
    return (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>): void => {
      method.call(call.request, metadataOf(call.metadata), this.#contextOf(call)).then(
        (response) => callback(null, toBuffer(response)),
        (error: unknown) => callback(this.#failure(error, method.path)),
      );
    };
  }

  #stream(method: Method & { kind: 'stream' }) {
    return (call: ServerDuplexStream<Buffer, Buffer>): void => {
      const fail = (error: unknown): void => {
        call.emit('error', this.#failure(error, method.path));
      };
      const guarded = <T>(run: (value: T) => void) => (value: T): void => {
        try {
          run(value);
        } catch (error) {
          fail(error);
        }
      };
      const stream: ServerStream<Uint8Array, Uint8Array> = {
        send: (message) => !call.cancelled && (call.write(toBuffer(message)) || call.writableLength < streamHighWaterBytes),
        onMessage: (take) => void call.on('data', guarded(take)),
        onEnd: (run) => void call.on('end', run),
        onDrain: (run) => void call.on('drain', run),
        onClose: (run) => {
          call.on('cancelled', run);
          call.on('close', run);
        },
        end: (error) => (error ? fail(error) : call.end()),
      };
      call.on('error', () => {});
      guarded(() => method.open(stream, metadataOf(call.metadata), this.#contextOf(call)))(undefined);
    };
  }

  #contextOf(call: ServerUnaryCall<Buffer, Buffer> | ServerDuplexStream<Buffer, Buffer>): CallContext {
    const { clock } = this.#options;
    const deadline = call.getDeadline();
    const abort = new AbortController();
    call.on('cancelled', () => abort.abort());
    const wall = deadline instanceof Date ? deadline.getTime() : deadline;
    return { deadlineMs: Number.isFinite(wall) ? clock.nowMs() + (wall - clock.wallMs()) : Infinity, signal: abort.signal };
  }

  #failure(error: unknown, path: string): { code: number; details: string; metadata: Metadata } {
    const metadata = new Metadata();
    if (error instanceof EtcdError) return { code: error.code, details: error.message, metadata };
    if (error instanceof WireError) return { code: grpcStatus.INTERNAL, details: `grpc: error unmarshalling request: ${error.message}`, metadata };
    const text = error instanceof Error ? error.message : String(error);
    this.#options.log.log('error', 'request failed', { path, error: error instanceof Error ? (error.stack ?? text) : text });
    return { code: grpcStatus.UNKNOWN, details: text, metadata };
  }

  take(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    this.#injector.injectConnection(socket);
  }

  dispose(): void {
    this.#server.forceShutdown();
    this.#injector.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }
}

function metadataOf(metadata: Metadata): CallMetadata {
  const out = new Map<string, string>();
  for (const [name, value] of Object.entries(metadata.getMap())) out.set(name, String(value));
  return out;
}
