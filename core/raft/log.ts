import { assert } from '../base/assert.ts';
import { entriesBytes, isFailure, limitEntries, type RaftStorage, type StorageFailure } from './storage.ts';
import { EntryType, type Entry, type Snapshot } from './types.ts';
import { Unstable } from './unstable.ts';

/** Entries that are looked at in one piece when a range is scanned, bytes. */
const scanPageBytes = 1 << 20;

/**
 * The log: what the storage has, followed by what is unstable.
 * Invariant: applied ≤ applying ≤ committed ≤ lastIndex.
 */
export class RaftLog {
  readonly storage: RaftStorage;
  readonly unstable: Unstable;
  committed: number;
  /** Handed out to be applied. */
  applying: number;
  applied: number;
  /** Bound on the bytes handed out and not acknowledged as applied. */
  readonly #maxApplyingBytes: number;
  #applyingBytes = 0;
  #applyingPaused = false;

  constructor(storage: RaftStorage, maxApplyingBytes: number) {
    this.storage = storage;
    this.#maxApplyingBytes = maxApplyingBytes;
    const first = storage.firstIndex();
    this.unstable = new Unstable(storage.lastIndex() + 1);
    this.committed = first - 1;
    this.applying = first - 1;
    this.applied = first - 1;
  }

  firstIndex(): number {
    return this.unstable.firstIndex() ?? this.storage.firstIndex();
  }

  lastIndex(): number {
    return this.unstable.lastIndex() ?? this.storage.lastIndex();
  }

  lastTerm(): number {
    const term = this.term(this.lastIndex());
    assert(!isFailure(term), 'the last entry has no term', () => `index ${this.lastIndex()}: ${term}`);
    return term;
  }

  term(index: number): number | StorageFailure {
    const unstable = this.unstable.term(index);
    if (unstable !== undefined) return unstable;
    if (index + 1 < this.firstIndex()) return 'compacted';
    if (index > this.lastIndex()) return 'unavailable';
    return this.storage.term(index);
  }

  /** 0 for an index that is compacted or not there. */
  termOrZero(index: number): number {
    const term = this.term(index);
    return isFailure(term) ? 0 : term;
  }

  matchTerm(index: number, term: number): boolean {
    return this.term(index) === term;
  }

  /** Raft §5.4.1: a later last term wins, then the longer log. */
  isUpToDate(index: number, term: number): boolean {
    const lastTerm = this.lastTerm();
    return term > lastTerm || (term === lastTerm && index >= this.lastIndex());
  }

  /**
   * Takes a leader's entries that follow (prevIndex, prevTerm): the new last index of what is known to match,
   * or undefined when the log has no such entry. A conflict with a committed entry is a broken invariant.
   */
  maybeAppend(prevIndex: number, prevTerm: number, entries: readonly Entry[], commit: number): number | undefined {
    if (!this.matchTerm(prevIndex, prevTerm)) return undefined;
    const last = prevIndex + entries.length;
    const conflict = entries.findIndex((entry) => !this.matchTerm(entry.index, entry.term));
    if (conflict >= 0) {
      const index = entries[conflict]!.index;
      assert(index > this.committed, 'entry conflicts with a committed entry', () => `index ${index}, committed ${this.committed}`);
      this.append(conflict === 0 ? entries : entries.slice(conflict));
    }
    this.commitTo(Math.min(commit, last));
    return last;
  }

  append(entries: readonly Entry[]): number {
    if (entries.length === 0) return this.lastIndex();
    const after = entries[0]!.index - 1;
    assert(after >= this.committed, 'append would overwrite a committed entry', () => `after ${after}, committed ${this.committed}`);
    this.unstable.truncateAndAppend(entries);
    return this.lastIndex();
  }

  /**
   * The largest index ≤ `index` whose term is at most `term`: the furthest place where this log can match one whose entry
   * at `index` has that term. Lets a leader and a follower skip whole terms when they look for their common prefix.
   * The term found is 0 when it is not known.
   */
  findConflictByTerm(index: number, term: number): { index: number; term: number } {
    for (let at = index; at > 0; at--) {
      const ours = this.term(at);
      if (isFailure(ours)) return { index: at, term: 0 };
      if (ours <= term) return { index: at, term: ours };
    }
    return { index: 0, term: 0 };
  }

  commitTo(index: number): void {
    if (index <= this.committed) return;
    assert(index <= this.lastIndex(), 'commit past the last index: was the log corrupted, truncated or lost?', () => `commit ${index}, last ${this.lastIndex()}`);
    this.committed = index;
  }

