import { compareBytes } from '../base/bytes.ts';
import { BoltError, bucketHeaderBytes, decodeMeta, getUint64, maxPageSize, metaBytes, minPageSize, PageFlag, pageHeaderBytes, viewOf, type Meta } from './format.ts';
import { Page, readPageHeader, type LeafRow } from './page.ts';
import { BlockSource, defaultSizes, type ReadInto, type SourceSizes } from './source.ts';

/** A tree cannot be deeper: every branch has two children at least, and pages are counted in 2^53. */
const maxDepth = 64;
/** Bytes of one page with what overflows from it: more than a value may have cannot be needed. */
const maxRunBytes = 2 ** 31 + maxPageSize;

/**
 * Opens a database file of `size` bytes. Nothing in it is trusted: a damaged or hostile file gives a BoltError that names the
 * page and the byte, never an endless loop or an access outside of it. It is read by one at a time.
 */
export async function openBolt(read: ReadInto, size: number, sizes: SourceSizes = defaultSizes): Promise<BoltFile> {
  const source = new BlockSource(read, size, sizes);
  return new BoltFile(source, await chooseMeta(source, size));
}

/** The valid meta page with the larger transaction. Where the first is damaged, the page size is not known: every one is tried. */
async function chooseMeta(source: BlockSource, size: number): Promise<Meta> {
  const first = await metaAt(source, 0);
  let second: Meta | string = 'it is cut off';
  if (typeof first !== 'string') second = await metaAt(source, first.pageSize);
  for (let pageSize = minPageSize; typeof first === 'string' && typeof second === 'string' && pageSize <= Math.min(maxPageSize, size); pageSize *= 2) {
    const found = await metaAt(source, pageSize);
    if (typeof found !== 'string' && found.pageSize === pageSize) second = found;
  }
  const valid = [first, second].filter((meta) => typeof meta !== 'string');
  if (valid.length === 0) throw new BoltError(`not a database: meta page 0 (byte 0): ${String(first)}; meta page 1: ${String(second)}`);
  const meta = valid.reduce((a, b) => (b.transaction > a.transaction ? b : a));
  if (meta.highWater * meta.pageSize > size) {
    throw new BoltError(`the file has ${size} bytes, and its meta page says ${meta.highWater} pages of ${meta.pageSize}: it is cut off`);
  }
  return meta;
}

async function metaAt(source: BlockSource, position: number): Promise<Meta | string> {
  const bytes = await source.bytes(position, pageHeaderBytes + metaBytes);
  if (!bytes) return 'it is cut off';
  if ((readPageHeader(bytes)?.flags ?? 0) !== PageFlag.meta) return 'it is not marked as a meta page';
  return decodeMeta(bytes.subarray(pageHeaderBytes));
}

export class BoltFile {
  readonly meta: Meta;
  readonly #source: BlockSource;
  /** The bucket that holds the others. */
  readonly root: BoltBucketReader;

  constructor(source: BlockSource, meta: Meta) {
    this.#source = source;
    this.meta = meta;
    this.root = new BoltBucketReader(this, { rootPage: meta.rootPage });
  }

  /** Bytes of the pages in use and of those that are free, as the file counts them. */
  get size(): number {
    return this.meta.highWater * this.meta.pageSize;
  }

  /** Names, ascending. */
  buckets(): Promise<Uint8Array[]> {
    return this.root.buckets();
  }

  bucket(name: Uint8Array): Promise<BoltBucketReader | undefined> {
    return this.root.bucket(name);
  }

  /** For bucket readers: a branch or a leaf, with its overflow. Answers in the same turn where the bytes are at hand. Good for as long as those of `run`. */
  page(id: number): Page | Promise<Page> {
    const run = this.run(id);
    const toPage = ({ bytes, header, place }: PageRun): Page => new Page(bytes, header, place);
    return run instanceof Promise ? run.then(toPage) : toPage(run);
  }

  /** Any page with what overflows from it. A branch's bytes stay: who has it goes on to others; all else is good until the next is asked for. */
  run(id: number): PageRun | Promise<PageRun> {
    const { pageSize, highWater } = this.meta;
    if (id < 2 || id >= highWater) throw new BoltError(`page ${id} is named, and the file has pages 2 to ${highWater - 1}`);
    const bytes = this.#source.bytes(id * pageSize, pageSize);
    return bytes instanceof Promise ? bytes.then((loaded) => this.#run(id, loaded)) : this.#run(id, bytes);
  }

  #run(id: number, first: Uint8Array | undefined): PageRun | Promise<PageRun> {
    const { pageSize, highWater } = this.meta;
    const place = `page ${id} (byte ${id * pageSize})`;
    if (!first) throw new BoltError(`${place}: the file ends before its end`);
    const header = readPageHeader(first);
    if (header?.id !== id) throw new BoltError(`${place}: it calls itself page ${header?.id ?? 'beyond 2^53'}`);
    const length = (1 + header.overflow) * pageSize;
    if (id + header.overflow >= highWater || length > maxRunBytes) throw new BoltError(`${place}: it is said to go on for ${header.overflow} pages, beyond the ${highWater} of the file`);
    return header.overflow === 0 ? runOf(first, header, place) : this.#whole(id, length, header, place);
  }

  async #whole(id: number, length: number, header: PageRun['header'], place: string): Promise<PageRun> {
    const bytes = await this.#source.bytes(id * this.meta.pageSize, length);
    if (!bytes) throw new BoltError(`${place}: the file ends before its end`);
    return runOf(bytes, header, place);
  }
}

function runOf(lent: Uint8Array, header: PageRun['header'], place: string): PageRun {
  return { bytes: header.flags === PageFlag.branch ? lent.slice() : lent, header, place };
}

