import { expect, test } from 'vitest';
import { HostTotals } from './totals.ts';

function told(): { lines: object[]; log: { log(level: string, message: string, fields?: object): void } } {
  const lines: object[] = [];
  return { lines, log: { log: (_level, _message, fields) => void lines.push(fields ?? {}) } };
}

test('a leader’s tick counts as late when it comes more than a heartbeat after its time', () => {
  const totals = new HostTotals();
  const { lines, log } = told();
  for (const nowMs of [0, 100, 300, 501]) totals.ticked(nowMs, 100, true, log);
  expect(totals.lateHeartbeats).toBe(1);
  expect(lines).toEqual([{ 'heartbeat-interval-ms': 100, 'exceeded-duration-ms': 101 }]);
  totals.ticked(5_000, 100, false, log);
  expect(totals.lateHeartbeats).toBe(1);
});

test('applications are measured, and slow ones told', () => {
  const totals = new HostTotals();
  const { lines, log } = told();
  totals.applied(0, 500, 100, log);
  totals.applied(3, 100, 100, log);
  totals.applied(7, 101, 100, log);
  expect(totals.applies.count).toBe(2);
  expect(totals.applies.sum).toBeCloseTo(0.201);
  expect(totals.slowApplies).toBe(1);
  expect(lines).toEqual([{ entries: 7, 'took-ms': 101, 'expected-duration-ms': 100 }]);
});
