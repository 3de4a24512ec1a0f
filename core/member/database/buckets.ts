import { utf8 } from '../../base/bytes.ts';
import { etcdVersion } from '../../base/version.ts';
import { Table, type BackendReader } from '../../mvcc/backend.ts';
import { decodeRowKey } from '../../mvcc/revision.ts';

/** etcd makes all its buckets when it starts, and its tools rely on them: an export has them, empty or not. */
export const databaseTables: readonly Table[] = Object.values(Table);

export const metaKeys = {
  consistentIndex: utf8('consistent_index'), term: utf8('term'), confState: utf8('confState'), scheduledCompact: utf8('scheduledCompactRev'),
  finishedCompact: utf8('finishedCompactRev'), storageVersion: utf8('storageVersion'),
};

/** Which release's buckets these are. Source: etcd `server/storage/schema`. */
export const storageVersion = etcdVersion.replace(/\.\d+$/, '.0');

export function encodeUint64(value: number): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value));
  return out;
}

/** Undefined: it is not 8 bytes, or beyond 2^53. */
export function decodeUint64(bytes: Uint8Array): number | undefined {
  if (bytes.length !== 8) return undefined;
  const value = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0));
  return Number.isSafeInteger(value) ? value : undefined;
}

/** The newest row's, or the compaction's where that took the newest row; an empty store is at 1. */
export function revisionOf(view: BackendReader, newestRow: Uint8Array | undefined): number {
  const rows = [newestRow, view.get(Table.meta, metaKeys.scheduledCompact), view.get(Table.meta, metaKeys.finishedCompact)];
  return Math.max(1, ...rows.map((row) => (row ? decodeRowKey(row).main : 1)));
}
