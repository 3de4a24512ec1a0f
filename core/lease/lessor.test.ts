import { expect, test } from 'vitest';
import { utf8, utf8Text } from '../base/bytes.ts';
import { pick, randomInt, SeededRandom } from '../base/random.ts';
import type { EtcdError } from '../base/etcd-error.ts';
import { MemoryBackend } from '../mvcc/memory-backend.ts';
import type { BackendOp } from '../mvcc/backend.ts';
import { Lessor, maxLeaseTtl } from './lessor.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

function setUp() {
  const clock = { nowMs: 1_000 };
  const ops: BackendOp[] = [];
  const lessor = new Lessor({ minTtl: 2, nowMs: () => clock.nowMs, stage: (op) => ops.push(op) });
  return { clock, ops, lessor };
}

test('a grant is raised to the minimum, refused when too long or taken', () => {
  const { lessor } = setUp();
  expect(lessor.grant(1n, 1)).toBe(2);
  expect(lessor.grant(2n, -5)).toBe(2);
  expect((lessor.grant(1n, 10) as EtcdError).message).toBe('etcdserver: lease already exists');
  expect((lessor.grant(3n, maxLeaseTtl + 1) as EtcdError).message).toBe('etcdserver: too large lease TTL');
});

test('only a leader expires leases, and a new one gives all their time again, and an election on top', () => {
  const { lessor, clock } = setUp();
  lessor.grant(1n, 10);
  clock.nowMs += 60_000;
  expect(lessor.expired(clock.nowMs, 10)).toEqual([]);
  lessor.promote(clock.nowMs, 1_000);
  expect(lessor.expired(clock.nowMs + 10_999, 10)).toEqual([]);
  expect(lessor.expired(clock.nowMs + 11_000, 10)).toEqual([1n]);
  lessor.demote();
  expect(lessor.expired(clock.nowMs + 99_000, 10)).toEqual([]);
});

test('a renewal gives the whole time, and one that has run out is not renewed', () => {
  const { lessor, clock } = setUp();
  lessor.promote(clock.nowMs, 0);
  lessor.grant(1n, 10);
  expect(lessor.renew(1n, clock.nowMs + 9_000)).toBe(10);
  expect(lessor.expired(clock.nowMs + 18_999, 10)).toEqual([]);
  expect(lessor.state(1n, clock.nowMs + 18_999)).toBe('live');
  expect(lessor.state(1n, clock.nowMs + 19_000)).toBe('expired');
  expect(lessor.state(7n, clock.nowMs)).toBe('none');
  expect(() => lessor.renew(1n, clock.nowMs + 19_000)).toThrow('only a live lease');
  lessor.demote();
  expect(() => lessor.renew(1n, clock.nowMs)).toThrow('by the leader');
});

test('a renewal takes back what an election had given on top', () => {
  const { lessor, clock } = setUp();
  lessor.grant(1n, 10);
  lessor.promote(clock.nowMs, 5_000);
  lessor.renew(1n, clock.nowMs);
  expect(lessor.expired(clock.nowMs + 10_000, 10)).toEqual([1n]);
});

test('an expired lease is named once, and again when it is still there some seconds later', () => {
  const { lessor, clock } = setUp();
  lessor.promote(clock.nowMs, 0);
  for (let id = 1n; id <= 5n; id++) lessor.grant(id, 10 + Number(id));
  const late = clock.nowMs + 20_000;
  expect(lessor.expired(late, 3)).toEqual([1n, 2n, 3n]);
  expect(lessor.expired(late, 3)).toEqual([4n, 5n]);
  lessor.drop(2n);
  expect(lessor.expired(late + 2_999, 9)).toEqual([]);
  expect(lessor.expired(late + 3_000, 9).sort()).toEqual([1n, 3n, 4n, 5n]);
});

test('who waits for the end of a lease hears of it, or that this member leads no more', async () => {
  const { lessor, clock } = setUp();
  lessor.promote(clock.nowMs, 0);
  lessor.grant(1n, 10);
  lessor.grant(2n, 10);
  const first = [lessor.ended(1n), lessor.ended(1n)];
  const second = lessor.ended(2n);
  lessor.drop(1n);
  lessor.demote();
  expect(await Promise.all(first)).toEqual([true, true]);
  expect(await second).toBe(false);
  expect(await lessor.ended(9n)).toBe(true);
});

