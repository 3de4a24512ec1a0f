import { assert } from '../base/assert.ts';
import type { MemberId } from '../base/ids.ts';
import { asV2, encodeConfChange, encodeConfChangeV2, isV2 } from './conf-change.ts';
import { appendThread, applyThread, isLocalMessage, isLocalTarget, isResponseMessage, newMessage } from './message.ts';
import { Raft, type ProposeResult, type RaftConfig, type RaftRole, type StepResult } from './raft.ts';
import { wouldRestore } from './receive.ts';
import { applyConfChange } from './reconfigure.ts';
import { transferMessage } from './role-leader.ts';
import { entriesBytes } from './storage.ts';
import type { Progress } from './tracker/progress.ts';
import type { TrackerConfig } from './tracker/tracker.ts';
import { EntryType, MessageType, type ConfChange, type ConfChangeV2, type ConfState, type Entry, type HardState, type Message, type Snapshot } from './types.ts';

export interface SoftState {
  lead: MemberId;
  role: RaftRole;
}

/** Reads that asked with this context are linearizable once entries up to `index` are applied. */
export interface ReadState {
  index: number;
  context: Uint8Array;
}

/**
 * A batch of effects. With synchronous storage they are carried out in this order, then `advance` is called:
 *
 * 1. `hardState`, `entries` and `snapshot` are written, the snapshot first; with `mustSync` they are durable before step 2.
 * 2. `messages` are sent. A leader may send them before step 1: its own write is not counted until `advance`.
 * 3. `snapshot` is installed, then `committedEntries` are applied.
 *
 * With asynchronous storage `messages` hold MsgStorageAppend and MsgStorageApply, which say all of this themselves.
 */
export interface Ready {
  /** Only when it changed. Volatile: not to be written. */
  softState: SoftState | undefined;
  /** Only when it changed. */
  hardState: HardState | undefined;
  readStates: ReadState[];
  /** To be written; they replace entries with the same and later indexes. */
  entries: Entry[];
  snapshot: Snapshot | undefined;
  /** To be applied; entries of this very Ready may be among them, so they are applied after the write. */
  committedEntries: Entry[];
  messages: Message[];
  /** Whether the write must be durable before anything that depends on it: entries, or a new term or vote. */
  mustSync: boolean;
}

export interface BasicStatus {
  id: MemberId;
  hardState: HardState;
  lead: MemberId;
  role: RaftRole;
  applied: number;
  leadTransferee: MemberId;
}

export interface Status extends BasicStatus {
  config: TrackerConfig;
  voters: MemberId[];
  /** Empty unless this member leads. */
  progress: ReadonlyMap<MemberId, Progress>;
}

/** The interface of the state machine to whoever drives it: inputs in, `Ready` batches out. Not reentrant. */
export class RawNode {
  readonly raft: Raft;
  readonly #async: boolean;
  #softState: SoftState;
  #hardState: HardState;
  #stepsOnAdvance: Message[] = [];

  constructor(config: RaftConfig) {
    this.raft = new Raft(config);
    this.#async = config.asyncStorageWrites ?? false;
    this.#softState = this.#currentSoftState();
    this.#hardState = this.raft.hardState();
  }

  tick(): void {
    this.raft.tick();
  }

  campaign(): void {
    this.raft.step(newMessage(MessageType.hup, {}));
  }

  propose(data: Uint8Array): ProposeResult {
    return this.proposeBatch([data]);
  }

  /** Proposes several entries at once: one append, one message to each follower. All are dropped or none. */
  proposeBatch(data: readonly Uint8Array[]): ProposeResult {
    const entries = data.map((bytes) => ({ type: EntryType.normal, term: 0, index: 0, data: bytes }));
    return this.raft.step(newMessage(MessageType.prop, { from: this.raft.id, entries }));
  }

  proposeConfChange(change: ConfChange | ConfChangeV2): ProposeResult {
    const entry: Entry = isV2(change)
      ? { type: EntryType.confChangeV2, term: 0, index: 0, data: encodeConfChangeV2(change) }
      : { type: EntryType.confChange, term: 0, index: 0, data: encodeConfChange(change) };
    return this.raft.step(newMessage(MessageType.prop, { from: this.raft.id, entries: [entry] }));
  }

  /** To be called for every committed conf change, also one that is refused (with nodeId 0n, which changes nothing). */
  applyConfChange(change: ConfChange | ConfChangeV2): ConfState {
    return applyConfChange(this.raft, asV2(change));
  }

  /** Takes a message from the network, or the answer of a local storage thread. */
  step(message: Message): StepResult {
    if (isLocalMessage(message.type) && !isLocalTarget(message.from)) return { ok: false, error: 'localMessage' };
    if (isResponseMessage(message.type) && !isLocalTarget(message.from) && !this.raft.tracker.progress.has(message.from)) {
      return { ok: false, error: 'peerNotFound' };
    }
    return this.raft.step(message);
  }

  readIndex(context: Uint8Array): void {
    this.raft.step(newMessage(MessageType.readIndex, { entries: [{ type: EntryType.normal, term: 0, index: 0, data: context }] }));
  }

  transferLeader(to: MemberId): void {
    this.raft.step(transferMessage(to));
  }

  forgetLeader(): void {
    this.raft.step(newMessage(MessageType.forgetLeader, {}));
  }

  reportUnreachable(id: MemberId): void {
    this.raft.step(newMessage(MessageType.unreachable, { from: id }));
  }

  reportSnapshot(id: MemberId, ok: boolean): void {
    this.raft.step(newMessage(MessageType.snapStatus, { from: id, reject: !ok }));
  }

  // --- effects

