import { expect, test } from 'vitest';
import { checkSource } from './check.ts';
import { impureMembers, impureNames, table } from './table.ts';

const texts = (file: string, source: string): string[] => checkSource(file, source).map((finding) => finding.text);
const rooms = Object.keys(table);
const pathOf = (room: string): string => (room === 'electron' || room === 'renderer' ? room : `core/${room}`);
const toRoot = (room: string): string => (room === 'electron' || room === 'renderer' ? '../' : '../../');

const pairs = rooms.flatMap((from) => rooms.filter((to) => to !== from).map((to) => [from, to, table[from]!.rooms.includes(to)] as const));

test.each(pairs)('%s → %s is allowed: %s', (from, to, allowed) => {
  const found = texts(`${pathOf(from)}/a.ts`, `import { x } from '${toRoot(from)}${pathOf(to)}/b.ts';`);
  expect(found.length === 0).toBe(allowed);
});

test.each(rooms.filter((room) => table[room]!.node !== 'all'))('%s may not import node:fs', (room) => {
  expect(texts(`${pathOf(room)}/a.ts`, "import { readFile } from 'node:fs';")).toHaveLength(1);
});

test('types, re-exports and dynamic imports count as imports', () => {
  expect(texts('core/raft/a.ts', "import type { X } from '../wal/wal.ts';")).toHaveLength(1);
  expect(texts('core/raft/a.ts', "export { X } from '../wal/wal.ts';").length).toBeGreaterThan(0);
  expect(texts('core/raft/a.ts', "const x = await import('../wal/wal.ts');")).toHaveLength(1);
});

const pure = rooms.filter((room) => table[room]!.pure);
test.each(pure)('%s may not use what only adapters may', (room) => {
  for (const name of [...impureNames, ...impureMembers]) expect(texts(`core/${room}/a.ts`, `const x = ${name};`), name).toHaveLength(1);
  expect(texts(`core/${room}/a.ts`, 'const x = new Date();')).toHaveLength(1);
});

test('a property of such a name is no use of it, and a date of a given time is no clock', () => {
  expect(texts('core/raft/a.ts', 'const x = { process: 1 }; x.process; class A { performance = 1 } new Date(0);')).toEqual([]);
});

test("only electron imports 'electron', and packages are those of the table", () => {
  for (const room of rooms) {
    expect(texts(`${pathOf(room)}/a.ts`, "import { app } from 'electron';").length, room).toBe(room === 'electron' ? 0 : 1);
    expect(texts(`${pathOf(room)}/a.ts`, "import x from 'left-pad';").length, room).toBe(1);
  }
});

test('default exports, re-exports and any are found', () => {
  expect(texts('core/api/a.ts', 'export default 1;')).toHaveLength(1);
  expect(texts('core/api/a.ts', "export * from './b.ts';").length).toBeGreaterThan(0);
  expect(texts('core/api/a.ts', 'const x: any = 1;')).toHaveLength(1);
});

test('a room that the table does not know is found', () => {
  expect(texts('core/attic/a.ts', 'const x = 1;')).toHaveLength(1);
});

test('tests may reach where they must', () => {
  expect(texts('core/raft/a.test.ts', "import { readFile } from 'node:fs'; Math.random();")).toEqual([]);
});
