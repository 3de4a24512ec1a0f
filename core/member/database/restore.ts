import { equalBytes, utf8 } from '../../base/bytes.ts';
import type { BoltFile } from '../../bolt/read.ts';
import { Table, type Backend, type BackendPut } from '../../mvcc/backend.ts';
import { metaKeys } from '../../mvcc/meta.ts';
import { decodeRowKey, encodeRowKey } from '../../mvcc/revision.ts';
import type { Disk } from '../../ports/disk.ts';
import { encodeConfChange } from '../../raft/conf-change.ts';
import { ConfChangeType, EntryType, type ConfState, type Entry } from '../../raft/types.ts';
import { saveSnap } from '../../wal/snap.ts';
import { Wal } from '../../wal/wal.ts';
import { ConfigError, type MemberConfig } from '../config.ts';
import { clusterIdOf, memberIdOf } from '../identity.ts';
import { memberToJson } from '../member-json.ts';
import type { ClusterMember } from '../types.ts';
import { importDatabase } from './import.ts';

export interface RestoreConfig extends Pick<MemberConfig, 'name' | 'initialCluster' | 'initialClusterToken'> {
  /** Raises the newest revision by this and takes everything before for compacted, so that no client sees a revision come twice. */
  bumpRevision: number;
}

export interface RestoreTarget {
  disk: Disk;
  /** Does not exist yet. */
  walDir: string;
  snapDir: string;
  backend: Backend;
  soon(run: () => void): void;
}

const term = 1;
/** Revisions are exact up to 2^53: half of them are left for what is written later. */
const maxBumpedRevision = 2 ** 52;

/**
 * Makes a member's data of a database file: the first of a new cluster that begins with these data. Keys, revisions, leases,
 * alarms and users are those of the file; members are those of the configuration. Each member is restored from the same file.
 * Source: etcd `etcdutl/snapshot`. Rejects with BoltError, DatabaseError, DiskError.
 */
export async function restoreMember(file: BoltFile, config: RestoreConfig, target: RestoreTarget): Promise<void> {
  const { disk, walDir, snapDir, backend, soon } = target;
  const members = membersOf(config);
  const own = members.find((member) => member.name === config.name);
  if (!own) throw new ConfigError(`couldn't find local name "${config.name}" in the initial cluster configuration`);
  const index = members.length;
  const ids = members.map((member) => member.id);
  const confState: ConfState = { voters: ids, learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  let newest = 1;
  await importDatabase(file, backend, {
    soon, index, term, confState, membership: { members, removed: [], clusterVersion: '' },
    changed(table, key, value) {
      // The buckets are those of this release from now on.
      if (table === Table.meta && equalBytes(key, metaKeys.storageVersion)) return undefined;
      if (table === Table.key) newest = decodeRowKey(key).main;
      return value;
    },
    added: () => (config.bumpRevision > 0 ? bumpRows(newest, config.bumpRevision) : []),
  });
  await saveSnap(disk, snapDir, { data: new Uint8Array(0), metadata: { index, term, confState } });
  const wal = await Wal.create(disk, walDir, { nodeId: own.id, clusterId: clusterIdOf(ids) });
  try {
    await wal.save({ term, vote: ids[0]!, commit: index }, members.map(entryOf), true);
    await wal.saveSnapshot({ index, term, confState });
  } finally {
    await wal.close();
  }
}

function membersOf({ initialCluster, initialClusterToken }: RestoreConfig): ClusterMember[] {
  const members = initialCluster.map(({ name, peerUrls }): ClusterMember => (
    { id: memberIdOf(peerUrls, initialClusterToken), name, peerUrls: [...peerUrls].sort(), clientUrls: [], isLearner: false }));
  return members.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const entryOf = (member: ClusterMember, i: number): Entry => ({
  type: EntryType.confChange, term, index: i + 1,
  data: encodeConfChange({ id: 0n, type: ConfChangeType.addNode, nodeId: member.id, context: utf8(memberToJson(member)) }),
});

/** A row of no key holds the new revision, as in etcd: no range reaches it. */
function bumpRows(newest: number, by: number): BackendPut[] {
  const revision = newest + by;
  if (revision > maxBumpedRevision) throw new ConfigError(`--bump-revision=${by} would raise revision ${newest} to ${revision}; no more than ${maxBumpedRevision} is possible`);
  const key = encodeRowKey(revision, 0, false);
  return [
    { kind: 'put', table: Table.key, key, value: new Uint8Array(0) },
    { kind: 'put', table: Table.meta, key: metaKeys.scheduledCompact, value: key },
  ];
}
