import { etcdVersion } from '../../base/version.ts';
import { Table, type BackendReader } from '../../mvcc/backend.ts';
import { metaKeys } from '../../mvcc/meta.ts';
import { decodeRowKey } from '../../mvcc/revision.ts';

/** etcd makes all its buckets when it starts, and its tools rely on them: an export has them, empty or not. */
export const databaseTables: readonly Table[] = Object.values(Table);

/** Which release's buckets these are. Source: etcd `server/storage/schema`. */
export const storageVersion = etcdVersion.replace(/\.\d+$/, '.0');

/** The newest row's, or the compaction's where that took the newest row; an empty store is at 1. */
export function revisionOf(view: BackendReader, newestRow: number): number {
  const rows = [view.get(Table.meta, metaKeys.scheduledCompact), view.get(Table.meta, metaKeys.finishedCompact)];
  return Math.max(1, newestRow, ...rows.map((row) => (row ? decodeRowKey(row).main : 1)));
}
