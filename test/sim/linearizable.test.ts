import { expect, test } from 'vitest';
import { isLinearizable, type Operation } from './linearizable.ts';

const op = (kind: Operation['kind'], start: number, end: number, fields: Partial<Operation>): Operation => ({ kind, start, end, value: '', expected: '', result: '', ...fields });
const put = (value: string, start: number, end: number) => op('put', start, end, { value });
const get = (result: string, start: number, end: number) => op('get', start, end, { result });
const swap = (expected: string, value: string, result: string, start: number, end: number) => op('swap', start, end, { expected, value, result });

test.each<[string, Operation[], boolean]>([
  ['a read of what was written', [put('a', 0, 1), get('a', 2, 3)], true],
  ['a stale read', [put('a', 0, 1), put('b', 2, 3), get('a', 4, 5)], false],
  ['a read during a write sees either', [put('a', 0, 1), put('b', 2, 6), get('a', 3, 4), get('b', 5, 7)], true],
  ['two reads during a write that go back', [put('a', 0, 1), put('b', 2, 9), get('b', 3, 4), get('a', 5, 6)], false],
  ['a write that was never answered may have happened', [put('a', 0, Infinity), get('a', 5, 6)], true],
  ['or may not have', [put('a', 0, Infinity), get('', 5, 6)], true],
  ['but not come and gone', [put('a', 0, Infinity), get('a', 5, 6), get('', 7, 8)], false],
  ['one of two swaps wins', [put('a', 0, 1), swap('a', 'b', 'yes', 2, 5), swap('a', 'c', 'no', 3, 6), get('b', 7, 8)], true],
  ['not both', [put('a', 0, 1), swap('a', 'b', 'yes', 2, 5), swap('a', 'c', 'yes', 3, 6)], false],
  ['a lost write', [put('a', 0, 1), get('', 2, 3)], false],
])('%s', (_what, history, expected) => {
  expect(isLinearizable(history)).toBe(expected);
});
