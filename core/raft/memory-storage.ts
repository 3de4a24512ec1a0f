import { assert, AssertionError } from '../base/assert.ts';
import { emptyBytes } from '../base/bytes.ts';
import { emptyConfState, emptyHardState, limitEntries, type RaftStorage, type StorageFailure } from './storage.ts';
import type { ConfState, Entry, HardState, Snapshot } from './types.ts';

/** The log in memory, behind a snapshot's index and term. What makes it durable is the WAL beside it. */
export class MemoryStorage implements RaftStorage {
  #hardState: HardState = emptyHardState;
  #snapshot: Snapshot = { data: emptyBytes, metadata: { confState: emptyConfState, index: 0, term: 0 } };
  /** Index and term of the last entry that was compacted away. */
  #offset = 0;
  #offsetTerm = 0;
  /** Entry `i` has index `#offset + 1 + i`. */
  #entries: Entry[] = [];
  #confState: ConfState | undefined;

  initialState(): { hardState: HardState; confState: ConfState } {
    return { hardState: this.#hardState, confState: this.#confState ?? this.#snapshot.metadata.confState };
  }

  /** The configuration that the applied entries have led to, when more than the snapshot's are applied at the start. */
  setConfState(state: ConfState): void {
    this.#confState = state;
  }

  setHardState(state: HardState): void {
    this.#hardState = state;
  }

  firstIndex(): number {
    return this.#offset + 1;
  }

  lastIndex(): number {
    return this.#offset + this.#entries.length;
  }

  term(index: number): number | StorageFailure {
    if (index < this.#offset) return 'compacted';
    if (index === this.#offset) return this.#offsetTerm;
    return this.#entries[index - this.#offset - 1]?.term ?? 'unavailable';
  }

  entries(low: number, high: number, maxBytes: number): Entry[] | StorageFailure {
    if (low <= this.#offset) return 'compacted';
    assert(high <= this.lastIndex() + 1, 'entries past the last index', () => `high ${high}, last ${this.lastIndex()}`);
    if (this.#entries.length === 0) return 'unavailable';
    return limitEntries(this.#entries.slice(low - this.#offset - 1, high - this.#offset - 1), maxBytes);
  }

  snapshot(): Snapshot {
    return this.#snapshot;
  }

  /** Replaces the whole log by a snapshot. False when the present one is as new. */
  applySnapshot(snapshot: Snapshot): boolean {
    if (this.#snapshot.metadata.index >= snapshot.metadata.index) return false;
    this.#snapshot = snapshot;
    this.#offset = snapshot.metadata.index;
    this.#offsetTerm = snapshot.metadata.term;
    this.#entries = [];
    return true;
  }

  /** Notes a snapshot of the applied state; the log stays until `compact`. False when the present one is as new. */
  createSnapshot(index: number, confState: ConfState, data: Uint8Array): boolean {
    if (index <= this.#snapshot.metadata.index) return false;
    const term = this.term(index);
    if (typeof term === 'string') throw new AssertionError(`snapshot at ${index} is outside of the log: ${term}, last index ${this.lastIndex()}`);
    this.#snapshot = { data, metadata: { confState, index, term } };
    return true;
  }

  /** Drops entries up to and including `index`. False when they are gone already. */
  compact(index: number): boolean {
    if (index <= this.#offset) return false;
    const term = this.term(index);
    if (typeof term === 'string') throw new AssertionError(`compact ${index} is past the last index ${this.lastIndex()}`);
    this.#entries = this.#entries.slice(index - this.#offset);
    this.#offset = index;
    this.#offsetTerm = term;
    return true;
  }

  /** Gives up the entries after `index`. */
  truncateAfter(index: number): void {
    this.#entries.length = Math.min(this.#entries.length, Math.max(0, index - this.#offset));
  }

  /** Entries overwrite those with the same index and all that follow; they must not leave a gap. */
  append(entries: readonly Entry[]): void {
    const skip = entries.length === 0 ? 0 : Math.max(0, this.#offset + 1 - entries[0]!.index);
    if (skip >= entries.length) return;
    const at = entries[skip]!.index - this.#offset - 1;
    assert(at <= this.#entries.length, 'missing log entry', () => `last ${this.lastIndex()}, append at ${entries[skip]!.index}`);
    if (at < this.#entries.length) this.#entries.length = at;
    for (let i = skip; i < entries.length; i++) this.#entries.push(entries[i]!);
  }
}
