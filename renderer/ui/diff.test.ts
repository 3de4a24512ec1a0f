import { expect, test } from 'vitest';
import { randomInt, SeededRandom } from '../../core/base/random.ts';
import { collapse, diffLines, type DiffLine } from './diff.ts';

const marks = { same: ' ', old: '-', new: '+' } as const;
const show = (lines: readonly DiffLine[]): string => lines.map((line) => marks[line.kind] + line.text).join('\n');
const side = (lines: readonly DiffLine[], other: 'old' | 'new'): string[] => lines.filter((line) => line.kind !== other).map((line) => line.text);

test('the differences of two texts', () => {
  expect(show(diffLines('a\nb\nc', 'a\nx\nc'))).toBe(' a\n-b\n+x\n c');
  expect(show(diffLines('', 'a\nb'))).toBe('+a\n+b');
  expect(show(diffLines('a', ''))).toBe('-a');
  expect(diffLines('', '')).toEqual([]);
  expect(show(diffLines('a\nb\nc\na\nb\nb\na', 'c\nb\na\nb\na\nc')).split('\n').filter((line) => line[0] !== ' ')).toHaveLength(5);
});

/** Length of the longest common subsequence, by the book. */
function common(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  for (let i = 1; i <= a.length; i++) for (let j = 1; j <= b.length; j++) table[i]![j] = a[i - 1] === b[j - 1] ? table[i - 1]![j - 1]! + 1 : Math.max(table[i - 1]![j]!, table[i]![j - 1]!);
  return table[a.length]![b.length]!;
}

test('both texts can be read from it, it is shortest, and its lines are numbered', () => {
  const random = new SeededRandom(7);
  for (let round = 0; round < 300; round++) {
    const text = (): string[] => Array.from({ length: 1 + randomInt(random, 30) }, () => 'abcd'[randomInt(random, 4)]!);
    const [a, b] = [text(), text()];
    const lines = diffLines(a.join('\n'), b.join('\n'));
    expect(side(lines, 'new')).toEqual(a);
    expect(side(lines, 'old')).toEqual(b);
    expect(lines.filter((line) => line.kind === 'same')).toHaveLength(common(a, b));
    for (const line of lines) {
      if (line.oldLine !== undefined) expect(a[line.oldLine - 1]).toBe(line.text);
      if (line.newLine !== undefined) expect(b[line.newLine - 1]).toBe(line.text);
    }
  }
});

test('texts with nothing in common end soon, and are shown whole', () => {
  const many = (name: string): string => Array.from({ length: 5_000 }, (_, i) => `${name}${i}`).join('\n');
  const lines = diffLines(many('a'), many('b'));
  expect(lines).toHaveLength(10_000);
  expect(side(lines, 'new').join('\n')).toBe(many('a'));
});

test('what is far from a difference is left out', () => {
  const a = Array.from({ length: 100 }, (_, i) => `line ${i}`);
  const rows = collapse(diffLines(a.join('\n'), a.with(50, 'changed').join('\n')));
  expect(rows.map((row) => (row.kind === 'gap' ? row.count : row.kind))).toEqual([47, 'same', 'same', 'same', 'old', 'new', 'same', 'same', 'same', 46]);
});
