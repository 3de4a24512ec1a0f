/** What a change of members would mean, and why it would be refused: told before it is made. */
import { defaultMaxLearners, isInSync, mayAdd, mayPromote, mayRemove, outlook, type ChangeRefusal, type Outlook, type VoterFacts } from '../../../core/base/membership-rules.ts';
import type { MemberView } from '../../../core/contract/types.ts';
import type { TextKey } from '../../i18n/index.ts';
import { isUp } from '../../ui/forecast.ts';

export interface Plan {
  now: Outlook;
  after: Outlook;
  /** When a member that is added has been started. */
  running: Outlook | undefined;
  /** Why the cluster would not do it. */
  refusal: TextKey | undefined;
}

export type Change =
  | { kind: 'add'; learner: boolean }
  | { kind: 'remove' | 'promote' | 'moveLeader' | 'update'; member: MemberView };

const refusals: Readonly<Record<ChangeRefusal, TextKey>> = { notEnoughStarted: 'refusedNotStarted', unhealthy: 'refusedUnhealthy' };
const textOf = (refusal: ChangeRefusal | undefined): TextKey | undefined => refusal && refusals[refusal];

function factsOf(members: readonly MemberView[]): VoterFacts<string>[] {
  // Who answers with a leader is taken for connected: how long its links have held is known to the members alone.
  return members.filter((member) => !member.isLearner).map((member) => ({ id: member.id, started: member.role !== 'unstarted', connected: isUp(member), active: isUp(member) }));
}

export function planOf(members: readonly MemberView[], change: Change): Plan {
  const facts = factsOf(members);
  const voters = facts.length;
  const up = facts.filter((voter) => voter.active).length;
  const now = outlook(voters, up);
  const still = { now, after: now, running: undefined };
  // Without a leader nothing at all is decided.
  if (!members.some((member) => member.role === 'leader')) return { ...still, refusal: 'refusedNoLeader' };
  switch (change.kind) {
    case 'add': {
      const tooMany = change.learner && members.filter((member) => member.isLearner).length >= defaultMaxLearners;
      const refusal = textOf(mayAdd(facts, change.learner)) ?? (tooMany ? 'refusedLearners' : undefined);
      return change.learner ? { ...still, refusal } : { now, after: outlook(voters + 1, up), running: outlook(voters + 1, up + 1), refusal };
    }
    case 'remove': {
      if (change.member.isLearner) return { ...still, refusal: undefined };
      const active = facts.some((voter) => voter.id === change.member.id && voter.active);
      return { now, after: outlook(voters - 1, up - (active ? 1 : 0)), running: undefined, refusal: textOf(mayRemove(facts, change.member.id)) };
    }
    case 'promote': {
      const runs = change.member.role === 'learner';
      const refusal = textOf(mayPromote(facts)) ?? (catchUp(change.member, members)?.ready ? undefined : 'refusedNotInSync');
      return { now, after: outlook(voters + 1, up + (runs ? 1 : 0)), running: undefined, refusal };
    }
    case 'moveLeader':
      return { ...still, refusal: change.member.isLearner ? 'refusedLearnerLeads' : isUp(change.member) ? undefined : 'refusedNotUp' };
    case 'update':
      return { ...still, refusal: undefined };
  }
}

/** How far a learner's log is, by what both have told of themselves: it may be further, never less far. */
export function catchUp(learner: MemberView, members: readonly MemberView[]): { share: number; ready: boolean; behind: number } | undefined {
  const leader = members.find((member) => member.role === 'leader');
  if (!leader?.raftIndex || learner.raftIndex === undefined) return undefined;
  return { share: Math.min(1, learner.raftIndex / leader.raftIndex), ready: isInSync(learner.raftIndex, leader.raftIndex), behind: Math.max(0, leader.raftIndex - learner.raftIndex) };
}

export interface JoinSettings {
  name: string;
  dataDir: string;
  clientUrl: string;
}

/** What a newcomer is started with, as etcd's flags. A member that has not run has no name: its id stands for it. */
export function joinFlags(member: MemberView, members: readonly MemberView[], { name, dataDir, clientUrl }: JoinSettings): [flag: string, value: string][] {
  const cluster = members.flatMap((other) => other.peerUrls.map((url) => `${other.id === member.id ? name : other.name || other.id}=${url}`));
  const peers = member.peerUrls.join(',');
  return [
    ['name', name], ['data-dir', dataDir], ['initial-advertise-peer-urls', peers], ['listen-peer-urls', peers], ['advertise-client-urls', clientUrl], ['listen-client-urls', clientUrl],
    ['initial-cluster', cluster.join(',')], ['initial-cluster-state', 'existing'],
  ];
}

/** Plain where a shell takes it as it is, else in single quotes. */
const quoted = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

export function commandOf(flags: readonly [string, string][]): string {
  return ['etcd', ...flags.map(([flag, value]) => `  --${flag}=${quoted(value)}`)].join(' \\\n');
}

export function environmentOf(flags: readonly [string, string][]): string {
  return flags.map(([flag, value]) => `ETCD_${flag.toUpperCase().replaceAll('-', '_')}=${quoted(value)}`).join('\n');
}
