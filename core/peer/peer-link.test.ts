import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { testClusterId, TestPeer } from '../../test/support/peers.ts';
import { eventually } from '../../test/support/process.ts';
import { SimClock, Timeline } from '../../test/sim/sim-clock.ts';
import { idHex } from '../base/ids.ts';
import { nodeClock } from '../node/node-clock.ts';
import { newMessage } from '../raft/message.ts';
import { MessageType, type Message } from '../raft/types.ts';
import { decodeMessage, encodeMessage } from '../wal/raft-codec.ts';
import { peerHeaders, type PeerIdentity } from './headers.ts';
import type { PeerNetworkOptions } from './http-peer-network.ts';
import { LeaderClient } from './leader-client.ts';
import { MessageDecoder } from './message-codec.ts';
import { MsgAppDecoder } from './msgapp-codec.ts';

const closing: (() => Promise<unknown> | void)[] = [];

async function listen(id: bigint, options: Partial<PeerNetworkOptions> = {}): Promise<TestPeer> {
  const peer = await TestPeer.listen(id, options);
  closing.push(() => peer.network.dispose());
  return peer;
}

async function pair(options: Partial<PeerNetworkOptions> = {}): Promise<[TestPeer, TestPeer]> {
  const peers: [TestPeer, TestPeer] = [await listen(1n, options), await listen(2n, options)];
  TestPeer.meet(...peers);
  await active(peers[0], 2n);
  await active(peers[1], 1n);
  return peers;
}

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const active = (peer: TestPeer, id: bigint): Promise<void> => eventually('an active peer', async () => expect(peer.network.activeSinceMs(id)).toBeDefined());
const inactive = (peer: TestPeer, id: bigint): Promise<void> => eventually('an inactive peer', async () => expect(peer.network.activeSinceMs(id)).toBeUndefined());

/** Sends until one arrives: a stream to the other side may not have been dialled yet. */
async function arrives(from: TestPeer, to: TestPeer): Promise<void> {
  const before = to.received.length;
  await eventually('a message', async () => {
    from.network.send([from.message(MessageType.heartbeat, to)]);
    expect(to.received.length).toBeGreaterThan(before);
  });
}

function advance(timeline: Timeline, byMs: number): void {
  const until = timeline.nowMs + byMs;
  while (timeline.step(until));
}

const identity = (memberId: bigint, clusterId = testClusterId): PeerIdentity => ({ memberId, clusterId, version: '3.6.0', peerUrls: [] });

interface Answer {
  status: number;
  text: string;
}

function ask(url: URL, options: { method?: string; headers?: Record<string, string>; body?: Uint8Array } = {}): Promise<Answer> {
  return new Promise((done, fail) => {
    const request = httpRequest(url, { method: options.method ?? 'GET', headers: options.headers ?? {}, agent: false });
    request.on('error', fail);
    request.on('response', async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      done({ status: response.statusCode!, text });
    });
    request.end(options.body);
  });
}

/** Dials a stream as a peer would, and hands out its bytes. */
function dial(to: TestPeer, kind: string, from: bigint): Promise<IncomingMessage> {
  return new Promise((done, fail) => {
    const request = httpRequest(new URL(`/raft/stream/${kind}/${idHex(from)}`, to.url), { headers: peerHeaders(identity(from), to.id), agent: false });
    request.on('response', done);
    request.on('error', fail);
    request.end();
    closing.push(() => void request.destroy());
  });
}

