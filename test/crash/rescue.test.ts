import { afterEach, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { Code, EtcdError } from '../../core/base/etcd-error.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { ClusterService, KVService } from '../../core/proto/gen/rpc.ts';
import { changed } from '../support/membership.ts';
import { eventually } from '../support/process.ts';
import { calm, Target } from '../support/target.ts';

let target: Target;
afterEach(() => target.stop());

const put = (client: EtcdClient, key: string): Promise<unknown> => client.write(KVService.put, { key: utf8(key), value: utf8(key) }, { timeoutMs: 10_000 });
const countOf = async (client: EtcdClient, prefix: string): Promise<number> =>
  (await client.range({ key: utf8(`${prefix}/`), rangeEnd: utf8(`${prefix}0`), countOnly: true }, { timeoutMs: 15_000 })).count;

test('when the quorum is lost for good, one member goes on alone with all that was committed, and stays so', async () => {
  target = await Target.start('quorate', 3, { flags: calm });
  const client = new EtcdClient([target.endpoints[0]!]);
  for (let i = 0; i < 200; i++) await put(client, `kept/${i}`);
  for (const i of [0, 1, 2]) await target.killMember(i);
  await target.startMember(0, 'new', ['--force-new-cluster']);
  expect((await client.memberList()).members.map(({ name }) => name)).toEqual(['m1']);
  expect(await countOf(client, 'kept')).toBe(200);
  await put(client, 'kept/more');
  // Started again without the flag it is what it has become.
  await target.stopMember(0);
  await target.startMember(0);
  expect((await client.memberList()).members).toHaveLength(1);
  expect(await countOf(client, 'kept')).toBe(201);
  client.close();
});

test('a member that has lost its folder is replaced by one with a new id', async () => {
  target = await Target.start('quorate', 3, { flags: [...calm, '--snapshot-count=100', '--snapshot-catchup-entries=20'] });
  const client = new EtcdClient([target.endpoints[0]!, target.endpoints[1]!]);
  for (let i = 0; i < 300; i++) await put(client, `kept/${i}`);
  await target.killMember(2);
  target.loseFolder(2);
  // Begun anew under its id it could vote twice, and deny what it has acknowledged.
  const anew = target.launchMember(2, 'new', calm);
  expect((await anew.exited).code).toBe(1);
  expect(anew.output).toContain('has already been bootstrapped');
  const lost = (await client.memberList()).members.find(({ name }) => name === 'm3')!;
  await changed('it is removed', client, () => client.write(ClusterService.memberRemove, { id: lost.id }, { timeoutMs: 5_000 }), (members) => members.every(({ id }) => id !== lost.id));
  const peerUrl = target.peerUrls[2]!;
  const { id } = await changed('it is added', client, () => client.write(ClusterService.memberAdd, { peerUrls: [peerUrl] }, { timeoutMs: 5_000 }), (members) => members.find(({ peerUrls }) => peerUrls.includes(peerUrl)));
  expect(id).not.toBe(lost.id);
  await target.startMember(2, 'existing');
  const third = new EtcdClient([target.endpoints[2]!]);
  expect(await countOf(third, 'kept')).toBe(300);
  third.close();
  client.close();
}, 120_000);

test('three members restarted one after the other under load: no request is lost that a client makes again', async () => {
  target = await Target.start('quorate', 3);
  const client = new EtcdClient(target.endpoints);
  let working = true;
  let answered = 0;
  let longestStopMs = 0;
  const worker = async (name: number): Promise<void> => {
    for (let i = 0; working; i++) {
      for (let attempt = 0; ; attempt++) {
        try {
          await put(client, `load/${name}-${i}`);
          answered++;
          break;
        } catch (error) {
          // What a retrying client makes again: nobody was there, or nobody led.
          const again = error instanceof EtcdError && (error.code === Code.unavailable || error.message === 'raft proposal dropped' || error.code === Code.deadlineExceeded);
          if (!again || attempt > 100) throw error;
        }
      }
    }
  };
  const workers = Promise.all(Array.from({ length: 8 }, (_, name) => worker(name)));
  for (const i of [0, 1, 2]) {
    const begun = performance.now();
    await target.stopMember(i);
    longestStopMs = Math.max(longestStopMs, performance.now() - begun);
    await target.startMember(i);
    await eventually('it has caught up', async () => {
      const one = new EtcdClient([target.endpoints[i]!]);
      await one.range({ key: utf8('load/'), limit: 1 }, { timeoutMs: 2_000 }).finally(() => one.close());
    });
  }
  working = false;
  await workers;
  expect(answered).toBeGreaterThan(100);
  expect(await eventually('a read', () => countOf(client, 'load'))).toBe(answered);
  process.stdout.write(`rolling restart: ${answered} writes answered and there; the longest stop took ${longestStopMs.toFixed(0)} ms\n`);
  client.close();
}, 120_000);
