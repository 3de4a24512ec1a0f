import { normalUrl, type PeerUrls } from './peer-urls.ts';

/**
 * Everything a member is told when it starts: etcd's flags, parsed and checked. Fields carry the flags' names, units last.
 * Plain data: it crosses to a hosted member's thread.
 */
export interface MemberConfig {
  name: string;
  /** Absolute path. */
  dataDir: string;
  /** Absolute path of a folder for the log alone; empty: within `dataDir`. */
  walDir: string;
  listenClientUrls: readonly string[];
  /** Where plain HTTP is served instead of on the client URLs; empty: on the client URLs. */
  listenClientHttpUrls: readonly string[];
  /** Further places for `/metrics` and the health checks. */
  listenMetricsUrls: readonly string[];
  advertiseClientUrls: readonly string[];
  listenPeerUrls: readonly string[];
  initialAdvertisePeerUrls: readonly string[];
  initialCluster: { name: string; peerUrls: string[] }[];
  initialClusterState: 'new' | 'existing';
  initialClusterToken: string;
  /** Keeps the data and makes this member the only one of its cluster. */
  forceNewCluster: boolean;
  heartbeatIntervalMs: number;
  electionTimeoutMs: number;
  /** The first election does not wait its full time. */
  initialElectionTickAdvance: boolean;
  preVote: boolean;
  /** Changes of members that would cost the quorum are refused. */
  strictReconfigCheck: boolean;
  maxLearners: number;
  /** A learner that has been in sync for so long is promoted by the leader; 0: only when it is asked to. */
  learnerAutoPromoteMs: number;
  /** Bytes; 0: etcd's default of 2 GiB; below 0: no quota. */
  quotaBackendBytes: number;
  /** Staged changes are committed to the store at least this often; 0: the default, 100 ms. */
  backendBatchIntervalMs: number;
  /** … and when there are this many; 0: the default, 10,000. */
  backendBatchLimit: number;
  /** Applied entries between two truncations of the log. */
  snapshotCount: number;
  /** Entries kept behind a truncation for followers that lag a little. */
  snapshotCatchupEntries: number;
  /** Snapshot and log files that are kept; 0: all. */
  maxSnapshots: number;
  maxWals: number;
  autoCompactionMode: 'periodic' | 'revision';
  /** Milliseconds of history (`periodic`) or a number of revisions (`revision`); 0: off. */
  autoCompactionRetention: number;
  /** Revisions that one batch of a compaction deletes, and the pause between two. */
  compactionBatchLimit: number;
  compactionSleepIntervalMs: number;
  /** The store is defragmented at start when that frees so many MiB; 0: never. */
  bootstrapDefragThresholdMegabytes: number;
  /** Operations of one transaction. */
  maxTxnOps: number;
  /** Larger requests that write are refused, bytes. */
  maxRequestBytes: number;
  /** Calls that one connection may have open. */
  maxConcurrentStreams: number;
  /** A client that pings more often than this while it has a call is sent away. */
  grpcKeepaliveMinTimeMs: number;
  /** A client connection that is silent for so long is pinged; 0: none is. */
  grpcKeepaliveIntervalMs: number;
  /** How long its answer may take. */
  grpcKeepaliveTimeoutMs: number;
  /** A connection with a peer is given up when nothing comes, or nothing is taken, for so long; never before an election timeout. */
  raftReadTimeoutMs: number;
  raftWriteTimeoutMs: number;
  /** The ports may be listened on by other processes of this user as well, which are dealt connections by turns. */
  socketReusePort: boolean;
  /** An address whose last connections have just been closed may be listened on. */
  socketReuseAddress: boolean;
  /** gRPC's health service says NOT_SERVING while a client has the member defragment. */
  stopGrpcServiceOnDefrag: boolean;
  /** How often the leader tells the log what is left of longer leases, so that the next does not give them all their time again; 0: never. */
  leaseCheckpointIntervalMs: number;
  /** Between two notices of progress to a watcher that asked for them. */
  watchProgressNotifyIntervalMs: number;
  /** Slower applications and requests are logged. */
  warningApplyDurationMs: number;
  warningUnaryRequestDurationMs: number;
  /** The JSON gateway under `/v3/`. */
  enableGrpcGateway: boolean;
  /** Origins whose pages may ask, and host names that a request may name; `*`: all. */
  cors: readonly string[];
  hostWhitelist: readonly string[];
  metrics: 'basic' | 'extensive';
}

