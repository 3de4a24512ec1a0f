import { chance, pick, randomInt, SeededRandom } from '../../core/base/random.ts';
import type { MemberId } from '../../core/base/ids.ts';
import { etcdErrors } from '../../core/base/etcd-error.ts';
import { identityOf } from '../../core/member/bootstrap.ts';
import { ConfigError, memberDefaults, type MemberConfig } from '../../core/member/config.ts';
import { RemovedError, type LeaderForwarder } from '../../core/member/host-parts.ts';
import type { MemberHost } from '../../core/member/host.ts';
import { openState, type OpenState } from '../../core/member/open-host.ts';
import type { ClusterMember } from '../../core/member/types.ts';
import { MemoryBackend } from '../../core/mvcc/memory-backend.ts';
import { DiskError } from '../../core/ports/disk.ts';
import type { MemoryStorage } from '../../core/raft/memory-storage.ts';
import type { ConfState } from '../../core/raft/types.ts';
import { etcdVersion, minClusterVersion } from '../../core/base/version.ts';
import { publish } from '../../core/member/publish.ts';
import type { ExistingCluster } from '../../core/member/other-members.ts';
import { PeerUrls } from '../../core/member/peer-urls.ts';
import { VersionMonitor } from '../../core/member/version-monitor.ts';
import { silentLog } from '../../core/ports/log.ts';
import { Rules } from './rules.ts';
import { SimClock, Timeline } from './sim-clock.ts';
import { SimDisk } from './sim-disk.ts';
import { fair, SimNetwork } from './sim-network.ts';
import { Violation } from './violation.ts';

export interface Running {
  host: MemberHost;
  state: OpenState;
  clock: SimClock;
  /** Up to here what it has applied is compared with what the others have. */
  checkedTo: number;
  /** Raft's as it was looked at last; undefined since the start. */
  configuration: ConfState | undefined;
  startedWith: ConfState;
  configurationAt: number;
  /** Changes of members among the entries that it has applied, and of those the ones whose effect is looked at. */
  changesApplied: number;
  changesChecked: number;
  /** Its configuration came with a snapshot, not step by step. */
  restored: boolean;
}

/** What the seed would decide otherwise. */
export interface WorldShape {
  members?: number;
  /** The check of changes of members before they are proposed. */
  strict?: boolean;
  learnerAutoPromoteMs?: number;
}

export interface SimMember {
  name: string;
  peerUrl: string;
  /** Undefined until the cluster has given a newcomer its id. */
  id: MemberId | undefined;
  config: MemberConfig;
  disk: SimDisk;
  backend: MemoryBackend;
  running: Running | undefined;
  /** What its disk holds of the log, also while it is down. */
  log: MemoryStorage | undefined;
  /** Its cluster has removed it: it does not come back. */
  retired: boolean;
  /** The highest term that it has told anyone. */
  toldTerm: number;
  /** Votes it has given: term to candidate. */
  votes: Map<number, MemberId>;
  restarts: number;
}

const walDir = '/member/wal';
const snapDir = '/member/snap';

/** Lets every promise that can go on go on: nothing of a member runs but by events of the timeline. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Members of one cluster on simulated disks, clocks and links, driven by one seed, with Raft's rules checked as they go. */
export class World {
  readonly random: SeededRandom;
  readonly timeline = new Timeline();
  readonly network: SimNetwork;
  readonly members: SimMember[] = [];
  readonly rules: Rules;
  readonly trace: (text: string) => void;
  snapshots = 0;
  /** Of all members: how many entries lie between two truncations of the log, and are kept behind one. */
  readonly #snapshotCount: number;
  readonly #catchupEntries: number;
  /** Files of the log before its newest point that are kept, and how large one gets. */
  readonly #maxWals: number;
  readonly #segmentBytes: number;
  readonly #strict: boolean;
  readonly #retention: number;
  readonly #checkpointIntervalMs: number;
  readonly #autoPromoteMs: number;
  #healed = false;
  #bug: Error | undefined;
  #violation: Violation | undefined;

