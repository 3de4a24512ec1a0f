import type { MemberView } from '../../core/contract/types.ts';

export interface Forecast {
  voters: number;
  up: number;
  quorum: number;
  /** Failures that the cluster survives; below 0: it has no quorum. */
  tolerates: number;
}

const isUp = (member: MemberView): boolean => member.role === 'leader' || member.role === 'follower';

/** How many voters are up and what that means, without the members in `down`. */
export function forecast(members: readonly MemberView[], down: ReadonlySet<string> = new Set()): Forecast {
  const voters = members.filter((member) => !member.isLearner);
  const up = voters.filter((member) => isUp(member) && !down.has(member.id)).length;
  const quorum = Math.floor(voters.length / 2) + 1;
  return { voters: voters.length, up, quorum, tolerates: up - quorum };
}
