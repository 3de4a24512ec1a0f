import { expect, test } from 'vitest';
import { keepAliveOnce } from '../../core/client/keep-alive.ts';
import { LeaseHolder } from '../../core/desk/lease-holder.ts';
import { leaseIdOf } from '../../core/desk/leases.ts';
import { LeaseService } from '../../core/proto/gen/rpc.ts';
import { eachServer } from './servers.ts';

eachServer('leases that the app keeps alive', 1, (server) => {
  const ttlOf = async (id: bigint): Promise<number> => (await server.client.read(LeaseService.leaseTimeToLive, { id })).ttl;

  test('one outlives its time, also when another holder takes it over, and ends when it is let go', async () => {
    // Long enough that who keeps it alive may stand still between two renewals.
    const { id, ttl } = await server.client.leaseGrant(4);
    const first = new LeaseHolder(server.client, () => {});
    const second = new LeaseHolder(server.client, () => {});
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
    const { id } = await server.client.leaseGrant(4);
    const holder = new LeaseHolder(server.client, () => {});
    await holder.hold(id);
    await server.client.write(LeaseService.leaseRevoke, { id });
    await expect.poll(() => holder.held, { timeout: 60_000, interval: 50 }).toEqual([]);
    await expect(keepAliveOnce(server.client, id)).rejects.toThrow('requested lease not found');
    await expect(holder.hold(id)).rejects.toThrow('requested lease not found');
    holder.close();
  });
});
