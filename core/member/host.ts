import { assert } from '../base/assert.ts';
import { etcdErrors, type EtcdError } from '../base/etcd-error.ts';
import { idHex, noMember, type MemberId } from '../base/ids.ts';
import { Disposables } from '../base/dispose.ts';
import type { Random } from '../base/random.ts';
import type { Lessor } from '../lease/lessor.ts';
import type { Backend } from '../mvcc/backend.ts';
import type { MvccStore } from '../mvcc/store.ts';
import type { WatchHub } from '../mvcc/watch-hub.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import type { PeerNetwork } from '../ports/network.ts';
import type { AlarmMember } from '../proto/gen/rpc.ts';
import type { InternalRaftRequest } from '../proto/gen/raft-internal.ts';
import type { MemoryStorage } from '../raft/memory-storage.ts';
import { RawNode, type Ready } from '../raft/raw-node.ts';
import { EntryType, type Message } from '../raft/types.ts';
import type { Wal } from '../wal/wal.ts';
import type { Alarms } from './apply/alarms.ts';
import { EntryApplier } from './entry-applier.ts';
import { defaultQuotaBytes, type MemberConfig } from './config.ts';
import type { Identity } from './bootstrap.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { Leadership } from './leadership.ts';
import type { Membership } from './membership.ts';
import { Proposer } from './proposer.ts';
import { ReadIndexBatcher } from './read-index.ts';
import { RequestIds } from './request-id.ts';
import { Reconfigurer } from './reconfigure.ts';
import type { ApplyResponse, CallContext, ClusterMember, EtcdMember, LeaseLife, MemberStatus } from './types.ts';

/** Where the flags leave it open, staged changes are committed to the backend this often. Source: etcd `server/storage/backend`. */
const defaultFlushMs = 100;
const defaultFlushOps = 10_000;
const maxSizePerMsg = 1 << 20;
const maxInflightMsgs = 512;
const leaveDelayMs = 1_000;

/** The end of a member that its cluster has removed. */
export class RemovedError extends Error {
  override readonly name = 'RemovedError';

  constructor() {
    super('the member has been permanently removed from the cluster');
  }
}

export interface HostParts {
  config: MemberConfig;
  identity: Identity;
  clock: Clock;
  random: Random;
  log: LogSink;
  network: PeerNetwork;
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
export interface LeaderForwarder {
  /** Resolves with the members after the promotion. */
  promote(peerUrls: readonly string[], id: MemberId, context: CallContext): Promise<ClusterMember[]>;
  renew(peerUrls: readonly string[], id: bigint, context: CallContext): Promise<number>;
  timeToLive(peerUrls: readonly string[], id: bigint, keys: boolean, context: CallContext): Promise<LeaseLife | undefined>;
}

/**
 * One member: takes messages, ticks and requests into raft, and carries out what raft says in the order that safety asks:
 * persist, then send (a leader's appends may leave before its own write is durable), then apply, then advance.
 */
export class MemberHost implements EtcdMember {
  readonly id: MemberId;
  readonly clusterId: bigint;
  readonly name: string;
  readonly store: MvccStore;
  readonly watchHub: WatchHub;
  readonly lessor: Lessor;
  readonly requestTimeoutMs: number;
  readonly electionTimeoutMs: number;
  /** Resolves when the member has ended: undefined after `stop`, else the reason. */
  readonly stopped: Promise<Error | undefined>;

  readonly #parts: HostParts;
  readonly #node: RawNode;
  readonly #ids: RequestIds;
  readonly #proposer: Proposer;
  readonly #reads: ReadIndexBatcher;
  readonly #leases: LeaseKeeper;
  readonly #leadership: Leadership;
  readonly #applier: EntryApplier;
  readonly #reconfigurer: Reconfigurer;
  readonly #owned = new Disposables();
  #pumping: Promise<void> | undefined;
  #pumpScheduled = false;
  #ended = false;
  #lastFlushMs = 0;
  #firstElection = true;
  readonly #electionTicks: number;
  readonly #flushMs: number;
  readonly #flushOps: number;
  #end: (reason: Error | undefined) => void = () => {};

