import { compareBytes } from '../../base/bytes.ts';
import type { EtcdError } from '../../base/etcd-error.ts';
import type { KeyValue, ReadView } from '../../mvcc/types.ts';
import { RangeRequestSortOrder as Order, RangeRequestSortTarget as Target, RangeResponse, ResponseHeader, type RangeRequest } from '../../proto/gen/rpc.ts';

type Comparison = (a: KeyValue, b: KeyValue) => number;

const comparisons: Readonly<Record<number, Comparison>> = {
  [Target.KEY]: (a, b) => compareBytes(a.key, b.key),
  [Target.VERSION]: (a, b) => a.version - b.version,
  [Target.CREATE]: (a, b) => a.createRevision - b.createRevision,
  [Target.MOD]: (a, b) => a.modRevision - b.modRevision,
  [Target.VALUE]: (a, b) => compareBytes(a.value, b.value),
};

/**
 * Carries a range request out on a view of the store. Source: etcd `server/etcdserver/txn/range.go`, quirks included:
 * another target than KEY with order NONE sorts ascending what a limit of one more has fetched in key order.
 */
export function rangeOf(view: ReadView, request: RangeRequest): RangeResponse | EtcdError {
  const sorted = request.sortOrder !== Order.NONE && !(request.sortTarget === Target.KEY && request.sortOrder === Order.ASCEND);
  const filtered = request.maxModRevision !== 0 || request.minModRevision !== 0 || request.maxCreateRevision !== 0 || request.minCreateRevision !== 0;
  const fetchAll = sorted || filtered;
  const outcome = view.range(request.key, request.rangeEnd, {
    // One more than asked for tells whether there is more.
    limit: fetchAll || request.limit <= 0 ? 0 : request.limit + 1,
    revision: request.revision,
    countOnly: request.countOnly,
    // To sort by values takes them.
    keysOnly: request.keysOnly && request.sortTarget !== Target.VALUE,
  });
  if (!outcome.ok) return outcome.error;
  const { result } = outcome;
  let kvs = filtered ? result.kvs.filter((kv) => passes(kv, request)) : result.kvs;
  if (sorted || request.sortTarget !== Target.KEY) sort(kvs, request.sortTarget, request.sortOrder === Order.DESCEND);
  const more = request.limit > 0 && kvs.length > request.limit;
  if (more) kvs = kvs.slice(0, request.limit);
  if (request.keysOnly) kvs = kvs.map((kv) => ({ ...kv, value: new Uint8Array(0) }));
  return RangeResponse.create({ header: ResponseHeader.create({ revision: result.revision }), kvs, more, count: result.count });
}

function passes(kv: KeyValue, request: RangeRequest): boolean {
  const { maxModRevision, minModRevision, maxCreateRevision, minCreateRevision } = request;
  if (maxModRevision !== 0 && kv.modRevision > maxModRevision) return false;
  if (minModRevision !== 0 && kv.modRevision < minModRevision) return false;
  if (maxCreateRevision !== 0 && kv.createRevision > maxCreateRevision) return false;
  return minCreateRevision === 0 || kv.createRevision >= minCreateRevision;
}

function sort(kvs: KeyValue[], target: number, descending: boolean): void {
  const compare = comparisons[target]!;
  kvs.sort(descending ? (a, b) => compare(b, a) : compare);
}
