/** An item that waits in a heap for its time. */
export interface Due<T> {
  readonly item: T;
  /** Monotonic milliseconds. Changed through the heap only. */
  dueMs: number;
  /** Position in the heap; −1: not in it. */
  slot: number;
}

/** A binary heap of items by the time they are due, which knows where each is, so that any can be moved or taken out. */
export class DueHeap<T> {
  #entries: Due<T>[] = [];

  get size(): number {
    return this.#entries.length;
  }

  /** The entry that is due first. */
  get first(): Due<T> | undefined {
    return this.#entries[0];
  }

  add(item: T, dueMs: number): Due<T> {
    const entry: Due<T> = { item, dueMs, slot: this.#entries.length };
    this.#entries.push(entry);
    this.#up(entry);
    return entry;
  }

  /** Makes the heap of these alone, in linear time. */
  reset(items: Iterable<readonly [item: T, dueMs: number]>): Due<T>[] {
    for (const entry of this.#entries) entry.slot = -1;
    this.#entries = [];
    for (const [item, dueMs] of items) this.#entries.push({ item, dueMs, slot: this.#entries.length });
    const all = [...this.#entries];
    for (let slot = (this.#entries.length >>> 1) - 1; slot >= 0; slot--) this.#down(this.#entries[slot]!);
    return all;
  }

  move(entry: Due<T>, dueMs: number): void {
    const earlier = dueMs < entry.dueMs;
    entry.dueMs = dueMs;
    if (earlier) this.#up(entry);
    else this.#down(entry);
  }

  /** Takes an entry out; one that is out already stays out. */
  remove(entry: Due<T>): void {
    const { slot } = entry;
    if (slot < 0) return;
    entry.slot = -1;
    const last = this.#entries.pop()!;
    if (last === entry) return;
    this.#place(last, slot);
    this.#up(last);
    this.#down(last);
  }

  #place(entry: Due<T>, slot: number): void {
    this.#entries[slot] = entry;
    entry.slot = slot;
  }

  #up(entry: Due<T>): void {
    while (entry.slot > 0) {
      const parent = this.#entries[(entry.slot - 1) >>> 1]!;
      if (parent.dueMs <= entry.dueMs) return;
      const { slot } = entry;
      this.#place(entry, parent.slot);
      this.#place(parent, slot);
    }
  }

  #down(entry: Due<T>): void {
    for (;;) {
      const left = this.#entries[2 * entry.slot + 1];
      if (!left) return;
      const right = this.#entries[2 * entry.slot + 2];
      const child = right && right.dueMs < left.dueMs ? right : left;
      if (entry.dueMs <= child.dueMs) return;
      const { slot } = entry;
      this.#place(entry, child.slot);
      this.#place(child, slot);
    }
  }
}
