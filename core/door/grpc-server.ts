import { gunzipSync } from 'node:zlib';
import type { Socket } from 'node:net';
import type { Metadata, Method } from '../api/services.ts';
import type { ServerStream } from '../api/stream.ts';
import { Code, EtcdError } from '../base/etcd-error.ts';
import type { CallContext } from '../member/types.ts';
import type { Disposable } from '../base/dispose.ts';
import { WireError } from '../proto/wire.ts';
import { plainGrpc, readHead } from './grpc-head.ts';
import { H2Connection, type H2Stream, type StreamHandler } from './h2/connection.ts';
import { H2Code } from './h2/frames.ts';
import { encodeHeaders, type Header } from './h2/hpack.ts';
import { Keepalive } from './h2/pings.ts';
import type { RpcServer, RpcServerOptions } from './rpc-server.ts';

const maxHeaderListBytes = 64 << 10;
const streamWindow = 1 << 20;
const connectionWindow = 4 << 20;
/** Before each message: whether it is compressed, and its length. */
const prefixBytes = 5;

const plainHeaders = encodeHeaders([[':status', '200'], ['content-type', plainGrpc]]);
const answerHeaders = (contentType: string): Uint8Array => (contentType === plainGrpc ? plainHeaders : encodeHeaders([[':status', '200'], ['content-type', contentType]]));
const knownEncodings: ReadonlySet<string> = new Set(['', 'identity', 'gzip']);
const okTrailers = encodeHeaders([['grpc-status', '0']]);

/** gRPC over our own HTTP/2, bound to the service table. Source: gRPC's `PROTOCOL-HTTP2.md`. */
export class GrpcServer implements RpcServer {
  readonly #options: RpcServerOptions;
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #services: ReadonlySet<string>;
  readonly #connections = new Set<H2Connection>();

  constructor(methods: readonly Method[], options: RpcServerOptions) {
    this.#options = options;
    this.#methods = new Map(methods.map((method) => [method.path, method]));
    this.#services = new Set(methods.map(({ path }) => path.split('/')[1]!));
  }

  take(socket: Socket): void {
    const { clock, log, maxConcurrentStreams, keepaliveMinTimeMs: minPingTimeMs, keepaliveIntervalMs: intervalMs, keepaliveTimeoutMs: timeoutMs } = this.#options;
    const connection = new H2Connection(socket, {
      maxConcurrentStreams, maxHeaderListBytes, streamWindow, connectionWindow, minPingTimeMs, nowMs: () => clock.nowMs(),
      open: (stream, headers, end) => this.#open(stream, headers, end),
      closed: (problem) => {
        keepalive?.dispose();
        this.#connections.delete(connection);
        if (problem !== undefined) log.log('debug', 'a client connection was closed', { problem });
      },
    });
    const keepalive = intervalMs > 0 ? new Keepalive(connection, { clock, intervalMs, timeoutMs }) : undefined;
    this.#connections.add(connection);
  }

  #open(stream: H2Stream, headers: readonly Header[], end: boolean): StreamHandler {
    const head = readHead(headers);
    if ('error' in head) {
      sendFailure(stream, head.error, false, plainGrpc, head.httpStatus);
      return deaf;
    }
    const { path, contentType, encoding, metadata } = head;
    const context = new Context(head.timeoutMs === Infinity ? Infinity : this.#options.clock.nowMs() + head.timeoutMs);
    const method = this.#methods.get(path);
    const refusal = !method ? this.#unknown(path) : knownEncodings.has(encoding) ? undefined : `grpc: Decompressor is not installed for grpc-encoding ${JSON.stringify(encoding)}`;
    if (!method || refusal !== undefined) {
      sendFailure(stream, new EtcdError(Code.unimplemented, refusal!), false, contentType);
      return deaf;
    }
    const call = { stream, metadata, context, contentType, encoding, maxBytes: this.#options.maxReceiveBytes, failure: (error: unknown) => this.#failure(error, method) };
    const handler = method.kind === 'unary' ? new UnaryCall(call, method) : new StreamCall(call, method, this.#options);
    if (end) handler.data(Buffer.alloc(0), true);
    return handler;
  }

  #unknown(path: string): string {
    const [, service, name] = /^\/(.*)\/([^/]*)$/.exec(path) ?? [];
    if (service === undefined) return `malformed method name: "${path}"`;
    return this.#services.has(service) ? `unknown method ${name} for service ${service}` : `unknown service ${service}`;
  }

  #failure(error: unknown, { path, kind }: Method): EtcdError {
    if (error instanceof EtcdError) return error;
    if (error instanceof WireError) {
      return new EtcdError(Code.internal, `grpc: ${kind === 'unary' ? 'error unmarshalling request' : 'failed to unmarshal the received message'}: ${error.message}`);
    }
    const text = error instanceof Error ? error.message : String(error);
    this.#options.log.log('error', 'request failed', { path, error: error instanceof Error ? (error.stack ?? text) : text });
    return new EtcdError(Code.unknown, text);
  }

