import { expect, test } from 'vitest';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { EtcdError } from '../../core/base/etcd-error.ts';
import { CompareCompareTarget as Of, KVService, LeaseService } from '../../core/proto/gen/rpc.ts';
import { eventually } from '../support/process.ts';
import { compare, failure, opPut, valuesOf, Watching } from './raw.ts';
import { eachServer, type Server } from './servers.ts';

/** As by default: the next leader comes soon, and one may be lost at any time. */
const flags = ['--heartbeat-interval=100', '--election-timeout=1000'];
/** A request that got lost is given up then, by the server or by the caller. */
const timeoutMs = 2_000;

/** What a caller may be told whose request was under way when the leader went. */
const given = [
  /^14 etcdserver: (leader changed|no leader|server stopped|request timed out(, possibly due to (previous leader failure|connection lost))?)$/,
  /^4 (context deadline exceeded|Deadline exceeded.*)$/,
  // Passed on as raft and Go say it.
  /^2 (raft proposal dropped|raft: stopped|context deadline exceeded)$/,
  // The caller's own connection went with the member.
  /^14 (Connection dropped|No connection established|read ECONNRESET|.*ECONNREFUSED)/,
];

interface Attempt {
  key: string;
  outcome: string;
}

/** One put of a key that nobody else writes: put twice, it would have version 2. */
async function attempt(server: Server, endpoint: number, key: string): Promise<Attempt> {
  const outcome = await failure(server.client.at(endpoint, KVService.put, { key: utf8(key), value: utf8(key) }, { timeoutMs }));
  return { key, outcome };
}

async function judge(server: Server, endpoint: number, prefix: string, attempts: readonly Attempt[]): Promise<void> {
  const { kvs } = await eventually('a read', () => server.client.at(endpoint, KVService.range, { key: utf8(prefix), rangeEnd: utf8(`${prefix.slice(0, -1)}0`) }));
  const found = new Map(kvs.map((kv) => [utf8Text(kv.key), kv]));
  expect([...found.values()].filter(({ version }) => version !== 1)).toEqual([]);
  for (const { key, outcome } of attempts) {
    if (outcome === 'succeeded') expect(found.has(key), `${key} was acknowledged`).toBe(true);
    else expect(given.some((pattern) => pattern.test(outcome)), outcome).toBe(true);
  }
}

