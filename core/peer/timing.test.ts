import { expect, test } from 'vitest';
import { peerTiming } from './timing.ts';

test('a connection is given up after the longest of etcd’s time, an election timeout, and what is asked for', () => {
  const times = (...args: Parameters<typeof peerTiming>): number[] => [peerTiming(...args).readMs, peerTiming(...args).writeMs];
  expect(times(1_000)).toEqual([5_000, 5_000]);
  expect(times(9_000)).toEqual([9_000, 9_000]);
  expect(times(1_000, { readTimeoutMs: 7_000 })).toEqual([7_000, 5_000]);
  expect(times(8_000, { readTimeoutMs: 7_000, writeTimeoutMs: 12_000 })).toEqual([8_000, 12_000]);
});
