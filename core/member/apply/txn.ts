import { assert } from '../../base/assert.ts';
import { compareBytes } from '../../base/bytes.ts';
import { EtcdError, etcdErrors } from '../../base/etcd-error.ts';
import { noLease } from '../../base/ids.ts';
import { boundsOf, contains, type Bounds } from '../../mvcc/range-bounds.ts';
import type { KeyValue, ReadView, WriteTxn } from '../../mvcc/types.ts';
import {
  CompareCompareResult as Result, CompareCompareTarget as Target, DeleteRangeResponse, PutResponse, ResponseHeader, TxnResponse,
  type Compare, type DeleteRangeRequest, type PutRequest, type RangeRequest, type RequestOp, type ResponseOp, type TxnRequest,
} from '../../proto/gen/rpc.ts';
import { rangeOf } from './range.ts';

export interface LeaseLookup {
  has(id: bigint): boolean;
}

/** Which branch was taken, here and in the nested transactions along the way. */
interface Path {
  succeeded: boolean;
  nested: Path[];
}

const noEnd = new Uint8Array(0);

export function one(view: ReadView, key: Uint8Array): KeyValue | undefined {
  const outcome = view.range(key, noEnd, { limit: 1, revision: 0, countOnly: false });
  assert(outcome.ok, 'the present revision cannot be read');
  return outcome.result.kvs[0];
}

// --- comparing

function compareOne(compare: Compare, kv: KeyValue | undefined): boolean {
  let order: number;
  switch (compare.target) {
    case Target.VALUE:
      // A key that does not exist has no value: no comparison holds, not even "not equal".
      if (!kv) return false;
      order = compareBytes(kv.value, compare.value ?? noEnd);
      break;
    case Target.VERSION:
      order = (kv?.version ?? 0) - (compare.version ?? 0);
      break;
    case Target.CREATE:
      order = (kv?.createRevision ?? 0) - (compare.createRevision ?? 0);
      break;
    case Target.MOD:
      order = (kv?.modRevision ?? 0) - (compare.modRevision ?? 0);
      break;
    case Target.LEASE: {
      const difference = (kv?.lease ?? noLease) - (compare.lease ?? noLease);
      order = difference < 0n ? -1 : difference > 0n ? 1 : 0;
      break;
    }
    default:
      order = 0;
  }
  switch (compare.result) {
    case Result.EQUAL:
      return order === 0;
    case Result.NOT_EQUAL:
      return order !== 0;
    case Result.GREATER:
      return order > 0;
    case Result.LESS:
      return order < 0;
    default:
      return true;
  }
}

/** Every existing key of the range must satisfy; an empty range is compared as a missing key. */
function holds(view: ReadView, compare: Compare): boolean {
  const outcome = view.range(compare.key, compare.rangeEnd, { limit: 0, revision: 0, countOnly: false });
  assert(outcome.ok, 'the present revision cannot be read');
  const { kvs } = outcome.result;
  return kvs.length === 0 ? compareOne(compare, undefined) : kvs.every((kv) => compareOne(compare, kv));
}

/** All comparisons, nested ones included, see the state before the transaction. */
function choosePath(view: ReadView, request: TxnRequest): Path {
  const succeeded = request.compare.every((compare) => holds(view, compare));
  const ops = succeeded ? request.success : request.failure;
  return { succeeded, nested: ops.flatMap((op) => (op.requestTxn ? [choosePath(view, op.requestTxn)] : [])) };
}

const opsOf = (request: TxnRequest, path: Path): RequestOp[] => (path.succeeded ? request.success : request.failure);

// --- checking, before anything is changed

function checkRange(view: ReadView, request: RangeRequest): EtcdError | undefined {
  if (request.revision === 0) return undefined;
  if (request.revision > view.currentRevision) return etcdErrors.futureRev();
  return request.revision < view.compactRevision ? etcdErrors.compacted() : undefined;
}

export function checkLease(leases: LeaseLookup, request: PutRequest): EtcdError | undefined {
  return request.lease !== noLease && !leases.has(request.lease) ? etcdErrors.leaseNotFound() : undefined;
}

/** In a transaction the key is looked for first, in a put by itself the lease is: as in etcd. */
export function checkPut(view: ReadView, leases: LeaseLookup, request: PutRequest): EtcdError | undefined {
  if ((request.ignoreValue || request.ignoreLease) && !one(view, request.key)) return etcdErrors.keyNotFound();
  return checkLease(leases, request);
}

/**
 * `deleted` gathers what the operations so far will have deleted: a put that keeps the key's value or lease cannot follow.
 * etcd does not look there, and ends when it comes to such a put.
 */
