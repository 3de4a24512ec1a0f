import { equalBytes, utf8 } from '../../base/bytes.ts';
import { crc32c } from '../../base/crc32c.ts';
import { Table } from '../../mvcc/backend.ts';
import { metaKeys } from '../../mvcc/meta.ts';
import { decodeRowKey } from '../../mvcc/revision.ts';
import { databaseTables, revisionOf } from './buckets.ts';
import type { ExportSource } from './export.ts';

const sortedTables = databaseTables.toSorted((a, b) => (a < b ? -1 : 1));
/** They differ between members that hold the same. Source: etcd `schema.DefaultIgnores`. */
const ignoredMeta = [metaKeys.consistentIndex, metaKeys.term, metaKeys.storageVersion];
const stepRows = 1_000;

/** etcd's Hash: CRC-32C over the name of each bucket, in order, and its rows. In steps between which other work goes on. */
export async function hashDatabase({ backend, flush, soon }: ExportSource): Promise<{ hash: number; revision: number }> {
  await flush();
  const view = backend.view();
  try {
    let hash = 0;
    let seen = 0;
    let newestRow = 0;
    for (const table of sortedTables) {
      hash = crc32c(utf8(table), hash);
      for (const { key, value } of view.walk(table)) {
        if (table === Table.meta && ignoredMeta.some((ignored) => equalBytes(ignored, key))) continue;
        if (table === Table.key) newestRow = decodeRowKey(key).main;
        hash = crc32c(value, crc32c(key, hash));
        if (++seen % stepRows === 0) await new Promise<void>((resolve) => soon(resolve));
      }
    }
    return { hash, revision: revisionOf(view, newestRow) };
  } finally {
    view.close();
  }
}
