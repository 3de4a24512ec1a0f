import { expect, test } from 'vitest';
import { Code, EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { EtcdClient } from '../client/etcd-client.ts';
import { MemberProgress, ProgressResponse } from '../proto/gen/quorate.ts';
import { ResponseHeader, StatusResponse } from '../proto/gen/rpc.ts';
import type { Probe } from './cluster-status.ts';
import { replicationOf, ReplicationProbe } from './replication.ts';

/** Three members, of which the first leads; `answer` is what it says of the others. */
class Cluster {
  nowMs = 0;
  leader = 1n;
  asked = 0;
  answer: () => ProgressResponse = () => ProgressResponse.create({ leader: 1n, leaderMatch: 10, members: [MemberProgress.create({ id: 2n, match: 9, state: 1 })] });
  readonly #probe = new ReplicationProbe(() => this.nowMs);

  ask(): Promise<ProgressResponse | undefined> {
    const answers: Probe[] = [1n, 2n, 3n].map((memberId) => ({
      ok: true, latencyMs: 1, response: StatusResponse.create({ leader: this.leader, header: ResponseHeader.create({ memberId }) }),
    }));
    const client = {
      at: async () => {
        this.asked++;
        return this.answer();
      },
    } as unknown as EtcdClient;
    return this.#probe.ask({ at: (id) => (id === 1n || id === 2n ? { client, endpoint: 0 } : undefined) }, answers);
  }
}

test('the leader is asked, and what it tells is found by id', async () => {
  const cluster = new Cluster();
  const told = await cluster.ask();
  expect(replicationOf(told, 2n)).toMatchObject({ match: 9, leaderMatch: 10, state: 'replicate', snapshot: undefined });
  expect(replicationOf(told, 3n)).toBeUndefined();
});

test('nobody is asked where there is no leader, or none that can be reached', async () => {
  const cluster = new Cluster();
  cluster.leader = 0n;
  expect(await cluster.ask()).toBeUndefined();
  cluster.leader = 3n;
  expect(await cluster.ask()).toBeUndefined();
  expect(cluster.asked).toBe(0);
});

test('a server without the service is left alone for a minute, another leader is not', async () => {
  const cluster = new Cluster();
  const { answer } = cluster;
  cluster.answer = () => {
    throw new EtcdError(Code.unimplemented, 'unknown service quorate.Replication');
  };
  for (cluster.nowMs = 0; cluster.nowMs < 60_000; cluster.nowMs += 500) expect(await cluster.ask()).toBeUndefined();
  expect(cluster.asked).toBe(1);
  cluster.answer = answer;
  cluster.nowMs -= 500;
  cluster.leader = 2n;
  expect(await cluster.ask()).toBeDefined();
  cluster.leader = 1n;
  expect(await cluster.ask()).toBeUndefined();
  cluster.nowMs += 500;
  expect(await cluster.ask()).toBeDefined();
});

test('any other failure is of this time only, and one that leads no more has told nothing', async () => {
  const cluster = new Cluster();
  const { answer } = cluster;
  cluster.answer = () => {
    throw etcdErrors.timeout();
  };
  expect(await cluster.ask()).toBeUndefined();
  cluster.answer = () => ProgressResponse.create({ leader: 2n });
  expect(await cluster.ask()).toBeUndefined();
  cluster.answer = answer;
  expect(await cluster.ask()).toBeDefined();
  expect(cluster.asked).toBe(3);
});
