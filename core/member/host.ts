import { assert } from '../base/assert.ts';
import { etcdErrors } from '../base/etcd-error.ts';
import { idHex, noMember, type MemberId } from '../base/ids.ts';
import { Disposables } from '../base/dispose.ts';
import type { Lessor } from '../lease/lessor.ts';
import type { MvccStore } from '../mvcc/store.ts';
import type { WatchHub } from '../mvcc/watch-hub.ts';
import type { AlarmMember } from '../proto/gen/rpc.ts';
import type { InternalRaftRequest } from '../proto/gen/raft-internal.ts';
import { RawNode, type Ready, type Status } from '../raft/raw-node.ts';
import { EntryType, type ConfState, type Entry, type Message, type Snapshot } from '../raft/types.ts';
import { MemberDatabase } from './database/member-database.ts';
import { EntryApplier, opensTerm } from './entry-applier.ts';
import { HandOver } from './hand-over.ts';
import { RemovedError, type HostParts } from './host-parts.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { LeaseRouter } from './lease-router.ts';
import { Leadership } from './leadership.ts';
import { LearnerWatch } from './learner-watch.ts';
import { Proposer } from './proposer.ts';
import { ReadIndexBatcher } from './read-index.ts';
import { ReadyLoop, type ReadyLoopPorts } from './ready-loop.ts';
import { memberProgress, type Replication } from './replication.ts';
import { RequestIds } from './request-id.ts';
import { Snapshots } from './snapshots.ts';
import { Reconfigurer } from './reconfigure.ts';
import { StoreKeeper } from './store-keeper.ts';
import { HostTotals, totalsOf, type MemberTotals } from './totals.ts';
import type { ApplyResponse, CallContext, ClusterMember, EtcdMember, LeaseLife, MemberStatus } from './types.ts';

const maxSizePerMsg = 1 << 20;
const maxInflightMsgs = 512;
const leaveDelayMs = 1_000;

/** One member: takes messages, ticks and requests into raft, and applies what raft has committed to the store. */
export class MemberHost implements EtcdMember {
  readonly id: MemberId;
  readonly clusterId: bigint;
  readonly name: string;
  readonly store: MvccStore;
  readonly database: MemberDatabase;
  readonly watchHub: WatchHub;
  readonly lessor: Lessor;
  readonly keeper: StoreKeeper;
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
  readonly #leaseRouter: LeaseRouter;
  readonly #leadership: Leadership;
  readonly #applier: EntryApplier;
  readonly #reconfigurer: Reconfigurer;
  readonly #handOver: HandOver;
  readonly #learners: LearnerWatch;
  readonly #owned = new Disposables();
  readonly #snapshots: Snapshots;
  readonly #loop: ReadyLoop;
  readonly #toldAfterAdvance: (() => void)[] = [];
  #ended = false;
  #firstElection = true;
  readonly #totals = new HostTotals();
  readonly #electionTicks: number;
  #end: (reason: Error | undefined) => void = () => {};

