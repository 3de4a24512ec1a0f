import { expect, test } from 'vitest';
import type { ByteString, KeyChange, TreeItem } from '../../../core/contract/types.ts';
import { addPage, applyChanges, beginLoad, closeFolder, emptyTree, endFlashes, openFolder, removeFolder, removeRows, stale, type TreeState } from './tree-model.ts';
import { rowsOf, type Row } from './tree-rows.ts';

const b = (text: string): ByteString => text as ByteString;
const leaf = (key: string): TreeItem => ({ kind: 'key', key: b(key) });
const folder = (path: string): TreeItem => ({ kind: 'folder', prefix: b(path) });
const put = (key: string, modRevision: number): KeyChange => ({ type: 'put', key: b(key), createRevision: modRevision, modRevision, version: 1, lease: '0' });
const del = (key: string, modRevision: number): KeyChange => ({ ...put(key, modRevision), type: 'delete' });

function loaded(items: TreeItem[], next?: string, revision = 10): TreeState {
  return addPage(emptyTree(b(''), '/'), '', { items, next: next === undefined ? undefined : b(next), revision, requests: 1 }, true);
}
const allRows = (state: TreeState): Row[] => {
  const rows = rowsOf(state);
  return Array.from({ length: rows.length }, (_, i) => rows.at(i)!);
};
const names = (state: TreeState): string[] => allRows(state).map((row) => `${' '.repeat(row.depth)}${row.kind === 'item' ? row.name : row.kind}`);

test('open folders show their level below them', () => {
  let state = loaded([folder('a/'), leaf('b')]);
  state = addPage(openFolder(state, 'a/'), 'a/', { items: [leaf('a/x')], next: undefined, revision: 10, requests: 1 }, true);
  expect(names(state)).toEqual(['a/', ' x', 'b']);
  expect(names(closeFolder(state, 'a/'))).toEqual(['a/', 'b']);
});

test('every row is found where it stands, below the folder that it lies in', () => {
  let state = loaded([folder('a/'), folder('b/'), leaf('c'), folder('d/')], 'd/');
  const open = (prefix: string, items: TreeItem[], next?: string): void => {
    state = addPage(openFolder(state, prefix), prefix, { items, next: next === undefined ? undefined : b(next), revision: 10, requests: 1 }, true);
  };
  open('b/', [leaf('b/'), folder('b/b/'), leaf('b/z')], 'b/z');
  open('b/b/', [folder('b/b//'), leaf('b/b/x')]);
  open('b/b//', [leaf('b/b//deep')]);
  state = beginLoad(openFolder(state, 'd/'), 'd/');
  expect(names(state)).toEqual(['a/', 'b/', ' ', ' b/', '  /', '   deep', '  x', ' z', ' more', 'c', 'd/', ' loading', 'more']);
  const rows = rowsOf(state);
  expect(allRows(state).map(({ id }) => rows.indexOf(id))).toEqual(allRows(state).map((_, i) => i));
  expect(allRows(state).map((_, i) => rows.parentOf(i))).toEqual([-1, -1, 1, 1, 3, 4, 3, 1, 1, -1, -1, 10, -1]);
  expect([rows.indexOf('key:nothing'), rows.indexOf('folder:c'), rows.indexOf('more:x')]).toEqual([-1, -1, -1]);
  expect([rows.at(-1), rows.at(rows.length)]).toEqual([undefined, undefined]);
});

test('what is read again stays open, and as it was until its pages come', () => {
  let state = addPage(openFolder(loaded([folder('a/'), leaf('b')]), 'a/'), 'a/', { items: [leaf('a/x')], next: undefined, revision: 10, requests: 1 }, true);
  state = stale(state);
  expect(names(state)).toEqual(['a/', ' x', 'b']);
  state = addPage(state, 'a/', { items: [leaf('a/y')], next: undefined, revision: 20, requests: 1 }, true);
  expect(names(state)).toEqual(['a/', ' y', 'b']);
});

test('a row flashes until a later batch has ended its time', () => {
  const first = applyChanges(loaded([leaf('a'), leaf('b')]), [put('a', 11), put('b', 12)]).state;
  const second = applyChanges(first, [put('b', 13)]).state;
  expect([...endFlashes(second, first.batch).flashes.keys()]).toEqual(['key:b']);
  expect(endFlashes(second, second.batch).flashes.size).toBe(0);
});

test('a page that overlaps with what came by itself adds each key once', () => {
  const early = applyChanges(loaded([leaf('a'), leaf('c')], 'c'), [put('b', 11)]).state;
  expect(names(addPage(early, '', { items: [leaf('b'), leaf('c'), leaf('d')], next: undefined, revision: 12, requests: 1 }, false))).toEqual(['a', 'b', 'c', 'd']);
});

test('a new key finds its place; a new folder appears once', () => {
  const { state } = applyChanges(loaded([leaf('a'), leaf('c')]), [put('d/x', 12), put('b', 11), put('d/y', 13)]);
  expect(names(state)).toEqual(['a', 'b', 'c', 'd/']);
});

test('changes that the page has already seen are not applied again', () => {
  const { state } = applyChanges(loaded([leaf('a')], undefined, 10), [put('b', 10), del('a', 9)]);
  expect(names(state)).toEqual(['a']);
  expect(state.leaving.size).toBe(0);
});

test('a change behind the last loaded row waits for its page', () => {
  const { state } = applyChanges(loaded([leaf('a'), leaf('m')], 'm'), [put('z', 11), put('b', 12)]);
  expect(names(state)).toEqual(['a', 'b', 'm', 'more']);
});

test('a deleted key is marked, then goes; one that came back stays', () => {
  const deleted = applyChanges(loaded([leaf('a'), leaf('b')]), [del('a', 11), del('b', 12)]);
  expect(deleted.left).toEqual(['key:a', 'key:b']);
  expect(names(deleted.state)).toEqual(['a', 'b']);
  const back = applyChanges(deleted.state, [put('b', 13)]);
  expect(names(removeRows(back.state, deleted.left))).toEqual(['b']);
});

test('a key and a folder of one name are two rows', () => {
  const { state } = applyChanges(loaded([leaf('a')]), [put('a/', 11), put('a/b', 12)]);
  expect(names(state)).toEqual(['a', 'a/']);
  expect(names(removeFolder(state, 'a/'))).toEqual(['a']);
});

test('keys with empty and non-text parts keep their bytes', () => {
  const { state } = applyChanges(loaded([]), [put('/a', 11), put('\u00ff', 12), put('a//b', 13)]);
  expect(names(state)).toEqual(['/', 'a/', '\u00ff']);
});