test('checkpoints are due for long leases, tell what is left rounded up, and go on until a renewal takes them back', () => {
  const clock = { nowMs: 0 };
  const lessor = new Lessor({ minTtl: 2, nowMs: () => clock.nowMs, stage: () => {}, checkpointIntervalMs: 60_000 });
  lessor.promote(0, 0);
  lessor.grant(1n, 60);
  lessor.grant(2n, 200);
  expect(lessor.dueCheckpoints(59_999, 9)).toEqual([]);
  clock.nowMs = 60_400;
  expect(lessor.dueCheckpoints(clock.nowMs, 9)).toEqual([{ id: 2n, remainingTtl: 140 }]);
  lessor.checkpoint(2n, 140);
  expect(lessor.state(2n, clock.nowMs)).toBe('checkpointed');
  clock.nowMs = 120_400;
  expect(lessor.dueCheckpoints(clock.nowMs, 9)).toEqual([{ id: 2n, remainingTtl: 80 }]);
  lessor.checkpoint(2n, 80);
  // The next leader goes on from there.
  lessor.demote();
  lessor.promote(clock.nowMs, 1_000);
  expect(lessor.timeToLive(2n, false, clock.nowMs)).toMatchObject({ ttl: 81, grantedTtl: 200 });
  expect(lessor.timeToLive(1n, false, clock.nowMs)).toMatchObject({ ttl: 61, grantedTtl: 60 });
  lessor.checkpoint(2n, 0);
  expect(lessor.state(2n, clock.nowMs)).toBe('live');
  expect(lessor.renew(2n, clock.nowMs)).toBe(200);
  // Just renewed: there is nothing to tell, but there will be.
  lessor.demote();
  expect(lessor.dueCheckpoints(Infinity, 9)).toEqual([]);
});

test('a checkpoint that was overtaken by a renewal is put right at once', () => {
  const clock = { nowMs: 0 };
  const lessor = new Lessor({ minTtl: 2, nowMs: () => clock.nowMs, stage: () => {}, checkpointIntervalMs: 60_000 });
  lessor.promote(0, 0);
  lessor.grant(1n, 200);
  clock.nowMs = 60_000;
  expect(lessor.dueCheckpoints(clock.nowMs, 9)).toEqual([{ id: 1n, remainingTtl: 140 }]);
  lessor.renew(1n, clock.nowMs);
  lessor.checkpoint(1n, 140);
  expect(lessor.dueCheckpoints(clock.nowMs, 9)).toEqual([{ id: 1n, remainingTtl: 0 }]);
  lessor.checkpoint(1n, 0);
  expect(lessor.dueCheckpoints(clock.nowMs + 59_999, 9)).toEqual([]);
});

test('one that says that little is left is put right too, though so short a time needs no checkpoints', () => {
  const clock = { nowMs: 0 };
  const lessor = new Lessor({ minTtl: 2, nowMs: () => clock.nowMs, stage: () => {}, checkpointIntervalMs: 60_000 });
  lessor.promote(0, 0);
  lessor.grant(1n, 100);
  clock.nowMs = 60_000;
  expect(lessor.dueCheckpoints(clock.nowMs, 9)).toEqual([{ id: 1n, remainingTtl: 40 }]);
  lessor.renew(1n, clock.nowMs);
  lessor.checkpoint(1n, 40);
  expect(lessor.dueCheckpoints(clock.nowMs, 9)).toEqual([{ id: 1n, remainingTtl: 0 }]);
});

