import { expect, test } from 'vitest';
import { utf8 } from '../base/bytes.ts';
import { DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest } from '../proto/gen/rpc.ts';
import { costOfPut, costOfTxn, fitsQuota } from './quota.ts';

const put = (size: number): RequestOp => RequestOp.create({ requestPut: PutRequest.create({ key: utf8('k'), value: new Uint8Array(size) }) });
const txn = (success: RequestOp[], failure: RequestOp[] = []): TxnRequest => TxnRequest.create({ success, failure });
const nested = (request: TxnRequest): RequestOp => RequestOp.create({ requestTxn: request });

test('a put costs its bytes and 256 more', () => {
  expect(costOfPut(PutRequest.create({ key: utf8('key'), value: new Uint8Array(100) }))).toBe(359);
});

test('a transaction costs its dearer branch, nested ones included; what does not put costs nothing', () => {
  const free = [RequestOp.create({ requestRange: RangeRequest.create() }), RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create() })];
  expect(costOfTxn(txn(free, free))).toBe(0);
  expect(costOfTxn(txn([put(3), put(4), ...free], [put(5)]))).toBe(257 * 2 + 7);
  expect(costOfTxn(txn([put(3)], [nested(txn([], [put(10), put(20)]))]))).toBe(257 * 2 + 30);
  expect(costOfTxn(txn([put(3)], [nested(txn([], [put(10), put(20)]))]), false)).toBe(257 + 3);
});

test('0 is 2 GiB, a negative limit is none, and the limit itself is not reached', () => {
  expect(fitsQuota(1, 2 ** 31 - 2, 0)).toBe(true);
  expect(fitsQuota(1, 2 ** 31 - 1, 0)).toBe(false);
  expect(fitsQuota(1, 2 ** 40, -1)).toBe(true);
  expect(fitsQuota(100, 899, 1_000)).toBe(true);
  expect(fitsQuota(100, 900, 1_000)).toBe(false);
  expect(fitsQuota(0, 5_000, 1_000)).toBe(true);
});
