import { emptyBytes } from '../base/bytes.ts';
import { idHex, noMember } from '../base/ids.ts';
import { asV2, ConfChangeDecodeError, decodeConfChange, decodeConfChangeV2 } from './conf-change.ts';
import { newMessage } from './message.ts';
import { stepDropped, stepOk, type Raft, type StepResult } from './raft.ts';
import type { Progress } from './tracker/progress.ts';
import { EntryType, MessageType, type ConfChangeV2, type Entry, type Message } from './types.ts';

export function stepLeader(raft: Raft, m: Message): StepResult {
  switch (m.type) {
    case MessageType.beat:
      raft.broadcastHeartbeat();
      return stepOk;
    case MessageType.checkQuorum:
      checkQuorum(raft);
      return stepOk;
    case MessageType.prop:
      return propose(raft, m);
    case MessageType.readIndex:
      readIndex(raft, m);
      return stepOk;
    case MessageType.forgetLeader:
      return stepOk;
    default: {
      const progress = raft.tracker.progress.get(m.from);
      if (progress) stepProgress(raft, m, progress);
      else raft.trace('debug', `${idHex(raft.id)} no progress available for ${idHex(m.from)}`);
      return stepOk;
    }
  }
}

function checkQuorum(raft: Raft): void {
  if (!raft.tracker.quorumActive()) {
    raft.trace('warn', `${idHex(raft.id)} stepped down to follower since quorum is not active`);
    raft.becomeFollower(raft.term, noMember);
  }
  // Everyone has to be heard of again until the next check.
  for (const [id, progress] of raft.tracker.progress) if (id !== raft.id) progress.recentActive = false;
}

// --- proposals

function propose(raft: Raft, m: Message): StepResult {
  if (m.entries.length === 0) return stepDropped;
  // Removed while leading: what it appended could not be counted.
  if (!raft.tracker.progress.has(raft.id)) return stepDropped;
  if (raft.leadTransferee !== noMember) return stepDropped;
  const entries = admitConfChanges(raft, m.entries);
  if (!entries || !raft.appendEntries(entries)) return stepDropped;
  raft.broadcastAppend();
  return stepOk;
}

const emptyEntry: Entry = { type: EntryType.normal, term: 0, index: 0, data: emptyBytes };

/**
 * A conf change that must not be made now becomes an empty entry: its proposer hears nothing of it and times out.
 * Undefined when one cannot be read; it came from a peer that this member need not die with.
 */
function admitConfChanges(raft: Raft, entries: Entry[]): Entry[] | undefined {
  let admitted = entries;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i]!;
    if (entry.type === EntryType.normal) continue;
    const change = confChangeOf(entry);
    if (!change) return undefined;
    if (admitConfChange(raft, change, i)) continue;
    // The message is its sender's: it is not written to.
    if (admitted === entries) admitted = entries.slice();
    admitted[i] = emptyEntry;
  }
  return admitted;
}

function admitConfChange(raft: Raft, change: ConfChangeV2, offset: number): boolean {
  const joint = raft.tracker.config.outgoing.size > 0;
  const leaves = change.changes.length === 0;
  let refusal: string | undefined;
  if (raft.pendingConfIndex > raft.log.applied) {
    refusal = `possible unapplied conf change at index ${raft.pendingConfIndex} (applied to ${raft.log.applied})`;
  } else if (joint && !leaves) refusal = 'must transition out of joint config first';
  else if (!joint && leaves) refusal = 'not in joint state; refusing empty conf change';
  if (refusal !== undefined && !raft.config.disableConfChangeValidation) {
    raft.trace('info', `${idHex(raft.id)} ignoring conf change: ${refusal}`);
    return false;
  }
  raft.pendingConfIndex = raft.log.lastIndex() + offset + 1;
  return true;
}

function confChangeOf(entry: Entry): ConfChangeV2 | undefined {
  try {
    return entry.type === EntryType.confChange ? asV2(decodeConfChange(entry.data)) : decodeConfChangeV2(entry.data);
  } catch (error) {
    if (error instanceof ConfChangeDecodeError) return undefined;
    throw error;
  }
}

// --- linearizable reads (dissertation §6.4)

function readIndex(raft: Raft, m: Message): void {
  // The one entry carries the caller's context; without it nobody could tell what the answer is for.
  if (m.entries.length !== 1) return;
  // A leader that was removed is not the one voter that is left: that one may lead by now.
  if (raft.tracker.isSingleton && raft.tracker.config.incoming.has(raft.id)) answerRead(raft, m, raft.log.committed);
  // Until an entry of this term is committed, the leader does not know what is (§6.4, step 1).
  else if (!raft.committedInCurrentTerm()) raft.pendingReads.push(m);
  else beginRead(raft, m);
}

