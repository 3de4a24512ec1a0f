import { emptyBytes, utf8 } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import { KeyValue } from '../proto/gen/kv.ts';
import { Table, type BackendReader } from './backend.ts';
import { decodeRowKey, encodeRowKey } from './revision.ts';

export interface RowsToHash {
  /** Rows of later revisions do not count. */
  upTo: number;
  compactRevision: number;
  /** What each key was at `upTo`; undefined: no key existed then, and no row is left out. */
  keyAt: ((key: Uint8Array) => { main: number; sub: number } | undefined) | undefined;
}

/** Rows between two pauses. */
const stepRows = 1_000;

/**
 * etcd's HashKV: CRC-32C over the table's name, then over the key and value of each row up to `upTo`. Rows at or below
 * the compact revision count only where they are the newest of their key at `upTo` (all do when no key has any), so that
 * members agree before their compactions have run. Source: etcd `server/storage/mvcc/hash.go`.
 */
export async function hashOfRows(rows: BackendReader, { upTo, compactRevision, keyAt }: RowsToHash, pause: () => Promise<void>): Promise<number> {
  let hash = crc32c(utf8('key'));
  let seen = 0;
  for (const row of rows.scan(Table.key, emptyBytes, encodeRowKey(upTo + 1, 0, false))) {
    if (++seen % stepRows === 0) await pause();
    const { main, sub, tombstone } = decodeRowKey(row.key);
    if (main <= compactRevision && keyAt) {
      const kept = keyAt(KeyValue.decode(row.value).key);
      if (kept?.main !== main || kept.sub !== sub) continue;
    }
    // Older releases delete this row in a compaction, newer ones keep it.
    if (main === compactRevision && tombstone) continue;
    hash = crc32c(row.value, crc32c(row.key, hash));
  }
  return hash;
}
