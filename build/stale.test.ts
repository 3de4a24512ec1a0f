import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildAndStamp, isStale, type Target } from './stale.ts';

const target: Target = { name: 'the page', sources: ['src', 'lock.json'], outputs: ['dist/out.js'] };
let root: string;
const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
const build = (during = (): void => {}): Promise<void> =>
  buildAndStamp(root, target, async () => {
    write('dist/out.js', 'built');
    during();
  });

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'quorate-stale-'));
  mkdirSync(join(root, 'src'));
  mkdirSync(join(root, 'dist'));
  write('src/a.ts', 'a');
  write('lock.json', '{}');
});
afterEach(() => rmSync(root, { recursive: true }));

test('what was never built is stale, what was just built is not', async () => {
  expect(isStale(root, target)).toBe(true);
  await build();
  expect(isStale(root, target)).toBe(false);
});

test.each([
  ['a change', () => write('src/a.ts', 'b')],
  ['a new file', () => write('src/b.ts', '')],
  ['a new name', () => renameSync(join(root, 'src/a.ts'), join(root, 'src/c.ts'))],
  ['a missing output', () => rmSync(join(root, 'dist/out.js'))],
  ['a missing source', () => rmSync(join(root, 'lock.json'))],
])('%s makes it stale', async (_name, change) => {
  await build();
  change();
  expect(isStale(root, target)).toBe(true);
});

test('bytes that move from one file to the next are a change', async () => {
  write('src/b.ts', 'bc');
  await build();
  write('src/a.ts', 'ab');
  write('src/b.ts', 'c');
  expect(isStale(root, target)).toBe(true);
});

test('tests and touched files are none', async () => {
  await build();
  write('src/a.test.ts', 'test');
  write('src/a.ts', 'a');
  expect(isStale(root, target)).toBe(false);
});

test('a change during the build is seen, and a build that failed leaves it stale', async () => {
  await build(() => write('src/a.ts', 'later'));
  expect(isStale(root, target)).toBe(true);
  await build();
  await expect(
    build(() => {
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(isStale(root, target)).toBe(true);
});
