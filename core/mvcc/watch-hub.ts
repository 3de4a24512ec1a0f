import { byteString } from '../base/bytes.ts';
import type { Disposable } from '../base/dispose.ts';
import { CatchUp, type SliceLimits } from './watch-catch-up.ts';
import { revisionOf } from './watch-responses.ts';
import { SharedEvent, type WatchedStore, type Watcher } from './watcher.ts';
import { WatcherIndex } from './watcher-index.ts';
import { WatchStream, type WatchEngine, type WatchSink } from './watch-stream.ts';
import type { Event } from './types.ts';

/** Events held for the end of a turn; beyond it they leave at once. */
const maxPending = 50_000;

export interface WatchHubOptions {
  soon(run: () => void): void;
  /** A response of this size or more is split for watchers that asked for fragments, bytes. */
  maxResponseBytes: number;
  /** How much those who are behind read at a time; without it, as etcd. */
  slice?: SliceLimits;
}

/**
 * The watch engine. A watcher is either synced, and then the writes of a turn reach it at the end of the turn, or behind,
 * and then it reads the store's rows in slices until it is level. A stream that takes no more makes its watchers fall
 * behind: nothing is queued for it. All events of a revision go in one response, each once and in order.
 */
export class WatchHub implements WatchEngine, Disposable {
  readonly #store: WatchedStore;
  readonly #options: WatchHubOptions;
  readonly #synced = new WatcherIndex<Watcher>();
  readonly #behind: CatchUp;
  readonly #streams = new Set<WatchStream>();
  readonly #listening: Disposable;
  /** The revision that synced watchers are served up to. */
  #servedTo: number;
  /** Synced watchers that have pending events. */
  #touched: Watcher[] = [];
  #pendingEvents = 0;
  #scheduled = false;
  /** Someone who is behind can be served. */
  #catchUpDue = false;
  #disposed = false;

  constructor(store: WatchedStore, options: WatchHubOptions) {
    this.#store = store;
    this.#options = options;
    this.#servedTo = store.currentRevision;
    const ports = { level: (watcher: Watcher) => this.#sync(watcher), behind: (watcher: Watcher, next: number) => this.#fallBehind(watcher, next) };
    this.#behind = new CatchUp(store, ports, options.slice);
    this.#listening = store.onEvents((revision, events) => this.#dispatch(revision, events));
  }

  get watcherCount(): number {
    return this.#synced.size + this.#behind.size;
  }

  /** Watchers that catch up, or whose client does not take what there is. */
  get slowWatcherCount(): number {
    return this.#behind.size;
  }

  /** Events that wait for the end of the turn. Those that a client does not take are not held: its watchers read them again. */
  get pendingEventCount(): number {
    return this.#pendingEvents;
  }

  get streamCount(): number {
    return this.#streams.size;
  }

  get revision(): number {
    return this.#store.currentRevision;
  }

  get maxResponseBytes(): number {
    return this.#options.maxResponseBytes;
  }

  openStream(sink: WatchSink): WatchStream {
    const stream = new WatchStream(this, sink, () => this.#streams.delete(stream));
    this.#streams.add(stream);
    return stream;
  }

  /** A round of progress notices, for the watchers that asked for them and had nothing to tell since the last. */
  notifyProgress(): void {
    this.flush();
    for (const stream of this.#streams) stream.notifyProgress();
  }

  /**
   * The store's whole content was replaced by a newer one, and its revision has jumped: every watcher catches up from the
   * rows, from the first revision that it was not given. Those whose past is compacted there are cancelled as compacted.
   */
  storeReplaced(): void {
    this.flush();
    for (const watcher of this.#synced.list()) {
      const next = Math.max(watcher.next, this.#servedTo + 1);
      if (next <= this.#store.currentRevision) this.#fallBehind(watcher, next);
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
    watcher.pending = [];
    watcher.synced = false;
    this.#synced.delete(watcher);
    this.#behind.delete(watcher);
  }

  #sync(watcher: Watcher): void {
    watcher.synced = true;
    this.#synced.add(watcher);
  }

  #fallBehind(watcher: Watcher, next: number): void {
    watcher.synced = false;
    watcher.next = next;
    this.#synced.delete(watcher);
    this.#behind.add(watcher);
    if (watcher.stream.ready) this.schedule();
  }

  // --- live events

  #dispatch(revision: number, events: readonly Event[]): void {
    this.#servedTo = revision;
    if (this.#synced.size === 0) return;
    for (const event of events) {
      const shared = new SharedEvent(this.#store, event);
      this.#synced.visit(byteString(event.kv.key), (watcher) => {
        // A watcher that begins in the future waits for its revision.
        if (revision < watcher.next) return;
        const wire = shared.for(watcher);
        if (!wire) return;
        this.#pendingEvents++;
        if (watcher.pending.push(wire) === 1) this.#touched.push(watcher);
      });
    }
    if (this.#pendingEvents >= maxPending) this.flush();
    else if (this.#pendingEvents > 0) this.#soon();
  }

  /** Delivers what this turn's writes have made. Called by itself at the end of the turn. */
  flush(): void {
    if (this.#touched.length === 0) return;
    const touched = this.#touched;
    this.#touched = [];
    this.#pendingEvents = 0;
    for (const watcher of touched) {
      const { pending, stream } = watcher;
      // Dropped meanwhile.
      if (pending.length === 0) continue;
      watcher.pending = [];
      if (!stream.ready) this.#fallBehind(watcher, revisionOf(pending[0]!));
      else {
        const unsent = stream.deliver(watcher, pending, revisionOf(pending.at(-1)!));
        if (unsent !== undefined) this.#fallBehind(watcher, unsent);
      }
    }
  }

  // --- catching up

  schedule(): void {
    this.#catchUpDue = this.#behind.size > 0;
    if (this.#catchUpDue) this.#soon();
  }

  #soon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.soon(() => {
      this.#scheduled = false;
      if (this.#disposed) return;
      this.flush();
      if (!this.#catchUpDue) return;
      this.#catchUpDue = this.#behind.turn();
      if (this.#catchUpDue) this.#soon();
    });
  }
}
