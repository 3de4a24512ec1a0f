import { assert } from '../base/assert.ts';
import { byteString, bytesOf, emptyBytes } from '../base/bytes.ts';
import type { Backend, BackendOp, BackendReplacement, BackendRow, BackendView, Table } from './backend.ts';

/** Tables of rows by their bytes as strings. A view shares them: who writes to a shared table copies it first. */
class MemoryTables {
  readonly #tables: Map<Table, Map<string, Uint8Array>>;
  readonly #shared = new Set<Table>();
  #sorted = new Map<Table, string[]>();

  bytes: number;

  constructor(tables: Map<Table, Map<string, Uint8Array>> = new Map(), bytes = 0) {
    this.#tables = tables;
    this.bytes = bytes;
    for (const table of tables.keys()) this.#shared.add(table);
  }

  /** The content as it is now, whatever is written to either afterwards. */
  snapshot(): MemoryTables {
    for (const table of this.#tables.keys()) this.#shared.add(table);
    return new MemoryTables(new Map(this.#tables), this.bytes);
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    return this.#tables.get(table)?.get(byteString(key));
  }

  *scan(table: Table, start: Uint8Array, end?: Uint8Array): Generator<BackendRow, void, undefined> {
    const rows = this.#tables.get(table);
    if (!rows) return;
    const low = byteString(start);
    const high = end && byteString(end);
    for (const key of this.#keys(table, rows)) {
      if (key < low) continue;
      if (high !== undefined && key >= high) return;
      const value = rows.get(key);
      if (value) yield { key: bytesOf(key), value };
    }
  }

  #keys(table: Table, rows: Map<string, Uint8Array>): string[] {
    let keys = this.#sorted.get(table);
    if (!keys) {
      keys = [...rows.keys()].sort((a, b) => (a < b ? -1 : 1));
      this.#sorted.set(table, keys);
    }
    return keys;
  }

  write(ops: readonly BackendOp[]): void {
    for (const op of ops) {
      const rows = this.#own(op.table);
      const key = byteString(op.key);
      const before = rows.get(key);
      if (before) this.bytes -= key.length + before.length;
      if (op.kind === 'put') {
        rows.set(key, op.value.slice());
        this.bytes += key.length + op.value.length;
      } else rows.delete(key);
      this.#sorted.delete(op.table);
    }
  }

  #own(table: Table): Map<string, Uint8Array> {
    let rows = this.#tables.get(table);
    if (!rows || this.#shared.delete(table)) this.#tables.set(table, (rows = new Map(rows)));
    return rows;
  }
}

/** Who keeps what was lent finds it spoilt, as with LMDB. */
function spoil({ key, value }: BackendRow): void {
  key.fill(0xee);
  value.fill(0xee);
}

/** The backend without a disk, for tests and the simulator. */
export class MemoryBackend implements Backend {
  #content = new MemoryTables();
  #failure: Error | undefined;
  #failureTakes = false;
  #replacing = false;

  /** Makes every later commit reject with this error; undefined mends it. With `taken` the next one takes effect all the same. */
  failWith(error: Error | undefined, taken = false): void {
    this.#failure = error;
    this.#failureTakes = taken;
  }

  /** What a crash leaves: everything committed. */
  clone(): MemoryBackend {
    const copy = new MemoryBackend();
    copy.#content = this.#content.snapshot();
    return copy;
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    return this.#content.get(table, key);
  }

  scan(table: Table, start: Uint8Array, end?: Uint8Array): Iterable<BackendRow> {
    return this.#content.scan(table, start, end);
  }

  visit(table: Table, visit: (key: Uint8Array, value: Uint8Array) => void): void {
    for (const { key, value } of this.#content.scan(table, emptyBytes)) {
      const lent = value.slice();
      visit(key, lent);
      spoil({ key, value: lent });
    }
  }

  view(): BackendView {
    const content = this.#content.snapshot();
    let closed = false;
    const open = (): MemoryTables => {
      assert(!closed, 'a view of the store was read after it was closed');
      return content;
    };
    return {
      get: (table, key) => open().get(table, key),
      *scan(table, start, end) {
        for (const row of open().scan(table, start, end)) {
          open();
          yield row;
        }
      },
      *walk(table) {
        for (const { key, value } of open().scan(table, emptyBytes)) {
          open();
          const lent = { key, value: value.slice() };
          yield lent;
          spoil(lent);
        }
      },
      close() {
        closed = true;
      },
    };
  }

  async commit(ops: readonly BackendOp[]): Promise<void> {
    this.#write(this.#content, ops);
  }

  #write(content: MemoryTables, ops: readonly BackendOp[]): void {
    if (!this.#failure || this.#failureTakes) content.write(ops);
    this.#failureTakes = false;
    if (this.#failure) throw this.#failure;
  }

  async replace(): Promise<BackendReplacement> {
    assert(!this.#replacing, 'the content is being replaced already');
    this.#replacing = true;
    const content = new MemoryTables();
    let ended = false;
    const end = (): void => {
      assert(!ended, 'the replacement has ended');
      ended = true;
      this.#replacing = false;
    };
    return {
      commit: async (ops) => {
        assert(!ended, 'the replacement has ended');
        this.#write(content, ops);
      },
      finish: async (swapped) => {
        end();
        if (this.#failure) throw this.#failure;
        this.#content = content;
        swapped?.();
      },
      abandon: async () => {
        if (!ended) end();
      },
    };
  }

  get totalBytes(): number {
    return this.#content.bytes;
  }

  get inUseBytes(): number {
    return this.#content.bytes;
  }

  async defragment(): Promise<void> {
    if (this.#failure) throw this.#failure;
  }

  async close(): Promise<void> {}
}
