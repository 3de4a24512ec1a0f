import { assert } from '../base/assert.ts';
import { compareBytes, emptyBytes } from '../base/bytes.ts';
import { FoundKey } from './found-key.ts';
import { Branch, maxChildren, minChildren, type Node } from './key-branch.ts';
import { KeyPage, pageBytes, separatorOf } from './key-page.ts';
import { KeyRecord } from './key-record.ts';
import { RevisionLists } from './revision-lists.ts';
import type { KeyRevision } from './types.ts';

/** A compacted page with fewer bytes is joined with a neighbour that has the room. */
const minPageBytes = pageBytes / 4;

/** What a put made of its key. */
export interface PutOutcome {
  create: number;
  version: number;
  /** The revision that hung on a lease until now. */
  leased: { main: number; sub: number } | undefined;
}

/**
 * Every key that has kept revisions, in byte order: a B+tree of packed pages, whose nodes count the live keys below them
 * and know the newest revision at which one came or went, so that counting a range takes two descents, and at a past
 * revision only the pages more in which keys came or went since. Keys and records are bytes in the pages: a key costs its rest behind the page's prefix and some ten bytes.
 */
export class KeyIndex {
  #root: Node;
  #size = 0;
  readonly #lists = new RevisionLists();
  readonly #record = new KeyRecord(this.#lists);
  readonly #found = new FoundKey();
  /** The way down to the page that was looked for last: branches, and in each the child. */
  readonly #branches: Branch[] = [];
  readonly #children: number[] = [];
  #depth = 0;
  #page: KeyPage;
  /** The key's position in the page as `search` tells it, and whether it existed before the change under way. */
  #at = 0;
  #wasLive = false;
  /** Revisions that the slice of a compaction under way may still drop. */
  #toDrop = 0;

  constructor() {
    this.#page = new KeyPage();
    this.#root = this.#page;
  }

  /** Keys with kept revisions, deleted ones included. */
  get size(): number {
    return this.#size;
  }

  get liveCount(): number {
    return this.#root.live;
  }

  // --- reading

