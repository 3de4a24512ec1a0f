import { assert } from '../base/assert.ts';
import { KeyValue as KeyValueCodec } from '../proto/gen/kv.ts';
import { Writer } from '../proto/wire.ts';
import { rowKeyMaxBytes, writeRowKey } from './revision.ts';
import type { KeyValue } from './types.ts';

const slabBytes = 64 * 1024;
/** Tags, numbers and lengths of a row at their longest: 6 fields. */
const rowOverhead = 6 * 11;

/**
 * Makes rows one behind the other in slabs: a buffer for each key and value would cost more than what is written into it.
 * A slab lives for as long as one of its rows is held: until they are committed.
 */
export class RowSlab {
  #bytes = new Uint8Array(slabBytes);
  #used = 0;
  readonly #writer = new Writer();

  row(main: number, sub: number, tombstone: boolean, kv: KeyValue): { key: Uint8Array; value: Uint8Array } {
    const most = rowKeyMaxBytes + rowOverhead + kv.key.length + kv.value.length;
    if (most > this.#bytes.length - this.#used) {
      // A row as large as a slab has its own, and the rest of this one is used on.
      if (most > slabBytes / 4) return write(new Uint8Array(most), 0, main, sub, tombstone, kv, this.#writer);
      this.#bytes = new Uint8Array(slabBytes);
      this.#used = 0;
    }
    const row = write(this.#bytes, this.#used, main, sub, tombstone, kv, this.#writer);
    this.#used = row.value.byteOffset + row.value.length;
    return row;
  }
}

function write(bytes: Uint8Array, at: number, main: number, sub: number, tombstone: boolean, kv: KeyValue, writer: Writer): { key: Uint8Array; value: Uint8Array } {
  const start = writeRowKey(bytes, at, main, sub, tombstone);
  writer.buffer = bytes as Writer['buffer'];
  writer.length = start;
  KeyValueCodec.write(kv, writer);
  assert(writer.buffer === bytes, 'a row is longer than was reckoned');
  return { key: bytes.subarray(at, start), value: bytes.subarray(start, writer.length) };
}
