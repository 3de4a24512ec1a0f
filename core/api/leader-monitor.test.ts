import { expect, test } from 'vitest';
import type { EtcdError } from '../base/etcd-error.ts';
import type { EtcdMember } from '../member/types.ts';
import { LeaderMonitor } from './leader-monitor.ts';
import type { ServerStream } from './stream.ts';

function setUp() {
  const member = { leader: 1n };
  const ticks = new Set<() => void>();
  const monitor = new LeaderMonitor({ electionTimeoutMs: 1_000, status: () => member as ReturnType<EtcdMember['status']> }, {
    every(periodMs, run) {
      expect(periodMs).toBe(1_000);
      ticks.add(run);
      return { dispose: () => ticks.delete(run) };
    },
  });
  return { member, ticks, monitor, tick: () => ticks.forEach((run) => run()) };
}

function fakeStream() {
  const seen = { sent: [] as number[], ends: [] as (EtcdError | undefined)[], taken: [] as number[], closed: 0 };
  const parts: { take?: (message: number) => void; close?: () => void } = {};
  const stream: ServerStream<number, number> = {
    send: (message) => seen.sent.push(message) > 0,
    onMessage: (take) => void (parts.take = take),
    pause: () => {},
    resume: () => {},
    onEnd: () => {},
    onDrain: () => {},
    onClose: (run) => void (parts.close = run),
    end: (error) => void seen.ends.push(error),
  };
  return { stream, seen, parts };
}

test('a stream ends after three election timeouts in a row without a leader', () => {
  const { member, monitor, tick, ticks } = setUp();
  const { stream, seen, parts } = fakeStream();
  const guarded = monitor.guard(stream);
  guarded.onMessage((message) => seen.taken.push(message));
  guarded.onClose(() => seen.closed++);
  expect(guarded.send(1)).toBe(true);
  member.leader = 0n;
  tick();
  tick();
  member.leader = 2n;
  tick();
  member.leader = 0n;
  tick();
  tick();
  expect(seen.ends).toEqual([]);
  tick();
  expect(seen.ends.map((error) => [error!.code, error!.message])).toEqual([[14, 'etcdserver: no leader']]);
  expect(seen.closed).toBe(1);
  // It is over: nothing goes either way, and nothing ticks on.
  expect(guarded.send(2)).toBe(false);
  parts.take!(3);
  guarded.end();
  parts.close!();
  expect(seen).toMatchObject({ sent: [1], taken: [], closed: 1 });
  expect(seen.ends).toHaveLength(1);
  expect(ticks.size).toBe(0);
});

test('a stream that its client has left is forgotten', () => {
  const { member, monitor, tick, ticks } = setUp();
  const gone = fakeStream();
  const stays = fakeStream();
  monitor.guard(gone.stream);
  monitor.guard(stays.stream);
  expect(ticks.size).toBe(1);
  gone.parts.close!();
  member.leader = 0n;
  for (let i = 0; i < 3; i++) tick();
  expect(gone.seen.ends).toHaveLength(0);
  expect(stays.seen.ends).toHaveLength(1);
});
