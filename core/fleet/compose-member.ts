import { etcdVersion } from '../base/version.ts';
import { SeededRandom } from '../base/random.ts';
import { randomInt as cryptoRandomInt } from 'node:crypto';
import { checkConfig, checkInitialCluster, type MemberConfig } from '../member/config.ts';
import { defragmentAtStart } from '../member/defragment.ts';
import type { MemberHost } from '../member/host.ts';
import { openState, type OpenState } from '../member/open-host.ts';
import { PeerUrls } from '../member/peer-urls.ts';
import { publish } from '../member/publish.ts';
import { VersionMonitor } from '../member/version-monitor.ts';
import { LmdbBackend } from '../node/lmdb-backend.ts';
import { checkSocketOptions } from '../node/listen.ts';
import { DiskFigures, measureBackend, measuredDisk } from '../node/measured.ts';
import { nodeClock } from '../node/node-clock.ts';
import { nodeDisk } from '../node/node-disk.ts';
import { nodeNames } from '../node/node-names.ts';
import { HttpPeerNetwork } from '../peer/http-peer-network.ts';
import { LeaderClient } from '../peer/leader-client.ts';
import { leaseForwarder } from '../peer/lease-forward.ts';
import { otherMembers } from '../peer/find-cluster.ts';
import { peerHeaders } from '../peer/headers.ts';
import { peerPaths } from '../peer/peer-paths.ts';
import { askVersions } from '../peer/peer-version.ts';
import { forwardPromotion } from '../peer/promote-forward.ts';
import type { Backend } from '../mvcc/backend.ts';
import type { Disk, DiskLock } from '../ports/disk.ts';
import type { LogSink } from '../ports/log.ts';
import { LogFiles } from '../wal/log-files.ts';
import type { WalOptions } from '../wal/wal.ts';
import { ClientDoors, grpcOverheadBytes } from './client-doors.ts';
import { memberPaths, refuseEtcdFolder } from './data-dir.ts';

export interface OpenMember {
  readonly id: bigint;
  readonly clusterId: bigint;
  /** Resolves when the member has joined with a quorum and serves clients. */
  readonly ready: Promise<void>;
  /** Resolves when it has ended: undefined after `stop` or `kill`, else the reason. */
  readonly stopped: Promise<Error | undefined>;
  /** Hands leadership over, commits and closes; within 2 s. */
  stop(): Promise<void>;
  /** As `kill -9` would: sockets close, nothing is flushed, nobody is told. */
  kill(): void;
  setLink(peer: bigint, link: { in: boolean; out: boolean }): void;
}

/** What a member stands on, where that is not this machine: for tests that make disks fail. */
export interface MemberGrounds {
  disk: Disk;
  openBackend(path: string): Backend;
  wal?: WalOptions;
}

const thisMachine: MemberGrounds = { disk: nodeDisk, openBackend: (path) => LmdbBackend.open(path) };

interface Opened {
  lock: DiskLock;
  figures: DiskFigures;
  backend: Backend;
  state: OpenState;
}

async function openStorage(config: MemberConfig, log: LogSink, { disk, openBackend, wal }: MemberGrounds): Promise<Opened> {
  const paths = memberPaths(config);
  const { snapDir, store, walDir } = paths;
  const peerUrls = new PeerUrls({ names: nodeNames, clock: nodeClock, log });
  if (!(await LogFiles.open(disk, walDir)).exists) await checkInitialCluster(config, peerUrls);
  await disk.mkdir(snapDir);
  const lock = await disk.lock(config.dataDir);
  let backend: Backend | undefined;
  try {
    await refuseEtcdFolder(disk, paths);
    backend = openBackend(store);
    const figures = new DiskFigures();
    measureBackend(backend, nodeClock, figures);
    await defragmentAtStart({ backend, clock: nodeClock, log }, config.bootstrapDefragThresholdMegabytes);
    const random = new SeededRandom(cryptoRandomInt(2 ** 32));
    const maxResponseBytes = config.maxRequestBytes + grpcOverheadBytes;
    const others = config.initialCluster.filter((member) => member.name !== config.name).flatMap((member) => member.peerUrls);
    const state = await openState(config, walDir, {
      disk: measuredDisk(disk, nodeClock, figures), clock: nodeClock, random, log, backend, snapDir, wal, maxResponseBytes,
      others: otherMembers(others, config.electionTimeoutMs, nodeClock), peerUrls,
    });
    return { lock, figures, backend, state };
  } catch (error) {
    await backend?.close();
    await lock.release();
    throw error;
  }
}