test(`random grants, renewals and ends give what a list of leases gives (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  const { lessor, clock } = setUp();
  const twin = new Map<bigint, { ttl: number; expiresMs: number; toldMs: number }>();
  lessor.promote(clock.nowMs, 0);
  let nextId = 1n;
  for (let step = 0; step < 3_000; step++) {
    clock.nowMs += randomInt(random, 300);
    const ids = [...twin.keys()];
    const dice = randomInt(random, 100);
    if (dice < 40) {
      const ttl = 2 + randomInt(random, 40);
      lessor.grant(nextId, ttl);
      twin.set(nextId++, { ttl, expiresMs: clock.nowMs + ttl * 1000, toldMs: -Infinity });
    } else if (ids.length > 0 && dice < 70) {
      const id = pick(random, ids);
      const lease = twin.get(id)!;
      expect(lessor.state(id, clock.nowMs)).toBe(lease.expiresMs <= clock.nowMs ? 'expired' : 'live');
      if (lease.expiresMs > clock.nowMs) {
        lessor.renew(id, clock.nowMs);
        lease.expiresMs = clock.nowMs + lease.ttl * 1000;
      }
    } else if (ids.length > 0 && dice < 80) {
      const id = pick(random, ids);
      lessor.drop(id);
      twin.delete(id);
    } else if (dice < 82) {
      lessor.demote();
      lessor.promote(clock.nowMs, 500);
      for (const lease of twin.values()) {
        lease.expiresMs = clock.nowMs + lease.ttl * 1000 + 500;
        lease.toldMs = -Infinity;
      }
    } else {
      const due = [...twin].filter(([, lease]) => lease.expiresMs <= clock.nowMs && lease.toldMs + 3_000 <= clock.nowMs);
      expect(new Set(lessor.expired(clock.nowMs, Infinity))).toEqual(new Set(due.map(([id]) => id)));
      for (const [, lease] of due) lease.toldMs = clock.nowMs;
    }
    expect(lessor.count).toBe(twin.size);
  }
});

test('attached keys are told in order, and leases in the order of their end', () => {
  const { lessor, clock } = setUp();
  lessor.promote(clock.nowMs, 0);
  lessor.grant(1n, 100);
  lessor.grant(2n, 50);
  for (const key of ['b', 'a', 'c']) lessor.attach(1n, utf8(key));
  lessor.detach(1n, utf8('c'));
  expect(lessor.keysOf(1n)!.map(utf8Text)).toEqual(['a', 'b']);
  expect(lessor.list()).toEqual([2n, 1n]);
  expect(lessor.timeToLive(1n, true, clock.nowMs + 30_500)).toMatchObject({ ttl: 69, grantedTtl: 100 });
  expect(lessor.timeToLive(9n, true, clock.nowMs)).toBeUndefined();
});

test('what was persisted is read back, ids beyond 2^53 and checkpoints included', async () => {
  const { lessor, ops } = setUp();
  lessor.grant(0x694d_71dd_b76f_fa0fn, 30);
  lessor.grant(5n, 30);
  lessor.drop(5n);
  lessor.checkpoint(0x694d_71dd_b76f_fa0fn, 12);
  const backend = new MemoryBackend();
  await backend.commit(ops);
  const again = setUp().lessor;
  again.load(backend);
  again.promote(0, 0);
  expect(again.list()).toEqual([0x694d_71dd_b76f_fa0fn]);
  expect(again.expired(12_000, 10)).toHaveLength(1);
  expect(again.expired(11_999, 10)).toHaveLength(0);
});

test('a lease of a member whose elections were shorter is raised to the minimum when it is read', async () => {
  const ops: BackendOp[] = [];
  new Lessor({ minTtl: 1, nowMs: () => 0, stage: (op) => ops.push(op) }).grant(1n, 1);
  const backend = new MemoryBackend();
  await backend.commit(ops);
  const { lessor } = setUp();
  lessor.load(backend);
  lessor.promote(0, 0);
  expect(lessor.timeToLive(1n, false, 0)).toMatchObject({ ttl: 2, grantedTtl: 2 });
});

test('a replaced store brings its own leases, and nothing of the former ones stays', async () => {
  const former = setUp().lessor;
  former.grant(1n, 10);
  former.attach(1n, utf8('old'));
  former.grant(2n, 10);
  const { lessor: other, ops } = setUp();
  other.grant(2n, 70);
  other.grant(3n, 70);
  const backend = new MemoryBackend();
  await backend.commit(ops);
  former.reload(backend);
  former.attach(2n, utf8('new'));
  expect(former.list()).toEqual([2n, 3n]);
  expect(former.keysOf(1n)).toBeUndefined();
  expect(former.keysOf(2n)!.map(utf8Text)).toEqual(['new']);
  former.promote(0, 0);
  expect(former.expired(69_999, 10)).toEqual([]);
  expect(former.expired(70_000, 10)).toEqual([2n, 3n]);
});
