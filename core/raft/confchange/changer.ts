import { assert } from '../../base/assert.ts';
import type { MemberId } from '../../base/ids.ts';
import { sortedIds } from '../quorum/joint.ts';
import { Progress } from '../tracker/progress.ts';
import type { ProgressMap, ProgressTracker, TrackerConfig } from '../tracker/tracker.ts';
import { ConfChangeType, type ConfChangeSingle } from '../types.ts';

export type ChangeOutcome = { ok: true; config: TrackerConfig; progress: ProgressMap } | { ok: false; error: string };

/** The configuration while it is worked on. */
interface Draft {
  incoming: Set<MemberId>;
  outgoing: Set<MemberId>;
  learners: Set<MemberId>;
  learnersNext: Set<MemberId>;
  autoLeave: boolean;
  progress: Map<MemberId, Progress>;
}

/**
 * Computes configurations from changes. It never changes the tracker: it returns the next configuration, or why there is
 * none. Source: Raft dissertation §4.3 (joint consensus) and etcd's rules for learners.
 */
export class Changer {
  readonly #tracker: ProgressTracker;
  readonly #lastIndex: number;

  constructor(tracker: ProgressTracker, lastIndex: number) {
    this.#tracker = tracker;
    this.#lastIndex = lastIndex;
  }

  /** Begins a joint configuration in which the old and the new voters must both agree. */
  enterJoint(autoLeave: boolean, changes: readonly ConfChangeSingle[]): ChangeOutcome {
    const draft = this.#draft();
    if (draft.outgoing.size > 0) return { ok: false, error: 'config is already joint' };
    if (draft.incoming.size === 0) return { ok: false, error: "can't make a zero-voter config joint" };
    draft.outgoing = new Set(draft.incoming);
    const error = this.#applyAll(draft, changes);
    if (error !== undefined) return { ok: false, error };
    draft.autoLeave = autoLeave;
    return finish(draft);
  }

  leaveJoint(): ChangeOutcome {
    const draft = this.#draft();
    if (draft.outgoing.size === 0) return { ok: false, error: "can't leave a non-joint config" };
    for (const id of draft.learnersNext) {
      draft.learners.add(id);
      draft.progress.get(id)!.isLearner = true;
    }
    draft.learnersNext.clear();
    for (const id of draft.outgoing) {
      if (!draft.incoming.has(id) && !draft.learners.has(id)) draft.progress.delete(id);
    }
    draft.outgoing.clear();
    draft.autoLeave = false;
    return finish(draft);
  }

  /** Changes at most one voter, which needs no joint configuration: any two majorities then overlap. */
  simple(changes: readonly ConfChangeSingle[]): ChangeOutcome {
    const draft = this.#draft();
    if (draft.outgoing.size > 0) return { ok: false, error: "can't apply simple config change in joint config" };
    const before = new Set(draft.incoming);
    const error = this.#applyAll(draft, changes);
    if (error !== undefined) return { ok: false, error };
    if (votersChanged(before, draft.incoming) > 1) {
      return { ok: false, error: 'more than one voter changed without entering joint config' };
    }
    return finish(draft);
  }

  #draft(): Draft {
    const { config } = this.#tracker;
    const progress = new Map<MemberId, Progress>();
    for (const [id, value] of this.#tracker.progress) progress.set(id, value.clone());
    const draft: Draft = {
      incoming: new Set(config.incoming), outgoing: new Set(config.outgoing), learners: new Set(config.learners),
      learnersNext: new Set(config.learnersNext), autoLeave: config.autoLeave, progress,
    };
    checkInvariants(draft);
    return draft;
  }

