import { expect, test } from 'vitest';
import { SimClock, Timeline } from '../../test/sim/sim-clock.ts';
import { etcdErrors } from '../base/etcd-error.ts';
import { silentLog } from '../ports/log.ts';
import { startAutoCompaction } from './auto-compaction.ts';

const minuteMs = 60_000;

/** A member whose revision is what `revisionAt` says of the time in minutes, for so many minutes; tells what was compacted when. */
async function run(mode: 'periodic' | 'revision', retention: number, minutes: number, options: {
  revisionAt?: (minute: number) => number; leads?: (minute: number) => boolean; outcome?: (revision: number, minute: number) => Error | undefined;
} = {}): Promise<string[]> {
  const timeline = new Timeline();
  const minute = (): number => timeline.nowMs / minuteMs;
  const seen: string[] = [];
  const running = startAutoCompaction({ autoCompactionMode: mode, autoCompactionRetention: retention }, {
    clock: new SimClock(timeline, 1), log: silentLog,
    isLeader: () => options.leads?.(minute()) ?? true,
    currentRevision: () => (options.revisionAt ?? ((at) => 1 + Math.floor(at + 1e-6)))(minute()),
    compact: async (revision) => {
      const error = options.outcome?.(revision, minute());
      seen.push(`${Math.round(minute())}:${revision}${error ? '!' : ''}`);
      if (error) throw error;
    },
  });
  while (timeline.step(minutes * minuteMs + 1)) await new Promise((resolve) => setImmediate(resolve));
  running.dispose();
  // What was asked of the clock before is void, and nothing more is.
  if (timeline.step(Infinity)) await new Promise((resolve) => setImmediate(resolve));
  expect(timeline.step(Infinity), 'nothing goes on after the end').toBe(false);
  return seen;
}

test('a retention of 0 is off', async () => {
  expect(await run('periodic', 0, 600)).toEqual([]);
  expect(await run('revision', 0, 600)).toEqual([]);
});

// The oldest note is one step older than the period, as in etcd's own tests.
test('periodic: below an hour, after each period to where it began', async () => {
  expect(await run('periodic', 10 * minuteMs, 45)).toEqual(['10:1', '20:10', '30:20', '40:30']);
});

test('periodic: above an hour, after the period and then hourly, keeping the period', async () => {
  expect(await run('periodic', 3 * 60 * minuteMs, 6 * 60 + 1)).toEqual(['180:1', '240:55', '300:115', '360:175']);
});

test('periodic: nothing new, nothing to do', async () => {
  expect(await run('periodic', 10 * minuteMs, 60, { revisionAt: (at) => (at < 12 ? 5 : 9) })).toEqual(['10:5', '23:9']);
});

test('periodic: a failure is tried again at the next sample, and someone else’s compaction is as good', async () => {
  const outcome = (revision: number, minute: number): Error | undefined =>
    minute < 11.5 ? etcdErrors.timeout() : revision < 20 ? etcdErrors.compacted() : undefined;
  expect(await run('periodic', 10 * minuteMs, 33, { outcome })).toEqual(['10:1!', '11:1!', '12:2!', '22:12!', '32:22']);
});

test('periodic: a follower notes revisions, so that a new leader goes on at once', async () => {
  expect(await run('periodic', 10 * minuteMs, 36, { leads: (minute) => minute > 24.5 })).toEqual(['25:15', '35:25']);
});

test('by revision: every five minutes all but the newest', async () => {
  expect(await run('revision', 7, 22)).toEqual(['10:4', '15:9', '20:14']);
  expect(await run('revision', 7, 22, { revisionAt: () => 10 })).toEqual(['5:3']);
  expect(await run('revision', 7, 22, { leads: () => false })).toEqual([]);
});
