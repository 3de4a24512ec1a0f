import { Client, credentials, Metadata, status as grpcStatus, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import { Code, EtcdError, etcdErrors } from '../base/etcd-error.ts';
import {
  ClusterService, KVService, LeaseService, MaintenanceService, MemberListRequest, WatchService, type LeaseKeepAliveRequest, type LeaseKeepAliveResponse, type RangeRequest, type MemberListResponse, type RangeResponse,
  type StatusResponse, type TxnRequest, type TxnResponse, type WatchRequest, type WatchResponse,
} from '../proto/gen/rpc.ts';

export interface UnaryMethod<In, Out> {
  path: string;
  request: { encode(message: Partial<In>): Uint8Array };
  response: { decode(bytes: Uint8Array): Out };
}

export interface CallOptions {
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
  /** Such as `hasleader: true`. */
  metadata?: Readonly<Record<string, string>>;
}

const defaultTimeoutMs = 10_000;
/** Text of grpc-js for a call that has not left: it can be sent elsewhere, a write too. */
const neverSent = /No connection established|Name resolution failed/;

const encodeBytes = (bytes: Buffer): Buffer => bytes;

/** `host:port` of an endpoint that may be given as a URL. */
export function addressOf(endpoint: string): string {
  return endpoint.replace(/^https?:\/\//, '').replace(/\/$/, '');
}

function channelTo(endpoint: string): Client {
  return new Client(addressOf(endpoint), credentials.createInsecure(), {
    // What servers call us in their logs.
    'grpc.primary_user_agent': 'quorate',
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.min_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1_000,
    // An endpoint that is gone without a word, a machine that lost its network or was asleep, would be waited for without end.
    'grpc.keepalive_time_ms': 10_000,
    'grpc.keepalive_timeout_ms': 10_000,
    // One client's connections are its own: closing it closes them.
    'grpc.use_local_subchannel_pool': 1,
  });
}

/**
 * A client of any etcd v3 cluster. Reads go on at the next endpoint when one is unavailable; a write does only when it
 * certainly never left. Failures reject with an EtcdError: the server's code and text.
 */
export class EtcdClient {
  #endpoints: readonly string[];
  #channels: Client[];
  #current = 0;
  #closed = false;

  constructor(endpoints: readonly string[]) {
    this.#endpoints = endpoints;
    this.#channels = endpoints.map(channelTo);
  }

  get endpoints(): readonly string[] {
    return this.#endpoints;
  }

  /** Members have come or gone: calls under way on an endpoint that stays are not disturbed. */
  setEndpoints(endpoints: readonly string[]): void {
    if (this.#closed || endpoints.length === 0 || endpoints.join() === this.#endpoints.join()) return;
    const now = this.#endpoints[this.#current];
    const old = new Map(this.#endpoints.map((endpoint, i) => [endpoint, this.#channels[i]!]));
    this.#channels = endpoints.map((endpoint) => old.get(endpoint) ?? channelTo(endpoint));
    for (const [endpoint, channel] of old) if (!endpoints.includes(endpoint)) channel.close();
    this.#endpoints = endpoints;
    this.#current = Math.max(0, endpoints.findIndex((endpoint) => endpoint === now));
  }

  /** The endpoint that is asked first, by its position. */
  get current(): number {
    return this.#current;
  }

  // --- calls

  async read<In, Out>(method: UnaryMethod<In, Out>, request: Partial<In>, options: CallOptions = {}): Promise<Out> {
    return this.#try(method, request, options, (error) => error.code === Code.unavailable);
  }

  async write<In, Out>(method: UnaryMethod<In, Out>, request: Partial<In>, options: CallOptions = {}): Promise<Out> {
    return this.#try(method, request, options, (error) => error.code === Code.unavailable && neverSent.test(error.message));
  }

  /** Asks one endpoint, by its position. */
  at<In, Out>(endpoint: number, method: UnaryMethod<In, Out>, request: Partial<In>, options: CallOptions = {}): Promise<Out> {
    return this.#call(endpoint, method, request, options);
  }

  async #try<In, Out>(method: UnaryMethod<In, Out>, request: Partial<In>, options: CallOptions, again: (error: EtcdError) => boolean): Promise<Out> {
    for (let attempt = 1; ; attempt++) {
      const endpoint = this.#current;
      try {
        return await this.#call(endpoint, method, request, options);
      } catch (error) {
        if (!(error instanceof EtcdError) || !again(error) || attempt >= this.#channels.length || options.signal?.aborted) throw error;
        if (this.#current === endpoint) this.#current = (endpoint + 1) % this.#channels.length;
      }
    }
  }

  #call<In, Out>(endpoint: number, method: UnaryMethod<In, Out>, request: Partial<In>, options: CallOptions): Promise<Out> {
    if (this.#closed) return Promise.reject(etcdErrors.canceled());
    return new Promise((resolve, reject) => {
      const bytes = method.request.encode(request);
      const deadline = Date.now() + (options.timeoutMs ?? defaultTimeoutMs);
      const call = this.#channels[endpoint]!.makeUnaryRequest<Buffer, Out>(
        method.path, encodeBytes, (buffer) => method.response.decode(buffer), Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), metadataOf(options), { deadline },
        (error, response) => {
          options.signal?.removeEventListener('abort', cancel);
          if (error) reject(toEtcdError(error));
          else resolve(response!);
        },
      );
      const cancel = (): void => call.cancel();
      if (options.signal?.aborted) cancel();
      else options.signal?.addEventListener('abort', cancel, { once: true });
    });
  }

  /** The messages of a stream that the server sends, at the reader's pace. */
  async *serverStream<In, Out>(endpoint: number, method: UnaryMethod<In, Out>, request: Partial<In>, signal: AbortSignal): AsyncGenerator<Out> {
    if (this.#closed || signal.aborted) throw etcdErrors.canceled();
    const call = this.#channels[endpoint]!.makeServerStreamRequest<Buffer, Out>(method.path, encodeBytes, (buffer) => method.response.decode(buffer), Buffer.from(method.request.encode(request)));
    const cancel = (): void => call.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      for await (const message of call) yield message as Out;
    } catch (error) {
      throw error instanceof Error && 'code' in error ? toEtcdError(error as ServiceError) : error;
    } finally {
      signal.removeEventListener('abort', cancel);
      call.cancel();
    }
  }

  range(request: Partial<RangeRequest>, options?: CallOptions): Promise<RangeResponse> {
    return this.read(KVService.range, request, options);
  }

  txn(request: Partial<TxnRequest>, options?: CallOptions): Promise<TxnResponse> {
    return this.write(KVService.txn, request, options);
  }

  memberList(options?: CallOptions): Promise<MemberListResponse> {
    return this.read(ClusterService.memberList, MemberListRequest.create(), options);
  }

  status(endpoint: number, options?: CallOptions): Promise<StatusResponse> {
    return this.at(endpoint, MaintenanceService.status, {}, options);
  }

  leaseGrant(ttl: number, options?: CallOptions): Promise<{ id: bigint; ttl: number }> {
    return this.write(LeaseService.leaseGrant, { ttl }, options);
  }

  /** A raw watch stream on the present endpoint; `next` moves on to another after a failure. */
  openWatch(options: Pick<CallOptions, 'metadata'> = {}): ClientDuplexStream<WatchRequest, WatchResponse> {
    return this.openStream(WatchService.watch, options);
  }

  /** A raw stream of any method on the present endpoint. */
  openStream<In, Out>(method: UnaryMethod<In, Out>, options: Pick<CallOptions, 'metadata'> = {}): ClientDuplexStream<In, Out> {
    return this.#channels[this.#current]!.makeBidiStreamRequest<In, Out>(
      method.path,
      (message) => Buffer.from(method.request.encode(message)),
      (bytes) => method.response.decode(bytes),
      metadataOf(options),
    );
  }

  /** A raw stream of renewals on the present endpoint. */
  openKeepAlive(): ClientDuplexStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse> {
    return this.#channels[this.#current]!.makeBidiStreamRequest<LeaseKeepAliveRequest, LeaseKeepAliveResponse>(
      LeaseService.leaseKeepAlive.path,
      (message) => Buffer.from(LeaseService.leaseKeepAlive.request.encode(message)),
      (bytes) => LeaseService.leaseKeepAlive.response.decode(bytes),
    );
  }

  next(): void {
    this.#current = (this.#current + 1) % this.#channels.length;
  }

  close(): void {
    this.#closed = true;
    for (const channel of this.#channels) channel.close();
  }
}

function metadataOf({ metadata = {} }: Pick<CallOptions, 'metadata'>): Metadata {
  const out = new Metadata();
  for (const [name, value] of Object.entries(metadata)) out.set(name, value);
  return out;
}

export function toEtcdError(error: ServiceError): EtcdError {
  const known = Object.values(Code).find((code) => code === Number(error.code)) ?? Code.unknown;
  if (known === Code.cancelled && error.details === 'Cancelled on client') return etcdErrors.canceled();
  return new EtcdError(known, error.details || grpcStatus[error.code] || error.message);
}
