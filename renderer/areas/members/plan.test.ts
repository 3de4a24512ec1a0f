import { expect, test } from 'vitest';
import type { MemberView } from '../../../core/contract/types.ts';
import { catchUp, commandOf, environmentOf, joinFlags, planOf } from './plan.ts';

const member = (name: string, role: MemberView['role'], rest: Partial<MemberView> = {}): MemberView =>
  ({ id: `${name}0`, name, role, isLearner: role === 'learner', peerUrls: [`http://10.0.0.${name.slice(1)}:2380`], raftIndex: 1_000, ...rest }) as MemberView;
const three = [member('m1', 'leader'), member('m2', 'follower'), member('m3', 'follower')];

test('a fourth voter raises the quorum and tolerates no more; until it runs, less', () => {
  expect(planOf(three, { kind: 'add', learner: false })).toEqual({
    now: { voters: 3, quorum: 2, tolerates: 1 }, after: { voters: 4, quorum: 3, tolerates: 0 }, running: { voters: 4, quorum: 3, tolerates: 1 }, refusal: undefined,
  });
});

test('a learner changes nothing until it is promoted', () => {
  const plan = planOf(three, { kind: 'add', learner: true });
  expect(plan.after).toEqual(plan.now);
  const learner = member('m4', 'learner');
  const four = [...three, learner];
  expect(planOf(four, { kind: 'promote', member: learner })).toMatchObject({ after: { voters: 4, quorum: 3, tolerates: 1 }, refusal: undefined });
  expect(planOf(four, { kind: 'add', learner: true }).refusal).toBe('refusedLearners');
  expect(planOf(four, { kind: 'remove', member: learner })).toMatchObject({ refusal: undefined, after: { voters: 3 } });
});

test('a learner is promoted at nine tenths of the leader’s log', () => {
  const at = (raftIndex: number | undefined) => member('m4', 'learner', { raftIndex });
  expect(catchUp(at(899), three)).toMatchObject({ ready: false, behind: 101 });
  expect(catchUp(at(900), three)).toMatchObject({ ready: true, share: 0.9 });
  expect(planOf([...three, at(899)], { kind: 'promote', member: at(899) }).refusal).toBe('refusedNotInSync');
  const unstarted = member('m4', 'unstarted', { isLearner: true, raftIndex: undefined });
  expect(catchUp(unstarted, three)).toBeUndefined();
  expect(planOf([...three, unstarted], { kind: 'promote', member: unstarted }).refusal).toBe('refusedNotInSync');
});

test('what would cost the quorum is refused', () => {
  const down = [three[0]!, three[1]!, member('m3', 'unreachable')];
  // A fourth voter would need three that are up.
  expect(planOf(down, { kind: 'add', learner: false }).refusal).toBe('refusedUnhealthy');
  expect(planOf(down, { kind: 'remove', member: down[1]! }).refusal).toBe('refusedUnhealthy');
  expect(planOf(down, { kind: 'remove', member: down[2]! })).toMatchObject({ refusal: undefined, after: { voters: 2, quorum: 2, tolerates: 0 } });
  const unstarted = [member('m1', 'leader'), member('m2', 'unstarted')];
  expect(planOf(unstarted, { kind: 'add', learner: false }).refusal).toBe('refusedNotStarted');
  expect(planOf([member('m1', 'candidate')], { kind: 'add', learner: false }).refusal).toBe('refusedNoLeader');
});

test('leadership goes only to a voter that is up', () => {
  expect(planOf(three, { kind: 'moveLeader', member: three[1]! }).refusal).toBeUndefined();
  expect(planOf(three, { kind: 'moveLeader', member: member('m4', 'learner') }).refusal).toBe('refusedLearnerLeads');
  expect(planOf(three, { kind: 'moveLeader', member: member('m3', 'unreachable') }).refusal).toBe('refusedNotUp');
});

test('what a newcomer is started with, for a shell and as environment', () => {
  const added = member('', 'unstarted', { id: 'beef', peerUrls: ['http://10.0.0.4:2380'] });
  const flags = joinFlags(added, [...three, added], { name: 'm4', dataDir: '/var/lib/my etcd', clientUrl: 'http://10.0.0.4:2379' });
  expect(commandOf(flags).split(' \\\n')).toEqual([
    'etcd', '  --name=m4', "  --data-dir='/var/lib/my etcd'", '  --initial-advertise-peer-urls=http://10.0.0.4:2380', '  --listen-peer-urls=http://10.0.0.4:2380',
    '  --advertise-client-urls=http://10.0.0.4:2379', '  --listen-client-urls=http://10.0.0.4:2379',
    '  --initial-cluster=m1=http://10.0.0.1:2380,m2=http://10.0.0.2:2380,m3=http://10.0.0.3:2380,m4=http://10.0.0.4:2380', '  --initial-cluster-state=existing',
  ]);
  expect(environmentOf(flags)).toContain('\nETCD_INITIAL_CLUSTER_STATE=existing');
});
