import { expect, test } from 'vitest';
import { nodeClock } from './node-clock.ts';

test('a timer calls once, no earlier than asked, and not at all once disposed', async () => {
  let disposedCalls = 0;
  const startedMs = nodeClock.nowMs();
  nodeClock.after(1, () => disposedCalls++).dispose();
  await new Promise<void>((done) => nodeClock.after(15, done));
  // Timers count whole milliseconds from the loop's own notion of now.
  expect(nodeClock.nowMs() - startedMs).toBeGreaterThanOrEqual(14);
  expect(disposedCalls).toBe(0);
});

test('a period repeats until disposed', async () => {
  let calls = 0;
  await new Promise<void>((done) => {
    const period = nodeClock.every(1, () => {
      if (++calls < 3) return;
      period.dispose();
      done();
    });
  });
  await new Promise<void>((done) => nodeClock.after(5, done));
  expect(calls).toBe(3);
});

test('soon comes after what is ready now, in order', async () => {
  const order: string[] = [];
  await new Promise<void>((done) => {
    nodeClock.soon(() => order.push('first'));
    nodeClock.soon(() => {
      order.push('second');
      done();
    });
    void Promise.resolve().then(() => order.push('microtask'));
    order.push('now');
  });
  expect(order).toEqual(['now', 'microtask', 'first', 'second']);
});

test('a time beyond what Node’s timers count is not taken for none', async () => {
  let calls = 0;
  const timers = [nodeClock.after(2 ** 31, () => calls++), nodeClock.every(2 ** 31, () => calls++)];
  await new Promise<void>((done) => nodeClock.after(5, done));
  for (const timer of timers) timer.dispose();
  expect(calls).toBe(0);
});
