import type { Event as PbEvent } from '../proto/gen/kv.ts';
import type { MvccStore } from './store.ts';
import type { Event } from './types.ts';
import type { Watched } from './watcher-index.ts';
import type { WatchStream } from './watch-stream.ts';

/** What the engine needs of a store. */
export type WatchedStore = Pick<MvccStore, 'currentRevision' | 'compactRevision' | 'changes' | 'kvAt' | 'onEvents'>;

export interface Watcher extends Watched {
  readonly stream: WatchStream;
  readonly id: bigint;
  /** As asked for; 0: from the present on. */
  readonly startRevision: number;
  readonly noPut: boolean;
  readonly noDelete: boolean;
  readonly prevKv: boolean;
  readonly fragment: boolean;
  readonly progressNotify: boolean;
  /** While it is behind: the first revision that was not delivered. Synced: nothing below it is to be delivered. */
  next: number;
  /** Served from the store's writes; otherwise it catches up from the store's rows. */
  synced: boolean;
  /** Events of writes of this turn, which leave together. */
  pending: PbEvent[];
  /** Sent something since the last progress round. */
  active: boolean;
}

/** An event in its wire form, made once for all watchers that get it. */
export class SharedEvent {
  readonly #store: WatchedStore;
  readonly #event: Event;
  readonly #plain: PbEvent;
  #withPrev: PbEvent | undefined;

  constructor(store: WatchedStore, event: Event) {
    this.#store = store;
    this.#event = event;
    this.#plain = { type: event.type === 'put' ? 0 : 1, kv: event.kv, prevKv: undefined };
  }

  /** Undefined: the watcher's filters drop it. */
  for(watcher: Watcher): PbEvent | undefined {
    if (this.#event.type === 'put' ? watcher.noPut : watcher.noDelete) return undefined;
    if (!watcher.prevKv) return this.#plain;
    return (this.#withPrev ??= this.#addPrev());
  }

  /** The key as it was before; a creation has none, and what is compacted is left out. */
  #addPrev(): PbEvent {
    const { type, kv } = this.#event;
    if (type === 'put' && kv.createRevision === kv.modRevision) return this.#plain;
    return { ...this.#plain, prevKv: this.#store.kvAt(kv.key, kv.modRevision - 1) };
  }
}

/** An upper estimate of an event's encoded size. */
export function eventBytes(event: PbEvent): number {
  const of = (kv: PbEvent['kv']): number => (kv ? kv.key.length + kv.value.length + 64 : 0);
  return of(event.kv) + of(event.prevKv) + 16;
}
