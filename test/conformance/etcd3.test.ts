import { Etcd3, type IKeyValue } from 'etcd3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { KVService } from '../../core/proto/gen/rpc.ts';
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

  test('a namespace sees its own keys, under their short names, and nothing else', async () => {
    const user = client.namespace('user/');
    await client.put('outside').value('x');
    await user.put('a').value('1');
    expect(await client.get('user/a').string()).toBe('1');
    expect(await user.getAll().all().strings()).toEqual({ a: '1' });
    expect(await user.get('outside').string()).toBeNull();
    const watcher = await user.watch().key('a').withPreviousKV().create();
    const seen: string[] = [];
    watcher.on('put', (kv, before) => seen.push(`${kv.key.toString()}=${kv.value.toString()} was ${before?.value.toString()}`));
    expect((await user.if('a', 'Version', '==', 1).then(user.put('a').value('2'), user.put('b').value('2')).commit()).succeeded).toBe(true);
    await eventually('its event', async () => expect(seen).toEqual(['a=2 was 1']));
    await watcher.cancel();
    const lease = user.lease(10);
    await lease.put('leased').value('x');
    expect(await client.get('user/leased').string()).toBe('x');
    await lease.revoke();
    await user.lock('door').do(async () => expect(await client.getAll().prefix('user/door').count()).toBe(1));
    await user.delete().all();
    expect(await client.getAll().prefix('user/').keys()).toEqual([]);
    expect(await client.get('outside').string()).toBe('x');
  });

  test('a watch from the past', async () => {
    const { header } = await client.put('past').value('1');
    await client.put('past').value('2');
    await client.delete().key('past');
    const watcher = await client.watch().key('past').startRevision(header.revision).create();
    const seen: string[] = [];
    watcher.on('put', (kv) => seen.push(kv.value.toString()));
    watcher.on('delete', () => seen.push('deleted'));
    await client.put('past').value('3');
    await eventually('the last', async () => expect(seen).toEqual(['1', '2', 'deleted', '3']));
    await watcher.cancel();
  });

  test('a watcher comes back with its member, and is told everything once, in order', async () => {
    const { followers: [gone], leader } = await server.roles();
    const one = new Etcd3({ hosts: server.target.endpoints[gone!]! });
    try {
      const watcher = await one.watch().prefix('back/').create();
      const seen: string[] = [];
      let lost = 0;
      watcher.on('put', (kv) => seen.push(`${kv.key.toString()}@${kv.mod_revision}`));
      watcher.on('disconnected', () => lost++);
      const written: string[] = [];
      const write = async (endpoint: number, key: string): Promise<void> => {
        const { header } = await server.client.at(endpoint, KVService.put, { key: utf8(key), value: utf8('x') });
        written.push(`${key}@${header!.revision}`);
      };
      await write(gone!, 'back/before');
      await eventually('the first', async () => expect(seen).toEqual(written));
      await server.target.killMember(gone!);
      for (const n of [1, 2, 3]) await write(leader, `back/away/${n}`);
      await server.target.startMember(gone!);
      await write(leader, 'back/again');
      await eventually('all that it missed', async () => expect(seen).toEqual(written));
      expect(lost).toBeGreaterThan(0);
      await watcher.cancel();
    } finally {
      one.close();
    }
  });
});
