import { show } from './show.ts';
import { isRefusal, type Step, type World } from './step.ts';
import type { WatcherOutcome } from './watch-step.ts';
import type { AlarmResponse, HashKVResponse, LeaseLeasesResponse, LeaseTimeToLiveResponse, RangeRequest, RangeResponse, ResponseOp, TxnRequest, TxnResponse } from '../../core/proto/gen/rpc.ts';

/** Something in which two right answers may differ, or Debian's 3.4 from the 3.6 behaviour that our members show. */
export interface Difference {
  name: string;
  because: string;
  /** Names of the steps that can show it. */
  steps: readonly string[];
  /** Both outcomes with this difference taken out, and nothing else; undefined where it is not what is at hand. */
  settle(etcd: unknown, ours: unknown, step: Step, world: World): [unknown, unknown] | undefined;
}

const sorted = <T>(items: readonly T[]): T[] => [...items].sort((a, b) => (show(a) < show(b) ? -1 : 1));
/** Go sorts so few by insertion, which is stable. */
const stableItems = 12;
/** More clock than this between two servers is a mistake, seconds: no run takes longer, and a new leader begins it anew. */
const clockSeconds = 900;

/** Both with what ties in one order, or left out where a limit cuts through it. */
function settleTies(request: RangeRequest, a: RangeResponse, b: RangeResponse): [RangeResponse, RangeResponse] {
  const field = (['key', 'version', 'createRevision', 'modRevision', 'value'] as const)[request.sortTarget]!;
  const told = ({ kvs }: RangeResponse): string => show(kvs.map((kv) => kv[field]));
  if (field === 'key' || a.count <= stableItems || told(a) !== told(b)) return [a, b];
  const cut = a.more && b.more;
  return [{ ...a, kvs: cut ? [] : sorted(a.kvs) }, { ...b, kvs: cut ? [] : sorted(b.kvs) }];
}

function settleTiesIn(request: TxnRequest, a: TxnResponse, b: TxnResponse): [TxnResponse, TxnResponse] {
  const pairs = (a.succeeded ? request.success : request.failure).map(({ requestRange, requestTxn }, i): [ResponseOp, ResponseOp] => {
    const [left, right] = [a.responses[i]!, b.responses[i]!];
    if (requestRange && left?.responseRange && right?.responseRange) {
      const [responseRange, other] = settleTies(requestRange, left.responseRange, right.responseRange);
      return [{ ...left, responseRange }, { ...right, responseRange: other }];
    }
    if (requestTxn && left?.responseTxn && right?.responseTxn) {
      const [responseTxn, other] = settleTiesIn(requestTxn, left.responseTxn, right.responseTxn);
      return [{ ...left, responseTxn }, { ...right, responseTxn: other }];
    }
    return [left, right];
  });
  return [{ ...a, responses: pairs.map(([left]) => left) }, { ...b, responses: pairs.map(([, right]) => right) }];
}

