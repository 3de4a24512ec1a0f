import { byteString } from '../base/bytes.ts';
import type { Event as PbEvent } from '../proto/gen/kv.ts';
import { SharedEvent, type WatchedStore, type Watcher } from './watcher.ts';
import { WatcherIndex } from './watcher-index.ts';
import type { WatchStream } from './watch-stream.ts';

/** What one slice may read; a revision is not cut for it. */
export interface SliceLimits {
  revisions: number;
  /** Of keys and values. */
  bytes: number;
  /** Events handed out to watchers. */
  deliveries: number;
}

/** Source of the revisions: etcd `watchBatchMaxRevs`. */
export const sliceLimits: SliceLimits = { revisions: 1_000, bytes: 1 << 20, deliveries: 50_000 };

interface Slice {
  /** The last revision that was read. */
  reached: number;
  found: Map<Watcher, PbEvent[]>;
}

export interface CatchUpPorts {
  /** The watcher is level: writes serve it from now on. Told before its last events leave. */
  level(watcher: Watcher): void;
  /** Its stream did not take everything: it is behind again, from `next` on. */
  behind(watcher: Watcher, next: number): void;
}

/**
 * Brings watchers that are behind level with the store. Its rows are read in slices, each once for all watchers that are
 * there: like a lift, the reading goes up through the revisions, takes along whoever waits on its way, and begins again
 * below. Those that are nearly level have a slice of their own in each turn, so that a long way of others is not theirs.
 */
export class CatchUp {
  readonly #store: WatchedStore;
  readonly #ports: CatchUpPorts;
  readonly #limits: SliceLimits;
  readonly #index = new WatcherIndex<Watcher>();
  readonly #byStream = new Map<WatchStream, Set<Watcher>>();
  /** Where the lift is: the next revision to read. */
  #lift = 0;

  constructor(store: WatchedStore, ports: CatchUpPorts, limits: SliceLimits = sliceLimits) {
    this.#store = store;
    this.#limits = limits;
    this.#ports = ports;
  }

  get size(): number {
    return this.#index.size;
  }

  add(watcher: Watcher): void {
    this.#index.add(watcher);
    const watchers = this.#byStream.get(watcher.stream);
    if (watchers) watchers.add(watcher);
    else this.#byStream.set(watcher.stream, new Set([watcher]));
  }

  delete(watcher: Watcher): void {
    this.#index.delete(watcher);
    const watchers = this.#byStream.get(watcher.stream);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#byStream.delete(watcher.stream);
  }

  /** One turn of bounded work; true when there is more that a client would take. */
  turn(): boolean {
    const nearFrom = this.#store.currentRevision - this.#limits.revisions + 1;
    const near: Watcher[] = [];
    const far: Watcher[] = [];
    for (const watcher of this.#waiting()) (watcher.next >= nearFrom ? near : far).push(watcher);
    if (near.length > 0) this.#serve(near);
    if (far.length > 0) {
      const above = far.filter((watcher) => watcher.next >= this.#lift);
      this.#lift = this.#serve(above.length > 0 ? above : far) + 1;
    }
    for (const [stream, watchers] of this.#byStream) if (stream.ready && watchers.size > 0) return true;
    return false;
  }

  /** Those that can be served; who asked for what is compacted is told so, who is level already is let go. */
  #waiting(): Watcher[] {
    const { currentRevision, compactRevision } = this.#store;
    const out: Watcher[] = [];
    for (const [stream, watchers] of [...this.#byStream]) {
      if (!stream.ready) continue;
      for (const watcher of [...watchers]) {
        if (watcher.next < compactRevision) stream.compacted(watcher, compactRevision);
        else if (watcher.next > currentRevision) this.#level(watcher);
        else out.push(watcher);
      }
    }
    return out;
  }

  #level(watcher: Watcher): void {
    this.delete(watcher);
    this.#ports.level(watcher);
  }

  /** Reads a slice and hands it out; returns the last revision that was read. */
  #serve(watchers: readonly Watcher[]): number {
    // What was told in this turn may have filled a stream up: nothing is read for its watchers then.
    const group = watchers.filter((watcher) => watcher.stream.ready);
    const current = this.#store.currentRevision;
    if (group.length === 0) return current;
    const { reached, found } = this.#read(lowest(group), current);
    for (const watcher of group) {
      if (watcher.next > reached) continue;
      const events = found.get(watcher);
      // A stream that has had enough meanwhile is read for again.
      if (events && !watcher.stream.ready) continue;
      watcher.next = reached + 1;
      if (reached === current) this.#level(watcher);
      if (!events) continue;
      const unsent = watcher.stream.deliver(watcher, events, reached);
      if (unsent !== undefined) this.#ports.behind(watcher, unsent);
    }
    return reached;
  }

  #read(from: number, to: number): Slice {
    const limits = this.#limits;
    const found = new Map<Watcher, PbEvent[]>();
    let reached = to;
    let revisions = 0;
    let bytes = 0;
    let deliveries = 0;
    this.#store.changes(from, to, (revision, events) => {
      if (revisions >= limits.revisions || bytes >= limits.bytes || deliveries >= limits.deliveries) {
        reached = revision - 1;
        return false;
      }
      revisions++;
      for (const event of events) {
        bytes += event.kv.key.length + event.kv.value.length;
        const shared = new SharedEvent(this.#store, event);
        this.#index.visit(byteString(event.kv.key), (watcher) => {
          if (watcher.next < from || watcher.next > revision || !watcher.stream.ready) return;
          const wire = shared.for(watcher);
          if (!wire) return;
          deliveries++;
          const list = found.get(watcher);
          if (list) list.push(wire);
          else found.set(watcher, [wire]);
        });
      }
      return true;
    });
    return { reached, found };
  }
}

function lowest(watchers: readonly Watcher[]): number {
  let low = Infinity;
  for (const { next } of watchers) if (next < low) low = next;
  return low;
}