/** A server in a peer's place, which answers everything alike. */
async function stranger(take: Parameters<typeof createServer>[1]): Promise<{ url: string; server: Server }> {
  const server = createServer({}, take);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((done) => server.close(done));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

const append = (from: TestPeer, to: { id: bigint }, index: number): Message =>
  newMessage(MessageType.app, { from: from.id, to: to.id, term: 1, logTerm: 1, index, entries: [{ type: 0, term: 1, index: index + 1, data: Buffer.from(`entry ${index + 1}`) }] });

test('messages of all kinds cross, both ways, in order', async () => {
  const [a, b] = await pair();
  await arrives(a, b);
  await arrives(b, a);
  const from = b.received.length;
  for (let i = 0; i < 200; i++) a.network.send([append(a, b, i)]);
  await eventually('all of them', async () => expect(b.received.length - from).toBe(200));
  expect(b.received.slice(from).map((message) => Buffer.from(message.entries[0]!.data).toString())).toEqual(Array.from({ length: 200 }, (_, i) => `entry ${i + 1}`));
  expect(b.received[from]).toMatchObject({ from: 1n, to: 2n, term: 1, logTerm: 1, index: 0 });
});

test('appends go on the stream of their own, all else on the other, and all on the other while the first is not there', async () => {
  const a = await listen(1n);
  a.network.addPeer(2n, ['http://127.0.0.1:1']);
  const got: { messages: Message[]; appends: Message[] } = { messages: [], appends: [] };
  const messages = new MessageDecoder();
  (await dial(a, 'message', 2n)).on('data', (chunk: Uint8Array) => got.messages.push(...messages.push(chunk)));
  const beat = newMessage(MessageType.heartbeat, { from: 1n, to: 2n });
  a.network.send([beat, append(a, { id: 2n }, 0)]);
  await eventually('both', async () => expect(got.messages.map(({ type }) => type)).toEqual([MessageType.heartbeat, MessageType.app]));
  const appends = new MsgAppDecoder(2n, 1n);
  (await dial(a, 'msgapp', 2n)).on('data', (chunk: Uint8Array) => got.appends.push(...appends.push(chunk)));
  await eventually('the appends on their own', async () => {
    a.network.send([append(a, { id: 2n }, 1), beat, append(a, { id: 2n }, 2)]);
    expect(got.appends.length).toBeGreaterThan(1);
  });
  expect(new Set(got.appends.map(({ type }) => type))).toEqual(new Set([MessageType.app]));
  await eventually('the heartbeats', async () => expect(got.messages.at(-1)!.type).toBe(MessageType.heartbeat));
});

test('a peer that comes back on its address is found again, and its loss is seen', async () => {
  const [a, b] = await pair();
  const { url } = b;
  await b.network.dispose();
  await inactive(a, 2n);
  expect(a.network.peers()[0]!.disconnects).toBe(1);
  const again = await listen(2n, { listenUrls: [url] });
  again.network.addPeer(1n, [a.url]);
  await active(a, 2n);
  await arrives(a, again);
  await arrives(again, a);
});

test('a peer that has moved is found at its new address', async () => {
  const [a, b] = await pair();
  const moved = await listen(2n);
  moved.network.addPeer(1n, [a.url]);
  await b.network.dispose();
  a.network.addPeer(2n, [moved.url]);
  await active(a, 2n);
  await arrives(a, moved);
});

test('while there is no stream, messages go by posts', async () => {
  const got: Message[] = [];
  const headers: unknown[] = [];
  const { url } = await stranger(async (request, response) => {
    if (request.url !== '/raft') return void response.writeHead(404).end();
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    got.push(decodeMessage(Buffer.concat(chunks)));
    headers.push(request.headers);
    response.writeHead(204).end();
  });
  const a = await listen(1n, { self: { ...identity(1n), peerUrls: ['http://me:2380'] } });
  a.network.addPeer(2n, [url]);
  a.network.send([append(a, { id: 2n }, 0), newMessage(MessageType.heartbeat, { from: 1n, to: 2n })]);
  await eventually('both', async () => expect(got.map(({ type }) => type).sort()).toEqual([MessageType.app, MessageType.heartbeat]));
  expect(headers[0]).toMatchObject({
    'content-type': 'application/protobuf', 'x-server-from': '1', 'x-server-version': '3.6.0', 'x-min-cluster-version': '3.0.0', 'x-etcd-cluster-id': idHex(testClusterId), 'x-peerurls': 'http://me:2380',
  });
  expect(a.lost).toEqual([]);
});

test('only so many posts are under way or wait; what is dropped is told', async () => {
  let asked = 0;
  const { url } = await stranger((request, response) => {
    if (request.url === '/raft') asked++;
    else response.writeHead(404).end();
  });
  const a = await listen(1n);
  a.network.addPeer(2n, [url]);
  for (let i = 0; i < 80; i++) a.network.send([append(a, { id: 2n }, i)]);
  expect(a.lost).toHaveLength(80 - 4 - 64);
  await eventually('four of them', async () => expect(asked).toBe(4));
});

test('a peer that answers no post in time is unreachable', async () => {
  const timeline = new Timeline();
  const { url } = await stranger(() => {});
  const a = await listen(1n, { clock: new SimClock(timeline, 1) });
  a.network.addPeer(2n, [url]);
  a.network.send([append(a, { id: 2n }, 0)]);
  advance(timeline, 4_900);
  expect(a.lost).toEqual([]);
  advance(timeline, 200);
  await eventually('the report', async () => expect(a.lost).toEqual([2n]));
});

test('a stream that falls silent is dialled again; one with beats is not', async () => {
  const timeline = new Timeline();
  let dials = 0;
  const { url } = await stranger((request, response) => {
    if (!request.url!.includes('/message/')) return void response.writeHead(404).end();
    dials++;
    response.writeHead(200).flushHeaders();
  });
  const a = await listen(1n, { clock: new SimClock(timeline, 1) });
  a.network.addPeer(2n, [url]);
  await active(a, 2n);
  advance(timeline, 4_000);
  expect(a.network.activeSinceMs(2n)).toBeDefined();
  advance(timeline, 1_500);
  await inactive(a, 2n);
  advance(timeline, 500);
  await active(a, 2n);
  expect(dials).toBe(2);
  // Between two of ours, beats keep it up for as long as one likes.
  const [b, c] = [await listen(3n, { clock: new SimClock(timeline, 1) }), await listen(4n, { clock: new SimClock(timeline, 1) })];
  TestPeer.meet(b, c);
  await active(b, 4n);
  const since = b.network.activeSinceMs(4n);
  for (let i = 0; i < 20; i++) {
    const before = b.network.peers()[0]!.receivedBytes;
    advance(timeline, 1_700);
    await eventually('a beat', async () => expect(b.network.peers()[0]!.receivedBytes).toBeGreaterThan(before));
  }
  expect(b.network.activeSinceMs(4n)).toBe(since);
});

test('a peer that reads nothing fills no memory, and loses its stream', async () => {
  const timeline = new Timeline();
  const a = await listen(1n, { clock: new SimClock(timeline, 1) });
  a.network.addPeer(2n, ['http://127.0.0.1:1']);
  const stream = await dial(a, 'msgapp', 2n);
  let closed = false;
  stream.on('error', () => {});
  stream.on('close', () => {
    closed = true;
  });
  const big = append(a, { id: 2n }, 0);
  big.entries[0]!.data = new Uint8Array(1 << 20);
  for (let i = 0; i < 100; i++) a.network.send([big]);
  expect(a.lost.length).toBeGreaterThan(20);
  await new Promise((done) => setImmediate(done));
  advance(timeline, 7_000);
  stream.resume();
  await eventually('its end', async () => expect(closed).toBe(true));
});

test('what is left in a stream is told as lost when the peer has dialled another', async () => {
  const a = await listen(1n);
  a.network.addPeer(2n, ['http://127.0.0.1:1']);
  (await dial(a, 'msgapp', 2n)).on('error', () => {});
  const big = append(a, { id: 2n }, 0);
  big.entries[0]!.data = new Uint8Array(1 << 20);
  // More than any system takes for one that reads nothing, and less than is dropped.
  for (let i = 0; i < 60; i++) a.network.send([big]);
  expect(a.lost).toEqual([]);
  await dial(a, 'msgapp', 2n);
  expect(a.lost).toEqual([2n]);
  await dial(a, 'msgapp', 2n);
  expect(a.lost).toEqual([2n]);
});

test('only a member can say that one is no member any more', async () => {
  let answered = 0;
  const { url } = await stranger((request, response) => {
    answered++;
    response.writeHead(request.method === 'POST' ? 403 : 410).end('the page has gone for good');
  });
  const a = await listen(1n);
  a.network.addPeer(2n, [url]);
  a.network.send([append(a, { id: 2n }, 0)]);
  await eventually('refusals', async () => {
    expect(a.lost).toEqual([2n]);
    expect(answered).toBeGreaterThan(4);
  });
  expect(a.removals).toBe(0);
});

test('redials keep a distance, which differs', async () => {
  const timeline = new Timeline();
  const dialledMs: number[] = [];
  const { url } = await stranger((request, response) => {
    if (request.url!.includes('/message/')) dialledMs.push(timeline.nowMs);
    response.writeHead(503).end();
  });
  const a = await listen(1n, { clock: new SimClock(timeline, 1) });
  a.network.addPeer(2n, [url]);
  const until = performance.now() + 20_000;
  while (dialledMs.length < 12) {
    if (performance.now() > until) throw new Error(`${dialledMs.length} dials`);
    advance(timeline, 2);
    await new Promise((done) => setImmediate(done));
  }
  const gaps = dialledMs.slice(1).map((at, i) => at - dialledMs[i]!);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
  expect(new Set(gaps).size).toBeGreaterThan(2);
});

test.each([[true, false], [false, true], [false, false]])('a cut (in %s, out %s) stops messages that way, until it is mended', async (inOpen, outOpen) => {
  const [a, b] = await pair();
  await arrives(a, b);
  await arrives(b, a);
  a.network.setLink(2n, { in: inOpen, out: outOpen });
  expect(a.network.activeSinceMs(2n)).toBeUndefined();
  const counts = [a.received.length, b.received.length];
  const cuts: Promise<void>[] = [];
  if (inOpen) cuts.push(arrives(b, a));
  if (outOpen) cuts.push(arrives(a, b));
  await Promise.all(cuts);
  // Nothing comes in the other direction, by no way: its streams are gone, and posts are refused.
  for (let i = 0; i < 20; i++) {
    if (!inOpen) b.network.send([b.message(MessageType.heartbeat, a)]);
    if (!outOpen) a.network.send([a.message(MessageType.heartbeat, b)]);
    await new Promise((done) => setImmediate(done));
  }
  if (!inOpen) await eventually('refused posts', async () => expect(b.lost.length).toBeGreaterThan(0));
  if (!inOpen) expect(a.received).toHaveLength(counts[0]!);
  if (!outOpen) expect(b.received).toHaveLength(counts[1]!);
  a.network.setLink(2n, { in: true, out: true });
  await active(a, 2n);
  await Promise.all([arrives(a, b), arrives(b, a)]);
});

test('a cut outlives the peer that it cuts off', async () => {
  const [a, b] = [await listen(1n), await listen(2n)];
  a.network.setLink(2n, { in: false, out: false });
  TestPeer.meet(a, b);
  a.network.send([a.message(MessageType.heartbeat, b)]);
  b.network.send([b.message(MessageType.heartbeat, a)]);
  await eventually('the refusal', async () => expect(b.lost).toContain(1n));
  expect([a.received, b.received]).toEqual([[], []]);
});

test('a question to the leader needs both ways', async () => {
  const served: string[] = [];
  const serve: PeerNetworkOptions['serve'] = (request, response) => {
    served.push(request.url!);
    response.writeHead(200).end('yes');
    return true;
  };
  const [a, b] = await pair({ serve });
  const question = (timeoutMs: number) =>
    new LeaderClient({ self: identity(1n), clock: nodeClock, timeoutMs, reaches: (url) => a.network.reaches(url) })
      .post(['http://127.0.0.1:1', b.url], '/leases', new Uint8Array(0), { deadlineMs: Infinity, signal: undefined });
  expect((await question(20_000)).body.toString()).toBe('yes');
  for (const link of [{ in: true, out: false }, { in: false, out: true }]) {
    a.network.setLink(2n, link);
    await expect(question(1_000)).rejects.toThrow('request timed out');
  }
  a.network.setLink(2n, { in: true, out: true });
  // The same when the other side is the one that is cut.
  b.network.setLink(1n, { in: false, out: true });
  await expect(question(1_000)).rejects.toThrow('request timed out');
  expect(served).toEqual(['/leases']);
});

test('a removed member is told so on every way, and no other is', async () => {
  const b = await listen(2n, { isRemoved: (id) => id === 1n });
  const byStream = await listen(1n);
  byStream.network.addPeer(2n, [b.url]);
  await eventually('the word', async () => expect(byStream.removals).toBeGreaterThan(0));
  const headers = { ...peerHeaders(identity(1n)), 'Content-Type': 'application/protobuf' };
  const beat = encodeMessage(newMessage(MessageType.heartbeat, { from: 1n, to: 2n }));
  expect(await ask(new URL('/raft', b.url), { method: 'POST', headers, body: beat })).toEqual({ status: 403, text: '{"message":"cannot process message from removed member"}' });
  expect(await ask(new URL('/raft/stream/message/1', b.url), { headers: peerHeaders(identity(1n), 2n) })).toEqual({ status: 410, text: 'removed member\n' });
  // A message that is for somebody else is refused with the same status.
  const { url } = await stranger(async (request, response) => {
    if (request.url !== '/raft') return void response.writeHead(404).end();
    for await (const chunk of request) void chunk;
    response.writeHead(403).end('{"message":"cannot process message to mismatch member"}');
  });
  const other = await listen(3n);
  other.network.addPeer(4n, [url]);
  other.network.send([newMessage(MessageType.heartbeat, { from: 3n, to: 4n })]);
  await eventually('the refusal', async () => expect(other.lost).toEqual([4n]));
  expect(other.removals).toBe(0);
});

test('a member of another cluster, or of a release too old or too new, is not let in', async () => {
  const b = await listen(2n);
  b.network.addPeer(1n, ['http://127.0.0.1:1']);
  const stranger1 = await listen(1n, { self: identity(1n, 5n) });
  stranger1.network.addPeer(2n, [b.url]);
  stranger1.network.send([stranger1.message(MessageType.heartbeat, b)]);
  await eventually('the refusal', async () => expect(stranger1.lost).toContain(2n));
  expect(b.received).toEqual([]);
  const stream = new URL('/raft/stream/msgapp/1', b.url);
  const headers = peerHeaders(identity(1n), 2n);
  expect(await ask(stream, { headers: { ...headers, 'X-Etcd-Cluster-ID': '5' } })).toEqual({ status: 412, text: 'cluster ID mismatch\n' });
  expect(await ask(stream, { headers: { ...headers, 'X-Server-Version': '2.3.8' } })).toEqual({ status: 412, text: 'incompatible version\n' });
  expect(await ask(stream, { headers: { ...headers, 'X-Min-Cluster-Version': '3.7.0' } })).toEqual({ status: 412, text: 'incompatible version\n' });
  expect(await ask(stream, { headers: { ...headers, 'X-Raft-To': '9' } })).toEqual({ status: 412, text: 'to field mismatch\n' });
  expect((await ask(stream, { headers, method: 'POST' })).status).toBe(405);
  expect(await ask(new URL('/raft/stream/other/1', b.url), { headers })).toEqual({ status: 404, text: 'invalid path\n' });
  expect(await ask(new URL('/raft/stream/message/xyz', b.url), { headers })).toEqual({ status: 404, text: 'invalid from\n' });
  expect((await ask(new URL('/raft', b.url), { method: 'POST', headers, body: Buffer.from('garbage') })).status).toBe(400);
  expect((await ask(new URL('/nowhere', b.url))).status).toBe(404);
});

test('what comes from a peer and is no message is counted for it, and for nobody else', async () => {
  const b = await listen(2n);
  const { url } = await stranger((_request, response) => void response.writeHead(200, peerHeaders(identity(3n))).write(Buffer.alloc(64, 0xff)));
  b.network.addPeer(1n, ['http://127.0.0.1:1']);
  b.network.addPeer(3n, [url]);
  const failures = (id: bigint): number | undefined => b.network.peers().find((peer) => peer.id === id)?.receiveFailures;
  const post = (from: bigint, body: Uint8Array) => ask(new URL('/raft', b.url), { method: 'POST', headers: peerHeaders(identity(from), 2n), body });
  await post(1n, Buffer.from('garbage'));
  await post(7n, Buffer.from('garbage'));
  await post(1n, encodeMessage(newMessage(MessageType.app, { from: 1n, to: 2n })));
  expect([failures(1n), failures(7n)]).toEqual([2, undefined]);
  await eventually('both streams of the other', async () => expect(failures(3n)).toBeGreaterThan(1));
});

test('a sender that is no peer yet is answered where it says that it is', async () => {
  const a = await listen(1n);
  const got: Message[] = [];
  const { url } = await stranger(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    got.push(decodeMessage(Buffer.concat(chunks)));
    response.writeHead(204).end();
  });
  const newcomer = { ...identity(9n), peerUrls: [url] };
  const to9 = newMessage(MessageType.appResp, { from: 1n, to: 9n });
  a.network.send([to9]);
  expect((await ask(new URL('/raft/stream/message/9', a.url), { headers: peerHeaders(newcomer, 1n) })).text).toBe('error sender not found\n');
  a.network.send([to9]);
  await eventually('the answer', async () => expect(got).toHaveLength(1));
});

