import { EtcdError, etcdErrors } from '../../base/etcd-error.ts';
import type { Lessor } from '../../lease/lessor.ts';
import type { MvccStore } from '../../mvcc/store.ts';
import type { InternalRaftRequest } from '../../proto/gen/raft-internal.ts';
import { AlarmType, CompactionResponse, LeaseGrantResponse, LeaseRevokeResponse, ResponseHeader, type PutRequest } from '../../proto/gen/rpc.ts';
import type { Membership } from '../membership.ts';
import { costOfLeaseGrant, costOfPut, costOfTxn } from '../quota.ts';
import type { ApplyResponse } from '../types.ts';
import type { Alarms } from './alarms.ts';
import { applyTxn, checkLease, checkPut, deleteRange, put } from './txn.ts';

export interface ApplyTarget {
  store: MvccStore;
  lessor: Lessor;
  alarms: Alarms;
  membership: Membership;
  /** Whether there is room for so many bytes more, on this member. */
  fitsQuota(cost: number): boolean;
}

/** What a corrupt cluster refuses to do to its data. Source: etcd `apply_corrupt.go`. */
const touchesData = (request: InternalRaftRequest): boolean =>
  [request.put, request.deleteRange, request.txn, request.compaction, request.leaseGrant, request.leaseRevoke].some((part) => part !== undefined);

/**
 * Applies what may make the store grow. While the alarm is on, which is the same on all members, it is refused. Where it is not
 * and this member has no room, it is done nevertheless, as the others do it, and answered as if it were not: the alarm comes next.
 * What nested transactions put does not count here, as with most releases of etcd below 3.7 that may be members beside this one.
 * Source: etcd `server/etcdserver/apply/quota.go` and `capped.go`.
 */
function growing(target: ApplyTarget, cost: number, apply: () => ApplyResponse | EtcdError): ApplyResponse | EtcdError {
  if (cost > 0 && target.alarms.has(AlarmType.NOSPACE)) return etcdErrors.noSpace();
  const fits = target.fitsQuota(cost);
  const result = apply();
  return fits || result instanceof EtcdError ? result : etcdErrors.noSpace();
}

/**
 * Carries one log entry out, the same way on every member. Refusals are values; a throw is a broken invariant, after
 * which the member must stop, since it could have changed half of what the entry says.
 */
export function applyRequest(target: ApplyTarget, request: InternalRaftRequest): ApplyResponse | EtcdError {
  const { store, lessor } = target;
  if (touchesData(request) && target.alarms.has(AlarmType.CORRUPT)) return etcdErrors.corrupt();
  const { put: putRequest, txn: txnRequest } = request;
  if (putRequest) return growing(target, costOfPut(putRequest), () => applyPut(target, putRequest));
  if (request.deleteRange) {
    const txn = store.begin();
    const response = deleteRange(txn, request.deleteRange);
    txn.end();
    return { kind: 'deleteRange', response };
  }
  if (txnRequest) {
    return growing(target, costOfTxn(txnRequest, false), () => {
      const response = applyTxn(store, () => store.begin(), lessor, txnRequest);
      return response instanceof EtcdError ? response : { kind: 'txn', response };
    });
  }
  if (request.compaction) {
    const outcome = store.compact(request.compaction.revision);
    if (!outcome.ok) return outcome.error;
    const header = ResponseHeader.create({ revision: store.currentRevision });
    return { kind: 'compaction', response: CompactionResponse.create({ header }), physical: outcome.done };
  }
  return applyOther(target, request);
}

function applyPut(target: ApplyTarget, request: PutRequest): ApplyResponse | EtcdError {
  const refusal = checkLease(target.lessor, request) ?? checkPut(target.store, target.lessor, request);
  if (refusal) return refusal;
  const txn = target.store.begin();
  const response = put(txn, request);
  txn.end();
  return { kind: 'put', response };
}

/** A member of etcd has enabled authentication in the cluster. There is none here, and to go on would be to serve everyone. */
export class AuthEnabledError extends Error {
  override readonly name = 'AuthEnabledError';

  constructor() {
    super('authentication was enabled in this cluster, and this release has none: the member stops rather than serve everyone; disable it, or remove this member');
  }
}

function applyOther(target: ApplyTarget, request: InternalRaftRequest): ApplyResponse | EtcdError {
  if (request.authEnable) throw new AuthEnabledError();
  const { store, lessor, alarms, membership } = target;
  if (request.leaseGrant) {
    const { id, ttl } = request.leaseGrant;
    return growing(target, costOfLeaseGrant, () => {
      const granted = lessor.grant(id, ttl);
      if (granted instanceof EtcdError) return granted;
      return { kind: 'leaseGrant', response: LeaseGrantResponse.create({ header: ResponseHeader.create({ revision: store.currentRevision }), id, ttl: granted }) };
    });
  }
  if (request.leaseRevoke) return applyRevoke(target, request.leaseRevoke.id);
  if (request.leaseCheckpoint) {
    for (const { id, remainingTtl } of request.leaseCheckpoint.checkpoints) lessor.checkpoint(id, remainingTtl);
  } else if (request.alarm) {
    return { kind: 'alarm', response: alarms.apply(request.alarm) };
  } else if (request.clusterMemberAttrSet) {
    const { memberId, memberAttributes } = request.clusterMemberAttrSet;
    membership.setAttributes(memberId, { name: memberAttributes?.name ?? '', clientUrls: memberAttributes?.clientUrls ?? [] });
  } else if (request.clusterVersionSet) membership.setVersion(request.clusterVersionSet.ver);
  return { kind: 'none' };
}

/** The attached keys go in one transaction, in key order, and the lease with them. */
function applyRevoke(target: ApplyTarget, id: bigint): ApplyResponse | EtcdError {
  const { store, lessor } = target;
  const keys = lessor.keysOf(id);
  if (!keys) return etcdErrors.leaseNotFound();
  const txn = store.begin();
  for (const key of keys) txn.deleteRange(key, new Uint8Array(0));
  txn.end();
  lessor.drop(id);
  return { kind: 'leaseRevoke', response: LeaseRevokeResponse.create({ header: ResponseHeader.create({ revision: store.currentRevision }) }) };
}
