import { expect, test } from 'vitest';
import type { MemberView, ReplicationView } from '../../../core/contract/types.ts';
import { catchUp, commandOf, environmentOf, joinFlags, planOf, type Change, type Known } from './plan.ts';

const member = (name: string, role: MemberView['role'], rest: Partial<MemberView> = {}): MemberView =>
  ({ id: `${name}0`, name, role, isLearner: role === 'learner', peerUrls: [`http://10.0.0.${name.slice(1)}:2380`], raftIndex: 1_000, ...rest }) as MemberView;
const three = [member('m1', 'leader'), member('m2', 'follower'), member('m3', 'follower')];
const known = (members: readonly MemberView[], learners?: { max: number; autoPromoteMs: number }): Known => ({ members: [...members], learners });
const add = (learner: boolean, ...peerUrls: string[]): Change => ({ kind: 'add', learner, peerUrls });
const told = (replication: Partial<ReplicationView>): Pick<MemberView, 'replication'> => ({
  replication: { match: 1_000, leaderMatch: 1_000, state: 'replicate', activeMs: 60_000, inSyncMs: undefined, promotesInMs: undefined, snapshot: undefined, ...replication },
});

test('a fourth voter raises the quorum and tolerates no more; until it runs, less', () => {
  expect(planOf(known(three), add(false))).toEqual({
    now: { voters: 3, quorum: 2, tolerates: 1 }, after: { voters: 4, quorum: 3, tolerates: 0 }, running: { voters: 4, quorum: 3, tolerates: 1 }, refusal: undefined, doubt: undefined,
  });
});

test('a learner changes nothing until it is promoted', () => {
  const plan = planOf(known(three), add(true));
  expect(plan.after).toEqual(plan.now);
  const learner = member('m4', 'learner');
  const four = [...three, learner];
  expect(planOf(known(four), { kind: 'promote', member: learner })).toMatchObject({ after: { voters: 4, quorum: 3, tolerates: 1 }, refusal: undefined });
  expect(planOf(known(four), { kind: 'remove', member: learner })).toMatchObject({ refusal: undefined, after: { voters: 3 } });
});

test('how many learners there may be is what the leader says; where it says nothing, the cluster is asked', () => {
  const four = [...three, member('m4', 'learner')];
  expect(planOf(known(four, { max: 1, autoPromoteMs: 0 }), add(true))).toMatchObject({ refusal: 'refusedLearners', doubt: undefined });
  expect(planOf(known(four, { max: 2, autoPromoteMs: 0 }), add(true))).toMatchObject({ refusal: undefined, doubt: undefined });
  expect(planOf(known(four), add(true))).toMatchObject({ refusal: undefined, doubt: 'doubtLearners' });
  expect(planOf(known(three), add(true))).toMatchObject({ refusal: undefined, doubt: undefined });
  expect(planOf(known(four), add(false))).toMatchObject({ refusal: undefined, doubt: undefined });
});

test('what the leader knows of a learner counts more than what the learner has told', () => {
  const learner = member('m4', 'learner', { raftIndex: 1_000, ...told({ match: 450, leaderMatch: 1_000 }) });
  expect(catchUp(learner, three)).toEqual({ share: 0.45, ready: false, behind: 550 });
  expect(planOf(known([...three, learner]), { kind: 'promote', member: learner }).refusal).toBe('refusedNotInSync');
  const further = member('m4', 'learner', { raftIndex: 10, ...told({ match: 900, leaderMatch: 1_000 }) });
  expect(planOf(known([...three, further]), { kind: 'promote', member: further }).refusal).toBeUndefined();
});

test('links that are too new are waited for; one that the leader has lost counts as down, whatever it tells us', () => {
  const since = (...activeMs: (number | undefined)[]) => [three[0]!, ...activeMs.map((ms, i) => member(`m${i + 2}`, 'follower', told({ activeMs: ms })))];
  expect(planOf(known(since(4_999, 60_000)), add(false)).refusal).toBe('refusedUnsteady');
  expect(planOf(known(since(5_000, 60_000)), add(false)).refusal).toBeUndefined();
  expect(planOf(known(since(undefined, 60_000)), add(false)).refusal).toBe('refusedUnhealthy');
  const [, second, third] = since(1_000, 60_000);
  expect(planOf(known([three[0]!, second!, third!]), { kind: 'remove', member: third! }).refusal).toBe('refusedUnsteady');
  const [, lost, other] = since(undefined, 60_000);
  expect(planOf(known([three[0]!, lost!, other!]), { kind: 'remove', member: lost! }).refusal).toBeUndefined();
  expect(planOf(known([three[0]!, lost!, other!]), { kind: 'remove', member: other! }).refusal).toBe('refusedUnhealthy');
});

