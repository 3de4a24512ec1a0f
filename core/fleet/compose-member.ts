import { join } from 'node:path';
import { etcdVersion } from '../base/version.ts';
import { SeededRandom } from '../base/random.ts';
import { randomInt as cryptoRandomInt } from 'node:crypto';
import { serviceTable } from '../api/services.ts';
import { ClientListener } from '../door/client-listener.ts';
import { GrpcJsServer } from '../door/grpc-js-server.ts';
import { httpPaths } from '../door/http-paths.ts';
import { Lessor } from '../lease/lessor.ts';
import { Alarms } from '../member/apply/alarms.ts';
import { bootstrap, type Bootstrapped } from '../member/bootstrap.ts';
import { checkConfig, type MemberConfig } from '../member/config.ts';
import { MemberHost } from '../member/host.ts';
import { memberToJson } from '../member/member-json.ts';
import { Membership } from '../member/membership.ts';
import { publish } from '../member/publish.ts';
import type { Backend } from '../mvcc/backend.ts';
import { MvccStore } from '../mvcc/store.ts';
import { WatchHub } from '../mvcc/watch-hub.ts';
import { LmdbBackend } from '../node/lmdb-backend.ts';
import { nodeClock } from '../node/node-clock.ts';
import { nodeDisk } from '../node/node-disk.ts';
import { answer, HttpPeerNetwork } from '../peer/http-peer-network.ts';
import { leaseForwarder, serveLeases } from '../peer/lease-forward.ts';
import type { DiskLock } from '../ports/disk.ts';
import type { LogSink } from '../ports/log.ts';

/** etcd's `--max-request-bytes`, and the room that its transport leaves around it. */
const maxRequestBytes = 1_572_864;
const grpcOverheadBytes = 512 * 1024;
const progressNotifyMs = 10 * 60 * 1000;

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

interface Opened {
  lock: DiskLock;
  backend: LmdbBackend;
  store: MvccStore;
  lessor: Lessor;
  alarms: Alarms;
  begun: Bootstrapped;
  membership: Membership;
}

async function openStorage(config: MemberConfig): Promise<Opened> {
  const snapDir = join(config.dataDir, 'member', 'snap');
  await nodeDisk.mkdir(snapDir);
  const lock = await nodeDisk.lock(config.dataDir);
  let backend: LmdbBackend | undefined;
  try {
    backend = LmdbBackend.open(join(snapDir, 'store.lmdb'));
    const parts = await openState(config, backend);
    const begun = await bootstrap(config, nodeDisk, join(config.dataDir, 'member', 'wal'), backend, parts.store.consistentIndex);
    const membership = new Membership(begun.identity.clusterId, (op) => parts.store.stage(op));
    membership.load(backend);
    return { lock, backend, ...parts, begun, membership };
  } catch (error) {
    await backend?.close();
    await lock.release();
    throw error;
  }
}

async function openState(config: MemberConfig, backend: Backend): Promise<{ store: MvccStore; lessor: Lessor; alarms: Alarms }> {
  const store = await MvccStore.open(backend, { soon: nodeClock.soon });
  const ticks = Math.round(config.electionTimeoutMs / config.heartbeatIntervalMs);
  const lessor = new Lessor({
    // Source: etcd `NewServer`: a lease must outlive an election.
    minTtl: Math.ceil((Math.trunc((3 * ticks) / 2) * config.heartbeatIntervalMs) / 1000),
    nowMs: nodeClock.nowMs,
    stage: (op) => store.stage(op),
  });
  lessor.load(backend);
  store.connectLeases(lessor);
  const alarms = new Alarms((op) => store.stage(op));
  alarms.load(backend);
  return { store, lessor, alarms };
}

/** Puts a member together and starts it. Rejects, with everything closed again, when that cannot be. */
export async function openMember(config: MemberConfig, log: LogSink): Promise<OpenMember> {
  checkConfig(config);
  const opened = await openStorage(config);
  const { store, lessor, alarms, begun, membership, backend, lock } = opened;
  let host: MemberHost | undefined;
  let network: HttpPeerNetwork | undefined;
  let listener: ClientListener | undefined;
  try {
    network = await HttpPeerNetwork.listen({
      self: { memberId: begun.identity.memberId, clusterId: begun.identity.clusterId, version: etcdVersion },
      listenUrls: config.listenPeerUrls, clock: nodeClock, log,
      isRemoved: (id) => membership.isRemoved(id),
      serve(request, response) {
        const path = new URL(request.url ?? '/', 'http://peer').pathname;
        if (path === '/members') answer(response, 200, `[${membership.list().map(memberToJson).join(',')}]\n`, 'application/json');
        else if (path === '/version') {
          answer(response, 200, JSON.stringify({ etcdserver: etcdVersion, etcdcluster: membership.clusterVersion || 'not_decided', storage: etcdVersion }), 'application/json');
        } else return host !== undefined && serveLeases(host, request, response);
        return true;
      },
    });
    const watchHub = new WatchHub(store, { soon: nodeClock.soon, maxResponseBytes: maxRequestBytes + grpcOverheadBytes });
    host = new MemberHost({
      config, identity: begun.identity, clock: nodeClock, random: new SeededRandom(cryptoRandomInt(2 ** 32)), log, network, wal: begun.wal,
      raftStorage: begun.raftStorage, appliedAtStart: store.consistentIndex, backend, store, lessor, watchHub, membership, alarms,
      forward: leaseForwarder(5_000 + 2 * config.electionTimeoutMs),
    });
    const member = host;
    listener = await ClientListener.listen(config.listenClientUrls, httpPaths(member, { nowMs: nodeClock.nowMs, serverVersion: etcdVersion, clusterVersion: () => membership.clusterVersion }));
    network.deliverTo(member);
    return start(config, log, opened, { host: member, network, listener, watchHub });
  } catch (error) {
    host?.abandon();
    await listener?.dispose();
    await network?.dispose();
    await begun.wal.close();
    await backend.close();
    await lock.release();
    throw error;
  }
}

interface Running {
  host: MemberHost;
  network: HttpPeerNetwork;
  listener: ClientListener;
  watchHub: WatchHub;
}

function start(config: MemberConfig, log: LogSink, opened: Opened, running: Running): OpenMember {
  const { host, network, listener, watchHub } = running;
  const progress = nodeClock.every(progressNotifyMs, () => watchHub.notifyProgress());
  host.start();
  const ready = publish(host, config, nodeClock).then(() => {
    listener.open(new GrpcJsServer(serviceTable(host, { version: etcdVersion, maxRequestBytes }), { clock: nodeClock, log, maxReceiveBytes: maxRequestBytes + grpcOverheadBytes }));
  });
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    progress.dispose();
    watchHub.dispose();
    await listener.dispose();
    await network.dispose();
    await opened.begun.wal.close().catch((error: unknown) => log.log('warn', 'the log could not be closed', { error: String(error) }));
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
      void listener.dispose();
      void network.dispose();
    },
    setLink: (peer, link) => network.setLink(peer, link),
  };
}
