import type { EtcdMember } from '../member/types.ts';
import { MemberProgressState, ProgressResponse } from '../proto/gen/quorate.ts';
import { headerWithoutRevision } from './header.ts';

const states = { probe: MemberProgressState.PROBE, replicate: MemberProgressState.REPLICATE, snapshot: MemberProgressState.SNAPSHOT } as const;
const whole = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : Math.round(ms));

/** How far the members' logs are, as the leader knows it. Not of etcd's API. */
export function progress(member: EtcdMember): ProgressResponse {
  const { leader, maxLearners, autoPromoteMs, members } = member.replication();
  const leaderMatch = members.find(({ id }) => id === member.id)?.match ?? 0;
  return ProgressResponse.create({
    header: headerWithoutRevision(member), leader, leaderMatch, maxLearners, learnerAutoPromoteMs: Math.round(autoPromoteMs),
    members: members.map(({ id, isLearner, match, state, recentActive, activeMs, inSyncMs, promotesInMs, snapshot }) => ({
      id, isLearner, match, ratioPpm: leaderMatch === 0 ? 0 : Math.floor((match * 1e6) / leaderMatch), state: states[state], recentActive,
      activeMs: whole(activeMs), inSyncMs: whole(inSyncMs), promotesInMs: whole(promotesInMs), snapshot,
    })),
  });
}
