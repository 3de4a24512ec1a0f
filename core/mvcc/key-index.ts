import { assert } from '../base/assert.ts';
import { compareBytes } from '../base/bytes.ts';
import { KeyHistory } from './key-history.ts';

/** Most keys in a leaf, and children in a branch. */
const fanOut = 64;

interface Leaf {
  leaf: true;
  items: KeyHistory[];
  /** Keys in this subtree that exist now. */
  live: number;
}

interface Branch {
  leaf: false;
  children: Node[];
  live: number;
}

type Node = Leaf | Branch;

const firstKey = (node: Node): Uint8Array => {
  let at = node;
  while (!at.leaf) at = at.children[0]!;
  return at.items[0]!.key;
};

/** Position of the first item whose key is not below `key`. */
function lowerBound(items: readonly KeyHistory[], key: Uint8Array): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes(items[middle]!.key, key) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The child that holds `key`, or would. */
function childFor(branch: Branch, key: Uint8Array): number {
  let low = 0;
  let high = branch.children.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (compareBytes(firstKey(branch.children[middle]!), key) <= 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

const emptyLeaf = (): Leaf => ({ leaf: true, items: [], live: 0 });

/**
 * Every key that has kept revisions, in byte order: a B+tree whose nodes count the live keys below them, so that
 * counting a range takes two descents instead of a walk.
 */
export class KeyIndex {
  #root: Node = emptyLeaf();
  #size = 0;

  /** Keys with kept revisions, deleted ones included. */
  get size(): number {
    return this.#size;
  }

  get liveCount(): number {
    return this.#root.live;
  }

  get(key: Uint8Array): KeyHistory | undefined {
    let node = this.#root;
    while (!node.leaf) node = node.children[childFor(node, key)]!;
    const item = node.items[lowerBound(node.items, key)];
    return item && compareBytes(item.key, key) === 0 ? item : undefined;
  }

  /** Changes a key's history through `change`, making it first where it is not there, and keeps the counts true. */
  update(key: Uint8Array, change: (history: KeyHistory) => void): void {
    const split = this.#updateIn(this.#root, key, change);
    if (split) this.#root = { leaf: false, children: [this.#root, split], live: this.#root.live + split.live };
  }

  #updateIn(node: Node, key: Uint8Array, change: (history: KeyHistory) => void): Node | undefined {
    if (!node.leaf) {
      const i = childFor(node, key);
      const child = node.children[i]!;
      const before = child.live;
      const split = this.#updateIn(child, key, change);
      node.live += child.live + (split?.live ?? 0) - before;
      if (!split) return undefined;
      node.children.splice(i + 1, 0, split);
      return node.children.length > fanOut ? splitBranch(node) : undefined;
    }
    const i = lowerBound(node.items, key);
    let item = node.items[i];
    if (!item || compareBytes(item.key, key) !== 0) {
      item = new KeyHistory(key);
      node.items.splice(i, 0, item);
      this.#size++;
    }
    const before = item.live ? 1 : 0;
    change(item);
    node.live += (item.live ? 1 : 0) - before;
    return node.items.length > fanOut ? splitLeaf(node) : undefined;
  }

  /** Takes out a key without kept revisions. */
  remove(key: Uint8Array): void {
    if (!this.#removeFrom(this.#root, key)) return;
    this.#size--;
    while (!this.#root.leaf && this.#root.children.length === 1) this.#root = this.#root.children[0]!;
    if (!this.#root.leaf && this.#root.children.length === 0) this.#root = emptyLeaf();
  }

  #removeFrom(node: Node, key: Uint8Array): boolean {
    if (node.leaf) {
      const i = lowerBound(node.items, key);
      const item = node.items[i];
      if (!item || compareBytes(item.key, key) !== 0) return false;
      assert(!item.live && item.empty, 'removing a key with kept revisions');
      node.items.splice(i, 1);
      return true;
    }
    const i = childFor(node, key);
    const child = node.children[i]!;
    if (!this.#removeFrom(child, key)) return false;
    // Empty nodes go; others may stay small: compaction is the only remover, and growth fills them again.
    if ((child.leaf ? child.items.length : child.children.length) === 0) node.children.splice(i, 1);
    return true;
  }

  /** Live keys in [start, end); without `end`, to the last key. */
  countLive(start: Uint8Array, end: Uint8Array | undefined): number {
    const upTo = end === undefined ? this.#root.live : this.#rank(end);
    return Math.max(0, upTo - this.#rank(start));
  }

  /** Live keys below `key`. */
  #rank(key: Uint8Array): number {
    let rank = 0;
    let node = this.#root;
    while (!node.leaf) {
      const i = childFor(node, key);
      for (let j = 0; j < i; j++) rank += node.children[j]!.live;
      node = node.children[i]!;
    }
    const stop = lowerBound(node.items, key);
    for (let i = 0; i < stop; i++) if (node.items[i]!.live) rank++;
    return rank;
  }

  /** Visits keys in [start, end) ascending, deleted ones included, until `visit` returns false. */
  scan(start: Uint8Array, end: Uint8Array | undefined, visit: (history: KeyHistory) => boolean): void {
    scanNode(this.#root, start, end, visit);
  }
}

function splitLeaf(leaf: Leaf): Leaf {
  const items = leaf.items.splice(fanOut >>> 1);
  const live = items.reduce((sum, item) => sum + (item.live ? 1 : 0), 0);
  leaf.live -= live;
  return { leaf: true, items, live };
}

function splitBranch(branch: Branch): Branch {
  const children = branch.children.splice(fanOut >>> 1);
  const live = children.reduce((sum, child) => sum + child.live, 0);
  branch.live -= live;
  return { leaf: false, children, live };
}

/** False when the visit was ended. */
function scanNode(node: Node, start: Uint8Array, end: Uint8Array | undefined, visit: (history: KeyHistory) => boolean): boolean {
  if (!node.leaf) {
    for (let i = childFor(node, start); i < node.children.length; i++) {
      if (!scanNode(node.children[i]!, start, end, visit)) return false;
    }
    return true;
  }
  for (let i = lowerBound(node.items, start); i < node.items.length; i++) {
    const item = node.items[i]!;
    if (end !== undefined && compareBytes(item.key, end) >= 0) return false;
    if (!visit(item)) return false;
  }
  return true;
}
