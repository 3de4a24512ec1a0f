import type { ServiceError } from '@grpc/grpc-js';
import { Code, EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { LeaseId } from '../base/ids.ts';
import type { LeaseKeepAliveResponse } from '../proto/gen/rpc.ts';
import { toEtcdError, type EtcdClient } from './etcd-client.ts';

const timeoutMs = 5_000;

/** Renews a lease once; returns its TTL, seconds, or rejects with ErrLeaseNotFound. Goes on at the next endpoint when one is unavailable. */
export async function keepAliveOnce(client: EtcdClient, id: LeaseId): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { ttl } = await ask(client, id);
      // The stream tells a lease that is not there by a TTL of zero.
      if (ttl <= 0) throw etcdErrors.leaseNotFound();
      return ttl;
    } catch (error) {
      if (!(error instanceof EtcdError) || error.code !== Code.unavailable || attempt >= client.endpoints.length) throw error;
      client.next();
    }
  }
}

function ask(client: EtcdClient, id: LeaseId): Promise<LeaseKeepAliveResponse> {
  return new Promise((resolve, reject) => {
    const call = client.openKeepAlive();
    const late = setTimeout(() => {
      call.cancel();
      reject(etcdErrors.timeout());
    }, timeoutMs);
    const done = (): void => clearTimeout(late);
    call.once('data', (response: LeaseKeepAliveResponse) => {
      done();
      call.end();
      resolve(response);
    });
    call.on('error', (error: ServiceError) => {
      done();
      reject(toEtcdError(error));
    });
    call.on('end', () => {
      done();
      reject(etcdErrors.timeout());
    });
    call.write({ id });
  });
}
