import { expect, test } from 'vitest';
import { ReadIndexBatcher } from './read-index.ts';
import { RequestIds } from './request-id.ts';

function setUp() {
  const later: (() => void)[] = [];
  const asked: Uint8Array[] = [];
  const state = { nowMs: 0, applied: 0 };
  const reads = new ReadIndexBatcher(
    { nowMs: () => state.nowMs, soon: (run) => void later.push(run), request: (context) => void asked.push(context), appliedIndex: () => state.applied },
    new RequestIds(1n, 0),
  );
  const turn = (): void => {
    for (const run of later.splice(0)) run();
  };
  const wait = (deadlineMs = 7_000, ownDeadlineMs = Infinity): { outcome: () => string } => {
    let outcome = 'waiting';
    reads.wait(deadlineMs, { deadlineMs: ownDeadlineMs, signal: undefined }).then(
      () => (outcome = 'read'),
      (error: unknown) => (outcome = (error as Error).message),
    );
    return { outcome: () => outcome };
  };
  return { reads, asked, state, turn, wait };
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('all readers of a turn share one round; those who come during it share the next', async () => {
  const { reads, asked, turn, wait, state } = setUp();
  state.applied = 10;
  const first = [wait(), wait(), wait()];
  turn();
  expect(asked).toHaveLength(1);
  const second = wait();
  turn();
  expect(asked).toHaveLength(1);
  reads.confirm(5, asked[0]!);
  await settled();
  expect(first.map((reader) => reader.outcome())).toEqual(['read', 'read', 'read']);
  expect(second.outcome()).toBe('waiting');
  turn();
  reads.confirm(5, asked[1]!);
  await settled();
  expect(second.outcome()).toBe('read');
});

test('a confirmed read waits until the index is applied', async () => {
  const { reads, asked, turn, wait, state } = setUp();
  const reader = wait();
  turn();
  reads.confirm(7, asked[0]!);
  state.applied = 6;
  reads.applied(6);
  await settled();
  expect(reader.outcome()).toBe('waiting');
  reads.applied(7);
  await settled();
  expect(reader.outcome()).toBe('read');
});

test('a round without an answer is asked again, and an answer to any of its questions ends it', async () => {
  const { reads, asked, turn, wait, state } = setUp();
  const reader = wait();
  turn();
  state.nowMs = 499;
  reads.tick(499);
  expect(asked).toHaveLength(1);
  state.nowMs = 500;
  reads.tick(500);
  expect(asked).toHaveLength(2);
  reads.confirm(0, asked[0]!);
  await settled();
  expect(reader.outcome()).toBe('read');
});

test('a stale or foreign answer ends nothing', async () => {
  const { reads, asked, turn, wait } = setUp();
  const first = wait();
  turn();
  reads.confirm(0, asked[0]!);
  const second = wait();
  turn();
  reads.confirm(0, asked[0]!);
  reads.confirm(0, new Uint8Array(3));
  await settled();
  expect([first.outcome(), second.outcome()]).toEqual(['read', 'waiting']);
});

test('a leader change, a deadline and the end each have their text', async () => {
  const { reads, turn, wait } = setUp();
  const changed = wait();
  turn();
  reads.leaderChanged();
  const late = wait(100);
  const hasty = wait(100, 100);
  turn();
  reads.tick(100);
  // Only the member's own limit is a sign that it is slow.
  expect(reads.slow).toBe(1);
  const stopped = wait();
  turn();
  reads.stop();
  await settled();
  expect([changed, late, hasty, stopped].map((reader) => reader.outcome())).toEqual(['etcdserver: leader changed', 'etcdserver: request timed out', 'context deadline exceeded', 'etcdserver: server stopped']);
});
