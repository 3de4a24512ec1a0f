import { expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { ClusterService, MaintenanceService } from '../../core/proto/gen/rpc.ts';
import { catchUp, fill } from '../support/catch-up.ts';
import { changed } from '../support/membership.ts';
import { eventually } from '../support/process.ts';
import { Target } from '../support/target.ts';

/** A leader that does nothing but send a snapshot is missed after three seconds; a machine that stands still for two is not. */
const flags = ['--snapshot-count=500', '--snapshot-catchup-entries=100', '--election-timeout=3000'];

test('a newcomer is sent the whole store while writes go on, and nobody stands for election', async () => {
  const target = await Target.start('quorate', 3, { flags });
  try {
    await fill(target, 20 << 20, 8 << 10);
    const { terms, writes } = await catchUp(target);
    expect(terms[1]).toBe(terms[0]);
    expect(writes).toBeGreaterThan(0);
    expect(target.output(3)).toContain('a snapshot is prepared');
    expect(target.output(3)).toContain('a snapshot is installed');
    await target.stopMember(1);
    // The newcomer counts as soon as it is promoted: with it two of four may be missed only one at a time.
    const client = new EtcdClient([target.endpoints[0]!]);
    const { members } = await client.memberList();
    const learner = members.find(({ isLearner }) => isLearner)!;
    await target.startMember(1);
    await changed('the learner is promoted', client, () => client.write(ClusterService.memberPromote, { id: learner.id }, { timeoutMs: 5_000 }), (all) => all.every(({ isLearner }) => !isLearner));
    client.close();
    await eventually('all hold the same', async () => {
      const hashes = await Promise.all(target.endpoints.map(async (endpoint) => {
        const one = new EtcdClient([endpoint]);
        const { hash } = await one.read(MaintenanceService.hashKv, { revision: 0 }, { timeoutMs: 10_000 });
        one.close();
        return hash;
      }));
      expect(new Set(hashes).size).toBe(1);
    });
  } finally {
    await target.stop();
  }
}, 120_000);

test('a member that was away for longer than the log reaches comes back by a snapshot, and again after kill -9', async () => {
  const target = await Target.start('quorate', 3, { flags });
  try {
    await target.killMember(2);
    await fill(target, 4 << 20, 2 << 10);
    await target.startMember(2);
    await eventually('it is sent a snapshot', async () => expect(target.output(2)).toContain('a snapshot is installed'));
    await target.killMember(2);
    await target.startMember(2);
    const client = new EtcdClient([target.endpoints[2]!]);
    const { count } = await eventually('a read', () => client.range({ key: utf8('fill/'), rangeEnd: utf8('fill0'), countOnly: true }, { timeoutMs: 15_000 }));
    expect(count).toBe(2 << 10);
    client.close();
  } finally {
    await target.stop();
  }
}, 120_000);
