import type { MemberId } from '../../base/ids.ts';

export type VoteResult = 'pending' | 'lost' | 'won';

/** What an empty configuration has committed: it is the neutral element when two majorities are joined. */
export const everythingCommitted = Number.POSITIVE_INFINITY;

/** The highest index that each member has acknowledged; undefined: nothing is known of it, which counts as 0. */
export type AckedIndex = (id: MemberId) => number | undefined;

/** A set of voters that decides by simple majority. */
export type MajorityConfig = ReadonlySet<MemberId>;

export function majoritySize(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/** The largest index that a majority has acknowledged. */
export function majorityCommitted(config: MajorityConfig, acked: AckedIndex): number {
  if (config.size === 0) return everythingCommitted;
  const indexes: number[] = [];
  for (const id of config) indexes.push(acked(id) ?? 0);
  indexes.sort((a, b) => b - a);
  return indexes[majoritySize(config.size) - 1]!;
}

/** Decides by the votes cast so far. An empty configuration is won, which makes a joint one with it behave as its other half. */
export function majorityVote(config: MajorityConfig, votes: ReadonlyMap<MemberId, boolean>): VoteResult {
  if (config.size === 0) return 'won';
  let yes = 0;
  let missing = 0;
  for (const id of config) {
    const vote = votes.get(id);
    if (vote === undefined) missing++;
    else if (vote) yes++;
  }
  const quorum = majoritySize(config.size);
  if (yes >= quorum) return 'won';
  return yes + missing >= quorum ? 'pending' : 'lost';
}
