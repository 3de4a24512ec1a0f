/** What one revision did to a key. */
export interface KeyRevision {
  main: number;
  sub: number;
  tombstone: boolean;
}

/**
 * The kept revisions of one key, oldest first, across deletions and re-creations, in flat arrays.
 * `create` and `version` are those of the live key; version 0: the key is deleted.
 */
export class KeyHistory {
  readonly key: Uint8Array;
  create = 0;
  version = 0;
  #mains: number[] = [];
  /** Sub revision × 2, plus 1 for a tombstone. */
  #subs: number[] = [];

  constructor(key: Uint8Array) {
    this.key = key;
  }

  get live(): boolean {
    return this.version > 0;
  }

  get empty(): boolean {
    return this.#mains.length === 0;
  }

  get lastMain(): number {
    return this.#mains.at(-1) ?? 0;
  }

  put(main: number, sub: number): void {
    if (this.version === 0) this.create = main;
    this.version++;
    this.#mains.push(main);
    this.#subs.push(sub * 2);
  }

  /** A row read at start: earlier revisions of its generation may have been compacted away. */
  restore(main: number, sub: number, create: number, version: number): void {
    this.create = create;
    this.version = version;
    this.#mains.push(main);
    this.#subs.push(sub * 2);
  }

  tombstone(main: number, sub: number): void {
    this.create = 0;
    this.version = 0;
    this.#mains.push(main);
    this.#subs.push(sub * 2 + 1);
  }

  /** The newest revision at or before `main`; undefined when the key did not exist then. */
  at(main: number): KeyRevision | undefined {
    const i = this.#indexAt(main);
    if (i < 0) return undefined;
    const found = this.#revision(i);
    return found.tombstone ? undefined : found;
  }

  /** Position of the newest revision at or before `main`, −1 when there is none. */
  #indexAt(main: number): number {
    const mains = this.#mains;
    if (mains.length === 0 || mains[0]! > main) return -1;
    let low = 0;
    let high = mains.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (mains[middle]! <= main) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #revision(i: number): KeyRevision {
    const sub = this.#subs[i]!;
    return { main: this.#mains[i]!, sub: sub >>> 1, tombstone: (sub & 1) === 1 };
  }

  /**
   * Drops what a compaction to `main` makes unreachable and returns it. Kept: everything after `main`, and the newest
   * at or before it unless that is a tombstone; a tombstone exactly at `main` stays, for watchers that begin there.
   * At most `limit` go, the oldest: as many as that returned mean that there may be more.
   */
  compact(main: number, limit = Infinity): KeyRevision[] {
    const newest = this.#indexAt(main);
    if (newest < 0) return [];
    const last = this.#revision(newest);
    const drop = Math.min(limit, last.tombstone && last.main < main ? newest + 1 : newest);
    if (drop === 0) return [];
    const dropped: KeyRevision[] = [];
    for (let i = 0; i < drop; i++) dropped.push(this.#revision(i));
    this.#mains = this.#mains.slice(drop);
    this.#subs = this.#subs.slice(drop);
    return dropped;
  }
}
