import type { CallContext, ClusterMember, EtcdMember } from '../member/types.ts';
import { MemberListResponse, type Member, type MemberListRequest } from '../proto/gen/rpc.ts';
import { headerWithoutRevision } from './header.ts';

function toWire(member: ClusterMember): Member {
  return { id: member.id, name: member.name, peerUrls: member.peerUrls, clientUrls: member.clientUrls, isLearner: member.isLearner };
}

export async function memberList(member: EtcdMember, request: MemberListRequest, context: CallContext): Promise<MemberListResponse> {
  if (request.linearizable) await member.linearizableRead(context);
  return MemberListResponse.create({ header: headerWithoutRevision(member), members: member.members().map(toWire) });
}
