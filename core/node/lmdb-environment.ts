import { statSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { open, type Database, type RootDatabase, type Transaction } from 'lmdb';
import { etcdErrors } from '../base/etcd-error.ts';
import { Table, type BackendOp, type BackendRow, type BackendView } from '../mvcc/backend.ts';
import { diskFailure } from './disk-failure.ts';
import { checkLmdbFile } from './lmdb-check.ts';

type Rows = Database<Buffer, Buffer>;
/** What the package's types leave out. */
interface ReadsInTransaction {
  getBinary(key: Buffer, options: { transaction: Transaction }): Buffer | undefined;
}

/** All that clients store is in it: as etcd, for its user alone. The package's types do not know the option. */
const privately = { permissionsMode: 0o600 };

/** Each may hold a place of its own in LMDB's table of readers, and without one nothing can be read at all: the rest is the store's. */
const maxViews = 1_000;
const readers = { maxReaders: maxViews + 24 };

/**
 * One LMDB environment in one file, one sub-database a table. Reads are synchronous, from the memory map; commits run on
 * LMDB's own thread, and resolve when they are flushed to disk.
 */
export class LmdbEnvironment {
  readonly path: string;
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #tables = new Map<Table, Rows>();
  /** The tables again, for reading without copies. */
  readonly #lent = new Map<Table, Database<Uint8Array, Buffer>>();
  readonly #views = new Set<View>();
  #closing: Promise<void> | undefined;
  #totalBytes = 0;
  #whenUnviewed: () => void = () => {};

  private constructor(path: string, root: RootDatabase<Buffer, Buffer>) {
    this.path = path;
    this.#root = root;
    for (const table of Object.values(Table)) {
      this.#tables.set(table, root.openDB<Buffer, Buffer>({ name: table, keyEncoding: 'binary', encoding: 'binary' }));
    }
    this.#measure();
  }

  /**
   * `path` is the file; its folder must exist. With `noSync`, commits resolve before they are durable, and whoever needs the
   * file syncs it when it is closed. Throws DiskError.
   */
  static open(path: string, { noSync = false } = {}): LmdbEnvironment {
    return naming(path, 'open', () => {
      checkLmdbFile(path);
      // Values are copied out (`getBinary`): a view on the map would be an external buffer, which Electron refuses.
      // A commit is synced before it is told of, by LMDB itself: the package's own overlapping syncs keep failures to themselves.
      const root = open<Buffer, Buffer>({
        path, ...privately, ...readers, noSubdir: true, maxDbs: 16, keyEncoding: 'binary', encoding: 'binary', cache: false, overlappingSync: false, ...(noSync ? { noSync } : {}),
      });
      return new LmdbEnvironment(path, root);
    });
  }

  #table(table: Table): Rows {
    return this.#tables.get(table)!;
  }

  get(table: Table, key: Uint8Array, transaction?: Transaction): Uint8Array | undefined {
    const rows = this.#table(table);
    return transaction ? (rows as unknown as ReadsInTransaction).getBinary(key as Buffer, { transaction }) : rows.getBinary(key as Buffer);
  }

  *scan(table: Table, start: Uint8Array, end?: Uint8Array, transaction?: Transaction): Generator<{ key: Uint8Array; value: Uint8Array }, void, undefined> {
    const options = {
      ...(start.length > 0 ? { start: toBuffer(start) } : {}), ...(end ? { end: toBuffer(end) } : {}), ...(transaction ? { transaction } : {}),
    };
    for (const { key, value } of this.#table(table).getRange(options)) yield { key, value };
  }

  /** A row is good until the next read: LMDB writes that over it. */
  walk(table: Table, transaction?: Transaction): Iterable<BackendRow> {
    let rows = this.#lent.get(table);
    if (!rows) this.#lent.set(table, (rows = this.#root.openDB<Uint8Array, Buffer>({ name: table, encoding: 'binary', ...lending() })));
    return rows.getRange({ start: lowestKey, ...(transaction ? { transaction } : {}) });
  }

  /** Its content as it is now, for as long as it is open: pages that it shows are not used again meanwhile. Throws when too many are. */
  view(): BackendView {
    if (this.#views.size >= maxViews) throw etcdErrors.tooManyRequests();
    // What was read in this turn of the event loop may be older than the newest commit.
    this.#root.resetReadTxn();
    const view = new View(this, this.#root.useReadTransaction(), () => {
      this.#views.delete(view);
      if (this.#views.size === 0) this.#whenUnviewed();
    });
    this.#views.add(view);
    return view;
  }

  async commit(ops: readonly BackendOp[]): Promise<void> {
    try {
      await this.#root.batch(() => {
        let last: Promise<boolean> | undefined;
        for (const op of ops) {
          const table = this.#table(op.table);
          // Any Uint8Array serves: a Buffer, which the types ask for, would be one more object a row.
          const key = op.key as Buffer;
          const done = op.kind === 'put' ? table.put(key, op.value as Buffer) : table.remove(key);
          // All tell of the same failure as the batch, which is the one that is waited for; most are one promise.
          if (done !== last) done.catch(ignore);
          last = done;
        }
      });
      this.#measure();
    } catch (error) {
      throw diskFailure(this.path, 'commit to', await causeOf(error));
    }
  }

  /** Writes its content to a new file, without the pages that are free. Commits go on meanwhile and are not in it. */
  async copyTo(path: string): Promise<void> {
    try {
      await this.#root.backup(path, true);
      await chmod(path, privately.permissionsMode);
    } catch (error) {
      throw diskFailure(path, 'copy the store to', systemError(error));
    }
  }

  /** Bytes of the file as of the last commit. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  #measure(): void {
    this.#totalBytes = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Bytes of the pages that hold data. LMDB gives the others out again before the file grows. */
  get inUseBytes(): number {
    const { pageSize, free, ...main } = statsOf(this.#root);
    let pages = metaPages + pagesOf(main) + pagesOf(free);
    for (const rows of this.#tables.values()) pages += pagesOf(statsOf(rows));
    return pages * pageSize;
  }

  /** Waits for commits under way. Its views are closed with it. */
  close(): Promise<void> {
    for (const view of this.#views) view.close();
    return (this.#closing ??= this.#root.close());
  }

  /** Closes it when nobody views it any more. */
  async closeAfterViews(): Promise<void> {
    if (this.#views.size > 0) {
      await new Promise<void>((resolve) => {
        this.#whenUnviewed = resolve;
      });
    }
    await this.close();
  }
}

/** No key is empty. */
const lowestKey = Buffer.from([0]);

/** How LMDB hands rows out where they lie. The package knows `keyEncoder`; its types do not. */
function lending(): object {
  const keys = new Lens();
  const values = new Lens();
  return {
    keyEncoder: {
      writeKey(key: Uint8Array, target: Uint8Array, start: number) {
        target.set(key, start);
        return start + key.length;
      },
      readKey: (bytes: Uint8Array, start: number, end: number) => keys.on(bytes, start, end),
    },
    encoder: { encode: toBuffer, decode: (bytes: Uint8Array, length: number) => values.on(bytes, 0, length) },
  };
}

/** Views on one buffer, used again for every length: a new one costs more than a row's reading. */
class Lens {
  #buffer: ArrayBufferLike | undefined;
  #start = 0;
  #views: Uint8Array[] = [];

  on(bytes: Uint8Array, start: number, end: number): Uint8Array {
    if (bytes.buffer !== this.#buffer || bytes.byteOffset + start !== this.#start) {
      this.#buffer = bytes.buffer;
      this.#start = bytes.byteOffset + start;
      this.#views = [];
    }
    return (this.#views[end - start] ??= new Uint8Array(bytes.buffer, this.#start, end - start));
  }
}

class View implements BackendView {
  readonly #environment: LmdbEnvironment;
  readonly #transaction: Transaction;
  readonly #onClose: () => void;
  readonly #scans = new Set<Iterator<BackendRow>>();
  #closed = false;

  constructor(environment: LmdbEnvironment, transaction: Transaction, onClose: () => void) {
    this.#environment = environment;
    this.#transaction = transaction;
    this.#onClose = onClose;
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    this.#requireOpen();
    return this.#environment.get(table, key, this.#transaction);
  }

  scan(table: Table, start: Uint8Array, end?: Uint8Array): Generator<BackendRow, void, undefined> {
    return this.#through(() => this.#environment.scan(table, start, end, this.#transaction));
  }

  walk(table: Table): Generator<BackendRow, void, undefined> {
    return this.#through(() => this.#environment.walk(table, this.#transaction));
  }

  *#through(open: () => Iterable<BackendRow>): Generator<BackendRow, void, undefined> {
    this.#requireOpen();
    const rows = open()[Symbol.iterator]();
    this.#scans.add(rows);
    try {
      for (;;) {
        this.#requireOpen();
        const next = rows.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      rows.return?.();
      this.#scans.delete(rows);
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw new Error('a view of the store was read after it was closed');
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // Cursors end before their transaction does.
    for (const rows of this.#scans) rows.return?.();
    this.#transaction.done();
    this.#onClose();
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

interface PageCounts {
  treeBranchPageCount: number;
  treeLeafPageCount: number;
  overflowPages: number;
}

/** What the package's `getStats` gives, and its types leave out. */
const statsOf = (rows: Rows): PageCounts & { pageSize: number; free: PageCounts } => rows.getStats() as PageCounts & { pageSize: number; free: PageCounts };
const pagesOf = (counts: PageCounts): number => counts.treeBranchPageCount + counts.treeLeafPageCount + counts.overflowPages;
const metaPages = 2;

const ignore = (): void => {};

/** A failed commit carries its cause in a promise of its own. */
async function causeOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { commitError?: Promise<unknown> };
  return commitError ? await commitError.catch((cause: unknown) => cause) : error;
}

const systemTexts: Readonly<Record<string, string>> = {
  'no space left': 'ENOSPC', 'input/output error': 'EIO', 'read-only file system': 'EROFS', 'permission denied': 'EACCES', 'file too large': 'EFBIG',
  'disk quota exceeded': 'EDQUOT', 'too many open files': 'EMFILE',
};

/** A copy's error has the system's text only. */
function systemError(error: unknown): unknown {
  const text = error instanceof Error ? error.message : String(error);
  const code = Object.entries(systemTexts).find(([known]) => text.toLowerCase().includes(known))?.[1];
  return code === undefined ? error : { code };
}

export function naming<T>(path: string, what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw diskFailure(path, what, error);
  }
}
