import type { IncomingMessage, ServerResponse } from 'node:http';
import { idHex } from '../base/ids.ts';
import { memberToJson } from '../member/member-json.ts';
import type { Membership } from '../member/membership.ts';
import type { CallContext, EtcdMember } from '../member/types.ts';
import { answer, chunksOf, pathOf, readBody } from './http-io.ts';
import { serveLeases } from './lease-forward.ts';
import { servePromotion } from './promote-forward.ts';

export interface PeerPathsParts {
  membership: Pick<Membership, 'list' | 'clusterId' | 'clusterVersion'>;
  serverVersion: string;
  /** Undefined until it is there. */
  member(): EtcdMember | undefined;
}

type Path = (request: IncomingMessage, response: ServerResponse, parts: PeerPathsParts) => void | Promise<void>;

const maxBodyBytes = 4096;
const patient: CallContext = { deadlineMs: Infinity, signal: undefined };

const paths: Readonly<Record<string, Path>> = {
  '/members': (_request, response, { membership }) => answer(response, 200, `[${membership.list().map(memberToJson).join(',')}]\n`, 'application/json'),
  '/version': (_request, response, { membership, serverVersion }) => {
    const versions = { etcdserver: serverVersion, etcdcluster: membership.clusterVersion || 'not_decided', storage: serverVersion };
    answer(response, 200, JSON.stringify(versions), 'application/json');
  },
  '/members/hashkv': hashKv,
  '/downgrade/enabled': downgradeEnabled,
};

/** What etcd's members ask each other beside Raft's own. Source: etcd `server/etcdserver/api/etcdhttp/peer.go`. */
export function peerPaths(parts: PeerPathsParts): (request: IncomingMessage, response: ServerResponse) => boolean {
  return (request, response) => {
    const path = paths[pathOf(request)];
    if (!path) {
      const member = parts.member();
      return member !== undefined && (serveLeases(member, request, response) || servePromotion(member, request, response));
    }
    if (request.method === 'GET') void serve(path, request, response, parts);
    else {
      response.setHeader('Allow', 'GET');
      answer(response, 405, 'Method Not Allowed\n');
    }
    return true;
  };
}

async function serve(path: Path, request: IncomingMessage, response: ServerResponse, parts: PeerPathsParts): Promise<void> {
  try {
    await path(request, response, parts);
  } catch (error) {
    answer(response, 500, `${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** A GET with a body, `{"revision":N}`. Other members compare it with their own, to find corruption. */
async function hashKv(request: IncomingMessage, response: ServerResponse, { membership, member }: PeerPathsParts): Promise<void> {
  const store = member()?.store;
  if (!store) return answer(response, 503, 'the member does not answer yet\n');
  const clusterId = String(request.headers['x-etcd-cluster-id'] ?? '');
  if (clusterId !== '' && clusterId !== idHex(membership.clusterId)) return answer(response, 412, 'cluster ID mismatch\n');
  const revision = revisionAsked(await readBody(chunksOf(request), maxBodyBytes));
  if (revision === undefined) return answer(response, 400, 'error unmarshalling request\n');
  const outcome = await store.hashKv(revision);
  if (!outcome.ok) return answer(response, 400, `${outcome.error.message.replace('etcdserver: ', '')}\n`);
  const { hash, compactRevision } = outcome;
  const header = { revision: store.currentRevision };
  answer(response, 200, JSON.stringify({ header, hash, compact_revision: compactRevision, hash_revision: outcome.revision }), 'application/json');
}

/** No revision is 0: the newest. */
function revisionAsked(body: Buffer): number | undefined {
  try {
    const { revision = 0 } = JSON.parse(body.toString('utf8')) as { revision?: unknown };
    return Number.isSafeInteger(revision) ? (revision as number) : undefined;
  } catch {
    return undefined;
  }
}

/** A member that joins asks. There are no downgrades here. */
async function downgradeEnabled(_request: IncomingMessage, response: ServerResponse, { member }: PeerPathsParts): Promise<void> {
  const asked = member();
  if (!asked) return answer(response, 503, 'the member does not answer yet\n');
  await asked.linearizableRead(patient);
  answer(response, 200, 'false', 'text/plain');
}
