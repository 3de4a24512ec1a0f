import { utf8 } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { ClusterService, KVService, MaintenanceService, type StatusResponse } from '../../core/proto/gen/rpc.ts';
import { changed } from './membership.ts';
import { eventually } from './process.ts';
import type { Target } from './target.ts';

export interface CatchUp {
  /** Of the leader's database, when the newcomer was started. */
  bytes: number;
  /** From the newcomer's start until it had everything. */
  milliseconds: number;
  /** Writes that were answered meanwhile, and the longest that one took. */
  writes: number;
  slowestMs: number;
  /** The leader's term before and after. */
  terms: readonly [number, number];
}

const at = async (endpoint: string): Promise<StatusResponse> => {
  const client = new EtcdClient([endpoint]);
  try {
    return await client.read(MaintenanceService.status, {}, { timeoutMs: 10_000 });
  } finally {
    client.close();
  }
};

/** Fills the cluster with so many bytes in values of this size, several writers at a time. */
export async function fill(target: Target, bytes: number, valueBytes: number): Promise<void> {
  const client = new EtcdClient(target.endpoints);
  const total = Math.ceil(bytes / valueBytes);
  let next = 0;
  const write = async (): Promise<void> => {
    for (let i = next++; i < total; i = next++) {
      const put = { key: utf8(`fill/${String(i).padStart(9, '0')}`), value: new Uint8Array(valueBytes).fill(i) };
      // A put of the same again does no harm: the leader may have been killed a moment ago.
      await eventually('a put', () => client.write(KVService.put, put, { timeoutMs: 30_000 }), 60_000);
    }
  };
  await Promise.all(Array.from({ length: 64 }, write));
  client.close();
}

/**
 * Adds a learner to a cluster whose log does not reach back to its beginning, and has it caught up by a snapshot of the store,
 * while a writer goes on without a pause.
 */
export async function catchUp(target: Target): Promise<CatchUp> {
  const endpoints = [...target.endpoints];
  const client = new EtcdClient(endpoints);
  const before = await at(endpoints[0]!);
  const slot = await target.addSlot();
  // Not before its members have been connected for five seconds.
  const peerUrl = target.peerUrls[slot]!;
  await changed('a learner is added', client, () => client.write(ClusterService.memberAdd, { peerUrls: [peerUrl], isLearner: true }, { timeoutMs: 10_000 }), (members) => members.some(({ peerUrls }) => peerUrls.includes(peerUrl)));
  let writing = true;
  let writes = 0;
  let slowestMs = 0;
  const writer = (async () => {
    while (writing) {
      const begun = performance.now();
      await client.write(KVService.put, { key: utf8(`while/${writes % 1_000}`), value: new Uint8Array(100) }, { timeoutMs: 30_000 });
      slowestMs = Math.max(slowestMs, performance.now() - begun);
      writes++;
    }
  })();
  const begun = performance.now();
  await target.startMember(slot, 'existing');
  for (;;) {
    const [leader, newcomer] = await Promise.all([at(endpoints[0]!), at(target.endpoints[slot]!)]);
    if (newcomer.raftAppliedIndex >= leader.raftAppliedIndex - 100) break;
  }
  const milliseconds = performance.now() - begun;
  writing = false;
  await writer;
  client.close();
  const after = await at(endpoints[0]!);
  return { bytes: before.dbSize, milliseconds, writes, slowestMs, terms: [before.raftTerm, after.raftTerm] };
}
