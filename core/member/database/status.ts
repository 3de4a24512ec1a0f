import { byteString, utf8, utf8Text } from '../../base/bytes.ts';
import { crc32c } from '../../base/crc32c.ts';
import { checkBolt } from '../../bolt/check.ts';
import type { BoltFile } from '../../bolt/read.ts';
import { Table } from '../../mvcc/backend.ts';
import { metaKeys } from '../../mvcc/meta.ts';
import { decodeRowKey } from '../../mvcc/revision.ts';
import { KeyValue } from '../../proto/gen/kv.ts';
import { WireError } from '../../proto/wire.ts';
import { DatabaseError, isRowKey } from './import.ts';

/** What `snapshot status` tells. Source: etcd `etcdutl/snapshot`. */
export interface DatabaseStatus {
  /** CRC-32C over the name of each bucket and its rows, in order. */
  hash: number;
  /** Of the newest row. */
  revision: number;
  /** Keys that exist at that revision. */
  totalKey: number;
  /** Bytes of the database, without a digest. */
  totalSize: number;
  /** Of the release whose buckets these are; empty before 3.6. */
  version: string;
}

/** Checks the file page by page, then reads all of it. Rejects with BoltError or DatabaseError when something is wrong with it. */
export async function databaseStatus(file: BoltFile): Promise<DatabaseStatus> {
  const problems = await checkBolt(file);
  if (problems.length > 0) throw new DatabaseError(`snapshot file integrity check failed. ${problems.length} errors found.\n${problems.join('\n')}`);
  let hash = 0;
  let revision = 0;
  const live = new Set<string>();
  for (const name of await file.buckets()) {
    hash = crc32c(name, hash);
    const isKeys = utf8Text(name) === Table.key;
    for await (const [key, value] of (await file.bucket(name))!.entries()) {
      hash = crc32c(value, crc32c(key, hash));
      if (isKeys) revision = count(key, value, live);
    }
  }
  const stored = await (await file.bucket(utf8(Table.meta)))?.get(metaKeys.storageVersion);
  return { hash, revision, totalKey: live.size, totalSize: file.size, version: stored ? utf8Text(stored) : '' };
}

/** Returns the row's revision. */
function count(key: Uint8Array, value: Uint8Array, live: Set<string>): number {
  if (!isRowKey(key)) throw new DatabaseError(`bucket "key": a row's key of ${key.length} bytes is no revision`);
  const { main, tombstone } = decodeRowKey(key);
  try {
    const name = byteString(KeyValue.decode(value).key);
    if (tombstone) live.delete(name);
    else live.add(name);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new DatabaseError(`bucket "key", revision ${main}: ${error.message}`);
  }
  return main;
}
