import { byteString, compareBytes } from '../base/bytes.ts';
import { etcdErrors } from '../base/etcd-error.ts';
import type { Event as PbEvent } from '../proto/gen/kv.ts';
import { ResponseHeader, WatchResponse, type WatchCreateRequest } from '../proto/gen/rpc.ts';
import { boundsOf, isFromKey } from './range-bounds.ts';
import { byRevision, fragments, revisionOf } from './watch-responses.ts';
import type { Watcher } from './watcher.ts';

/** Where a stream's responses go. Headers carry the revision only: the service fills in the rest. */
export interface WatchSink {
  /** False: no more until `drained` is called. The response itself is taken. */
  send(response: WatchResponse): boolean;
}

/** What a stream needs of the engine. */
export interface WatchEngine {
  readonly revision: number;
  /** A response of this size or more is split for watchers that asked for fragments, bytes. */
  readonly maxResponseBytes: number;
  add(watcher: Watcher): void;
  drop(watcher: Watcher): void;
  /** Delivers what this turn's writes have made. */
  flush(): void;
  /** A stream takes responses again. */
  schedule(): void;
}

const filters = { noPut: 0, noDelete: 1 };
/** The id in answers that are of no watcher, or of all. */
const noWatcher = -1n;

/** The watchers of one client stream. */
export class WatchStream {
  readonly #engine: WatchEngine;
  readonly #sink: WatchSink;
  readonly #closed: () => void;
  readonly #watchers = new Map<bigint, Watcher>();
  /** Ended by a compaction: the id stays taken until the client cancels it. */
  readonly #retired = new Set<bigint>();
  #nextId = 0n;
  #open = true;
  #ready = true;

  constructor(engine: WatchEngine, sink: WatchSink, closed: () => void) {
    this.#engine = engine;
    this.#sink = sink;
    this.#closed = closed;
  }

  get ready(): boolean {
    return this.#open && this.#ready;
  }

  create(request: WatchCreateRequest): void {
    const key = request.key.length === 0 ? new Uint8Array(1) : request.key;
    const end = request.rangeEnd;
    if (end.length > 0 && !isFromKey(end) && compareBytes(end, key) <= 0) return this.#refuse('mvcc: watcher range is empty');
    if (request.startRevision < 0) return this.#refuse(etcdErrors.compacted().message);
    if (request.watchId !== 0n && this.#taken(request.watchId)) return this.#refuse('mvcc: duplicate watch ID provided on the WatchStream');
    const { revision } = this.#engine;
    const bounds = boundsOf(key, end);
    const watcher: Watcher = {
      stream: this, id: request.watchId === 0n ? this.#freeId() : request.watchId,
      single: bounds.single, start: byteString(bounds.start), end: bounds.end && byteString(bounds.end),
      startRevision: request.startRevision, next: request.startRevision === 0 ? revision + 1 : request.startRevision,
      noPut: request.filters.includes(filters.noPut), noDelete: request.filters.includes(filters.noDelete),
      prevKv: request.prevKv, fragment: request.fragment, progressNotify: request.progressNotify,
      synced: false, pending: [], active: false,
    };
    this.#watchers.set(watcher.id, watcher);
    this.#send({ header: headerAt(revision), watchId: watcher.id, created: true });
    this.#engine.add(watcher);
  }

  #taken(id: bigint): boolean {
    return this.#watchers.has(id) || this.#retired.has(id);
  }

  #freeId(): bigint {
    while (this.#taken(this.#nextId)) this.#nextId++;
    return this.#nextId++;
  }

  /** A watcher that cannot be: told on the stream, which stays open. `reason` is the text clients see. */
  #refuse(reason: string): void {
    this.#send({ header: headerAt(this.#engine.revision), watchId: noWatcher, created: true, canceled: true, cancelReason: reason });
  }

  cancel(id: bigint): void {
    this.#retired.delete(id);
    const watcher = this.#watchers.get(id);
    if (!watcher) return;
    this.#watchers.delete(id);
    this.#engine.drop(watcher);
    this.#send({ header: headerAt(this.#engine.revision), watchId: id, canceled: true });
  }

  /** Answers only when everything up to the present revision has been sent on this stream. */
  progress(): void {
    this.#engine.flush();
    if (!this.ready || this.#watchers.size === 0) return;
    const { revision } = this.#engine;
    for (const watcher of this.#watchers.values()) if (!watcher.synced || revision < watcher.startRevision) return;
    this.#send({ header: headerAt(revision), watchId: noWatcher });
  }

  notifyProgress(): void {
    const { revision } = this.#engine;
    for (const watcher of this.#watchers.values()) {
      const due = watcher.progressNotify && watcher.synced && !watcher.active && revision >= watcher.startRevision;
      watcher.active = false;
      if (due && this.ready) this.#send({ header: headerAt(revision), watchId: watcher.id });
    }
  }

  /**
   * For the engine only. Sends a watcher's events, which are complete up to `reached`; returns the first revision that was
   * not sent because the client takes no more.
   */
  deliver(watcher: Watcher, events: PbEvent[], reached: number): number | undefined {
    watcher.active = true;
    const responses = byRevision(events);
    for (let i = 0; i < responses.length; i++) {
      const response = responses[i]!;
      if (i > 0 && !this.ready) return revisionOf(response[0]!);
      const header = headerAt(i < responses.length - 1 ? revisionOf(response.at(-1)!) : reached);
      const pieces = watcher.fragment ? fragments(response, this.#engine.maxResponseBytes) : [response];
      pieces.forEach((piece, n) => this.#send({ header: { ...header }, watchId: watcher.id, events: piece, fragment: n < pieces.length - 1 }));
    }
    return undefined;
  }

  /** For the engine only: the past that the watcher asked for is gone. */
  compacted(watcher: Watcher, compactRevision: number): void {
    this.#watchers.delete(watcher.id);
    this.#retired.add(watcher.id);
    this.#engine.drop(watcher);
    this.#send({ header: headerAt(0), watchId: watcher.id, canceled: true, compactRevision });
  }

  /** The client takes responses again. */
  drained(): void {
    this.#ready = true;
    this.#engine.schedule();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const watcher of this.#watchers.values()) this.#engine.drop(watcher);
    this.#watchers.clear();
    this.#closed();
  }

  #send(response: Partial<WatchResponse>): void {
    if (this.#open && !this.#sink.send(WatchResponse.create(response))) this.#ready = false;
  }
}

const headerAt = (revision: number): ResponseHeader => ResponseHeader.create({ revision });
