import type { ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import { expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import type { Code } from '../../core/base/etcd-error.ts';
import {
  AlarmRequest, ClusterService, KVService, LeaseKeepAliveRequest, LeaseService, MaintenanceService, SnapshotRequest, type Member,
} from '../../core/proto/gen/rpc.ts';
import type { UnaryMethod } from '../../core/client/etcd-client.ts';
import { eventually } from '../support/process.ts';
import { calm } from '../support/target.ts';
import { differing } from './differences.ts';
import { failure, put, Watching } from './raw.ts';
import { eachServer, type Server } from './servers.ts';

const notFound = '5 etcdserver: member not found';
const urlTaken = '9 etcdserver: Peer URLs already exists';
const idTaken = '9 etcdserver: member ID already exist';

/**
 * etcd answers a change of members before its raft lets the next one in, and loses one that comes too soon: a write that
 * goes through in between is behind that.
 */
async function change<In, Out>(server: Server, method: UnaryMethod<In, Out>, request: Partial<In>): Promise<Out> {
  await put(server.client, 'settled');
  return server.client.at(0, method, request);
}

const add = (server: Server, peerUrls: string[], isLearner = false) => change(server, ClusterService.memberAdd, { peerUrls, isLearner });
const remove = (server: Server, id: bigint) => change(server, ClusterService.memberRemove, { id });
const promote = (server: Server, id: bigint) => change(server, ClusterService.memberPromote, { id });
const update = (server: Server, id: bigint, peerUrls: string[]) => change(server, ClusterService.memberUpdate, { id, peerUrls });
const list = async (server: Server, linearizable = true): Promise<Member[]> => (await server.client.at(0, ClusterService.memberList, { linearizable })).members;

/** Promotions as the first member's metrics count them: successes, and failures by reason. */
async function promotions(server: Server): Promise<Record<string, number>> {
  const text = await (await fetch(`${server.target.endpoints[0]}/metrics`)).text();
  return Object.fromEntries([...text.matchAll(/^etcd_server_learner_promote_(?:successes|failures\{Reason="(.*)"\}) (\d+)$/gm)].map(([, reason = 'successes', count]) => [reason, Number(count)]));
}

eachServer('Cluster of one', 1, (server) => {
  test('peer URLs that are none', async () => {
    for (const urls of [[], ['nonsense'], ['http://127.0.0.1'], ['http://127.0.0.1:1/path'], ['ftp://127.0.0.1:1'], ['http://127.0.0.1:1', 'x']]) {
      expect(await failure(add(server, urls)), urls.join()).toBe('3 etcdserver: given member URLs are invalid');
    }
    expect(await list(server)).toHaveLength(1);
  });

  test('a member at an address that nobody here can dial', async () => {
    const { id } = (await add(server, ['https://127.0.0.1:1'], true)).member!;
    await put(server.client, 'goes on');
    // etcd takes these, and those of its members that come to dial them end.
    if (server.kind === 'quorate') for (const urls of [[], ['nonsense'], ['http://127.0.0.1:1/path']]) expect(await failure(update(server, id, urls)), urls.join()).toBe('3 etcdserver: given member URLs are invalid');
    expect((await update(server, id, ['unix://there:1'])).members.find((member) => member.id === id)!.peerUrls).toEqual(['unix://there:1']);
    expect((await remove(server, id)).members).toHaveLength(1);
  });

  test('members that are not there', async () => {
    expect(await failure(remove(server, 404n))).toBe(notFound);
    expect(await failure(update(server, 404n, ['http://127.0.0.1:1']))).toBe(notFound);
    expect(await failure(promote(server, 404n))).toBe(notFound);
  });

  test('promotions that fail are counted by their reason', async () => {
    const before = await promotions(server);
    expect(await failure(promote(server, 404n))).toBe(notFound);
    expect(await failure(promote(server, (await list(server))[0]!.id))).toBe('9 etcdserver: can only promote a learner member');
    const after = await promotions(server);
    for (const reason of ['membership: ID not found', 'membership: can only promote a learner member']) expect(after[reason], reason).toBe((before[reason] ?? 0) + 1);
    expect(after['successes']).toBe(before['successes']);
  });

  test('a learner that has not started: added once, not promoted, told new URLs, removed for good', async () => {
    const [self] = await list(server);
    expect(await failure(add(server, self!.peerUrls, true))).toBe(urlTaken);
    expect(await failure(promote(server, self!.id))).toBe('9 etcdserver: can only promote a learner member');
    // As it comes of a list written with spaces.
    const added = await add(server, [' HTTP://127.0.0.1:1'], true);
    expect(added.header).toMatchObject({ revision: 0 });
    const learner = added.member!;
    expect(learner).toMatchObject({ name: '', peerUrls: ['http://127.0.0.1:1'], clientUrls: [], isLearner: true });
    expect(added.members.map(({ id }) => id)).toEqual([self!.id, learner.id].sort((a, b) => (a < b ? -1 : 1)));
    expect(await list(server, false)).toEqual(added.members);
    expect([urlTaken, idTaken]).toContain(await failure(add(server, ['http://127.0.0.1:1'], true)));
    expect(await failure(add(server, ['http://127.0.0.1:2'], true))).toBe('9 etcdserver: too many learner members in cluster');
    expect(await failure(promote(server, learner.id))).toBe('9 etcdserver: can only promote a learner member which is in sync with leader');
    expect(await failure(update(server, learner.id, self!.peerUrls))).toBe(urlTaken);
    if (differing('updateKeepsLearner', server.kind)) {
      const updated = await update(server, learner.id, ['http://127.0.0.1:3']);
      expect(updated.members.find(({ id }) => id === learner.id)).toMatchObject({ peerUrls: ['http://127.0.0.1:3'], isLearner: true });
    }
    expect((await remove(server, learner.id)).members.map(({ id }) => id)).toEqual([self!.id]);
    expect(await failure(remove(server, learner.id))).toBe(notFound);
    expect((await update(server, self!.id, [...self!.peerUrls, 'http://127.0.0.1:5'])).members[0]!.peerUrls).toEqual([...self!.peerUrls, 'http://127.0.0.1:5'].sort());
    expect((await update(server, self!.id, self!.peerUrls)).members).toEqual([self]);
    expect(await failure(update(server, learner.id, ['http://127.0.0.1:4']))).toBe(notFound);
  });

  test('an id comes of the URLs and the second of the call: within that second it is the id that is taken, or was', async () => {
    await eventually('two in one second', async () => {
      const peerUrls = ['http://127.0.0.1:6'];
      const { id } = (await add(server, peerUrls, true)).member!;
      const again = await failure(add(server, peerUrls, true));
      await remove(server, id);
      expect(again).toBe(idTaken);
    });
    await eventually('two in one second', async () => {
      const peerUrls = ['http://127.0.0.1:7'];
      await remove(server, (await add(server, peerUrls, true)).member!.id);
      const again = await failure(add(server, peerUrls, true));
      for (const { id, isLearner } of await list(server)) if (isLearner) await remove(server, id);
      expect(again).toBe(notFound);
    });
  });

  test('a learner that runs: what it serves and what not, its promotion, its removal', async () => {
    const { target } = server;
    const position = await target.addSlot();
    const learner = (await add(server, [target.peerUrls[position]!], true)).member!;
    await target.startMember(position, 'existing');
    server.connect();
    const { client } = server;
    await put(client, 'learned', 'x');
    expect(await server.status(position)).toMatchObject({ isLearner: true, header: { memberId: learner.id } });
    await eventually('it has the key', async () => expect((await client.at(position, KVService.range, { key: utf8('learned'), serializable: true })).count).toBe(1));

    const refusal = `${differing('learnerRefusal', server.kind) as Code} etcdserver: rpc not supported for learner`;
    const refused: (() => Promise<unknown>)[] = [
      () => client.at(position, KVService.range, { key: utf8('learned') }), () => client.at(position, KVService.put, { key: utf8('a') }),
      () => client.at(position, KVService.deleteRange, { key: utf8('a') }), () => client.at(position, KVService.txn, {}), () => client.at(position, KVService.compact, {}),
      () => client.at(position, LeaseService.leaseGrant, { ttl: 60 }), () => client.at(position, LeaseService.leaseRevoke, { id: 1n }),
      () => client.at(position, LeaseService.leaseLeases, {}), () => client.at(position, LeaseService.leaseTimeToLive, { id: 1n }),
      () => client.at(position, ClusterService.memberList, {}), () => client.at(position, ClusterService.memberRemove, { id: learner.id }),
      () => client.at(position, MaintenanceService.alarm, AlarmRequest.create()), () => client.at(position, MaintenanceService.hash, {}),
      () => client.at(position, MaintenanceService.hashKv, {}), () => client.at(position, MaintenanceService.defragment, {}), () => client.at(position, MaintenanceService.moveLeader, { targetId: learner.id }),
    ];
    for (const [i, run] of refused.entries()) expect(await failure(run()), `call ${i}`).toBe(refusal);
    expect(await streamFailure(server, position, 'watch')).toBe(refusal);
    expect(await streamFailure(server, position, 'keepAlive')).toBe(refusal);
    expect(await streamFailure(server, position, 'snapshot')).toBe(differing('learnerServesSnapshot', server.kind) ? 'succeeded' : refusal);
    expect(await failure(client.at(0, MaintenanceService.moveLeader, { targetId: learner.id }))).toBe('9 etcdserver: bad leader transferee');

    const answer = async (path: string): Promise<string> => {
      const response = await fetch(`${target.endpoints[position]}${path}`);
      return `${response.status} ${await response.text()}`;
    };
    expect(await answer('/health')).toMatch(/^200 \{"health":"true"/);
    expect(await answer('/metrics')).toContain('\netcd_server_is_learner 1\n');
    // 3.4 and early releases of 3.5 have no such path.
    if (server.kind === 'quorate') {
      expect(await answer('/livez')).toBe('200 ok\n');
      expect(await answer('/readyz/non_learner')).toBe('503 [-]non_learner failed: not supported for learner\n\n');
      expect(await answer('/readyz?exclude=non_learner')).toBe('200 ok\n');
    }

    const { successes } = await promotions(server);
    await eventually('it is in sync', () => promote(server, learner.id));
    expect((await promotions(server))['successes']).toBe(successes! + 1);
    const promoted = (await list(server)).find(({ id }) => id === learner.id)!;
    expect(promoted).toMatchObject({ isLearner: false, name: 'm2' });
    expect(promoted.clientUrls).toEqual([target.endpoints[position]]);
    expect(await failure(promote(server, learner.id))).toBe('9 etcdserver: can only promote a learner member');
    await eventually('it serves as a voter', async () => expect((await client.at(position, KVService.range, { key: utf8('learned') })).count).toBe(1));
    await eventually('its removal', () => remove(server, learner.id));
    // A supervisor that starts again what has failed must let it rest.
    expect(await target.ended(position)).toBe(0);
    expect(await list(server)).toHaveLength(1);
  });
}, { flags: calm });

/** How a streaming call at a member ends, or `succeeded` when something comes. */
async function streamFailure(server: Server, endpoint: number, what: 'watch' | 'keepAlive' | 'snapshot'): Promise<string> {
  const client = server.clientOf(endpoint);
  try {
    if (what === 'watch') {
      const watching = new Watching(client);
      watching.create({ key: utf8('a') });
      await watching.until('an end', () => watching.failure !== undefined);
      return `${watching.failure!.code} ${watching.failure!.details}`;
    }
    return await new Promise((resolve) => {
      const end = <In, Out>(stream: ClientDuplexStream<In, Out>, message: In): void => {
        stream.on('data', () => resolve('succeeded'));
        stream.on('error', ({ code, details }: ServiceError) => resolve(`${code} ${details}`));
        stream.end(message);
      };
      if (what === 'snapshot') end(client.openStream(MaintenanceService.snapshot), SnapshotRequest.create());
      else end(client.openStream(LeaseService.leaseKeepAlive), LeaseKeepAliveRequest.create({ id: 1n }));
    });
  } finally {
    client.close();
  }
}

eachServer('Cluster of three', 3, (server) => {
  test('members are listed in the order of their ids, the same by all', async () => {
    const lists = await Promise.all([0, 1, 2].map((i) => server.client.at(i, ClusterService.memberList, { linearizable: true })));
    const ids = lists[0]!.members.map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => (a < b ? -1 : 1)));
    for (const { members, header } of lists) {
      expect(members).toEqual(lists[0]!.members);
      expect(header!.revision).toBe(0);
    }
    expect(lists[0]!.members.flatMap(({ clientUrls }) => clientUrls).sort()).toEqual([...server.target.endpoints].sort());
    expect(lists[0]!.members.flatMap(({ peerUrls }) => peerUrls).sort()).toEqual([...server.target.peerUrls].sort());
  });

  test('leadership is handed on by the leader alone, to a member that there is', async () => {
    const { leader, followers } = await server.roles();
    const id = (await server.status(followers[0]!)).header!.memberId;
    const move = (endpoint: number, targetId: bigint) => server.client.at(endpoint, MaintenanceService.moveLeader, { targetId });
    expect(await failure(move(followers[0]!, id))).toBe('9 etcdserver: not leader');
    expect(await failure(move(leader, 404n))).toBe('9 etcdserver: bad leader transferee');
    expect((await move(leader, id)).header).toBeUndefined();
    expect((await server.status(leader)).leader).toBe(id);
    expect((await server.roles()).leader).toBe(followers[0]);
    // To whom has it already: nothing happens.
    expect(await failure(move(followers[0]!, id))).toBe('succeeded');
  });

  test('voters come and go only while the started ones are a quorum, and connected', async () => {
    const unstarted: bigint[] = [];
    const grow = async (port: number): Promise<void> => {
      unstarted.push((await add(server, [`http://127.0.0.1:${port}`])).member!.id);
    };
    // A link counts once it has held for five seconds.
    await eventually('a fourth', () => grow(1));
    expect(await failure(grow(2))).toBe(differing('growBesideUnstarted', server.kind));
    for (const id of unstarted) await remove(server, id);
    const { leader, followers } = await server.roles();
    await server.target.killMember(followers[0]!);
    const ask = server.clientOf(leader);
    const unhealthy = '14 etcdserver: unhealthy cluster';
    try {
      await eventually('it is missed', async () => expect(await failure(ask.at(0, ClusterService.memberAdd, { peerUrls: ['http://127.0.0.1:4'] }))).toBe(unhealthy));
      // The one that is down may go, one of those that are the quorum may not.
      const other = (await server.status(followers[1]!)).header!.memberId;
      expect(await failure(ask.at(0, ClusterService.memberRemove, { id: other }))).toBe(unhealthy);
    } finally {
      ask.close();
      await server.target.startMember(followers[0]!);
    }
    expect(await failure(put(server.client, 'after', 'x'))).toBe('succeeded');
  });
});

eachServer('Cluster of one and a voter that never starts', 1, (server) => {
  test('the first to add makes a quorum of two: nothing more is let through', async () => {
    const [self] = await list(server);
    const added = await add(server, ['http://127.0.0.1:1']);
    expect(added.members).toHaveLength(2);
    const notEnough = '2 etcdserver: re-configuration failed due to not enough started members';
    expect(await failure(server.client.at(0, ClusterService.memberAdd, { peerUrls: ['http://127.0.0.1:2'] }))).toBe(notEnough);
    expect(await failure(server.client.at(0, ClusterService.memberRemove, { id: self!.id }))).toBe(notEnough);
    // The server gives up at the client's deadline, and either may be the first to say so.
    expect(await failure(server.client.at(0, KVService.put, { key: utf8('a') }, { timeoutMs: 300 }))).toMatch(/^(4 |14 etcdserver: request timed out)/);
    expect(await list(server, false)).toHaveLength(2);
    expect(await failure(server.client.at(0, KVService.range, { key: utf8('a'), serializable: true }))).toBe('succeeded');
  });
});

eachServer('Cluster of two without the strict check', 2, (server) => {
  test('whoever asks for it may add what costs the quorum', async () => {
    expect((await add(server, ['http://127.0.0.1:1'])).members).toHaveLength(3);
    // With the check: there are two that have started, and four need three.
    expect((await add(server, ['http://127.0.0.1:2'])).members).toHaveLength(4);
    expect(await failure(server.client.at(0, KVService.range, { key: utf8('a'), serializable: true }))).toBe('succeeded');
  });
}, { flags: [...calm, '--strict-reconfig-check=false'] });
