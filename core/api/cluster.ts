import { normalUrl } from '../member/peer-urls.ts';
import type { CallContext, ClusterMember, EtcdMember } from '../member/types.ts';
import { etcdErrors } from '../base/etcd-error.ts';
import {
  MemberAddResponse, MemberListResponse, MemberPromoteResponse, MemberRemoveResponse, MemberUpdateResponse, type Member, type MemberAddRequest,
  type MemberListRequest, type MemberPromoteRequest, type MemberRemoveRequest, type MemberUpdateRequest,
} from '../proto/gen/rpc.ts';
import { headerWithoutRevision } from './header.ts';

function toWire(member: ClusterMember): Member {
  return { id: member.id, name: member.name, peerUrls: member.peerUrls, clientUrls: member.clientUrls, isLearner: member.isLearner };
}

export async function memberList(member: EtcdMember, request: MemberListRequest, context: CallContext): Promise<MemberListResponse> {
  if (request.linearizable) await member.linearizableRead(context);
  return MemberListResponse.create({ header: headerWithoutRevision(member), members: member.members().map(toWire) });
}

export async function memberAdd(member: EtcdMember, request: MemberAddRequest, context: CallContext): Promise<MemberAddResponse> {
  const peerUrls = request.peerUrls.map(normalUrl);
  if (peerUrls.length === 0 || !peerUrls.every(isPeerUrl)) throw etcdErrors.memberBadUrls();
  const added = await member.addMember(peerUrls, request.isLearner, context);
  return MemberAddResponse.create({ header: headerWithoutRevision(member), member: toWire(added.member), members: added.members.map(toWire) });
}

export async function memberRemove(member: EtcdMember, { id }: MemberRemoveRequest, context: CallContext): Promise<MemberRemoveResponse> {
  const members = await member.removeMember(id, context);
  return MemberRemoveResponse.create({ header: headerWithoutRevision(member), members: members.map(toWire) });
}

/** The URLs are taken as they are, as etcd takes them; but those that are none would end an etcd among the members, and are refused. */
export async function memberUpdate(member: EtcdMember, { id, peerUrls }: MemberUpdateRequest, context: CallContext): Promise<MemberUpdateResponse> {
  if (peerUrls.length === 0 || !peerUrls.every((url) => isPeerUrl(normalUrl(url)))) throw etcdErrors.memberBadUrls();
  const members = await member.updateMember(id, peerUrls, context);
  return MemberUpdateResponse.create({ header: headerWithoutRevision(member), members: members.map(toWire) });
}

export async function memberPromote(member: EtcdMember, { id }: MemberPromoteRequest, context: CallContext): Promise<MemberPromoteResponse> {
  const members = await member.promoteMember(id, context);
  return MemberPromoteResponse.create({ header: headerWithoutRevision(member), members: members.map(toWire) });
}

/** Source: etcd `types.NewURLs`: a scheme of its transports, and with http a host with a port and no path. */
function isPeerUrl(text: string): boolean {
  const match = /^(http|https|unix|unixs):\/\/(.*)$/.exec(text);
  if (!match) return false;
  const [, scheme, rest] = match;
  if (scheme === 'unix' || scheme === 'unixs') return rest !== '';
  return /^(\[[^\]/]+\]|[^:/?#@]*):\d+$/.test(rest!);
}