  #applyAll(draft: Draft, changes: readonly ConfChangeSingle[]): string | undefined {
    for (const change of changes) {
      // etcd neutralises a change that it refuses at apply time by setting its node to 0.
      if (change.nodeId === 0n) continue;
      switch (change.type) {
        case ConfChangeType.addNode:
          this.#makeVoter(draft, change.nodeId);
          break;
        case ConfChangeType.addLearnerNode:
          this.#makeLearner(draft, change.nodeId);
          break;
        case ConfChangeType.removeNode:
          remove(draft, change.nodeId);
          break;
        case ConfChangeType.updateNode:
          break;
      }
    }
    return draft.incoming.size === 0 ? 'removed all voters' : undefined;
  }

  #makeVoter(draft: Draft, id: MemberId): void {
    const known = draft.progress.get(id);
    if (known) known.isLearner = false;
    else draft.progress.set(id, this.#newProgress(false));
    draft.learners.delete(id);
    draft.learnersNext.delete(id);
    draft.incoming.add(id);
  }

  /** A voter of the outgoing half stays one until the joint configuration is left: it waits in `learnersNext`. */
  #makeLearner(draft: Draft, id: MemberId): void {
    const known = draft.progress.get(id);
    if (!known) {
      draft.progress.set(id, this.#newProgress(true));
      draft.learners.add(id);
      return;
    }
    if (known.isLearner) return;
    remove(draft, id);
    draft.progress.set(id, known);
    if (draft.outgoing.has(id)) draft.learnersNext.add(id);
    else {
      known.isLearner = true;
      draft.learners.add(id);
    }
  }

  #newProgress(isLearner: boolean): Progress {
    return new Progress({
      match: 0,
      // The follower is probed from the log's end; a rejection tells where it really is.
      next: Math.max(this.#lastIndex, 1),
      isLearner,
      // Counted as heard of, so that a leader does not step down before it had a chance to reach the new member.
      recentActive: true,
      inflights: this.#tracker.newInflights(),
    });
  }
}

function votersChanged(before: ReadonlySet<MemberId>, after: ReadonlySet<MemberId>): number {
  let kept = 0;
  for (const id of before) if (after.has(id)) kept++;
  return before.size - kept + (after.size - kept);
}

function remove(draft: Draft, id: MemberId): void {
  if (!draft.progress.has(id)) return;
  draft.incoming.delete(id);
  draft.learners.delete(id);
  draft.learnersNext.delete(id);
  if (!draft.outgoing.has(id)) draft.progress.delete(id);
}

function finish(draft: Draft): ChangeOutcome {
  checkInvariants(draft);
  const { progress, ...config } = draft;
  return { ok: true, config, progress };
}

function checkInvariants(draft: Draft): void {
  for (const id of new Set([...draft.incoming, ...draft.outgoing, ...draft.learners, ...draft.learnersNext])) {
    assert(draft.progress.has(id), 'no progress for a member', () => String(id));
  }
  for (const id of draft.learnersNext) {
    assert(draft.outgoing.has(id), 'in learnersNext but not in the outgoing voters', () => String(id));
    assert(!draft.progress.get(id)!.isLearner, 'in learnersNext but marked as a learner already', () => String(id));
  }
  for (const id of draft.learners) {
    assert(!draft.outgoing.has(id) && !draft.incoming.has(id), 'both learner and voter', () => String(id));
    assert(draft.progress.get(id)!.isLearner, 'a learner that is not marked as one', () => String(id));
  }
  if (draft.outgoing.size === 0) {
    assert(draft.learnersNext.size === 0 && !draft.autoLeave, 'joint attributes outside of a joint configuration');
  }
}

/** `voters=(1 2)&&(1) learners=(3) learners_next=(4) autoleave`, for traces and transcripts. */
export function describeConfig(config: TrackerConfig): string {
  const list = (ids: ReadonlySet<MemberId>): string => `(${sortedIds(ids).join(' ')})`;
  return [
    `voters=${list(config.incoming)}${config.outgoing.size > 0 ? `&&${list(config.outgoing)}` : ''}`,
    config.learners.size > 0 ? ` learners=${list(config.learners)}` : '',
    config.learnersNext.size > 0 ? ` learners_next=${list(config.learnersNext)}` : '',
    config.autoLeave ? ' autoleave' : '',
  ].join('');
}
