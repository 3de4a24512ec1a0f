import { parseIdHex, type MemberId } from '../base/ids.ts';
import { ConfigError } from '../member/config.ts';
import { parseMembersJson } from '../member/member-json.ts';
import type { ExistingCluster, OtherMembers } from '../member/other-members.ts';
import type { Clock } from '../ports/clock.ts';
import { exchange } from './exchange.ts';
import { askDowngrading, askVersions, type PeerQuestion } from './peer-version.ts';

const maxAnswerBytes = 1 << 20;

/** How long a member that joins waits for an answer of each other one. Source: etcd `GetClusterFromRemotePeers`. */
const findMs = 10_000;

/** The members at these URLs, as a member without a log asks them. */
export function otherMembers(peerUrls: readonly string[], electionTimeoutMs: number, clock: Clock): OtherMembers {
  const question: PeerQuestion = { headers: {}, clock, timeoutMs: 5_000 + 2 * electionTimeoutMs, reaches: () => true };
  return {
    find: () => findCluster(peerUrls, findMs, clock),
    // Of a new cluster the others may not be there yet.
    hasRun: (id) => isKnownToRun(id, peerUrls, 1_000 + electionTimeoutMs, clock),
    clusterVersion: async (urls) => (await askVersions(urls, question)).cluster,
    downgrading: (urls) => askDowngrading(urls, question),
  };
}

/** Asks the peers one by one which cluster they form, until one answers. Source: etcd `GetClusterFromRemotePeers`. */
async function findCluster(peerUrls: readonly string[], timeoutMs: number, clock: Clock): Promise<ExistingCluster> {
  const failures: string[] = [];
  for (const url of peerUrls) {
    try {
      return await askMembers(url, timeoutMs, clock);
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
export function isKnownToRun(id: MemberId, peerUrls: readonly string[], timeoutMs: number, clock: Clock): Promise<boolean> {
  return findCluster(peerUrls, timeoutMs, clock).then(({ members }) => members.some((member) => member.id === id && member.clientUrls.length > 0), () => false);
}

async function askMembers(url: string, timeoutMs: number, clock: Clock): Promise<ExistingCluster> {
  const { status, headers, body } = await exchange(url, '/members', { method: 'GET', headers: {}, clock, limitMs: timeoutMs, maxAnswerBytes });
  if (status !== 200) throw new Error(`status ${status}`);
  const clusterId = parseIdHex(String(headers['x-etcd-cluster-id'] ?? ''));
  if (clusterId === undefined) throw new Error('no member of a cluster answers there');
  const members = parseMembersJson(body.toString('utf8'));
  if (members.length === 0) throw new Error('it knows no members yet');
  return { clusterId, members };
}
