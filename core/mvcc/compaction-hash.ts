import { emptyBytes, utf8 } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import { Table, type BackendReader } from './backend.ts';
import { decodeRowKey, encodeRowKey } from './revision.ts';
import type { KeyRevision } from './types.ts';

export interface KeptHash {
  hash: number;
  revision: number;
  compactRevision: number;
}

/** Source: etcd `hashStorageMaxSize`. */
const mostKept = 10;

/** What HashKV was at the revisions of the last compactions, in memory alone, as etcd keeps it since 3.5.5. Source: etcd `server/storage/mvcc/hash.go`. */
export class KeptHashes {
  #hashes: KeptHash[] = [];

  at(revision: number): KeptHash | undefined {
    return this.#hashes.find((one) => one.revision === revision);
  }

  add(hash: KeptHash): void {
    this.#hashes = [...this.#hashes, hash].sort((a, b) => a.revision - b.revision).slice(-mostKept);
  }
}

/** Rows read in one turn of the event loop. */
const stepRows = 250;

/**
 * HashKV at the revision of a compaction, as of the compaction before: of the rows that this one deletes, those since count.
 * It is taken on the way, before they are gone.
 */
export class CompactionHash {
  readonly #rows: BackendReader;
  readonly #previous: number;
  readonly #keepsAny: boolean;
  #from: Uint8Array = emptyBytes;
  #hash = crc32c(utf8('key'));

  /** `keepsAny`: the compaction leaves a row; where it leaves none, all count. */
  constructor(rows: BackendReader, previousRevision: number, keepsAny: boolean) {
    this.#rows = rows;
    this.#previous = previousRevision;
    this.#keepsAny = keepsAny;
  }

  get hash(): number {
    return this.#hash;
  }

  /** Goes on to `end`. `dropped`, in order, are the rows on the way there that are going to be deleted. */
  async upTo(end: Uint8Array, dropped: readonly KeyRevision[], pause: () => Promise<void>): Promise<void> {
    for (let next = 0, seen = stepRows; seen === stepRows; await pause()) {
      seen = 0;
      for (const row of this.#rows.scan(Table.key, this.#from, end)) {
        const { main, sub, tombstone } = decodeRowKey(row.key);
        this.#from = encodeRowKey(main, sub + 1, false);
        const goes = dropped[next]?.main === main && dropped[next]?.sub === sub;
        if (goes) next++;
        const counts = main > this.#previous || !this.#keepsAny || !goes;
        if (counts && !(main === this.#previous && tombstone)) this.#hash = crc32c(row.value, crc32c(row.key, this.#hash));
        if (++seen === stepRows) break;
      }
    }
  }
}
