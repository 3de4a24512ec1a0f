import { expect, test } from 'vitest';
import type { MemberHash } from '../../../core/contract/types.ts';
import { verdictOf } from './verdict.ts';

const of = (member: string, hash: string | undefined, compactRevision = 5): MemberHash => ({ member, revision: 9, hash, compactRevision, error: undefined });

test('what members’ hashes say', () => {
  expect(verdictOf([of('a', '1'), of('b', '1'), of('c', '1')])).toBe('same');
  expect(verdictOf([of('a', '1'), of('b', '2')])).toBe('differ');
  expect(verdictOf([of('a', '1'), of('b', '2', 7)])).toBe('compactions');
  // Who does not answer says nothing of the others.
  expect(verdictOf([of('a', '1'), of('b', '1'), of('c', undefined)])).toBe('same');
  expect(verdictOf([of('a', '1'), of('c', undefined)])).toBe('alone');
  expect(verdictOf([of('c', undefined)])).toBe('none');
});
