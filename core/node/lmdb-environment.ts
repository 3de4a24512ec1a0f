import { statSync } from 'node:fs';
import { open, type Database, type RootDatabase, type Transaction } from 'lmdb';
import { Table, type BackendOp, type BackendView } from '../mvcc/backend.ts';
import { DiskError } from '../ports/disk.ts';

type Rows = Database<Buffer, Buffer>;
/** What the package's types leave out. */
interface ReadsInTransaction {
  getBinary(key: Buffer, options: { transaction: Transaction }): Buffer | undefined;
}

/**
 * One LMDB environment in one file, one sub-database a table. Reads are synchronous, from the memory map; commits run on
 * LMDB's own thread, and resolve when they are flushed to disk.
 */
export class LmdbEnvironment {
  readonly path: string;
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #tables = new Map<Table, Rows>();
  readonly #views = new Set<View>();
  #closing: Promise<void> | undefined;
  #whenUnviewed: () => void = () => {};

  private constructor(path: string, root: RootDatabase<Buffer, Buffer>) {
    this.path = path;
    this.#root = root;
    for (const table of Object.values(Table)) {
      this.#tables.set(table, root.openDB<Buffer, Buffer>({ name: table, keyEncoding: 'binary', encoding: 'binary' }));
    }
  }

  /**
   * `path` is the file; its folder must exist. With `noSync`, commits resolve before they are durable, and whoever needs the
   * file syncs it when it is closed. Throws DiskError.
   */
  static open(path: string, { noSync = false } = {}): LmdbEnvironment {
    return naming(path, 'open', () => {
      // Values are copied out (`getBinary`): a view on the map would be an external buffer, which Electron refuses.
      const root = open<Buffer, Buffer>({ path, noSubdir: true, maxDbs: 16, keyEncoding: 'binary', encoding: 'binary', cache: false, ...(noSync ? { noSync } : {}) });
      return new LmdbEnvironment(path, root);
    });
  }

  #table(table: Table): Rows {
    return this.#tables.get(table)!;
  }

  get(table: Table, key: Uint8Array, transaction?: Transaction): Uint8Array | undefined {
    const rows = this.#table(table);
    return transaction ? (rows as unknown as ReadsInTransaction).getBinary(toBuffer(key), { transaction }) : rows.getBinary(toBuffer(key));
  }

  *scan(table: Table, start: Uint8Array, end?: Uint8Array, transaction?: Transaction): Generator<{ key: Uint8Array; value: Uint8Array }, void, undefined> {
    const options = {
      ...(start.length > 0 ? { start: toBuffer(start) } : {}), ...(end ? { end: toBuffer(end) } : {}), ...(transaction ? { transaction } : {}),
    };
    for (const { key, value } of this.#table(table).getRange(options)) yield { key, value };
  }

  /** Its content as it is now, for as long as it is open: pages that it shows are not used again meanwhile. */
  view(): BackendView {
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
        for (const op of ops) {
          const table = this.#table(op.table);
          if (op.kind === 'put') void table.put(toBuffer(op.key), toBuffer(op.value));
          else void table.remove(toBuffer(op.key));
        }
      });
      await this.#root.flushed;
    } catch (error) {
      throw diskError(this.path, 'commit to', error);
    }
  }

  size(): { total: number; inUse: number } {
    const total = statSync(this.path, { throwIfNoEntry: false })?.size ?? 0;
    const { freeDBStats, pageSize } = this.#stats();
    const free = (freeDBStats ?? 0) * pageSize;
    return { total, inUse: Math.max(0, total - free) };
  }

  #stats(): { freeDBStats: number | undefined; pageSize: number } {
    const stats = this.#root.getStats() as { pageSize?: number; free?: { entryCount?: number }; freePages?: number };
    return { freeDBStats: stats.freePages, pageSize: stats.pageSize ?? 4096 };
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

class View implements BackendView {
  readonly #environment: LmdbEnvironment;
  readonly #transaction: Transaction;
  readonly #onClose: () => void;
  readonly #scans = new Set<Generator>();
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

  *scan(table: Table, start: Uint8Array, end?: Uint8Array): Generator<{ key: Uint8Array; value: Uint8Array }, void, undefined> {
    this.#requireOpen();
    const rows = this.#environment.scan(table, start, end, this.#transaction);
    this.#scans.add(rows);
    try {
      for (;;) {
        this.#requireOpen();
        const next = rows.next();
        if (next.done) return;
        yield next.value;
      }
    } finally {
      rows.return();
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
    for (const rows of this.#scans) rows.return(undefined);
    this.#transaction.done();
    this.#onClose();
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

export function diskError(path: string, what: string, error: unknown): DiskError {
  const text = error instanceof Error ? error.message : String(error);
  // LMDB passes the system's text on.
  const code = /no space left/i.test(text) ? 'ENOSPC' : /permission denied/i.test(text) ? 'EACCES' : /read-only/i.test(text) ? 'EROFS' : 'EIO';
  return new DiskError(code, path, `cannot ${what} ${path}: ${text} (${code})`);
}

export function naming<T>(path: string, what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw diskError(path, what, error);
  }
}
