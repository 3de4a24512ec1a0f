import { AssertionError } from '../base/assert.ts';
import { EtcdError, etcdErrors } from '../base/etcd-error.ts';
import { costOfPut, costOfTxn } from '../member/quota.ts';
import { rangeOf } from '../member/apply/range.ts';
import { readTxn } from '../member/apply/txn.ts';
import type { ApplyResponse, CallContext, EtcdMember } from '../member/types.ts';
import type { InternalRaftRequest } from '../proto/gen/raft-internal.ts';
import { AlarmType } from '../proto/gen/rpc.ts';
import type {
  CompactionRequest, CompactionResponse, DeleteRangeRequest, DeleteRangeResponse, PutRequest, PutResponse, RangeRequest, RangeResponse,
  TxnRequest, TxnResponse,
} from '../proto/gen/rpc.ts';
import { checkDelete, checkPut, checkRange } from './check-request.ts';
import { checkDuplicates, checkTxn } from './check-txn.ts';
import { headerOf } from './header.ts';

function demand(refusal: EtcdError | undefined): void {
  if (refusal) throw refusal;
}

function orThrow<T>(value: T | EtcdError): T {
  if (value instanceof EtcdError) throw value;
  return value;
}

/** Proposes and returns the answer of the expected kind. */
export async function proposeFor<K extends ApplyResponse['kind']>(
  member: EtcdMember, kind: K, request: Partial<InternalRaftRequest>, context: CallContext,
): Promise<Extract<ApplyResponse, { kind: K }>> {
  const outcome = await member.propose(request, context);
  if (outcome.kind !== kind) throw new AssertionError(`applying gave ${outcome.kind} where ${kind} was proposed`);
  return outcome as Extract<ApplyResponse, { kind: K }>;
}

export async function range(member: EtcdMember, request: RangeRequest, context: CallContext): Promise<RangeResponse> {
  demand(checkRange(request));
  if (!request.serializable) await member.linearizableRead(context);
  const response = orThrow(rangeOf(member.store, request));
  response.header = headerOf(member, response.header);
  return response;
}

/** A member without room says so before it looks at the request, and raises the alarm. Source: etcd `api/v3rpc/quota.go`. */
export async function refuseForSpace(member: EtcdMember, context: CallContext): Promise<never> {
  await unlessGone(member.keeper.raiseNoSpace(), context);
  throw etcdErrors.noSpace();
}

/** Waits, but not for longer than the caller does. */
async function unlessGone(done: Promise<void>, { signal }: CallContext): Promise<void> {
  if (!signal) return done;
  await new Promise<void>((resolve) => {
    void done.then(resolve);
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

export async function put(member: EtcdMember, request: PutRequest, context: CallContext): Promise<PutResponse> {
  if (!member.keeper.fitsQuota(costOfPut(request))) await refuseForSpace(member, context);
  demand(checkPut(request));
  const { response } = await proposeFor(member, 'put', { put: request }, context);
  response.header = headerOf(member, response.header);
  return response;
}

export async function deleteRange(member: EtcdMember, request: DeleteRangeRequest, context: CallContext): Promise<DeleteRangeResponse> {
  demand(checkDelete(request));
  const { response } = await proposeFor(member, 'deleteRange', { deleteRange: request }, context);
  response.header = headerOf(member, response.header);
  return response;
}

/** Ranges only, on both branches: answered here, without the log. A nested transaction makes it a write. */
function isReadOnly(request: TxnRequest): boolean {
  return [...request.success, ...request.failure].every((op) => op.requestRange !== undefined);
}

function isSerializable(request: TxnRequest): boolean {
  return [...request.success, ...request.failure].every((op) => op.requestRange?.serializable === true);
}

export async function txn(member: EtcdMember, request: TxnRequest, context: CallContext, maxOps: number): Promise<TxnResponse> {
  const cost = costOfTxn(request);
  if (!member.keeper.fitsQuota(cost)) await refuseForSpace(member, context);
  demand(checkTxn(request, maxOps));
  demand(checkDuplicates(request));
  // Releases differ in whether they would apply nested puts while the alarm is on: from here such a request does not get that far.
  if (cost > 0 && member.alarms().some(({ alarm }) => alarm === AlarmType.NOSPACE)) throw etcdErrors.noSpace();
  let response: TxnResponse;
  if (isReadOnly(request)) {
    if (!isSerializable(request)) await member.linearizableRead(context);
    response = orThrow(readTxn(member.store, request));
  } else ({ response } = await proposeFor(member, 'txn', { txn: request }, context));
  response.header = headerOf(member, response.header);
  return response;
}

/** With `physical`, answers when the compacted rows are gone from the disk, and so does a refusal because they are going already. */
export async function compact(member: EtcdMember, request: CompactionRequest, context: CallContext): Promise<CompactionResponse> {
  const { response, physical } = await proposeFor(member, 'compaction', { compaction: request }, context).catch(async (error: unknown) => {
    if (request.physical && error instanceof EtcdError && error.message === etcdErrors.compacted().message) await member.store.idle();
    throw error;
  });
  if (request.physical) await physical;
  response.header = headerOf(member, response.header);
  return response;
}
