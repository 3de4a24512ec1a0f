import { expect, test } from 'vitest';
import { utf8 } from '../base/bytes.ts';
import { Compare, DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest } from '../proto/gen/rpc.ts';
import { checkDuplicates, checkTxn } from './check-txn.ts';

const put = (key: string) => RequestOp.create({ requestPut: PutRequest.create({ key: utf8(key) }) });
const del = (key: string, end = '') => RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key: utf8(key), rangeEnd: utf8(end) }) });
const get = (key: string) => RequestOp.create({ requestRange: RangeRequest.create({ key: utf8(key) }) });
const txn = (success: RequestOp[], failure: RequestOp[] = []) => TxnRequest.create({ success, failure });
const nested = (success: RequestOp[], failure: RequestOp[] = []) => RequestOp.create({ requestTxn: txn(success, failure) });
const duplicate = 'etcdserver: duplicate key given in txn request';

test.each([
  ['one put', txn([put('a')]), undefined],
  ['a key twice', txn([put('a'), put('a')]), duplicate],
  ['a key in each branch', txn([put('a')], [put('a')]), undefined],
  ['a put under a deleted range', txn([del('a', 'c'), put('b')]), duplicate],
  ['a put at the end of a deleted range', txn([del('a', 'b'), put('b')]), undefined],
  ['a put and a delete of the key', txn([put('a'), del('a')]), duplicate],
  ['overlapping deletes', txn([del('a', 'z'), del('b')]), undefined],
  ['both branches of a nested one', txn([nested([put('a')], [put('a')])]), undefined],
  ['outer and nested', txn([put('a'), nested([put('a')])]), duplicate],
  ['two nested siblings', txn([nested([put('a')]), nested([], [put('a')])]), duplicate],
  ['a nested put after a sibling’s delete', txn([nested([del('a')]), nested([put('a')])]), duplicate],
  ['a nested delete after a sibling’s put is not seen', txn([nested([put('a')]), nested([del('a')])]), undefined],
  ['an outer delete over a nested put', txn([del('a', 'z'), nested([put('b')])]), duplicate],
  ['a nested delete over an outer put', txn([put('b'), nested([del('a', 'z')])]), duplicate],
  ['reads beside writes', txn([get('a'), put('a'), get('a')]), undefined],
  ['from-key deletes are not seen as such', txn([put('b'), del('a', '\0')]), undefined],
])('%s', (_what, request, expected) => {
  expect(checkDuplicates(request)?.message).toBe(expected);
});

test('a transaction has 128 operations at most, nested ones what is left', () => {
  const many = (n: number) => Array.from({ length: n }, (_, i) => get(`k${i}`));
  expect(checkTxn(txn(many(128)), 128)).toBeUndefined();
  expect(checkTxn(txn(many(129)), 128)?.message).toBe('etcdserver: too many operations in txn request');
  expect(checkTxn(txn([...many(99), nested(many(28))]), 128)).toBeUndefined();
  expect(checkTxn(txn([...many(99), nested(many(29))]), 128)?.message).toBe('etcdserver: too many operations in txn request');
});

test('empty keys and empty operations have their own texts', () => {
  expect(checkTxn(TxnRequest.create({ compare: [Compare.create()] }), 128)?.message).toBe('etcdserver: key is not provided');
  expect(checkTxn(txn([put('')]), 128)?.message).toBe('etcdserver: key is not provided');
  expect(checkTxn(txn([RequestOp.create()]), 128)?.message).toBe('etcdserver: key not found');
});
