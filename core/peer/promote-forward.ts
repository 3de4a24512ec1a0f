import type { IncomingMessage, ServerResponse } from 'node:http';
import { EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { MemberId } from '../base/ids.ts';
import { memberToJson, parseMembersJson } from '../member/member-json.ts';
import type { CallContext, ClusterMember, EtcdMember } from '../member/types.ts';
import { answer, pathOf } from './http-io.ts';
import type { LeaderClient } from './leader-client.ts';

/** Source: etcd `server/etcdserver/api/etcdhttp/peer.go`. */
const promotePath = '/members/promote/';
/** The text of etcd's inner error, which is not the one that its clients see. */
const notLearnerText = 'membership: can only promote a learner member';

/** Asks the leader to promote a learner; its refusals are thrown as the EtcdErrors that they stand for. */
export async function forwardPromotion(leader: LeaderClient, peerUrls: readonly string[], id: MemberId, context: CallContext): Promise<ClusterMember[]> {
  const { status, body } = await leader.post(peerUrls, promotePath + String(id), new Uint8Array(0), context);
  return understand(status, body.toString('utf8'));
}

function understand(status: number, body: string): ClusterMember[] {
  switch (status) {
    case 200:
      return parseMembersJson(body);
    case 404:
      throw etcdErrors.memberNotFound();
    case 408:
      throw etcdErrors.timeout();
    case 412:
      throw body.includes(etcdErrors.learnerNotReady().message) ? etcdErrors.learnerNotReady() : etcdErrors.memberNotLearner();
    default:
      if (body.includes(etcdErrors.notLeader().message)) throw etcdErrors.notLeader();
      throw new EtcdError(2, `etcdserver: ${body.trim() || `the leader answered with status ${status}`}`);
  }
}

/** The leader's side, on its peer port. False: the path is not of promotions. */
export function servePromotion(member: EtcdMember, request: IncomingMessage, response: ServerResponse): boolean {
  const pathname = pathOf(request);
  if (!pathname.startsWith(promotePath)) return false;
  if (request.method !== 'POST') {
    response.setHeader('Allow', 'POST');
    answer(response, 405, 'Method Not Allowed\n');
    return true;
  }
  const digits = pathname.slice(promotePath.length);
  if (!/^\d{1,20}$/.test(digits)) {
    answer(response, 404, `member ${digits} not found in cluster\n`);
    return true;
  }
  promoteHere(member, BigInt(digits)).then(
    (members) => answer(response, 200, `[${members.map(memberToJson).join(',')}]\n`, 'application/json'),
    (error: unknown) => refuse(response, error),
  );
  return true;
}

/** A member that does not lead refuses instead of passing on: the request would go round in circles. */
async function promoteHere(member: EtcdMember, id: MemberId): Promise<ClusterMember[]> {
  if (member.status().role !== 'leader') throw etcdErrors.notLeader();
  return member.promoteMember(id, { deadlineMs: Infinity, signal: undefined });
}

function refuse(response: ServerResponse, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  if (text === etcdErrors.memberNotFound().message) answer(response, 404, `${text}\n`);
  else if (text === etcdErrors.memberNotLearner().message) answer(response, 412, `${notLearnerText}\n`);
  else if (text === etcdErrors.learnerNotReady().message) answer(response, 412, `${text}\n`);
  else if (text === etcdErrors.timeout().message) answer(response, 408, `${text}\n`);
  else answer(response, 500, `${text}\n`);
}
