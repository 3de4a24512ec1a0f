import { outlook, type Outlook } from '../../core/base/membership-rules.ts';
import type { MemberView } from '../../core/contract/types.ts';

export interface Forecast extends Outlook {
  up: number;
  /** Answer, with a leader or without. */
  answering: number;
}

/** Counts towards a quorum now. */
export const isUp = (member: MemberView): boolean => member.role === 'leader' || member.role === 'follower';

/** How many voters are up and what that means, without the members in `down`. */
export function forecast(members: readonly MemberView[], down: ReadonlySet<string> = new Set()): Forecast {
  const voters = members.filter((member) => !member.isLearner);
  const up = voters.filter((member) => isUp(member) && !down.has(member.id)).length;
  const answering = voters.filter((member) => (isUp(member) || member.role === 'candidate') && !down.has(member.id)).length;
  return { ...outlook(voters.length, up), up, answering };
}
