import { assert } from '../base/assert.ts';
import { compareBytes } from '../base/bytes.ts';
import {
  bucketElement, bucketHeaderBytes, defaultPageSize, elementBytes, encodeMeta, PageFlag, pageHeaderBytes, setUint64, viewOf, writePageHeader,
} from './format.ts';
import { TreePlan, type Level } from './plan.ts';

export type BoltEntry = readonly [key: Uint8Array, value: Uint8Array];

/** A bucket to write. `entries` is called more than once, and must give the same each time, ascending by key. An entry is not looked at after the next was asked for. */
export interface BoltBucket {
  name: Uint8Array;
  entries(): Iterable<BoltEntry>;
}

export interface BoltOptions {
  pageSize?: number;
}

/** A database file that is not written yet. */
export interface BoltLayout {
  byteLength: number;
  /**
   * The file from its first byte to its last, in pieces of up to 256 KiB, or of a value's pages where that is larger. All lie in
   * one buffer: a piece is good until the next is asked for.
   */
  chunks(): Generator<Uint8Array, void, undefined>;
}

interface PlannedBucket {
  bucket: BoltBucket;
  plan: TreePlan;
  /** So small that it lies within the root's leaf. */
  inline: boolean;
  /** Its root's. */
  firstPage: number;
}

const chunkBytes = 256 * 1024;
/** Entries between two steps of the planning. */
const stepEntries = 1_000;
const freelistPage = 2;
const rootFirstPage = freelistPage + 1;

/**
 * Plans the file by the sizes of what goes into it, yielding now and then so that other work can go on. The second pass,
 * `chunks`, then writes front to back: no page is ever revised, so it can go straight to a socket.
 * Throws BoltError when an entry is beyond what the format holds.
 */
export function* layoutBoltInSteps(buckets: readonly BoltBucket[], { pageSize = defaultPageSize }: BoltOptions = {}): Generator<void, BoltLayout, undefined> {
  const planned: PlannedBucket[] = [];
  for (const bucket of buckets.toSorted((a, b) => compareBytes(a.name, b.name))) {
    const plan = yield* planBucket(bucket, pageSize);
    const inline = plan.levels.length === 1 && plan.leafBytes <= pageSize / 4;
    planned.push({ bucket, plan, inline, firstPage: 0 });
  }
  const root = new TreePlan(pageSize);
  for (const { bucket, plan, inline } of planned) root.add(bucket.name, bucketHeaderBytes + (inline ? plan.leafBytes : 0));
  root.end();
  let highWater = rootFirstPage + root.pageCount;
  for (const bucket of planned) {
    bucket.firstPage = highWater;
    if (!bucket.inline) highWater += bucket.plan.pageCount;
  }
  return { byteLength: highWater * pageSize, chunks: () => new FileWriter(pageSize, planned, root, highWater).chunks() };
}

function* planBucket(bucket: BoltBucket, pageSize: number): Generator<void, TreePlan, undefined> {
  const plan = new TreePlan(pageSize);
  let seen = 0;
  for (const [key, value] of bucket.entries()) {
    plan.add(key, value.length);
    if (++seen % stepEntries === 0) yield;
  }
  plan.end();
  return plan;
}

class FileWriter {
  readonly #pageSize: number;
  readonly #buckets: readonly PlannedBucket[];
  readonly #root: TreePlan;
  readonly #highWater: number;
  #chunk = new Uint8Array(chunkBytes);
  #filled = 0;

  constructor(pageSize: number, buckets: readonly PlannedBucket[], root: TreePlan, highWater: number) {
    this.#pageSize = pageSize;
    this.#buckets = buckets;
    this.#root = root;
    this.#highWater = highWater;
  }

