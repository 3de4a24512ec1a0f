import { etcdErrors, type EtcdError } from '../base/etcd-error.ts';
import type { DeleteRangeRequest, PutRequest, RangeRequest } from '../proto/gen/rpc.ts';

export function checkRange(request: RangeRequest): EtcdError | undefined {
  if (request.key.length === 0) return etcdErrors.emptyKey();
  const known = request.sortOrder >= 0 && request.sortOrder <= 2 && request.sortTarget >= 0 && request.sortTarget <= 4;
  return known ? undefined : etcdErrors.invalidSortOption();
}

export function checkPut(request: PutRequest): EtcdError | undefined {
  if (request.key.length === 0) return etcdErrors.emptyKey();
  if (request.ignoreValue && request.value.length > 0) return etcdErrors.valueProvided();
  return request.ignoreLease && request.lease !== 0n ? etcdErrors.leaseProvided() : undefined;
}

export function checkDelete(request: DeleteRangeRequest): EtcdError | undefined {
  return request.key.length === 0 ? etcdErrors.emptyKey() : undefined;
}