test('the only voter stays, and a peer URL is given once', () => {
  expect(planOf(known([three[0]!]), { kind: 'remove', member: three[0]! }).refusal).toBe('refusedOnlyVoter');
  expect(planOf(known(three), add(true, 'http://10.0.0.2:2380')).refusal).toBe('refusedUrlTaken');
  expect(planOf(known(three), add(true, 'http://10.0.0.4:2380')).refusal).toBeUndefined();
  const update = (peerUrls: string[]): Change => ({ kind: 'update', member: three[0]!, peerUrls });
  expect(planOf(known(three), update(['http://10.0.0.1:2380', 'http://10.0.0.3:2380'])).refusal).toBe('refusedUrlTaken');
  expect(planOf(known(three), update(['http://10.0.0.1:2380', 'http://10.0.0.1:3380'])).refusal).toBeUndefined();
});

test('a learner is promoted at nine tenths of the leader’s log', () => {
  const at = (raftIndex: number | undefined) => member('m4', 'learner', { raftIndex });
  expect(catchUp(at(899), three)).toMatchObject({ ready: false, behind: 101 });
  expect(catchUp(at(900), three)).toMatchObject({ ready: true, share: 0.9 });
  expect(planOf(known([...three, at(899)]), { kind: 'promote', member: at(899) }).refusal).toBe('refusedNotInSync');
  const unstarted = member('m4', 'unstarted', { isLearner: true, raftIndex: undefined });
  expect(catchUp(unstarted, three)).toBeUndefined();
  expect(planOf(known([...three, unstarted]), { kind: 'promote', member: unstarted }).refusal).toBe('refusedNotInSync');
});

test('what would cost the quorum is refused', () => {
  const down = [three[0]!, three[1]!, member('m3', 'unreachable')];
  // A fourth voter would need three that are up.
  expect(planOf(known(down), add(false)).refusal).toBe('refusedUnhealthy');
  expect(planOf(known(down), { kind: 'remove', member: down[1]! }).refusal).toBe('refusedUnhealthy');
  expect(planOf(known(down), { kind: 'remove', member: down[2]! })).toMatchObject({ refusal: undefined, after: { voters: 2, quorum: 2, tolerates: 0 } });
  const unstarted = [member('m1', 'leader'), member('m2', 'unstarted')];
  expect(planOf(known(unstarted), add(false)).refusal).toBe('refusedNotStarted');
  expect(planOf(known([member('m1', 'candidate')]), add(false)).refusal).toBe('refusedNoLeader');
});

test('a member is restarted where the others have a quorum meanwhile, or all of them are up', () => {
  const restart = (members: MemberView[]): Change => ({ kind: 'restart', member: members[1]! });
  expect(planOf(known(three), restart(three))).toMatchObject({ refusal: undefined, after: { voters: 3, quorum: 2, tolerates: 0 } });
  const down = [three[0]!, three[1]!, member('m3', 'unreachable')];
  expect(planOf(known(down), restart(down))).toMatchObject({ refusal: 'refusedRestart', after: { tolerates: -1 } });
  const two = three.slice(0, 2);
  expect(planOf(known(two), restart(two))).toMatchObject({ refusal: undefined, after: { voters: 2, quorum: 2, tolerates: -1 } });
  const learner = [...down.slice(0, 1), member('m4', 'learner', { isLearner: true }), down[1]!, down[2]!];
  expect(planOf(known(learner), restart(learner))).toMatchObject({ refusal: undefined, after: { voters: 3, tolerates: 0 } });
});

test('leadership goes only to a voter that is up', () => {
  expect(planOf(known(three), { kind: 'moveLeader', member: three[1]! }).refusal).toBeUndefined();
  expect(planOf(known(three), { kind: 'moveLeader', member: member('m4', 'learner') }).refusal).toBe('refusedLearnerLeads');
  expect(planOf(known(three), { kind: 'moveLeader', member: member('m3', 'unreachable') }).refusal).toBe('refusedNotUp');
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
