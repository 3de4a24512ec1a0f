import type { ServiceError } from '@grpc/grpc-js';
import { afterEach, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { KVService, LeaseKeepAliveRequest, LeaseService, type LeaseKeepAliveResponse } from '../../core/proto/gen/rpc.ts';
import { eventually } from '../support/process.ts';
import { failure, namesOf, opPut, put, refusals, revisionOf, Watching } from './raw.ts';
import { eachServer } from './servers.ts';

eachServer('Lease', 1, (server) => {
  const grant = (ttl: number, id = 0n) => server.client.write(LeaseService.leaseGrant, { ttl, id });
  const revoke = (id: bigint) => server.client.write(LeaseService.leaseRevoke, { id });
  const life = (id: bigint, keys = false) => server.client.read(LeaseService.leaseTimeToLive, { id, keys });
  const leases = async () => (await server.client.read(LeaseService.leaseLeases, {})).leases.map(({ id }) => id);
  afterEach(async () => {
    // Those of the least time may have run out by now.
    for (const id of await leases()) expect(['succeeded', refusals.leaseNotFound]).toContain(await failure(revoke(id)));
  });

  test('grant: ids of the server’s choice and of one’s own, limits of the TTL', async () => {
    const before = await revisionOf(server.client);
    const chosen = await grant(60);
    expect(chosen).toMatchObject({ ttl: 60, error: '', header: { revision: before } });
    expect(chosen.id > 0n).toBe(true);
    expect(await grant(1, 0x7000_0000_0000_0001n)).toMatchObject({ id: 0x7000_0000_0000_0001n, ttl: 2 });
    expect(await grant(0, 1n)).toMatchObject({ id: 1n, ttl: 2 });
    expect(await grant(-7, -1n)).toMatchObject({ id: -1n, ttl: 2 });
    expect(await grant(9_000_000_000, 2n)).toMatchObject({ ttl: 9_000_000_000 });
    expect(await failure(grant(9_000_000_001, 3n))).toBe('11 etcdserver: too large lease TTL');
    expect(await failure(grant(10, 2n))).toBe('9 etcdserver: lease already exists');
    expect(await revisionOf(server.client)).toBe(before);
  });

  test('revoke: the keys go in one revision, in order; without keys there is none', async () => {
    const { id } = await grant(60);
    for (const key of ['rv/b', 'rv/a', 'rv/c']) await put(server.client, key, 'x', { lease: id });
    await put(server.client, 'rv/c', 'free');
    const watching = new Watching(server.client);
    watching.create({ key: utf8('rv/'), rangeEnd: utf8('rv0') });
    await watching.come(1);
    const before = await revisionOf(server.client);
    expect((await revoke(id)).header!.revision).toBe(before + 1);
    await watching.come(2);
    expect(watching.told(0n)).toEqual([`-rv/a@${before + 1}`, `-rv/b@${before + 1}`]);
    watching.close();
    expect(namesOf((await server.client.range({ key: utf8('rv/'), rangeEnd: utf8('rv0') })).kvs)).toEqual(['rv/c']);
    expect(await failure(revoke(id))).toBe(refusals.leaseNotFound);
    const { id: empty } = await grant(60);
    expect((await revoke(empty)).header!.revision).toBe(before + 1);
  });

  test('attachment: the last put decides; ignore_lease keeps it', async () => {
    const [a, b] = [(await grant(60)).id, (await grant(60)).id];
    const keysOf = async (id: bigint) => (await life(id, true)).keys.map(utf8Text);
    await put(server.client, 'at', '1', { lease: a });
    expect((await server.client.range({ key: utf8('at') })).kvs[0]!.lease).toBe(a);
    await put(server.client, 'at', '2', { lease: b });
    expect([await keysOf(a), await keysOf(b)]).toEqual([[], ['at']]);
    await put(server.client, 'at', '3', { ignoreLease: true });
    expect(await keysOf(b)).toEqual(['at']);
    await put(server.client, 'at', '4');
    expect(await keysOf(b)).toEqual([]);
    await put(server.client, 'at', '5', { lease: a });
    await server.client.write(KVService.deleteRange, { key: utf8('at') });
    expect(await keysOf(a)).toEqual([]);
    expect(await failure(put(server.client, 'at', '6', { lease: 404n }))).toBe(refusals.leaseNotFound);
  });

  test('time to live: −1 for none, keys only when asked for', async () => {
    expect(await life(404n, true)).toMatchObject({ id: 404n, ttl: -1, grantedTtl: 0, keys: [], header: { revision: await revisionOf(server.client) } });
    const { id } = await grant(100);
    await put(server.client, 'ttl', 'x', { lease: id });
    const without = await life(id);
    expect(without).toMatchObject({ grantedTtl: 100, keys: [] });
    expect(without.ttl).toBeGreaterThan(90);
    expect(without.ttl).toBeLessThanOrEqual(100);
    expect((await life(id, true)).keys.map(utf8Text)).toEqual(['ttl']);
  });

  test('leases are listed, the first to end first', async () => {
    await grant(300, 3n);
    await grant(100, 1n);
    await grant(200, 2n);
    expect(await leases()).toEqual([1n, 2n, 3n]);
  });

  test('keep-alive: an answer to each in order, TTL 0 for what is not there; the client’s end ends it well', async () => {
    await grant(100, 5n);
    const answers = await new Promise<LeaseKeepAliveResponse[]>((resolve, reject) => {
      const stream = server.client.openStream(LeaseService.leaseKeepAlive);
      const got: LeaseKeepAliveResponse[] = [];
      stream.on('data', (answer) => got.push(answer));
      stream.on('error', (error: ServiceError) => reject(error));
      stream.on('end', () => resolve(got));
      for (const id of [5n, 404n, 5n]) stream.write(LeaseKeepAliveRequest.create({ id }));
      stream.end();
    });
    expect(answers.map(({ id, ttl }) => [id, ttl])).toEqual([[5n, 100], [404n, 0], [5n, 100]]);
    expect(answers.every(({ header }) => header!.revision > 0 && header!.clusterId !== 0n)).toBe(true);
  });

  test('a lease that is not kept alive ends, its keys with it, in a revision of their own', async () => {
    const { id, before } = await eventually('keys before the end', async () => {
      const { id: lease } = await grant(1);
      const { header } = await server.client.txn({ success: [opPut('end/1', 'x', { lease }), opPut('end/2', 'x', { lease })] });
      return { id: lease, before: header!.revision };
    });
    await eventually('its end', async () => expect((await life(id)).ttl).toBe(-1));
    expect((await server.client.range({ key: utf8('end/'), rangeEnd: utf8('end0') })).count).toBe(0);
    expect(await revisionOf(server.client)).toBe(before + 1);
  });
});