eachServer('A change of leaders', 3, (server) => {
  test('the leader is killed under writes at every member: nothing acknowledged is lost, nothing is done twice', async () => {
    const { leader, followers } = await server.roles();
    const attempts: Attempt[] = [];
    let writing = true;
    let killed = false;
    const writers = [leader, ...followers].flatMap((endpoint, i) =>
      [0, 1].map(async (j) => {
        for (let n = 0; writing && !(killed && endpoint === leader); n++) attempts.push(await attempt(server, endpoint, `kill/${i}.${j}.${n}`));
      }),
    );
    await eventually('writes', async () => expect(attempts.length).toBeGreaterThan(50));
    await server.target.killMember(leader);
    killed = true;
    const next = await server.roles(followers);
    const before = attempts.length;
    await eventually('writes under the next leader', async () => expect(attempts.slice(before).filter(({ outcome }) => outcome === 'succeeded').length).toBeGreaterThan(10));
    writing = false;
    await Promise.all(writers);
    await judge(server, next.leader, 'kill/', attempts);
    await server.target.startMember(leader);
    await judge(server, leader, 'kill/', attempts);
  });

  test('the leader stands still, and another is chosen: on waking it tells nothing old and acknowledges nothing that is lost', async () => {
    const { leader, followers } = await server.roles();
    await attempt(server, leader, 'still/known');
    const { client } = server;
    await eventually('a write', () => client.at(leader, KVService.put, { key: utf8('register'), value: utf8('old') }, { timeoutMs }));
    server.target.pauseMember(leader);
    // These wait in the socket of a member that believes to lead.
    const writes = [0, 1, 2].map((i) => attempt(server, leader, `still/${i}`));
    const read = client.at(leader, KVService.range, { key: utf8('register') }, { timeoutMs }).then(({ kvs }) => valuesOf(kvs), (error: unknown) => error);
    const swap = client.at(leader, KVService.txn, { compare: [compare('register', { target: Of.VALUE, value: utf8('old') })], success: [opPut('register', 'swapped')] }, { timeoutMs })
      .then(({ succeeded }) => succeeded, (error: unknown) => error);
    const next = await server.roles(followers);
    await eventually('a write under the next leader', () => client.at(next.leader, KVService.put, { key: utf8('register'), value: utf8('new') }));
    server.target.resumeMember(leader);
    const [answer, swapped] = await Promise.all([read, swap]);
    // A comparison with what was there before the other leader's write cannot hold any more.
    if (swapped instanceof EtcdError) expect(given.some((pattern) => pattern.test(`${swapped.code} ${swapped.message}`)), String(swapped)).toBe(true);
    else expect(swapped).toBe(false);
    if (answer instanceof EtcdError) expect(given.some((pattern) => pattern.test(`${answer.code} ${answer.message}`)), String(answer)).toBe(true);
    else expect(answer).toEqual(['new']);
    await judge(server, next.leader, 'still/', await Promise.all(writes));
    expect(valuesOf((await eventually('a read', () => client.at(leader, KVService.range, { key: utf8('register') }))).kvs)).toEqual(['new']);
  });

  test('a watch at a follower is told every revision once, in order, across it; leases go on', async () => {
    const { leader, followers } = await server.roles();
    const client = server.clientOf(followers[0]!);
    const { id } = await eventually('a lease', () => client.at(0, LeaseService.leaseGrant, { ttl: 600 }, { timeoutMs }));
    await eventually('its key', () => client.at(0, KVService.put, { key: utf8('across/leased'), lease: id }, { timeoutMs }));
    const watching = new Watching(client);
    watching.create({ key: utf8('across/'), rangeEnd: utf8('across0') });
    await watching.come(1);
    const acknowledged: string[] = [];
    const write = async (n: number): Promise<void> => {
      const { header } = await client.at(0, KVService.put, { key: utf8('across/n'), value: utf8(String(n)) }, { timeoutMs });
      acknowledged.push(`across/n=${n}@${header!.revision}`);
    };
    for (let n = 0; n < 20; n++) {
      if (n === 10) await server.target.killMember(leader);
      await eventually(`write ${n}`, () => write(n));
    }
    await watching.until('the last write', () => watching.told(0n).includes(acknowledged.at(-1)!));
    const told = watching.told(0n);
    const revisions = told.map((text) => Number(text.split('@')[1]));
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    expect(told).toEqual(expect.arrayContaining(acknowledged));
    expect(watching.failure).toBeUndefined();
    // The next leader gives a lease its whole time again.
    const life = await eventually('the lease', () => client.at(0, LeaseService.leaseTimeToLive, { id, keys: true }));
    expect(life.ttl).toBeGreaterThan(500);
    expect(life.keys).toHaveLength(1);
    watching.close();
    client.close();
    await server.target.startMember(leader);
    await server.roles();
  });

  test('without a quorum: who asks for a leader is refused at once, and what is there is read by who takes that', async () => {
    const { leader, followers } = await server.roles();
    const [left, other] = followers as [number, number];
    await eventually('a write', () => server.client.at(left, KVService.put, { key: utf8('alone'), value: utf8('x') }, { timeoutMs }));
    const asking = { metadata: { hasleader: 'true' } };
    const own = server.clientOf(left);
    const [demanding, patient] = [new Watching(own, asking.metadata), new Watching(own)];
    for (const watching of [demanding, patient]) {
      watching.create({ key: utf8('alone') });
      await watching.come(1);
    }
    await Promise.all([leader, other].map((i) => server.target.killMember(i)));
    await eventually('it is alone', async () => expect((await server.status(left)).errors).toEqual(['etcdserver: no leader']));
    const { client } = server;
    const late = new Watching(own, asking.metadata);
    late.create({ key: utf8('alone') });
    for (const watching of [late, demanding]) {
      await watching.until('its end', () => watching.failure !== undefined);
      expect(watching.failure).toEqual({ code: 14, details: 'etcdserver: no leader' });
    }
    expect(await failure(client.at(left, KVService.range, { key: utf8('alone'), serializable: true }, asking))).toBe('14 etcdserver: no leader');
    expect(await failure(client.at(left, KVService.put, { key: utf8('alone') }, asking))).toBe('14 etcdserver: no leader');
    expect(valuesOf((await client.at(left, KVService.range, { key: utf8('alone'), serializable: true })).kvs)).toEqual(['x']);
    await Promise.all([leader, other].map((i) => server.target.startMember(i)));
    await eventually('writes go on', () => client.at(left, KVService.put, { key: utf8('alone'), value: utf8('on') }, { timeoutMs }));
    // Who did not ask is told on.
    await patient.until('the write', () => patient.told(0n).some((text) => text.startsWith('alone=on')));
    expect(patient.failure).toBeUndefined();
    patient.close();
    own.close();
  });
}, { flags });