/** Puts a member together and starts it. Rejects, with everything closed again, when that cannot be. */
export async function openMember(config: MemberConfig, log: LogSink, grounds = thisMachine): Promise<OpenMember> {
  checkConfig(config);
  checkSocketOptions({ reusePort: config.socketReusePort, reuseAddress: config.socketReuseAddress });
  const opened = await openStorage(config, log, grounds);
  const { state, backend, lock } = opened;
  const { membership, identity } = state;
  let host: MemberHost | undefined;
  let network: HttpPeerNetwork | undefined;
  let doors: ClientDoors | undefined;
  try {
    const self = { ...identity, version: etcdVersion, peerUrls: config.initialAdvertisePeerUrls };
    network = await HttpPeerNetwork.listen({
      self, listenUrls: config.listenPeerUrls, reusePort: config.socketReusePort, readTimeoutMs: config.raftReadTimeoutMs, writeTimeoutMs: config.raftWriteTimeoutMs, electionTimeoutMs: config.electionTimeoutMs, clock: nodeClock, log,
      random: new SeededRandom(cryptoRandomInt(2 ** 32)),
      isRemoved: (id) => membership.isRemoved(id),
      serve: peerPaths({ membership, serverVersion: etcdVersion, member: () => host }),
    });
    const peers = network;
    const leader = new LeaderClient({ self, clock: nodeClock, timeoutMs: 5_000 + 2 * config.electionTimeoutMs, reaches: (url) => peers.reaches(url) });
    host = state.connect(network, { ...leaseForwarder(leader), promote: (urls, id, context) => forwardPromotion(leader, urls, id, context) });
    const member = host;
    doors = await ClientDoors.listen(config, member, log, { disk: opened.figures, peers: () => peers.peers() });
    network.deliverTo(member);
    const versionQuestion = { headers: peerHeaders(self), clock: nodeClock, timeoutMs: 1_000 + config.electionTimeoutMs, reaches: (url: string) => peers.reaches(url) };
    const versions = new VersionMonitor({
      member, clock: nodeClock, log, serverVersion: etcdVersion, clusterVersion: () => membership.clusterVersion, ask: async ({ peerUrls }) => (await askVersions(peerUrls, versionQuestion)).server,
    });
    return start(config, log, opened, { host: member, network, doors, versions, leader });
  } catch (error) {
    host?.abandon();
    await doors?.dispose();
    await network?.dispose();
    await state.wal.close();
    await backend.close();
    await lock.release();
    throw error;
  }
}

interface Running {
  host: MemberHost;
  network: HttpPeerNetwork;
  doors: ClientDoors;
  versions: VersionMonitor;
  leader: LeaderClient;
}

function start(config: MemberConfig, log: LogSink, opened: Opened, running: Running): OpenMember {
  const { host, network, doors, versions, leader } = running;
  const { watchHub } = host;
  const progress = nodeClock.every(config.watchProgressNotifyIntervalMs, () => watchHub.notifyProgress());
  host.start();
  const ready = publish(host, config, nodeClock).then(() => doors.open());
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    progress.dispose();
    versions.dispose();
    leader.dispose();
    watchHub.dispose();
    await doors.dispose();
    await network.dispose();
    await opened.state.wal.close().catch((error: unknown) => log.log('warn', 'the log could not be closed', { error: String(error) }));
    await opened.backend.close();
    await opened.lock.release();
  };
  // A member that ends by itself lets go of its ports and its folder.
  void host.stopped.then((reason) => (reason ? (closing ??= close()) : undefined));
  return {
    id: host.id,
    clusterId: host.clusterId,
    ready,
    stopped: host.stopped,
    async stop() {
      await host.stop();
      await (closing ??= close());
    },
    kill() {
      host.abandon();
      versions.dispose();
      leader.dispose();
      void doors.dispose();
      void network.dispose();
    },
    setLink: (peer, link) => network.setLink(peer, link),
  };
}
