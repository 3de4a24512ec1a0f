import type { EtcdMember } from '../member/types.ts';
import type { ResponseHeader } from '../proto/gen/rpc.ts';

/** The header of an answer; a revision of its own, where the handler has one, is kept. */
export function headerOf(member: EtcdMember, known?: ResponseHeader): ResponseHeader {
  return {
    clusterId: member.clusterId,
    memberId: member.id,
    revision: known && known.revision !== 0 ? known.revision : member.store.currentRevision,
    raftTerm: member.status().term,
  };
}

/** Cluster services tell no revision. */
export function headerWithoutRevision(member: EtcdMember): ResponseHeader {
  return { ...headerOf(member), revision: 0 };
}