/** etcd's defaults. Source: etcd `server/embed/config.go`, release 3.6. */
export const memberDefaults: Readonly<Omit<MemberConfig, 'dataDir' | 'initialCluster'>> = {
  name: 'default',
  walDir: '',
  listenClientUrls: ['http://localhost:2379'],
  listenClientHttpUrls: [],
  listenMetricsUrls: [],
  advertiseClientUrls: ['http://localhost:2379'],
  listenPeerUrls: ['http://localhost:2380'],
  initialAdvertisePeerUrls: ['http://localhost:2380'],
  initialClusterState: 'new',
  initialClusterToken: 'etcd-cluster',
  forceNewCluster: false,
  heartbeatIntervalMs: 100,
  electionTimeoutMs: 1000,
  initialElectionTickAdvance: true,
  preVote: true,
  strictReconfigCheck: true,
  maxLearners: 1,
  learnerAutoPromoteMs: 0,
  quotaBackendBytes: 0,
  backendBatchIntervalMs: 0,
  backendBatchLimit: 0,
  snapshotCount: 10_000,
  snapshotCatchupEntries: 5_000,
  maxSnapshots: 5,
  maxWals: 5,
  autoCompactionMode: 'periodic',
  autoCompactionRetention: 0,
  compactionBatchLimit: 1000,
  compactionSleepIntervalMs: 10,
  bootstrapDefragThresholdMegabytes: 0,
  maxTxnOps: 128,
  maxRequestBytes: 1_572_864,
  maxConcurrentStreams: 2 ** 32 - 1,
  grpcKeepaliveMinTimeMs: 5_000,
  grpcKeepaliveIntervalMs: 2 * 60 * 60 * 1000,
  grpcKeepaliveTimeoutMs: 20_000,
  raftReadTimeoutMs: 5_000,
  raftWriteTimeoutMs: 5_000,
  socketReusePort: false,
  socketReuseAddress: false,
  stopGrpcServiceOnDefrag: false,
  leaseCheckpointIntervalMs: 0,
  watchProgressNotifyIntervalMs: 10 * 60 * 1000,
  warningApplyDurationMs: 100,
  warningUnaryRequestDurationMs: 300,
  enableGrpcGateway: true,
  cors: ['*'],
  hostWhitelist: ['*'],
  metrics: 'basic',
};

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Checks the relations between settings that no single flag can check. Throws ConfigError. */
export function checkConfig(config: MemberConfig): void {
  const { heartbeatIntervalMs: heartbeat, electionTimeoutMs: election } = config;
  if (heartbeat < 1) throw new ConfigError(`--heartbeat-interval must be >0 (set to ${heartbeat}ms)`);
  if (election < 1) throw new ConfigError(`--election-timeout must be >0 (set to ${election}ms)`);
  if (election < 5 * heartbeat) {
    throw new ConfigError(`--election-timeout[${election}ms] should be at least as 5 times as --heartbeat-interval[${heartbeat}ms]`);
  }
  if (election > 50_000) throw new ConfigError(`--election-timeout[${election}ms] is too long, and should be set less than 50000ms`);
}

/**
 * What the initial flags must say of a member that has no log yet; one that has ignores them. Rejects with ConfigError.
 * Source: etcd `VerifyBootstrap`, `VerifyJoinExisting`.
 */
export async function checkInitialCluster(config: MemberConfig, peerUrls: PeerUrls): Promise<void> {
  const { name, initialCluster, initialClusterState } = config;
  const listed = initialCluster.filter((member) => member.name === name).flatMap((member) => member.peerUrls);
  if (listed.length === 0) {
    const names = initialCluster.map((member) => member.name).join(', ') || 'no member';
    throw new ConfigError(`couldn't find local name "${name}" in the initial cluster configuration: --initial-cluster names ${names}; give --name one of them`);
  }
  // One that joins has been announced with its URLs.
  if (initialClusterState === 'new') await checkAdvertised(config, listed, peerUrls);
  const urls = initialCluster.flatMap((member) => member.peerUrls);
  if (new Set(urls).size < urls.length) throw new ConfigError(`initial cluster ${initialCluster.map((member) => flagText(member.name, member.peerUrls)).join(',')} has duplicate url`);
}

const flagText = (name: string, urls: readonly string[]): string => urls.map((url) => `${name}=${url}`).join(',');

/** Source: etcd `advertiseMatchesCluster`. */
async function checkAdvertised({ name, initialAdvertisePeerUrls }: MemberConfig, listed: readonly string[], peerUrls: PeerUrls): Promise<void> {
  const advertised = [...initialAdvertisePeerUrls].sort();
  const difference = await peerUrls.difference(advertised, listed);
  if (difference === undefined) return;
  const notAdvertised = listed.filter((url) => !advertised.includes(url));
  if (notAdvertised.length > 0) throw new ConfigError(`--initial-cluster has ${flagText(name, notAdvertised)} but missing from --initial-advertise-peer-urls=${advertised.join(',')} (${difference})`);
  const notListed = advertised.filter((url) => !listed.includes(url));
  if (notListed.length === 0) throw new ConfigError(`failed to resolve ${advertised.join(',')} to match --initial-cluster=${flagText(name, listed)} (${difference})`);
  throw new ConfigError(`--initial-advertise-peer-urls has ${notListed.join(',')} but missing from --initial-cluster=${flagText(name, listed)} (${difference})`);
}

/** Parses `m1=http://a:2380,m2=http://b:2380`; a name given twice has several URLs. Throws ConfigError. */
export function parseInitialCluster(text: string): MemberConfig['initialCluster'] {
  const members = new Map<string, string[]>();
  for (const part of text.split(',').map((p) => p.trim()).filter((p) => p !== '')) {
    const at = part.indexOf('=');
    if (at <= 0) throw new ConfigError(`--initial-cluster: "${part}" is not of the form name=peer-url`);
    const name = part.slice(0, at);
    members.set(name, [...(members.get(name) ?? []), normalUrl(part.slice(at + 1))]);
  }
  return [...members].map(([name, peerUrls]) => ({ name, peerUrls }));
}