  /** Commits by count only an entry of the current term (Raft §5.4.2). */
  maybeCommit(index: number, term: number): boolean {
    if (term === 0 || index <= this.committed || !this.matchTerm(index, term)) return false;
    this.commitTo(index);
    return true;
  }

  // --- handing out

  /** Committed entries to apply next; without `allowUnstable` only those known to be on disk. */
  nextCommitted(allowUnstable: boolean): Entry[] {
    if (!this.canApply(allowUnstable)) return [];
    const entries = this.slice(this.applying + 1, this.#maxAppliable(allowUnstable) + 1, this.#maxApplyingBytes - this.#applyingBytes);
    assert(!isFailure(entries), 'committed entries cannot be read', () => String(entries));
    return entries;
  }

  canApply(allowUnstable: boolean): boolean {
    // A snapshot comes first: what follows it cannot be applied before it is installed.
    if (this.#applyingPaused || this.unstable.snapshot) return false;
    return this.applying < this.#maxAppliable(allowUnstable);
  }

  #maxAppliable(allowUnstable: boolean): number {
    return allowUnstable ? this.committed : Math.min(this.committed, this.unstable.offset - 1);
  }

  acceptApplying(index: number, bytes: number, allowUnstable: boolean): void {
    assert(index <= this.committed, 'applying past the commit index', () => `${index} > ${this.committed}`);
    this.applying = index;
    this.#applyingBytes += bytes;
    // Also paused when the byte limit cut the batch short: the rest waits until some of it is applied.
    this.#applyingPaused = this.#applyingBytes >= this.#maxApplyingBytes || index < this.#maxAppliable(allowUnstable);
  }

  appliedTo(index: number, bytes: number): void {
    assert(index <= this.committed && index >= this.applied, 'applied index out of range', () => `${index} is not in [${this.applied}, ${this.committed}]`);
    this.applied = index;
    this.applying = Math.max(this.applying, index);
    this.#applyingBytes = Math.max(0, this.#applyingBytes - bytes);
    this.#applyingPaused = this.#applyingBytes >= this.#maxApplyingBytes;
  }

  restore(snapshot: Snapshot): void {
    this.committed = snapshot.metadata.index;
    this.unstable.restore(snapshot);
  }

  // --- reading

  /** Entries from `low` to the end, as many as fit. */
  entriesFrom(low: number, maxBytes: number): Entry[] | StorageFailure {
    if (low > this.lastIndex()) return [];
    return this.slice(low, this.lastIndex() + 1, maxBytes);
  }

  slice(low: number, high: number, maxBytes: number): Entry[] | StorageFailure {
    if (low >= high) return [];
    if (low < this.firstIndex()) return 'compacted';
    assert(high <= this.lastIndex() + 1, 'slice past the end of the log', () => `[${low}, ${high}), last ${this.lastIndex()}`);
    const { offset } = this.unstable;
    if (low >= offset) return limitEntries(this.unstable.slice(low, high), maxBytes);
    const cut = Math.min(high, offset);
    const stable = this.storage.entries(low, cut, maxBytes);
    assert(stable !== 'unavailable', 'the storage lacks entries of its own', () => `[${low}, ${cut}) of [${this.storage.firstIndex()}, ${this.storage.lastIndex()}]`);
    if (isFailure(stable)) return stable;
    if (high <= offset || stable.length < cut - low) return stable;
    const used = entriesBytes(stable);
    if (used >= maxBytes) return stable;
    const rest = limitEntries(this.unstable.slice(offset, high), maxBytes - used);
    if (rest.length === 1 && used + entriesBytes(rest) > maxBytes) return stable;
    return [...stable, ...rest];
  }

  /** Whether an entry in [low, high) satisfies the condition. */
  some(low: number, high: number, condition: (entry: Entry) => boolean): boolean {
    for (let at = low; at < high; ) {
      const page = this.slice(at, high, scanPageBytes);
      assert(!isFailure(page) && page.length > 0, 'the log cannot be scanned', () => `at ${at}: ${String(page)}`);
      if (page.some(condition)) return true;
      at += page.length;
    }
    return false;
  }

  snapshot(): Snapshot | StorageFailure {
    return this.unstable.snapshot ?? this.storage.snapshot();
  }

  /** A configuration change that is committed but not applied: nobody may stand for election on the old configuration. */
  hasUnappliedConfChange(): boolean {
    if (this.applied >= this.committed) return false;
    return this.some(this.applied + 1, this.committed + 1, (entry) => entry.type !== EntryType.normal);
  }
}
