import { expect, test } from 'vitest';
import { fuzz, idle } from './run-fuzz.ts';

test('what no client should send, some hundreds of times: the member lives, answers, and lets go', async () => {
  const { attacks, heap } = await fuzz({ seed: 20_260_821, atMost: 300 });
  expect(attacks).toBeGreaterThanOrEqual(300);
  expect(heap.after - heap.before).toBeLessThan(64 * 1024 * 1024);
}, 300_000);

test('a thousand idle connections disturb nobody', async () => {
  const { heapPerConnection } = await idle(1_000);
  expect(heapPerConnection).toBeLessThan(40 * 1024);
}, 300_000);
