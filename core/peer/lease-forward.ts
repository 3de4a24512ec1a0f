import type { IncomingMessage, ServerResponse } from 'node:http';
import { EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { LeaderForwarder } from '../member/host-parts.ts';
import type { CallContext, EtcdMember, LeaseLife } from '../member/types.ts';
import { LeaseInternalRequest, LeaseInternalResponse } from '../proto/gen/lease.ts';
import { LeaseKeepAliveRequest, LeaseKeepAliveResponse, LeaseTimeToLiveRequest, LeaseTimeToLiveResponse, ResponseHeader } from '../proto/gen/rpc.ts';
import { answer, chunksOf, pathOf, readBody } from './http-io.ts';
import type { LeaderClient } from './leader-client.ts';

/** Source: etcd `server/lease/leasehttp`. */
const renewPath = '/leases';
const timeToLivePath = '/leases/internal';
const maxBodyBytes = 64 * 1024;

/** What a follower asks the leader about leases. */
export function leaseForwarder(leader: LeaderClient): Pick<LeaderForwarder, 'renew' | 'timeToLive'> {
  return {
    async renew(peerUrls, id, context) {
      const { status, body } = await leader.post(peerUrls, renewPath, LeaseKeepAliveRequest.encode({ id }), context);
      if (status === 404) return 0;
      if (status !== 200) throw etcdErrors.timeout();
      return LeaseKeepAliveResponse.decode(body).ttl;
    },
    async timeToLive(peerUrls, id, keys, context): Promise<LeaseLife | undefined> {
      const request = LeaseInternalRequest.encode({ leaseTimeToLiveRequest: LeaseTimeToLiveRequest.create({ id, keys }) });
      const { status, body } = await leader.post(peerUrls, timeToLivePath, request, context);
      if (status === 404) return undefined;
      const life = status === 200 ? LeaseInternalResponse.decode(body).leaseTimeToLiveResponse : undefined;
      if (!life) throw etcdErrors.timeout();
      return { ttl: life.ttl, grantedTtl: life.grantedTtl, keys: life.keys };
    },
  };
}

/** The leader's side, on its peer port. False: the path is not of leases. */
export function serveLeases(member: EtcdMember, request: IncomingMessage, response: ServerResponse): boolean {
  const path = pathOf(request);
  if (path !== renewPath && path !== timeToLivePath) return false;
  if (request.method !== 'POST') {
    answer(response, 405, 'Method Not Allowed\n');
    return true;
  }
  const run = path === renewPath ? renew : timeToLive;
  readBody(chunksOf(request), maxBodyBytes)
    .then((body) => run(member, body))
    .then(
      (encoded) => {
        if (encoded) response.writeHead(200, { 'Content-Type': 'application/protobuf' }).end(encoded);
        else answer(response, 404, 'lease not found\n');
      },
      (error: unknown) => {
        const text = error instanceof Error ? error.message : String(error);
        if (text === etcdErrors.timeout().message) answer(response, 408, `${text}\n`);
        else answer(response, error instanceof EtcdError ? 500 : 400, `${text}\n`);
      },
    );
  return true;
}

const patient: CallContext = { deadlineMs: Infinity, signal: undefined };

/** A member that does not lead refuses instead of passing on: the question would go round in circles. */
function demandLead(member: EtcdMember): void {
  if (member.status().role !== 'leader') throw etcdErrors.notLeader();
}

/** The asker may have seen a lease's grant applied before this member has. */
async function applied(member: EtcdMember): Promise<void> {
  const { appliedIndex, committedIndex } = member.status();
  if (appliedIndex < committedIndex) await member.linearizableRead(patient);
}

async function renew(member: EtcdMember, body: Uint8Array): Promise<Uint8Array | undefined> {
  demandLead(member);
  const { id } = LeaseKeepAliveRequest.decode(body);
  await applied(member);
  const ttl = await member.leaseRenew(id, patient);
  return ttl === 0 ? undefined : LeaseKeepAliveResponse.encode({ id, ttl });
}

async function timeToLive(member: EtcdMember, body: Uint8Array): Promise<Uint8Array | undefined> {
  demandLead(member);
  const asked = LeaseInternalRequest.decode(body).leaseTimeToLiveRequest;
  if (!asked) throw new RangeError('an empty lease request');
  await applied(member);
  const life = await member.leaseTimeToLive(asked.id, asked.keys, patient);
  if (!life) return undefined;
  // A follower of etcd's ends with a panic when the header is missing.
  const leaseTimeToLiveResponse = LeaseTimeToLiveResponse.create({ header: ResponseHeader.create(), id: asked.id, ttl: life.ttl, grantedTtl: life.grantedTtl, keys: life.keys });
  return LeaseInternalResponse.encode({ leaseTimeToLiveResponse });
}
