import { assert } from '../../base/assert.ts';

/**
 * The appends sent to one follower and not acknowledged yet: a ring of their last indexes and sizes,
 * which grows to its limit only when it is needed.
 */
export class Inflights {
  readonly maxMessages: number;
  /** 0: no limit. */
  readonly maxBytes: number;
  #start = 0;
  #count = 0;
  #bytes = 0;
  #indexes: number[] = [];
  #sizes: number[] = [];

  constructor(maxMessages: number, maxBytes: number) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get full(): boolean {
    return this.#count === this.maxMessages || (this.maxBytes !== 0 && this.#bytes >= this.maxBytes);
  }

  add(index: number, bytes: number): void {
    assert(!this.full, 'cannot add into full inflights');
    if (this.#count === this.#indexes.length) this.#grow();
    const slot = (this.#start + this.#count) % this.#indexes.length;
    this.#indexes[slot] = index;
    this.#sizes[slot] = bytes;
    this.#count++;
    this.#bytes += bytes;
  }

  /** Frees every append whose last index is at most `index`. */
  freeTo(index: number): void {
    while (this.#count > 0 && this.#indexes[this.#start]! <= index) {
      this.#bytes -= this.#sizes[this.#start]!;
      this.#start = (this.#start + 1) % this.#indexes.length;
      this.#count--;
    }
    if (this.#count === 0) this.#start = 0;
  }

  reset(): void {
    this.#start = 0;
    this.#count = 0;
    this.#bytes = 0;
  }

  clone(): Inflights {
    const copy = new Inflights(this.maxMessages, this.maxBytes);
    copy.#start = this.#start;
    copy.#count = this.#count;
    copy.#bytes = this.#bytes;
    copy.#indexes = [...this.#indexes];
    copy.#sizes = [...this.#sizes];
    return copy;
  }

  #grow(): void {
    const size = Math.min(this.maxMessages, Math.max(4, this.#indexes.length * 2));
    const indexes = Array.from<number>({ length: size }).fill(0);
    const sizes = Array.from<number>({ length: size }).fill(0);
    for (let i = 0; i < this.#count; i++) {
      const from = (this.#start + i) % this.#indexes.length;
      indexes[i] = this.#indexes[from]!;
      sizes[i] = this.#sizes[from]!;
    }
    this.#indexes = indexes;
    this.#sizes = sizes;
    this.#start = 0;
  }
}
