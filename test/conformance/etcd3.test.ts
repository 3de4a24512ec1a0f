import { Etcd3, type IKeyValue } from 'etcd3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/process.ts';
import { eachServer } from './servers.ts';

eachServer('npm etcd3', 3, (server) => {
  let client: Etcd3;
  beforeAll(() => {
    client = new Etcd3({ hosts: server.target.endpoints });
  });
  afterAll(() => client?.close());

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

  test('errors have their names', async () => {
    await expect(client.put('e').value('x').lease('404')).rejects.toThrow('etcdserver: requested lease not found');
    await expect(client.getAll().prefix('e').revision('1000000').exec()).rejects.toThrow('etcdserver: mvcc: required revision is a future revision');
  });

  test('optimistic transactions go on until nobody was in between', async () => {
    await client.put('stm').value('0');
    const raise = () => client.stm().transact(async (tx) => {
      const now = Number(await tx.get('stm').string());
      await tx.put('stm').value(String(now + 1));
    });
    await Promise.all([raise(), raise(), raise()]);
    expect(await client.get('stm').number()).toBe(3);
  });

  test('an election: one leads, the next follows it', async () => {
    const election = client.election('who', 10);
    const first = election.campaign('first');
    await new Promise<void>((resolve, reject) => first.on('elected', resolve).on('error', reject));
    expect(await election.leader()).toBe('first');
    const second = election.campaign('second');
    const elected = new Promise<void>((resolve, reject) => second.on('elected', resolve).on('error', reject));
    await first.resign();
    await elected;
    expect(await election.leader()).toBe('second');
    await second.resign();
  });

  test('the members, as the cluster tells them', async () => {
    const { members } = await client.cluster.memberList({});
    expect(members.map(({ name }) => name).sort()).toEqual(['m1', 'm2', 'm3']);
  });
});
