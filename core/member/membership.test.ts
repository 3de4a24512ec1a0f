import { expect, test } from 'vitest';
import { utf8 } from '../base/bytes.ts';
import { Table, type BackendOp } from '../mvcc/backend.ts';
import { MemoryBackend } from '../mvcc/memory-backend.ts';
import { ConfigError } from './config.ts';
import { memberToJson } from './member-json.ts';
import { Membership } from './membership.ts';
import type { ClusterMember } from './types.ts';

const member = (id: bigint, isLearner: boolean): ClusterMember => ({ id, name: `m${id}`, peerUrls: [`http://m${id}:2380`], clientUrls: [], isLearner });
const confState = { voters: [1n, 2n], learners: [3n], votersOutgoing: [], learnersNext: [], autoLeave: false };

async function holding(rows: readonly { table: Table; key: string; value: string }[]): Promise<MemoryBackend> {
  const backend = new MemoryBackend();
  await backend.commit(rows.map(({ table, key, value }) => ({ kind: 'put', table, key: utf8(key), value: utf8(value) })));
  return backend;
}

test("after a snapshot raft's configuration says who learns, and the store is told", async () => {
  const staged: BackendOp[] = [];
  const membership = new Membership(5n, (op) => staged.push(op));
  membership.load(await holding([member(1n, false), member(2n, true), member(3n, true)].map((one) => ({ table: Table.members, key: `${one.id}`, value: memberToJson(one) }))));
  membership.follow(confState);
  expect(membership.list().map(({ id, isLearner }) => [id, isLearner])).toEqual([[1n, false], [2n, false], [3n, true]]);
  expect(membership.get(2n)).toEqual(member(2n, false));
  expect(staged.map((op) => [op.table, Buffer.from(op.key).toString()])).toEqual([[Table.meta, 'confState'], [Table.members, '2']]);
});

test.each([['3.6.0', true], ['3.4.0', true], ['3.7.0', false], ['4.0.0', false]])('a cluster at version %s has room for this release: %s', async (version, fits) => {
  const membership = new Membership(5n, () => {});
  const stored = await holding([{ table: Table.cluster, key: 'clusterVersion', value: version }]);
  if (fits) {
    membership.setVersion(version);
    expect(membership.clusterVersion).toBe(version);
    membership.load(stored);
  } else {
    expect(() => membership.setVersion(version)).toThrow(ConfigError);
    expect(() => membership.load(stored)).toThrow('run it with a newer release');
    expect(membership.clusterVersion).toBe('');
  }
});
