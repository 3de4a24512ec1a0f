import { equalBytes } from '../../core/base/bytes.ts';

export interface Mismatch {
  path: string;
  etcd: unknown;
  ours: unknown;
}

/** Fields that name who answered, not what: two clusters never agree on them. */
const identity: ReadonlySet<string> = new Set(['clusterId', 'memberId', 'raftTerm']);

/** Every place where two decoded messages differ, presence of sub-messages included. */
export function mismatches(etcd: unknown, ours: unknown, path = ''): Mismatch[] {
  if (etcd instanceof Uint8Array && ours instanceof Uint8Array) return equalBytes(etcd, ours) ? [] : [{ path, etcd, ours }];
  if (Array.isArray(etcd) && Array.isArray(ours)) {
    const length: Mismatch[] = etcd.length === ours.length ? [] : [{ path: `${path}.length`, etcd: etcd.length, ours: ours.length }];
    return [...length, ...etcd.slice(0, ours.length).flatMap((item, i) => mismatches(item, ours[i], `${path}[${i}]`))];
  }
  if (isRecord(etcd) && isRecord(ours)) {
    const names = new Set([...Object.keys(etcd), ...Object.keys(ours)]);
    return [...names].filter((name) => !identity.has(name)).flatMap((name) => mismatches(etcd[name], ours[name], `${path}.${name}`));
  }
  return Object.is(etcd, ours) ? [] : [{ path, etcd, ours }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
