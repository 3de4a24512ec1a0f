import { etcdErrors } from '../base/etcd-error.ts';
import type { MemberId } from '../base/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Progress } from '../raft/tracker/progress.ts';
import type { Leadership } from './leadership.ts';
import type { CallContext } from './types.ts';
import { until } from './until.ts';

export interface HandOverPorts {
  memberId: MemberId;
  clock: Clock;
  tickMs: number;
  leadership: Leadership;
  isVoter(id: MemberId): boolean;
  reachable(id: MemberId): boolean;
  /** The leader's view of its peers. */
  progress(): ReadonlyMap<MemberId, Pick<Progress, 'match' | 'isLearner' | 'recentActive'>>;
  transfer(target: MemberId): void;
  ended(): boolean;
}

/** Leadership goes to another member: on request, and before this one stops. */
export class HandOver {
  readonly #ports: HandOverPorts;
  readonly #requestTimeoutMs: number;

  constructor(ports: HandOverPorts, requestTimeoutMs: number) {
    this.#ports = ports;
    this.#requestTimeoutMs = requestTimeoutMs;
  }

  /** Resolves when the target leads. Only on the leader. */
  async move(target: MemberId, context: CallContext): Promise<void> {
    const { memberId, clock, tickMs, leadership, isVoter, transfer, ended } = this.#ports;
    if (!leadership.isLeader(memberId)) throw etcdErrors.notLeader();
    if (!isVoter(target)) throw etcdErrors.badLeaderTransferee();
    transfer(target);
    const deadlineMs = Math.min(context.deadlineMs, clock.nowMs() + this.#requestTimeoutMs);
    const over = (): boolean => ended() || clock.nowMs() >= deadlineMs || context.signal?.aborted === true;
    await until(clock, tickMs / 10, () => leadership.leader === target || over());
    if (leadership.leader !== target) throw etcdErrors.timeoutLeaderTransfer();
  }

  /** To the follower that is furthest, so that the others need not wait for an election. */
  async toTheFurthest(limitMs: number): Promise<void> {
    const { memberId, clock, leadership, reachable, transfer, ended } = this.#ports;
    const target = this.#furthest();
    if (target === undefined) return;
    transfer(target);
    const limit = clock.nowMs() + limitMs;
    await until(clock, 5, () => !reachable(target) || !leadership.isLeader(memberId) || clock.nowMs() >= limit || ended());
  }

  #furthest(): MemberId | undefined {
    const { memberId, leadership, progress } = this.#ports;
    if (!leadership.isLeader(memberId)) return undefined;
    let best: { id: MemberId; match: number } | undefined;
    for (const [id, { match, isLearner, recentActive }] of progress()) {
      if (id === memberId || isLearner || !recentActive) continue;
      if (!best || match > best.match) best = { id, match };
    }
    return best?.id;
  }
}
