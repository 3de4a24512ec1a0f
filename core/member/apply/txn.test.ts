import { expect, test } from 'vitest';
import { utf8 } from '../../base/bytes.ts';
import { EtcdError } from '../../base/etcd-error.ts';
import { MemoryBackend } from '../../mvcc/memory-backend.ts';
import { MvccStore } from '../../mvcc/store.ts';
import { DeleteRangeRequest, PutRequest, RequestOp, TxnRequest } from '../../proto/gen/rpc.ts';
import { applyTxn } from './txn.ts';

const noLeases = { has: () => false };
const put = (key: string, more: Partial<PutRequest> = {}) => RequestOp.create({ requestPut: PutRequest.create({ key: utf8(key), ...more }) });
const deleteFrom = (key: string) => RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key: utf8(key), rangeEnd: new Uint8Array(1) }) });
const nested = (success: RequestOp[]) => RequestOp.create({ requestTxn: TxnRequest.create({ success }) });

async function storeWith(...keys: string[]): Promise<MvccStore> {
  const store = await MvccStore.open(new MemoryBackend(), { soon: (run) => queueMicrotask(run) });
  const txn = store.begin();
  for (const key of keys) txn.put(utf8(key), utf8('v'), 0n);
  txn.end();
  return store;
}

test.each([
  ['after a delete from its key on', [deleteFrom('a'), put('b', { ignoreValue: true })]],
  ['in a nested transaction', [deleteFrom('b'), nested([put('b', { ignoreLease: true })])]],
  ['after a nested delete', [nested([deleteFrom('a')]), put('b', { ignoreValue: true })]],
])('a put that keeps what was there is refused %s, and nothing is changed', async (_when, success) => {
  const store = await storeWith('a', 'b');
  const outcome = applyTxn(store, () => store.begin(), noLeases, TxnRequest.create({ success }));
  expect(outcome).toBeInstanceOf(EtcdError);
  expect((outcome as EtcdError).message).toBe('etcdserver: key not found');
  expect([store.currentRevision, store.keyCount]).toEqual([2, 2]);
});

test('a put that keeps what was there goes through before the delete, and beside one of other keys', async () => {
  const store = await storeWith('a', 'b');
  const outcome = applyTxn(store, () => store.begin(), noLeases, TxnRequest.create({ success: [put('b', { ignoreValue: true }), deleteFrom('c')] }));
  expect(outcome).toMatchObject({ succeeded: true, header: { revision: 3 } });
  const later = applyTxn(store, () => store.begin(), noLeases, TxnRequest.create({ success: [put('b', { ignoreValue: true }), deleteFrom('a')] }));
  expect(later).toMatchObject({ succeeded: true });
  expect(store.keyCount).toBe(0);
});
