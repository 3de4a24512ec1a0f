import type { MemberId } from '../../base/ids.ts';
import { majorityCommitted, majorityVote, type AckedIndex, type MajorityConfig, type VoteResult } from './majority.ts';

/** Two majorities that must both agree while one configuration gives way to another; `outgoing` is empty otherwise. */
export interface JointConfig {
  incoming: MajorityConfig;
  outgoing: MajorityConfig;
}

export function jointCommitted(config: JointConfig, acked: AckedIndex): number {
  return Math.min(majorityCommitted(config.incoming, acked), majorityCommitted(config.outgoing, acked));
}

export function jointVote(config: JointConfig, votes: ReadonlyMap<MemberId, boolean>): VoteResult {
  const incoming = majorityVote(config.incoming, votes);
  const outgoing = majorityVote(config.outgoing, votes);
  if (incoming === outgoing) return incoming;
  return incoming === 'lost' || outgoing === 'lost' ? 'lost' : 'pending';
}

/** Every voter of either half, ascending. */
export function jointVoters(config: JointConfig): MemberId[] {
  return sortedIds(new Set([...config.incoming, ...config.outgoing]));
}

export function sortedIds(ids: Iterable<MemberId>): MemberId[] {
  return [...ids].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
