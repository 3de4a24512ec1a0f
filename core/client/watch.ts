import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import { Code } from '../base/etcd-error.ts';
import { WatchCreateRequest, type WatchRequest, type WatchResponse } from '../proto/gen/rpc.ts';
import type { Event } from '../proto/gen/kv.ts';
import { toEtcdError, type EtcdClient } from './etcd-client.ts';

export type WatchNews =
  | { kind: 'created'; revision: number }
  | { kind: 'events'; revision: number; events: Event[] }
  /** The revision to go on from is gone: the watch ends. */
  | { kind: 'compacted'; compactRevision: number }
  /** The stream broke; it is opened again elsewhere, and goes on without a gap. */
  | { kind: 'disconnected'; reason: string }
  /** The server will not have it: the watch ends. */
  | { kind: 'canceled'; reason: string };

/** News kept for a slow reader before the stream is paused. */
const highWater = 256;
const reopenMs = 300;

/**
 * Watches until the signal aborts, the history is compacted away or the server refuses. After a break it goes on from the
 * first revision that was not delivered, at the next endpoint.
 */
export async function* watchEvents(client: EtcdClient, request: Partial<WatchCreateRequest>, signal: AbortSignal): AsyncGenerator<WatchNews> {
  let next = request.startRevision ?? 0;
  let told = false;
  while (!signal.aborted) {
    const attempt = new Attempt(client, { ...request, startRevision: next }, signal);
    try {
      for await (const news of attempt.news()) {
        if (news.kind === 'created') {
          // From here on a reconnect has to go on from what came next, not from "now".
          if (next === 0) next = news.revision + 1;
          told = false;
          yield news;
        } else if (news.kind === 'events') {
          next = news.revision + 1;
          yield news;
        } else if (news.kind === 'disconnected') {
          if (!told) yield news;
          told = true;
        } else {
          yield news;
          return;
        }
      }
    } finally {
      attempt.close();
    }
    if (signal.aborted) return;
    client.next();
    await pause(reopenMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}

/** One stream, until it breaks. */
class Attempt {
  readonly #call: ClientDuplexStream<WatchRequest, WatchResponse>;
  readonly #signal: AbortSignal;
  readonly #abort: () => void;
  #queue: WatchNews[] = [];
  #ended = false;
  #wake: () => void = () => {};

  constructor(client: EtcdClient, request: Partial<WatchCreateRequest>, signal: AbortSignal) {
    this.#signal = signal;
    // A member that is cut off from the others would say nothing, and nothing of that.
    this.#call = client.openWatch({ metadata: { hasleader: 'true' } });
    this.#abort = () => {
      this.#call.cancel();
      this.#end();
    };
    signal.addEventListener('abort', this.#abort, { once: true });
    this.#call.on('data', (response: WatchResponse) => this.#take(response));
    this.#call.on('error', (error: ServiceError) => this.#fail(error));
    this.#call.on('end', () => this.#end());
    this.#call.write({ createRequest: WatchCreateRequest.create(request), cancelRequest: undefined, progressRequest: undefined });
  }

  #take(response: WatchResponse): void {
    const revision = response.header?.revision ?? 0;
    if (response.canceled) {
      if (response.compactRevision > 0) this.#push({ kind: 'compacted', compactRevision: response.compactRevision });
      else this.#push({ kind: 'canceled', reason: response.cancelReason || 'the server canceled the watch' });
    } else if (response.created) this.#push({ kind: 'created', revision });
    else if (response.events.length > 0) this.#push({ kind: 'events', revision: lastRevision(response, revision), events: response.events });
  }

  #fail(error: ServiceError): void {
    if (this.#signal.aborted) return;
    const { code, message } = toEtcdError(error);
    // As etcd's client: these can pass, everything else is the server's last word.
    const passing = code === Code.unavailable || code === Code.internal || code === Code.unknown || code === Code.cancelled;
    this.#push(passing ? { kind: 'disconnected', reason: message } : { kind: 'canceled', reason: message });
    this.#end();
  }

  #push(news: WatchNews): void {
    this.#queue.push(news);
    if (this.#queue.length >= highWater) this.#call.pause();
    this.#wake();
  }

  #end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *news(): AsyncGenerator<WatchNews> {
    for (;;) {
      const batch = this.#queue;
      this.#queue = [];
      for (const item of batch) yield item;
      if (this.#queue.length > 0) continue;
      if (this.#ended || this.#signal.aborted) return;
      this.#call.resume();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (this.#queue.length > 0 || this.#ended) resolve();
      });
    }
  }

  close(): void {
    this.#signal.removeEventListener('abort', this.#abort);
    this.#call.cancel();
  }
}

/** What was delivered for sure: the last event's revision; the header of a catch-up may be ahead of it. */
function lastRevision(response: WatchResponse, header: number): number {
  const last = response.events.at(-1)?.kv?.modRevision ?? header;
  return response.fragment ? last - 1 : last;
}
