import { utf8 } from '../base/bytes.ts';
import type { MemberId } from '../base/ids.ts';
import type { Backend } from '../mvcc/backend.ts';
import type { Disk } from '../ports/disk.ts';
import { encodeConfChange } from '../raft/conf-change.ts';
import { MemoryStorage } from '../raft/memory-storage.ts';
import { emptyConfState } from '../raft/storage.ts';
import { ConfChangeType, EntryType, type Entry } from '../raft/types.ts';
import { validSnapshots } from '../wal/read.ts';
import { Wal, type WalOptions, type WalSnapshot } from '../wal/wal.ts';
import { ConfigError, type MemberConfig } from './config.ts';
import { clusterIdOf, memberIdOf } from './identity.ts';
import { memberToJson } from './member-json.ts';
import { Membership } from './membership.ts';

export interface Identity {
  memberId: MemberId;
  clusterId: bigint;
}

export interface Bootstrapped {
  identity: Identity;
  wal: Wal;
  raftStorage: MemoryStorage;
  /** A torn last write was found and cut off. */
  repaired: boolean;
}

const start: WalSnapshot = { index: 0, term: 0, confState: undefined };

/** The ids that a new cluster's flags lead to, the same on every member. */
export function identityOf(config: MemberConfig): Identity {
  const ids = config.initialCluster.map((member) => memberIdOf(member.peerUrls, config.initialClusterToken));
  const own = config.initialCluster.findIndex((member) => member.name === config.name);
  return { memberId: ids[own]!, clusterId: clusterIdOf(ids) };
}

/**
 * A log that is there is gone on with, and the initial flags are ignored; otherwise a new cluster's log is begun:
 * one conf change per member, which every member writes alike.
 */
export async function bootstrap(config: MemberConfig, disk: Disk, walDir: string, backend: Backend, appliedIndex: number, options: WalOptions = {}): Promise<Bootstrapped> {
  if (await Wal.exists(disk, walDir)) return restart(config, disk, walDir, backend, appliedIndex, options);
  if (config.initialClusterState === 'existing') {
    throw new ConfigError('--initial-cluster-state=existing: joining a running cluster is not available in this release; start with "new"');
  }
  if (appliedIndex > 0) throw new ConfigError(`${walDir} is missing, but the store beside it holds data: restore the log, or remove the whole data folder to begin anew`);
  const identity = identityOf(config);
  const wal = await Wal.create(disk, walDir, { nodeId: identity.memberId, clusterId: identity.clusterId }, options);
  const raftStorage = new MemoryStorage();
  await beginLog(config, wal, raftStorage);
  return { identity, wal, raftStorage, repaired: false };
}

async function beginLog(config: MemberConfig, wal: Wal, raftStorage: MemoryStorage): Promise<void> {
  const members = config.initialCluster.map((member) => ({
    id: memberIdOf(member.peerUrls, config.initialClusterToken), name: '', peerUrls: [...member.peerUrls].sort(), clientUrls: [], isLearner: false,
  }));
  members.sort((a, b) => (a.id < b.id ? -1 : 1));
  const entries: Entry[] = members.map((member, i) => ({
    type: EntryType.confChange, term: 1, index: i + 1,
    data: encodeConfChange({ id: 0n, type: ConfChangeType.addNode, nodeId: member.id, context: utf8(memberToJson(member)) }),
  }));
  const hardState = { term: 1, vote: 0n, commit: entries.length };
  await wal.save(hardState, entries, true);
  raftStorage.append(entries);
  raftStorage.setHardState(hardState);
}

async function restart(config: MemberConfig, disk: Disk, walDir: string, backend: Backend, appliedIndex: number, options: WalOptions): Promise<Bootstrapped> {
  // The newest point that the store is not behind of: it was made durable before its record was written.
  const from = (await validSnapshots(disk, walDir)).filter((snapshot) => snapshot.index <= appliedIndex).at(-1) ?? start;
  const { wal, metadata, hardState, entries, torn } = await Wal.open(disk, walDir, from, options);
  const raftStorage = new MemoryStorage();
  if (from.index > 0) {
    raftStorage.applySnapshot({ data: new Uint8Array(0), metadata: { index: from.index, term: from.term, confState: from.confState ?? emptyConfState } });
  }
  raftStorage.append(entries);
  const identity = { memberId: metadata.nodeId, clusterId: metadata.clusterId };
  if (hardState.term === 0 && entries.length === 0 && from.index === 0) {
    // A crash came between the making of the log and its first entries: nobody has heard of this member yet.
    await beginLog(config, wal, raftStorage);
    return { identity, wal, raftStorage, repaired: torn };
  }
  // What is applied was committed, though the record of that may not have been synced.
  raftStorage.setHardState({ ...hardState, commit: Math.max(hardState.commit, appliedIndex) });
  const confState = Membership.loadConfState(backend);
  if (confState) raftStorage.setConfState(confState);
  return { identity, wal, raftStorage, repaired: torn };
}
