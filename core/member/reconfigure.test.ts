import { expect, test } from 'vitest';
import { SimClock, Timeline } from '../../test/sim/sim-clock.ts';
import { etcdErrors } from '../base/etcd-error.ts';
import type { ConfChange } from '../raft/types.ts';
import { Membership } from './membership.ts';
import { Reconfigurer } from './reconfigure.ts';
import type { CallContext, ClusterMember } from './types.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const patience: CallContext = { deadlineMs: Infinity, signal: undefined };
const self = 1n;
const learner = 4n;

/** A leader alone with a learner that has all of its log. */
class Leader {
  readonly timeline = new Timeline();
  committed = 10;
  applied = 10;
  leads = true;
  ended = false;
  readonly changes: Omit<ConfChange, 'id'>[] = [];
  readonly forwarded: bigint[] = [];
  /** What the leader elsewhere says first. */
  refusals: Error[] = [];
  readonly reconfigurer: Reconfigurer;

  constructor() {
    const membership = new Membership(7n, () => {});
    for (const member of [{ id: self, isLearner: false }, { id: learner, isLearner: true }]) {
      const known: ClusterMember = { ...member, name: 'm', peerUrls: [`http://m${member.id}:1`], clientUrls: [] };
      membership.apply({ id: 0n, type: 0, nodeId: known.id, context: new Uint8Array(0) }, { member: known, isPromote: false });
    }
    this.reconfigurer = new Reconfigurer({
      memberId: self, membership, strict: true, clock: new SimClock(this.timeline, 1), requestTimeoutMs: 2_000, activeSinceMs: () => 0,
      committedIndex: () => this.committed, appliedIndex: () => this.applied, ended: () => this.ended, isLeader: () => this.leads,
      match: (id) => (id === self || id === learner ? 10 : undefined),
      configure: async (change) => void this.changes.push(change),
      forwardPromotion: async (id) => {
        this.forwarded.push(id);
        const refusal = this.refusals.shift();
        if (refusal) throw refusal;
        return [];
      },
    });
  }

  /** What a promotion comes to, after so long. */
  async promote(during: (nowMs: number) => void = () => {}): Promise<string> {
    let outcome = '';
    this.reconfigurer.promote(learner, patience).then(() => (outcome = 'done'), (error: unknown) => (outcome = (error as Error).message));
    await turn();
    for (let ms = 0; outcome === '' && ms < 5_000; ms += 10) {
      during(this.timeline.nowMs);
      while (this.timeline.step(ms)) await turn();
    }
    return outcome;
  }
}

test('a promotion waits for what is committed to be applied: it may be the learner’s own addition', async () => {
  const leader = new Leader();
  leader.applied = 8;
  expect(await leader.promote((nowMs) => {
    if (nowMs < 500) expect(leader.changes).toEqual([]);
    else leader.applied = 10;
  })).toBe('done');
  expect(leader.changes).toHaveLength(1);
  expect(leader.timeline.nowMs).toBeGreaterThanOrEqual(500);
  expect(leader.reconfigurer.promotions).toEqual({ successes: 1, failures: new Map() });
});

test('a second at most', async () => {
  const leader = new Leader();
  leader.applied = 9;
  const text = 'etcdserver: request timed out, waiting for the applied index took too long';
  expect(await leader.promote()).toBe(text);
  expect(leader.timeline.nowMs).toBeGreaterThanOrEqual(1_000);
  expect(leader.timeline.nowMs).toBeLessThan(1_100);
  expect(leader.changes).toEqual([]);
  expect(leader.reconfigurer.promotions).toEqual({ successes: 0, failures: new Map([[text, 1]]) });
});

test('a leader that is none any more by then passes the question on; that is nothing of its own', async () => {
  const leader = new Leader();
  leader.applied = 9;
  expect(await leader.promote((nowMs) => {
    if (nowMs < 200) return;
    leader.leads = false;
    leader.applied = 10;
  })).toBe('done');
  expect(leader.forwarded).toEqual([learner]);
  expect(leader.changes).toEqual([]);
  expect(leader.reconfigurer.promotions).toEqual({ successes: 0, failures: new Map() });
});

test('one that ends says so', async () => {
  const leader = new Leader();
  leader.applied = 9;
  expect(await leader.promote((nowMs) => (leader.ended = nowMs >= 100))).toBe('etcdserver: server stopped');
});

test('while no leader answers the question is asked again, until its time is up', async () => {
  const leader = new Leader();
  leader.leads = false;
  leader.refusals = [etcdErrors.noLeader(), etcdErrors.timeout(), etcdErrors.notLeader()];
  expect(await leader.promote()).toBe('done');
  expect(leader.forwarded).toHaveLength(4);
  leader.refusals = Array.from({ length: 100 }, () => etcdErrors.noLeader());
  const fromMs = leader.timeline.nowMs;
  expect(await leader.promote()).toBe('etcdserver: no leader');
  expect(leader.timeline.nowMs - fromMs).toBeGreaterThan(1_900);
  leader.refusals = Array.from({ length: 100 }, () => etcdErrors.notLeader());
  expect(await leader.promote()).toBe('etcdserver: request timed out');
});

test('what the leader has decided is not asked again', async () => {
  const leader = new Leader();
  leader.leads = false;
  for (const refusal of [etcdErrors.learnerNotReady(), etcdErrors.memberNotFound(), etcdErrors.memberNotLearner(), etcdErrors.memberNotEnoughStarted()]) {
    leader.forwarded.length = 0;
    leader.refusals = [refusal];
    expect(await leader.promote()).toBe(refusal.message);
    expect(leader.forwarded).toHaveLength(1);
  }
});
