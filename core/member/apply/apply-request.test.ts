import { expect, test } from 'vitest';
import { utf8 } from '../../base/bytes.ts';
import { EtcdError } from '../../base/etcd-error.ts';
import { Lessor } from '../../lease/lessor.ts';
import { MemoryBackend } from '../../mvcc/memory-backend.ts';
import { MvccStore } from '../../mvcc/store.ts';
import { InternalRaftRequest } from '../../proto/gen/raft-internal.ts';
import { AlarmRequest, AlarmRequestAlarmAction, AlarmType, DeleteRangeRequest, LeaseGrantRequest, PutRequest, RequestOp, TxnRequest } from '../../proto/gen/rpc.ts';
import { Membership } from '../membership.ts';
import { Alarms } from './alarms.ts';
import { applyRequest, type ApplyTarget } from './apply-request.ts';

const noSpace = 'etcdserver: mvcc: database space exceeded';
const put = PutRequest.create({ key: utf8('k'), value: utf8('v') });
const putOp = RequestOp.create({ requestPut: put });
const deleteOp = RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key: utf8('k') }) });

interface Member {
  target: ApplyTarget;
  room: { fits: boolean };
  said(request: Partial<InternalRaftRequest>): string;
}

async function member(): Promise<Member> {
  const store = await MvccStore.open(new MemoryBackend(), { soon: (run) => queueMicrotask(run) });
  const stage: MvccStore['stage'] = (op) => store.stage(op);
  const lessor = new Lessor({ minTtl: 1, nowMs: () => 0, stage });
  store.connectLeases(lessor);
  const room = { fits: true };
  const target: ApplyTarget = { store, lessor, alarms: new Alarms(stage), membership: new Membership(1n, stage, 1), fitsQuota: (cost) => cost === 0 || room.fits };
  return {
    target, room,
    said(request) {
      const result = applyRequest(target, InternalRaftRequest.create(request));
      return result instanceof EtcdError ? result.message : result.kind;
    },
  };
}

test('a member without room does what the others do, and answers that it has none', async () => {
  const { target, room, said } = await member();
  room.fits = false;
  expect(said({ put })).toBe(noSpace);
  expect(target.store.currentRevision).toBe(2);
  expect(said({ txn: TxnRequest.create({ success: [putOp] }) })).toBe(noSpace);
  expect(target.store.currentRevision).toBe(3);
  expect(said({ leaseGrant: LeaseGrantRequest.create({ id: 7n, ttl: 5 }) })).toBe(noSpace);
  expect(target.lessor.has(7n)).toBe(true);
  // What is refused for its own sake says so.
  expect(said({ put: PutRequest.create({ key: utf8('k'), lease: 99n }) })).toBe('etcdserver: requested lease not found');
  expect(said({ leaseGrant: LeaseGrantRequest.create({ id: 7n, ttl: 5 }) })).toBe('etcdserver: lease already exists');
});

test('while the alarm is on nothing grows, on a member that has room too; what does not grow goes on', async () => {
  const { target, said } = await member();
  expect(said({ put })).toBe('put');
  const alarm = (action: number) => ({ alarm: AlarmRequest.create({ action, memberId: 5n, alarm: AlarmType.NOSPACE }) });
  expect(said(alarm(AlarmRequestAlarmAction.ACTIVATE))).toBe('alarm');
  expect(said({ put })).toBe(noSpace);
  expect(said({ txn: TxnRequest.create({ success: [deleteOp], failure: [putOp] }) })).toBe(noSpace);
  expect(said({ leaseGrant: LeaseGrantRequest.create({ id: 8n, ttl: 5 }) })).toBe(noSpace);
  expect(target.store.currentRevision).toBe(2);
  expect(target.lessor.has(8n)).toBe(false);
  expect(said({ txn: TxnRequest.create({ success: [deleteOp] }) })).toBe('txn');
  expect(said({ deleteRange: DeleteRangeRequest.create({ key: utf8('k') }) })).toBe('deleteRange');
  expect(said({ compaction: { revision: 3, physical: false } })).toBe('compaction');
  expect(said(alarm(AlarmRequestAlarmAction.DEACTIVATE))).toBe('alarm');
  expect(said({ put })).toBe('put');
});
