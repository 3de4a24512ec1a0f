import { randomInt, chance, pick, SeededRandom } from '../../core/base/random.ts';
import { crc32c } from '../../core/base/crc32c.ts';
import { idHex, type MemberId } from '../../core/base/ids.ts';
import { ConfigError, memberDefaults, type MemberConfig } from '../../core/member/config.ts';
import type { MemberHost } from '../../core/member/host.ts';
import { identityOf } from '../../core/member/bootstrap.ts';
import { openState, type OpenState } from '../../core/member/open-host.ts';
import { MemoryBackend } from '../../core/mvcc/memory-backend.ts';
import { DiskError } from '../../core/ports/disk.ts';
import { MessageType, type Message } from '../../core/raft/types.ts';
import { SimClock, Timeline } from './sim-clock.ts';
import { SimDisk } from './sim-disk.ts';
import { fair, SimNetwork } from './sim-network.ts';

/** A rule of Raft was broken; the seed repeats it. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

interface Running {
  host: MemberHost;
  state: OpenState;
  clock: SimClock;
  checkedTo: number;
}

export interface SimMember {
  config: MemberConfig;
  id: MemberId;
  disk: SimDisk;
  backend: MemoryBackend;
  running: Running | undefined;
  /** The highest term that it has told anyone. */
  toldTerm: number;
  /** Votes it has given: term to candidate. */
  votes: Map<number, MemberId>;
  restarts: number;
}

const walDir = '/member/wal';

/** Lets every promise that can go on go on: nothing of a member runs but by events of the timeline. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Members of one cluster on simulated disks, clocks and links, driven by one seed, with Raft's rules checked as they go. */
export class World {
  readonly random: SeededRandom;
  readonly timeline = new Timeline();
  readonly network: SimNetwork;
  readonly members: SimMember[];
  readonly trace: (text: string) => void;
  readonly #leaders = new Map<number, MemberId>();
  /** By index: term and checksum of what was applied there, the same for all, for ever. */
  readonly #applied = new Map<number, string>();

  constructor(seed: number, trace: (text: string) => void) {
    this.random = new SeededRandom(seed);
    this.network = new SimNetwork(this.timeline, this.random);
    this.network.onSend = (message) => this.#observe(message);
    this.trace = (text) => trace(`${this.timeline.nowMs.toFixed(1).padStart(10)} ${text}`);
    const count = pick(this.random, [1, 3, 3, 3, 5]);
    const initialCluster = Array.from({ length: count }, (_, i) => ({ name: `m${i + 1}`, peerUrls: [`http://m${i + 1}:2380`] }));
    this.members = initialCluster.map(({ name, peerUrls }) => {
      const config: MemberConfig = {
        ...memberDefaults, name, dataDir: '/member', listenClientUrls: [], advertiseClientUrls: [`http://${name}:2379`], listenPeerUrls: [], initialAdvertisePeerUrls: peerUrls,
        initialCluster, initialClusterToken: 'sim', snapshotCount: 100, snapshotCatchupEntries: 50,
      };
      return { config, id: identityOf(config).memberId, disk: new SimDisk(), backend: new MemoryBackend(), running: undefined, toldTerm: 0, votes: new Map(), restarts: 0 };
    });
  }

  // --- life and death

  async start(member: SimMember): Promise<void> {
    const clock = new SimClock(this.timeline, 0.98 + randomInt(this.random, 40) / 1000);
    await member.disk.mkdir('/member');
    const ports = { disk: member.disk, clock, random: new SeededRandom(this.random.uint32()), backend: member.backend, maxResponseBytes: 1 << 20, wal: { segmentBytes: 8_192 }, log: { log: () => {} }, findCluster: () => Promise.reject(new ConfigError('nobody joins')) };
    let state: OpenState;
    try {
      state = await openState(member.config, walDir, ports);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.trace(`${member.config.name} could not start: ${error.message}`);
      member.disk.setFault(undefined);
      member.disk.crash(this.random);
      return;
    }
    const refuse = (): Promise<never> => Promise.reject(new DiskError('ENET', '', 'leases are not forwarded here'));
    const host = state.connect(this.network.portOf(member.id), { renew: refuse, timeToLive: refuse, promote: refuse });
    const running: Running = { host, state, clock, checkedTo: state.store.consistentIndex };
    member.running = running;
    const { term } = host.status();
    if (term < member.toldTerm) throw new Violation(`${member.config.name} forgot term ${member.toldTerm} over a restart: it is at ${term}`);
    this.network.attach(member.id, host);
    void host.stopped.then((reason) => {
      // A disk that fails ends its member; anything else that does is a bug.
      if (reason && !(reason instanceof DiskError) && !/takes no more writes/.test(reason.message)) this.#bug = reason;
      if (reason && member.running === running) this.crash(member);
    });
    this.trace(`${member.config.name} starts at index ${running.checkedTo}, term ${term}`);
    host.start();
  }

  #bug: Error | undefined;

  /** Power failure: what was not synced may be lost or torn. */
  crash(member: SimMember): void {
    const { running } = member;
    if (!running) return;
    this.trace(`${member.config.name} crashes`);
    member.running = undefined;
    member.restarts++;
    running.clock.kill();
    running.host.abandon();
    this.network.detach(member.id);
    member.disk.setFault(undefined);
    member.disk.crash(this.random);
    member.backend = member.backend.clone();
  }

  get up(): SimMember[] {
    return this.members.filter((member) => member.running);
  }

  // --- time

  async run(forMs: number): Promise<void> {
    const until = this.timeline.nowMs + forMs;
    while (this.timeline.step(until)) {
      await settle();
      this.#check();
    }
  }

  // --- trouble

