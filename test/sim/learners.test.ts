import { expect, test } from 'vitest';
import { put } from '../../core/api/kv.ts';
import { utf8 } from '../../core/base/bytes.ts';
import type { MemberId } from '../../core/base/ids.ts';
import type { CallContext } from '../../core/member/types.ts';
import type { MemberProgress } from '../../core/member/replication.ts';
import { PutRequest } from '../../core/proto/gen/rpc.ts';
import { World, type SimMember } from './world.ts';

/** Learners of simulated clusters: what the leader knows of them, and their promotion by itself. */
const patience: CallContext = { deadlineMs: Infinity, signal: undefined };
const waitMs = 20_000;

class Cluster {
  readonly world: World;

  constructor(learnerAutoPromoteMs: number) {
    this.world = new World(3, () => {}, { members: 3, strict: true, learnerAutoPromoteMs });
  }

  /** Three members and a learner that runs and has just joined. */
  async withLearner(): Promise<SimMember> {
    const { world } = this;
    await world.restartSome(true);
    await world.run(8_000);
    const member = world.addMember('m4');
    await world.meanwhile(this.leader.running!.host.addMember([member.peerUrl], true, patience));
    await world.start(member);
    return member;
  }

  get leader(): SimMember {
    return this.world.up.find(({ running }) => running!.host.status().role === 'leader')!;
  }

  progressOf(id: MemberId | undefined): MemberProgress | undefined {
    return this.leader?.running!.host.replication().members.find((member) => member.id === id);
  }

  /** Lets the time go on until it is so; fails when it is not within twenty simulated seconds. Returns when it was. */
  async until(what: string, test_: () => boolean): Promise<number> {
    const limit = this.world.timeline.nowMs + waitMs;
    while (!test_()) {
      expect(this.world.timeline.nowMs, what).toBeLessThan(limit);
      await this.world.run(20);
    }
    return this.world.timeline.nowMs;
  }

  cut(member: SimMember): void {
    for (const other of this.world.members) {
      this.world.network.cut(member.id!, other.id!);
      this.world.network.cut(other.id!, member.id!);
    }
  }

  /** As the leader's applied entries have it; a learner beforehand. */
  isVoter(member: SimMember): boolean {
    return this.leader?.running!.host.configuration().voters.includes(member.id!) ?? false;
  }
}

test('a learner that stays in sync is promoted after the time, and not before', async () => {
  const cluster = new Cluster(5_000);
  const member = await cluster.withLearner();
  const atMs = await cluster.until('in sync', () => cluster.progressOf(member.id)?.inSyncMs !== undefined);
  expect(cluster.progressOf(member.id)).toMatchObject({ isLearner: true, state: 'replicate', recentActive: true, snapshot: undefined });
  expect(cluster.progressOf(member.id)!.promotesInMs).toBeGreaterThan(4_500);
  await cluster.world.run(4_500);
  expect(cluster.isVoter(member)).toBe(false);
  const promotedMs = await cluster.until('promoted', () => cluster.isVoter(member));
  // Each member's clock runs a little slow or fast.
  expect(promotedMs - atMs).toBeLessThan(5_500);
  await cluster.world.run(2_000);
  for (const { running } of cluster.world.up) expect(running!.host.configuration()).toMatchObject({ learners: [], voters: { length: 4 } });
  expect(cluster.leader.running!.host.totals().promotions).toMatchObject({ successes: 1, failures: new Map() });
});

test('with the flag at its default nothing happens, however long it is in sync', async () => {
  const cluster = new Cluster(0);
  const member = await cluster.withLearner();
  await cluster.world.run(120_000);
  expect(cluster.isVoter(member)).toBe(false);
  expect(cluster.progressOf(member.id)!.inSyncMs).toBeGreaterThan(100_000);
  expect(cluster.progressOf(member.id)!.promotesInMs).toBeUndefined();
  for (const { running } of cluster.world.up) expect(running!.host.totals().promotions).toMatchObject({ successes: 0, failures: new Map() });
});

test('one that is cut off, stands still or crashes in between begins anew', async () => {
  const cluster = new Cluster(5_000);
  const member = await cluster.withLearner();
  const { world } = cluster;
  await cluster.until('in sync', () => (cluster.progressOf(member.id)?.inSyncMs ?? 0) > 3_000);
  cluster.cut(member);
  await cluster.until('seen to be cut off', () => cluster.progressOf(member.id)?.inSyncMs === undefined);
  await world.run(10_000);
  expect(cluster.isVoter(member)).toBe(false);
  world.heal();
  await cluster.until('in sync', () => (cluster.progressOf(member.id)?.inSyncMs ?? 0) > 2_000);
  world.pause(member, 8_000);
  await world.run(7_900);
  expect(cluster.isVoter(member)).toBe(false);
  await cluster.until('in sync', () => (cluster.progressOf(member.id)?.inSyncMs ?? 0) > 2_000);
  world.crash(member);
  await world.run(10_000);
  expect(cluster.isVoter(member)).toBe(false);
  await world.start(member);
  await cluster.until('in sync', () => cluster.progressOf(member.id)?.inSyncMs !== undefined);
  await world.run(4_500);
  expect(cluster.isVoter(member)).toBe(false);
  await cluster.until('promoted', () => cluster.isVoter(member));
});

test('a new leader counts from its own beginning', async () => {
  const cluster = new Cluster(5_000);
  const member = await cluster.withLearner();
  await cluster.until('nearly due', () => (cluster.progressOf(member.id)?.inSyncMs ?? 0) > 4_000);
  const first = cluster.leader;
  const next = cluster.world.up.find((other) => other !== first && other !== member)!;
  await cluster.world.meanwhile(first.running!.host.moveLeader(next.id!, patience));
  expect(cluster.leader).toBe(next);
  expect(first.running!.host.replication().members).toEqual([]);
  await cluster.world.run(4_000);
  expect(cluster.isVoter(member)).toBe(false);
  await cluster.until('promoted', () => cluster.isVoter(member));
  expect([first, next].map(({ running }) => running!.host.totals().promotions.successes)).toEqual([0, 1]);
});

test('a snapshot on its way to a learner is told with its bytes, and holds the promotion up', async () => {
  const cluster = new Cluster(1_000);
  const { world } = cluster;
  await world.restartSome(true);
  await world.run(8_000);
  const { host } = cluster.leader.running!;
  // More than the log keeps.
  for (let i = 0; i < 200; i++) await world.meanwhile(put(host, PutRequest.create({ key: utf8(`k${i}`), value: new Uint8Array(4_000) }), patience));
  const member = world.addMember('m4');
  await world.meanwhile(host.addMember([member.peerUrl], true, patience));
  await world.start(member);
  const seen: MemberProgress[] = [];
  while (!cluster.isVoter(member)) {
    await world.run(1);
    const progress = cluster.progressOf(member.id);
    if (progress?.snapshot) seen.push(progress);
    expect(world.timeline.nowMs).toBeLessThan(60_000);
  }
  const sent = seen.map(({ snapshot }) => snapshot!.sentBytes);
  expect(sent).toEqual([...sent].sort((a, b) => a - b));
  const whole = seen.at(-1)!.snapshot!.totalBytes;
  expect(whole).toBeGreaterThan(200 * 4_000);
  expect(sent.some((bytes) => bytes > 0 && bytes < whole)).toBe(true);
  for (const progress of seen) expect(progress).toMatchObject({ state: 'snapshot', inSyncMs: undefined, promotesInMs: undefined });
  await world.run(100);
  expect(cluster.progressOf(member.id)!.snapshot).toBeUndefined();
});
