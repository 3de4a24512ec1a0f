/** What a change of members would mean, and why it would be refused: told before it is made. */
import { defaultMaxLearners, healthIntervalMs, isInSync, mayAdd, mayPromote, mayRemove, mayRestart, outlook, type ChangeRefusal, type Outlook, type VoterFacts } from '../../../core/base/membership-rules.ts';
import type { ClusterStatus, MemberView } from '../../../core/contract/types.ts';
import type { TextKey } from '../../i18n/index.ts';
import { isUp } from '../../ui/forecast.ts';

export interface Prospect {
  now: Outlook;
  after: Outlook;
  /** When a member that is added has been started. */
  running: Outlook | undefined;
}

export interface Plan extends Prospect {
  /** Why the cluster would not do it. */
  refusal: TextKey | undefined;
  /** Why it might not: nobody has told us. */
  doubt: TextKey | undefined;
}

export type Change =
  | { kind: 'add'; learner: boolean; peerUrls: readonly string[] }
  | { kind: 'update'; member: MemberView; peerUrls: readonly string[] }
  | { kind: 'remove' | 'promote' | 'moveLeader' | 'restart'; member: MemberView };

/** The members, and what the leader tells of its settings. */
export type Known = Pick<ClusterStatus, 'members' | 'learners'>;

const refusals: Readonly<Record<ChangeRefusal, TextKey>> = { notEnoughStarted: 'refusedNotStarted', unhealthy: 'refusedUnhealthy' };

/**
 * By what the leader tells of its links. Where it tells nothing, who answers with a leader is taken for connected: how long
 * the links have held is known to the members alone.
 */
function factsOf(members: readonly MemberView[]): VoterFacts<string>[] {
  return members.filter((member) => !member.isLearner).map((member) => {
    const { id, role, replication } = member;
    const told = replication !== undefined && role !== 'leader';
    const active = told ? replication.activeMs !== undefined : isUp(member);
    return { id, started: role !== 'unstarted', connected: told ? (replication.activeMs ?? 0) >= healthIntervalMs : active, active };
  });
}

/** A refusal that only waits for the links to have held for long enough says so. */
function textOf(facts: readonly VoterFacts<string>[], rule: (facts: readonly VoterFacts<string>[]) => ChangeRefusal | undefined): TextKey | undefined {
  const refusal = rule(facts);
  if (refusal === undefined) return undefined;
  return rule(facts.map((voter) => ({ ...voter, connected: voter.active }))) === undefined ? 'refusedUnsteady' : refusals[refusal];
}

export function planOf({ members, learners }: Known, change: Change): Plan {
  const facts = factsOf(members);
  const voters = facts.length;
  const up = members.filter((member) => !member.isLearner && isUp(member)).length;
  const now = outlook(voters, up);
  const still = { now, after: now, running: undefined, doubt: undefined };
  if (change.kind === 'restart') {
    const others = members.filter(({ id, isLearner }) => !isLearner && id !== change.member.id);
    const othersUp = others.filter(isUp).length;
    const refusal = mayRestart(others.length, othersUp, change.member.isLearner) ? undefined : 'refusedRestart';
    return { ...still, after: outlook(voters, othersUp), refusal };
  }
  // Without a leader nothing at all is decided.
  if (!members.some((member) => member.role === 'leader')) return { ...still, refusal: 'refusedNoLeader' };
  switch (change.kind) {
    case 'add': {
      const count = members.filter((member) => member.isLearner).length;
      const tooMany = change.learner && learners !== undefined && count >= learners.max;
      const refusal = textOf(facts, (known) => mayAdd(known, change.learner)) ?? (tooMany ? 'refusedLearners' : undefined) ?? urlRefusal(members, change.peerUrls);
      const doubt = change.learner && learners === undefined && count >= defaultMaxLearners ? 'doubtLearners' : undefined;
      return change.learner ? { ...still, refusal, doubt } : { now, after: outlook(voters + 1, up), running: outlook(voters + 1, up + 1), refusal, doubt };
    }
    case 'remove': {
      if (change.member.isLearner) return { ...still, refusal: undefined };
      const wasUp = isUp(change.member);
      const refusal = voters === 1 ? 'refusedOnlyVoter' : textOf(facts, (known) => mayRemove(known, change.member.id));
      return { ...still, after: outlook(voters - 1, up - (wasUp ? 1 : 0)), refusal };
    }
    case 'promote': {
      const runs = change.member.role === 'learner';
      const refusal = textOf(facts, mayPromote) ?? (catchUp(change.member, members)?.ready ? undefined : 'refusedNotInSync');
      return { ...still, after: outlook(voters + 1, up + (runs ? 1 : 0)), refusal };
    }
    case 'moveLeader':
      return { ...still, refusal: change.member.isLearner ? 'refusedLearnerLeads' : isUp(change.member) ? undefined : 'refusedNotUp' };
    case 'update':
      return { ...still, refusal: urlRefusal(members.filter((other) => other.id !== change.member.id), change.peerUrls) };
  }
}

function urlRefusal(others: readonly MemberView[], peerUrls: readonly string[]): TextKey | undefined {
  return others.some((other) => other.peerUrls.some((url) => peerUrls.includes(url))) ? 'refusedUrlTaken' : undefined;
}

export interface CatchUpState {
  share: number;
  /** It may be promoted. */
  ready: boolean;
  /** Entries. */
  behind: number;
}

/**
 * How far a learner's log is: by what the leader knows; else by what both have told of themselves, which is what is committed
 * and may be further, never less far.
 */
export function catchUp(learner: MemberView, members: readonly MemberView[]): CatchUpState | undefined {
  const leader = members.find((member) => member.role === 'leader');
  const match = learner.replication?.match ?? learner.raftIndex;
  const leaderMatch = learner.replication?.leaderMatch ?? leader?.raftIndex;
  if (match === undefined || !leaderMatch) return undefined;
  return { share: Math.min(1, match / leaderMatch), ready: isInSync(match, leaderMatch), behind: Math.max(0, leaderMatch - match) };
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