  disturb(): void {
    const { random } = this;
    const member = pick(random, this.members);
    const dice = randomInt(random, 100);
    if (dice < 30) this.crash(member);
    else if (dice < 40) this.#partition();
    else if (dice < 47) this.#isolateLeader();
    else if (dice < 55) {
      const other = pick(random, this.members);
      this.trace(`link ${member.config.name} > ${other.config.name} is cut`);
      this.network.cut(member.id, other.id);
    } else if (dice < 65) this.network.heal();
    else if (dice < 80) {
      this.network.weather = chance(random, 0.3) ? fair : { loss: randomInt(random, 20) / 100, duplication: randomInt(random, 20) / 100, maxDelayMs: pick(random, [2, 20, 150, 600]) };
    } else if (dice < 92) this.#failDisk(member);
    else for (const item of this.members) if (chance(random, 0.6)) this.crash(item);
  }

  #partition(): void {
    const side = new Set(this.members.filter(() => chance(this.random, 0.5)).map((member) => member.id));
    this.trace(`partition ${[...side].map(idHex).join(',')} | the rest`);
    for (const a of this.members) {
      for (const b of this.members) if (side.has(a.id) !== side.has(b.id)) this.network.cut(a.id, b.id);
    }
  }

  /** The hardest place to be cut off: what the leader has not told yet lives on in its log alone. */
  #isolateLeader(): void {
    for (const leader of this.members.filter(({ running }) => running?.host.status().role === 'leader')) {
      this.trace(`leader ${leader.config.name} is cut off`);
      for (const { id } of this.members) {
        if (chance(this.random, 0.8)) this.network.cut(leader.id, id);
        if (chance(this.random, 0.8)) this.network.cut(id, leader.id);
      }
    }
  }

  /** One of the next operations fails; its member ends, and comes back to whatever the disk then holds. */
  #failDisk(member: SimMember): void {
    const at = member.disk.operations + 1 + randomInt(this.random, 30);
    this.trace(`${member.config.name}'s disk will fail`);
    member.disk.setFault((_operation, path) => (member.disk.operations >= at ? new DiskError('EIO', path, 'input/output error') : undefined));
  }

  async restartSome(all: boolean): Promise<void> {
    for (const member of this.members) if (!member.running && (all || chance(this.random, 0.4))) await this.start(member);
  }

  heal(): void {
    this.network.heal();
    this.network.weather = fair;
    for (const member of this.members) member.disk.setFault(undefined);
  }

  // --- rules

  /** A term that was told, and a vote that was given, are never taken back. */
  #observe(message: Message): void {
    const member = this.members.find((item) => item.id === message.from);
    if (!member) return;
    const speaksOfNext = message.type === MessageType.preVote || (message.type === MessageType.preVoteResp && !message.reject);
    if (!speaksOfNext && message.type !== MessageType.prop && message.type !== MessageType.readIndex) {
      if (message.term < member.toldTerm) throw new Violation(`${member.config.name} speaks at term ${message.term} after ${member.toldTerm}`);
      member.toldTerm = message.term;
    }
    if (message.type === MessageType.voteResp && !message.reject) {
      const given = member.votes.get(message.term);
      if (given !== undefined && given !== message.to) throw new Violation(`${member.config.name} voted for ${idHex(given)} and for ${idHex(message.to)} in term ${message.term}`);
      member.votes.set(message.term, message.to);
    }
  }

  #check(): void {
    if (this.#bug) throw new Violation(`a member ended by itself: ${this.#bug.stack ?? this.#bug.message}`);
    for (const member of this.members) {
      if (!member.running) continue;
      this.#checkLeader(member, member.running);
      this.#checkApplied(member, member.running);
    }
  }

  #checkLeader(member: SimMember, { host }: Running): void {
    const { role, term } = host.status();
    if (role !== 'leader') return;
    const known = this.#leaders.get(term);
    if (known !== undefined && known !== member.id) throw new Violation(`two leaders in term ${term}: ${idHex(known)} and ${idHex(member.id)}`);
    this.#leaders.set(term, member.id);
  }

  /** What one member has applied at an index, every member applies there. */
  #checkApplied(member: SimMember, running: Running): void {
    const { appliedIndex } = running.host.status();
    while (running.checkedTo < appliedIndex) {
      const index = running.checkedTo + 1;
      const entries = running.state.raftStorage.entries(index, index + 1, Infinity);
      if (typeof entries === 'string') throw new Violation(`${member.config.name} applied ${index}, which its log lacks: ${entries}`);
      const [entry] = entries;
      const mark = `${entry!.term}/${entry!.type}/${crc32c(entry!.data)}`;
      const known = this.#applied.get(index);
      if (known !== undefined && known !== mark) throw new Violation(`${member.config.name} applied ${mark} at ${index}, another ${known}`);
      this.#applied.set(index, mark);
      running.checkedTo = index;
    }
  }

  /** At equal applied indexes the stores must be equal. */
  async compareStores(): Promise<void> {
    const hashes = new Map<number, Map<string, string>>();
    for (const { running, config } of this.members) {
      if (!running) continue;
      const outcome = await running.state.store.hashKv(0);
      if (!outcome.ok) throw new Violation(`${config.name}: ${outcome.error.message}`);
      const { appliedIndex } = running.host.status();
      const group = hashes.get(appliedIndex) ?? new Map<string, string>();
      group.set(config.name, `${outcome.hash}@${outcome.revision}`);
      hashes.set(appliedIndex, group);
    }
    for (const [index, group] of hashes) {
      if (new Set(group.values()).size > 1) throw new Violation(`stores differ at index ${index}: ${[...group].map(([name, hash]) => `${name} ${hash}`).join(', ')}`);
    }
  }
}
