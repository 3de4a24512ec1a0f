import type { MemberId } from '../base/ids.ts';
import type { Progress, ProgressState } from '../raft/tracker/progress.ts';
import type { LearnerTimes } from './learner-watch.ts';

/** A snapshot on its way to a member, as far as its bytes have been given to the connection. */
export interface SnapshotInFlight {
  sentBytes: number;
  totalBytes: number;
}

/** What the leader knows of one member's log. */
export interface MemberProgress extends LearnerTimes {
  id: MemberId;
  isLearner: boolean;
  /** Index up to which its log is known to be the leader's. */
  match: number;
  state: ProgressState;
  /** Heard of since the last look at the quorum, an election timeout ago at most. */
  recentActive: boolean;
  /** For which messages from it have flowed; undefined: they do not. Of the leader itself: undefined. */
  activeMs: number | undefined;
  snapshot: SnapshotInFlight | undefined;
}

/** How far the members are, and what this member's flags say of learners. */
export interface Replication {
  leader: MemberId;
  maxLearners: number;
  /** 0: learners are promoted by hand. */
  autoPromoteMs: number;
  /** Those of raft's configuration, ascending by id; empty unless this member leads. */
  members: MemberProgress[];
}

export interface ProgressSources {
  nowMs: number;
  progress: ReadonlyMap<MemberId, Progress>;
  activeSinceMs(id: MemberId): number | undefined;
  times(id: MemberId, nowMs: number): LearnerTimes;
  snapshotTo(id: MemberId): SnapshotInFlight | undefined;
}

export function memberProgress({ nowMs, progress, activeSinceMs, times, snapshotTo }: ProgressSources): MemberProgress[] {
  const ids = [...progress.keys()].sort((a, b) => (a < b ? -1 : 1));
  return ids.map((id) => {
    const { isLearner, match, state, recentActive } = progress.get(id)!;
    const sinceMs = activeSinceMs(id);
    return { id, isLearner, match, state, recentActive, activeMs: sinceMs === undefined ? undefined : nowMs - sinceMs, snapshot: snapshotTo(id), ...times(id, nowMs) };
  });
}