  #pageOf(key: Uint8Array): KeyPage {
    let node = this.#root;
    while (!node.leaf) node = node.children[node.childFor(key)]!;
    return node;
  }

  /** The key's revision at `revision`; undefined when it did not exist then. */
  at(key: Uint8Array, revision: number): KeyRevision | undefined {
    const page = this.#pageOf(key);
    const i = page.search(key);
    if (i < 0) return undefined;
    page.read(i, this.#record);
    return this.#record.at(revision);
  }

  /** Keys in [start, end) that exist at `revision`; without `end`, to the last key. */
  count(start: Uint8Array, end: Uint8Array | undefined, revision: number): number {
    if (end !== undefined && compareBytes(start, end) >= 0) return 0;
    return this.#countIn(this.#root, start, end, revision);
  }

  /** Bounds that the node lies within are undefined. */
  #countIn(node: Node, start: Uint8Array | undefined, end: Uint8Array | undefined, revision: number): number {
    if (node.changed <= revision) {
      if (node.live === 0) return 0;
      if (start === undefined && end === undefined) return node.live;
    }
    if (node.leaf) return this.#countInPage(node, start, end, revision);
    const first = start === undefined ? 0 : node.childFor(start);
    const last = end === undefined ? node.children.length - 1 : node.childFor(end);
    let count = 0;
    for (let i = first; i <= last; i++) count += this.#countIn(node.children[i]!, i === first ? start : undefined, i === last ? end : undefined, revision);
    return count;
  }

  #countInPage(page: KeyPage, start: Uint8Array | undefined, end: Uint8Array | undefined, revision: number): number {
    const from = start === undefined ? 0 : page.lowerBound(start);
    const to = end === undefined ? page.count : page.lowerBound(end);
    const present = page.changed <= revision;
    if (present && page.live === page.count) return Math.max(0, to - from);
    let count = 0;
    for (let i = from; i < to; i++) if (present ? page.liveAt(i) : this.#existed(page, i, revision)) count++;
    return count;
  }

  #existed(page: KeyPage, i: number, revision: number): boolean {
    page.read(i, this.#record);
    return this.#record.at(revision) !== undefined;
  }

  /**
   * Visits the keys in [start, end) that exist at `revision`, ascending, until `visit` returns false. What it is given is
   * good during the call only, and it must not change the index.
   */
  scan(start: Uint8Array, end: Uint8Array | undefined, revision: number, visit: (found: FoundKey) => boolean): void {
    this.#scanIn(this.#root, start, end, revision, visit);
  }

  /** False when the visit was ended, or the end is reached. */
  #scanIn(node: Node, start: Uint8Array | undefined, end: Uint8Array | undefined, revision: number, visit: (found: FoundKey) => boolean): boolean {
    if (node.live === 0 && node.changed <= revision) return true;
    if (!node.leaf) {
      const first = start === undefined ? 0 : node.childFor(start);
      const last = end === undefined ? node.children.length - 1 : node.childFor(end);
      for (let i = first; i <= last; i++) {
        if (!this.#scanIn(node.children[i]!, i === first ? start : undefined, i === last ? end : undefined, revision, visit)) return false;
      }
      return true;
    }
    const to = end === undefined ? node.count : node.lowerBound(end);
    for (let i = start === undefined ? 0 : node.lowerBound(start); i < to; i++) {
      node.read(i, this.#record);
      if (this.#found.internalLook(node, i, this.#record, revision) && !visit(this.#found)) return false;
    }
    return true;
  }

  // --- writing

  put(key: Uint8Array, main: number, sub: number, leased: boolean): PutOutcome {
    const record = this.#recordOf(key);
    const before = record.leased ? { main: record.main, sub: record.sub } : undefined;
    record.put(main, sub, leased);
    this.#store(key);
    return { create: record.create, version: record.version, leased: before };
  }

  /** A put as its row says it. */
  restore(key: Uint8Array, main: number, sub: number, leased: boolean, create: number, version: number): void {
    this.#recordOf(key).restore(main, sub, leased, create, version);
    this.#store(key);
  }

  tombstone(key: Uint8Array, main: number, sub: number): void {
    this.#recordOf(key).tombstone(main, sub);
    this.#store(key);
  }

  #descend(key: Uint8Array): void {
    let depth = 0;
    let node = this.#root;
    while (!node.leaf) {
      const at = node.childFor(key);
      this.#branches[depth] = node;
      this.#children[depth++] = at;
      node = node.children[at]!;
    }
    this.#depth = depth;
    this.#page = node;
  }

  /** Finds the key and reads its record: an empty one when it has none. */
  #recordOf(key: Uint8Array): KeyRecord {
    this.#descend(key);
    this.#at = this.#page.search(key);
    if (this.#at >= 0) this.#page.read(this.#at, this.#record);
    else this.#record.clear();
    this.#wasLive = this.#record.live;
    return this.#record;
  }

  /** Packs the record into the page that was found, which is cut until there is room; true when it was. */
  #store(key: Uint8Array): boolean {
    const record = this.#record;
    let cut = false;
    record.pack();
    if (this.#at < 0) this.#size++;
    while (!(this.#at >= 0 ? this.#page.write(this.#at, record) : this.#page.insert(-1 - this.#at, key, record))) {
      cut = true;
      this.#cut(key);
      this.#descend(key);
      this.#at = this.#page.search(key);
    }
    if (record.live === this.#wasLive) return cut;
    for (let i = 0; i < this.#depth; i++) {
      const branch = this.#branches[i]!;
      branch.live += record.live ? 1 : -1;
      if (record.main > branch.changed) branch.changed = record.main;
    }
    return cut;
  }

  /** Cuts the page that was found. New keys at its ends get an empty one: those that come in order leave full pages behind. */
  #cut(key: Uint8Array): void {
    const page = this.#page;
    const { count } = page;
    const at = -1 - this.#at;
    if (this.#at >= 0 && count === 1) return page.tighten();
    const cut = at === 0 || at === count ? at : page.middle();
    const upper = page.split(cut);
    const separator = separatorOf(cut === 0 ? key : page.keyAt(cut - 1), cut === count ? key : upper.keyAt(0));
    this.#insertAfter(this.#depth - 1, page, separator, upper);
  }

  /** Puts `right`, so far a part of `left`, behind it below the branch at this depth of the path; −1: below a new root. */
  #insertAfter(depth: number, left: Node, separator: Uint8Array, right: Node): void {
    if (depth < 0) {
      this.#root = new Branch([left, right], [separator]);
      return;
    }
    const branch = this.#branches[depth]!;
    branch.insertAfter(this.#children[depth]!, separator, right);
    if (branch.children.length > maxChildren) {
      const cut = branch.split();
      this.#insertAfter(depth - 1, branch, cut.separator, cut.upper);
    }
  }

  // --- compaction

  /**
   * Takes out what a compaction to `main` makes unreachable, from the page of `from` on, until `most` keys were looked at or
   * `most` revisions were dropped; tells them, and returns the key to go on with, undefined at the end.
   */
  compact(from: Uint8Array, main: number, most: number, tell: (dropped: KeyRevision) => void): Uint8Array | undefined {
    let next: Uint8Array | undefined = from;
    this.#toDrop = most;
    for (let seen = 0; next !== undefined && seen < most && this.#toDrop > 0; ) {
      this.#descend(next);
      const end = this.#endOfPage();
      seen += Math.max(1, this.#page.count);
      if (!this.#compactPage(main, tell)) continue;
      if (this.#page.used < minPageBytes) this.#joinPage();
      next = end;
    }
    return next;
  }

  /** The key at which the page behind the one that was found begins. */
  #endOfPage(): Uint8Array | undefined {
    for (let depth = this.#depth - 1; depth >= 0; depth--) {
      const { separators } = this.#branches[depth]!;
      const at = this.#children[depth]!;
      if (at < separators.length) return separators[at];
    }
    return undefined;
  }

  /** False when the page has to be gone through again: it was cut, or enough is dropped. */
  #compactPage(main: number, tell: (dropped: KeyRevision) => void): boolean {
    const page = this.#page;
    const record = this.#record;
    for (let i = page.count - 1; i >= 0; i--) {
      if (this.#toDrop <= 0) return false;
      page.read(i, record);
      const outcome = record.compact(main, this.#toDrop, (revision) => {
        this.#toDrop--;
        tell(revision);
      });
      if (outcome === 'unchanged') continue;
      if (outcome === 'gone') {
        page.remove(i);
        this.#size--;
        continue;
      }
      this.#at = i;
      this.#wasLive = record.live;
      if (this.#store(page.keyAt(i))) return false;
    }
    return this.#toDrop > 0;
  }

  /** Joins the page that was found with a neighbour below the same branch, if there is room; an empty one always has it. */
  #joinPage(): void {
    if (this.#depth === 0) return;
    const { children } = this.#branches[this.#depth - 1]!;
    const at = this.#children[this.#depth - 1]!;
    for (const left of [at - 1, at]) {
      if (left < 0 || left + 1 >= children.length) continue;
      if (!(children[left] as KeyPage).join(children[left + 1] as KeyPage)) continue;
      return this.#dropChild(this.#depth - 1, left + 1);
    }
  }

  /** Takes out the child, which its left neighbour has taken in, and mends the branches above. */
  #dropChild(depth: number, child: number): void {
    const branch = this.#branches[depth]!;
    branch.remove(child);
    if (branch === this.#root) {
      if (branch.children.length === 1) this.#root = branch.children[0]!;
    } else if (branch.children.length < minChildren) this.#joinBranch(depth - 1);
  }

  /** Joins the small branch, a child at this depth of the path, with a neighbour; what is too large then is cut in the middle. */
  #joinBranch(depth: number): void {
    const parent = this.#branches[depth]!;
    const left = Math.max(0, this.#children[depth]! - 1);
    const branch = parent.children[left] as Branch;
    const cut = branch.join(parent.separators[left]!, parent.children[left + 1] as Branch);
    if (cut) parent.replace(left + 1, cut.separator, cut.upper);
    else this.#dropChild(depth, left + 1);
  }

  /** Bytes that the pages have allocated, and how many pages there are. */
  usage(): { bytes: number; pages: number; lists: number } {
    const total = { bytes: 0, pages: 0, lists: this.#lists.count };
    const add = (node: Node): void => {
      if (node.leaf) {
        total.bytes += pageBytes;
        total.pages++;
      } else node.children.forEach(add);
    };
    add(this.#root);
    return total;
  }

  /** Asserts what must hold between nodes. For tests: it looks at every key. */
  check(): void {
    let depthOfLeaves: number | undefined;
    let size = 0;
    const look = (node: Node, low: Uint8Array, high: Uint8Array | undefined, depth: number): void => {
      if (node.leaf) {
        depthOfLeaves ??= depth;
        assert(depth === depthOfLeaves, 'pages lie at different depths');
        size += node.count;
        let live = 0;
        for (let i = 0; i < node.count; i++) {
          const key = node.keyAt(i);
          assert(compareBytes(key, low) >= 0 && (high === undefined || compareBytes(key, high) < 0), 'a key lies outside of its page’s bounds');
          assert(i === 0 || compareBytes(node.keyAt(i - 1), key) < 0, 'keys are out of order');
          assert(node.search(key) === i, 'a key is not found where it is');
          node.read(i, this.#record);
          if (this.#record.live) live++;
          assert((this.#record.live ? this.#record.create : this.#record.main) <= node.changed, 'a key came or went later than its page says');
        }
        assert(live === node.live, 'a page counts its live keys wrongly');
        assert(node.used <= pageBytes, 'a page holds more than it can');
        return;
      }
      const { children, separators } = node;
      assert(children.length === separators.length + 1 && children.length >= 2 && children.length <= maxChildren, 'a branch has a wrong number of children');
      assert(node.live === children.reduce((sum, child) => sum + child.live, 0), 'a branch counts its live keys wrongly');
      children.forEach((child, i) => {
        assert(child.changed <= node.changed, 'a key came or went later than its branch says');
        look(child, i === 0 ? low : separators[i - 1]!, i < separators.length ? separators[i] : high, depth + 1);
      });
    };
    look(this.#root, emptyBytes, undefined, 0);
    assert(size === this.#size, 'the keys are counted wrongly');
  }
}
