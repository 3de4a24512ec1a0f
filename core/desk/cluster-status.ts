import { noMember, idHex } from '../base/ids.ts';
import type { EtcdClient } from '../client/etcd-client.ts';
import type { ClusterStatus, ClusterSummary, Health, MemberRole, MemberView } from '../contract/types.ts';
import type { HostedCluster } from '../fleet/hosted-cluster.ts';
import type { MemberThread } from '../fleet/member-thread.ts';
import { memberConfigs } from '../fleet/hosted-cluster.ts';
import { identityOf } from '../member/bootstrap.ts';
import { plainText } from './plain-text.ts';
import type { MemberConfig } from '../member/config.ts';
import type { ProgressResponse } from '../proto/gen/quorate.ts';
import type { Member, StatusResponse } from '../proto/gen/rpc.ts';
import { learnerSettingsOf, replicationOf } from './replication.ts';

const statusTimeoutMs = 1_500;

/** What one member answered. */
export type Probe = { ok: true; response: StatusResponse; latencyMs: number } | { ok: false; error: string };

export async function probe(client: EtcdClient, endpoint: number): Promise<Probe> {
  const startedMs = performance.now();
  try {
    const response = await client.status(endpoint, { timeoutMs: statusTimeoutMs });
    return { ok: true, response, latencyMs: performance.now() - startedMs };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

export interface Known {
  member: Member;
  probe: Probe | undefined;
  thread: MemberThread | undefined;
  /** What the leader has told of all. */
  told: ProgressResponse | undefined;
}

function roleOf({ member, probe: answer }: Known): MemberRole {
  if (member.name === '' && !answer?.ok) return 'unstarted';
  if (!answer?.ok) return 'unreachable';
  if (answer.response.isLearner) return 'learner';
  if (answer.response.leader === member.id) return 'leader';
  return answer.response.leader === noMember ? 'candidate' : 'follower';
}

export function viewOf(known: Known): MemberView {
  const { member, probe: answer, thread, told: progress } = known;
  const response = answer?.ok ? answer.response : undefined;
  const told = answer === undefined || (!answer.ok && member.name === '') ? [] : answer.ok ? answer.response.errors : [plainText(answer.error)];
  const { alarms, errors } = splitAlarms(told, member.id);
  return {
    id: idHex(member.id), name: member.name || (thread?.config.name ?? ''), peerUrls: member.peerUrls, clientUrls: member.clientUrls, isLearner: member.isLearner,
    role: roleOf(known), healthy: response !== undefined && errors.length + alarms.length === 0, errors,
    version: response?.version, term: response?.raftTerm, raftIndex: response?.raftIndex, appliedIndex: response?.raftAppliedIndex,
    dbSizeBytes: response?.dbSize, dbSizeInUseBytes: response?.dbSizeInUse, dbSizeQuotaBytes: response?.dbSizeQuota || undefined, alarms, latencyMs: answer?.ok ? answer.latencyMs : undefined,
    replication: replicationOf(progress, member.id), process: thread && { state: thread.state, reason: thread.reason, sinceWallMs: thread.sinceWallMs, outdated: thread.outdated },
  };
}

/** Every member tells the alarms of all; they are shown with the one that they were raised for. */
function splitAlarms(told: readonly string[], id: bigint): { alarms: string[]; errors: string[] } {
  const alarms: string[] = [];
  const errors: string[] = [];
  for (const text of told) {
    const alarm = /^memberID:(\d+) alarm:(\w+)/.exec(text);
    if (!alarm) errors.push(text);
    else if (BigInt(alarm[1]!) === id) alarms.push(alarm[2]!);
  }
  return { alarms, errors };
}

/** The members of a hosted cluster as its definition says, for when none of them can be asked. */
export function definedMembers(cluster: HostedCluster): Member[] {
  const configs = memberConfigs(cluster.definition, '/');
  return configs.map((config) => ({
    id: idOf(cluster, config), name: config.name, peerUrls: [...config.initialAdvertisePeerUrls], clientUrls: [...config.advertiseClientUrls], isLearner: false,
  }));
}

function idOf({ definition }: HostedCluster, config: MemberConfig): bigint {
  const added = definition.added?.find((member) => member.name === config.name);
  return added ? BigInt(`0x${added.id}`) : identityOf(config).memberId;
}

/** healthy: all answer and agree on a leader; degraded: a quorum does; unavailable: there is no quorum. */
export function healthOf(members: readonly MemberView[]): Health {
  if (members.length === 0) return 'unknown';
  const voters = members.filter((member) => !member.isLearner);
  const up = voters.filter((member) => member.role === 'leader' || member.role === 'follower');
  const led = members.some((member) => member.role === 'leader');
  if (!led || up.length < Math.floor(voters.length / 2) + 1) return 'unavailable';
  return members.every((member) => member.healthy) ? 'healthy' : 'degraded';
}

export function statusOf(summary: ClusterSummary, members: MemberView[], answers: readonly Probe[], told: ProgressResponse | undefined, before: ClusterStatus | undefined): ClusterStatus {
  const responses = answers.flatMap((answer) => (answer.ok ? [answer.response] : []));
  const furthest = responses.reduce<StatusResponse | undefined>((best, item) => (!best || (item.header?.revision ?? 0) > (best.header?.revision ?? 0) ? item : best), undefined);
  const voters = members.filter((member) => !member.isLearner);
  const up = voters.filter(({ role }) => role === 'leader' || role === 'follower' || role === 'candidate');
  const revision = furthest?.header?.revision;
  const atWallMs = Date.now();
  const seconds = before ? (atWallMs - before.atWallMs) / 1000 : 0;
  const rate = before?.revision !== undefined && revision !== undefined && seconds > 0 ? Math.max(0, (revision - before.revision) / seconds) : undefined;
  return {
    cluster: summary, clusterId: furthest?.header && idHex(furthest.header.clusterId), revision, term: furthest?.raftTerm,
    leaderId: members.find((member) => member.role === 'leader')?.id, quorum: Math.floor(voters.length / 2) + 1, voters: voters.length,
    votersUp: up.length, dbSizeBytes: furthest?.dbSize, revisionsPerSecond: rate, members, learners: learnerSettingsOf(told), atWallMs,
  };
}