  hasReady(): boolean {
    const { raft } = this;
    return (
      raft.messages.length > 0 ||
      raft.messagesAfterAppend.length > 0 ||
      raft.readStates.length > 0 ||
      raft.log.unstable.hasNextEntries ||
      raft.log.unstable.nextSnapshot() !== undefined ||
      raft.log.canApply(!this.#async) ||
      this.#softStateChanged() ||
      this.#hardStateChanged()
    );
  }

  /** Takes the next batch out. With synchronous storage, `advance` must follow before the next one. */
  ready(): Ready {
    const { raft } = this;
    const ready: Ready = {
      softState: this.#softStateChanged() ? this.#currentSoftState() : undefined,
      hardState: this.#hardStateChanged() ? raft.hardState() : undefined,
      readStates: raft.readStates,
      entries: raft.log.unstable.nextEntries(),
      snapshot: raft.log.unstable.nextSnapshot(),
      committedEntries: raft.log.nextCommitted(!this.#async),
      messages: raft.messages,
      mustSync: false,
    };
    const previous = this.#hardState;
    ready.mustSync = ready.entries.length > 0 || raft.term !== previous.term || raft.vote !== previous.vote;
    if (this.#async) this.#askForStorage(ready);
    else this.#keepForAdvance(ready);
    this.#accept(ready);
    return ready;
  }

  #askForStorage(ready: Ready): void {
    const { raft } = this;
    const append = ready.entries.length > 0 || ready.hardState || ready.snapshot || raft.messagesAfterAppend.length > 0;
    if (append) {
      const done = this.#appendDone(ready);
      ready.messages.push(
        newMessage(MessageType.storageAppend, {
          to: appendThread, from: raft.id, entries: ready.entries, snapshot: ready.snapshot,
          ...(ready.hardState ?? {}),
          responses: done ? [...raft.messagesAfterAppend, done] : raft.messagesAfterAppend,
        }),
      );
    }
    if (ready.committedEntries.length > 0) {
      const { committedEntries: entries } = ready;
      ready.messages.push(newMessage(MessageType.storageApply, { to: applyThread, from: raft.id, entries, responses: [this.#applyDone(entries)] }));
    }
  }

  #keepForAdvance(ready: Ready): void {
    const { raft } = this;
    assert(this.#stepsOnAdvance.length === 0, 'ready twice without advance');
    for (const message of raft.messagesAfterAppend) (message.to === raft.id ? this.#stepsOnAdvance : ready.messages).push(message);
    const done = this.#appendDone(ready);
    if (done) this.#stepsOnAdvance.push(done);
    if (ready.committedEntries.length > 0) this.#stepsOnAdvance.push(this.#applyDone(ready.committedEntries));
  }

  /**
   * Tells that the log is stable to its present end. It carries the term, so that an answer from an earlier one, whose
   * entries may have been replaced by others of the same index, is told apart.
   */
  #appendDone(ready: Ready): Message | undefined {
    const { raft } = this;
    const entries = raft.log.unstable.length > 0;
    if (!entries && !ready.snapshot) return undefined;
    return newMessage(MessageType.storageAppendResp, {
      to: raft.id, from: appendThread, term: raft.term, snapshot: ready.snapshot,
      ...(entries ? { index: raft.log.lastIndex(), logTerm: raft.log.lastTerm() } : {}),
    });
  }

  #applyDone(entries: Entry[]): Message {
    return newMessage(MessageType.storageApplyResp, { to: this.raft.id, from: applyThread, entries });
  }

  #accept(ready: Ready): void {
    const { raft } = this;
    if (ready.softState) this.#softState = ready.softState;
    if (ready.hardState) this.#hardState = ready.hardState;
    if (raft.readStates.length > 0) raft.readStates = [];
    raft.messages = [];
    raft.messagesAfterAppend = [];
    raft.log.unstable.acceptInProgress();
    const last = ready.committedEntries.at(-1);
    if (last) raft.log.acceptApplying(last.index, entriesBytes(ready.committedEntries), !this.#async);
  }

  /** The last Ready was carried out: it is on disk and applied. Only with synchronous storage. */
  advance(): void {
    assert(!this.#async, 'advance with asynchronous storage: the answers of the storage threads take its place');
    const steps = this.#stepsOnAdvance;
    this.#stepsOnAdvance = [];
    for (const message of steps) this.raft.step(message);
  }

  // --- status

  /** A snapshot was received that has not been carried out yet: the configuration is its already. */
  hasSnapshot(): boolean {
    return this.raft.log.unstable.snapshot !== undefined;
  }

  /** Whether the snapshot in this message would be taken, if it were stepped now. */
  wouldRestore(message: Message): boolean {
    return wouldRestore(this.raft, message);
  }

  /** The configuration that the applied entries have led to. */
  confState(): ConfState {
    return this.raft.tracker.confState();
  }

  basicStatus(): BasicStatus {
    const { raft } = this;
    return { id: raft.id, hardState: raft.hardState(), lead: raft.lead, role: raft.role, applied: raft.log.applied, leadTransferee: raft.leadTransferee };
  }

  status(): Status {
    const { raft } = this;
    const progress = new Map<MemberId, Progress>();
    if (raft.role === 'leader') for (const id of raft.tracker.ids) progress.set(id, raft.tracker.progress.get(id)!.clone());
    return { ...this.basicStatus(), config: raft.tracker.config, voters: raft.tracker.voters, progress };
  }

  #currentSoftState(): SoftState {
    return { lead: this.raft.lead, role: this.raft.role };
  }

  #softStateChanged(): boolean {
    return this.#softState.lead !== this.raft.lead || this.#softState.role !== this.raft.role;
  }

  #hardStateChanged(): boolean {
    const { term, vote, commit } = this.#hardState;
    return this.raft.term !== term || this.raft.vote !== vote || this.raft.log.committed !== commit;
  }
}

