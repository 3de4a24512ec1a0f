import { expect, test } from 'vitest';
import { chance, pick, randomInt, SeededRandom } from '../base/random.ts';
import { IntervalTree } from './interval-tree.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

interface Range {
  start: string;
  end: string | undefined;
}

test(`finds what a list of ranges finds, and stays balanced (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  const word = (): string => Array.from({ length: 1 + randomInt(random, 4) }, () => pick(random, ['\0', 'a', 'b', 'c', '\xff'])).join('');
  const tree = new IntervalTree<Range>();
  const list = new Set<Range>();
  for (let step = 0; step < 4_000; step++) {
    if (list.size > 0 && chance(random, step < 2_000 ? 0.3 : 0.55)) {
      const range = pick(random, [...list]);
      list.delete(range);
      tree.delete(range.start, range.end, range);
    } else {
      const range = { start: word(), end: chance(random, 0.1) ? undefined : word() };
      list.add(range);
      tree.add(range.start, range.end, range);
    }
    const key = word();
    const found = new Set<Range>();
    let twice = false;
    tree.stab(key, (range) => {
      twice ||= found.has(range);
      found.add(range);
    });
    const expected = [...list].filter(({ start, end }) => start <= key && (end === undefined || key < end));
    if (twice || found.size !== expected.length || expected.some((range) => !found.has(range))) expect([...found]).toEqual(expected);
    if (tree.height > 1.45 * Math.log2(list.size + 2)) expect(tree.height).toBe(`what ${list.size} ranges need`);
  }
  for (const range of list) tree.delete(range.start, range.end, range);
  expect(tree.height).toBe(0);
});

test('ranges in order of their starts do not make it deep', () => {
  const tree = new IntervalTree<number>();
  for (let i = 0; i < 10_000; i++) tree.add(String(i).padStart(6, '0'), String(i + 1).padStart(6, '0'), i);
  expect(tree.height).toBeLessThanOrEqual(20);
  const found: number[] = [];
  tree.stab('004321x', (item) => found.push(item));
  expect(found).toEqual([4321]);
});
