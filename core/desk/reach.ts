import { idHex } from '../base/ids.ts';
import { addressOf, EtcdClient } from '../client/etcd-client.ts';
import type { EndpointTest, UnreachableReason } from '../contract/types.ts';
import { probe } from './cluster-status.ts';

const reasons: readonly [UnreachableReason, RegExp][] = [
  ['refused', /ECONNREFUSED/],
  ['unknownHost', /ENOTFOUND|EAI_AGAIN|Name resolution failed/],
  ['closed', /ECONNRESET|EPIPE|Failed to connect|socket hang up|Connection dropped|Protocol error|Parse Error|HTTP_1_1_REQUIRED|PROTOCOL_ERROR/i],
  ['timeout', /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|Deadline|DEADLINE/],
];

/** Why an endpoint did not answer, from the text of the failure. */
export function reasonOf(error: string): UnreachableReason {
  return reasons.find(([, pattern]) => pattern.test(error))?.[0] ?? 'other';
}

/** Asks each endpoint for itself who it is. */
export async function testEndpoints(endpoints: readonly string[]): Promise<EndpointTest[]> {
  const client = new EtcdClient(endpoints);
  try {
    return await Promise.all(
      endpoints.map(async (endpoint, i): Promise<EndpointTest> => {
        const answer = await probe(client, i);
        if (!answer.ok) return { endpoint: addressOf(endpoint), ok: false, reason: reasonOf(answer.error), text: answer.error };
        const { version, header } = answer.response;
        return { endpoint: addressOf(endpoint), ok: true, version, clusterId: idHex(header?.clusterId ?? 0n), memberId: idHex(header?.memberId ?? 0n), latencyMs: answer.latencyMs };
      }),
    );
  } finally {
    client.close();
  }
}