export interface PageRun {
  bytes: Uint8Array;
  header: { id: number; flags: number; count: number; overflow: number };
  place: string;
}

type BucketRoot = { rootPage: number } | { inline: Page };

/** One bucket of a database file: entries in the order of their keys. */
export class BoltBucketReader {
  readonly #file: BoltFile;
  readonly #root: BucketRoot;

  constructor(file: BoltFile, root: BucketRoot) {
    this.#file = file;
    this.#root = root;
  }

  /** Undefined: the bucket lies within its parent's leaf. */
  get rootPage(): number | undefined {
    return 'rootPage' in this.#root ? this.#root.rootPage : undefined;
  }

  /** The page of a bucket that lies within its parent's leaf. */
  get inlinePage(): Page | undefined {
    return 'inline' in this.#root ? this.#root.inline : undefined;
  }

  #rootNode(): Page | Promise<Page> {
    return 'inline' in this.#root ? this.#root.inline : this.#file.page(this.#root.rootPage);
  }

  /**
   * All entries, a leaf's at a time; nested buckets are marked. Keys come strictly ascending, or it throws. Rows are good until
   * the next are asked for, or anything else of the file; with `keep`, which copies a leaf's bytes, for as long as its copy is.
   */
  async *leaves(keep?: (bytes: Uint8Array) => Uint8Array): AsyncGenerator<LeafRow[], void, undefined> {
    let last: Uint8Array | undefined;
    for await (const lent of this.#leafPages(await this.#rootNode())) {
      const page = keep ? lent.copied(keep) : lent;
      const rows: LeafRow[] = [];
      for (let i = 0; i < page.count; i++) {
        const row = page.leafRow(i);
        if (last && compareBytes(last, row.key) >= 0) throw page.error(`element ${i} is not in order behind the one before`);
        last = row.key;
        rows.push(row);
      }
      last = last?.slice();
      if (rows.length > 0) yield rows;
    }
  }

  /**
   * A branch that names a page twice is found out by the order of its keys: only a bucket's root may be empty, so each leaf
   * has keys to compare.
   */
  async *#leafPages(root: Page): AsyncGenerator<Page, void, undefined> {
    if (root.kind === 'leaf') return void (yield root);
    /** From the root down, each with the child that is next. */
    const branches = [{ page: branchWithChildren(root), next: 0 }];
    for (let at = branches.at(-1); at; at = branches.at(-1)) {
      if (at.next === at.page.count) {
        branches.pop();
        continue;
      }
      const child = this.#file.page(at.page.branchChild(at.next++));
      const page = child instanceof Promise ? await child : child;
      if (page.count === 0) throw page.error('it is empty, and not the root of a bucket');
      if (page.kind === 'leaf') yield page;
      else if (branches.length + 1 >= maxDepth) throw page.error(`it lies ${maxDepth} pages deep: the tree has a loop`);
      else branches.push({ page, next: 0 });
    }
  }

  /** Keys and values in order, without nested buckets; as good as those of `leaves`. */
  async *entries(): AsyncGenerator<readonly [key: Uint8Array, value: Uint8Array], void, undefined> {
    for await (const rows of this.leaves()) {
      for (const row of rows) if (!row.bucket) yield [row.key, row.value];
    }
  }

  async get(key: Uint8Array): Promise<Uint8Array | undefined> {
    const row = await this.#find(key);
    return row && !row.bucket ? row.value.slice() : undefined;
  }

  /** Names of the buckets within this one. */
  async buckets(): Promise<Uint8Array[]> {
    const names: Uint8Array[] = [];
    for await (const rows of this.leaves()) for (const row of rows) if (row.bucket) names.push(row.key.slice());
    return names;
  }

  async bucket(name: Uint8Array): Promise<BoltBucketReader | undefined> {
    const row = await this.#find(name);
    return row?.bucket ? this.nested(row) : undefined;
  }

  /** The bucket that an entry of this one is. */
  nested({ key, value }: LeafRow): BoltBucketReader {
    const place = `bucket "${String.fromCharCode(...key.subarray(0, 64))}"`;
    if (value.length < bucketHeaderBytes) throw new BoltError(`${place}: its header is cut off`);
    const rootPage = getUint64(viewOf(value), 0);
    if (rootPage === undefined) throw new BoltError(`${place}: its root is beyond 2^53`);
    if (rootPage !== 0) return new BoltBucketReader(this.#file, { rootPage });
    const inline = value.slice(bucketHeaderBytes);
    const header = inline.length >= pageHeaderBytes ? readPageHeader(inline) : undefined;
    if (header?.flags !== PageFlag.leaf) throw new BoltError(`${place}: what lies inline is no leaf`);
    return new BoltBucketReader(this.#file, { inline: new Page(inline, header, `${place}, inline`) });
  }

  async #find(key: Uint8Array): Promise<LeafRow | undefined> {
    let page = await this.#rootNode();
    for (let depth = 1; page.kind === 'branch'; depth++) {
      if (depth >= maxDepth) throw page.error(`it lies ${depth} pages deep: the tree has a loop`);
      const branch = branchWithChildren(page);
      const child = lastNotAfter(page.count, (i) => compareBytes(branch.branchKey(i), key));
      page = await this.#file.page(page.branchChild(Math.max(0, child)));
    }
    const leaf = page;
    const at = lastNotAfter(page.count, (i) => compareBytes(leaf.leafRow(i).key, key));
    const row = at < 0 ? undefined : page.leafRow(at);
    return row && compareBytes(row.key, key) === 0 ? row : undefined;
  }
}

function branchWithChildren(page: Page): Page {
  if (page.count === 0) throw page.error('a branch without children');
  return page;
}

/** The last position whose comparison is not above 0; −1: there is none. */
function lastNotAfter(count: number, compare: (i: number) => number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(middle) <= 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