  constructor(seed: number, trace: (text: string) => void, shape: WorldShape = {}) {
    this.random = new SeededRandom(seed);
    this.network = new SimNetwork(this.timeline, this.random);
    this.rules = new Rules(this.members);
    this.network.onSend = (message) => this.rules.observe(message);
    this.trace = (text) => trace(`${this.timeline.nowMs.toFixed(1).padStart(10)} ${text}`);
    this.#snapshotCount = pick(this.random, [3, 10, 30, 100]);
    this.#catchupEntries = pick(this.random, [1, 3, 10, 50]);
    this.#maxWals = pick(this.random, [1, 1, 5]);
    this.#segmentBytes = pick(this.random, [1_024, 8_192]);
    const strict = chance(this.random, 0.5);
    this.#strict = shape.strict ?? strict;
    // Two worlds of three keep some seconds of history only.
    this.#retention = [0, 1_500, 4_000][seed % 3]!;
    // Every second world makes checkpoints of its leases.
    this.#checkpointIntervalMs = seed % 2 === 0 ? 700 : 0;
    // In every fifth learners are promoted without being asked for.
    this.#autoPromoteMs = shape.learnerAutoPromoteMs ?? (seed % 5 === 4 ? 1_500 : 0);
    const count = pick(this.random, [1, 3, 3, 3, 5]);
    const initialCluster = Array.from({ length: shape.members ?? count }, (_, i) => ({ name: `m${i + 1}`, peerUrls: [`http://m${i + 1}:2380`] }));
    for (const { name } of initialCluster) this.addMember(name, initialCluster);
  }

  /** A member that has not run yet; without an initial cluster it is to join one. */
  addMember(name: string, initialCluster?: MemberConfig['initialCluster']): SimMember {
    const peerUrl = `http://${name}:2380`;
    const config: MemberConfig = {
      ...memberDefaults, name, dataDir: '/member', listenClientUrls: [], advertiseClientUrls: [`http://${name}:2379`], listenPeerUrls: [], initialAdvertisePeerUrls: [peerUrl],
      initialCluster: initialCluster ?? [], initialClusterState: initialCluster ? 'new' : 'existing', initialClusterToken: 'sim', snapshotCount: this.#snapshotCount,
      snapshotCatchupEntries: this.#catchupEntries, maxWals: this.#maxWals, strictReconfigCheck: this.#strict, maxLearners: 2, learnerAutoPromoteMs: this.#autoPromoteMs, autoCompactionRetention: this.#retention, leaseCheckpointIntervalMs: this.#checkpointIntervalMs,
    };
    const member: SimMember = {
      name, peerUrl, id: initialCluster && identityOf(config).memberId, config, disk: new SimDisk(), backend: new MemoryBackend(), running: undefined, log: undefined, retired: false,
      toldTerm: 0, votes: new Map(), restarts: 0,
    };
    this.members.push(member);
    return member;
  }

  // --- life and death