  constructor(parts: HostParts) {
    const { config, clock, identity } = parts;
    this.#parts = parts;
    this.id = identity.memberId;
    this.clusterId = identity.clusterId;
    this.name = config.name;
    this.store = parts.store;
    this.database = new MemberDatabase(parts.backend, parts.store, clock);
    this.watchHub = parts.watchHub;
    this.lessor = parts.lessor;
    this.electionTimeoutMs = config.electionTimeoutMs;
    this.requestTimeoutMs = 5_000 + 2 * config.electionTimeoutMs;
    this.stopped = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#ids = new RequestIds(this.id, clock.wallMs());
    this.#electionTicks = Math.round(config.electionTimeoutMs / config.heartbeatIntervalMs);
    this.#node = this.#newNode();
    this.#leadership = new Leadership(this.electionTimeoutMs);
    const { store, lessor, alarms, membership } = parts;
    this.#applier = new EntryApplier({
      store, lessor, alarms, membership, node: this.#node, memberId: this.id, appliedIndex: parts.appliedAtStart,
      membersChanged: (id) => this.#membersChanged(id),
      fitsQuota: (cost) => this.keeper.fitsQuota(cost),
    });
    this.#snapshots = new Snapshots(parts, this.database, {
      pointReady: () => this.#loop.kick(),
      failed: (error) => this.#fail(error),
      notSent: (message) => this.snapshotSent(message.to, false),
    });
    this.#loop = new ReadyLoop(parts, this.#node, this.#snapshots, this.#loopPorts());
    this.keeper = new StoreKeeper(parts, this);
    this.#proposer = new Proposer(this.#proposerPorts(), this.#ids, this.requestTimeoutMs);
    this.#reads = new ReadIndexBatcher(this.#readPorts(), this.#ids);
    this.#reconfigurer = new Reconfigurer(this.#reconfigurerPorts());
    this.#handOver = new HandOver(this.#handOverPorts(), this.requestTimeoutMs);
    this.#learners = new LearnerWatch({
      memberId: this.id, log: parts.log, autoPromoteMs: config.learnerAutoPromoteMs, silenceMs: this.electionTimeoutMs,
      nowMs: () => clock.nowMs(), activeSinceMs: (id) => parts.network.activeSinceMs(id),
      // A copy at every tick is for those who need it.
      progress: () => (membership.learners().length > 0 ? this.#node.status().progress : new Map()),
      started: (id) => Boolean(membership.get(id)?.name),
      promote: (id) => this.promoteMember(id, this.#ownContext()),
    });
    this.#leases = new LeaseKeeper(lessor, {
      clock, log: parts.log, maxTickGapMs: 3 * config.heartbeatIntervalMs,
      propose: (request) => this.#proposer.proposeAsLeader(request, this.#ownContext()), confirmLeadership: () => this.linearizableRead(this.#ownContext()),
    });
    this.#leaseRouter = new LeaseRouter(lessor, this.#leases, parts.forward, {
      clock, requestTimeoutMs: this.requestTimeoutMs, ended: () => this.#ended, isLeader: () => this.#leadership.isLeader(this.id),
      leaderUrls: () => membership.get(this.#leadership.leader)?.peerUrls, linearizableRead: (context) => this.linearizableRead(context),
    });
  }

  #newNode(): RawNode {
    const { config, raftStorage, random, appliedAtStart, log } = this.#parts;
    return new RawNode({
      id: this.id, electionTick: this.#electionTicks, heartbeatTick: 1, storage: raftStorage, applied: appliedAtStart,
      maxSizePerMsg, maxInflightMsgs, checkQuorum: true, preVote: config.preVote, random, trace: (level, text) => log.log(level, 'raft', { text }),
    });
  }

  #proposerPorts(): ConstructorParameters<typeof Proposer>[0] {
    const { clock, membership, network } = this.#parts;
    return {
      nowMs: () => clock.nowMs(), soon: (run) => clock.soon(run), leads: () => this.#node.basicStatus().role === 'leader',
      hasLeader: () => this.#leadership.leader !== noMember,
      applyGap: () => this.#node.basicStatus().hardState.commit - this.#applier.appliedIndex,
      clusterVersion: () => membership.clusterVersion,
      propose: (data) => this.#proposeEntries(data),
      proposeConfChange: (change) => {
        const result = this.#node.proposeConfChange(change);
        this.#loop.kick();
        return result.ok;
      },
      timeoutError: (startedMs) => this.#leadership.timeoutError(startedMs, this.id, membership.voters(), network),
    };
  }

  #reconfigurerPorts(): ConstructorParameters<typeof Reconfigurer>[0] {
    const { clock, config, forward, membership, network } = this.#parts;
    return {
      memberId: this.id,
      membership,
      strict: config.strictReconfigCheck,
      clock, requestTimeoutMs: this.requestTimeoutMs,
      committedIndex: () => this.#node.basicStatus().hardState.commit, appliedIndex: () => this.#applier.appliedIndex,
      activeSinceMs: (id) => network.activeSinceMs(id),
      configure: (change, context) => this.#proposer.proposeConfChange(change, context),
      ended: () => this.#ended,
      isLeader: () => this.#leadership.isLeader(this.id),
      match: (id) => this.#node.status().progress.get(id)?.match,
      forwardPromotion: (id, context) => forward.promote(this.#leaderUrls(), id, context),
    };
  }

  #handOverPorts(): ConstructorParameters<typeof HandOver>[0] {
    const { clock, config, membership, network } = this.#parts;
    return {
      memberId: this.id,
      clock,
      tickMs: config.heartbeatIntervalMs,
      leadership: this.#leadership,
      isVoter: (id) => membership.get(id)?.isLearner === false,
      reachable: (id) => network.activeSinceMs(id) !== undefined,
      progress: () => this.#node.status().progress,
      transfer: (target) => {
        this.#guard(() => this.#node.transferLeader(target));
        this.#loop.kick();
      },
      ended: () => this.#ended,
    };
  }

  #readPorts(): ConstructorParameters<typeof ReadIndexBatcher>[0] {
    const { clock } = this.#parts;
    return {
      nowMs: () => clock.nowMs(), soon: (run) => clock.soon(run), appliedIndex: () => this.#applier.appliedIndex,
      request: (context) => {
        this.#node.readIndex(context);
        this.#loop.kick();
      },
    };
  }

  /** Begins to tick. The network must deliver to `receive` from now on. */
  start(): void {
    const { clock, config, network, membership, remotes } = this.#parts;
    for (const member of [...remotes, ...membership.list()]) if (member.id !== this.id) network.addPeer(member.id, member.peerUrls);
    this.#owned.add(clock.every(config.heartbeatIntervalMs, () => this.#tick()));
    this.#owned.add(this.keeper.start((error) => this.#fail(error)));
    this.#loop.kick();
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
    this.#totals.ticked(nowMs, this.#parts.config.heartbeatIntervalMs, this.#leadership.isLeader(this.id), this.#parts.log);
    this.#proposer.tick(nowMs);
    this.#reads.tick(nowMs);
    const leads = this.#leadership.isLeader(this.id);
    if (leads) this.#leases.tick(nowMs);
    this.#learners.tick(nowMs, leads ? this.#node.basicStatus().hardState.term : undefined);
    this.keeper.tick(nowMs);
    this.#loop.kick();
  }

  // --- raft's effects

  #loopPorts(): ReadyLoopPorts {
    return {
      leads: () => this.#leadership.isLeader(this.id),
      observe: (ready) => this.#observe(ready),
      apply: (entries) => this.#apply(entries),
      install: (snapshot) => this.#install(snapshot),
      advanced: () => {
        for (const tell of this.#toldAfterAdvance.splice(0)) tell();
        if (this.#firstElection) this.#hastenFirstElection();
        this.keeper.applied();
      },
      failed: (error) => this.#fail(error),
    };
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
    if (leader !== noMember) this.#totals.leaderChanges++;
    if (leader !== this.id) {
      this.lessor.demote();
      this.#leases.demoted();
    }
    if (leader !== noMember) this.#proposer.flush();
  }

  async #install(snapshot: Snapshot): Promise<void> {
    const { store, log } = this.#parts;
    const { index } = snapshot.metadata;
    log.log('info', 'installing a snapshot', { index });
    await store.replace((swapped) => this.#snapshots.install(snapshot, (rows) => {
      swapped(rows);
      if (!this.#ended) this.#takeUp(index);
    }));
  }

  /** The store has a new content, and everything that is derived from it follows, in one turn. */
  #takeUp(index: number): void {
    const { store, lessor, backend, alarms, membership, remotes, watchHub, network, log } = this.#parts;
    const before = [...remotes, ...membership.list()];
    assert(store.consistentIndex === index, 'the received store is that of its snapshot', () => `${store.consistentIndex}, not ${index}`);
    lessor.reload(backend);
    store.attachLeases();
    alarms.load(backend);
    membership.load(backend);
    membership.follow(this.#node.confState());
    watchHub.storeReplaced();
    this.#applier.restored(index);
    for (const { id } of before) if (!membership.get(id)) network.removePeer(id);
    for (const { id } of membership.list()) this.#membersChanged(id);
    this.#reads.applied(index);
    log.log('info', 'a snapshot is installed', { index, revision: store.currentRevision });
  }

  #apply(entries: readonly Entry[]): void {
    const startedMs = this.#parts.clock.nowMs();
    const { term } = this.#node.basicStatus().hardState;
    for (const entry of entries) {
      const { requestId, result, overQuota, removedSelf } = this.#applier.apply(entry);
      if (requestId !== undefined && result !== undefined) {
        const tell = (): void => this.#proposer.applied(requestId, result);
        // Until raft knows that a change of members is applied it lets no other in: whoever is told may ask for the next.
        if (overQuota) void this.keeper.raiseNoSpace().then(tell);
        else if (entry.type === EntryType.normal) tell();
        else this.#toldAfterAdvance.push(tell);
      }
      // The empty entry that opens a leader's term: everything before it is applied, so its leases count from now on.
      if (opensTerm(entry, term) && this.#leadership.isLeader(this.id)) {
        this.lessor.promote(this.#parts.clock.nowMs(), this.electionTimeoutMs);
        this.#leases.promoted();
        this.#reads.retryNow();
      }
      if (removedSelf) this.#leave();
    }
    this.#totals.applied(entries.length, this.#parts.clock.nowMs() - startedMs, this.#parts.config.warningApplyDurationMs, this.#parts.log);
    this.watchHub.flush();
    this.#reads.applied(this.#applier.appliedIndex);
    const { appliedIndex } = this.#applier;
    this.#snapshots.applied(() => ({ index: appliedIndex, term: this.store.term, confState: this.#node.confState() }), appliedIndex);
  }

  // --- what comes in

  /** A message from a peer. */
  receive(message: Message): void {
    if (this.#ended || message.to !== this.id) return;
    if (this.#parts.membership.isRemoved(message.from)) return;
    this.#guard(() => void this.#node.step(message));
    this.#loop.kick();
  }

  /** A peer says so: the entry with the removal never came here, and will not. */
  removed(): void {
    this.#fail(new RemovedError());
  }

  unreachable(id: MemberId): void {
    if (this.#ended) return;
    this.#guard(() => this.#node.reportUnreachable(id));
    this.#loop.kick();
  }

  /** Rejects when the database could not be stored; raft has the message when it resolves. */
  async receiveSnapshot(message: Message, byteLength: number | undefined, body: AsyncIterable<Uint8Array>): Promise<void> {
    const { membership } = this.#parts;
    if (this.#ended) throw etcdErrors.stopped();
    if (message.to !== this.id || !message.snapshot || membership.isRemoved(message.from)) throw new Error('the snapshot is not for this member');
    if (!this.#node.wouldRestore(message)) {
      // A leader to which the answers from here were lost would offer snapshots for ever: raft's says how far the log is.
      if (message.term >= this.status().term) this.receive(message);
      throw new Error('the snapshot says nothing new to this member');
    }
    await this.#snapshots.receive(message, byteLength, body, () => this.#node.wouldRestore(message));
    this.receive(message);
    if (!this.#node.hasSnapshot()) await this.#snapshots.dropPrepared();
  }

  snapshotSent(id: MemberId, ok: boolean): void {
    if (this.#ended) return;
    if (ok) this.#snapshots.arrived();
    this.#guard(() => this.#node.reportSnapshot(id, ok));
    this.#loop.kick();
  }

  #proposeEntries(data: readonly Uint8Array[]): boolean {
    const result = this.#node.proposeBatch(data);
    this.#loop.kick();
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

  addMember(peerUrls: readonly string[], isLearner: boolean, context: CallContext): Promise<{ member: ClusterMember; members: ClusterMember[] }> {
    return this.#reconfigurer.add(peerUrls, isLearner, context);
  }

  removeMember(id: MemberId, context: CallContext): Promise<ClusterMember[]> {
    return this.#reconfigurer.remove(id, context);
  }

  updateMember(id: MemberId, peerUrls: readonly string[], context: CallContext): Promise<ClusterMember[]> {
    return this.#reconfigurer.update(id, peerUrls, context);
  }

  promoteMember(id: MemberId, context: CallContext): Promise<ClusterMember[]> {
    return this.#reconfigurer.promote(id, context);
  }

  moveLeader(target: MemberId, context: CallContext): Promise<void> {
    return this.#ended ? Promise.reject(etcdErrors.stopped()) : this.#handOver.move(target, context);
  }

  linearizableRead(context: CallContext): Promise<void> {
    if (this.#ended) return Promise.reject(etcdErrors.stopped());
    const deadlineMs = Math.min(context.deadlineMs, this.#parts.clock.nowMs() + this.requestTimeoutMs);
    return this.#reads.wait(deadlineMs, context);
  }

  leaseRenew(id: bigint, context: CallContext): Promise<number> {
    return this.#leaseRouter.renew(id, context);
  }

  leaseTimeToLive(id: bigint, keys: boolean, context: CallContext): Promise<LeaseLife | undefined> {
    return this.#leaseRouter.timeToLive(id, keys, context);
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

  replication(): Replication {
    const { clock, config, network } = this.#parts;
    const { learnerAutoPromoteMs: autoPromoteMs, maxLearners } = config;
    const members = memberProgress({
      nowMs: clock.nowMs(), progress: this.#node.status().progress, activeSinceMs: (id) => network.activeSinceMs(id),
      times: (id, nowMs) => this.#learners.times(id, nowMs), snapshotTo: (id) => this.#snapshots.underWayTo(id),
    });
    return { leader: this.#leadership.leader, maxLearners, autoPromoteMs, members };
  }

  raftStatus(): Status {
    return this.#node.status();
  }

  /** Raft's configuration as the applied entries have made it. */
  configuration(): ConfState {
    return this.#node.confState();
  }

  /** A snapshot is on its way into the store. */
  get installing(): boolean {
    return this.#loop.installing;
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

  totals(): MemberTotals {
    return totalsOf(this.#totals, this.#proposer, this.#reads, this.#leases, this.#reconfigurer);
  }

  dbSize(): { total: number; inUse: number; quota: number } {
    return this.keeper.dbSize();
  }

  nextRequestId(): bigint {
    return this.#ids.next();
  }

  #ownContext(): CallContext {
    return { deadlineMs: Infinity, signal: undefined };
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
    if (!(reason instanceof RemovedError)) this.#parts.log.log('error', 'member failed', { error: reason.stack ?? reason.message });
    this.#halt();
    this.#end(reason);
  }

  /** Removed: it goes on for a moment, so that the others hear of the commit from it. Source: etcd `stopWithDelay`. */
  #leave(): void {
    this.#owned.add(this.#parts.clock.after(leaveDelayMs, () => this.#fail(new RemovedError())));
  }

  #halt(): void {
    this.#ended = true;
    this.#loop.end();
    void this.#snapshots.dropPrepared();
    this.#owned.dispose();
    this.store.stop();
    this.#proposer.stop();
    this.#reads.stop();
  }

  /** Stops cleanly: leadership handed over, what was applied committed. Does not close the parts. */
  async stop(handOverMs = 1_000): Promise<void> {
    if (!this.#ended) await this.#handOver.toTheFurthest(handOverMs);
    const first = !this.#ended;
    this.#halt();
    await this.#loop.idle();
    await this.#snapshots.dropPrepared();
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
