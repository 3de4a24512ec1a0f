import { idHex, noMember } from '../base/ids.ts';
import { restoreConfig } from './confchange/restore.ts';
import type { Raft } from './raft.ts';
import { switchConfig } from './reconfigure.ts';
import { emptyConfig } from './tracker/tracker.ts';
import { MessageType, type Message, type Snapshot } from './types.ts';

/** What a follower does with its leader's messages: an append, a heartbeat or a snapshot. */
export function takeFromLeader(raft: Raft, m: Message): void {
  if (m.type === MessageType.app) takeAppend(raft, m);
  else if (m.type === MessageType.heartbeat) takeHeartbeat(raft, m);
  else takeSnapshot(raft, m);
}

function takeAppend(raft: Raft, m: Message): void {
  const { log } = raft;
  if (m.index < log.committed) {
    raft.send(MessageType.appResp, { to: m.from, index: log.committed });
    return;
  }
  const last = log.maybeAppend(m.index, m.logTerm, m.entries, m.commit);
  if (last !== undefined) {
    raft.send(MessageType.appResp, { to: m.from, index: last });
    return;
  }
  // Say where the logs may agree, so that the leader need not probe entry by entry.
  const hint = log.findConflictByTerm(Math.min(m.index, log.lastIndex()), m.logTerm);
  raft.send(MessageType.appResp, { to: m.from, index: m.index, reject: true, rejectHint: hint.index, logTerm: hint.term });
}

function takeHeartbeat(raft: Raft, m: Message): void {
  raft.log.commitTo(m.commit);
  raft.send(MessageType.heartbeatResp, { to: m.from, context: m.context });
}

function takeSnapshot(raft: Raft, m: Message): void {
  // A peer that sends none is told where this log stands, as for any snapshot that is of no use.
  const restored = m.snapshot !== undefined && restore(raft, m.snapshot);
  raft.send(MessageType.appResp, { to: m.from, index: restored ? raft.log.lastIndex() : raft.log.committed });
}

/** Those of `learnersNext` are voters of the outgoing half. */
function isNamed(raft: Raft, { metadata: { confState } }: Snapshot): boolean {
  return confState.voters.includes(raft.id) || confState.learners.includes(raft.id) || confState.votersOutgoing.includes(raft.id);
}

/** Whether a leader's snapshot would take the log's place, as things are. */
export function wouldRestore(raft: Raft, { term, snapshot }: Message): boolean {
  if (!snapshot || term < raft.term) return false;
  const { index, term: logTerm } = snapshot.metadata;
  return index > raft.log.committed && isNamed(raft, snapshot) && !raft.log.matchTerm(index, logTerm);
}

/** Replaces log and configuration by the snapshot's; false when it is of no use. */
function restore(raft: Raft, snapshot: Snapshot): boolean {
  const { index, term, confState } = snapshot.metadata;
  if (index <= raft.log.committed) return false;
  if (raft.role !== 'follower') {
    // Cannot happen while messages are routed by role; stepping down keeps it harmless.
    raft.becomeFollower(raft.term + 1, noMember);
    return false;
  }
  if (!isNamed(raft, snapshot)) {
    raft.trace('warn', `${idHex(raft.id)} attempted to restore snapshot but it is not in the ConfState; should never happen`);
    return false;
  }
  if (raft.log.matchTerm(index, term)) {
    // The log holds all that the snapshot does: only the commit index is news.
    raft.log.commitTo(index);
    return false;
  }
  raft.log.restore(snapshot);
  raft.tracker.replace(emptyConfig, new Map());
  restoreConfig(raft.tracker, raft.log.lastIndex(), confState);
  switchConfig(raft);
  raft.trace('info', `${idHex(raft.id)} restored snapshot [index: ${index}, term: ${term}]`);
  return true;
}
