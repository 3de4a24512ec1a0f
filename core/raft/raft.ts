import { assert, assertIndex } from '../base/assert.ts';
import { idHex, noMember, type MemberId } from '../base/ids.ts';
import { randomInt, type Random } from '../base/random.ts';
import { describeConfig } from './confchange/changer.ts';
import { restoreConfig } from './confchange/restore.ts';
import { RaftLog } from './log.ts';
import { newMessage, type MessageInit } from './message.ts';
import type { Progress } from './tracker/progress.ts';
import { ProgressTracker } from './tracker/tracker.ts';
import { ReadOnly, type ReadOnlyOption } from './read-only.ts';
import { switchConfig } from './reconfigure.ts';
import { entriesBytes, isFailure, payloadBytes, type RaftStorage } from './storage.ts';
import { stepCandidate } from './role-candidate.ts';
import { stepFollower } from './role-follower.ts';
import { stepLeader } from './role-leader.ts';
import { EntryType, MessageType, type Entry, type HardState, type Message, type Snapshot } from './types.ts';

export type RaftRole = 'follower' | 'preCandidate' | 'candidate' | 'leader';
export type TraceLevel = 'debug' | 'info' | 'warn' | 'error';

/** Why a step had no effect. `dropped`: a proposal that must be tried again or elsewhere. */
export type StepError = 'dropped' | 'localMessage' | 'peerNotFound';
export type StepResult = { ok: true } | { ok: false; error: StepError };
export type ProposeResult = StepResult;

export const stepOk: StepResult = { ok: true };
export const stepDropped: StepResult = { ok: false, error: 'dropped' };

export interface RaftConfig {
  id: MemberId;
  /** Ticks without a leader before an election; the real timeout is drawn from [electionTick, 2 × electionTick). */
  electionTick: number;
  heartbeatTick: number;
  storage: RaftStorage;
  /** Index up to which entries are applied already; they are not handed out again. */
  applied?: number;
  /** Bytes of entries in one append. */
  maxSizePerMsg?: number;
  /** Bytes of committed entries handed out and not applied yet. */
  maxCommittedSizePerReady?: number;
  /** Bytes of proposals not committed yet; more are dropped. */
  maxUncommittedEntriesSize?: number;
  maxInflightMsgs: number;
  maxInflightBytes?: number;
  /** The leader steps down when no quorum answers within an election timeout. */
  checkQuorum: boolean;
  preVote: boolean;
  readOnlyOption?: ReadOnlyOption;
  asyncStorageWrites?: boolean;
  disableProposalForwarding?: boolean;
  disableConfChangeValidation?: boolean;
  stepDownOnRemoval?: boolean;
  random: Random;
  trace?: (level: TraceLevel, text: string) => void;
}

/** Marks a vote that a leader asked for: it is cast although the old leader was heard of a moment ago. */
const campaignTransfer = new TextEncoder().encode('CampaignTransfer');

export type CampaignKind = 'preElection' | 'election' | 'transfer';

/**
 * The Raft state machine of one member: a value with no I/O, clock or randomness of its own.
 * Sources: Ongaro, "Consensus: Bridging Theory and Practice"; etcd-io/raft, whose messages and rules it shares.
 */
export class Raft {
  readonly id: MemberId;
  readonly config: RaftConfig;
  readonly log: RaftLog;
  readonly tracker: ProgressTracker;
  readonly maxSizePerMsg: number;
  term = 0;
  vote: MemberId = noMember;
  lead: MemberId = noMember;
  role: RaftRole = 'follower';
  isLearner = false;
  leadTransferee: MemberId = noMember;
  /** Index of the latest conf change that may not be applied yet: another must wait for it. */
  pendingConfIndex = 0;
  readOnly: ReadOnly;
  /** Reads that came before the leader committed in its term. */
  pendingReads: Message[] = [];
  readStates: { index: number; context: Uint8Array }[] = [];
  messages: Message[] = [];
  /** Messages that promise durability: they leave after the write that they speak of. */
  messagesAfterAppend: Message[] = [];
  electionElapsed = 0;
  #heartbeatElapsed = 0;
  #randomizedElectionTimeout = 0;
  #uncommittedBytes = 0;

