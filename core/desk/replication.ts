import { Code, EtcdError } from '../base/etcd-error.ts';
import type { ClusterStatus, ReplicationView } from '../contract/types.ts';
import { MemberProgressState, ReplicationService, type ProgressResponse } from '../proto/gen/quorate.ts';
import type { Probe } from './cluster-status.ts';
import type { MemberProbes } from './member-probes.ts';

const askTimeoutMs = 1_500;
/** A leader that does not have the service, as etcd's, is left alone for so long: it may be of another kind after a restart. */
const absentMs = 60_000;

/** Asks the leader how far every member's log is. */
export class ReplicationProbe {
  readonly #nowMs: () => number;
  readonly #absentUntilMs = new Map<bigint, number>();

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Undefined: there is no leader, it cannot be asked, or it does not have the service. */
  async ask(probes: Pick<MemberProbes, 'at'>, answers: readonly Probe[]): Promise<ProgressResponse | undefined> {
    const leader = leaderOf(answers);
    if (leader === undefined || (this.#absentUntilMs.get(leader) ?? -Infinity) > this.#nowMs()) return undefined;
    const place = probes.at(leader);
    if (!place) return undefined;
    try {
      const answer = await place.client.at(place.endpoint, ReplicationService.progress, {}, { timeoutMs: askTimeoutMs });
      // Leadership may have moved on since the members were asked.
      return answer.members.length > 0 ? answer : undefined;
    } catch (error) {
      if (error instanceof EtcdError && error.code === Code.unimplemented) this.#absentUntilMs.set(leader, this.#nowMs() + absentMs);
      return undefined;
    }
  }
}

function leaderOf(answers: readonly Probe[]): bigint | undefined {
  for (const answer of answers) if (answer.ok && answer.response.header?.memberId === answer.response.leader) return answer.response.leader;
  return undefined;
}

const states: Readonly<Record<number, ReplicationView['state']>> = {
  [MemberProgressState.PROBE]: 'probe', [MemberProgressState.REPLICATE]: 'replicate', [MemberProgressState.SNAPSHOT]: 'snapshot',
};

export function replicationOf(told: ProgressResponse | undefined, id: bigint): ReplicationView | undefined {
  const member = told?.members.find((other) => other.id === id);
  if (!told || !member) return undefined;
  const { match, activeMs, inSyncMs, promotesInMs, snapshot } = member;
  return { match, leaderMatch: told.leaderMatch, state: states[member.state] ?? 'probe', activeMs, inSyncMs, promotesInMs, snapshot };
}

export function learnerSettingsOf(told: ProgressResponse | undefined): ClusterStatus['learners'] {
  return told && { max: told.maxLearners, autoPromoteMs: told.learnerAutoPromoteMs };
}
