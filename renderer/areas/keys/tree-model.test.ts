import { expect, test } from 'vitest';
import type { ByteString, KeyChange, TreeItem } from '../../../core/contract/types.ts';
import { addPage, applyChanges, emptyTree, removeFolder, removeRows, rowsOf, toggle, type TreeState } from './tree-model.ts';

const b = (text: string): ByteString => text as ByteString;
const leaf = (key: string, prefix = '', modRevision = 1): TreeItem => ({ kind: 'key', name: b(key.slice(prefix.length)), key: b(key), createRevision: 1, modRevision, version: 1, lease: '0' });
const folder = (path: string, prefix = ''): TreeItem => ({ kind: 'folder', name: b(path.slice(prefix.length)), prefix: b(path) });
const put = (key: string, modRevision: number): KeyChange => ({ type: 'put', key: b(key), createRevision: modRevision, modRevision, version: 1, lease: '0' });
const del = (key: string, modRevision: number): KeyChange => ({ ...put(key, modRevision), type: 'delete' });

function loaded(items: TreeItem[], next?: string, revision = 10): TreeState {
  return addPage(emptyTree(b(''), '/'), '', { items, next: next === undefined ? undefined : b(next), revision, requests: 1 }, true);
}
const names = (state: TreeState): string[] => rowsOf(state).map((row) => (row.kind === 'item' ? `${' '.repeat(row.depth)}${row.item.name}` : row.kind));

test('open folders show their level below them', () => {
  let state = loaded([folder('a/'), leaf('b')]);
  state = addPage(toggle(state, 'a/'), 'a/', { items: [leaf('a/x', 'a/')], next: undefined, revision: 10, requests: 1 }, true);
  expect(names(state)).toEqual(['a/', ' x', 'b']);
});

test('a new key finds its place; a new folder appears once', () => {
  const { state, stale } = applyChanges(loaded([leaf('a'), leaf('c')]), [put('b', 11), put('d/x', 12), put('d/y', 13)]);
  expect(names(state)).toEqual(['a', 'b', 'c', 'd/']);
  expect(stale).toEqual(['d/']);
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
