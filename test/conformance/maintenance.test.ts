import { createHash } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import type { EtcdError } from '../../core/base/etcd-error.ts';
import { AlarmRequest, AlarmRequestAlarmAction as Action, AlarmType, KVService, LeaseService, MaintenanceService, SnapshotRequest, type SnapshotResponse } from '../../core/proto/gen/rpc.ts';
import { differing } from './differences.ts';
import { failure, opDelete, opPut, opRange, opTxn, put, refusals, revisionOf } from './raw.ts';
import { eachServer } from './servers.ts';

eachServer('Maintenance', 1, (server) => {
  const alarm = async (action: number, kind: number, memberId = 0n) => (await server.client.write(MaintenanceService.alarm, AlarmRequest.create({ action, alarm: kind, memberId }))).alarms;
  const hashKv = (revision = 0) => server.client.read(MaintenanceService.hashKv, { revision });
  afterEach(async () => {
    for (const { memberId, alarm: kind } of await alarm(Action.GET, AlarmType.NONE)) await alarm(Action.DEACTIVATE, kind, memberId);
  });

  test('alarms: set twice is set once, told by kind, and ended only by exact name', async () => {
    const { memberId } = (await server.status(0)).header!;
    const unknownAction = differing('unknownAlarmAction', server.kind);
    if (unknownAction !== undefined) expect(await failure(alarm(9, AlarmType.NOSPACE, memberId))).toBe(unknownAction);
    if (differing('noneAlarm', server.kind)) expect(await alarm(Action.ACTIVATE, AlarmType.NONE)).toEqual([]);
    const raised = { memberId, alarm: AlarmType.NOSPACE };
    expect(await alarm(Action.ACTIVATE, AlarmType.NOSPACE, memberId)).toEqual([raised]);
    expect(await alarm(Action.ACTIVATE, AlarmType.NOSPACE, memberId)).toEqual([raised]);
    expect(await alarm(Action.GET, AlarmType.NONE)).toEqual([raised]);
    expect(await alarm(Action.GET, AlarmType.NOSPACE, 404n)).toEqual([raised]);
    expect(await alarm(Action.GET, AlarmType.CORRUPT)).toEqual([]);
    expect((await server.status(0)).errors).toEqual([`memberID:${memberId} alarm:NOSPACE `]);
    expect(await alarm(Action.DEACTIVATE, AlarmType.NOSPACE, 404n)).toEqual([]);
    expect(await alarm(Action.DEACTIVATE, AlarmType.CORRUPT, memberId)).toEqual([]);
    expect(await alarm(Action.DEACTIVATE, AlarmType.NOSPACE, memberId)).toEqual([raised]);
    expect(await alarm(Action.GET, AlarmType.NONE)).toEqual([]);
    expect((await server.status(0)).errors).toEqual([]);
  });

  test('no space: what would take room is refused, the rest goes on', async () => {
    await put(server.client, 'full', 'x');
    await alarm(Action.ACTIVATE, AlarmType.NOSPACE);
    const noSpace = '8 etcdserver: mvcc: database space exceeded';
    expect(await failure(put(server.client, 'full', 'y'))).toBe(noSpace);
    expect(await failure(server.client.txn({ success: [opRange('full')], failure: [opPut('full')] }))).toBe(noSpace);
    const nested = opTxn({ success: [opRange('full')], failure: [opPut('full')] });
    expect(await failure(server.client.txn({ success: [nested] }))).toBe(differing('nestedPutNoSpace', server.kind) ? noSpace : 'succeeded');
    expect(await failure(server.client.write(LeaseService.leaseGrant, { ttl: 60 }))).toBe(noSpace);
    expect(await failure(server.client.range({ key: utf8('full') }))).toBe('succeeded');
    expect(await failure(server.client.txn({ success: [opRange('full'), opDelete('fuller')] }))).toBe('succeeded');
    expect((await server.client.write(KVService.deleteRange, { key: utf8('full') })).deleted).toBe(1);
    expect(await failure(server.client.write(KVService.compact, { revision: await revisionOf(server.client) }))).toBe('succeeded');
    await alarm(Action.DEACTIVATE, AlarmType.NOSPACE);
    expect(await failure(put(server.client, 'full', 'y'))).toBe('succeeded');
  });

  test('corruption: nothing is written any more', async () => {
    const { id } = await server.client.write(LeaseService.leaseGrant, { ttl: 60 });
    await alarm(Action.ACTIVATE, AlarmType.CORRUPT);
    const corrupt = '15 etcdserver: corrupt cluster';
    expect(await failure(put(server.client, 'bad', 'y'))).toBe(corrupt);
    expect(await failure(server.client.write(KVService.deleteRange, { key: utf8('bad') }))).toBe(corrupt);
    expect(await failure(server.client.txn({ success: [opPut('bad')] }))).toBe(corrupt);
    expect(await failure(server.client.write(KVService.compact, { revision: await revisionOf(server.client) }))).toBe(corrupt);
    expect(await failure(server.client.write(LeaseService.leaseGrant, { ttl: 60 }))).toBe(corrupt);
    expect(await failure(server.client.write(LeaseService.leaseRevoke, { id }))).toBe(corrupt);
    expect(await failure(server.client.range({ key: utf8('bad') }))).toBe('succeeded');
    await alarm(Action.DEACTIVATE, AlarmType.CORRUPT);
    expect(await failure(put(server.client, 'bad', 'y'))).toBe('succeeded');
  });

  test('the hash of the keys: of the present and of the past, with the same for the same', async () => {
    for (const value of ['1', '2']) await put(server.client, 'hash', value);
    const first = await hashKv();
    const at = first.header!.revision;
    await put(server.client, 'hash', '3');
    const second = await hashKv();
    expect(second.hash).not.toBe(first.hash);
    expect((await hashKv(at)).hash).toBe(first.hash);
    expect(second.header!.revision).toBe(at + 1);
    expect(second.hashRevision).toBe(differing('hashRevision', server.kind) ? at + 1 : 0);
    expect(await failure(hashKv(at + 2))).toBe(refusals.futureRev);
    await server.client.write(KVService.compact, { revision: at, physical: true });
    const third = await hashKv();
    expect(third.compactRevision).toBe(at);
    expect(await failure(hashKv(at - 1))).toBe(refusals.compacted);
    expect(await failure(hashKv(at))).toBe(differing('hashAtCompactRevision', server.kind) ? 'succeeded' : refusals.compacted);
  });

  test('at the revisions of the last ten compactions the hash stays what they found, as of the compaction before', async () => {
    const revisions: number[] = [];
    for (let i = 0; i < 12; i++) {
      const { header } = await put(server.client, `kept${i % 3}`, `${i}`);
      const before = await hashKv(header!.revision);
      await server.client.write(KVService.compact, { revision: header!.revision, physical: true });
      revisions.push(header!.revision);
      if (!differing('hashesOfCompactions', server.kind)) continue;
      const { hash, compactRevision } = await hashKv(header!.revision);
      expect({ hash, compactRevision }).toEqual({ hash: before.hash, compactRevision: before.compactRevision });
    }
    const answers = await Promise.all(revisions.map((revision) => failure(hashKv(revision))));
    const kept = differing('hashesOfCompactions', server.kind) ? 10 : 0;
    expect(answers).toEqual(revisions.map((_, i) => (i < revisions.length - kept ? refusals.compacted : 'succeeded')));
  });

  test('the hash of the whole store changes with it', async () => {
    const hash = () => server.client.at(0, MaintenanceService.hash, {});
    const first = await hash();
    const { header } = await put(server.client, 'whole', 'x');
    const second = await hash();
    expect(second.header!.revision).toBe(header!.revision);
    expect(second.hash).not.toBe(first.hash);
    expect(second.hash).toBeGreaterThan(0);
  });

  test('a snapshot: the store’s file in pieces, and its SHA-256 last', async () => {
    const pieces = await new Promise<SnapshotResponse[]>((resolve, reject) => {
      const stream = server.client.openStream(MaintenanceService.snapshot);
      const got: SnapshotResponse[] = [];
      stream.on('data', (piece) => got.push(piece));
      stream.on('error', reject);
      stream.on('end', () => resolve(got));
      stream.write(SnapshotRequest.create());
      stream.end();
    });
    const file = Buffer.concat(pieces.map(({ blob }) => blob));
    expect(file.length % 512).toBe(32);
    expect(createHash('sha256').update(file.subarray(0, -32)).digest()).toEqual(file.subarray(-32));
    expect(pieces.at(-1)).toMatchObject({ remainingBytes: 0, header: undefined });
    expect(pieces.at(-1)!.blob).toHaveLength(32);
    let left = file.length - 32;
    for (const { blob, remainingBytes } of pieces.slice(0, -1)) {
      left -= blob.length;
      expect(remainingBytes).toBe(left);
      expect(blob.length).toBeLessThanOrEqual(32_768);
    }
  });

  test('a member alone leads, and can hand that to nobody', async () => {
    expect(await failure(server.client.at(0, MaintenanceService.moveLeader, { targetId: 404n }))).toBe('9 etcdserver: bad leader transferee');
  });

  test('a downgrade is validated, and not done', async () => {
    const ask = (action: number, version: string) => server.client.at(0, MaintenanceService.downgrade, { action, version });
    const unknown = differing('downgrade', server.kind);
    if (unknown !== undefined) return expect(await failure(ask(0, '3.3.0'))).toBe(unknown);
    const { minor } = /^3\.(?<minor>\d+)/.exec((await server.status(0)).version)!.groups as { minor: string };
    const [own, below, twice] = [0, 1, 2].map((down) => `3.${Number(minor) - down}`) as [string, string, string];
    const told = `${own}${differing('downgradeVersion', server.kind) as string}`;
    expect(await ask(0, below)).toMatchObject({ version: told });
    expect(await ask(0, `${below}.0`)).toMatchObject({ version: told });
    for (const version of [`${twice}.0`, `${own}.0`, '3.90.0', '2.5.0']) expect(await failure(ask(0, version)), version).toBe('3 etcdserver: invalid downgrade target version');
    for (const version of ['three', '', '3', `${below}.x`]) expect(await failure(ask(0, version)), version).toBe('3 etcdserver: wrong downgrade target version format');
    expect(await failure(ask(1, `${twice}.0`))).toBe('3 etcdserver: invalid downgrade target version');
    if (server.kind === 'quorate') expect(await failure(ask(1, `${below}.0`))).toBe('12 quorate: a downgrade is not available in this release');
    expect(await ask(2, '').then(({ version }) => version, (error: EtcdError) => `${error.code} ${error.message}`)).toBe(differing('noDowngradeToCancel', server.kind) ?? told);
    expect(await failure(ask(9, `${below}.0`))).toBe('2 etcdserver: unknown method');
  });
});
