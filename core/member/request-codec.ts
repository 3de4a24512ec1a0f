import { utf8Text } from '../base/bytes.ts';
import { idHex, parseIdHex } from '../base/ids.ts';
import { seriesOf } from '../base/version.ts';
import { Request } from '../proto/gen/legacy.ts';
import { InternalRaftRequest } from '../proto/gen/raft-internal.ts';

/**
 * What stands in a normal entry of the log. Releases before 3.5 say what changes of members' attributes and of the cluster
 * version by writes to a tree of keys, and end when they meet the requests that later ones have for it.
 */
const firstWithRequests = 3005;
const versionPath = '/0/version';
const attributesPath = /^\/0\/members\/([0-9a-f]+)\/attributes$/;

export interface LogRequest {
  id: bigint;
  /** Undefined: a write to that tree which says nothing of members; it is passed over. */
  request: InternalRaftRequest | undefined;
}

/** Encodes for the oldest release in the cluster, as the cluster version has it; `''`: there is none yet. */
export function encodeRequest(request: Partial<InternalRaftRequest>, id: bigint, clusterVersion: string): Uint8Array {
  const legacy = isLegacy(request, clusterVersion) ? toLegacy(request) : undefined;
  if (legacy) return Request.encode({ id, method: 'PUT', ...legacy });
  return InternalRaftRequest.encode({ ...request, header: { id, username: '', authRevision: 0 } });
}

/** The first cluster version is itself the word of what all can read. */
function isLegacy(request: Partial<InternalRaftRequest>, clusterVersion: string): boolean {
  const version = clusterVersion === '' ? (request.clusterVersionSet?.ver ?? '') : clusterVersion;
  return (seriesOf(version) ?? 0) < firstWithRequests;
}

function toLegacy({ clusterVersionSet, clusterMemberAttrSet }: Partial<InternalRaftRequest>): Pick<Request, 'path' | 'val'> | undefined {
  if (clusterVersionSet) return { path: versionPath, val: clusterVersionSet.ver };
  if (!clusterMemberAttrSet) return undefined;
  const { memberId, memberAttributes } = clusterMemberAttrSet;
  const val = { name: memberAttributes?.name ?? '', clientURLs: memberAttributes?.clientUrls ?? [] };
  return { path: `/0/members/${idHex(memberId)}/attributes`, val: JSON.stringify(val) };
}

/** Throws WireError on what is neither. */
export function decodeRequest(data: Uint8Array): LogRequest {
  const at = legacyField(data);
  if (at === undefined) {
    const request = InternalRaftRequest.decode(data);
    return { id: request.header?.id ?? request.id, request };
  }
  const legacy = decodeLegacy(data, at);
  return { id: legacy.id, request: fromLegacy(legacy) };
}

/** Where the field begins that tells them apart: 2, which comes right behind the id, or first. No later request has it. */
function legacyField(data: Uint8Array): number | undefined {
  let at = 0;
  if (data[at] === 0x08) {
    at++;
    while ((data[at] ?? 0) >= 0x80) at++;
    at++;
  }
  return data[at] === 0x12 ? at : undefined;
}

/** Bare, its second field is the method; wrapped, as releases before 3.0 have it, the whole request. */
function decodeLegacy(data: Uint8Array, at: number): Request {
  const length = data[at + 1] ?? 0;
  const field = length < 0x80 ? utf8Text(data.subarray(at + 2, at + 2 + length)) : '';
  if (/^(PUT|POST|DELETE|QGET|SYNC)$/.test(field)) return Request.decode(data);
  return Request.decode(InternalRaftRequest.decode(data).v2);
}

function fromLegacy({ method, path, val }: Request): InternalRaftRequest | undefined {
  if (method !== 'PUT') return undefined;
  if (path === versionPath) return InternalRaftRequest.create({ clusterVersionSet: { ver: val } });
  const memberId = parseIdHex(attributesPath.exec(path)?.[1] ?? '');
  const attributes = memberId === undefined ? undefined : parseAttributes(val);
  if (memberId === undefined || !attributes) return undefined;
  return InternalRaftRequest.create({ clusterMemberAttrSet: { memberId, memberAttributes: attributes } });
}

function parseAttributes(json: string): { name: string; clientUrls: string[] } | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof raw !== 'object' || raw === null) return undefined;
  const { name, clientURLs } = raw as { name?: unknown; clientURLs?: unknown };
  return { name: typeof name === 'string' ? name : '', clientUrls: Array.isArray(clientURLs) ? clientURLs.filter((url) => typeof url === 'string') : [] };
}
