import { KeyIndex } from './key-index.ts';
import { decodeRowKey } from './revision.ts';
import { RowHead } from './row-head.ts';

/** Builds the key index from the rows of a store, which come in the order of their revisions and are not kept. */
export class IndexBuilder {
  readonly index = new KeyIndex();
  /** Main revision of the newest row; 1: there was none. */
  newest = 1;
  readonly #head = new RowHead();

  /** Throws WireError or AssertionError on what is no row. */
  add(rowKey: Uint8Array, row: Uint8Array): void {
    const { main, sub, tombstone } = decodeRowKey(rowKey);
    const head = this.#head;
    head.read(row);
    if (tombstone) this.index.tombstone(head.key, main, sub);
    else this.index.restore(head.key, main, sub, head.leased, head.createRevision, head.version);
    this.newest = Math.max(this.newest, main);
  }
}
