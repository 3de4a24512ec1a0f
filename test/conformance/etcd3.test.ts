import { Etcd3, type IKeyValue } from 'etcd3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/process.ts';
import { Target } from '../support/target.ts';
import { etcdPath, missing } from '../support/tools.ts';

const absent = missing(etcdPath);

describe.skipIf(absent !== undefined).each(['etcd', 'quorate'] as const)('npm etcd3 against %s', (kind) => {
  let target: Target;
  let client: Etcd3;
  beforeAll(async () => {
    target = await Target.start(kind, 3);
    client = new Etcd3({ hosts: target.endpoints });
  });
  afterAll(async () => {
    client?.close();
    await target?.stop();
  });

  test('put, get, delete', async () => {
    await client.put('a').value('1');
    expect(await client.get('a').string()).toBe('1');
    await client.delete().key('a');
    expect(await client.get('a').string()).toBeNull();
  });

  test('ranges by prefix, sorted and limited', async () => {
    for (const n of ['1', '2', '3']) await client.put(`r/${n}`).value(n);
    expect(await client.getAll().prefix('r/').strings()).toEqual({ 'r/1': '1', 'r/2': '2', 'r/3': '3' });
    expect(await client.getAll().prefix('r/').sort('Key', 'Descend').limit(2).keys()).toEqual(['r/3', 'r/2']);
    expect(await client.getAll().prefix('r/').count()).toBe(3);
  });

  test('transactions', async () => {
    await client.put('t').value('1');
    const swap = (from: string, to: string) => client.if('t', 'Value', '==', from).then(client.put('t').value(to)).else(client.get('t')).commit();
    expect((await swap('1', '2')).succeeded).toBe(true);
    expect((await swap('1', '3')).succeeded).toBe(false);
    expect(await client.get('t').string()).toBe('2');
  });

  test('watch', async () => {
    const watcher = await client.watch().prefix('w/').create();
    const seen: IKeyValue[] = [];
    watcher.on('put', (kv) => seen.push(kv));
    await client.put('w/1').value('x');
    await client.put('w/2').value('y');
    await eventually('both events came', async () => expect(seen.map((kv) => kv.key.toString())).toEqual(['w/1', 'w/2']));
    await watcher.cancel();
  });

  test('a lease is kept alive by the client, and its keys go when it is revoked', async () => {
    const lease = client.lease(10);
    await lease.put('l').value('x');
    expect(await client.get('l').string()).toBe('x');
    await lease.keepaliveOnce();
    await lease.revoke();
    expect(await client.get('l').string()).toBeNull();
  });

  test('a lock is held by one', async () => {
    const first = client.lock('resource').ttl(10);
    await first.acquire();
    await expect(client.lock('resource').ttl(10).acquire()).rejects.toThrow();
    await first.release();
    const second = client.lock('resource').ttl(10);
    await second.acquire();
    await second.release();
  });
});
