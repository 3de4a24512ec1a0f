import { statSync } from 'node:fs';
import { open, type Database, type RootDatabase } from 'lmdb';
import { DiskError } from '../ports/disk.ts';
import { Table, type Backend, type BackendOp } from '../mvcc/backend.ts';

type Rows = Database<Buffer, Buffer>;

/**
 * The backend on LMDB: one environment in one file, one sub-database a table. Reads are synchronous, from the memory map;
 * commits run on LMDB's own thread, and resolve when they are flushed to disk.
 */
export class LmdbBackend implements Backend {
  readonly #path: string;
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #tables = new Map<Table, Rows>();
  #closed = false;

  private constructor(path: string, root: RootDatabase<Buffer, Buffer>) {
    this.#path = path;
    this.#root = root;
    for (const table of Object.values(Table)) {
      this.#tables.set(table, root.openDB<Buffer, Buffer>({ name: table, keyEncoding: 'binary', encoding: 'binary' }));
    }
  }

  /** `path` is the file; its folder must exist. Throws DiskError. */
  static open(path: string): LmdbBackend {
    return naming(path, 'open', () => {
      // Values are copied out (`getBinary`): a view on the map would be an external buffer, which Electron refuses.
      const root = open<Buffer, Buffer>({ path, noSubdir: true, maxDbs: 16, keyEncoding: 'binary', encoding: 'binary', cache: false });
      return new LmdbBackend(path, root);
    });
  }

  #table(table: Table): Rows {
    return this.#tables.get(table)!;
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    return this.#table(table).getBinary(toBuffer(key));
  }

  *scan(table: Table, start: Uint8Array, end?: Uint8Array): Iterable<{ key: Uint8Array; value: Uint8Array }> {
    const options = { ...(start.length > 0 ? { start: toBuffer(start) } : {}), ...(end ? { end: toBuffer(end) } : {}) };
    for (const { key, value } of this.#table(table).getRange(options)) yield { key, value };
  }

  async commit(ops: readonly BackendOp[]): Promise<void> {
    try {
      const done = this.#root.batch(() => {
        for (const op of ops) {
          const table = this.#table(op.table);
          if (op.kind === 'put') void table.put(toBuffer(op.key), toBuffer(op.value));
          else void table.remove(toBuffer(op.key));
        }
      });
      await done;
      await this.#root.flushed;
    } catch (error) {
      throw diskError(this.#path, 'commit to', error);
    }
  }

  size(): { total: number; inUse: number } {
    const total = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    const { freeDBStats, pageSize } = this.#stats();
    const free = (freeDBStats ?? 0) * pageSize;
    return { total, inUse: Math.max(0, total - free) };
  }

  #stats(): { freeDBStats: number | undefined; pageSize: number } {
    const stats = this.#root.getStats() as { pageSize?: number; free?: { entryCount?: number }; freePages?: number };
    return { freeDBStats: stats.freePages, pageSize: stats.pageSize ?? 4096 };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#root.close();
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function diskError(path: string, what: string, error: unknown): DiskError {
  const text = error instanceof Error ? error.message : String(error);
  // LMDB passes the system's text on.
  const code = /no space left/i.test(text) ? 'ENOSPC' : /permission denied/i.test(text) ? 'EACCES' : /read-only/i.test(text) ? 'EROFS' : 'EIO';
  return new DiskError(code, path, `cannot ${what} ${path}: ${text} (${code})`);
}

function naming<T>(path: string, what: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw diskError(path, what, error);
  }
}
