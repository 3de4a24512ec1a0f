import { expect, test } from 'vitest';
import { utf8 } from '../../base/bytes.ts';
import { etcdErrors } from '../../base/etcd-error.ts';
import type { Lessor } from '../../lease/lessor.ts';
import { MemoryBackend } from '../../mvcc/memory-backend.ts';
import { MvccStore } from '../../mvcc/store.ts';
import { InternalRaftRequest } from '../../proto/gen/raft-internal.ts';
import { AlarmRequest, AlarmRequestAlarmAction, AlarmType, PutRequest, RequestOp, TxnRequest } from '../../proto/gen/rpc.ts';
import { Membership } from '../membership.ts';
import { Alarms } from './alarms.ts';
import { applyRequest, AuthEnabledError, type ApplyTarget } from './apply-request.ts';

test('a member does not go on in a cluster that has enabled authentication', () => {
  // Field 1000 of etcd's InternalRaftRequest, an empty AuthEnableRequest.
  const entry = InternalRaftRequest.decode(Uint8Array.of(0xc2, 0x3e, 0x00));
  expect(() => applyRequest({} as ApplyTarget, entry)).toThrow(AuthEnabledError);
});

async function fullMember(): Promise<ApplyTarget> {
  const store = await MvccStore.open(new MemoryBackend(), { soon: (run) => queueMicrotask(run) });
  const alarms = new Alarms(() => {});
  alarms.apply(AlarmRequest.create({ action: AlarmRequestAlarmAction.ACTIVATE, memberId: 2n, alarm: AlarmType.NOSPACE }));
  return { store, membership: new Membership(1n, () => {}), alarms, lessor: {} as Lessor, fitsQuota: () => true };
}

const put = RequestOp.create({ requestPut: PutRequest.create({ key: utf8('k') }) });
const nested = RequestOp.create({ requestTxn: TxnRequest.create({ success: [put] }) });

test('while the alarm is on, a put is refused unless all that a transaction puts is nested, as etcd 3.4 to 3.6 decide it', async () => {
  const target = await fullMember();
  expect(applyRequest(target, InternalRaftRequest.create({ txn: TxnRequest.create({ success: [nested] }) }))).toMatchObject({ kind: 'txn', response: { succeeded: true } });
  expect(target.store.keyCount).toBe(1);
  expect(applyRequest(target, InternalRaftRequest.create({ txn: TxnRequest.create({ success: [put, nested] }) }))).toEqual(etcdErrors.noSpace());
});
