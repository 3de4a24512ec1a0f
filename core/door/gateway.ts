import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Metadata, Method } from '../api/services.ts';
import type { ServerStream } from '../api/stream.ts';
import { Code, EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { CallContext } from '../member/types.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import { routes } from '../proto/gen/gateway.ts';
import type { JsonRoute } from '../proto/json-types.ts';
import { WireError } from '../proto/wire.ts';
import { fromJson, JsonError, toJson } from './json-codec.ts';
import { JsonValues } from './json-values.ts';

export interface GatewayOptions {
  clock: Clock;
  log: LogSink;
  /** Larger requests are refused, bytes of their protobuf form. */
  maxReceiveBytes: number;
}

/** HTTP's word for each gRPC code. Source: grpc-gateway `runtime/errors.go`. */
const httpStatus: Readonly<Record<Code, number>> = {
  [Code.ok]: 200, [Code.cancelled]: 499, [Code.unknown]: 500, [Code.invalidArgument]: 400, [Code.deadlineExceeded]: 504, [Code.notFound]: 404,
  [Code.alreadyExists]: 409, [Code.permissionDenied]: 403, [Code.resourceExhausted]: 429, [Code.failedPrecondition]: 400, [Code.aborted]: 409,
  [Code.outOfRange]: 400, [Code.unimplemented]: 501, [Code.internal]: 500, [Code.unavailable]: 503, [Code.dataLoss]: 500, [Code.unauthenticated]: 401,
};

/** A client that sends nothing for so long while its request is awaited is let go. */
const bodySilenceMs = 60_000;
/** Unsent bytes of a stream beyond which its source is held back. */
const streamHighWaterBytes = 1 << 20;
const answerHeaders = { 'Content-Type': 'application/json', 'Grpc-Metadata-Content-Type': 'application/grpc' };

/** The API as JSON over HTTP/1.1, as grpc-gateway serves etcd's: each method under its path, streams a line a message. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #routes = new Map<string, { route: JsonRoute; method: Method }>();

  constructor(methods: readonly Method[], options: GatewayOptions) {
    this.#options = options;
    const byPath = new Map(methods.map((method) => [method.path, method]));
    for (const route of routes) {
      const method = byPath.get(route.rpc);
      if (method) this.#routes.set(route.post, { route, method });
    }
  }

  serve(request: IncomingMessage, response: ServerResponse, path: string): void {
    // It has left while the gateway was loaded, and nobody would say so again.
    if (response.destroyed) return;
    const found = this.#routes.get(path);
    response.on('error', () => {});
    request.on('error', () => {});
    if (!found) return answerError(response, new EtcdError(Code.notFound, 'Not Found'));
    const { route, method } = found;
    if (request.method !== 'POST') return answerError(response, new EtcdError(Code.unimplemented, 'Method Not Allowed'));
    const limitMs = timeoutMs(String(request.headers['grpc-timeout'] ?? ''));
    if (limitMs instanceof EtcdError) return answerError(response, limitMs);
    const context = this.#contextOf(limitMs, response);
    if (method.kind === 'unary') void this.#unary(route, method, context, request, response);
    else this.#stream(route, method, context, request, response);
  }

  async #unary(route: JsonRoute, method: Method & { kind: 'unary' }, context: CallContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const bytes = encodeRequest(route, await this.#firstValue(request), this.#options.maxReceiveBytes);
      // What follows is dropped: unread, it would hide that the client has left.
      request.resume();
      if (context.deadlineMs <= this.#options.clock.nowMs()) throw etcdErrors.deadlineExceeded();
      const answer = route.response.codec.decode(await method.call(bytes, metadataOf(request), context));
      const text = JSON.stringify(toJson(route.response.type, answer));
      response.writeHead(200, { ...answerHeaders, 'Content-Length': Buffer.byteLength(text) }).end(text);
    } catch (error) {
      answerError(response, this.#failure(error, route));
    }
  }

  /** The one message of a request's body; an empty body is an empty message. What follows is not read. */
  async #firstValue(request: IncomingMessage): Promise<unknown> {
    const values = new JsonValues(this.#maxChars());
    request.setEncoding('utf8');
    request.setTimeout(bodySilenceMs, () => request.destroy());
    for await (const text of request.iterator({ destroyOnReturn: false }) as AsyncIterable<string>) {
      const [value] = values.push(text);
      if (value !== undefined) {
        request.setTimeout(0);
        return value;
      }
    }
    request.setTimeout(0);
    values.end();
    return {};
  }

  /** Base64 makes a third more of bytes. */
  #maxChars(): number {
    return this.#options.maxReceiveBytes * 2;
  }

  #stream(route: JsonRoute, method: Method & { kind: 'stream' }, context: CallContext, request: IncomingMessage, response: ServerResponse): void {
    const call = new StreamCall(route, request, response, this.#options.maxReceiveBytes, this.#maxChars(), (error) => this.#failure(error, route));
    try {
      method.open(call, metadataOf(request), context);
    } catch (error) {
      call.end(this.#failure(error, route));
      return;
    }
    call.start();
  }

  #contextOf(limitMs: number, response: ServerResponse): CallContext {
    const abort = new AbortController();
    // Also of one that was answered: a stream that ends with an error of ours has a service that goes on.
    response.on('close', () => abort.abort());
    return { deadlineMs: this.#options.clock.nowMs() + limitMs, signal: abort.signal };
  }

  #failure(error: unknown, route: JsonRoute): EtcdError {
    if (error instanceof EtcdError) return error;
    if (error instanceof JsonError) return new EtcdError(Code.invalidArgument, error.message);
    if (error instanceof WireError) return new EtcdError(Code.internal, error.message);
    const text = error instanceof Error ? error.message : String(error);
    if ((error as NodeJS.ErrnoException).code !== 'ECONNRESET') this.#options.log.log('error', 'request failed', { path: route.post, error: error instanceof Error ? (error.stack ?? text) : text });
    return new EtcdError(Code.unknown, text);
  }
}