  dispose(): void {
    for (const connection of [...this.#connections]) {
      connection.goAway(H2Code.none);
      connection.destroy();
    }
  }
}

/** Its signal is made when somebody asks for it: most calls are over before. */
class Context implements CallContext {
  readonly deadlineMs: number;
  #controller: AbortController | undefined;
  #left = false;

  constructor(deadlineMs: number) {
    this.deadlineMs = deadlineMs;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#left) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  leave(): void {
    this.#left = true;
    this.#controller?.abort();
  }
}

interface Call {
  stream: H2Stream;
  metadata: Metadata;
  context: Context;
  contentType: string;
  encoding: string;
  maxBytes: number;
  failure(error: unknown): EtcdError;
}

/** Cuts a request's body into messages. */
class Messages {
  readonly #call: Call;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(call: Call) {
    this.#call = call;
  }

  get empty(): boolean {
    return this.#bytes === 0;
  }

  /** Gives every message that is whole now. What is given out is the receiver's. Throws EtcdError. */
  take(bytes: Buffer, give: (message: Uint8Array) => void): void {
    let rest = bytes;
    if (this.#bytes > 0) {
      this.#parts.push(bytes);
      this.#bytes += bytes.length;
      // Put together only when a whole message is there: else a large one would be copied again and again.
      const begin = this.#parts[0]!;
      if (begin.length >= prefixBytes && this.#bytes < prefixBytes + this.#length(begin)) {
        this.#own();
        return;
      }
      rest = Buffer.concat(this.#parts);
      this.#parts = [];
      this.#bytes = 0;
    }
    while (rest.length >= prefixBytes) {
      const length = this.#length(rest);
      if (rest.length < prefixBytes + length) break;
      give(this.#message(rest[0]!, rest.subarray(prefixBytes, prefixBytes + length)));
      rest = rest.subarray(prefixBytes + length);
    }
    if (rest.length > 0) {
      this.#parts = [Buffer.from(rest)];
      this.#bytes = rest.length;
    }
  }

  /** The newest part belongs to the socket; it is kept, so it is copied. */
  #own(): void {
    const last = this.#parts.length - 1;
    this.#parts[last] = Buffer.from(this.#parts[last]!);
  }

  #length(begin: Buffer): number {
    const length = begin.readUInt32BE(1);
    if (length > this.#call.maxBytes) throw new EtcdError(Code.resourceExhausted, `grpc: received message larger than max (${length} vs. ${this.#call.maxBytes})`);
    return length;
  }

  #message(flag: number, bytes: Buffer): Uint8Array {
    // Decoded values are views: they must not hold on to a whole packet, nor change with it.
    if (flag === 0) return new Uint8Array(bytes);
    const { encoding, maxBytes } = this.#call;
    if (flag !== 1) throw new EtcdError(Code.internal, `grpc: received unexpected payload format ${flag}`);
    if (encoding !== 'gzip') throw new EtcdError(Code.internal, 'grpc: compressed flag set with identity or empty encoding');
    try {
      return gunzipSync(bytes, { maxOutputLength: maxBytes });
    } catch (error) {
      throw new EtcdError(Code.internal, `grpc: failed to decompress the received message: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

class UnaryCall implements StreamHandler {
  readonly #call: Call;
  readonly #method: Method & { kind: 'unary' };
  readonly #messages: Messages;
  #begun = false;

  constructor(call: Call, method: Method & { kind: 'unary' }) {
    this.#call = call;
    this.#method = method;
    this.#messages = new Messages(call);
  }

  data(bytes: Buffer, end: boolean): void {
    if (this.#begun) return;
    try {
      this.#messages.take(bytes, (message) => {
        if (!this.#begun) this.#begin(message);
      });
      if (end && !this.#begun) throw new EtcdError(Code.unknown, this.#messages.empty ? 'EOF' : 'unexpected EOF');
    } catch (error) {
      this.#begun = true;
      sendFailure(this.#call.stream, this.#call.failure(error), false, this.#call.contentType);
    }
  }

  #begin(message: Uint8Array): void {
    this.#begun = true;
    const { stream, metadata, context, contentType, failure } = this.#call;
    this.#method.call(message, metadata, context).then(
      (response) => {
        if (stream.localEnded) return;
        stream.headers(answerHeaders(contentType), false);
        stream.write(prefixed(response));
        stream.end(okTrailers);
      },
      (error: unknown) => sendFailure(stream, failure(error), false, contentType),
    );
  }

  drained(): void {}

  closed(): void {
    this.#call.context.leave();
  }
}

class StreamCall implements StreamHandler, ServerStream<Uint8Array, Uint8Array> {
  readonly #call: Call;
  readonly #messages: Messages;
  readonly #deadline: Disposable | undefined;
  readonly #takesMany: boolean;
  #asked = false;
  #answered = false;
  #over = false;
  #ended = false;
  /** What came before anyone listened. */
  #early: Uint8Array[] = [];
  #take: ((message: Uint8Array) => void) | undefined;
  #onEnd: (() => void)[] = [];
  #onDrain: (() => void)[] = [];
  #onClose: (() => void)[] = [];

  constructor(call: Call, method: Method & { kind: 'stream' }, { clock }: RpcServerOptions) {
    this.#call = call;
    this.#messages = new Messages(call);
    this.#takesMany = method.requestStream;
    const { deadlineMs } = call.context;
    if (deadlineMs !== Infinity) {
      this.#deadline = clock.after(Math.max(0, deadlineMs - clock.nowMs()), () => this.end(new EtcdError(Code.deadlineExceeded, 'context deadline exceeded')));
    }
    this.#guarded(() => method.open(this, call.metadata, call.context));
  }

  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.end(this.#call.failure(error));
    }
  }

  // --- what the connection tells

  data(bytes: Buffer, end: boolean): void {
    if (this.#over) return;
    this.#guarded(() => this.#messages.take(bytes, (message) => {
      this.#asked = true;
      if (this.#take) this.#take(message);
      else this.#early.push(message);
    }));
    if (!end || this.#over) return;
    this.#ended = true;
    if (!this.#messages.empty) this.end(new EtcdError(Code.internal, 'unexpected EOF'));
    else if (!this.#asked && !this.#takesMany) this.end(new EtcdError(Code.unknown, 'EOF'));
    else for (const run of this.#onEnd) this.#guarded(run);
  }

  drained(): void {
    for (const run of this.#onDrain) this.#guarded(run);
  }

  closed(): void {
    this.#finish();
  }

  // --- what the service does

  send(message: Uint8Array): boolean {
    if (this.#over) return true;
    const { stream, contentType } = this.#call;
    if (!this.#answered) stream.headers(answerHeaders(contentType), false);
    this.#answered = true;
    return stream.write(prefixed(message));
  }

  onMessage(take: (message: Uint8Array) => void): void {
    this.#take = take;
    const early = this.#early;
    this.#early = [];
    for (const message of early) this.#guarded(() => take(message));
  }

  pause(): void {
    this.#call.stream.pause();
  }

  resume(): void {
    this.#call.stream.resume();
  }

  onEnd(run: () => void): void {
    this.#onEnd.push(run);
    if (this.#ended) this.#guarded(run);
  }

  onDrain(run: () => void): void {
    this.#onDrain.push(run);
  }

  onClose(run: () => void): void {
    this.#onClose.push(run);
  }

  end(error?: EtcdError): void {
    if (this.#over) return;
    const { stream, contentType } = this.#call;
    if (error) sendFailure(stream, error, this.#answered, contentType);
    else {
      if (!this.#answered) stream.headers(answerHeaders(contentType), false);
      stream.end(okTrailers);
    }
    this.#finish();
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    this.#deadline?.dispose();
    this.#call.context.leave();
    for (const run of this.#onClose) run();
  }
}

const deaf: StreamHandler = { data() {}, closed() {}, drained() {} };

/** A message as it goes over the wire. It must not change afterwards. */
function prefixed(message: Uint8Array): Uint8Array {
  const out = Buffer.allocUnsafe(prefixBytes + message.length);
  out[0] = 0;
  out.writeUInt32BE(message.length, 1);
  out.set(message, prefixBytes);
  return out;
}

function sendFailure(stream: H2Stream, error: EtcdError, answered: boolean, contentType: string, httpStatus = '200'): void {
  const trailers: Header[] = [['grpc-status', String(error.code)], ['grpc-message', percentEncoded(error.message)]];
  if (answered) stream.end(encodeHeaders(trailers));
  else stream.headers(encodeHeaders([[':status', httpStatus], ['content-type', contentType], ...trailers]), true);
}

/** Bytes of UTF-8 outside of printable ASCII, and the sign itself, as `%xx`. */
function percentEncoded(text: string): string {
  if (/^[\x20-\x24\x26-\x7e]*$/.test(text)) return text;
  let out = '';
  for (const byte of Buffer.from(text, 'utf8')) out += byte >= 0x20 && byte <= 0x7e && byte !== 0x25 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return out;
}
