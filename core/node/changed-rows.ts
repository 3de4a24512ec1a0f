import type { BackendOp, BackendReader, Table } from '../mvcc/backend.ts';

/** Which rows were changed, without what they hold: that is read when it is wanted. */
export class ChangedRows {
  #rows = new Map<Table, Map<string, Uint8Array>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  note(ops: readonly BackendOp[]): void {
    for (const { table, key } of ops) {
      let rows = this.#rows.get(table);
      if (!rows) this.#rows.set(table, (rows = new Map()));
      rows.set(Buffer.from(key).toString('latin1'), key);
      this.#size++;
    }
  }

  /** The changes that bring an older copy to what `now` holds, in lots; what is noted from here on is not among them. */
  *take(now: BackendReader, lotRows: number): Generator<BackendOp[], void, undefined> {
    const taken = this.#rows;
    this.#rows = new Map();
    this.#size = 0;
    let lot: BackendOp[] = [];
    for (const [table, rows] of taken) {
      for (const key of rows.values()) {
        const value = now.get(table, key);
        lot.push(value ? { kind: 'put', table, key, value } : { kind: 'delete', table, key });
        if (lot.length < lotRows) continue;
        yield lot;
        lot = [];
      }
    }
    if (lot.length > 0) yield lot;
  }
}
