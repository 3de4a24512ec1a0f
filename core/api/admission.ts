import { bytesOf } from '../base/bytes.ts';
import { etcdErrors } from '../base/etcd-error.ts';
import type { EtcdMember } from '../member/types.ts';
import { KVService, MaintenanceService, RangeRequest } from '../proto/gen/rpc.ts';
import { requireLeader } from './watch.ts';

/** The learner rule: only these are served by a member that does not vote. Source: etcd `isRPCSupportedForLearner`. */
function learnerServes(path: string, request: Uint8Array | undefined): boolean {
  if (path === MaintenanceService.status.path || path === MaintenanceService.snapshot.path) return true;
  return path === KVService.range.path && request !== undefined && RangeRequest.decode(request).serializable;
}

/**
 * What is asked of a call before its service is, in etcd's order: the learner rule, the client's word for its version, and a
 * leader for who wants one. A stream has no request yet. Throws the refusal. Source: etcd `v3rpc/interceptor.go`.
 */
export function admit(member: EtcdMember, path: string, request: Uint8Array | undefined, metadata: ReadonlyMap<string, string>): void {
  if (member.status().isLearner && !learnerServes(path, request)) throw etcdErrors.notSupportedForLearner();
  if (!isUtf8(metadata.get('client-api-version') ?? '')) throw etcdErrors.invalidClientApiVersion();
  requireLeader(member, metadata);
}

const beyondAscii = /[\x80-\xff]/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Of a header's value, which comes as one char per byte. */
function isUtf8(value: string): boolean {
  if (!beyondAscii.test(value)) return true;
  try {
    utf8.decode(bytesOf(value));
    return true;
  } catch {
    return false;
  }
}
