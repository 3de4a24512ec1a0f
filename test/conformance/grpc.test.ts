import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { Code, EtcdError } from '../../core/base/etcd-error.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import {
  Compare, CompareCompareTarget as Of, CompareCompareResult as Is, ClusterService, DeleteRangeRequest, KVService, LeaseService, MaintenanceService, PutRequest, RangeRequest,
  RequestOp, TxnRequest, WatchCancelRequest, WatchCreateRequest, WatchProgressRequest, WatchRequest, type WatchResponse,
} from '../../core/proto/gen/rpc.ts';
import { eventually } from '../support/process.ts';
import { Target } from '../support/target.ts';
import { etcdPath, missing } from '../support/tools.ts';

/** Where Debian's etcd 3.4 differs from the 3.6 behaviour that our members show, by name. */
const differences = {
  etcd: { compactedWatchHeaderRevision: 0, invalidSort: undefined, negativeStart: undefined, tooLargeCode: Code.invalidArgument },
  quorate: { compactedWatchHeaderRevision: 0, invalidSort: 'etcdserver: invalid sort option', negativeStart: 'etcdserver: mvcc: required revision has been compacted', tooLargeCode: Code.invalidArgument },
} as const;

const absent = missing(etcdPath);
const put = (key: string, value = 'v') => RequestOp.create({ requestPut: PutRequest.create({ key: utf8(key), value: utf8(value) }) });
const del = (key: string, end = '') => RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key: utf8(key), rangeEnd: utf8(end) }) });
const get = (key: string, revision = 0) => RequestOp.create({ requestRange: RangeRequest.create({ key: utf8(key), revision }) });
const nested = (txn: Partial<TxnRequest>) => RequestOp.create({ requestTxn: TxnRequest.create(txn) });