  async start(member: SimMember): Promise<void> {
    if (member.retired || (member.id === undefined && !this.#introduce(member))) return;
    const clock = new SimClock(this.timeline, 0.98 + randomInt(this.random, 40) / 1000);
    const disk = member.disk.mount();
    let state: OpenState;
    // To read it takes no time here; the disk is slow again when the member runs.
    const { delay } = member.disk;
    member.disk.delay = () => undefined;
    try {
      await disk.mkdir('/member');
      await disk.mkdir(snapDir);
      state = await this.meanwhile(openState(member.config, walDir, {
        disk, snapDir, clock, random: new SeededRandom(this.random.uint32()), backend: member.backend, maxResponseBytes: 1 << 20, wal: { segmentBytes: this.#segmentBytes }, log: { log: () => {} },
        others: {
          find: async () => this.#findCluster(member),
          hasRun: async (id) => this.up.some(({ running }) => running!.host.members().some((known) => known.id === id && known.clientUrls.length > 0)),
          clusterVersion: async () => minClusterVersion,
          downgrading: async () => false,
        },
        peerUrls: new PeerUrls({ names: { address: () => Promise.reject(new Error('members have their URLs alone')) }, clock, log: { log: () => {} } }),
      }));
    } catch (error) {
      if (!(error instanceof DiskError || error instanceof ConfigError)) throw error;
      this.trace(`${member.name} could not start: ${error.message}`);
      this.#leave(member, chance(this.random, 0.5));
      return;
    } finally {
      member.disk.delay = delay;
    }
    const host = state.connect(this.network.portOf(member.id!), this.#forwarder(member));
    const running: Running = {
      host, state, clock, checkedTo: state.store.consistentIndex, configuration: undefined, startedWith: host.configuration(), configurationAt: 0, changesApplied: 0, changesChecked: 0, restored: false,
    };
    member.running = running;
    member.log = state.raftStorage;
    const { term } = host.status();
    if (term < member.toldTerm) throw new Violation(`${member.name} forgot term ${member.toldTerm} over a restart: it is at ${term}`);
    this.network.attach(member.id!, {
      receive: (message) => host.receive(message),
      unreachable: (id) => host.unreachable(id),
      removed: () => host.removed(),
      snapshotSent: (id, ok) => host.snapshotSent(id, ok),
      receiveSnapshot: (message, byteLength, body) => {
        running.restored = true;
        this.snapshots++;
        this.trace(`${member.name} is sent a snapshot at ${message.snapshot?.metadata.index ?? 0}`);
        const received = host.receiveSnapshot(message, byteLength, body);
        received.then(() => this.#crashWithin(member, running), () => {});
        return received;
      },
    });
    void host.stopped.then((reason) => this.#ended(member, running, reason));
    this.trace(`${member.name} starts at index ${running.checkedTo}, term ${term}`);
    host.start();
    // As a real member does beside its host: the leader settles the cluster's version, and every member makes its name known.
    new VersionMonitor({
      member: host, clock, log: silentLog, serverVersion: etcdVersion, clusterVersion: () => host.clusterVersion,
      ask: async ({ id }) => {
        if (!this.network.open(member.id!, id) || !this.network.open(id, member.id!) || !this.up.some((other) => other.id === id)) throw new DiskError('ENET', '', 'no answer');
        return etcdVersion;
      },
    });
    publish(host, member.config, clock).catch(() => {});
  }

  /** A disk that fails ends its member, and so does its removal; anything else that does is a bug. */
  #ended(member: SimMember, running: Running, reason: Error | undefined): void {
    if (!reason) return;
    if (reason instanceof RemovedError) {
      this.trace(`${member.name} has left the cluster`);
      member.retired = true;
    } else if (!(reason instanceof DiskError) && !/takes no more writes/.test(reason.message)) this.#bug = reason;
    if (member.running === running) this.#end(member, chance(this.random, 0.5));
  }

  /** Power failure: what was not synced may be lost or torn. */
  crash(member: SimMember): void {
    this.#end(member, true);
  }

  /** The process ends, as by SIGKILL: what it wrote is there for the next one, and what it did not sync can be lost later. */
  kill(member: SimMember): void {
    this.#end(member, false);
  }

  #end(member: SimMember, power: boolean): void {
    const { running } = member;
    if (!running) return;
    this.trace(`${member.name} ${power ? 'crashes' : 'is killed'}`);
    member.running = undefined;
    member.restarts++;
    running.clock.kill();
    running.host.abandon();
    this.network.detach(member.id!);
    this.#leave(member, power);
  }

  /** What a member's end leaves; the cause of a fault is gone with it. */
  #leave(member: SimMember, power: boolean): void {
    member.disk.setFault(undefined);
    if (power) member.disk.crash(this.random);
    else member.disk.unmount();
    member.backend = member.backend.clone();
  }

  /** Mostly not; else in one of the moments between the arrival of a snapshot and the end of its installation. */
  #crashWithin(member: SimMember, running: Running): void {
    if (this.#healed || !chance(this.random, 0.15)) return;
    const { timeline } = this;
    const go = (moments: number): void => {
      if (moments > 0) timeline.at(timeline.nowMs, () => go(moments - 1));
      else if (member.running === running && !this.#healed) this.crash(member);
    };
    timeline.at(timeline.nowMs + pick(this.random, [0, 0, 0, 5, 100]), () => go(randomInt(this.random, 12)));
  }

  /** The process stands still, as by SIGSTOP, and goes on as if nothing had been. */
  pause(member: SimMember, forMs: number): void {
    if (!member.running) return;
    this.trace(`${member.name} stands still for ${forMs} ms`);
    const until = this.timeline.nowMs + forMs;
    member.running.clock.hold(until);
    this.network.hold(member.id!, until);
  }

  get up(): SimMember[] {
    return this.members.filter((member) => member.running);
  }

  async restartSome(all: boolean): Promise<void> {
    for (const member of [...this.members]) if (!member.running && (all || chance(this.random, 0.4))) await this.start(member);
  }

  // --- who belongs to the cluster

  /** The members as the most advanced of them knows them. */
  configured(): ClusterMember[] {
    let best: { applied: number; members: ClusterMember[] } | undefined;
    for (const { running } of this.up) {
      const applied = running!.host.status().appliedIndex;
      if (!best || applied > best.applied) best = { applied, members: running!.host.members() };
    }
    return best?.members ?? [];
  }

  #knowing(member: SimMember): ClusterMember[] | undefined {
    for (const { running } of this.up) {
      const members = running!.host.members();
      if (members.some(({ peerUrls }) => peerUrls.includes(member.peerUrl))) return members;
    }
    return undefined;
  }

  /** Takes a newcomer's id and flags from a member that knows it; false: none does. */
  #introduce(member: SimMember): boolean {
    const members = this.#knowing(member);
    if (!members) return false;
    member.id = members.find(({ peerUrls }) => peerUrls.includes(member.peerUrl))!.id;
    this.#tellFlags(member, members);
    return true;
  }

  #tellFlags(member: SimMember, members: readonly ClusterMember[]): void {
    const initialCluster = members.map(({ id, peerUrls }) => ({ name: id === member.id ? member.name : `x${id}`, peerUrls }));
    member.config = { ...member.config, initialCluster };
  }

  #findCluster(member: SimMember): ExistingCluster {
    const members = this.#knowing(member);
    const known = this.up.find(({ running }) => running!.host.members() === members) ?? this.up[0];
    if (!members || !known) throw new ConfigError('nobody knows the newcomer');
    this.#tellFlags(member, members);
    return { clusterId: known.running!.host.clusterId, members };
  }