test('round trips and clock differences are measured, and a large one is told once', async () => {
  const timeline = new Timeline();
  const told: string[] = [];
  const aheadMs = 90_000;
  let asked = 0;
  const { url } = await stranger((request, response) => {
    if (request.url !== '/raft/probing') return void response.writeHead(404).end();
    asked++;
    response.end(JSON.stringify({ OK: true, Now: new Date(1_700_000_000_000 + timeline.nowMs + aheadMs).toISOString() }));
  });
  const a = await listen(1n, { clock: new SimClock(timeline, 1), log: { log: (_level, message) => told.push(message) } });
  a.network.addPeer(2n, [url]);
  expect(a.network.peers()[0]!.roundTripMs).toBeUndefined();
  advance(timeline, 4_000);
  await eventually('the measure', async () => expect(a.network.peers()[0]!.roundTripMs).toBeGreaterThanOrEqual(0));
  expect(Math.abs(a.network.peers()[0]!.clockDifferenceMs! - aheadMs)).toBeLessThan(10);
  for (const probes of [2, 3]) {
    advance(timeline, 4_000);
    await eventually('another probe', async () => expect(asked).toBe(probes));
  }
  expect(told.filter((message) => message.includes('clock'))).toHaveLength(1);
  const probe = await ask(new URL('/raft/probing', a.url));
  expect(JSON.parse(probe.text)).toEqual({ OK: true, Now: new Date(1_700_000_000_000 + timeline.nowMs).toISOString() });
});

test('a slow sender of a post loses its connection', async () => {
  const timeline = new Timeline();
  const b = await listen(2n, { clock: new SimClock(timeline, 1) });
  let ended = false;
  const request = httpRequest(new URL('/raft', b.url), { method: 'POST', agent: false, headers: { ...peerHeaders(identity(1n)), 'Content-Length': '100' } });
  request.on('error', () => {});
  request.on('close', () => {
    ended = true;
  });
  request.write('ab');
  await eventually('its end', async () => {
    advance(timeline, 5_100);
    expect(ended).toBe(true);
  });
  expect(b.received).toEqual([]);
});
