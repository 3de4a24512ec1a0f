import { assert } from '../base/assert.ts';
import { compareBytes } from '../base/bytes.ts';
import { BoltError, elementBytes, maxElements, maxKeyBytes, maxValueBytes, pageHeaderBytes } from './format.ts';

/** Keys behind one another in one buffer: a database of 2 GiB has half a million leaves. */
export class KeyList {
  #bytes = new Uint8Array(1024);
  /** Where each key ends. */
  readonly #ends: number[] = [];

  get length(): number {
    return this.#ends.length;
  }

  push(key: Uint8Array): void {
    const from = this.#ends.at(-1) ?? 0;
    const end = from + key.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes);
      this.#bytes = grown;
    }
    this.#bytes.set(key, from);
    this.#ends.push(end);
  }

  at(i: number): Uint8Array {
    return this.#bytes.subarray(i === 0 ? 0 : this.#ends[i - 1]!, this.#ends[i]!);
  }

  bytesAt(i: number): number {
    return this.#ends[i]! - (i === 0 ? 0 : this.#ends[i - 1]!);
  }
}

/** The pages of one level of a tree, in order: how many elements and how many pages each node has. */
export interface Level {
  counts: number[];
  pages: number[];
  firstKeys: KeyList;
}

const emptyLevel = (): Level => ({ counts: [], pages: [], firstKeys: new KeyList() });

/** Which element goes on which page of a bucket's tree: built from the sizes of its entries, in order. */
export class TreePlan {
  readonly #pageSize: number;
  /** Leaves first; the last level is the root alone. Complete after `end`. */
  readonly levels: Level[] = [emptyLevel()];
  #size = pageHeaderBytes;
  #count = 0;
  #leafBytes = 0;
  #lastKey = new Uint8Array(64);
  #lastKeyBytes = 0;

  constructor(pageSize: number) {
    this.#pageSize = pageSize;
  }

  /** Keys must come ascending; they are not kept. Throws BoltError when the format has no room for an entry. */
  add(key: Uint8Array, valueBytes: number): void {
    if (key.length === 0 || key.length > maxKeyBytes) throw new BoltError(`a key of ${key.length} bytes cannot be stored: 1 to ${maxKeyBytes} can`);
    if (valueBytes > maxValueBytes) throw new BoltError(`a value of ${valueBytes} bytes cannot be stored: at most ${maxValueBytes} can`);
    assert(compareBytes(this.#lastKey.subarray(0, this.#lastKeyBytes), key) < 0, 'entries of a bucket come in order');
    const bytes = elementBytes + key.length + valueBytes;
    if (this.#count > 0 && (this.#size + bytes > this.#pageSize || this.#count === maxElements)) this.#endLeaf();
    if (this.#count === 0) this.levels[0]!.firstKeys.push(key);
    this.#size += bytes;
    this.#count++;
    if (key.length > this.#lastKey.length) this.#lastKey = new Uint8Array(key.length);
    this.#lastKey.set(key);
    this.#lastKeyBytes = key.length;
  }

  #endLeaf(): void {
    const leaves = this.levels[0]!;
    leaves.counts.push(this.#count);
    leaves.pages.push(Math.ceil(this.#size / this.#pageSize));
    this.#leafBytes = this.#size;
    this.#size = pageHeaderBytes;
    this.#count = 0;
  }

  /** Bytes of the last leaf, its header included. */
  get leafBytes(): number {
    return this.#leafBytes;
  }

  /** No more entries: puts the branches over the leaves. An empty tree is one empty leaf. */
  end(): void {
    this.#endLeaf();
    for (let below = this.levels[0]!; below.counts.length > 1; below = this.levels.at(-1)!) this.levels.push(this.#branchesOver(below));
  }

  /** At least two children each: bbolt relies on it. */
  #branchesOver(below: Level): Level {
    const starts = [0];
    let size = pageHeaderBytes;
    for (let child = 0; child < below.counts.length; child++) {
      const bytes = elementBytes + below.firstKeys.bytesAt(child);
      const count = child - starts.at(-1)!;
      if (count >= 2 && (size + bytes > this.#pageSize || count === maxElements)) {
        starts.push(child);
        size = pageHeaderBytes;
      }
      size += bytes;
    }
    const last = starts.length - 1;
    if (last > 0 && below.counts.length - starts[last]! < 2) this.#shareLast(starts);
    return this.#branchLevel(below, starts);
  }

  /** The last branch got one child only: it takes one from the branch before, or goes into it where that has just two. */
  #shareLast(starts: number[]): void {
    const last = starts.length - 1;
    if (starts[last]! - starts[last - 1]! > 2) starts[last]!--;
    else starts.pop();
  }

  #branchLevel(below: Level, starts: readonly number[]): Level {
    const level = emptyLevel();
    starts.forEach((start, i) => {
      const end = starts[i + 1] ?? below.counts.length;
      let size = pageHeaderBytes;
      for (let child = start; child < end; child++) size += elementBytes + below.firstKeys.bytesAt(child);
      level.counts.push(end - start);
      level.pages.push(Math.ceil(size / this.#pageSize));
      level.firstKeys.push(below.firstKeys.at(start));
    });
    return level;
  }

  get pageCount(): number {
    let pages = 0;
    for (const level of this.levels) for (const count of level.pages) pages += count;
    return pages;
  }
}
