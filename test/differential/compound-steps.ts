import { KVService, LeaseService, MaintenanceService, type LeaseKeepAliveRequest, type LeaseKeepAliveResponse } from '../../core/proto/gen/rpc.ts';
import { eventually } from '../support/process.ts';
import { isRefusal, orRefusal, type Side, type Step, type World } from './step.ts';

/** One keep-alive stream; one answer to each request. */
export function keepAliveStep(requests: readonly LeaseKeepAliveRequest[]): Step {
  return { name: 'keepAlive', request: requests, act: (side) => orRefusal(keepAlive(side, requests)) };
}

function keepAlive({ client }: Side, requests: readonly LeaseKeepAliveRequest[]): Promise<LeaseKeepAliveResponse[]> {
  return new Promise((resolve, reject) => {
    const answers: LeaseKeepAliveResponse[] = [];
    const stream = client.openStream(LeaseService.leaseKeepAlive);
    stream.on('data', (answer) => answers.push(answer));
    stream.on('error', reject);
    stream.on('end', () => resolve(answers));
    for (const request of requests) stream.write(request);
    stream.end();
  });
}

/**
 * A hash of the keys, when no compaction is under way. Where no key is left, etcd hashes what a compaction has not come
 * to yet; a refused one that asks for the physical end waits for those before it.
 */
export function hashStep(revision: number, world: World): Step {
  const { compactRevision } = world;
  const act = async ({ client }: Side): Promise<unknown> => {
    await orRefusal(client.at(0, KVService.compact, { revision: compactRevision, physical: true }));
    return orRefusal(client.at(0, MaintenanceService.hashKv, { revision }));
  };
  return { name: 'hashKv', request: { revision }, act };
}

const ranOut = '5 etcdserver: requested lease not found';

/** A lease with an id of the server's choice and a TTL near the minimum: ended, unless it has run out by then. */
export function shortLeaseStep(ttl: number): Step {
  const act = async ({ client }: Side): Promise<unknown> => {
    const { id, ttl: granted, ...rest } = await client.at(0, LeaseService.leaseGrant, { ttl });
    const revoked = await orRefusal(client.at(0, LeaseService.leaseRevoke, { id }));
    if (isRefusal(revoked) && revoked.error !== ranOut) throw new Error(revoked.error);
    return { ...rest, positive: id > 0n, granted };
  };
  return { name: 'shortLease', request: { ttl }, act };
}

/** Ends the member, cleanly or with SIGKILL, and starts it again on its data. */
export function restartStep(how: 'kill' | 'stop'): Step {
  const act = async ({ target, client, position }: Side): Promise<void> => {
    await (how === 'kill' ? target.killMember(position) : target.stopMember(position));
    await target.startMember(position);
    await eventually('it answers again', () => client.range({ key: new Uint8Array(1) }));
  };
  return { name: 'restart', request: { how }, act };
}
