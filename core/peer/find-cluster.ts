import { request as httpRequest } from 'node:http';
import { parseIdHex, type MemberId } from '../base/ids.ts';
import type { ExistingCluster } from '../member/bootstrap.ts';
import { ConfigError } from '../member/config.ts';
import { parseMembersJson } from '../member/member-json.ts';
import { readBody } from './http-io.ts';

const maxAnswerBytes = 1 << 20;

/** Asks the peers one by one which cluster they form, until one answers. Source: etcd `GetClusterFromRemotePeers`. */
export async function findCluster(peerUrls: readonly string[], timeoutMs: number): Promise<ExistingCluster> {
  const failures: string[] = [];
  for (const url of peerUrls) {
    try {
      return await askMembers(new URL('/members', url), timeoutMs);
    } catch (error) {
      failures.push(`${url}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new ConfigError(
    `cannot fetch cluster info from peer urls: could not retrieve cluster information from the given URLs (${failures.join('; ') || '--initial-cluster names no other member'}). ` +
      'With --initial-cluster-state=existing a member of the cluster must be reachable',
  );
}

/** Whether the first of the peers that answers lists this member with client URLs, which it makes known when it first serves. Source: etcd `isMemberBootstrapped`. */
export function isKnownToRun(id: MemberId, peerUrls: readonly string[], timeoutMs: number): Promise<boolean> {
  return findCluster(peerUrls, timeoutMs).then(({ members }) => members.some((member) => member.id === id && member.clientUrls.length > 0), () => false);
}

function askMembers(url: URL, timeoutMs: number): Promise<ExistingCluster> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { agent: false, timeout: timeoutMs });
    request.on('response', (response) => {
      readBody(response, maxAnswerBytes)
        .then((body): ExistingCluster => {
          if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}`);
          const clusterId = parseIdHex(String(response.headers['x-etcd-cluster-id'] ?? ''));
          if (clusterId === undefined) throw new Error('no member of a cluster answers there');
          return { clusterId, members: parseMembersJson(body.toString('utf8')) };
        })
        .then(resolve, reject);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    request.on('error', reject);
    request.end();
  });
}
