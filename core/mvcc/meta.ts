import { uint64Bytes, uint64Of, utf8 } from '../base/bytes.ts';
import { Table, type BackendReader } from './backend.ts';

/** Keys of the `meta` table. Source: etcd `server/storage/schema`. */
export const metaKeys = {
  consistentIndex: utf8('consistent_index'), term: utf8('term'), confState: utf8('confState'), scheduledCompact: utf8('scheduledCompactRev'),
  finishedCompact: utf8('finishedCompactRev'), storageVersion: utf8('storageVersion'),
};

/** An index or a term as a value of `meta`. */
export function encodeIndex(value: number): Uint8Array {
  return uint64Bytes(BigInt(value));
}

/** Undefined: it is not 8 bytes, or beyond 2^53. */
export function decodeIndex(bytes: Uint8Array): number | undefined {
  const value = uint64Of(bytes);
  return value !== undefined && value <= Number.MAX_SAFE_INTEGER ? Number(value) : undefined;
}

/** The index or term that stands under this key; 0 where there is none. */
export function indexAt(reader: BackendReader, key: Uint8Array): number {
  const row = reader.get(Table.meta, key);
  return row ? (decodeIndex(row) ?? 0) : 0;
}
