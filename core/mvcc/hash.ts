import { byteString, emptyBytes, utf8 } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import { KeyValue } from '../proto/gen/kv.ts';
import { Table, type Backend } from './backend.ts';
import { decodeRowKey, encodeRowKey } from './revision.ts';

/**
 * etcd's HashKV: CRC-32C over the table's name, then over the key and value of each row up to `upTo`. Rows at or below
 * the compact revision count only where the compaction keeps them, so that members agree before theirs has run.
 */
export function hashOfRows(backend: Backend, upTo: number, compactRevision: number): number {
  const kept = keptBelow(backend, compactRevision);
  let hash = crc32c(utf8('key'));
  for (const row of backend.scan(Table.key, emptyBytes, encodeRowKey(upTo + 1, 0, false))) {
    const { main, tombstone } = decodeRowKey(row.key);
    if (main <= compactRevision && (tombstone || !kept.has(byteString(row.key)))) continue;
    hash = crc32c(row.value, crc32c(row.key, hash));
  }
  return hash;
}

/** The rows that a compaction to the revision keeps: the newest of each key, unless it is a tombstone. */
function keptBelow(backend: Backend, compactRevision: number): Set<string> {
  const newest = new Map<string, string | undefined>();
  if (compactRevision > 0) {
    for (const row of backend.scan(Table.key, emptyBytes, encodeRowKey(compactRevision + 1, 0, false))) {
      const { tombstone } = decodeRowKey(row.key);
      newest.set(byteString(KeyValue.decode(row.value).key), tombstone ? undefined : byteString(row.key));
    }
  }
  return new Set([...newest.values()].filter((key) => key !== undefined));
}
