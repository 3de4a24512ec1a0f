import { expect, test } from 'vitest';
import { SimClock, Timeline } from '../../test/sim/sim-clock.ts';
import { silentLog } from '../ports/log.ts';
import type { InternalRaftRequest } from '../proto/gen/raft-internal.ts';
import type { ClusterMember, MemberStatus } from './types.ts';
import { VersionMonitor } from './version-monitor.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A leader of three, with what the other two say of themselves. */
class World {
  readonly timeline = new Timeline();
  role: MemberStatus['role'] = 'leader';
  term = 2;
  clusterVersion = '';
  versions: (string | undefined)[] = ['3.6.4', '3.6.0'];
  readonly proposed: string[] = [];
  asked = 0;
  readonly monitor = new VersionMonitor({
    clock: new SimClock(this.timeline, 1), log: silentLog, serverVersion: '3.6.0', clusterVersion: () => this.clusterVersion,
    ask: async ({ id }) => {
      this.asked++;
      const version = this.versions[Number(id) - 2];
      if (version === undefined) throw new Error('no answer');
      return version;
    },
    member: {
      id: 1n,
      status: () => ({ role: this.role, term: this.term }) as MemberStatus,
      members: () => [1n, 2n, 3n].map((id): ClusterMember => ({ id, name: '', peerUrls: [], clientUrls: [], isLearner: false })),
      propose: async (request: Partial<InternalRaftRequest>) => {
        this.clusterVersion = request.clusterVersionSet!.ver;
        this.proposed.push(this.clusterVersion);
        return { kind: 'none' };
      },
    },
  });

  async advance(byMs: number): Promise<void> {
    const until = this.timeline.nowMs + byMs;
    while (this.timeline.step(until)) await turn();
  }
}

test('a new leader sets the lowest release at once, as a version of its series', async () => {
  const world = new World();
  world.versions = ['3.4.23', '3.5.9'];
  await world.advance(200);
  expect(world.proposed).toEqual(['3.4.0']);
});

test('it rises when the last old member has gone, and only then', async () => {
  const world = new World();
  world.versions = ['3.4.23', '3.6.0'];
  await world.advance(9_000);
  world.versions = [undefined, '3.6.0'];
  await world.advance(9_000);
  expect(world.proposed).toEqual(['3.4.0']);
  world.versions = ['3.6.1', '3.6.0'];
  await world.advance(4_200);
  expect(world.proposed).toEqual(['3.4.0', '3.6.0']);
});

test('it never falls, and none is set that this release does not have', async () => {
  const world = new World();
  world.clusterVersion = '3.6.0';
  world.versions = ['3.4.23', '3.5.0'];
  await world.advance(9_000);
  world.versions = ['3.9.0', '3.7.1'];
  await world.advance(9_000);
  expect(world.proposed).toEqual([]);
});

test('without an answer of all, the lowest is set, but not in the first moment', async () => {
  const world = new World();
  world.versions = ['3.6.0', undefined];
  await world.advance(900);
  expect(world.proposed).toEqual([]);
  await world.advance(400);
  expect(world.proposed).toEqual(['3.0.0']);
  world.versions = ['3.6.0', 'not a version'];
  await world.advance(9_000);
  expect(world.proposed).toEqual(['3.0.0']);
  world.versions = ['3.6.0', '3.6.0'];
  await world.advance(4_200);
  expect(world.proposed).toEqual(['3.0.0', '3.6.0']);
});

test('only a leader asks, and each new term at once', async () => {
  const world = new World();
  world.role = 'follower';
  await world.advance(9_000);
  expect(world.asked).toBe(0);
  world.role = 'leader';
  await world.advance(200);
  expect(world.asked).toBe(2);
  world.term = 3;
  await world.advance(200);
  expect(world.asked).toBe(4);
  world.monitor.dispose();
  await world.advance(20_000);
  expect(world.asked).toBe(4);
});
