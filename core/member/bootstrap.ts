import { utf8 } from '../base/bytes.ts';
import { idHex, type MemberId } from '../base/ids.ts';
import type { Backend } from '../mvcc/backend.ts';
import type { Disk } from '../ports/disk.ts';
import { decodeConfChange, encodeConfChange } from '../raft/conf-change.ts';
import { MemoryStorage } from '../raft/memory-storage.ts';
import { emptyConfState } from '../raft/storage.ts';
import { ConfChangeType, EntryType, type ConfChange, type Entry } from '../raft/types.ts';
import type { LogFiles } from '../wal/log-files.ts';
import { Wal, type WalOptions, type WalSnapshot } from '../wal/wal.ts';
import { ConfigError, type MemberConfig } from './config.ts';
import { clusterIdOf, memberIdOf } from './identity.ts';
import { memberToJson, promotionJson } from './member-json.ts';
import { Membership } from './membership.ts';
import { incompatibility, type OtherMembers } from './other-members.ts';
import { quoted, sameUrls, type PeerUrls } from './peer-urls.ts';
import type { ClusterMember } from './types.ts';

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
  /** Members that this one knows from others, before the log has told it of them. */
  remotes: readonly ClusterMember[];
}

export interface BootstrapPorts {
  disk: Disk;
  walDir: string;
  /** Its log as it is. */
  files: LogFiles;
  backend: Backend;
  wal?: WalOptions | undefined;
  others: OtherMembers;
  peerUrls: PeerUrls;
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
export async function bootstrap(config: MemberConfig, ports: BootstrapPorts, appliedIndex: number): Promise<Bootstrapped> {
  const { files, walDir } = ports;
  if (files.exists) return restart(config, ports, appliedIndex);
  if (appliedIndex > 0) throw new ConfigError(`${walDir} is missing, but the store beside it holds data: restore the log, or remove the whole data folder to begin anew`);
  if (config.initialClusterState === 'existing') return join(config, ports);
  const identity = identityOf(config);
  // Begun anew it would have forgotten whom it voted for and what it acknowledged.
  if (await ports.others.hasRun(identity.memberId)) {
    throw new ConfigError(
      `member ${idHex(identity.memberId)} has already been bootstrapped: the other members know it, and its data is not in ${walDir}. Restore it, or replace the member: "member remove", "member add", then --initial-cluster-state=existing`,
    );
  }
  const wal = await createWal(ports, identity);
  const raftStorage = new MemoryStorage();
  await beginLog(config, wal, raftStorage);
  return { identity, wal, raftStorage, repaired: false, remotes: [] };
}

/** Members that allow different numbers of learners would come to differ. Source: etcd `ValidateMaxLearnerConfig`. */
function demandLearnerLimit(members: readonly ClusterMember[], maxLearners: number): void {
  const learners = members.filter((member) => member.isLearner).length;
  if (learners <= maxLearners) return;
  throw new ConfigError(`membership: too many learner members in cluster: there are ${learners}, and --max-learners is ${maxLearners}. Give every member the same number`);
}

function createWal({ disk, walDir, wal }: BootstrapPorts, identity: Identity): Promise<Wal> {
  return Wal.create(disk, walDir, { nodeId: identity.memberId, clusterId: identity.clusterId }, wal);
}

/** A newcomer has no log: its leader sends it one, or a snapshot. Its ids are those that the cluster has given it. */
async function join(config: MemberConfig, ports: BootstrapPorts): Promise<Bootstrapped> {
  const { clusterId, members } = await ports.others.find();
  const own = await ownMember(config, members, ports.peerUrls);
  const problem = await incompatibility(members.filter((member) => member !== own), ports.others);
  if (problem !== undefined) throw new ConfigError(`incompatible with current running cluster: ${problem}`);
  demandLearnerLimit(members, config.maxLearners);
  const identity: Identity = { memberId: own.id, clusterId };
  const wal = await createWal(ports, identity);
  return { identity, wal, raftStorage: new MemoryStorage(), repaired: false, remotes: members };
}

/** The flags and the cluster must tell of the same members. Source: etcd `ValidateClusterAndAssignIDs`. */
async function ownMember(config: MemberConfig, members: readonly ClusterMember[], peerUrls: PeerUrls): Promise<ClusterMember> {
  const wanted = config.initialCluster;
  if (wanted.length !== members.length) {
    throw new ConfigError(
      `error validating peerURLs: member count is unequal: --initial-cluster names ${wanted.length}, the cluster has ${members.length} (${members.map((member) => member.peerUrls.join(',')).join(' and ')}). ` +
        'Add the member to the cluster first, and give --initial-cluster as "member add" has printed it',
    );
  }
  let own: ClusterMember | undefined;
  for (const member of members) {
    const name = await nameInFlags(wanted, member, peerUrls);
    if (name === config.name) own = member;
  }
  if (own) return own;
  throw new ConfigError(`error validating peerURLs: PeerURLs: two entries of --initial-cluster lead to one member, and none of the cluster's is ${config.name}`);
}

/** etcd looks names up even for members that another entry names as they are: one host that is down would keep all from joining. */
async function nameInFlags(wanted: MemberConfig['initialCluster'], { id, peerUrls: told }: ClusterMember, peerUrls: PeerUrls): Promise<string> {
  const named = wanted.find((entry) => sameUrls(entry.peerUrls, told));
  if (named) return named.name;
  let difference: string | undefined;
  for (const entry of wanted) {
    difference = await peerUrls.difference(told, entry.peerUrls);
    if (difference === undefined) return entry.name;
  }
  throw new ConfigError(`error validating peerURLs: PeerURLs: no match found in --initial-cluster for existing member (${idHex(id)}, ${quoted(told)}), last resolver error (${difference})`);
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

async function restart(config: MemberConfig, ports: BootstrapPorts, appliedIndex: number): Promise<Bootstrapped> {
  const { disk, walDir, files, backend } = ports;
  const stored = new Membership(0n, () => {});
  stored.load(backend);
  demandLearnerLimit(stored.list(), config.maxLearners);
  // The newest point that the store is not behind of: it was made durable before its record was written.
  const points = await files.snapshots(appliedIndex);
  const from = points.filter((snapshot) => snapshot.index <= appliedIndex).at(-1) ?? start;
  const newest = points.at(-1)?.index ?? 0;
  // The log may begin at 1 all the same, after a restore: without what was restored it makes another store.
  if (appliedIndex === 0 && newest > 0) {
    throw new ConfigError(`the store is missing that the log in ${walDir} goes with: it had everything up to index ${newest}. Restore it, or remove the whole data folder and let the member join anew`);
  }
  const { wal, metadata, hardState, entries, torn } = await Wal.open(disk, walDir, from, ports.wal, files);
  const raftStorage = new MemoryStorage();
  if (from.index > 0) {
    raftStorage.applySnapshot({ data: new Uint8Array(0), metadata: { index: from.index, term: from.term, confState: from.confState ?? emptyConfState } });
  }
  raftStorage.append(entries);
  const identity = { memberId: metadata.nodeId, clusterId: metadata.clusterId };
  if (hardState.term === 0 && entries.length === 0 && from.index === 0) {
    // A crash came between the making of the log and its first entries: nobody has heard of this member yet.
    const joins = config.initialClusterState === 'existing';
    if (!joins) await beginLog(config, wal, raftStorage);
    return { identity, wal, raftStorage, repaired: torn, remotes: joins ? await othersKnown(ports) : [] };
  }
  // What is applied was committed, though the record of that may not have been synced.
  raftStorage.setHardState({ ...hardState, commit: Math.max(hardState.commit, appliedIndex) });
  const confState = Membership.loadConfState(backend);
  if (confState) raftStorage.setConfState(confState);
  if (config.forceNewCluster) await forceNew(config, identity.memberId, ports, { wal, raftStorage }, appliedIndex);
  return { identity, wal, raftStorage, repaired: torn, remotes: appliedIndex === 0 && config.initialClusterState === 'existing' ? await othersKnown(ports) : [] };
}

/** A newcomer that has applied nothing yet knows its peers from the others alone; without them it waits to be called. */
function othersKnown(ports: BootstrapPorts): Promise<readonly ClusterMember[]> {
  return ports.others.find().then(({ members }) => members, () => []);
}

/**
 * `--force-new-cluster`: what is not known to be committed is given up, and the log goes on with the removal of everyone else.
 * Source: etcd `bootstrapRaftFromWALStandalone`.
 */
async function forceNew(config: MemberConfig, self: MemberId, { backend }: BootstrapPorts, log: { wal: Wal; raftStorage: MemoryStorage }, appliedIndex: number): Promise<void> {
  const { wal, raftStorage } = log;
  const { hardState, confState } = raftStorage.initialState();
  const { commit, term } = hardState;
  const voters = new Set([...confState.voters, ...confState.votersOutgoing]);
  const learners = new Set([...confState.learners, ...confState.learnersNext]);
  if (commit > appliedIndex) {
    const entries = raftStorage.entries(Math.max(appliedIndex + 1, raftStorage.firstIndex()), commit + 1, Infinity);
    if (typeof entries === 'string') throw new ConfigError(`--force-new-cluster: the log does not reach back to index ${appliedIndex + 1}`);
    for (const entry of entries) if (entry.type === EntryType.confChange) follow(decodeConfChange(entry.data), voters, learners);
  }
  const others = [...voters, ...learners].filter((id) => id !== self).sort((a, b) => (a < b ? -1 : 1));
  const changes: Omit<ConfChange, 'id'>[] = others.map((nodeId) => ({ type: ConfChangeType.removeNode, nodeId, context: new Uint8Array(0) }));
  if (!voters.has(self)) {
    const membership = new Membership(0n, () => {});
    membership.load(backend);
    const alone: ClusterMember = { id: self, name: '', peerUrls: [...config.initialAdvertisePeerUrls].sort(), clientUrls: [], isLearner: false };
    changes.unshift({ type: ConfChangeType.addNode, nodeId: self, context: utf8(membership.get(self) ? promotionJson(self) : memberToJson(alone)) });
  }
  const entries: Entry[] = changes.map((change, i) => ({ type: EntryType.confChange, term, index: commit + 1 + i, data: encodeConfChange({ ...change, id: 0n }) }));
  const forced = { ...hardState, commit: commit + entries.length };
  raftStorage.truncateAfter(commit);
  await wal.save(forced, entries, true);
  raftStorage.append(entries);
  raftStorage.setHardState(forced);
}

function follow({ type, nodeId }: ConfChange, voters: Set<MemberId>, learners: Set<MemberId>): void {
  if (type === ConfChangeType.updateNode) return;
  voters.delete(nodeId);
  learners.delete(nodeId);
  if (type === ConfChangeType.addNode) voters.add(nodeId);
  else if (type === ConfChangeType.addLearnerNode) learners.add(nodeId);
}
