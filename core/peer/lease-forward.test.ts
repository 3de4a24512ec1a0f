import { afterAll, afterEach, expect, test } from 'vitest';
import { TestPeer, testClusterId } from '../../test/support/peers.ts';
import { utf8 } from '../base/bytes.ts';
import { EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { CallContext, EtcdMember, LeaseLife, MemberStatus } from '../member/types.ts';
import { nodeClock } from '../node/node-clock.ts';
import { LeaseInternalRequest, LeaseInternalResponse } from '../proto/gen/lease.ts';
import { LeaseTimeToLiveRequest } from '../proto/gen/rpc.ts';
import { exchange } from './exchange.ts';
import { LeaderClient } from './leader-client.ts';
import { leaseForwarder, serveLeases } from './lease-forward.ts';

const self = { memberId: 1n, clusterId: testClusterId, version: '3.6.0', peerUrls: [] };
const patient: CallContext = { deadlineMs: Infinity, signal: undefined };
const client = new LeaderClient({ self, clock: nodeClock, timeoutMs: 5_000, reaches: () => true });
const forward = leaseForwarder(client);
const closing: TestPeer[] = [];

afterAll(() => client.dispose());

afterEach(async () => {
  await Promise.all(closing.splice(0).map((peer) => peer.network.dispose()));
});

/** A leader with one lease, id 7; its url. */
async function leader(also: Partial<EtcdMember> = {}): Promise<string> {
  const life: LeaseLife = { ttl: 50, grantedTtl: 60, keys: [utf8('a'), utf8('b')] };
  const member: Partial<EtcdMember> = {
    status: () => ({ role: 'leader', appliedIndex: 5, committedIndex: 5 }) as MemberStatus,
    leaseRenew: async (id) => (id === 7n ? 60 : 0),
    leaseTimeToLive: async (id, keys) => (id === 7n ? { ...life, keys: keys ? life.keys : [] } : undefined),
    ...also,
  };
  const peer = await TestPeer.listen(2n, { serve: (request, response) => serveLeases(member as EtcdMember, request, response) });
  closing.push(peer);
  return peer.url;
}

test('a follower renews and looks at leases through its leader, whichever of its addresses answers', async () => {
  const urls = ['http://127.0.0.1:1', await leader()];
  expect(await forward.renew(urls, 7n, patient)).toBe(60);
  expect(await forward.renew(urls, 8n, patient)).toBe(0);
  expect(await forward.timeToLive(urls, 7n, true, patient)).toEqual({ ttl: 50, grantedTtl: 60, keys: [utf8('a'), utf8('b')].map((key) => expect.objectContaining({ length: key.length })) });
  expect((await forward.timeToLive(urls, 7n, false, patient))?.keys).toEqual([]);
  expect(await forward.timeToLive(urls, 8n, true, patient)).toBeUndefined();
});

test('one that does not lead refuses, and one that lags catches up first', async () => {
  const follower = await leader({ status: () => ({ role: 'follower' }) as MemberStatus });
  await expect(forward.renew([follower], 7n, patient)).rejects.toThrow(EtcdError);
  await expect(forward.timeToLive([follower], 7n, false, patient)).rejects.toThrow(EtcdError);
  const steps: string[] = [];
  const lagging = await leader({
    status: () => ({ role: 'leader', appliedIndex: 4, committedIndex: 5 }) as MemberStatus,
    linearizableRead: async () => void steps.push('caught up'),
    leaseRenew: async () => steps.push('renewed'),
  });
  await forward.renew([lagging], 7n, patient);
  expect(steps).toEqual(['caught up', 'renewed']);
});

test('many renewals need few connections', async () => {
  const sockets = new Set<unknown>();
  const peer = await TestPeer.listen(2n, {
    serve(request, response) {
      sockets.add(request.socket);
      return serveLeases({ status: () => ({ role: 'leader' }) as MemberStatus, leaseRenew: async () => 60 } as Partial<EtcdMember> as EtcdMember, request, response);
    },
  });
  closing.push(peer);
  for (let i = 0; i < 20; i++) expect(await forward.renew([peer.url], 7n, patient)).toBe(60);
  await Promise.all(Array.from({ length: 100 }, () => forward.renew([peer.url], 7n, patient)));
  expect(sockets.size).toBeLessThanOrEqual(33);
});

test("the answer has the header without which a follower of etcd's ends, and etcd's statuses", async () => {
  const post = (url: string, path: string, body: Uint8Array) => exchange(url, path, { method: 'POST', headers: {}, body, clock: nodeClock, limitMs: 5_000, maxAnswerBytes: 1 << 20 });
  const ask = (id: bigint): Uint8Array => LeaseInternalRequest.encode({ leaseTimeToLiveRequest: LeaseTimeToLiveRequest.create({ id, keys: true }) });
  const url = await leader();
  const { status, body } = await post(url, '/leases/internal', ask(7n));
  expect(status).toBe(200);
  expect(LeaseInternalResponse.decode(body).leaseTimeToLiveResponse).toMatchObject({ header: { revision: 0 }, id: 7n });
  expect((await post(url, '/leases/internal', ask(8n))).status).toBe(404);
  expect((await post(url, '/leases', utf8('garbage'))).status).toBe(400);
  expect((await post(url, '/leases', new Uint8Array(1 << 17))).status).toBe(400);
  const slow = await leader({ leaseRenew: () => Promise.reject(etcdErrors.timeout()) });
  expect((await post(slow, '/leases', new Uint8Array(0))).status).toBe(408);
});

test('the paths of leases take posts alone', async () => {
  const url = await leader();
  for (const path of ['/leases', '/leases/internal']) expect((await fetch(new URL(path, url))).status).toBe(405);
});
