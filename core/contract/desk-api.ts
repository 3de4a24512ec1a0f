import type {
  AddMemberInput, BelowInput, CompactInput, DeletePrefixInput, DisarmInput, SearchInput, SnapshotInput, TestEndpointsInput, UpdateMemberInput, UpdateProfileInput,
  ChangesInput, ChildrenInput, ConfigureClusterInput, ConnectInput, CountInput, CreateClusterInput, DeleteInput, GetInput, GrantInput, HistoryInput, HoldInput, LeaseDetailsInput,
  LeaseInput, LeaseKeysInput, PutInput, WatchInput,
} from './inputs.ts';
import type {
  AlarmView, AppInfo, CompactionState, EndpointTest, MemberHash, SnapshotProgress, ClusterKey, ClusterStatus, ClusterSummary, HexId, HistoryPage, KeyChanges, KeyDetail, KeysBelow, PrefixOutcome, SearchUpdate, LeaseDetail, LeaseKeys, LeaseNews, TreePage, WatchUpdate, WriteOutcome,
} from './types.ts';

/**
 * The use cases behind the UI. Failures reject with a DeskError.
 * A stream ends when `signal` aborts; it is pulled, so a slow window holds back its source, never memory.
 */
export interface DeskApi {
  info(): AppInfo;

  clusters(signal: AbortSignal): AsyncIterable<ClusterSummary[]>;
  createCluster(input: CreateClusterInput): Promise<ClusterSummary>;
  connectCluster(input: ConnectInput): Promise<ClusterSummary>;
  /** Tries endpoints; nothing is kept. */
  testEndpoints(input: TestEndpointsInput): Promise<EndpointTest[]>;
  updateProfile(input: UpdateProfileInput): Promise<ClusterSummary>;
  /** Begins anew with a remote cluster, at once, where a lost connection would be tried again by and by. */
  reconnectCluster(cluster: ClusterKey): Promise<void>;
  startCluster(cluster: ClusterKey): Promise<void>;
  stopCluster(cluster: ClusterKey): Promise<void>;
  /** Forgets a remote cluster, or a stopped hosted one together with its data. */
  removeCluster(cluster: ClusterKey): Promise<void>;
  /** Settings of a hosted cluster; its members take them up when they are started again. */
  configureCluster(input: ConfigureClusterInput): Promise<void>;
  status(cluster: ClusterKey, signal: AbortSignal): AsyncIterable<ClusterStatus>;

  startMember(cluster: ClusterKey, member: HexId): Promise<void>;
  /** Stops cleanly. */
  stopMember(cluster: ClusterKey, member: HexId): Promise<void>;
  /** As `kill -9` would: nothing is flushed, nobody is told. */
  killMember(cluster: ClusterKey, member: HexId): Promise<void>;

  /** Stops it cleanly and starts it again; resolves when it serves. Refused while a voter is missing that the quorum then needs. */
  restartMember(cluster: ClusterKey, member: HexId): Promise<void>;

  /** Takes a member into the cluster; it is not started. */
  addMember(input: AddMemberInput): Promise<{ member: HexId }>;
  /** Takes it out of the cluster; a hosted one ends, and its data is removed. */
  removeMember(cluster: ClusterKey, member: HexId): Promise<void>;
  updateMember(input: UpdateMemberInput): Promise<void>;
  /** Makes a learner a voter. */
  promoteMember(cluster: ClusterKey, member: HexId): Promise<void>;
  moveLeader(cluster: ClusterKey, member: HexId): Promise<void>;

  children(input: ChildrenInput, signal: AbortSignal | undefined): Promise<TreePage>;
  count(input: CountInput, signal: AbortSignal | undefined): Promise<{ count: number; revision: number }>;
  get(input: GetInput, signal: AbortSignal | undefined): Promise<KeyDetail | undefined>;
  history(input: HistoryInput, signal: AbortSignal | undefined): Promise<HistoryPage>;
  put(input: PutInput): Promise<WriteOutcome>;
  deleteKey(input: DeleteInput): Promise<WriteOutcome>;
  search(input: SearchInput, signal: AbortSignal): AsyncIterable<SearchUpdate>;
  below(input: BelowInput, signal: AbortSignal | undefined): Promise<KeysBelow>;
  /** One transaction, whatever the number of keys. */
  deletePrefix(input: DeletePrefixInput): Promise<PrefixOutcome>;
  changes(input: ChangesInput, signal: AbortSignal): AsyncIterable<KeyChanges>;
  watch(input: WatchInput, signal: AbortSignal): AsyncIterable<WatchUpdate>;

  leases(cluster: ClusterKey, signal: AbortSignal): AsyncIterable<LeaseNews>;
  leaseDetails(input: LeaseDetailsInput, signal: AbortSignal | undefined): Promise<LeaseDetail[]>;
  leaseKeys(input: LeaseKeysInput, signal: AbortSignal | undefined): Promise<LeaseKeys>;
  grantLease(input: GrantInput): Promise<{ id: HexId; ttl: number }>;
  /** Renews it once. */
  keepLeaseAlive(input: LeaseInput): Promise<{ ttl: number }>;
  /** Has the app renew it again and again, or stops that. */
  holdLease(input: HoldInput): Promise<void>;
  revokeLease(input: LeaseInput): Promise<void>;

  compaction(cluster: ClusterKey, signal: AbortSignal | undefined): Promise<CompactionState>;
  compact(input: CompactInput): Promise<void>;
  defragment(cluster: ClusterKey, member: HexId): Promise<{ tookMs: number }>;
  alarms(cluster: ClusterKey): Promise<AlarmView[]>;
  disarm(input: DisarmInput): Promise<void>;
  hashes(cluster: ClusterKey, signal: AbortSignal | undefined): Promise<MemberHash[]>;
  /** Ends with `saved`, or fails; when it is given up, nothing is left of it. */
  saveSnapshot(input: SnapshotInput, signal: AbortSignal): AsyncIterable<SnapshotProgress>;
}

/** Stable codes of failures that the UI can tell apart. */
export type DeskErrorCode =
  | 'unknownCluster' | 'unknownMember' | 'nameTaken' | 'notHosted' | 'notStopped' | 'noEndpoint' | 'startFailed' | 'etcd' | 'badInput' | 'internal';

/** An expected failure: says what is at fault and what to do. */
export class DeskError extends Error {
  override readonly name = 'DeskError';
  readonly code: DeskErrorCode;
  /** The gRPC status code when a cluster answered with an error. */
  readonly grpcCode: number | undefined;

  constructor(code: DeskErrorCode, message: string, grpcCode?: number) {
    super(message);
    this.code = code;
    this.grpcCode = grpcCode;
  }
}