  constructor(config: RaftConfig) {
    assert(config.id !== noMember, 'cannot use none as id');
    assert(config.heartbeatTick > 0, 'heartbeat tick must be greater than 0');
    assert(config.electionTick > config.heartbeatTick, 'election tick must be greater than heartbeat tick');
    assert(config.maxInflightMsgs > 0, 'max inflight messages must be greater than 0');
    assert(config.readOnlyOption !== 'leaseBased' || config.checkQuorum, 'lease-based reads need CheckQuorum');
    this.id = config.id;
    this.config = config;
    this.maxSizePerMsg = config.maxSizePerMsg ?? Infinity;
    this.log = new RaftLog(config.storage, config.maxCommittedSizePerReady ?? this.maxSizePerMsg);
    this.tracker = new ProgressTracker(config.maxInflightMsgs, config.maxInflightBytes ?? 0);
    this.readOnly = new ReadOnly(config.readOnlyOption ?? 'safe');
    const { hardState, confState } = config.storage.initialState();
    restoreConfig(this.tracker, this.log.lastIndex(), confState);
    switchConfig(this);
    this.#loadHardState(hardState);
    if (config.applied !== undefined && config.applied > 0) this.log.appliedTo(config.applied, 0);
    this.becomeFollower(this.term, noMember);
    this.trace('info', `newRaft ${idHex(this.id)} [${describeConfig(this.tracker.config)}, term: ${this.term}, commit: ${this.log.committed}, applied: ${this.log.applied}]`);
  }

  trace(level: TraceLevel, text: string): void {
    this.config.trace?.(level, text);
  }

