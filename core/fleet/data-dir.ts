import { join } from 'node:path';

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
