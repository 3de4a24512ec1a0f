import { byteString, compareBytes } from '../base/bytes.ts';
import type { Disposable } from '../base/dispose.ts';
import { etcdErrors } from '../base/etcd-error.ts';
import type { Event as PbEvent } from '../proto/gen/kv.ts';
import { ResponseHeader, WatchResponse, type WatchCreateRequest } from '../proto/gen/rpc.ts';
import { boundsOf, contains, isFromKey, type Bounds } from './range-bounds.ts';
import type { MvccStore } from './store.ts';
import type { Event } from './types.ts';

/** Revisions that one catch-up response may span. Source: etcd `watchBatchMaxRevs`. */
const catchUpRevisions = 1_000;

/** Where a stream's responses go. Headers carry the revision only: the service fills in the rest. */
export interface WatchSink {
  /** False: no more until `drained` is called. The response itself is taken. */
  send(response: WatchResponse): boolean;
}

interface Watcher {
  stream: WatchStream;
  id: bigint;
  bounds: Bounds;
  /** The first revision that was not delivered yet. */
  next: number;
  /** Served from the store's writes; otherwise it catches up from the store's rows. */
  synced: boolean;
  noPut: boolean;
  noDelete: boolean;
  prevKv: boolean;
  fragment: boolean;
  progressNotify: boolean;
  /** Sent something since the last progress round. */
  active: boolean;
}

/** What the engine needs of a store. */
export type WatchedStore = Pick<MvccStore, 'currentRevision' | 'compactRevision' | 'changes' | 'kvAt' | 'onEvents'>;

export interface WatchHubOptions {
  soon(run: () => void): void;
  /** A response larger than this is split for watchers that asked for fragments, bytes. */
  maxResponseBytes: number;
}

const filters = { noPut: 0, noDelete: 1 };

/**
 * The watch engine. A watcher is either synced, and then each write reaches it as it is made, or behind, and then it reads
 * the store's rows in slices until it is level. A stream that takes no more makes its watchers fall behind: nothing is
 * queued for it. All events of a revision go in one response, each once and in order.
 */
export class WatchHub implements Disposable {
  readonly #store: WatchedStore;
  readonly options: WatchHubOptions;
  /** Synced watchers of one key, by the key. */
  readonly #byKey = new Map<string, Set<Watcher>>();
  /** Synced watchers of ranges. */
  readonly #ranges = new Set<Watcher>();
  readonly #behind = new Set<Watcher>();
  readonly #streams = new Set<WatchStream>();
  readonly #listening: Disposable;
  /** The revision that synced watchers are served up to. */
  #servedTo: number;
  #scheduled = false;
  #disposed = false;

  constructor(store: WatchedStore, options: WatchHubOptions) {
    this.#store = store;
    this.options = options;
    this.#servedTo = store.currentRevision;
    this.#listening = store.onEvents((revision, events) => this.#dispatch(revision, events));
  }