function encodeRequest(route: JsonRoute, value: unknown, maxBytes: number): Uint8Array {
  const bytes = route.request.codec.encode(fromJson(route.request.type, value) as never);
  if (bytes.length > maxBytes) throw new EtcdError(Code.resourceExhausted, `grpc: received message larger than max (${bytes.length} vs. ${maxBytes})`);
  return bytes;
}

const errorBody = (error: EtcdError): { code: number; message: string } => ({ code: error.code, message: error.message });

function answerError(response: ServerResponse, error: EtcdError): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(errorBody(error));
  if (error.code === Code.unauthenticated) response.setHeader('WWW-Authenticate', error.message);
  response.writeHead(httpStatus[error.code], { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }).end(text);
}

/** One streaming call: the request's body as messages, the response as lines. */
class StreamCall implements ServerStream<Uint8Array, Uint8Array> {
  readonly #route: JsonRoute;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #maxBytes: number;
  readonly #values: JsonValues;
  readonly #failure: (error: unknown) => EtcdError;
  #take: (message: Uint8Array) => void = () => {};
  #ended: () => void = () => {};
  /** Why no more is read for now: answers wait to be taken, or requests to be worked through. */
  #unread = false;
  #paused = false;

  constructor(route: JsonRoute, request: IncomingMessage, response: ServerResponse, maxBytes: number, maxChars: number, failure: (error: unknown) => EtcdError) {
    this.#route = route;
    this.#request = request;
    this.#response = response;
    this.#maxBytes = maxBytes;
    this.#values = new JsonValues(maxChars);
    this.#failure = failure;
  }

  /** Begins to read the body. */
  start(): void {
    const guarded = (run: () => void): void => {
      try {
        run();
      } catch (error) {
        this.end(this.#failure(error));
      }
    };
    let first = true;
    this.#request.setEncoding('utf8');
    this.#request.on('data', (text: string) => guarded(() => {
      for (const value of this.#values.push(text)) {
        // A method that takes one message takes no second.
        if (this.#route.requestStream || first) this.#take(encodeRequest(this.#route, value, this.#maxBytes));
        first = false;
      }
    }));
    this.#request.on('end', () => guarded(() => {
      this.#values.end();
      if (!this.#route.requestStream && first) this.#take(new Uint8Array(0));
      this.#ended();
    }));
  }

  send(message: Uint8Array): boolean {
    if (this.#response.destroyed || this.#response.writableEnded) return false;
    if (!this.#response.headersSent) this.#response.writeHead(200, answerHeaders);
    const result = toJson(this.#route.response.type, this.#route.response.codec.decode(message));
    const more = this.#response.write(`${JSON.stringify({ result })}\n`) || this.#response.writableLength < streamHighWaterBytes;
    if (!more && !this.#unread) {
      // Whoever does not take its answers is not heard.
      this.#unread = true;
      this.#request.pause();
      this.#response.once('drain', () => {
        this.#unread = false;
        this.#listen();
      });
    }
    return more;
  }

  #listen(): void {
    if (!this.#unread && !this.#paused) this.#request.resume();
  }

  onMessage(take: (message: Uint8Array) => void): void {
    this.#take = take;
  }

  pause(): void {
    this.#paused = true;
    this.#request.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#listen();
  }

  onEnd(run: () => void): void {
    this.#ended = run;
  }

  onDrain(run: () => void): void {
    this.#response.on('drain', run);
  }

  onClose(run: () => void): void {
    this.#response.on('close', run);
  }

  end(error?: EtcdError): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    if (!this.#response.headersSent) this.#response.writeHead(error ? httpStatus[error.code] : 200, answerHeaders);
    this.#response.end(error ? `${JSON.stringify({ error: errorBody(error) })}\n` : undefined);
  }
}

/** Headers that are the call's metadata: the token, and those that say that they are. */
function metadataOf(request: IncomingMessage): Metadata {
  const out = new Map<string, string>([['grpcgateway-accept', String(request.headers.accept ?? '*/*')]]);
  for (const [name, value] of Object.entries(request.headers)) {
    const own = /^grpc-metadata-(.+)$/.exec(name)?.[1] ?? (name === 'authorization' ? name : undefined);
    if (own !== undefined && value !== undefined) out.set(own, String(value));
  }
  return out;
}

const timeoutUnitsMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** `5S`, `100m`: a number and a unit; none or 0: Infinity. Source: grpc-gateway `runtime/context.go`. */
function timeoutMs(text: string): number | EtcdError {
  if (text === '') return Infinity;
  const match = /^([+-]?\d+)([HMSmun])$/.exec(text);
  if (!match) return new EtcdError(Code.invalidArgument, `invalid grpc-timeout: ${text}`);
  return Number(match[1]) * timeoutUnitsMs[match[2]!]! || Infinity;
}