  #loadHardState(state: HardState): void {
    if (state.term === 0 && state.vote === noMember && state.commit === 0) return;
    const low = this.log.committed;
    const high = this.log.lastIndex();
    assert(state.commit >= low && state.commit <= high, 'the saved commit index is out of range', () => `${state.commit} is not in [${low}, ${high}]`);
    this.log.committed = state.commit;
    this.term = state.term;
    this.vote = state.vote;
  }

  hardState(): HardState {
    return { term: this.term, vote: this.vote, commit: this.log.committed };
  }

  // --- roles

  #reset(term: number): void {
    if (this.term !== term) {
      assertIndex(term, 'term');
      this.term = term;
      this.vote = noMember;
    }
    this.lead = noMember;
    this.electionElapsed = 0;
    this.#heartbeatElapsed = 0;
    this.#drawElectionTimeout();
    this.abortLeaderTransfer();
    this.tracker.resetVotes();
    this.tracker.resetProgress(this.id, this.log.lastIndex());
    this.pendingConfIndex = 0;
    this.#uncommittedBytes = 0;
    this.readOnly = new ReadOnly(this.readOnly.option);
    // Their callers have given up or ask again: to keep them over terms would be a queue without a bound.
    this.pendingReads = [];
  }

  #drawElectionTimeout(): void {
    this.#randomizedElectionTimeout = this.config.electionTick + randomInt(this.config.random, this.config.electionTick);
  }

  /** For tests that need a certain order of elections. */
  setRandomizedElectionTimeout(ticks: number): void {
    this.#randomizedElectionTimeout = ticks;
  }

  becomeFollower(term: number, lead: MemberId): void {
    this.#reset(term);
    this.lead = lead;
    this.role = 'follower';
    this.trace('info', `${idHex(this.id)} became follower at term ${this.term}`);
  }

  #becomeCandidate(): void {
    assert(this.role !== 'leader', 'invalid transition from leader to candidate');
    this.#reset(this.term + 1);
    this.vote = this.id;
    this.role = 'candidate';
    this.trace('info', `${idHex(this.id)} became candidate at term ${this.term}`);
  }

  /** Asks whether an election could be won; changes neither term nor vote. */
  #becomePreCandidate(): void {
    assert(this.role !== 'leader', 'invalid transition from leader to pre-candidate');
    this.tracker.resetVotes();
    this.lead = noMember;
    this.role = 'preCandidate';
    this.trace('info', `${idHex(this.id)} became pre-candidate at term ${this.term}`);
  }

  becomeLeader(): void {
    assert(this.role !== 'follower', 'invalid transition from follower to leader');
    this.#reset(this.term);
    this.lead = this.id;
    this.role = 'leader';
    const own = this.tracker.progress.get(this.id)!;
    own.becomeReplicate();
    own.recentActive = true;
    // Any conf change in the uncommitted tail may be there: assume the last entry is one.
    this.pendingConfIndex = this.log.lastIndex();
    const appended = this.appendEntries([{ type: EntryType.normal, term: 0, index: 0, data: new Uint8Array(0) }]);
    assert(appended, 'the empty entry of a new term was dropped');
    this.trace('info', `${idHex(this.id)} became leader at term ${this.term}`);
  }

  // --- time

  tick(): void {
    if (this.role === 'leader') this.#tickHeartbeat();
    else this.#tickElection();
  }

  #tickElection(): void {
    this.electionElapsed++;
    if (!this.promotable() || this.electionElapsed < this.#randomizedElectionTimeout) return;
    this.electionElapsed = 0;
    this.step(newMessage(MessageType.hup, { from: this.id }));
  }

  #tickHeartbeat(): void {
    this.#heartbeatElapsed++;
    this.electionElapsed++;
    if (this.electionElapsed >= this.config.electionTick) {
      this.electionElapsed = 0;
      if (this.config.checkQuorum) this.step(newMessage(MessageType.checkQuorum, { from: this.id }));
      // A transfer that has not happened within an election timeout is given up.
      if (this.role === 'leader' && this.leadTransferee !== noMember) this.abortLeaderTransfer();
    }
    if (this.role !== 'leader' || this.#heartbeatElapsed < this.config.heartbeatTick) return;
    this.#heartbeatElapsed = 0;
    this.step(newMessage(MessageType.beat, { from: this.id }));
  }

  // --- elections

  /** Whether this member may stand for election: a voter with no snapshot waiting to be installed. */
  promotable(): boolean {
    const own = this.tracker.progress.get(this.id);
    return own !== undefined && !own.isLearner && this.log.unstable.snapshot === undefined;
  }

  hup(kind: CampaignKind): void {
    if (this.role === 'leader') {
      this.trace('debug', `${idHex(this.id)} ignoring MsgHup because already leader`);
      return;
    }
    if (!this.promotable()) {
      this.trace('warn', `${idHex(this.id)} is unpromotable and can not campaign`);
      return;
    }
    if (this.log.hasUnappliedConfChange()) {
      this.trace('warn', `${idHex(this.id)} cannot campaign at term ${this.term} since there are still pending configuration changes to apply`);
      return;
    }
    this.trace('info', `${idHex(this.id)} is starting a new election at term ${this.term}`);
    this.campaign(kind);
  }

  campaign(kind: CampaignKind): void {
    let type: MessageType;
    let term: number;
    if (kind === 'preElection') {
      this.#becomePreCandidate();
      type = MessageType.preVote;
      // The term that would be campaigned for.
      term = this.term + 1;
    } else {
      this.#becomeCandidate();
      type = MessageType.vote;
      term = this.term;
    }
    const index = this.log.lastIndex();
    const logTerm = this.log.lastTerm();
    for (const id of this.tracker.voters) {
      if (id === this.id) {
        // One's own vote counts when it is on disk, as everyone's does.
        this.send(responseType(type), { to: id, term });
        continue;
      }
      this.trace('info', `${idHex(this.id)} [logterm: ${logTerm}, index: ${index}] sent vote request to ${idHex(id)} at term ${this.term}`);
      this.send(type, { to: id, term, index, logTerm, ...(kind === 'transfer' ? { context: campaignTransfer } : {}) });
    }
  }

  poll(id: MemberId, granted: boolean): ReturnType<ProgressTracker['tallyVotes']> {
    this.trace('info', `${idHex(this.id)} received a vote${granted ? '' : ' rejection'} from ${idHex(id)} at term ${this.term}`);
    this.tracker.recordVote(id, granted);
    return this.tracker.tallyVotes();
  }

  // --- messages in

  step(m: Message): StepResult {
    if (m.term > this.term) {
      if (!this.#meetHigherTerm(m)) return stepOk;
    } else if (m.term !== 0 && m.term < this.term) {
      this.#answerLowerTerm(m);
      return stepOk;
    }
    switch (m.type) {
      case MessageType.hup:
        this.hup(this.config.preVote ? 'preElection' : 'election');
        return stepOk;
      case MessageType.storageAppendResp:
        if (m.index !== 0) this.log.unstable.stableTo(m.index, m.logTerm);
        if (m.snapshot) this.#appliedSnapshot(m.snapshot);
        return stepOk;
      case MessageType.storageApplyResp:
        if (m.entries.length > 0) {
          this.appliedTo(m.entries.at(-1)!.index, entriesBytes(m.entries));
          this.#uncommittedBytes = Math.max(0, this.#uncommittedBytes - payloadBytes(m.entries));
        }
        return stepOk;
      case MessageType.vote:
      case MessageType.preVote:
        this.#castVote(m);
        return stepOk;
      default:
        if (this.role === 'leader') return stepLeader(this, m);
        return this.role === 'follower' ? stepFollower(this, m) : stepCandidate(this, m);
    }
  }

  /** False when the message is to be ignored. */
  #meetHigherTerm(m: Message): boolean {
    const isVote = m.type === MessageType.vote || m.type === MessageType.preVote;
    if (isVote) {
      const forced = m.context.length === campaignTransfer.length && m.context.every((byte, i) => byte === campaignTransfer[i]);
      const inLease = this.config.checkQuorum && this.lead !== noMember && this.electionElapsed < this.config.electionTick;
      // Dissertation §4.2.3: a removed or cut-off member must not disrupt a cluster that has a leader.
      if (!forced && inLease) {
        this.trace('info', `${idHex(this.id)} ignored vote request from ${idHex(m.from)} at term ${this.term}: lease is not expired (remaining ticks: ${this.config.electionTick - this.electionElapsed})`);
        return false;
      }
    }
    // A pre-vote, and the promise of one, speak of a term that nobody has entered.
    if (m.type === MessageType.preVote || (m.type === MessageType.preVoteResp && !m.reject)) return true;
    this.trace('info', `${idHex(this.id)} received a message with higher term from ${idHex(m.from)} [term: ${m.term}]`);
    const fromLeader = m.type === MessageType.app || m.type === MessageType.heartbeat || m.type === MessageType.snap;
    this.becomeFollower(m.term, fromLeader ? m.from : noMember);
    return true;
  }

  #answerLowerTerm(m: Message): void {
    if ((this.config.checkQuorum || this.config.preVote) && (m.type === MessageType.heartbeat || m.type === MessageType.app)) {
      // The sender is a leader of the past that our lease or pre-vote keeps from learning so: this answer deposes it.
      this.send(MessageType.appResp, { to: m.from });
    } else if (m.type === MessageType.preVote) {
      // A pre-candidate of the past would otherwise never move on.
      this.send(MessageType.preVoteResp, { to: m.from, term: this.term, reject: true });
    } else if (m.type === MessageType.storageAppendResp) {
      // The entries may have been replaced since they were written; a snapshot cannot have been.
      if (m.snapshot) this.#appliedSnapshot(m.snapshot);
    } else {
      this.trace('info', `${idHex(this.id)} ignored a message with lower term from ${idHex(m.from)} [term: ${m.term}]`);
    }
  }

  #castVote(m: Message): void {
    const canVote =
      this.vote === m.from ||
      (this.vote === noMember && this.lead === noMember) ||
      (m.type === MessageType.preVote && m.term > this.term);
    // A learner votes as well: it may be a voter of a configuration that it has not heard of yet.
    if (canVote && this.log.isUpToDate(m.index, m.logTerm)) {
      // The term of the request, not ours: a pre-vote's is higher than ours, and the answer must not look outdated.
      this.send(responseType(m.type), { to: m.from, term: m.term });
      if (m.type === MessageType.vote) {
        this.electionElapsed = 0;
        this.vote = m.from;
      }
    } else this.send(responseType(m.type), { to: m.from, term: this.term, reject: true });
  }

  // --- messages out

  /** Votes carry the term they speak of, everything else the present one; proposals and reads carry none. */
  send(type: MessageType, init: MessageInit): void {
    const message = newMessage(type, init);
    if (message.from === noMember) message.from = this.id;
    switch (type) {
      case MessageType.vote:
      case MessageType.voteResp:
      case MessageType.preVote:
      case MessageType.preVoteResp:
        assert(message.term !== 0, 'a vote without a term');
        break;
      case MessageType.prop:
      case MessageType.readIndex:
        break;
      default:
        message.term = this.term;
    }
    if (type === MessageType.appResp || type === MessageType.voteResp || type === MessageType.preVoteResp) {
      this.messagesAfterAppend.push(message);
    } else {
      assert(message.to !== this.id, 'a message to oneself');
      this.messages.push(message);
    }
  }

  sendAppend(to: MemberId): void {
    this.maybeSendAppend(to, true);
  }

  /** Sends what the follower lacks, as far as its window allows; without `evenEmpty` only when there are entries. */
  maybeSendAppend(to: MemberId, evenEmpty: boolean): boolean {
    const progress = this.tracker.progress.get(to)!;
    if (progress.paused) return false;
    const previous = progress.next - 1;
    const previousTerm = this.log.term(previous);
    if (isFailure(previousTerm)) return this.#maybeSendSnapshot(to, progress);
    let entries: Entry[] = [];
    // A full window lets only empty appends through, which tell of commits.
    if (progress.state !== 'replicate' || !progress.inflights.full) {
      const found = this.log.entriesFrom(progress.next, this.maxSizePerMsg);
      if (isFailure(found)) return this.#maybeSendSnapshot(to, progress);
      entries = found;
    }
    if (entries.length === 0 && !evenEmpty) return false;
    this.send(MessageType.app, { to, index: previous, logTerm: previousTerm, entries, commit: this.log.committed });
    progress.sentEntries(entries.length, payloadBytes(entries));
    progress.sentCommit(this.log.committed);
    return true;
  }

  #maybeSendSnapshot(to: MemberId, progress: Progress): boolean {
    if (!progress.recentActive) {
      this.trace('debug', `ignore sending snapshot to ${idHex(to)} since it is not recently active`);
      return false;
    }
    const snapshot = this.log.snapshot();
    if (isFailure(snapshot)) {
      assert(snapshot === 'snapshotTemporarilyUnavailable', 'no snapshot to send', () => snapshot);
      return false;
    }
    const { index } = snapshot.metadata;
    assert(index > 0, 'need a non-empty snapshot');
    progress.becomeSnapshot(index);
    this.send(MessageType.snap, { to, snapshot });
    return true;
  }

  #sendHeartbeat(to: MemberId, context: Uint8Array | undefined): void {
    const progress = this.tracker.progress.get(to)!;
    // Never beyond what the follower is known to have: it may lack the entries.
    const commit = Math.min(progress.match, this.log.committed);
    this.send(MessageType.heartbeat, { to, commit, ...(context ? { context } : {}) });
    progress.sentCommit(commit);
  }

  broadcastAppend(): void {
    for (const id of this.tracker.ids) if (id !== this.id) this.sendAppend(id);
  }

  broadcastHeartbeat(): void {
    const context = this.readOnly.heartbeatContext();
    for (const id of this.tracker.ids) if (id !== this.id) this.#sendHeartbeat(id, context);
  }

  abortLeaderTransfer(): void {
    this.leadTransferee = noMember;
  }

  // --- the log

  /** Appends proposals; false when too much is uncommitted already. */
  appendEntries(entries: Entry[]): boolean {
    const last = this.log.lastIndex();
    const stamped = entries.map((entry, i) => ({ type: entry.type, term: this.term, index: last + 1 + i, data: entry.data }));
    assertIndex(last + entries.length, 'log index');
    if (!this.#admit(stamped)) {
      this.trace('warn', `${idHex(this.id)} appending new entries to log would exceed uncommitted entry size limit; dropping proposal`);
      return false;
    }
    const index = this.log.append(stamped);
    // The leader counts itself when its own write is done, which this message to itself tells.
    this.send(MessageType.appResp, { to: this.id, index });
    return true;
  }

  /** Empty entries, such as those that open a term, are never refused; nor is a single one on an empty account. */
  #admit(entries: Entry[]): boolean {
    const bytes = payloadBytes(entries);
    const limit = this.config.maxUncommittedEntriesSize ?? Infinity;
    if (this.#uncommittedBytes > 0 && bytes > 0 && this.#uncommittedBytes + bytes > limit) return false;
    this.#uncommittedBytes += bytes;
    return true;
  }

  maybeCommit(): boolean {
    return this.log.maybeCommit(this.tracker.committed(), this.term);
  }

  committedInCurrentTerm(): boolean {
    return this.log.termOrZero(this.log.committed) === this.term;
  }

  appliedTo(index: number, bytes: number): void {
    const applied = Math.max(index, this.log.applied);
    this.log.appliedTo(applied, bytes);
    const { autoLeave } = this.tracker.config;
    if (!autoLeave || applied < this.pendingConfIndex || this.role !== 'leader') return;
    // The joint configuration is committed: leave it, by an empty change. Dropped while leadership moves; the next leader does it.
    const leave: Entry = { type: EntryType.confChangeV2, term: 0, index: 0, data: new Uint8Array(0) };
    const result = this.step(newMessage(MessageType.prop, { from: this.id, entries: [leave] }));
    this.trace(result.ok ? 'info' : 'debug', result.ok ? `initiating automatic transition out of joint configuration ${describeConfig(this.tracker.config)}` : 'not initiating automatic transition out of joint configuration');
  }

  #appliedSnapshot(snapshot: Snapshot): void {
    const { index } = snapshot.metadata;
    this.log.unstable.stableSnapTo(index);
    this.appliedTo(index, 0);
  }
}

function responseType(type: MessageType): MessageType {
  return type === MessageType.vote ? MessageType.voteResp : MessageType.preVoteResp;
}