function check(view: ReadView, leases: LeaseLookup, request: TxnRequest, path: Path, deleted: Bounds[] = []): EtcdError | undefined {
  let nested = 0;
  for (const op of opsOf(request, path)) {
    let error: EtcdError | undefined;
    if (op.requestRange) error = checkRange(view, op.requestRange);
    else if (op.requestPut) error = checkPut(view, leases, op.requestPut) ?? checkKept(op.requestPut, deleted);
    else if (op.requestDeleteRange) deleted.push(boundsOf(op.requestDeleteRange.key, op.requestDeleteRange.rangeEnd));
    else if (op.requestTxn) error = check(view, leases, op.requestTxn, path.nested[nested++]!, deleted);
    if (error) return error;
  }
  return undefined;
}

function checkKept({ key, ignoreValue, ignoreLease }: PutRequest, deleted: readonly Bounds[]): EtcdError | undefined {
  return (ignoreValue || ignoreLease) && deleted.some((bounds) => contains(bounds, key)) ? etcdErrors.keyNotFound() : undefined;
}

// --- carrying out

/** The request was checked: nothing here can fail for a reason that a client could have given. */
export function put(txn: WriteTxn, request: PutRequest): PutResponse {
  const wanted = request.prevKv || request.ignoreValue || request.ignoreLease;
  const before = wanted ? one(txn, request.key) : undefined;
  const value = request.ignoreValue ? before!.value : request.value;
  txn.put(request.key, value, request.ignoreLease ? before!.lease : request.lease);
  return PutResponse.create({ header: ResponseHeader.create({ revision: txn.currentRevision }), prevKv: request.prevKv ? before : undefined });
}

export function deleteRange(txn: WriteTxn, request: DeleteRangeRequest): DeleteRangeResponse {
  let prevKvs: KeyValue[] = [];
  if (request.prevKv) {
    const outcome = txn.range(request.key, request.rangeEnd, { limit: 0, revision: 0, countOnly: false });
    assert(outcome.ok, 'the present revision cannot be read');
    prevKvs = outcome.result.kvs;
  }
  const deleted = txn.deleteRange(request.key, request.rangeEnd);
  return DeleteRangeResponse.create({ header: ResponseHeader.create({ revision: txn.currentRevision }), deleted, prevKvs });
}

type Run = (op: RequestOp, nested: () => TxnResponse) => ResponseOp;
type Header = () => ResponseHeader;

const noResponse: ResponseOp = { responseRange: undefined, responsePut: undefined, responseDeleteRange: undefined, responseTxn: undefined };

/** A nested transaction's header is there and empty; that of the outermost says the revision. */
function carryOut(request: TxnRequest, path: Path, run: Run, header: Header): TxnResponse {
  let nested = 0;
  const empty: Header = () => ResponseHeader.create();
  const responses = opsOf(request, path).map((op) => run(op, () => carryOut(op.requestTxn!, path.nested[nested++]!, run, empty)));
  return TxnResponse.create({ header: header(), succeeded: path.succeeded, responses });
}

const headerAt = (view: ReadView): Header => () => ResponseHeader.create({ revision: view.currentRevision });

function rangeIn(view: ReadView, request: RangeRequest): ResponseOp {
  const response = rangeOf(view, request);
  assert(!(response instanceof EtcdError), 'a checked range failed inside of a transaction', () => String(response));
  return { ...noResponse, responseRange: response };
}

/**
 * Carries a transaction out, or refuses it and changes nothing. `begin` is called only when it will go through.
 */
export function applyTxn(view: ReadView, begin: () => WriteTxn, leases: LeaseLookup, request: TxnRequest): TxnResponse | EtcdError {
  const path = choosePath(view, request);
  const refusal = check(view, leases, request, path);
  if (refusal) return refusal;
  const txn = begin();
  const run: Run = (op, nested) => {
    if (op.requestRange) return rangeIn(txn, op.requestRange);
    if (op.requestPut) return { ...noResponse, responsePut: put(txn, op.requestPut) };
    if (op.requestDeleteRange) return { ...noResponse, responseDeleteRange: deleteRange(txn, op.requestDeleteRange) };
    return { ...noResponse, responseTxn: nested() };
  };
  const response = carryOut(request, path, run, headerAt(txn));
  txn.end();
  return response;
}

/** A transaction of ranges only, on a view that does not change. */
export function readTxn(view: ReadView, request: TxnRequest): TxnResponse | EtcdError {
  const path = choosePath(view, request);
  const refusal = check(view, { has: () => true }, request, path);
  if (refusal) return refusal;
  return carryOut(request, path, (op) => rangeIn(view, op.requestRange!), headerAt(view));
}
