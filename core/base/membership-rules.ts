/**
 * What a change of members would mean, and whether etcd's strict reconfiguration check lets it be proposed.
 * The engine refuses by these rules and the app disables by them, so both always say the same.
 */
export interface VoterFacts<Id> {
  id: Id;
  /** It has published its name: it has run once. */
  started: boolean;
  /** Messages from it have flowed for the health interval. The member that is asked counts itself. */
  connected: boolean;
  /** Messages from it flow now. */
  active: boolean;
}

export type ChangeRefusal = 'notEnoughStarted' | 'unhealthy';

/** Milliseconds that a link must have held to count as connected. Source: etcd `HealthInterval`. */
export const healthIntervalMs = 5_000;
/** A learner is in sync when its match index is this share of the leader's. Source: etcd `readyPercentThreshold`. */
export const readyShare = 0.9;
/** Source: etcd `--max-learners`. */
export const defaultMaxLearners = 1;

export function quorumOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

export interface Outlook {
  voters: number;
  quorum: number;
  /** Voters that may fail, of those that are up, before writes stop; below 0: they have stopped. */
  tolerates: number;
}

export function outlook(voters: number, up: number): Outlook {
  const quorum = quorumOf(voters);
  return { voters, quorum, tolerates: up - quorum };
}

const count = <Id>(voters: readonly VoterFacts<Id>[], test: (voter: VoterFacts<Id>) => boolean): number => voters.filter(test).length;

/** Source: etcd `mayAddMember`. A member alone may always grow, by a voter only when it has started itself. */
export function mayAdd<Id>(voters: readonly VoterFacts<Id>[], asLearner: boolean): ChangeRefusal | undefined {
  if (voters.length === 1 && (asLearner || voters[0]!.started)) return undefined;
  const quorum = quorumOf(voters.length + 1);
  if (!asLearner && count(voters, (voter) => voter.started) < quorum) return 'notEnoughStarted';
  return count(voters, (voter) => voter.connected) < quorum ? 'unhealthy' : undefined;
}

/** For voters; a learner may always be removed. Source: etcd `mayRemoveMember`. */
export function mayRemove<Id>(voters: readonly VoterFacts<Id>[], id: Id): ChangeRefusal | undefined {
  const rest = voters.filter((voter) => voter.id !== id);
  if (count(rest, (voter) => voter.started) < quorumOf(rest.length)) return 'notEnoughStarted';
  const target = voters.find((voter) => voter.id === id);
  // A member that is down is no part of the quorum that works now.
  if (!target?.active) return undefined;
  return count(voters, (voter) => voter.connected) - 1 < 1 + Math.floor((voters.length - 1) / 2) ? 'unhealthy' : undefined;
}

/** Source: etcd `mayPromoteMember`: the learner counts as a started voter. */
export function mayPromote<Id>(voters: readonly VoterFacts<Id>[]): ChangeRefusal | undefined {
  return count(voters, (voter) => voter.started) + 1 < quorumOf(voters.length + 1) ? 'notEnoughStarted' : undefined;
}

/**
 * Whether a member may go for a moment and come back: the other voters that are up, `othersUp` of `others`, have a quorum without it, or
 * none of them is missing, so that the quorum is back as soon as it is.
 */
export function mayRestart(others: number, othersUp: number, isLearner: boolean): boolean {
  const voters = others + (isLearner ? 0 : 1);
  return othersUp >= quorumOf(voters) || othersUp === others;
}

export function isInSync(learnerMatch: number, leaderMatch: number): boolean {
  return learnerMatch >= readyShare * leaderMatch;
}
