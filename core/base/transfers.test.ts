import { expect, test } from 'vitest';
import { Transfers } from './transfers.ts';

test('a transfer counts while it lasts, and then by its end; only what was whole has a time', async () => {
  let nowMs = 0;
  const transfers = new Transfers();
  let finish = (): void => {};
  let fail = (_error: Error): void => {};
  const whole = transfers.count(() => nowMs, new Promise<string>((done) => (finish = () => done('whole'))));
  const broken = transfers.count(() => nowMs, new Promise<string>((_done, reject) => (fail = reject)));
  expect(transfers.inFlight).toBe(2);
  nowMs = 300;
  finish();
  expect(await whole).toBe('whole');
  fail(new Error('broken off'));
  await expect(broken).rejects.toThrow('broken off');
  expect([transfers.inFlight, transfers.succeeded, transfers.failed]).toEqual([0, 1, 1]);
  expect([transfers.seconds.count, transfers.seconds.sum]).toEqual([1, 0.3]);
});
