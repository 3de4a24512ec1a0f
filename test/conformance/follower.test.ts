import { expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { CompareCompareTarget as Of, KVService, LeaseKeepAliveRequest, LeaseService, MaintenanceService, type LeaseKeepAliveResponse } from '../../core/proto/gen/rpc.ts';
import { compare, failure, opPut, opRange, refusals, valuesOf, Watching } from './raw.ts';
import { eachServer } from './servers.ts';

eachServer('A follower', 3, (server) => {
  const at = async () => {
    const { leader, followers } = await server.roles();
    const { client } = server;
    return {
      leader, follower: followers[0]!, other: followers[1]!, client,
      put: (endpoint: number, key: string, value: string, lease = 0n) => client.at(endpoint, KVService.put, { key: utf8(key), value: utf8(value), lease }),
      get: (endpoint: number, key: string, serializable = false) => client.at(endpoint, KVService.range, { key: utf8(key), serializable }),
    };
  };

  test('what one member has acknowledged, every other reads', async () => {
    const { leader, follower, other, put, get } = await at();
    for (const [i, writer] of [leader, follower, other].entries()) {
      const { header } = await put(writer, 'seen', String(i));
      for (const reader of [leader, follower, other]) {
        const { kvs, header: told } = await get(reader, 'seen');
        expect(valuesOf(kvs)).toEqual([String(i)]);
        expect(told!.revision).toBeGreaterThanOrEqual(header!.revision);
      }
      // It has applied its own write.
      expect(valuesOf((await get(writer, 'seen', true)).kvs)).toEqual([String(i)]);
    }
  });

  test('answers in its own name', async () => {
    const { follower, client, put } = await at();
    const own = (await server.status(follower)).header!.memberId;
    expect((await put(follower, 'name', 'x')).header!.memberId).toBe(own);
    expect((await client.at(follower, MaintenanceService.hashKv, {})).header!.memberId).toBe(own);
    expect((await client.at(follower, LeaseService.leaseLeases, {})).header!.memberId).toBe(own);
  });

  test('carries out transactions and compactions, and refuses as the leader does', async () => {
    const { leader, follower, client, put } = await at();
    const first = (await put(leader, 'txn', '1')).header!.revision;
    const swap = (endpoint: number, from: number, value: string) =>
      client.at(endpoint, KVService.txn, { compare: [compare('txn', { target: Of.MOD, modRevision: from })], success: [opPut('txn', value)], failure: [opRange('txn')] });
    const done = await swap(follower, first, '2');
    expect([done.succeeded, done.header!.revision]).toEqual([true, first + 1]);
    expect((await swap(leader, first, '3')).succeeded).toBe(false);
    expect(valuesOf((await swap(follower, first, '4')).responses[0]!.responseRange!.kvs)).toEqual(['2']);
    expect(await failure(client.at(follower, KVService.compact, { revision: first + 1 }))).toBe('succeeded');
    expect(await failure(client.at(leader, KVService.compact, { revision: first + 1 }))).toBe(refusals.compacted);
    expect(await failure(client.at(follower, KVService.range, { key: utf8('txn'), revision: first }))).toBe(refusals.compacted);
    expect(await failure(client.at(follower, KVService.put, { key: utf8('txn'), lease: 404n }))).toBe(refusals.leaseNotFound);
    expect(await failure(client.at(follower, KVService.txn, { success: [opPut('txn', 'x', { lease: 404n })] }))).toBe(refusals.leaseNotFound);
  });

  test('tells its watchers what others write', async () => {
    const { leader, follower, other, put } = await at();
    const client = server.clientOf(follower);
    const watching = new Watching(client);
    watching.create({ key: utf8('watched') });
    await watching.come(1);
    const revisions: number[] = [];
    for (const [i, writer] of [leader, follower, other, leader].entries()) revisions.push((await put(writer, 'watched', String(i))).header!.revision);
    await watching.come(5);
    expect(watching.told(0n)).toEqual(revisions.map((revision, i) => `watched=${i}@${revision}`));
    expect(watching.seen.slice(1).map(({ header }) => header!.revision)).toEqual(revisions);
    watching.close();
    client.close();
  });

  test('takes care of leases for the leader, who alone knows their time', async () => {
    const { leader, follower, other, client, put } = await at();
    const { id } = await client.at(follower, LeaseService.leaseGrant, { ttl: 100 });
    await put(other, 'leased', 'x', id);
    for (const endpoint of [leader, follower, other]) {
      const life = await client.at(endpoint, LeaseService.leaseTimeToLive, { id, keys: true });
      expect([life.id, life.grantedTtl, life.keys.map(String)]).toEqual([id, 100, [String(Buffer.from('leased'))]]);
      expect(life.ttl).toBeGreaterThan(90);
      const renewed = await keepAliveAt(endpoint, id);
      expect([renewed.id, renewed.ttl]).toEqual([id, 100]);
      expect((await keepAliveAt(endpoint, 404n)).ttl).toBe(0);
      expect((await client.at(endpoint, LeaseService.leaseTimeToLive, { id: 404n })).ttl).toBe(-1);
    }
    expect(await failure(client.at(other, LeaseService.leaseRevoke, { id }))).toBe('succeeded');
    expect(await failure(client.at(follower, LeaseService.leaseRevoke, { id }))).toBe(refusals.leaseNotFound);
  });

  async function keepAliveAt(endpoint: number, id: bigint): Promise<LeaseKeepAliveResponse> {
    const client = server.clientOf(endpoint);
    try {
      return await new Promise((resolve, reject) => {
        const stream = client.openStream(LeaseService.leaseKeepAlive);
        stream.on('data', resolve);
        stream.on('error', reject);
        stream.write(LeaseKeepAliveRequest.create({ id }));
        stream.end();
      });
    } finally {
      client.close();
    }
  }

  test('all members have the same keys in the end', async () => {
    const { leader, follower, other, put, get, client } = await at();
    for (let i = 0; i < 20; i++) await put([leader, follower, other][i % 3]!, `same/${i % 7}`, String(i));
    for (const endpoint of [leader, follower, other]) await get(endpoint, 'same/0');
    const hashes = await Promise.all([leader, follower, other].map((endpoint) => client.at(endpoint, MaintenanceService.hashKv, {})));
    expect(new Set(hashes.map(({ hash, compactRevision, header }) => `${hash} ${compactRevision} ${header!.revision}`)).size).toBe(1);
  });
});
