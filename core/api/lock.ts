import { emptyBytes } from '../base/bytes.ts';
import { Code, EtcdError } from '../base/etcd-error.ts';
import type { CallContext, EtcdMember } from '../member/types.ts';
import { LockResponse, UnlockResponse, type LockRequest, type UnlockRequest } from '../proto/gen/lock.ts';
import { DeleteRangeRequest, RangeRequest } from '../proto/gen/rpc.ts';
import * as kv from './kv.ts';
import { asRecipe, firstCreated, ifCreatedAt, keyOf, kvAt, ownContext, prefixOf, putOp, rangeOp, sessionLease, waitForDeletes } from './recipes.ts';

/**
 * Holds the lock when it answers. Who asks puts a key with its lease under the name, and waits until all older ones are
 * gone; who asks again with the same lease has it still. Source: etcd `client/v3/concurrency/mutex.go`.
 */
export function lock(member: EtcdMember, request: LockRequest, context: CallContext): Promise<LockResponse> {
  return asRecipe(async () => {
    const leaseId = await sessionLease(member, request.lease, context);
    const prefix = prefixOf(request.name);
    const key = keyOf(prefix, leaseId);
    const own = RangeRequest.create({ key });
    const holder = rangeOp(firstCreated(prefix));
    const asked = await ifCreatedAt(member, key, 0, [putOp(key, emptyBytes, leaseId), holder], [rangeOp(own), holder], context);
    const revision = asked.succeeded ? asked.header!.revision : kvAt(asked, 0)!.createRevision;
    const first = kvAt(asked, 1);
    if (!first || first.createRevision === revision) return LockResponse.create({ header: asked.header, key });
    try {
      await waitForDeletes(member, prefix, revision - 1, context);
      const still = await kv.range(member, own, context);
      if (still.kvs.length === 0) throw new EtcdError(Code.unknown, 'mutex: session is expired');
      return LockResponse.create({ header: still.header, key });
    } catch (error) {
      // Who has left must not stand in the others' way. The lease ends it where this cannot.
      await kv.deleteRange(member, DeleteRangeRequest.create({ key }), ownContext).catch(() => {});
      throw error;
    }
  });
}

export function unlock(member: EtcdMember, request: UnlockRequest, context: CallContext): Promise<UnlockResponse> {
  return asRecipe(async () => {
    const { header } = await kv.deleteRange(member, DeleteRangeRequest.create({ key: request.key }), context);
    return UnlockResponse.create({ header });
  });
}
