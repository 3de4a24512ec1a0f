import type { MemberId } from '../base/ids.ts';
import type { Lessor } from '../lease/lessor.ts';
import type { MvccStore } from '../mvcc/store.ts';
import type { WatchHub } from '../mvcc/watch-hub.ts';
import type { InternalRaftRequest } from '../proto/gen/raft-internal.ts';
import type {
  AlarmMember,
  AlarmResponse,
  CompactionResponse,
  DeleteRangeResponse,
  LeaseGrantResponse,
  LeaseRevokeResponse,
  PutResponse,
  TxnResponse,
} from '../proto/gen/rpc.ts';
import type { MemberDatabase } from './database/member-database.ts';
import type { Status } from '../raft/raw-node.ts';
import type { Replication } from './replication.ts';
import type { MemberTotals } from './totals.ts';

/** A member of the cluster as etcd keeps it. An empty name: not started yet. */
export interface ClusterMember {
  id: MemberId;
  name: string;
  peerUrls: string[];
  clientUrls: string[];
  isLearner: boolean;
}

/** What one entry of the log did, on the member that proposed it. Headers are filled by `api`. */
export type ApplyResponse =
  | { kind: 'put'; response: PutResponse }
  | { kind: 'deleteRange'; response: DeleteRangeResponse }
  | { kind: 'txn'; response: TxnResponse }
  | { kind: 'compaction'; response: CompactionResponse; physical: Promise<void> }
  | { kind: 'leaseGrant'; response: LeaseGrantResponse }
  | { kind: 'leaseRevoke'; response: LeaseRevokeResponse }
  | { kind: 'alarm'; response: AlarmResponse }
  | { kind: 'none' };

/** How long a caller is willing to wait, and its way out. */
export interface CallContext {
  /** Milliseconds of the clock's `nowMs` after which the caller is gone; Infinity: the server's own limit applies. */
  deadlineMs: number;
  signal: AbortSignal | undefined;
}

export interface MemberStatus {
  id: MemberId;
  clusterId: bigint;
  leader: MemberId;
  term: number;
  committedIndex: number;
  appliedIndex: number;
  isLearner: boolean;
  role: 'follower' | 'candidate' | 'preCandidate' | 'leader';
}

/** What the services see of a member. Everything that fails rejects with an EtcdError. */
export interface EtcdMember {
  readonly id: MemberId;
  readonly clusterId: bigint;
  readonly name: string;
  readonly store: MvccStore;
  readonly database: MemberDatabase;
  readonly watchHub: WatchHub;
  readonly lessor: Lessor;
  readonly keeper: SpaceKeeper;
  /** Milliseconds after which the server gives a proposal or a read up: 5 s + 2 election timeouts. */
  readonly requestTimeoutMs: number;
  readonly electionTimeoutMs: number;
  /** `X.Y.0`; empty: not decided yet. */
  readonly clusterVersion: string;
  status(): MemberStatus;
  replication(): Replication;
  raftStatus(): Status;
  members(): ClusterMember[];
  alarms(): AlarmMember[];
  /** What it has counted since its start. */
  totals(): MemberTotals;
  dbSize(): { total: number; inUse: number; quota: number };
  /** Proposes through the log and resolves with what applying it here gave. */
  propose(request: Partial<InternalRaftRequest>, context: CallContext): Promise<ApplyResponse>;
  /** Adds a member that is to be started with `--initial-cluster-state existing`. */
  addMember(peerUrls: readonly string[], isLearner: boolean, context: CallContext): Promise<{ member: ClusterMember; members: ClusterMember[] }>;
  /** Resolves with the members that are left. A removed member ends by itself. */
  removeMember(id: MemberId, context: CallContext): Promise<ClusterMember[]>;
  updateMember(id: MemberId, peerUrls: readonly string[], context: CallContext): Promise<ClusterMember[]>;
  /** Makes a learner that is in sync a voter; asks the leader when this member does not lead. */
  promoteMember(id: MemberId, context: CallContext): Promise<ClusterMember[]>;
  /** Resolves when the target leads; only on the leader. */
  moveLeader(target: MemberId, context: CallContext): Promise<void>;
  /** Resolves when a read of the local store is linearizable: one ReadIndex round shared by all callers of this moment. */
  linearizableRead(context: CallContext): Promise<void>;
  /** A fresh request id: unique in the cluster. */
  nextRequestId(): bigint;
  /** Asks the leader to renew a lease; resolves with the TTL in seconds, 0 when there is no such lease. */
  leaseRenew(id: bigint, context: CallContext): Promise<number>;
  /** Asks the leader; undefined when there is no such lease. */
  leaseTimeToLive(id: bigint, keys: boolean, context: CallContext): Promise<LeaseLife | undefined>;
}

/** The room that a member's store takes. */
export interface SpaceKeeper {
  /** Whether the store may grow by so many bytes. */
  fitsQuota(cost: number): boolean;
  /** Raises the alarm of this member's quota; resolves when it is on, or cannot be raised. */
  raiseNoSpace(): Promise<void>;
  /** Gives the free space of this member's store back to the disk; rejects with a DiskError. */
  defragment(): Promise<void>;
}

export interface LeaseLife {
  /** Whole seconds. */
  ttl: number;
  grantedTtl: number;
  keys: Uint8Array[];
}
