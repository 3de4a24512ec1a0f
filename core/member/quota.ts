import type { PutRequest, RequestOp, TxnRequest } from '../proto/gen/rpc.ts';

/** Estimates of what a key and a lease take beside their bytes. Source: etcd `server/storage/quota.go`. */
const keyOverheadBytes = 256;
const leaseOverheadBytes = 64;

export const defaultQuotaBytes = 2 * 1024 ** 3;

/** Bytes by which a request may make the store grow; 0: it does not. */
export const costOfPut = ({ key, value }: PutRequest): number => keyOverheadBytes + key.length + value.length;

export const costOfTxn = ({ success, failure }: TxnRequest): number => Math.max(costOfOps(success), costOfOps(failure));

const costOfOps = (ops: readonly RequestOp[]): number => ops.reduce((sum, op) => sum + costOfOp(op), 0);

function costOfOp(op: RequestOp): number {
  if (op.requestPut) return costOfPut(op.requestPut);
  return op.requestTxn ? costOfTxn(op.requestTxn) : 0;
}

export const costOfLeaseGrant = leaseOverheadBytes;

/** `limitBytes` as the flag has it: 0 is the default, below 0 there is no limit. */
export function fitsQuota(cost: number, usedBytes: number, limitBytes: number): boolean {
  return cost === 0 || limitBytes < 0 || usedBytes + cost < (limitBytes || defaultQuotaBytes);
}
