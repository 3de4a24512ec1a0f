import { byteString, bytesOf, prefixEnd, utf8 } from '../base/bytes.ts';
import { Code, EtcdError, etcdErrors } from '../base/etcd-error.ts';
import { idHex } from '../base/ids.ts';
import type { CallContext, EtcdMember } from '../member/types.ts';
import { EventEventType, type KeyValue } from '../proto/gen/kv.ts';
import {
  Compare, CompareCompareResult, CompareCompareTarget, DeleteRangeRequest, LeaseGrantRequest, PutRequest, RangeRequest, RangeRequestSortOrder, RangeRequestSortTarget, RequestOp,
  TxnRequest, WatchCreateRequest, type RangeResponse, type TxnResponse, type WatchResponse,
} from '../proto/gen/rpc.ts';
import * as kv from './kv.ts';
import * as lease from './lease.ts';

/** What Lock and Election share: etcd's recipes upon the member's own keys. Source: etcd `client/v3/concurrency`. */

/** Seconds; nobody renews it. Source: etcd `defaultSessionTTL`. */
const sessionTtl = 60;
const txnOps = 3;

/** Failures within a recipe reach the client without their codes, as its texts alone. */
export async function asRecipe<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof EtcdError) || error.code === Code.cancelled || error.code === Code.deadlineExceeded) throw error;
    throw new EtcdError(Code.unknown, error.message);
  }
}

/** The caller's lease, or a fresh one. */
export async function sessionLease(member: EtcdMember, id: bigint, context: CallContext): Promise<bigint> {
  if (id !== 0n) return id;
  return (await lease.grant(member, LeaseGrantRequest.create({ ttl: sessionTtl }), context)).id;
}

export const prefixOf = (name: Uint8Array): Uint8Array => bytesOf(`${byteString(name)}/`);

/** Who holds this lease queues under this key. Negative ids print as Go prints them. */
export function keyOf(prefix: Uint8Array, id: bigint): Uint8Array {
  const hex = id < 0n ? `-${(-id).toString(16)}` : idHex(id);
  return bytesOf(byteString(prefix) + byteString(utf8(hex)));
}

/** The key under the prefix that was made first: the holder. */
export function firstCreated(prefix: Uint8Array): RangeRequest {
  return RangeRequest.create({ key: prefix, rangeEnd: prefixEnd(prefix), sortTarget: RangeRequestSortTarget.CREATE, sortOrder: RangeRequestSortOrder.ASCEND, limit: 1 });
}

/** Runs `then` when the key was made at this revision (0: there is none), else `otherwise`. */
export function ifCreatedAt(member: EtcdMember, key: Uint8Array, revision: number, then: RequestOp[], otherwise: RequestOp[], context: CallContext): Promise<TxnResponse> {
  const compare = Compare.create({ target: CompareCompareTarget.CREATE, result: CompareCompareResult.EQUAL, key, createRevision: revision });
  return kv.txn(member, TxnRequest.create({ compare: [compare], success: then, failure: otherwise }), context, txnOps);
}

export const putOp = (key: Uint8Array, value: Uint8Array, leaseId: bigint): RequestOp => RequestOp.create({ requestPut: PutRequest.create({ key, value, lease: leaseId }) });
export const rangeOp = (request: RangeRequest): RequestOp => RequestOp.create({ requestRange: request });
export const deleteOp = (key: Uint8Array): RequestOp => RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key }) });

export function kvAt(response: TxnResponse, i: number): KeyValue | undefined {
  return response.responses[i]?.responseRange?.kvs[0];
}

/** Waits until no key under the prefix is left that was made at this revision or before. Rejects when the caller leaves. */
export async function waitForDeletes(member: EtcdMember, prefix: Uint8Array, maxCreateRevision: number, context: CallContext): Promise<void> {
  for (;;) {
    const request = RangeRequest.create({
      key: prefix, rangeEnd: prefixEnd(prefix), sortTarget: RangeRequestSortTarget.CREATE, sortOrder: RangeRequestSortOrder.DESCEND, limit: 1, maxCreateRevision,
    });
    const found: RangeResponse = await kv.range(member, request, context);
    const [last] = found.kvs;
    if (!last) return;
    await firstEvent(member, { key: last.key, startRevision: found.header!.revision }, context, (event) => event.type === EventEventType.DELETE);
  }
}

type WireEvent = WatchResponse['events'][number];

/** Waits for the first event of a watch that `wanted` takes. Rejects when the watch ends, or the caller leaves. */
export function firstEvent(member: EtcdMember, watch: Partial<WatchCreateRequest>, context: CallContext, wanted: (event: WireEvent) => boolean): Promise<WireEvent> {
  return new Promise((resolve, reject) => {
    const end = follow(member, watch, context, (event) => {
      if (!wanted(event)) return;
      end();
      resolve(event);
    }, reject);
  });
}

/** Whether there is room for more of what a watch tells; `drained` is to be called when there is again. */
export interface Room {
  free: boolean;
  drained: () => void;
}

/** Tells the events of one watch until the returned function is called, or the watch fails. Without room it waits behind. */
export function follow(member: EtcdMember, watch: Partial<WatchCreateRequest>, context: CallContext, take: (event: WireEvent) => void, fail: (error: EtcdError) => void, room?: Room): () => void {
  const { signal } = context;
  let open = true;
  const stream = member.watchHub.openStream({
    send({ events, canceled }) {
      for (const event of events) if (open) take(event);
      if (open && canceled) ended(etcdErrors.compacted());
      return room?.free ?? true;
    },
  });
  if (room) room.drained = () => stream.drained();
  const close = (): void => {
    open = false;
    signal?.removeEventListener('abort', left);
    stream.close();
  };
  const ended = (error: EtcdError): void => {
    close();
    fail(error);
  };
  const left = (): void => ended(etcdErrors.canceled());
  if (signal?.aborted) left();
  else {
    signal?.addEventListener('abort', left);
    stream.create(WatchCreateRequest.create(watch));
  }
  return close;
}

/** For what is tidied up after a caller who has left. */
export const ownContext: CallContext = { deadlineMs: Infinity, signal: undefined };
