import type { PutRequest, RequestOp, TxnRequest } from '../proto/gen/rpc.ts';

/** Estimates of what a key and a lease take beside their bytes. Source: etcd `server/storage/quota.go`. */
const keyOverheadBytes = 256;
const leaseOverheadBytes = 64;

export const defaultQuotaBytes = 2 * 1024 ** 3;

/** Bytes by which a request may make the store grow; 0: it does not. */
export const costOfPut = ({ key, value }: PutRequest): number => keyOverheadBytes + key.length + value.length;

/** With what nested transactions put, unless `nested` is false. */
export const costOfTxn = ({ success, failure }: TxnRequest, nested = true): number => Math.max(costOfOps(success, nested), costOfOps(failure, nested));

const costOfOps = (ops: readonly RequestOp[], nested: boolean): number => ops.reduce((sum, op) => sum + costOfOp(op, nested), 0);

function costOfOp(op: RequestOp, nested: boolean): number {
  if (op.requestPut) return costOfPut(op.requestPut);
  return op.requestTxn && nested ? costOfTxn(op.requestTxn) : 0;
}

export const costOfLeaseGrant = leaseOverheadBytes;

/** `limitBytes` as the flag has it: 0 is the default, below 0 there is no limit. */
export function fitsQuota(cost: number, usedBytes: number, limitBytes: number): boolean {
  return cost === 0 || limitBytes < 0 || usedBytes + cost < (limitBytes || defaultQuotaBytes);
}
