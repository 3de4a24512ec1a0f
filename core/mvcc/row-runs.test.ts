import { expect, test } from 'vitest';
import { randomInt, SeededRandom } from '../base/random.ts';
import type { KeyRevision } from './types.ts';
import { RowRuns } from './row-runs.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test(`lots in any order come out as one sorted list (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  const runs = new RowRuns();
  const all: KeyRevision[] = [];
  for (let lot = 0; lot < 60; lot++) {
    const rows = Array.from({ length: randomInt(random, 50) }, (_, i) => ({
      main: 2 ** 40 + randomInt(random, 500), sub: lot * 100 + ((i * 37) % 100), tombstone: randomInt(random, 2) === 1,
    }));
    all.push(...rows);
    runs.add([...rows]);
  }
  const order = (a: KeyRevision, b: KeyRevision): number => a.main - b.main || a.sub - b.sub;
  expect(runs.size).toBe(all.length);
  const out: KeyRevision[] = [];
  for (let some = runs.take(7); some.length > 0; some = runs.take(7)) {
    expect(some.length).toBeLessThanOrEqual(7);
    out.push(...some);
  }
  expect(out).toEqual(all.sort(order));
  expect(runs.size).toBe(0);
});
