import { expect, test } from 'vitest';
import type { ByteString, KeyChange } from '../../../core/contract/types.ts';
import { countAll, countOn } from './folder-counts.ts';

const change = (type: 'put' | 'delete', key: string, modRevision: number, version = 1): KeyChange => ({ type, key: key as ByteString, createRevision: 1, modRevision, version, lease: '0' });

test('new keys and deletions count, other versions of a key do not, nor what was counted already', () => {
  const changes = [change('put', 'a/x', 11), change('put', 'a/x', 12, 2), change('put', 'a/old', 10), change('put', 'b/x', 12), change('delete', 'a/y', 13)];
  expect(countOn({ count: 5, revision: 10 }, 'a/', changes)).toEqual({ count: 5, revision: 10 });
  expect(countOn({ count: 5, revision: 11 }, 'a/', changes)).toEqual({ count: 4, revision: 11 });
});

test('a change counts for every folder above it that was counted, and for the root', () => {
  const counts = new Map([['r/', { count: 3, revision: 5 }], ['r/a/', { count: 2, revision: 5 }], ['r/a//', { count: 1, revision: 5 }], ['r/b/', { count: 1, revision: 5 }]]);
  const next = countAll(counts, 'r/', '/', [change('put', 'r/a//new', 6), change('put', 'r/a//two', 6), change('delete', 'r/a/x', 7, 0), change('put', 'other/x', 8)]);
  expect(Object.fromEntries([...next].map(([prefix, { count }]) => [prefix, count]))).toEqual({ 'r/': 4, 'r/a/': 3, 'r/a//': 3, 'r/b/': 1 });
  expect(countAll(counts, 'r/', '/', [change('put', 'r/a/x', 9, 4)])).toBe(counts);
});