  constructor(parts: HostParts) {
    const { config, clock, identity } = parts;
    this.#parts = parts;
    this.id = identity.memberId;
    this.clusterId = identity.clusterId;
    this.name = config.name;
    this.store = parts.store;
    this.watchHub = parts.watchHub;
    this.lessor = parts.lessor;
    this.electionTimeoutMs = config.electionTimeoutMs;
    this.requestTimeoutMs = 5_000 + 2 * config.electionTimeoutMs;
    this.stopped = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#ids = new RequestIds(this.id, clock.wallMs());
    this.#flushMs = config.backendBatchIntervalMs || defaultFlushMs;
    this.#flushOps = config.backendBatchLimit || defaultFlushOps;
    this.#electionTicks = Math.round(config.electionTimeoutMs / config.heartbeatIntervalMs);
    this.#node = this.#newNode();
    this.#leadership = new Leadership(this.electionTimeoutMs);
    const { store, lessor, alarms, membership } = parts;
    this.#applier = new EntryApplier({
      store, lessor, alarms, membership, node: this.#node, memberId: this.id, appliedIndex: parts.appliedAtStart,
      membersChanged: (id) => this.#membersChanged(id),
    });
    this.#proposer = new Proposer(this.#proposerPorts(), this.#ids, this.requestTimeoutMs);
    this.#reads = new ReadIndexBatcher(this.#readPorts(), this.#ids);
    this.#reconfigurer = new Reconfigurer(this.#reconfigurerPorts());
    this.#leases = new LeaseKeeper(parts.lessor, (request) => this.propose(request, this.#ownContext()), parts.log);
  }

  #newNode(): RawNode {
    const { config, raftStorage, random, appliedAtStart, log } = this.#parts;
    return new RawNode({
      id: this.id,
      electionTick: this.#electionTicks,
      heartbeatTick: 1,
      storage: raftStorage,
      applied: appliedAtStart,
      maxSizePerMsg,
      maxInflightMsgs,
      checkQuorum: true,
      preVote: config.preVote,
      random,
      trace: (level, text) => log.log(level, 'raft', { text }),
    });
  }

  #proposerPorts(): ConstructorParameters<typeof Proposer>[0] {
    const { clock } = this.#parts;
    return {
      nowMs: () => clock.nowMs(),
      soon: (run) => clock.soon(run),
      hasLeader: () => this.#leadership.leader !== noMember,
      applyGap: () => this.#node.basicStatus().hardState.commit - this.#applier.appliedIndex,
      propose: (data) => this.#proposeEntries(data),
      proposeConfChange: (change) => {
        const result = this.#node.proposeConfChange(change);
        this.#kick();
        return result.ok;
      },
      timeoutError: (startedMs) => this.#timeoutError(startedMs),
    };
  }

  #reconfigurerPorts(): ConstructorParameters<typeof Reconfigurer>[0] {
    const { clock, config, forward, membership, network } = this.#parts;
    return {
      memberId: this.id,
      membership,
      strict: config.strictReconfigCheck,
      nowMs: () => clock.nowMs(),
      wallMs: () => clock.wallMs(),
      activeSinceMs: (id) => network.activeSinceMs(id),
      configure: (change, context) => this.#proposer.proposeConfChange(change, context),
      isLeader: () => this.#leadership.isLeader(this.id),
      match: (id) => this.#node.status().progress.get(id)?.match,
      forwardPromotion: (id, context) => forward.promote(this.#leaderUrls(), id, context),
    };
  }

  #readPorts(): ConstructorParameters<typeof ReadIndexBatcher>[0] {
    const { clock } = this.#parts;
    return {
      nowMs: () => clock.nowMs(),
      soon: (run) => clock.soon(run),
      request: (context) => {
        this.#node.readIndex(context);
        this.#kick();
      },
      appliedIndex: () => this.#applier.appliedIndex,
    };
  }

  /** Begins to tick. The network must deliver to `receive` from now on. */
  start(): void {
    const { clock, config, network, membership, remotes } = this.#parts;
    for (const member of [...remotes, ...membership.list()]) if (member.id !== this.id) network.addPeer(member.id, member.peerUrls);
    this.#owned.add(clock.every(config.heartbeatIntervalMs, () => this.#tick()));
    void this.store.failed.then((error) => this.#fail(error));
    this.#kick();
  }

  /**
   * The first election need not wait its full time: a member alone stands at once, others when they have met a peer.
   * Source: etcd `initial-election-tick-advance`.
   */
  #hastenFirstElection(): void {
    if (!this.#firstElection || this.#leadership.leader !== noMember) return;
    const { voters } = this.#node.status();
    const alone = voters.length === 1 && voters[0] === this.id;
    const met = voters.some((id) => this.#parts.network.activeSinceMs(id) !== undefined);
    if (!alone && !(met && this.#parts.config.initialElectionTickAdvance)) return;
    this.#firstElection = false;
    if (alone) this.#node.campaign();
    else for (let i = 0; i < this.#electionTicks - 2; i++) this.#node.tick();
  }

  #tick(): void {
    if (this.#ended) return;
    const nowMs = this.#parts.clock.nowMs();
    this.#guard(() => {
      this.#hastenFirstElection();
      this.#node.tick();
    });
    this.#proposer.tick(nowMs);
    this.#reads.tick(nowMs);
    if (this.#leadership.isLeader(this.id)) this.#leases.tick(nowMs);
    if (nowMs - this.#lastFlushMs >= this.#flushMs) this.#flush(nowMs);
    this.#kick();
  }

  #flush(nowMs: number): void {
    this.#lastFlushMs = nowMs;
    if (this.store.pendingOps === 0) return;
    // A failure is told by the store's `failed`.
    this.store.flush().catch(() => {});
  }

  // --- raft's effects

  /** Runs the pump at the end of this batch of events, so that one write and one message serve all that came in it. */
  #kick(): void {
    if (this.#pumpScheduled || this.#pumping || this.#ended) return;
    this.#pumpScheduled = true;
    this.#parts.clock.soon(() => {
      this.#pumpScheduled = false;
      if (this.#ended || this.#pumping) return;
      this.#pumping = this.#pump()
        .catch((error: unknown) => this.#fail(error))
        .finally(() => {
          this.#pumping = undefined;
          if (!this.#ended && this.#node.hasReady()) this.#kick();
        });
    });
  }

  async #pump(): Promise<void> {
    while (!this.#ended && this.#node.hasReady()) {
      const ready = this.#node.ready();
      this.#observe(ready);
      const leading = this.#leadership.isLeader(this.id);
      if (leading) this.#send(ready.messages);
      const early = this.#isDurable(ready);
      if (early) this.#apply(ready);
      await this.#persist(ready);
      if (this.#ended) return;
      if (!leading) this.#send(ready.messages);
      if (!early) this.#apply(ready);
      this.#node.advance();
      if (this.#firstElection) this.#hastenFirstElection();
      if (this.store.pendingOps >= this.#flushOps) this.#flush(this.#parts.clock.nowMs());
    }
  }

  /** Committed entries that this member has on disk already may be applied before this Ready's own write. */
  #isDurable(ready: Ready): boolean {
    const last = ready.committedEntries.at(-1);
    return last !== undefined && ready.snapshot === undefined && last.index <= this.#parts.raftStorage.lastIndex();
  }

  async #persist(ready: Ready): Promise<void> {
    const { wal, raftStorage } = this.#parts;
    assert(ready.snapshot === undefined, 'a snapshot was received by a member that cannot install one');
    if (ready.hardState || ready.entries.length > 0) await wal.save(ready.hardState, ready.entries, ready.mustSync);
    if (ready.hardState) raftStorage.setHardState(ready.hardState);
    if (ready.entries.length > 0) raftStorage.append(ready.entries);
  }

  #observe(ready: Ready): void {
    if (ready.softState) {
      const nowMs = this.#parts.clock.nowMs();
      const before = this.#leadership.leader;
      this.#leadership.observe(ready.softState.lead, ready.softState.role, nowMs);
      if (this.#leadership.leader !== before) this.#leaderChanged();
    }
    for (const state of ready.readStates) this.#reads.confirm(state.index, state.context);
  }

  #leaderChanged(): void {
    const { leader } = this.#leadership;
    this.#parts.log.log('info', 'leader changed', { leader: idHex(leader), term: this.#node.basicStatus().hardState.term });
    this.#reads.leaderChanged();
    if (leader !== this.id) {
      this.lessor.demote();
      this.#leases.demoted();
    }
    if (leader !== noMember) this.#proposer.flush();
  }

  #send(messages: readonly Message[]): void {
    if (messages.length > 0) this.#parts.network.send(messages);
  }

  #apply(ready: Ready): void {
    for (const entry of ready.committedEntries) {
      const outcome = this.#applier.apply(entry);
      if (outcome.requestId !== undefined && outcome.result !== undefined) this.#proposer.applied(outcome.requestId, outcome.result);
      // The empty entry that opens a leader's term: everything before it is applied, so its leases count from now on.
      if (entry.type === EntryType.normal && entry.data.length === 0 && this.#leadership.isLeader(this.id)) {
        this.lessor.promote(this.#parts.clock.nowMs(), this.electionTimeoutMs);
        this.#reads.retryNow();
      }
      if (outcome.removedSelf) this.#leave();
    }
    this.#reads.applied(this.#applier.appliedIndex);
  }

  // --- what comes in

  /** A message from a peer. */
  receive(message: Message): void {
    if (this.#ended || message.to !== this.id) return;
    if (this.#parts.membership.isRemoved(message.from)) return;
    this.#guard(() => {
      this.#node.step(message);
    });
    this.#kick();
  }

  unreachable(id: MemberId): void {
    if (this.#ended) return;
    this.#guard(() => this.#node.reportUnreachable(id));
    this.#kick();
  }

  async receiveSnapshot(message: Message, _byteLength: number | undefined, _body: AsyncIterable<Uint8Array>): Promise<void> {
    this.#parts.log.log('warn', 'a snapshot was refused: this member cannot install one', { from: idHex(message.from), index: message.snapshot?.metadata.index });
    throw new Error('this member cannot install a snapshot yet');
  }

  snapshotSent(id: MemberId, ok: boolean): void {
    if (this.#ended) return;
    this.#guard(() => this.#node.reportSnapshot(id, ok));
    this.#kick();
  }

  #proposeEntries(data: readonly Uint8Array[]): boolean {
    const result = this.#node.proposeBatch(data);
    this.#kick();
    return result.ok;
  }

  /** A peer came, went or moved. */
  #membersChanged(id: MemberId): void {
    if (id === this.id) return;
    const member = this.#parts.membership.get(id);
    if (member) this.#parts.network.addPeer(id, member.peerUrls);
    else this.#parts.network.removePeer(id);
  }

  propose(request: Partial<InternalRaftRequest>, context: CallContext): Promise<ApplyResponse> {
    return this.#ended ? Promise.reject(etcdErrors.stopped()) : this.#proposer.propose(request, context);
  }

  async addMember(peerUrls: readonly string[], isLearner: boolean, context: CallContext): Promise<{ member: ClusterMember; members: ClusterMember[] }> {
    this.#demandRunning();
    return this.#reconfigurer.add(peerUrls, isLearner, context);
  }

  async removeMember(id: MemberId, context: CallContext): Promise<ClusterMember[]> {
    this.#demandRunning();
    return this.#reconfigurer.remove(id, context);
  }

  async updateMember(id: MemberId, peerUrls: readonly string[], context: CallContext): Promise<ClusterMember[]> {
    this.#demandRunning();
    return this.#reconfigurer.update(id, peerUrls, context);
  }

  async promoteMember(id: MemberId, context: CallContext): Promise<ClusterMember[]> {
    this.#demandRunning();
    return this.#reconfigurer.promote(id, context);
  }

  async moveLeader(target: MemberId, context: CallContext): Promise<void> {
    this.#demandRunning();
    if (!this.#leadership.isLeader(this.id)) throw etcdErrors.notLeader();
    const member = this.#parts.membership.get(target);
    if (!member || member.isLearner) throw etcdErrors.badLeaderTransferee();
    const { clock, config } = this.#parts;
    this.#guard(() => this.#node.transferLeader(target));
    this.#kick();
    const deadlineMs = Math.min(context.deadlineMs, clock.nowMs() + this.requestTimeoutMs);
    const gone = (): boolean => this.#ended || clock.nowMs() >= deadlineMs || context.signal?.aborted === true;
    await this.#until(config.heartbeatIntervalMs / 10, () => this.#leadership.leader === target || gone());
    if (this.#leadership.leader !== target) throw etcdErrors.timeoutLeaderTransfer();
  }

  #demandRunning(): void {
    if (this.#ended) throw etcdErrors.stopped();
  }

  /** Looks every `periodMs` whether something has come about. */
  #until(periodMs: number, test: () => boolean): Promise<void> {
    if (test()) return Promise.resolve();
    return new Promise((resolve) => {
      const watch = this.#parts.clock.every(periodMs, () => {
        if (!test()) return;
        watch.dispose();
        resolve();
      });
    });
  }

  linearizableRead(context: CallContext): Promise<void> {
    if (this.#ended) return Promise.reject(etcdErrors.stopped());
    const deadlineMs = Math.min(context.deadlineMs, this.#parts.clock.nowMs() + this.requestTimeoutMs);
    return this.#reads.wait(deadlineMs, context);
  }

  async leaseRenew(id: bigint, context: CallContext): Promise<number> {
    if (this.#leadership.isLeader(this.id)) return this.#renewHere(id);
    return this.#parts.forward.renew(this.#leaderUrls(), id, context);
  }

  #renewHere(id: bigint): number {
    return this.lessor.renew(id, this.#parts.clock.nowMs());
  }

  async leaseTimeToLive(id: bigint, keys: boolean, context: CallContext): Promise<LeaseLife | undefined> {
    if (!this.#leadership.isLeader(this.id)) return this.#parts.forward.timeToLive(this.#leaderUrls(), id, keys, context);
    return this.lessor.timeToLive(id, keys, this.#parts.clock.nowMs());
  }

  #leaderUrls(): readonly string[] {
    const leader = this.#parts.membership.get(this.#leadership.leader);
    if (!leader) throw etcdErrors.noLeader();
    return leader.peerUrls;
  }

  // --- what is known of the member

  status(): MemberStatus {
    const { hardState, role } = this.#node.basicStatus();
    return {
      id: this.id,
      clusterId: this.clusterId,
      leader: this.#leadership.leader,
      term: hardState.term,
      committedIndex: hardState.commit,
      appliedIndex: this.#applier.appliedIndex,
      isLearner: this.#parts.membership.get(this.id)?.isLearner ?? false,
      role,
    };
  }

  members(): ClusterMember[] {
    return this.#parts.membership.list();
  }

  get clusterVersion(): string {
    return this.#parts.membership.clusterVersion;
  }

  alarms(): AlarmMember[] {
    return this.#applier.alarms();
  }

  dbSize(): { total: number; inUse: number; quota: number } {
    const quota = this.#parts.config.quotaBackendBytes;
    return { ...this.#parts.backend.size(), quota: quota === 0 ? defaultQuotaBytes : quota };
  }

  nextRequestId(): bigint {
    return this.#ids.next();
  }

  #ownContext(): CallContext {
    return { deadlineMs: Infinity, signal: undefined };
  }

  /** etcd's three ways to say that an entry was not applied in time. Source: `parseProposeCtxErr`. */
  #timeoutError(startedMs: number): EtcdError {
    const { network } = this.#parts;
    if (this.#leadership.failedDuring(startedMs)) return etcdErrors.timeoutLeaderFail();
    const { leader } = this.#leadership;
    const up = (id: MemberId): boolean => id === this.id || (network.activeSinceMs(id) ?? Infinity) <= startedMs;
    const voters = this.#parts.membership.voters();
    const connected = leader === this.id ? voters.filter((voter) => up(voter.id)).length > voters.length / 2 : up(leader);
    return connected ? etcdErrors.timeout() : etcdErrors.timeoutConnectionLost();
  }

  // --- the end

  /** A broken invariant or a failed disk ends this member alone. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (this.#ended) return;
    const reason = error instanceof Error ? error : new Error(String(error));
    this.#parts.log.log('error', 'member failed', { error: reason.stack ?? reason.message });
    this.#halt();
    this.#end(reason);
  }

  /** Removed: it goes on for a moment, so that the others hear of the commit from it. Source: etcd `stopWithDelay`. */
  #leave(): void {
    this.#owned.add(this.#parts.clock.after(leaveDelayMs, () => this.#fail(new RemovedError())));
  }

  #halt(): void {
    this.#ended = true;
    this.#owned.dispose();
    this.store.stop();
    this.#proposer.stop();
    this.#reads.stop();
  }

  /** Hands leadership to the follower that is furthest, so that the others need not wait for an election. */
  async #handOver(limitMs: number): Promise<void> {
    const target = this.#transferee();
    if (target === undefined) return;
    const { clock } = this.#parts;
    this.#guard(() => this.#node.transferLeader(target));
    this.#kick();
    const until = clock.nowMs() + limitMs;
    const reachable = (): boolean => this.#parts.network.activeSinceMs(target) !== undefined;
    await this.#until(5, () => !reachable() || !this.#leadership.isLeader(this.id) || clock.nowMs() >= until || this.#ended);
  }

  #transferee(): MemberId | undefined {
    if (!this.#leadership.isLeader(this.id)) return undefined;
    let best: { id: MemberId; match: number } | undefined;
    for (const [id, progress] of this.#node.status().progress) {
      if (id === this.id || progress.isLearner || !progress.recentActive) continue;
      if (!best || progress.match > best.match) best = { id, match: progress.match };
    }
    return best?.id;
  }

  /** Stops cleanly: leadership handed over, what was applied committed. Does not close the parts. */
  async stop(handOverMs = 1_000): Promise<void> {
    if (!this.#ended) await this.#handOver(handOverMs);
    const first = !this.#ended;
    this.#halt();
    await this.#pumping;
    await this.store.flush().catch((error: unknown) => {
      this.#parts.log.log('warn', 'the last commit failed; the log holds what it held', { error: String(error) });
    });
    if (first) this.#end(undefined);
  }

  /** As a crash: nothing is flushed, nobody is told. */
  abandon(): void {
    this.#halt();
    this.#end(undefined);
  }
}
