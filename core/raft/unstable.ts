import { assert } from '../base/assert.ts';
import type { Entry, Snapshot } from './types.ts';

/**
 * The end of the log that is not known to be on disk, and a snapshot that is not installed yet.
 * Entry `i` has index `offset + i`. Those below `offsetInProgress` have been handed out to be written.
 */
export class Unstable {
  snapshot: Snapshot | undefined;
  snapshotInProgress = false;
  offset: number;
  offsetInProgress: number;
  #entries: Entry[] = [];

  constructor(offset: number) {
    this.offset = offset;
    this.offsetInProgress = offset;
  }

  get length(): number {
    return this.#entries.length;
  }

  firstIndex(): number | undefined {
    return this.snapshot && this.snapshot.metadata.index + 1;
  }

  lastIndex(): number | undefined {
    if (this.#entries.length > 0) return this.offset + this.#entries.length - 1;
    return this.snapshot?.metadata.index;
  }

  term(index: number): number | undefined {
    if (index < this.offset) return this.snapshot?.metadata.index === index ? this.snapshot.metadata.term : undefined;
    return this.#entries[index - this.offset]?.term;
  }

  /** What is not handed out yet. */
  nextEntries(): Entry[] {
    const handedOut = this.offsetInProgress - this.offset;
    return handedOut === 0 ? this.#entries.slice() : this.#entries.slice(handedOut);
  }

  get hasNextEntries(): boolean {
    return this.offset + this.#entries.length > this.offsetInProgress;
  }

  nextSnapshot(): Snapshot | undefined {
    return this.snapshotInProgress ? undefined : this.snapshot;
  }

  acceptInProgress(): void {
    this.offsetInProgress = this.offset + this.#entries.length;
    if (this.snapshot) this.snapshotInProgress = true;
  }

  /** Entries up to this one are on disk, if it is still the one that was written: another term's write is no news. */
  stableTo(index: number, term: number): void {
    if (index < this.offset || this.term(index) !== term) return;
    this.#entries = this.#entries.slice(index + 1 - this.offset);
    this.offset = index + 1;
    this.offsetInProgress = Math.max(this.offsetInProgress, this.offset);
  }

  stableSnapTo(index: number): void {
    if (this.snapshot?.metadata.index !== index) return;
    this.snapshot = undefined;
    this.snapshotInProgress = false;
  }

  restore(snapshot: Snapshot): void {
    this.offset = snapshot.metadata.index + 1;
    this.offsetInProgress = this.offset;
    this.#entries = [];
    this.snapshot = snapshot;
    this.snapshotInProgress = false;
  }

  truncateAndAppend(entries: readonly Entry[]): void {
    const from = entries[0]!.index;
    if (from < this.offset) {
      // The write of what is replaced may be under way: the new entries are written after it.
      this.#entries = [];
      this.offset = from;
    } else {
      const keep = from - this.offset;
      assert(keep <= this.#entries.length, 'gap in the log', () => `entries end at ${this.offset + this.#entries.length}, append at ${from}`);
      if (keep < this.#entries.length) this.#entries = this.#entries.slice(0, keep);
    }
    this.offsetInProgress = Math.min(this.offsetInProgress, from);
    for (const entry of entries) this.#entries.push(entry);
  }

  slice(low: number, high: number): Entry[] {
    assert(low >= this.offset && high <= this.offset + this.#entries.length && low <= high, 'unstable slice out of bounds', () => `[${low}, ${high}) of [${this.offset}, ${this.offset + this.#entries.length})`);
    return this.#entries.slice(low - this.offset, high - this.offset);
  }
}
