import { expect, test } from 'vitest';
import { emptyBytes, utf8 } from '../base/bytes.ts';
import { Lessor } from '../lease/lessor.ts';
import { Table } from '../mvcc/backend.ts';
import { MemoryBackend } from '../mvcc/memory-backend.ts';
import { MvccStore } from '../mvcc/store.ts';
import { LeaseGrantRequest, PutRequest, RequestOp, TxnRequest } from '../proto/gen/rpc.ts';
import type { InternalRaftRequest } from '../proto/gen/raft-internal.ts';
import { EntryType, type Entry } from '../raft/types.ts';
import { Alarms } from './apply/alarms.ts';
import { EntryApplier, type EntryApplierParts } from './entry-applier.ts';
import { Membership } from './membership.ts';
import { encodeRequest } from './request-codec.ts';

test('an entry that ends the member in its middle is not committed, nor is anything after it: the log tells it again', async () => {
  const backend = new MemoryBackend();
  const store = await MvccStore.open(backend, { soon: (run) => setImmediate(run) });
  const lessor = new Lessor({ minTtl: 1, nowMs: () => 0, stage: (op) => store.stage(op) });
  store.connectLeases(lessor);
  const applier = new EntryApplier({
    store, lessor, alarms: new Alarms(() => {}), membership: new Membership(1n, () => {}), appliedIndex: 0, memberId: 1n, fitsQuota: () => true, membersChanged() {},
  } as unknown as EntryApplierParts);
  const entry = (index: number, request: Partial<InternalRaftRequest>): Entry => ({ type: EntryType.normal, term: 1, index, data: encodeRequest(request, BigInt(index), '3.6.0') });
  const put = (key: string, lease = 0n): PutRequest => PutRequest.create({ key: utf8(key), value: utf8('v'), lease });
  applier.apply(entry(1, { leaseGrant: LeaseGrantRequest.create({ id: 7n, ttl: 10 }) }));
  applier.apply(entry(2, { put: put('leased', 7n) }));
  await store.flush();
  const before = [...backend.scan(Table.key, emptyBytes)].length;
  // The lease of the key is in a row that has gone.
  for (const { key } of [...backend.scan(Table.key, emptyBytes)]) await backend.commit([{ kind: 'delete', table: Table.key, key }]);
  const success = [RequestOp.create({ requestPut: put('a') }), RequestOp.create({ requestPut: put('leased') })];
  expect(() => applier.apply(entry(3, { txn: TxnRequest.create({ success }) }))).toThrow(/lacks a row/);
  expect([before, applier.appliedIndex]).toEqual([1, 2]);
  await expect(store.flush()).rejects.toThrow(/lacks a row/);
  expect([...backend.scan(Table.key, emptyBytes)]).toEqual([]);
});