  /** Promotions and questions about leases reach the leader over the network. */
  #forwarder(member: SimMember): LeaderForwarder {
    const reach = (peerUrls: readonly string[]): MemberHost => {
      const leader = this.members.find(({ peerUrl }) => peerUrls.includes(peerUrl));
      if (!leader?.running || !this.network.open(member.id!, leader.id!) || !this.network.open(leader.id!, member.id!)) throw new DiskError('ENET', '', 'the leader cannot be reached');
      return leader.running.host;
    };
    const leading = (peerUrls: readonly string[]): MemberHost => {
      const host = reach(peerUrls);
      if (host.status().role !== 'leader') throw etcdErrors.notLeader();
      return host;
    };
    return {
      renew: async (peerUrls, id, context) => leading(peerUrls).leaseRenew(id, context),
      timeToLive: async (peerUrls, id, keys, context) => leading(peerUrls).leaseTimeToLive(id, keys, context),
      promote: async (peerUrls, id, context) => reach(peerUrls).promoteMember(id, context),
    };
  }

  /** A broken rule that was seen where nobody would hear of an exception: the world ends with it. */
  broken(violation: Violation): void {
    this.#violation ??= violation;
  }

  // --- time

  async run(forMs: number): Promise<void> {
    const until = this.timeline.nowMs + forMs;
    while (this.timeline.step(until)) {
      await settle();
      if (this.#violation) throw this.#violation;
      if (this.#bug) throw new Violation(`a member ended by itself: ${this.#bug.stack ?? this.#bug.message}`);
      this.rules.check();
    }
  }

  /** An operation of a slow disk takes this long; undefined: no time. */
  slowDisk(member: SimMember, maxMs: number): void {
    member.disk.delay = maxMs === 0 ? () => undefined : () => new Promise((resolve) => void this.timeline.at(this.timeline.nowMs + randomInt(this.random, maxMs * 10) / 10, resolve));
  }

  /** From now on nothing breaks. */
  heal(): void {
    this.#healed = true;
    this.network.heal();
    this.network.weather = fair;
    for (const member of this.members) {
      member.disk.setFault(undefined);
      member.backend.failWith(undefined);
      this.slowDisk(member, 0);
    }
  }

  /** Lets the time go on until the promise is kept: a compaction makes pauses, and an installation lets other work in. */
  async meanwhile<T>(promise: Promise<T>): Promise<T> {
    let kept = false;
    const keep = (): void => {
      kept = true;
    };
    promise.then(keep, keep);
    await settle();
    while (!kept) await this.run(10);
    return promise;
  }

  /** At equal applied indexes the stores must be equal. */
  async compareStores(): Promise<void> {
    const hashes = new Map<number, Map<string, string>>();
    for (const { running, name } of this.members) {
      if (!running) continue;
      const outcome = await this.meanwhile(running.state.store.hashKv(0));
      if (!outcome.ok) throw new Violation(`${name}: ${outcome.error.message}`);
      const { appliedIndex } = running.host.status();
      const group = hashes.get(appliedIndex) ?? new Map<string, string>();
      group.set(name, `${outcome.hash}@${outcome.revision}/${outcome.compactRevision}`);
      hashes.set(appliedIndex, group);
    }
    for (const [index, group] of hashes) {
      if (new Set(group.values()).size > 1) throw new Violation(`stores differ at index ${index}: ${[...group].map(([name, hash]) => `${name} ${hash}`).join(', ')}`);
    }
  }
}
