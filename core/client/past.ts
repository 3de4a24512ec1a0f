import type { ServiceError } from '@grpc/grpc-js';
import { EtcdError, etcdErrors } from '../base/etcd-error.ts';
import { WatchCreateRequest, WatchProgressRequest, type WatchResponse } from '../proto/gen/rpc.ts';
import { toEtcdError, type EtcdClient } from './etcd-client.ts';
import { watchEvents } from './watch.ts';

const compactedText = etcdErrors.compacted().message;

export function isCompacted(error: unknown): boolean {
  return error instanceof EtcdError && error.message === compactedText;
}

/**
 * The revision that the store was compacted at: the oldest that can be read. 0: never compacted.
 * No request tells it; a read at revision 1 says whether there is one, and a watch that begins there is refused with it.
 */
export async function compactionFloor(client: EtcdClient, key: Uint8Array, signal: AbortSignal): Promise<number> {
  try {
    await client.range({ key, revision: 1, countOnly: true }, { signal });
    return 0;
  } catch (error) {
    if (!isCompacted(error)) throw error;
  }
  const enough = AbortSignal.any([signal, AbortSignal.timeout(floorTimeoutMs)]);
  for await (const news of watchEvents(client, { key, startRevision: 1 }, enough)) {
    if (news.kind === 'compacted') return news.compactRevision;
    if (news.kind === 'canceled') throw etcdErrors.canceled();
  }
  throw signal.aborted ? etcdErrors.canceled() : etcdErrors.timeout();
}

export interface Deletions {
  /** Ascending. */
  revisions: number[];
  /** Every deletion from the revision asked for up to this one is listed. */
  through: number;
  /** False: this server does not tell when it has told all, so it was believed after a silence. */
  certain: boolean;
}

const floorTimeoutMs = 10_000;
const createTimeoutMs = 10_000;
/** Between two questions whether all has been told. */
const roundMs = 100;
/** Rounds of silence after which a server that does not say so is believed to have told all. It looks at its late watchers ten times a second. */
const quietRounds = 20;
/** Deletions of one search; it can go on behind the last. */
const maxDeletions = 100_000;
const filterNoPut = 0;

/**
 * When the key was deleted, from a revision on: a watch that leaves out what was put, so that no value is sent. It ends
 * when the server's progress says that all up to now was told.
 * Rejects with ErrCompacted when the past that was asked for is gone.
 */
export async function deletionsOf(client: EtcdClient, key: Uint8Array, from: number, signal: AbortSignal): Promise<Deletions> {
  const { version } = await client.status(client.current, { signal });
  return new Scan(client, key, from, ordersProgress(version), signal).result;
}

/**
 * Whether the answer to a progress request comes behind the events before it. Before, it was sent at once.
 * Source: etcd issue 15220, mended in 3.4.25, 3.5.8 and 3.6.
 */
export function ordersProgress(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map(Number);
  if (major !== 3) return major > 3;
  if (minor === 4) return patch >= 25;
  return minor === 5 ? patch >= 8 : minor > 5;
}

class Scan {
  readonly result: Promise<Deletions>;
  readonly #revisions: number[] = [];
  #createdAt = 0;
  #silentRounds = 0;
  #settle!: { resolve: (found: Deletions) => void; reject: (error: Error) => void };
  #stop: () => void = () => {};

  constructor(client: EtcdClient, key: Uint8Array, from: number, ordered: boolean, signal: AbortSignal) {
    this.result = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    const call = client.openWatch();
    const abort = (): void => this.#fail(etcdErrors.canceled());
    const late = setTimeout(() => this.#fail(etcdErrors.timeout()), createTimeoutMs);
    const rounds = setInterval(() => {
      if (this.#createdAt === 0) return;
      clearTimeout(late);
      if (++this.#silentRounds > quietRounds) this.#done(this.#createdAt, false);
      else call.write({ createRequest: undefined, cancelRequest: undefined, progressRequest: WatchProgressRequest.create() });
    }, roundMs);
    this.#stop = () => {
      clearTimeout(late);
      clearInterval(rounds);
      signal.removeEventListener('abort', abort);
      call.cancel();
    };
    call.on('data', (response: WatchResponse) => this.#take(response, ordered));
    call.on('error', (error: ServiceError) => this.#fail(toEtcdError(error)));
    signal.addEventListener('abort', abort, { once: true });
    call.write({ createRequest: WatchCreateRequest.create({ key, startRevision: from, filters: [filterNoPut] }), cancelRequest: undefined, progressRequest: undefined });
    if (signal.aborted) abort();
  }

  #take(response: WatchResponse, ordered: boolean): void {
    const revision = response.header?.revision ?? 0;
    if (response.canceled) this.#fail(response.compactRevision > 0 ? etcdErrors.compacted() : etcdErrors.canceled());
    else if (response.created) this.#createdAt = revision;
    else if (response.events.length > 0) {
      this.#silentRounds = 0;
      for (const { kv } of response.events) if (kv) this.#revisions.push(kv.modRevision);
      if (this.#revisions.length >= maxDeletions) this.#done(this.#revisions.at(-1)!, true);
    } else if (ordered) this.#done(revision, true);
  }

  #done(through: number, certain: boolean): void {
    this.#stop();
    this.#settle.resolve({ revisions: this.#revisions, through, certain });
  }

  #fail(error: Error): void {
    this.#stop();
    this.#settle.reject(error);
  }
}
