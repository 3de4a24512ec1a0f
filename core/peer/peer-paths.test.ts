import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { TestPeer, testClusterId } from '../../test/support/peers.ts';
import { SimClock, Timeline } from '../../test/sim/sim-clock.ts';
import { EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { EtcdMember } from '../member/types.ts';
import { nodeClock } from '../node/node-clock.ts';
import { exchange } from './exchange.ts';
import type { PeerNetworkOptions } from './http-peer-network.ts';
import { peerPaths } from './peer-paths.ts';
import { askDowngrading, askVersions } from './peer-version.ts';

const closing: TestPeer[] = [];
const members = [{ id: 0xffff_ffff_ffff_fff1n, name: 'm1', peerUrls: ['http://a:2380'], clientUrls: ['http://a:2379'], isLearner: false }];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((peer) => peer.network.dispose()));
});

async function listen(member: Partial<EtcdMember> | undefined, clusterVersion = '3.6.0', options: Partial<PeerNetworkOptions> = {}): Promise<string> {
  const membership = { list: () => members, clusterId: testClusterId, clusterVersion };
  const peer = await TestPeer.listen(2n, { serve: peerPaths({ membership, serverVersion: '3.6.0', member: () => member as EtcdMember | undefined }), ...options });
  closing.push(peer);
  return peer.url;
}

async function ask(url: string, path: string, body?: string, headers: Record<string, string> = {}, method: 'GET' | 'POST' = 'GET'): Promise<{ status: number; text: string }> {
  const sent = body === undefined ? {} : { body: Buffer.from(body), contentType: 'application/json' };
  const answered = await exchange(url, path, { method, headers, ...sent, clock: nodeClock, limitMs: 5_000, maxAnswerBytes: 1 << 20 });
  return { status: answered.status, text: answered.body.toString() };
}

const store = {
  currentRevision: 9,
  hashKv: async (revision: number) => (revision > 9 ? { ok: false, error: etcdErrors.futureRev() } : { ok: true, hash: 0xdeadbeef, revision: revision || 9, compactRevision: -1 }),
} as unknown as EtcdMember['store'];

test('members and versions are told before there is a member to ask', async () => {
  const url = await listen(undefined, '');
  expect(await ask(url, '/members')).toEqual({ status: 200, text: '[{"id":18446744073709551601,"peerURLs":["http://a:2380"],"name":"m1","clientURLs":["http://a:2379"]}]\n' });
  expect(JSON.parse((await ask(url, '/version?x=1')).text)).toEqual({ etcdserver: '3.6.0', etcdcluster: 'not_decided', storage: '3.6.0' });
  expect((await ask(url, '/members/hashkv', '{}')).status).toBe(503);
  expect((await ask(url, '/downgrade/enabled')).status).toBe(503);
  expect((await ask(url, '/leases', '', {}, 'POST')).status).toBe(404);
  expect((await ask(url, '/members', '', {}, 'POST')).status).toBe(405);
  const question = { headers: {}, clock: nodeClock, timeoutMs: 5_000 };
  expect(await askVersions(['http://127.0.0.1:1', url], { ...question, reaches: () => true })).toEqual({ server: '3.6.0', cluster: 'not_decided' });
  await expect(askDowngrading([url], { ...question, reaches: () => true })).rejects.toThrow('503');
  await expect(askVersions([url], { ...question, reaches: () => false })).rejects.toThrow('cut');
});

test('the hash of a revision, as other members ask for it', async () => {
  const url = await listen({ store });
  expect(await ask(url, '/members/hashkv', '{"revision":5}')).toEqual({ status: 200, text: '{"header":{"revision":9},"hash":3735928559,"compact_revision":-1,"hash_revision":5}' });
  expect(JSON.parse((await ask(url, '/members/hashkv', '{}', { 'X-Etcd-Cluster-ID': 'cdf818194e3a8c32' })).text)).toMatchObject({ hash_revision: 9 });
  expect(await ask(url, '/members/hashkv', '{"revision":10}')).toEqual({ status: 400, text: 'mvcc: required revision is a future revision\n' });
  expect(await ask(url, '/members/hashkv', 'garbage')).toEqual({ status: 400, text: 'error unmarshalling request\n' });
  expect((await ask(url, '/members/hashkv', '{"revision":"5"}')).status).toBe(400);
  expect(await ask(url, '/members/hashkv', '{}', { 'X-Etcd-Cluster-ID': '5' })).toEqual({ status: 412, text: 'cluster ID mismatch\n' });
});

test('whether a downgrade is under way is told from the newest state, or not at all', async () => {
  let reads = 0;
  const url = await listen({ linearizableRead: async () => void reads++ });
  expect(await ask(url, '/downgrade/enabled')).toEqual({ status: 200, text: 'false' });
  expect(reads).toBe(1);
  const alone = await listen({ linearizableRead: () => Promise.reject(new EtcdError(14, 'etcdserver: request timed out')) });
  expect((await ask(alone, '/downgrade/enabled')).status).toBe(500);
});

/** Status of a request whose line is sent as it is. */
function statusOf(url: string, line: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    socket.on('error', reject);
    socket.on('close', () => resolve(text.split(' ', 2)[1] ?? ''));
    socket.end(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  });
}

test.each([['GET ////', '301'], ['GET http://[::bad/nowhere', '404'], ['POST //members/promote/1', '301'], ['GET *', '400'], ['OPTIONS *', '200']])('what is no path is answered: %s', async (line, status) => {
  const url = await listen({ status: () => ({ role: 'leader' }) } as unknown as Partial<EtcdMember>);
  expect(await statusOf(url, line)).toBe(status);
});

test('a question that does not come to its end is not waited for', async () => {
  const timeline = new Timeline();
  const url = await listen({ store }, '3.6.0', { clock: new SimClock(timeline, 1) });
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  socket.write('GET /members/hashkv HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{"rev');
  // Another that is whole is answered, so that the first has been read.
  expect((await ask(url, '/members/hashkv', '{}')).status).toBe(200);
  while (timeline.step(4_999));
  expect((await ask(url, '/members/hashkv', '{}')).status).toBe(200);
  expect(socket.destroyed).toBe(false);
  while (timeline.step(5_001));
  await closed;
});

test('a path that breaks breaks nothing else', async () => {
  const peer = await TestPeer.listen(2n, {
    serve: () => {
      throw new TypeError('a bug');
    },
  });
  closing.push(peer);
  expect(await statusOf(peer.url, 'GET /members')).toBe('500');
  expect(await statusOf(peer.url, 'GET /raft/probing')).toBe('200');
});