  get watcherCount(): number {
    let count = this.#behind.size + this.#ranges.size;
    for (const watchers of this.#byKey.values()) count += watchers.size;
    return count;
  }

  get revision(): number {
    return this.#store.currentRevision;
  }

  openStream(sink: WatchSink): WatchStream {
    const stream = new WatchStream(this, sink, () => this.#streams.delete(stream));
    this.#streams.add(stream);
    return stream;
  }

  /** A round of progress notices, for the watchers that asked for them and had nothing to tell since the last. */
  notifyProgress(): void {
    for (const stream of this.#streams) stream.notifyProgress();
  }

  /**
   * The store's whole content was replaced by a newer one, and its revision has jumped: every watcher catches up from the
   * rows, from the first revision that it was not given. Those whose past is compacted there are cancelled as compacted.
   */
  storeReplaced(): void {
    const synced = [...this.#ranges];
    for (const watchers of this.#byKey.values()) synced.push(...watchers);
    for (const watcher of synced) {
      watcher.next = Math.max(watcher.next, this.#servedTo + 1);
      if (watcher.next > this.#store.currentRevision) continue;
      this.#unsync(watcher);
      this.#behind.add(watcher);
    }
    this.#servedTo = this.#store.currentRevision;
    this.schedule();
  }

  dispose(): void {
    this.#disposed = true;
    this.#listening.dispose();
    for (const stream of [...this.#streams]) stream.close();
  }

  // --- for streams

  add(watcher: Watcher): void {
    if (watcher.next > this.#store.currentRevision) this.#sync(watcher);
    else {
      this.#behind.add(watcher);
      this.schedule();
    }
  }

  drop(watcher: Watcher): void {
    this.#behind.delete(watcher);
    this.#unsync(watcher);
  }

  #sync(watcher: Watcher): void {
    watcher.synced = true;
    this.#behind.delete(watcher);
    if (!watcher.bounds.single) {
      this.#ranges.add(watcher);
      return;
    }
    const key = byteString(watcher.bounds.start);
    const watchers = this.#byKey.get(key);
    if (watchers) watchers.add(watcher);
    else this.#byKey.set(key, new Set([watcher]));
  }

  #unsync(watcher: Watcher): void {
    watcher.synced = false;
    if (!watcher.bounds.single) {
      this.#ranges.delete(watcher);
      return;
    }
    const key = byteString(watcher.bounds.start);
    const watchers = this.#byKey.get(key);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#byKey.delete(key);
  }

  // --- live events

  #dispatch(revision: number, events: readonly Event[]): void {
    this.#servedTo = revision;
    const found = new Map<Watcher, Event[]>();
    const add = (watcher: Watcher, event: Event): void => {
      const list = found.get(watcher);
      if (list) list.push(event);
      else found.set(watcher, [event]);
    };
    for (const event of events) {
      if (this.#byKey.size > 0) for (const watcher of this.#byKey.get(byteString(event.kv.key)) ?? []) add(watcher, event);
      for (const watcher of this.#ranges) if (contains(watcher.bounds, event.kv.key)) add(watcher, event);
    }
    for (const [watcher, list] of found) {
      // A watcher that begins in the future waits for its revision.
      if (revision < watcher.next) continue;
      if (!watcher.stream.ready) {
        this.#unsync(watcher);
        watcher.next = revision;
        this.#behind.add(watcher);
        continue;
      }
      watcher.next = revision + 1;
      watcher.stream.deliver(watcher, this.#toWire(watcher, list), revision);
    }
  }

  #toWire(watcher: Watcher, events: readonly Event[]): PbEvent[] {
    const out: PbEvent[] = [];
    for (const { type, kv } of events) {
      if (type === 'put' ? watcher.noPut : watcher.noDelete) continue;
      const fresh = type === 'put' && kv.createRevision === kv.modRevision;
      const prevKv = watcher.prevKv && !fresh ? this.#store.kvAt(kv.key, kv.modRevision - 1) : undefined;
      out.push({ type: type === 'put' ? 0 : 1, kv, prevKv });
    }
    return out;
  }

  // --- catching up

  schedule(): void {
    if (this.#scheduled || this.#behind.size === 0) return;
    this.#scheduled = true;
    this.options.soon(() => {
      this.#scheduled = false;
      if (this.#disposed) return;
      let more = false;
      for (const watcher of [...this.#behind]) if (watcher.stream.ready && this.#catchUp(watcher)) more = true;
      if (more) this.schedule();
    });
  }

  /** Reads one slice; true when there is more to read. */
  #catchUp(watcher: Watcher): boolean {
    const store = this.#store;
    const current = store.currentRevision;
    if (watcher.next < store.compactRevision) {
      watcher.stream.compacted(watcher, store.compactRevision);
      return false;
    }
    const events: PbEvent[] = [];
    let revisions = 0;
    let reached = current;
    store.changes(watcher.next, current, (revision, changed) => {
      const mine = changed.filter((event) => contains(watcher.bounds, event.kv.key));
      if (mine.length > 0 && revisions === catchUpRevisions) {
        reached = revision - 1;
        return false;
      }
      if (mine.length > 0) {
        revisions++;
        events.push(...this.#toWire(watcher, mine));
      }
      return true;
    });
    watcher.next = reached + 1;
    const level = reached === current;
    if (level) this.#sync(watcher);
    watcher.stream.deliver(watcher, events, level ? current : reached);
    return !level;
  }
}

/** The watchers of one client stream. */
export class WatchStream {
  readonly #hub: WatchHub;
  readonly #sink: WatchSink;
  readonly #closed: () => void;
  readonly #watchers = new Map<bigint, Watcher>();
  /** Ended by a compaction: the id stays taken until the client cancels it. */
  readonly #retired = new Set<bigint>();
  #nextId = 0n;
  #open = true;
  #ready = true;

  constructor(hub: WatchHub, sink: WatchSink, closed: () => void) {
    this.#hub = hub;
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
    const current = this.#hub.revision;
    const watcher: Watcher = {
      stream: this, id: request.watchId === 0n ? this.#freeId() : request.watchId, bounds: boundsOf(key.slice(), end.slice()),
      next: request.startRevision === 0 ? current + 1 : request.startRevision, synced: false,
      noPut: request.filters.includes(filters.noPut), noDelete: request.filters.includes(filters.noDelete),
      prevKv: request.prevKv, fragment: request.fragment, progressNotify: request.progressNotify, active: false,
    };
    this.#watchers.set(watcher.id, watcher);
    this.#send(WatchResponse.create({ header: ResponseHeader.create({ revision: current }), watchId: watcher.id, created: true }));
    this.#hub.add(watcher);
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
    this.#send(
      WatchResponse.create({ header: ResponseHeader.create({ revision: this.#hub.revision }), watchId: -1n, created: true, canceled: true, cancelReason: reason }),
    );
  }

  cancel(id: bigint): void {
    this.#retired.delete(id);
    const watcher = this.#watchers.get(id);
    if (!watcher) return;
    this.#watchers.delete(id);
    this.#hub.drop(watcher);
    this.#send(WatchResponse.create({ header: ResponseHeader.create({ revision: this.#hub.revision }), watchId: id, canceled: true }));
  }

  /** Answers only when everything up to the present revision has been sent on this stream. */
  progress(): void {
    if (this.#watchers.size === 0) return;
    const revision = this.#hub.revision;
    for (const watcher of this.#watchers.values()) if (!watcher.synced || watcher.next > revision + 1) return;
    this.#send(WatchResponse.create({ header: ResponseHeader.create({ revision }), watchId: -1n }));
  }

  notifyProgress(): void {
    const revision = this.#hub.revision;
    for (const watcher of this.#watchers.values()) {
      const due = watcher.progressNotify && watcher.synced && !watcher.active && watcher.next <= revision + 1;
      watcher.active = false;
      if (due && this.ready) this.#send(WatchResponse.create({ header: ResponseHeader.create({ revision }), watchId: watcher.id }));
    }
  }

  /** For the hub only. */
  deliver(watcher: Watcher, events: PbEvent[], revision: number): void {
    if (events.length === 0) return;
    watcher.active = true;
    const pieces = watcher.fragment ? split(events, this.#hub.options.maxResponseBytes) : [events];
    pieces.forEach((piece, i) => {
      const header = ResponseHeader.create({ revision });
      this.#send(WatchResponse.create({ header, watchId: watcher.id, events: piece, fragment: i < pieces.length - 1 }));
    });
  }

  /** For the hub only: the past that the watcher asked for is gone. */
  compacted(watcher: Watcher, compactRevision: number): void {
    this.#watchers.delete(watcher.id);
    this.#retired.add(watcher.id);
    this.#hub.drop(watcher);
    this.#send(WatchResponse.create({ header: ResponseHeader.create(), watchId: watcher.id, canceled: true, compactRevision }));
  }

  /** The client takes responses again. */
  drained(): void {
    this.#ready = true;
    this.#hub.schedule();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const watcher of this.#watchers.values()) this.#hub.drop(watcher);
    this.#watchers.clear();
    this.#closed();
  }

  #send(response: WatchResponse): void {
    if (this.#open && !this.#sink.send(response)) this.#ready = false;
  }
}

/** Cuts events into pieces below the limit; one that is larger by itself goes alone. */
function split(events: PbEvent[], maxBytes: number): PbEvent[][] {
  const pieces: PbEvent[][] = [];
  let piece: PbEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = eventBytes(event);
    if (piece.length > 0 && bytes + size >= maxBytes) {
      pieces.push(piece);
      piece = [];
      bytes = 0;
    }
    piece.push(event);
    bytes += size;
  }
  return [...pieces, piece];
}

/** An upper estimate of the encoded size. */
function eventBytes(event: PbEvent): number {
  const of = (kv: PbEvent['kv']): number => (kv ? kv.key.length + kv.value.length + 64 : 0);
  return of(event.kv) + of(event.prevKv) + 16;
}
