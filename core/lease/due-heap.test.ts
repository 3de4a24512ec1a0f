import { expect, test } from 'vitest';
import { pick, randomInt, SeededRandom } from '../base/random.ts';
import { DueHeap, type Due } from './due-heap.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test(`the first is always the one that is due first (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  const heap = new DueHeap<number>();
  let twin: Due<number>[] = [];
  for (let step = 0; step < 5_000; step++) {
    const dice = randomInt(random, 100);
    if (dice < 45) twin.push(heap.add(step, randomInt(random, 1_000)));
    else if (dice === 99) twin = heap.reset(twin.map(({ item, dueMs }) => [item, dueMs] as const));
    else if (twin.length > 0 && dice < 70) heap.move(pick(random, twin), randomInt(random, 1_000));
    else if (twin.length > 0) {
      const entry = pick(random, twin);
      heap.remove(entry);
      heap.remove(entry);
      twin.splice(twin.indexOf(entry), 1);
    }
    expect(heap.size).toBe(twin.length);
    expect(heap.first?.dueMs).toBe(twin.length === 0 ? undefined : Math.min(...twin.map(({ dueMs }) => dueMs)));
  }
  const order: number[] = [];
  while (heap.first) {
    order.push(heap.first.dueMs);
    heap.remove(heap.first);
  }
  expect(order).toEqual([...order].sort((a, b) => a - b));
});
