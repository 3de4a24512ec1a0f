import { KeyValue } from '../proto/gen/kv.ts';
import { Reader } from '../proto/wire.ts';

/** Keys up to this length are read into a buffer that is used again for keys of the same length. */
const pooledBytes = 1024;

/**
 * Reads what the index keeps of a row, an encoded KeyValue, and leaves the value alone. The fields are those of the row read
 * last; its key is good until the next.
 */
export class RowHead {
  key: Uint8Array = new Uint8Array(0);
  createRevision = 0;
  version = 0;
  leased = false;
  readonly #pool: (Uint8Array | undefined)[] = [];

  /** Throws WireError on a row that is none. */
  read(row: Uint8Array): void {
    const reader = new Reader(row);
    this.key = this.#buffer(0);
    this.createRevision = 0;
    this.version = 0;
    this.leased = false;
    while (reader.position < row.length) {
      const tag = reader.tag();
      switch (tag) {
        case 0x0a:
          this.#readKey(row, reader);
          break;
        case 0x10:
          this.createRevision = reader.int64Number();
          break;
        case 0x18:
          reader.uint32();
          break;
        case 0x20:
          this.version = reader.int64Number();
          break;
        case 0x2a:
          reader.position = reader.end();
          break;
        case 0x30:
          this.leased = reader.bool();
          break;
        default:
          reader.skip(tag, 'KeyValue', KeyValue.goNames);
      }
    }
  }

  #readKey(row: Uint8Array, reader: Reader): void {
    const end = reader.end();
    const start = reader.position;
    const key = this.#buffer(end - start);
    for (let i = start; i < end; i++) key[i - start] = row[i]!;
    reader.position = end;
    this.key = key;
  }

  #buffer(length: number): Uint8Array {
    if (length > pooledBytes) return new Uint8Array(length);
    return (this.#pool[length] ??= new Uint8Array(length));
  }
}
