import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { Code, EtcdError } from '../../core/base/etcd-error.ts';
import { idHex } from '../../core/base/ids.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { ElectionService, LeaderRequest, type LeaderKey, type LeaderResponse } from '../../core/proto/gen/election.ts';
import { HealthService, type HealthCheckResponse } from '../../core/proto/gen/health.ts';
import { LockService } from '../../core/proto/gen/lock.ts';
import { LeaseService, MaintenanceService } from '../../core/proto/gen/rpc.ts';
import { Program, eventually } from '../support/process.ts';
import { calm, Target } from '../support/target.ts';
import { etcdctl, etcdctlEnv, etcdctlPath, etcdctlPatience, etcdPath, missing } from '../support/tools.ts';
import { differing } from './differences.ts';

const absent = missing(etcdPath, etcdctlPath);

describe.skipIf(absent !== undefined).each(['etcd', 'quorate'] as const)('locks, elections and health [%s]', (kind) => {
  let target: Target;
  let client: EtcdClient;
  beforeAll(async () => {
    target = await Target.start(kind, 3, { flags: calm, ownFlags: ['--experimental-stop-grpc-service-on-defrag'] });
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
  const grant = async (ttl = 60): Promise<bigint> => (await client.write(LeaseService.leaseGrant, { ttl })).id;
  const keysUnder = async (prefix: string): Promise<string[]> => (await client.range({ key: utf8(prefix), rangeEnd: utf8(`${prefix}\xff`) })).kvs.map((kv) => utf8Text(kv.key));
  const lock = (name: string, lease: bigint, signal?: AbortSignal) => client.write(LockService.lock, { name: utf8(name), lease }, signal ? { signal } : {});
  const unlock = (key: Uint8Array) => client.write(LockService.unlock, { key });

  test('a lock is held by one lease at a time, in order of asking', async () => {
    const [a, b, c] = [await grant(), await grant(), await grant()];
    const held = await lock('l', a);
    expect(utf8Text(held.key)).toBe(`l/${idHex(a)}`);
    expect(held.header!.revision).toBeGreaterThan(1);
    expect(utf8Text((await lock('l', a)).key)).toBe(`l/${idHex(a)}`);
    const order: string[] = [];
    const second = lock('l', b).then((response) => (order.push('b'), response));
    await eventually('b waits', async () => expect(await keysUnder('l/')).toHaveLength(2));
    const third = lock('l', c).then((response) => (order.push('c'), response));
    await eventually('c waits', async () => expect(await keysUnder('l/')).toHaveLength(3));
    expect(order).toEqual([]);
    await unlock(held.key);
    await unlock((await second).key);
    await unlock((await third).key);
    expect(order).toEqual(['b', 'c']);
    expect(await keysUnder('l/')).toEqual([]);
  });

  test('who stops waiting leaves nothing behind', async () => {
    const [a, b] = [await grant(), await grant()];
    const held = await lock('gone', a);
    const leave = new AbortController();
    const waiting = failure(lock('gone', b, leave.signal));
    await eventually('b waits', async () => expect(await keysUnder('gone/')).toHaveLength(2));
    leave.abort();
    expect(await waiting).toMatch(/^1 /);
    await eventually('b is gone', async () => expect(await keysUnder('gone/')).toEqual([`gone/${idHex(a)}`]));
    await unlock(held.key);
  });

  test('a lock ends with its lease; one without a lease gets one', async () => {
    const [a, b] = [await grant(), await grant()];
    await lock('leased', a);
    const waiting = lock('leased', b);
    await eventually('b waits', async () => expect(await keysUnder('leased/')).toHaveLength(2));
    await client.write(LeaseService.leaseRevoke, { id: a });
    await unlock((await waiting).key);
    const own = await lock('own', 0n);
    const lease = BigInt(`0x${utf8Text(own.key).slice('own/'.length)}`);
    expect(await client.read(LeaseService.leaseTimeToLive, { id: lease })).toMatchObject({ grantedTtl: 60 });
    expect(await failure(lock('nowhere', 12_345n))).toBe('2 etcdserver: requested lease not found');
  });

  const campaign = (name: string, lease: bigint, value: string) => client.write(ElectionService.campaign, { name: utf8(name), lease, value: utf8(value) });
  const leader = async (name: string): Promise<string> => utf8Text((await client.read(ElectionService.leader, { name: utf8(name) })).kv!.value);

  test('an election: campaign, proclaim, leader, resign', async () => {
    expect(await failure(leader('e'))).toBe('2 election: no leader');
    const [a, b] = [await grant(), await grant()];
    const first = (await campaign('e', a, 'one')).leader!;
    expect(first).toMatchObject({ lease: a });
    expect(utf8Text(first.key)).toBe(`e/${idHex(a)}`);
    expect(await leader('e')).toBe('one');
    await client.write(ElectionService.proclaim, { leader: first, value: utf8('uno') });
    expect(await leader('e')).toBe('uno');
    expect((await campaign('e', a, 'eins')).leader!.rev).toBe(first.rev);
    expect(await leader('e')).toBe('eins');
    const second = campaign('e', b, 'two');
    await eventually('b stands', async () => expect(await keysUnder('e/')).toHaveLength(2));
    await client.write(ElectionService.resign, { leader: first });
    const elected: LeaderKey = (await second).leader!;
    expect(await leader('e')).toBe('two');
    expect(await failure(client.write(ElectionService.proclaim, { leader: first, value: utf8('late') }))).toBe('2 election: not leader');
    await client.write(ElectionService.resign, { leader: first });
    await client.write(ElectionService.resign, { leader: elected });
    expect(await failure(client.write(ElectionService.resign, {}))).toBe('2 "leader" field must be provided');
    expect(await failure(client.write(ElectionService.proclaim, {}))).toBe('2 "leader" field must be provided');
  });

  test('observers hear who leads, what it says anew, and who follows', async () => {
    const [a, b] = [await grant(), await grant()];
    const heard: string[] = [];
    const stream = client.openStream(ElectionService.observe);
    stream.on('data', ({ kv }: LeaderResponse) => heard.push(utf8Text(kv!.value)));
    stream.on('error', () => {});
    // As clients of a server's stream do.
    stream.end(LeaderRequest.create({ name: utf8('o') }));
    const first = (await campaign('o', a, 'a1')).leader!;
    await eventually('a1', async () => expect(heard).toEqual(['a1']));
    await client.write(ElectionService.proclaim, { leader: first, value: utf8('a2') });
    await eventually('a2', async () => expect(heard).toEqual(['a1', 'a2']));
    const second = campaign('o', b, 'b1');
    await eventually('b stands', async () => expect(await keysUnder('o/')).toHaveLength(2));
    await client.write(ElectionService.resign, { leader: first });
    await second;
    await eventually('b1', async () => expect(heard).toEqual(['a1', 'a2', 'b1']));
    stream.cancel();
  });

  test('health', async () => {
    expect(await client.read(HealthService.check, { service: '' })).toEqual({ status: 1 });
    expect(await failure(client.read(HealthService.check, { service: 'nope' }))).toBe(`${Code.notFound} unknown service`);
    const told: number[] = [];
    const watching = client.openStream(HealthService.watch);
    watching.on('error', () => {});
    watching.on('data', ({ status }: HealthCheckResponse) => told.push(status));
    // As clients of a server's stream do.
    watching.end({ service: '' });
    await eventually('its status', async () => expect(told).toEqual([1]));
    await client.at(client.current, MaintenanceService.defragment, {});
    // 3.4 has neither the flag nor List.
    if (kind === 'quorate') await eventually('clients are asked to stay away meanwhile', async () => expect(told).toEqual([1, 2, 1]));
    const listed = differing('healthList', kind);
    if (listed !== undefined) expect(await failure(client.read(HealthService.list, {}))).toBe(listed);
    else expect(await client.read(HealthService.list, {})).toEqual({ statuses: [{ key: '', value: { status: 1 } }] });
    expect(told).toEqual(kind === 'quorate' ? [1, 2, 1] : [1]);
    watching.cancel();
    const unknown = client.serverStream(0, HealthService.watch, { service: 'nope' }, AbortSignal.timeout(20_000));
    expect(await unknown.next()).toEqual({ done: false, value: { status: 3 } });
    await unknown.return(undefined);
  });

  const ctl = (args: string[]): Program => new Program('etcdctl', etcdctlPath, [`--endpoints=${target.endpoints.map((url) => url.replace('http://', '')).join(',')}`, ...etcdctlPatience, ...args], etcdctlEnv());

  test('etcdctl lock: a command runs while the lock is held; another waits', async () => {
    const first = ctl(['lock', 'ctl']);
    const [held] = await first.saying(/^ctl\/[0-9a-f]+$/m);
    const second = ctl(['lock', 'ctl', 'echo', 'now-mine']);
    await eventually('the second waits', async () => expect(await keysUnder('ctl/')).toHaveLength(2));
    expect(second.output).toBe('');
    await first.end('SIGINT');
    await second.saying(/now-mine/);
    expect((await second.exited).code).toBe(0);
    expect(await keysUnder('ctl/')).not.toContain(held);
  });

  test('etcdctl elect: stands, listens, resigns', async () => {
    const first = ctl(['elect', 'ctl-e', 'one']);
    await first.saying(/^ctl-e\/[0-9a-f]+\none$/m);
    const listener = ctl(['elect', '-l', 'ctl-e']);
    await listener.saying(/one/);
    const second = ctl(['elect', 'ctl-e', 'two']);
    await eventually('the second stands', async () => expect(await keysUnder('ctl-e/')).toHaveLength(2));
    await first.end('SIGINT');
    await listener.saying(/two/);
    await second.saying(/two/);
    await second.end('SIGINT');
    await listener.end('SIGINT');
  });

  test('etcdctl endpoint health, of every member', async () => {
    const { stderr, stdout, code } = await etcdctl(target.endpoints, ['endpoint', 'health', '--cluster']);
    expect(code).toBe(0);
    expect((stdout + stderr).match(/is healthy: successfully committed proposal/g)).toHaveLength(3);
  });
});
