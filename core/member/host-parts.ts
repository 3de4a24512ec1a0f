import type { MemberId } from '../base/ids.ts';
import type { Random } from '../base/random.ts';
import type { Lessor } from '../lease/lessor.ts';
import type { Backend } from '../mvcc/backend.ts';
import type { MvccStore } from '../mvcc/store.ts';
import type { WatchHub } from '../mvcc/watch-hub.ts';
import type { Clock } from '../ports/clock.ts';
import type { Disk } from '../ports/disk.ts';
import type { LogSink } from '../ports/log.ts';
import type { PeerNetwork } from '../ports/network.ts';
import type { MemoryStorage } from '../raft/memory-storage.ts';
import type { Wal } from '../wal/wal.ts';
import type { Alarms } from './apply/alarms.ts';
import type { Identity } from './bootstrap.ts';
import type { MemberConfig } from './config.ts';
import type { Membership } from './membership.ts';
import type { LeaseForwarder } from './lease-router.ts';
import type { CallContext, ClusterMember } from './types.ts';

/** What a member is put together from; whoever does so closes them. */
export interface HostParts {
  config: MemberConfig;
  identity: Identity;
  clock: Clock;
  random: Random;
  log: LogSink;
  network: PeerNetwork;
  disk: Disk;
  snapDir: string;
  wal: Wal;
  raftStorage: MemoryStorage;
  /** Index of the last entry that the store has: applying goes on behind it. */
  appliedAtStart: number;
  backend: Backend;
  store: MvccStore;
  lessor: Lessor;
  watchHub: WatchHub;
  membership: Membership;
  /** Peers that are known before the log has told of them. */
  remotes: readonly ClusterMember[];
  alarms: Alarms;
  /** Reaches the leader's peer port, for what only a leader answers. */
  forward: LeaderForwarder;
}

/** What a follower passes on to the leader's peer port. */
export interface LeaderForwarder extends LeaseForwarder {
  /** Resolves with the members after the promotion. */
  promote(peerUrls: readonly string[], id: MemberId, context: CallContext): Promise<ClusterMember[]>;
}

/** The end of a member that its cluster has removed. */
export class RemovedError extends Error {
  override readonly name = 'RemovedError';

  constructor() {
    super('the member has been permanently removed from the cluster');
  }
}