function beginRead(raft: Raft, m: Message): void {
  if (raft.readOnly.option === 'leaseBased') answerRead(raft, m, raft.log.committed);
  else {
    raft.readOnly.add(m, raft.log.committed, raft.id);
    raft.broadcastHeartbeat();
  }
}

function answerRead(raft: Raft, request: Message, index: number): void {
  if (request.from === noMember || request.from === raft.id) {
    raft.readStates.push({ index, context: request.entries[0]!.data });
  } else raft.send(MessageType.readIndexResp, { to: request.from, index, entries: request.entries });
}

function releasePendingReads(raft: Raft): void {
  if (raft.pendingReads.length === 0 || !raft.committedInCurrentTerm()) return;
  const reads = raft.pendingReads;
  raft.pendingReads = [];
  for (const read of reads) beginRead(raft, read);
}

// --- followers' answers

function stepProgress(raft: Raft, m: Message, progress: Progress): void {
  switch (m.type) {
    case MessageType.appResp:
      progress.recentActive = true;
      if (m.reject) rejected(raft, m, progress);
      else acknowledged(raft, m, progress);
      return;
    case MessageType.heartbeatResp:
      heartbeatAnswered(raft, m, progress);
      return;
    case MessageType.snapStatus:
      if (progress.state !== 'snapshot') return;
      // A failed snapshot leaves nothing behind: probe from what is known to match.
      if (m.reject) progress.pendingSnapshot = 0;
      progress.becomeProbe();
      // Wait for the follower to speak, or for the next heartbeat, before it is probed.
      progress.msgAppFlowPaused = true;
      return;
    case MessageType.unreachable:
      // What was in flight is likely lost.
      if (progress.state === 'replicate') progress.becomeProbe();
      return;
    case MessageType.transferLeader:
      transferLeader(raft, m, progress);
      return;
    default:
      return;
  }
}

function rejected(raft: Raft, m: Message, progress: Progress): void {
  // The follower's hint, brought further back by what this log knows of that term.
  const hint = m.logTerm > 0 ? raft.log.findConflictByTerm(m.rejectHint, m.logTerm).index : m.rejectHint;
  if (!progress.maybeDecrTo(m.index, hint)) return;
  if (progress.state === 'replicate') progress.becomeProbe();
  raft.sendAppend(m.from);
}

function acknowledged(raft: Raft, m: Message, progress: Progress): void {
  const news = progress.maybeUpdate(m.index);
  // An old acknowledgement still ends a probe that it answers.
  if (!news && !(progress.match === m.index && progress.state === 'probe')) return;
  switch (progress.state) {
    case 'probe':
      progress.becomeReplicate();
      break;
    case 'snapshot':
      // Caught up to where the log can go on, by the snapshot or otherwise.
      if (progress.match + 1 >= raft.log.firstIndex()) {
        progress.becomeProbe();
        progress.becomeReplicate();
      }
      break;
    case 'replicate':
      progress.inflights.freeTo(m.index);
      break;
  }
  if (raft.maybeCommit()) {
    releasePendingReads(raft);
    raft.broadcastAppend();
  } else if (m.from !== raft.id && progress.canBumpCommit(raft.log.committed)) raft.sendAppend(m.from);
  // The window has room again: fill it.
  if (m.from !== raft.id) while (raft.maybeSendAppend(m.from, false));
  if (m.from === raft.leadTransferee && progress.match === raft.log.lastIndex()) raft.send(MessageType.timeoutNow, { to: m.from });
}

function heartbeatAnswered(raft: Raft, m: Message, progress: Progress): void {
  progress.recentActive = true;
  progress.msgAppFlowPaused = false;
  // Reachable again: an append that was lost is made good for.
  if (progress.match < raft.log.lastIndex() || progress.state === 'probe') raft.sendAppend(m.from);
  if (raft.readOnly.option !== 'safe' || m.context.length === 0) return;
  for (const { request, index } of raft.readOnly.confirm(m.from, m.context, raft.tracker.config)) answerRead(raft, request, index);
}

function transferLeader(raft: Raft, m: Message, progress: Progress): void {
  const target = m.from;
  if (progress.isLearner || target === raft.leadTransferee) return;
  raft.abortLeaderTransfer();
  if (target === raft.id) return;
  // The transfer has one election timeout; counted from now.
  raft.electionElapsed = 0;
  raft.leadTransferee = target;
  if (progress.match === raft.log.lastIndex()) raft.send(MessageType.timeoutNow, { to: target });
  else raft.sendAppend(target);
}

/** The message by which a leader asks itself to hand over to `to`. */
export function transferMessage(to: bigint): Message {
  return newMessage(MessageType.transferLeader, { from: to });
}
