import { assert } from '../base/assert.ts';
import { idHex, noMember } from '../base/ids.ts';
import { Changer, describeConfig, type ChangeOutcome } from './confchange/changer.ts';
import { entersJoint, leavesJoint } from './conf-change.ts';
import type { Raft } from './raft.ts';
import type { ConfChangeV2, ConfState } from './types.ts';

/** Applies a committed change. That it cannot be applied is a bug: its leader has checked it. */
export function applyConfChange(raft: Raft, change: ConfChangeV2): ConfState {
  const changer = new Changer(raft.tracker, raft.log.lastIndex());
  let outcome: ChangeOutcome;
  const joint = entersJoint(change);
  if (leavesJoint(change)) outcome = changer.leaveJoint();
  else if (joint) outcome = changer.enterJoint(joint.autoLeave, change.changes);
  else outcome = changer.simple(change.changes);
  assert(outcome.ok, 'a committed conf change cannot be applied', () => (outcome.ok ? '' : outcome.error));
  raft.tracker.replace(outcome.config, outcome.progress);
  return switchConfig(raft);
}

/** Draws the consequences of the tracker's new configuration, for this member's role and for what is committed. */
export function switchConfig(raft: Raft): ConfState {
  const { tracker } = raft;
  raft.trace('info', `${idHex(raft.id)} switched to configuration ${describeConfig(tracker.config)}`);
  const state = tracker.confState();
  const own = tracker.progress.get(raft.id);
  raft.isLearner = own?.isLearner ?? false;
  if (raft.role !== 'leader') return state;
  if (!own || own.isLearner) {
    // A leader that was removed may go on until its successor is found; it does not count itself any more.
    if (raft.config.stepDownOnRemoval) raft.becomeFollower(raft.term, noMember);
    return state;
  }
  if (state.voters.length === 0) return state;
  // A smaller quorum may have more committed.
  if (raft.maybeCommit()) raft.broadcastAppend();
  else for (const id of tracker.ids) if (id !== raft.id) raft.maybeSendAppend(id, false);
  if (raft.leadTransferee !== noMember && !tracker.voters.includes(raft.leadTransferee)) raft.abortLeaderTransfer();
  return state;
}
