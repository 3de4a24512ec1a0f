import { describe, expect, test } from 'vitest';
import { isInSync, mayAdd, mayPromote, mayRemove, mayRestart, type ChangeRefusal, type VoterFacts } from './membership-rules.ts';

/**
 * Voters as letters: `s` started and connected for long; `n` started, its link is new; `d` started, down; `u` never started.
 * The id is the position. What is expected is written down from etcd 3.6's server.go and cluster.go, not computed.
 */
const voters = (text: string): VoterFacts<number>[] => [...text].map((letter, id) => ({ id, started: letter !== 'u', connected: letter === 's', active: letter === 's' || letter === 'n' }));

describe('a member may be added', () => {
  test.each<[string, ChangeRefusal | undefined, ChangeRefusal | undefined]>([
    // voters, as a voter, as a learner
    ['s', undefined, undefined],
    ['u', 'notEnoughStarted', undefined],
    ['ss', undefined, undefined],
    ['su', 'notEnoughStarted', 'unhealthy'],
    ['sd', 'unhealthy', 'unhealthy'],
    ['sn', 'unhealthy', 'unhealthy'],
    ['sss', undefined, undefined],
    ['ssd', 'unhealthy', 'unhealthy'],
    ['ssn', 'unhealthy', 'unhealthy'],
    ['ssu', 'notEnoughStarted', 'unhealthy'],
    ['sssu', undefined, undefined],
    ['ssuu', 'notEnoughStarted', 'unhealthy'],
    ['sssd', undefined, undefined],
    ['ssssd', undefined, undefined],
    ['sssdd', 'unhealthy', 'unhealthy'],
  ])('to %s', (text, asVoter, asLearner) => {
    expect([mayAdd(voters(text), false), mayAdd(voters(text), true)]).toEqual([asVoter, asLearner]);
  });
});

describe('a voter may be removed', () => {
  test.each<[string, number, ChangeRefusal | undefined]>([
    ['s', 0, 'notEnoughStarted'],
    ['ss', 1, undefined],
    ['sd', 1, undefined],
    ['su', 1, undefined],
    ['su', 0, 'notEnoughStarted'],
    ['sss', 2, undefined],
    ['sss', 0, undefined],
    ['ssd', 1, 'unhealthy'],
    ['ssd', 2, undefined],
    ['ssn', 2, 'unhealthy'],
    ['sssd', 1, undefined],
    ['ssdd', 1, 'unhealthy'],
    ['ssssd', 1, undefined],
    ['sssdd', 1, 'unhealthy'],
    ['sssdd', 3, undefined],
    ['ssuu', 0, 'notEnoughStarted'],
    // Whom nobody knows is refused when the change is applied, not here.
    ['sss', 9, undefined],
  ])('of %s the one at %i', (text, id, refusal) => {
    expect(mayRemove(voters(text), id)).toBe(refusal);
  });
});

test.each<[string, ChangeRefusal | undefined]>([['s', undefined], ['u', 'notEnoughStarted'], ['su', undefined], ['uu', 'notEnoughStarted'], ['suu', 'notEnoughStarted'], ['sdd', undefined]])(
  'beside %s a learner is promoted unless too few have started; who is down does not matter',
  (text, refusal) => expect(mayPromote(voters(text))).toBe(refusal),
);

test('in sync is nine tenths of the leader’s log, to the entry', () => {
  for (const leader of [10, 30, 70, 1_230, 99_990, 2 ** 50 - (2 ** 50 % 10)]) {
    const line = (leader / 10) * 9;
    expect(isInSync(line, leader), `${line} of ${leader}`).toBe(true);
    expect(isInSync(line - 1, leader), `${line - 1} of ${leader}`).toBe(false);
  }
  expect(isInSync(0, 1)).toBe(false);
});

test.each<[string, number, number, boolean]>([
  // who restarts; other voters; those of them that are up; whether it may
  ['the only voter', 0, 0, true],
  ['one of two', 1, 1, true],
  ['one of two, the other down', 1, 0, false],
  ['one of three', 2, 2, true],
  ['one of three, another down', 2, 1, false],
  ['one of five, another down', 4, 3, true],
  ['one of five, two down', 4, 2, false],
])('%s may be restarted when its going costs no quorum, or only its own', (_who, others, up, may) => {
  expect(mayRestart(others, up, false)).toBe(may);
});

test('a learner may be restarted where the voters have a quorum', () => {
  expect([mayRestart(3, 3, true), mayRestart(3, 2, true), mayRestart(3, 1, true), mayRestart(1, 1, true)]).toEqual([true, true, false, true]);
});