describe.skipIf(absent !== undefined).each(['etcd', 'quorate'] as const)('raw requests against %s', (kind) => {
  let target: Target;
  let client: EtcdClient;
  beforeAll(async () => {
    target = await Target.start(kind, 1);
    client = new EtcdClient(target.endpoints);
  });
  afterAll(async () => {
    client?.close();
    await target?.stop();
  });

  const failure = async (run: Promise<unknown>): Promise<string> =>
    run.then(
      () => 'succeeded',
      (error: unknown) => (error instanceof EtcdError ? `${error.code} ${error.message}` : String(error)),
    );
  const write = (key: string, value = 'v') => client.write(KVService.put, { key: utf8(key), value: utf8(value) });
  const now = async (): Promise<number> => (await client.range({ key: utf8('none') })).header!.revision;

  test('headers name the cluster and the member, and a fresh store is at revision 1', async () => {
    const { header } = await client.range({ key: utf8('none') });
    expect(header!.revision).toBe(1);
    expect(header!.clusterId).not.toBe(0n);
    expect(header!.memberId).not.toBe(0n);
    expect(header!.raftTerm).toBeGreaterThan(0);
    const list = await client.memberList();
    expect(list.header!.revision).toBe(0);
    expect(list.members[0]!.id).toBe(header!.memberId);
  });

  test('Compact(0) succeeds once', async () => {
    await client.write(KVService.compact, { revision: 0 });
    expect(await failure(client.write(KVService.compact, { revision: 0 }))).toBe('11 etcdserver: mvcc: required revision has been compacted');
  });

  test('malformed requests have etcd’s codes and texts', async () => {
    expect(await failure(client.range({}))).toBe('3 etcdserver: key is not provided');
    expect(await failure(client.write(KVService.put, {}))).toBe('3 etcdserver: key is not provided');
    expect(await failure(client.write(KVService.deleteRange, {}))).toBe('3 etcdserver: key is not provided');
    expect(await failure(client.write(KVService.put, { key: utf8('a'), value: utf8('x'), ignoreValue: true }))).toBe('3 etcdserver: value is provided');
    expect(await failure(client.write(KVService.put, { key: utf8('a'), lease: 5n, ignoreLease: true }))).toBe('3 etcdserver: lease is provided');
    expect(await failure(client.write(KVService.put, { key: utf8('absent'), ignoreValue: true }))).toBe('3 etcdserver: key not found');
    expect(await failure(client.write(KVService.put, { key: utf8('a'), lease: 12345n }))).toBe('5 etcdserver: requested lease not found');
    expect(await failure(client.txn({ success: [RequestOp.create()] }))).toBe('3 etcdserver: key not found');
    expect(await failure(client.txn({ compare: [Compare.create()] }))).toBe('3 etcdserver: key is not provided');
    expect(await failure(client.txn({ success: Array.from({ length: 129 }, (_, i) => get(`k${i}`)) }))).toBe('3 etcdserver: too many operations in txn request');
    const { invalidSort } = differences[kind];
    if (invalidSort !== undefined) expect(await failure(client.range({ key: utf8('a'), sortOrder: 9 }))).toBe(`3 ${invalidSort}`);
  });

  test('a request that is too large is refused, and so is a message beyond the limit', async () => {
    expect(await failure(client.write(KVService.put, { key: utf8('big'), value: new Uint8Array(1_600_000) }))).toBe(`${differences[kind].tooLargeCode} etcdserver: request is too large`);
    expect(await failure(client.write(KVService.put, { key: utf8('big'), value: new Uint8Array(3_000_000) }))).toMatch(/^8 .*received message larger than max/i);
    expect((await client.range({ key: utf8('big') })).count).toBe(0);
  });

  test('range quirks: from-key, everything, empty, limit and more, sorting after the limit', async () => {
    for (const [key, value] of [['r1', 'c'], ['r2', 'a'], ['r3', 'b']] as const) await write(key, value);
    const keys = async (request: Partial<RangeRequest>) => (await client.range(request)).kvs.map((kv) => utf8Text(kv.key));
    const all = { key: utf8('r'), rangeEnd: utf8('s') };
    expect(await keys({ key: utf8('r2'), rangeEnd: new Uint8Array(1) })).toEqual(['r2', 'r3']);
    expect(await keys({ key: new Uint8Array(1), rangeEnd: new Uint8Array(1) })).toEqual(['r1', 'r2', 'r3']);
    expect(await keys({ key: utf8('s'), rangeEnd: utf8('r') })).toEqual([]);
    expect(await client.range({ ...all, limit: 2 })).toMatchObject({ more: true, count: 3 });
    expect(await client.range({ ...all, countOnly: true, limit: 1 })).toMatchObject({ more: false, count: 3, kvs: [] });
    expect(await keys({ ...all, sortTarget: 4, sortOrder: 1, limit: 1 })).toEqual(['r2']);
    // Without an order, one more than the limit is fetched in key order, and then sorted.
    expect(await keys({ ...all, sortTarget: 4, limit: 2 })).toEqual(['r2', 'r3']);
    expect(await keys({ ...all, sortTarget: 4, limit: 1 })).toEqual(['r2']);
    expect(await keys({ ...all, sortOrder: 2 })).toEqual(['r3', 'r2', 'r1']);
    const { kvs } = await client.range({ ...all, keysOnly: true });
    expect(kvs.every((kv) => kv.value.length === 0 && kv.modRevision > 0)).toBe(true);
    const last = kvs[2]!.modRevision;
    expect(await keys({ ...all, minModRevision: last })).toEqual(['r3']);
    expect(await client.range({ ...all, maxModRevision: last - 1 })).toMatchObject({ count: 3, more: false });
    expect(await keys({ ...all, minCreateRevision: last - 1, limit: 1 })).toEqual(['r2']);
  });

  test('transactions: duplicates, nesting, comparisons of missing keys, checks before anything is changed', async () => {
    expect(await failure(client.txn({ success: [put('d'), put('d')] }))).toBe('3 etcdserver: duplicate key given in txn request');
    expect(await failure(client.txn({ success: [del('a', 'z'), put('d')] }))).toBe('3 etcdserver: duplicate key given in txn request');
    expect(await failure(client.txn({ success: [put('d'), nested({ success: [put('d')] })] }))).toBe('3 etcdserver: duplicate key given in txn request');
    const both = await client.txn({ success: [nested({ compare: [Compare.create({ target: Of.VERSION, key: utf8('n'), version: 0 })], success: [put('n', 'then')], failure: [put('n', 'else')] }), get('n')] });
    expect(both.responses[0]!.responseTxn!.succeeded).toBe(true);
    expect(utf8Text(both.responses[1]!.responseRange!.kvs[0]!.value)).toBe('then');
    expect(both.responses[0]!.responseTxn!.header).toMatchObject({ revision: 0, memberId: 0n });
    const missingValue = (result: number) => client.txn({ compare: [Compare.create({ target: Of.VALUE, result, key: utf8('nowhere'), value: utf8('x') })] });
    expect([(await missingValue(Is.EQUAL)).succeeded, (await missingValue(Is.NOT_EQUAL)).succeeded]).toEqual([false, false]);
    expect((await client.txn({ compare: [Compare.create({ target: Of.MOD, result: Is.EQUAL, key: utf8('nowhere'), modRevision: 0 })] })).succeeded).toBe(true);
    const before = await now();
    expect(await failure(client.txn({ success: [put('p1'), get('p1', before + 1000)] }))).toBe('11 etcdserver: mvcc: required revision is a future revision');
    expect(await failure(client.txn({ success: [put('p1'), RequestOp.create({ requestPut: PutRequest.create({ key: utf8('p2'), lease: 99n }) })] }))).toBe('5 etcdserver: requested lease not found');
    // The key is made earlier in the same transaction, and yet is not there for the check.
    expect(await failure(client.txn({ success: [put('p1'), RequestOp.create({ requestPut: PutRequest.create({ key: utf8('p1x'), ignoreValue: true }) })] }))).toBe('3 etcdserver: key not found');
    expect(await now()).toBe(before);
    expect((await client.range({ key: utf8('p1') })).count).toBe(0);
  });

  test('comparisons over a range hold when they do for every key, and one revision serves all writes', async () => {
    await client.txn({ success: [put('c1', 'x'), put('c2', 'x')] });
    const every = (value: string) => client.txn({ compare: [Compare.create({ target: Of.VALUE, key: utf8('c'), rangeEnd: utf8('d'), value: utf8(value) })], success: [put('c1', 'y'), del('c2')] });
    expect((await every('z')).succeeded).toBe(false);
    const { succeeded, header } = await every('x');
    expect(succeeded).toBe(true);
    expect((await client.range({ key: utf8('c1') })).kvs[0]!.modRevision).toBe(header!.revision);
  });

  test('leases: unknown ones, ids that are given, the minimum, keep-alive of nothing', async () => {
    expect(await client.read(LeaseService.leaseTimeToLive, { id: 404n })).toMatchObject({ ttl: -1, grantedTtl: 0 });
    expect(await failure(client.write(LeaseService.leaseRevoke, { id: 404n }))).toBe('5 etcdserver: requested lease not found');
    expect(await client.write(LeaseService.leaseGrant, { id: 0x7000_0000_0000_0001n, ttl: 1 })).toMatchObject({ id: 0x7000_0000_0000_0001n, ttl: 2 });
    expect(await failure(client.write(LeaseService.leaseGrant, { id: 0x7000_0000_0000_0001n, ttl: 10 }))).toBe('9 etcdserver: lease already exists');
    expect(await failure(client.write(LeaseService.leaseGrant, { ttl: 9_000_000_001 }))).toBe('11 etcdserver: too large lease TTL');
    expect((await client.write(LeaseService.leaseGrant, { ttl: 60 })).id > 0n).toBe(true);
  });

  test('status, alarms, hash of the keys', async () => {
    const status = await client.status(0);
    expect(status).toMatchObject({ isLearner: false, errors: [] });
    expect(status.raftAppliedIndex).toBeGreaterThan(0);
    expect((await client.read(MaintenanceService.alarm, {})).alarms).toEqual([]);
    const first = await client.read(MaintenanceService.hashKv, {});
    await write('hash', 'x');
    const second = await client.read(MaintenanceService.hashKv, {});
    expect(second.hash).not.toBe(first.hash);
    expect((await client.read(MaintenanceService.hashKv, { revision: first.header!.revision })).hash).toBe(first.hash);
    expect(await failure(client.read(MaintenanceService.hashKv, { revision: 1_000_000 }))).toBe('11 etcdserver: mvcc: required revision is a future revision');
    expect(await failure(client.read(ClusterService.memberRemove, { id: 404n }))).not.toBe('succeeded');
  });

  test('watch: ids, refusals, compaction, progress', async () => {
    for (let i = 0; i < 3; i++) await write('w', String(i));
    const current = await now();
    await client.write(KVService.compact, { revision: current - 1 });
    const stream = client.openWatch();
    const seen: WatchResponse[] = [];
    stream.on('data', (response: WatchResponse) => seen.push(response));
    stream.on('error', () => {});
    const ask = (request: Partial<WatchRequest>): void => void stream.write(WatchRequest.create(request));
    const create = (request: Partial<WatchCreateRequest>): void => ask({ createRequest: WatchCreateRequest.create(request) });
    const come = (count: number) => eventually(`${count} responses`, async () => expect(seen.length).toBeGreaterThanOrEqual(count));
    create({ key: utf8('w'), startRevision: 1 });
    await come(2);
    expect(seen[0]).toMatchObject({ watchId: 0n, created: true, canceled: false });
    expect(seen[1]).toMatchObject({ watchId: 0n, canceled: true, compactRevision: current - 1, cancelReason: '', header: { revision: differences[kind].compactedWatchHeaderRevision } });
    create({ key: utf8('w'), watchId: 9n, startRevision: current - 1 });
    await come(4);
    expect(seen[2]).toMatchObject({ watchId: 9n, created: true });
    expect(seen[3]!.events.map((event) => utf8Text(event.kv!.value))).toEqual(['1', '2']);
    create({ key: utf8('w'), watchId: 9n });
    await come(5);
    expect(seen[4]).toMatchObject({ watchId: -1n, created: true, canceled: true, cancelReason: 'mvcc: duplicate watch ID provided on the WatchStream' });
    create({ key: utf8('b'), rangeEnd: utf8('a') });
    await come(6);
    expect(seen[5]).toMatchObject({ watchId: -1n, created: true, canceled: true, cancelReason: 'mvcc: watcher range is empty' });
    ask({ progressRequest: WatchProgressRequest.create() });
    await come(7);
    expect(seen[6]).toMatchObject({ watchId: -1n, events: [], header: { revision: current } });
    ask({ cancelRequest: WatchCancelRequest.create({ watchId: 12345n }) });
    ask({ cancelRequest: WatchCancelRequest.create({ watchId: 9n }) });
    await come(8);
    expect(seen[7]).toMatchObject({ watchId: 9n, canceled: true, created: false });
    const { negativeStart } = differences[kind];
    if (negativeStart !== undefined) {
      create({ key: utf8('w'), startRevision: -5 });
      await come(9);
      expect(seen[8]).toMatchObject({ watchId: -1n, canceled: true, cancelReason: negativeStart });
    }
    stream.cancel();
  });

  test('plain HTTP on the client port: health, version, nothing else', async () => {
    const [endpoint] = target.endpoints;
    const health = await fetch(`${endpoint}/health`);
    expect(health.status).toBe(200);
    expect(((await health.json()) as { health: string }).health).toBe('true');
    const version = (await (await fetch(`${endpoint}/version`)).json()) as { etcdserver: string; etcdcluster: string };
    expect(version.etcdserver).toMatch(kind === 'etcd' ? /^3\.4\./ : /^3\.6\./);
    expect(version.etcdcluster).toMatch(/^3\.\d+\.0$/);
    expect((await fetch(`${endpoint}/nothing/here`)).status).toBe(404);
  });
});
