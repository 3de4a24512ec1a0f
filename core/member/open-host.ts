import type { Random } from '../base/random.ts';
import { Lessor } from '../lease/lessor.ts';
import type { Backend } from '../mvcc/backend.ts';
import { MvccStore } from '../mvcc/store.ts';
import { WatchHub } from '../mvcc/watch-hub.ts';
import type { Clock } from '../ports/clock.ts';
import type { Disk } from '../ports/disk.ts';
import type { LogSink } from '../ports/log.ts';
import type { PeerNetwork } from '../ports/network.ts';
import type { MemoryStorage } from '../raft/memory-storage.ts';
import { LogFiles } from '../wal/log-files.ts';
import type { Wal, WalOptions } from '../wal/wal.ts';
import { Alarms } from './apply/alarms.ts';
import { bootstrap, type Identity } from './bootstrap.ts';
import type { MemberConfig } from './config.ts';
import type { LeaderForwarder } from './host-parts.ts';
import { MemberHost } from './host.ts';
import { Membership } from './membership.ts';
import type { OtherMembers } from './other-members.ts';
import type { PeerUrls } from './peer-urls.ts';
import { installPending } from './snapshots.ts';

/** What a member stands on. Whoever opens it closes these. */
export interface HostPorts {
  disk: Disk;
  clock: Clock;
  random: Random;
  log: LogSink;
  backend: Backend;
  /** Absolute path of the folder of snapshots; it exists. */
  snapDir: string;
  /** Responses of a watch that are longer are split for clients that ask for it, bytes. */
  maxResponseBytes: number;
  wal?: WalOptions;
  others: OtherMembers;
  peerUrls: PeerUrls;
}

/** A member's state, read from its disk; it has no network yet. */
export interface OpenState {
  identity: Identity;
  membership: Membership;
  wal: Wal;
  raftStorage: MemoryStorage;
  /** A last write that a crash had torn was cut off. */
  repaired: boolean;
  store: MvccStore;
  /** Makes the host; messages for it go to its `receive`. */
  connect(network: PeerNetwork, forward: LeaderForwarder): MemberHost;
}

/** Reads, or begins, a member's data: the same on a real disk and on a simulated one. */
export async function openState(config: MemberConfig, walDir: string, ports: HostPorts): Promise<OpenState> {
  const { disk, clock, random, log, backend, snapDir, maxResponseBytes, others, peerUrls } = ports;
  const files = await LogFiles.open(disk, walDir);
  await installPending({ disk, snapDir, clock, backend }, files);
  const store = await MvccStore.open(backend, {
    soon: (run) => clock.soon(run),
    rest: (run) => void clock.after(config.compactionSleepIntervalMs, run),
    compactionBatchRows: config.compactionBatchLimit,
    clock,
  });
  const lessor = new Lessor({ minTtl: minLeaseTtl(config), nowMs: () => clock.nowMs(), stage: (op) => store.stage(op), checkpointIntervalMs: config.leaseCheckpointIntervalMs || undefined });
  lessor.load(backend);
  store.connectLeases(lessor);
  const alarms = new Alarms((op) => store.stage(op));
  alarms.load(backend);
  const { identity, wal, raftStorage, repaired, remotes } = await bootstrap(config, { disk, walDir, files, backend, wal: ports.wal, others, peerUrls }, store.consistentIndex);
  const membership = new Membership(identity.clusterId, (op) => store.stage(op), config.maxLearners);
  membership.load(backend);
  return {
    identity, membership, wal, raftStorage, repaired, store,
    connect(network, forward) {
      const watchHub = new WatchHub(store, { soon: (run) => clock.soon(run), maxResponseBytes });
      return new MemberHost({
        config, identity, clock, random, log, network, disk, snapDir, wal, raftStorage, appliedAtStart: store.consistentIndex, backend, store, lessor, watchHub,
        membership, remotes, alarms, forward,
      });
    },
  };
}

/** A lease must outlive an election, seconds. Source: etcd `NewServer`. */
function minLeaseTtl({ electionTimeoutMs, heartbeatIntervalMs }: MemberConfig): number {
  const ticks = Math.round(electionTimeoutMs / heartbeatIntervalMs);
  return Math.ceil((Math.trunc((3 * ticks) / 2) * heartbeatIntervalMs) / 1000);
}
