import { join } from 'node:path';
import { DiskError, type Disk } from '../ports/disk.ts';

export interface MemberPaths {
  snapDir: string;
  /** The first file of the store. */
  store: string;
  walDir: string;
}

/** Where a member's data lie in its folder, as etcd's do. */
export function memberPaths({ dataDir, walDir }: { dataDir: string; walDir: string }): MemberPaths {
  const snapDir = join(dataDir, 'member', 'snap');
  return { snapDir, store: join(snapDir, 'store.lmdb'), walDir: walDir || join(dataDir, 'member', 'wal') };
}

/**
 * An etcd's folder has a log that we can read, but its keys are in a database beside it: begun from the log alone, the member
 * would lack what was restored or compacted, and an etcd that runs there writes the same log. Rejects with DiskError.
 */
export async function refuseEtcdFolder(disk: Disk, { snapDir }: MemberPaths): Promise<void> {
  const names = await disk.list(snapDir);
  if (!names.includes('db') || names.some((name) => /^store(-\d+)?\.lmdb$/.test(name))) return;
  const database = join(snapDir, 'db');
  throw new DiskError('EFOREIGN', database,
    `${database} is the database of an etcd, whose data folder this is: stop that etcd, and make a folder for this member of it with "quorate snapshot restore ${database} --skip-hash-check --data-dir NEW-FOLDER"`);
}
