import { compareBytes } from '../base/bytes.ts';
import { commonPrefix, type KeyPage } from './key-page.ts';

/** Most children of a branch, and the fewest, except of the root. */
export const maxChildren = 64;
export const minChildren = 16;

export type Node = KeyPage | Branch;

/** Four bytes of a key as a number, those behind its end as zeros: in the order of the keys, but for ties. */
function headOf(key: Uint8Array, at: number): number {
  const { length } = key;
  const a = at < length ? key[at]! : 0;
  const b = at + 1 < length ? key[at + 1]! : 0;
  const c = at + 2 < length ? key[at + 2]! : 0;
  const d = at + 3 < length ? key[at + 3]! : 0;
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}

/** An inner node of the key index. */
export class Branch {
  readonly leaf = false;
  readonly children: Node[];
  /** One less than children: separator i is above all keys of child i and not above any of child i + 1. */
  readonly #separators: Uint8Array[];
  /** Length of what all separators begin with. */
  #skip = 0;
  /** What comes behind that in each: most searches look no further. */
  readonly #heads = new Uint32Array(maxChildren);
  /** Keys in this subtree that exist now. */
  live = 0;
  /** No key in this subtree came or went at a later revision; a removal may leave it too high. */
  changed = 0;

  constructor(children: Node[], separators: Uint8Array[]) {
    this.children = children;
    this.#separators = separators;
    this.#recount();
    this.#setHeads();
  }

  get separators(): readonly Uint8Array[] {
    return this.#separators;
  }

  #recount(): void {
    this.live = 0;
    this.changed = 0;
    for (const child of this.children) {
      this.live += child.live;
      this.changed = Math.max(this.changed, child.changed);
    }
  }

  #setHeads(): void {
    const separators = this.#separators;
    if (separators.length === 0) return;
    this.#skip = commonPrefix(separators[0]!, separators.at(-1)!);
    for (let i = 0; i < separators.length; i++) this.#heads[i] = headOf(separators[i]!, this.#skip);
  }

  /** The child that holds `key`, or would: as many separators are not above it. */
  childFor(key: Uint8Array): number {
    const separators = this.#separators;
    const skip = this.#skip;
    const first = separators[0]!;
    for (let i = 0; i < skip; i++) {
      // A key that ends here is below all of them.
      if (i === key.length || key[i]! < first[i]!) return 0;
      if (key[i]! > first[i]!) return separators.length;
    }
    const heads = this.#heads;
    const head = headOf(key, skip);
    let low = 0;
    let high = separators.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = heads[middle]!;
      if (other < head || (other === head && compareBytes(separators[middle]!, key) <= 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts `right`, so far a part of child `at`, behind it. */
  insertAfter(at: number, separator: Uint8Array, right: Node): void {
    this.children.splice(at + 1, 0, right);
    this.#separators.splice(at, 0, separator);
    if (this.children.length <= maxChildren) this.#setHeads();
  }

  /** Takes out child `at`, which its left neighbour has taken in. */
  remove(at: number): void {
    this.children.splice(at, 1);
    this.#separators.splice(at - 1, 1);
    this.#setHeads();
  }

  /** Replaces child `at` and what separates it from its left neighbour, which has taken in the rest. */
  replace(at: number, separator: Uint8Array, child: Node): void {
    this.children[at] = child;
    this.#separators[at - 1] = separator;
    this.#setHeads();
  }

  /** The upper half goes into a branch of its own; the separator between them is taken out, to move up. */
  split(): { upper: Branch; separator: Uint8Array } {
    const middle = this.children.length >>> 1;
    const upper = new Branch(this.children.splice(middle), this.#separators.splice(middle));
    const separator = this.#separators.pop()!;
    this.#recount();
    this.#setHeads();
    return { upper, separator };
  }

  /** Takes in the branch that follows, cut off again if that is too much; `separator` was between them. */
  join(separator: Uint8Array, next: Branch): { upper: Branch; separator: Uint8Array } | undefined {
    this.children.push(...next.children);
    this.#separators.push(separator, ...next.#separators);
    if (this.children.length > maxChildren) return this.split();
    this.#recount();
    this.#setHeads();
    return undefined;
  }
}
