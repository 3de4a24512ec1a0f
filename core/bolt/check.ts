import { compareBytes } from '../base/bytes.ts';
import { BoltError, getUint64, maxElements, PageFlag, pageHeaderBytes, viewOf } from './format.ts';
import { Page, type LeafRow } from './page.ts';
import type { BoltBucketReader, BoltFile, PageRun } from './read.ts';

/** More are not worth telling. */
const maxProblems = 100;
const maxDepth = 64;

/**
 * What is wrong with a database file, page by page, as `bbolt check` finds it: pages that nothing or more than one thing refers
 * to, pages both free and in use, keys out of order. Empty: the file is whole.
 */
export async function checkBolt(file: BoltFile): Promise<string[]> {
  const checker = new Checker(file);
  try {
    await checker.freelist();
    await checker.bucket(file.root);
    checker.unreachable();
  } catch (error) {
    if (!(error instanceof BoltError)) throw error;
    checker.report(error.message);
  }
  return checker.problems;
}

/** Undefined: no bound. */
interface Bounds {
  min: Uint8Array | undefined;
  max: Uint8Array | undefined;
}

class Checker {
  readonly problems: string[] = [];
  readonly #file: BoltFile;
  readonly #inUse: Uint8Array;
  readonly #free: Uint8Array;

  constructor(file: BoltFile) {
    this.#file = file;
    this.#inUse = new Uint8Array(file.meta.highWater);
    this.#free = new Uint8Array(file.meta.highWater);
    this.#inUse.fill(1, 0, 2);
  }

  report(problem: string): void {
    if (this.problems.length < maxProblems) this.problems.push(problem);
  }

  async freelist(): Promise<void> {
    const { freelistPage, highWater } = this.#file.meta;
    if (freelistPage === undefined) return;
    const run = await this.#file.run(freelistPage);
    this.#use(run);
    if (run.header.flags !== PageFlag.freelist) throw new BoltError(`${run.place}: it is not the freelist that the meta page says it is`);
    const view = viewOf(run.bytes);
    const long = run.header.count > maxElements;
    const count = long ? getUint64(view, pageHeaderBytes) : run.header.count;
    const from = pageHeaderBytes + (long ? 8 : 0);
    if (count === undefined || from + count * 8 > run.bytes.length) throw new BoltError(`${run.place}: the freelist is said to be longer than its pages`);
    for (let i = 0; i < count; i++) {
      const id = getUint64(view, from + i * 8);
      if (id === undefined || id < 2 || id >= highWater) this.report(`${run.place}: free page ${id ?? 'beyond 2^53'} is not one of the file's`);
      else if (this.#free[id]) this.report(`page ${id}: already freed`);
      else this.#free[id] = 1;
    }
  }

  /** Marks the pages of a run; false: some are somebody else's. */
  #use({ header, place }: PageRun): boolean {
    let alone = true;
    for (let id = header.id; id <= header.id + header.overflow; id++) {
      if (this.#inUse[id]) {
        this.report(`page ${id}: multiple references`);
        alone = false;
      }
      this.#inUse[id] = 1;
      if (this.#free[id]) this.report(`${place}: reachable freed`);
    }
    return alone;
  }

  async bucket(bucket: BoltBucketReader): Promise<void> {
    const { rootPage, inlinePage } = bucket;
    const unbounded: Bounds = { min: undefined, max: undefined };
    if (rootPage !== undefined) await this.#node(rootPage, unbounded, 1, bucket);
    else if (inlinePage) await this.#leaf(inlinePage, unbounded, bucket);
  }

  async #node(id: number, bounds: Bounds, depth: number, bucket: BoltBucketReader): Promise<void> {
    const run = await this.#file.run(id);
    if (!this.#use(run)) return;
    const page = new Page(run.bytes, run.header, run.place);
    if (depth > maxDepth) throw page.error(`it lies ${depth} pages deep`);
    if (page.kind === 'leaf') return this.#leaf(page, bounds, bucket);
    if (page.count === 0) throw page.error('a branch without children');
    for (let i = 0; i < page.count; i++) {
      const min = page.branchKey(i);
      this.#order(page, i, min, i === 0 ? bounds.min : page.branchKey(i - 1), i > 0, bounds.max);
      await this.#node(page.branchChild(i), { min, max: i + 1 < page.count ? page.branchKey(i + 1) : bounds.max }, depth + 1, bucket);
    }
  }

  async #leaf(page: Page, { min, max }: Bounds, bucket: BoltBucketReader): Promise<void> {
    const nested: LeafRow[] = [];
    let before = min;
    for (let i = 0; i < page.count; i++) {
      const row = page.leafRow(i);
      this.#order(page, i, row.key, before, i > 0, max);
      before = row.key;
      if (row.bucket) nested.push({ ...row, key: row.key.slice(), value: row.value.slice() });
    }
    // Nothing of the page is good any more when others are read.
    for (const row of nested) await this.bucket(bucket.nested(row));
  }

  #order(page: Page, i: number, key: Uint8Array, before: Uint8Array | undefined, strictly: boolean, max: Uint8Array | undefined): void {
    const difference = before ? compareBytes(key, before) : 1;
    if (difference < 0 || (strictly && difference === 0)) this.report(page.error(`key ${i} is not in order behind the one before, or below its branch's`).message);
    if (max && compareBytes(key, max) >= 0) this.report(page.error(`key ${i} is not below the next of its branch`).message);
  }

  unreachable(): void {
    if (this.#file.meta.freelistPage === undefined) return;
    this.#inUse.forEach((used, id) => {
      if (!used && !this.#free[id]) this.report(`page ${id}: unreachable unfreed`);
    });
  }
}
