import { byteString, bytesOf } from '../base/bytes.ts';
import type { Backend, BackendOp, Table } from './backend.ts';

/** The backend without a disk, for tests and the simulator. Rows are found by their bytes as strings. */
export class MemoryBackend implements Backend {
  #tables = new Map<Table, Map<string, Uint8Array>>();
  #sorted = new Map<Table, string[]>();
  #failure: Error | undefined;

  /** Makes every later commit reject with this error; undefined mends it. */
  failWith(error: Error | undefined): void {
    this.#failure = error;
  }

  /** What a crash leaves: everything committed. */
  clone(): MemoryBackend {
    const copy = new MemoryBackend();
    for (const [name, rows] of this.#tables) copy.#tables.set(name, new Map(rows));
    return copy;
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    return this.#tables.get(table)?.get(byteString(key));
  }

  *scan(table: Table, start: Uint8Array, end?: Uint8Array): Iterable<{ key: Uint8Array; value: Uint8Array }> {
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

  async commit(ops: readonly BackendOp[]): Promise<void> {
    if (this.#failure) throw this.#failure;
    for (const op of ops) {
      let rows = this.#tables.get(op.table);
      if (!rows) this.#tables.set(op.table, (rows = new Map()));
      if (op.kind === 'put') rows.set(byteString(op.key), op.value.slice());
      else rows.delete(byteString(op.key));
      this.#sorted.delete(op.table);
    }
  }

  size(): { total: number; inUse: number } {
    let bytes = 0;
    for (const rows of this.#tables.values()) for (const [key, value] of rows) bytes += key.length + value.length;
    return { total: bytes, inUse: bytes };
  }

  async close(): Promise<void> {}
}
