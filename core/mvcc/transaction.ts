import { assert } from '../base/assert.ts';
import type { LeaseId } from '../base/ids.ts';
import type { MvccStore } from './store.ts';
import type { Event, RangeEnd, RangeOptions, RangeOutcome, WriteTxn } from './types.ts';

/** For MvccStore, which opens one at a time. */
export class Transaction implements WriteTxn {
  readonly #store: MvccStore;
  readonly revision: number;
  readonly #events: Event[] = [];
  #ended = false;

  constructor(store: MvccStore, revision: number) {
    this.#store = store;
    this.revision = revision;
  }

  get changed(): boolean {
    return this.#events.length > 0;
  }

  get currentRevision(): number {
    return this.changed ? this.revision : this.revision - 1;
  }

  get compactRevision(): number {
    return this.#store.compactRevision;
  }

  range(key: Uint8Array, end: RangeEnd, options: RangeOptions): RangeOutcome {
    return this.#store.rangeAt(key, end, options, this.currentRevision);
  }

  put(key: Uint8Array, value: Uint8Array, lease: LeaseId): void {
    assert(!this.#ended, 'put after the end of the transaction');
    this.#events.push(this.#store.internalPut(this.revision, this.#events.length, key, value, lease));
  }

  deleteRange(key: Uint8Array, end: RangeEnd): number {
    assert(!this.#ended, 'delete after the end of the transaction');
    const live = this.#store.internalLive(key, end);
    for (const item of live) this.#events.push(this.#store.internalDelete(this.revision, this.#events.length, item));
    return live.length;
  }

  end(): void {
    assert(!this.#ended, 'the transaction has ended');
    this.#ended = true;
    this.#store.internalEnd(this.revision, this.#events);
  }
}
