import { assert, AssertionError } from '../../base/assert.ts';
import type { MemberId } from '../../base/ids.ts';
import { sortedIds } from '../quorum/joint.ts';
import type { ProgressTracker } from '../tracker/tracker.ts';
import { ConfChangeType, type ConfChangeSingle, type ConfState } from '../types.ts';
import { Changer } from './changer.ts';

const changes = (type: ConfChangeType, ids: readonly MemberId[]): ConfChangeSingle[] => ids.map((nodeId) => ({ type, nodeId }));

/**
 * Brings an empty tracker to the configuration that a snapshot describes, by changes that would have led to it:
 * first the outgoing voters one by one, then one joint change to the incoming ones.
 */
export function restoreConfig(tracker: ProgressTracker, lastIndex: number, state: ConfState): void {
  const incoming = [
    ...changes(ConfChangeType.removeNode, state.votersOutgoing),
    ...changes(ConfChangeType.addNode, state.voters),
    ...changes(ConfChangeType.addLearnerNode, state.learners),
    ...changes(ConfChangeType.addLearnerNode, state.learnersNext),
  ];
  const step = (run: (changer: Changer) => ReturnType<Changer['leaveJoint']>): void => {
    const outcome = run(new Changer(tracker, lastIndex));
    if (!outcome.ok) throw new AssertionError(`cannot restore the configuration: ${outcome.error}`);
    tracker.replace(outcome.config, outcome.progress);
  };
  if (state.votersOutgoing.length === 0) for (const change of incoming) step((changer) => changer.simple([change]));
  else {
    for (const change of changes(ConfChangeType.addNode, state.votersOutgoing)) step((changer) => changer.simple([change]));
    step((changer) => changer.enterJoint(state.autoLeave, incoming));
  }
  assertEqual(tracker.confState(), state);
}

/** A configuration that does not come back as it was would let two members count different quorums. */
function assertEqual(restored: ConfState, wanted: ConfState): void {
  const same = (a: readonly MemberId[], b: readonly MemberId[]): boolean => {
    const sorted = sortedIds(b);
    return a.length === b.length && a.every((id, i) => id === sorted[i]);
  };
  assert(
    same(restored.voters, wanted.voters) && same(restored.learners, wanted.learners) && same(restored.votersOutgoing, wanted.votersOutgoing) &&
      same(restored.learnersNext, wanted.learnersNext) && restored.autoLeave === wanted.autoLeave,
    'the configuration is not restored as it was',
    () => `${describeConfState(wanted)} became ${describeConfState(restored)}`,
  );
}

function describeConfState(state: ConfState): string {
  return `voters (${state.voters.join(' ')})&&(${state.votersOutgoing.join(' ')}) learners (${state.learners.join(' ')}) next (${state.learnersNext.join(' ')})${state.autoLeave ? ' autoleave' : ''}`;
}
