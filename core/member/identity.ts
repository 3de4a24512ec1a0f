import { createHash } from 'node:crypto';
import { concatBytes, uint64Bytes } from '../base/bytes.ts';
import type { MemberId } from '../base/ids.ts';

function firstUint64(hash: Buffer): bigint {
  return hash.readBigUInt64BE(0);
}

/**
 * A member's id: the first 8 bytes of SHA-1 over its peer URLs, sorted and joined without a separator, the cluster's
 * token, and, for a member added later, the second it was added in. Source: etcd `membership.computeMemberId`.
 */
export function memberIdOf(peerUrls: readonly string[], token: string, unixSeconds?: number): MemberId {
  const parts = [...peerUrls].sort().join('') + token + (unixSeconds === undefined ? '' : String(unixSeconds));
  return firstUint64(createHash('sha1').update(parts).digest());
}

/** The cluster's id: the first 8 bytes of SHA-1 over all member ids, ascending, 8 bytes each. */
export function clusterIdOf(memberIds: readonly MemberId[]): bigint {
  const sorted = [...memberIds].sort((a, b) => (a < b ? -1 : 1));
  return firstUint64(createHash('sha1').update(concatBytes(sorted.map(uint64Bytes))).digest());
}