  *chunks(): Generator<Uint8Array, void, undefined> {
    yield* this.#head();
    yield* this.#tree(this.#root, rootFirstPage, this.#bucketElements(), bucketElement);
    for (const { bucket, plan, inline, firstPage } of this.#buckets) {
      if (inline) continue;
      yield* this.#tree(plan, firstPage, bucket.entries(), 0);
    }
    if (this.#filled > 0) yield this.#take();
  }

  /** Two metas that differ in their transaction alone, and a freelist with nothing in it. */
  *#head(): Generator<Uint8Array, void, undefined> {
    for (const id of [0, 1]) {
      const page = yield* this.#pages(1);
      writePageHeader(viewOf(page), 0, { id, flags: PageFlag.meta, count: 0, overflow: 0 });
      page.set(encodeMeta({ pageSize: this.#pageSize, rootPage: rootFirstPage, freelistPage, highWater: this.#highWater, transaction: id }), pageHeaderBytes);
    }
    writePageHeader(viewOf(yield* this.#pages(1)), 0, { id: freelistPage, flags: PageFlag.freelist, count: 0, overflow: 0 });
  }

  /** Level by level from the root down: whoever reads the file as it comes meets no page before what names it. */
  *#tree(plan: TreePlan, firstPage: number, entries: Iterable<BoltEntry>, elementFlags: number): Generator<Uint8Array, void, undefined> {
    let id = firstPage;
    for (let depth = plan.levels.length - 1; depth > 0; depth--) {
      const { counts, pages } = plan.levels[depth]!;
      const below = plan.levels[depth - 1]!;
      let child = 0;
      let childId = id + sum(pages);
      const nextId = (): number => {
        childId += below.pages[child++]!;
        return childId - below.pages[child - 1]!;
      };
      for (let branch = 0; branch < counts.length; branch++) {
        const bytes = yield* this.#pages(pages[branch]!);
        const header = { id, flags: PageFlag.branch, count: counts[branch]!, overflow: pages[branch]! - 1 };
        writeBranch(bytes, header, () => below.firstKeys.at(child), nextId);
        id += pages[branch]!;
      }
    }
    yield* this.#leaves(plan.levels[0]!, id, entries, elementFlags);
  }

  *#leaves({ counts, pages }: Level, firstPage: number, entries: Iterable<BoltEntry>, elementFlags: number): Generator<Uint8Array, void, undefined> {
    const source = entries[Symbol.iterator]();
    let id = firstPage;
    try {
      for (let leaf = 0; leaf < counts.length; leaf++) {
        const bytes = yield* this.#pages(pages[leaf]!);
        writeLeaf(bytes, { id, flags: PageFlag.leaf, count: counts[leaf]!, overflow: pages[leaf]! - 1 }, source, elementFlags);
        id += pages[leaf]!;
      }
      assert(source.next().done === true, 'a bucket gave more entries than it was planned for');
    } finally {
      source.return?.();
    }
  }

  *#bucketElements(): Generator<BoltEntry, void, undefined> {
    for (const { bucket, plan, inline, firstPage } of this.#buckets) {
      const value = new Uint8Array(bucketHeaderBytes + (inline ? plan.leafBytes : 0));
      // The sequence stays 0: etcd does not use it.
      if (!inline) setUint64(viewOf(value), 0, firstPage);
      else {
        const source = bucket.entries()[Symbol.iterator]();
        writeLeaf(value.subarray(bucketHeaderBytes), { id: 0, flags: PageFlag.leaf, count: plan.levels[0]!.counts[0]!, overflow: 0 }, source, 0);
        source.return?.();
      }
      yield [bucket.name, value];
    }
  }

  /** Room for so many pages, all zeros; what was full before is yielded. */
  *#pages(count: number): Generator<Uint8Array, Uint8Array, undefined> {
    const bytes = count * this.#pageSize;
    if (this.#filled > 0 && this.#filled + bytes > this.#chunk.length) yield this.#take();
    if (bytes > this.#chunk.length) this.#chunk = new Uint8Array(bytes);
    this.#filled += bytes;
    return this.#chunk.subarray(this.#filled - bytes, this.#filled).fill(0);
  }

  #take(): Uint8Array {
    const full = this.#chunk.subarray(0, this.#filled);
    this.#filled = 0;
    return full;
  }
}

interface NodeHeader {
  id: number;
  flags: number;
  count: number;
  overflow: number;
}

/** Takes the next `count` entries. Elements first, then keys and values behind one another. */
function writeLeaf(out: Uint8Array, header: NodeHeader, source: Iterator<BoltEntry>, flags: number): void {
  const view = viewOf(out);
  writePageHeader(view, 0, header);
  let data = pageHeaderBytes + header.count * elementBytes;
  for (let i = 0; i < header.count; i++) {
    const next = source.next();
    assert(!next.done, 'a bucket gave fewer entries than it was planned for');
    const [key, value] = next.value;
    assert(data + key.length + value.length <= out.length, 'a bucket gave longer entries than it was planned for');
    const element = pageHeaderBytes + i * elementBytes;
    view.setUint32(element, flags, true);
    view.setUint32(element + 4, data - element, true);
    view.setUint32(element + 8, key.length, true);
    view.setUint32(element + 12, value.length, true);
    out.set(key, data);
    out.set(value, data + key.length);
    data += key.length + value.length;
  }
}

/** Takes the next `count` children: first the key of each, then its page. */
function writeBranch(out: Uint8Array, header: NodeHeader, nextKey: () => Uint8Array, nextPage: () => number): void {
  const view = viewOf(out);
  writePageHeader(view, 0, header);
  let data = pageHeaderBytes + header.count * elementBytes;
  for (let i = 0; i < header.count; i++) {
    const key = nextKey();
    const element = pageHeaderBytes + i * elementBytes;
    view.setUint32(element, data - element, true);
    view.setUint32(element + 4, key.length, true);
    setUint64(view, element + 8, nextPage());
    out.set(key, data);
    data += key.length;
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
