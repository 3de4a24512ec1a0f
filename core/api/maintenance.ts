import { Code, EtcdError } from '../base/etcd-error.ts';
import { noMember } from '../base/ids.ts';
import type { CallContext, EtcdMember } from '../member/types.ts';
import { AlarmRequestAlarmAction as Action, AlarmResponse, AlarmType, DefragmentResponse, DowngradeInfo, HashKVResponse, HashResponse, MoveLeaderResponse, ResponseHeader, StatusResponse, type AlarmRequest, type HashKVRequest, type MoveLeaderRequest } from '../proto/gen/rpc.ts';
import { headerOf } from './header.ts';
import { proposeFor } from './kv.ts';

const knownActions: ReadonlySet<number> = new Set(Object.values(Action));
const alarmNames: Readonly<Record<number, string>> = { [AlarmType.NOSPACE]: 'NOSPACE', [AlarmType.CORRUPT]: 'CORRUPT' };

/** What this member knows of itself; no consensus. `version` is the release whose behaviour it shows. */
export function status(member: EtcdMember, version: string): StatusResponse {
  const state = member.status();
  const size = member.dbSize();
  // As Go prints the message: with a space at its end.
  const errors = member.alarms().map(({ memberId, alarm }) => `memberID:${memberId} alarm:${alarmNames[alarm] ?? alarm} `);
  if (state.leader === noMember) errors.unshift('etcdserver: no leader');
  return StatusResponse.create({
    header: headerOf(member), version, dbSize: size.total, dbSizeInUse: size.inUse, dbSizeQuota: size.quota, leader: state.leader,
    raftIndex: state.committedIndex, raftTerm: state.term, raftAppliedIndex: state.appliedIndex, errors, isLearner: state.isLearner,
    storageVersion: version, downgradeInfo: DowngradeInfo.create(),
  });
}

/** Goes through the log, reads too. What would end members of etcd's that apply it does not: unknown actions, and raising no alarm. */
export async function alarm(member: EtcdMember, request: AlarmRequest, context: CallContext): Promise<AlarmResponse> {
  if (!knownActions.has(request.action)) throw new EtcdError(Code.invalidArgument, `quorate: no alarm has the action ${request.action}`);
  if (request.action === Action.ACTIVATE && request.alarm === AlarmType.NONE) {
    await member.linearizableRead(context);
    return AlarmResponse.create({ header: headerOf(member) });
  }
  const { response } = await proposeFor(member, 'alarm', { alarm: request }, context);
  response.header = headerOf(member);
  return response;
}

/** Of everything in the store, whatever its revision. */
export async function hash(member: EtcdMember): Promise<HashResponse> {
  const { hash: value, revision } = await member.database.hash();
  return HashResponse.create({ header: headerOf(member, ResponseHeader.create({ revision })), hash: value });
}

export async function hashKv(member: EtcdMember, request: HashKVRequest): Promise<HashKVResponse> {
  const outcome = await member.database.hashKv(request.revision);
  if (!outcome.ok) throw outcome.error;
  return HashKVResponse.create({ header: headerOf(member), hash: outcome.hash, compactRevision: outcome.compactRevision, hashRevision: outcome.revision });
}

/** Of this member only. What fails is the disk: the text says which file and what to do. */
export async function defragment(member: EtcdMember): Promise<DefragmentResponse> {
  await member.keeper.defragment().catch((error: unknown) => {
    throw new EtcdError(Code.unknown, error instanceof Error ? error.message : String(error));
  });
  return DefragmentResponse.create();
}

/** Without a header, as etcd answers. */
export async function moveLeader(member: EtcdMember, { targetId }: MoveLeaderRequest, context: CallContext): Promise<MoveLeaderResponse> {
  await member.moveLeader(targetId, context);
  return MoveLeaderResponse.create();
}
