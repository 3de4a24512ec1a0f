import { etcdErrors, EtcdError } from '../base/etcd-error.ts';
import type { CallContext, EtcdMember } from '../member/types.ts';
import {
  LeaseKeepAliveResponse, LeaseLeasesResponse, LeaseTimeToLiveResponse, type LeaseGrantRequest, type LeaseGrantResponse, type LeaseKeepAliveRequest,
  type LeaseRevokeRequest, type LeaseRevokeResponse, type LeaseTimeToLiveRequest,
} from '../proto/gen/rpc.ts';
import { maxLeaseTtl } from '../lease/lessor.ts';
import { costOfLeaseGrant } from '../member/quota.ts';
import { headerOf } from './header.ts';
import { proposeFor, refuseForSpace } from './kv.ts';
import type { ServerStream } from './stream.ts';

const positive63 = (1n << 63n) - 1n;
/** Renewals of one stream that wait for those before them: with more the client is asked to wait, too. */
const maxWaitingRenewals = 1_000;

export async function grant(member: EtcdMember, request: LeaseGrantRequest, context: CallContext): Promise<LeaseGrantResponse> {
  if (!member.keeper.fitsQuota(costOfLeaseGrant)) await refuseForSpace(member, context);
  if (request.ttl > maxLeaseTtl) throw etcdErrors.leaseTtlTooLarge();
  // An id of the server's choice: unique as a request id is, and positive.
  const id = request.id === 0n ? member.nextRequestId() & positive63 : request.id;
  const { response } = await proposeFor(member, 'leaseGrant', { leaseGrant: { ttl: request.ttl, id } }, context);
  response.header = headerOf(member, response.header);
  return response;
}

export async function revoke(member: EtcdMember, request: LeaseRevokeRequest, context: CallContext): Promise<LeaseRevokeResponse> {
  const { response } = await proposeFor(member, 'leaseRevoke', { leaseRevoke: request }, context);
  response.header = headerOf(member, response.header);
  return response;
}

export async function timeToLive(member: EtcdMember, request: LeaseTimeToLiveRequest, context: CallContext): Promise<LeaseTimeToLiveResponse> {
  const life = await member.leaseTimeToLive(request.id, request.keys, context);
  const header = headerOf(member);
  if (!life) return LeaseTimeToLiveResponse.create({ header, id: request.id, ttl: -1 });
  return LeaseTimeToLiveResponse.create({ header, id: request.id, ttl: life.ttl, grantedTtl: life.grantedTtl, keys: life.keys });
}

export function leases(member: EtcdMember): LeaseLeasesResponse {
  return LeaseLeasesResponse.create({ header: headerOf(member), leases: member.lessor.list().map((id) => ({ id })) });
}

/** One answer per request, in order; TTL 0 where there is no such lease. The client's end ends the call. */
export function keepAlive(member: EtcdMember, stream: ServerStream<LeaseKeepAliveRequest, LeaseKeepAliveResponse>, context: CallContext): void {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  let over = false;
  const answer = async ({ id }: LeaseKeepAliveRequest): Promise<void> => {
    if (waiting-- === maxWaitingRenewals) stream.resume();
    if (over) return;
    // Taken before the renewal, so that a client may not believe more than is true.
    const header = headerOf(member);
    try {
      stream.send(LeaseKeepAliveResponse.create({ header, id, ttl: await member.leaseRenew(id, context) }));
    } catch (error) {
      over = true;
      stream.end(error instanceof EtcdError ? error : etcdErrors.stopped());
    }
  };
  stream.onMessage((request) => {
    if (over) return;
    if (++waiting === maxWaitingRenewals) stream.pause();
    last = last.then(() => answer(request));
  });
  stream.onClose(() => {
    over = true;
  });
  stream.onEnd(() => {
    void last.then(() => {
      if (!over) stream.end();
    });
  });
}
