import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { keepAliveOnce } from '../../core/client/keep-alive.ts';
import { LeaseHolder } from '../../core/desk/lease-holder.ts';
import { leaseIdOf } from '../../core/desk/leases.ts';
import { LeaseService } from '../../core/proto/gen/rpc.ts';
import { Target } from '../support/target.ts';
import { etcdPath, missing } from '../support/tools.ts';

const absent = missing(etcdPath);

describe.skipIf(absent !== undefined).each(['etcd', 'quorate'] as const)('leases that the app keeps alive, on %s', (kind) => {
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

  const ttlOf = async (id: bigint): Promise<number> => (await client.read(LeaseService.leaseTimeToLive, { id })).ttl;

  test('one outlives its time, also when another holder takes it over, and ends when it is let go', async () => {
    // Long enough that who keeps it alive may stand still between two renewals.
    const { id, ttl } = await client.leaseGrant(4);
    const first = new LeaseHolder(client, () => {});
    const second = new LeaseHolder(client, () => {});
    await first.hold(id);
    second.adopt(first.held.map(leaseIdOf));
    first.close();
    const startedMs = performance.now();
    await expect.poll(() => performance.now() - startedMs, { timeout: 60_000, interval: 100 }).toBeGreaterThan((ttl + 1.5) * 1000);
    expect(await ttlOf(id)).toBeGreaterThanOrEqual(0);
    second.release(id);
    await expect.poll(() => ttlOf(id), { timeout: 60_000, interval: 100 }).toBe(-1);
    second.close();
  });

  test('one that is revoked by others is let go of', async () => {
    const { id } = await client.leaseGrant(4);
    const holder = new LeaseHolder(client, () => {});
    await holder.hold(id);
    await client.write(LeaseService.leaseRevoke, { id });
    await expect.poll(() => holder.held, { timeout: 60_000, interval: 50 }).toEqual([]);
    await expect(keepAliveOnce(client, id)).rejects.toThrow('requested lease not found');
    await expect(holder.hold(id)).rejects.toThrow('requested lease not found');
    holder.close();
  });
});
