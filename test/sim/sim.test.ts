import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';

/** The same worlds every time, and a few that nobody has seen: their seeds are printed. */
const fixed = { first: 1, count: 200 };
const fresh = { first: Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31)), count: 60 };

test.each([
  ['fixed', fixed],
  ['fresh', fresh],
])('%s seeds break no rule', async (what, { first, count }) => {
  process.stdout.write(`sim: ${what} seeds ${first}..${first + count - 1}\n`);
  let answered = 0;
  for (let seed = first; seed < first + count; seed++) {
    answered += (await simulate(seed).catch((error: unknown) => {
      throw new Error(`seed ${seed}: npm run sim -- --seed ${seed} --trace`, { cause: error });
    })).answered;
  }
  // A world in which nothing was answered proves nothing.
  expect(answered).toBeGreaterThan(count * 50);
});

test('a seed decides everything: the same world twice is the same', async () => {
  const run = async (): Promise<string> => {
    const lines: string[] = [];
    const result = await simulate(7, (text) => lines.push(text));
    return `${JSON.stringify(result)}\n${lines.join('\n')}`;
  };
  expect(await run()).toBe(await run());
});
