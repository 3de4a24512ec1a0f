import { expect, test } from 'vitest';
import { utf8, utf8Text } from '../base/bytes.ts';
import type { EtcdError } from '../base/etcd-error.ts';
import { MemoryBackend } from '../mvcc/memory-backend.ts';
import type { BackendOp } from '../mvcc/backend.ts';
import { Lessor, maxLeaseTtl } from './lessor.ts';

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

test('a renewal gives the whole time; one that comes too late gives none', () => {
  const { lessor, clock } = setUp();
  lessor.promote(clock.nowMs, 0);
  lessor.grant(1n, 10);
  expect(lessor.renew(1n, clock.nowMs + 9_000)).toBe(10);
  expect(lessor.expired(clock.nowMs + 18_999, 10)).toEqual([]);
  expect(lessor.renew(1n, clock.nowMs + 19_000)).toBe(0);
  expect(lessor.renew(7n, clock.nowMs)).toBe(0);
  lessor.demote();
  expect(() => lessor.renew(1n, clock.nowMs)).toThrow('not a primary lessor');
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
