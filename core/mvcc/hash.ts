import { byteString, emptyBytes, utf8 } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import { KeyValue } from '../proto/gen/kv.ts';
import { Table, type Backend } from './backend.ts';
import { decodeRowKey, encodeRowKey } from './revision.ts';

/**
 * etcd's HashKV: CRC-32C over the table's name, then over the key and value of each row up to `upTo`. Rows at or below
 * the compact revision count only where they are the newest of their key at `upTo` (all do when no key has any), so that
 * members agree before their compactions have run. Source: etcd `server/storage/mvcc/hash.go`.
 */
export function hashOfRows(backend: Backend, upTo: number, compactRevision: number): number {
  const kept = compactRevision > 0 ? newestRows(backend, upTo) : new Set<string>();
  let hash = crc32c(utf8('key'));
  for (const row of backend.scan(Table.key, emptyBytes, encodeRowKey(upTo + 1, 0, false))) {
    const { main, tombstone } = decodeRowKey(row.key);
    if (main <= compactRevision && kept.size > 0 && !kept.has(byteString(row.key))) continue;
    // Older releases delete this row in a compaction, newer ones keep it.
    if (main === compactRevision && tombstone) continue;
    hash = crc32c(row.value, crc32c(row.key, hash));
  }
  return hash;
}

/** The newest row of each key that exists at the revision. */
function newestRows(backend: Backend, upTo: number): Set<string> {
  const newest = new Map<string, string | undefined>();
  for (const row of backend.scan(Table.key, emptyBytes, encodeRowKey(upTo + 1, 0, false))) {
    const { tombstone } = decodeRowKey(row.key);
    newest.set(byteString(KeyValue.decode(row.value).key), tombstone ? undefined : byteString(row.key));
  }
  return new Set([...newest.values()].filter((key) => key !== undefined));
}