export const differences: readonly Difference[] = [
  {
    name: 'remaining time of a lease',
    because: 'each server has its own clock; granted TTLs are compared exactly',
    steps: ['timeToLive'],
    settle(etcd, ours) {
      const [a, b] = [etcd as LeaseTimeToLiveResponse, ours as LeaseTimeToLiveResponse];
      if (a.grantedTtl <= 0 || b.grantedTtl <= 0 || Math.abs(a.ttl - b.ttl) > clockSeconds) return undefined;
      return [{ ...a, ttl: b.ttl }, b];
    },
  },
  {
    name: 'order of the keys of a lease',
    because: 'etcd tells them in the order of a Go map, which is random',
    steps: ['timeToLive'],
    settle(etcd, ours) {
      const [a, b] = [etcd as LeaseTimeToLiveResponse, ours as LeaseTimeToLiveResponse];
      return [{ ...a, keys: sorted(a.keys) }, { ...b, keys: sorted(b.keys) }];
    },
  },
  {
    name: '3.4: Alarm answers without a header',
    because: 'it is filled in since 3.6',
    steps: ['alarm'],
    settle(etcd, ours) {
      const [a, b] = [etcd as AlarmResponse, ours as AlarmResponse];
      return a.header === undefined ? [a, { ...b, header: undefined }] : undefined;
    },
  },
  {
    name: '3.4: HashKV names no hash_revision',
    because: 'the field came with 3.6',
    steps: ['hashKv'],
    settle(etcd, ours) {
      const [a, b] = [etcd as HashKVResponse, ours as HashKVResponse];
      return isRefusal(a) || isRefusal(b) || a.hashRevision !== 0 ? undefined : [{ ...a, hashRevision: b.hashRevision }, b];
    },
  },
  {
    name: '3.4: HashKV refuses the compact revision itself',
    because: 'since 3.5 only revisions below it are compacted for HashKV, as for Range',
    steps: ['hashKv'],
    settle(etcd, ours, step, world) {
      const { revision } = step.request as { revision: number };
      const refused = isRefusal(etcd) && etcd.error === '11 etcdserver: mvcc: required revision has been compacted';
      return refused && !isRefusal(ours) && revision === world.compactRevision ? [undefined, undefined] : undefined;
    },
  },
  {
    name: '3.4: HashKV remembers nothing of the compactions before the last',
    because: 'since 3.5.5 the hashes of the last ten are kept',
    steps: ['hashKv'],
    settle(etcd, ours, step, world) {
      const { revision } = step.request as { revision: number };
      const refused = isRefusal(etcd) && etcd.error === '11 etcdserver: mvcc: required revision has been compacted';
      return refused && !isRefusal(ours) && (ours as HashKVResponse).hashRevision === revision && world.compactions.includes(revision) ? [undefined, undefined] : undefined;
    },
  },
  {
    name: '3.5 and later: HashKV of the present is that of a compaction at 0',
    because: 'the hash that it kept of the first compaction, where that was at 0, answers for revision 0, which means the present',
    steps: ['hashKv'],
    settle(etcd, ours, step, world) {
      const [a, b] = [etcd as HashKVResponse, ours as HashKVResponse];
      const { revision } = step.request as { revision: number };
      return revision === 0 && !isRefusal(a) && !isRefusal(b) && a.compactRevision === -1 && b.compactRevision >= 0 && world.compactions.includes(0) ? [undefined, undefined] : undefined;
    },
  },
  {
    name: '3.4: a deletion at the compact revision is gone',
    because: 'since 3.5.16 that tombstone stays, for watchers that begin there',
    steps: ['watch'],
    settle(etcd, ours, step, world) {
      const { creates } = step.request as { creates: { startRevision: number }[] };
      const without = (ours as WatcherOutcome[]).map((watcher, i) => ({
        ...watcher,
        past: creates[i]!.startRevision !== world.compactRevision ? watcher.past : watcher.past.filter(({ type, kv }) => type !== 1 || kv!.modRevision !== world.compactRevision),
      }));
      return [etcd, without];
    },
  },
  {
    name: '3.4: a transaction checks all of its puts before its ranges',
    because: 'since 3.6 operations are checked in their order: where two are wrong, another one is told',
    steps: ['txn'],
    settle(etcd, ours) {
      const aPut = ['3 etcdserver: key not found', '5 etcdserver: requested lease not found'];
      const aRange = ['11 etcdserver: mvcc: required revision has been compacted', '11 etcdserver: mvcc: required revision is a future revision'];
      return isRefusal(etcd) && isRefusal(ours) && aPut.includes(etcd.error) && aRange.includes(ours.error) ? [undefined, undefined] : undefined;
    },
  },
  {
    name: 'order of equals in a sorted range',
    because: 'Go’s sort is not stable beyond 12 items: what ties may stand in any order, and a limit may cut any of it off',
    steps: ['range', 'txn'],
    settle(etcd, ours, step) {
      if (isRefusal(etcd) || isRefusal(ours)) return undefined;
      if (step.name === 'range') return settleTies(step.request as RangeRequest, etcd as RangeResponse, ours as RangeResponse);
      return settleTiesIn(step.request as TxnRequest, etcd as TxnResponse, ours as TxnResponse);
    },
  },
  {
    name: 'order of leases that run out together',
    because: 'under a new leader all begin anew, at one moment on one server and one by one on another; followers count no time',
    steps: ['leases'],
    settle(etcd, ours) {
      const [a, b] = [etcd as LeaseLeasesResponse, ours as LeaseLeasesResponse];
      return [{ ...a, leases: sorted(a.leases) }, { ...b, leases: sorted(b.leases) }];
    },
  },
];

/** Requests that end the process of the reference, and with its log every later one, or make its members differ: never sent to it. */
export const notAsked: readonly string[] = [
  'an unknown sort order or target: 3.4 panics; refused since 3.6',
  'a put with ignore_value or ignore_lease after a delete "from key on" of its key in one transaction: all releases panic',
  'an unknown alarm action: all releases panic',
  'in a cluster of up to 3.6, a transaction that writes and is refused for the revision of a range in it: the members that did not take the request leave ranges out, and write',
];
