import { expect, test } from 'vitest';
import type { MemberView } from '../../core/contract/types.ts';
import { forecast } from './forecast.ts';

const member = (id: string, role: MemberView['role'], isLearner = false): MemberView => ({ id, role, isLearner }) as MemberView;

test('a member that goes down costs one tolerated failure', () => {
  const members = [member('a', 'leader'), member('b', 'follower'), member('c', 'follower')];
  expect(forecast(members)).toEqual({ voters: 3, up: 3, answering: 3, quorum: 2, tolerates: 1 });
  expect(forecast(members, new Set(['a']))).toEqual({ voters: 3, up: 2, answering: 2, quorum: 2, tolerates: 0 });
});

test('learners do not count, and members that are down already are not counted twice', () => {
  const members = [member('a', 'leader'), member('b', 'unreachable'), member('c', 'follower'), member('l', 'learner', true)];
  expect(forecast(members, new Set(['b']))).toEqual({ voters: 3, up: 2, answering: 2, quorum: 2, tolerates: 0 });
  expect(forecast(members, new Set(['c'])).tolerates).toBe(-1);
});

test('members without a leader answer, and make no quorum', () => {
  expect(forecast([member('a', 'candidate'), member('b', 'candidate'), member('c', 'unreachable')])).toEqual({ voters: 3, up: 0, answering: 2, quorum: 2, tolerates: -2 });
});
