import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { listenForATest, TestBody, testClusterId, TestPeer } from '../../test/support/peers.ts';
import { eventually } from '../../test/support/process.ts';
import { SimClock, Timeline } from '../../test/sim/sim-clock.ts';
import { crc32c } from '../base/crc32c.ts';
import { randomInt, SeededRandom } from '../base/random.ts';
import { MessageType, type Message } from '../raft/types.ts';
import { encodeFrames } from './message-codec.ts';
import { peerHeaders } from './headers.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const listen = listenForATest();

const confState = { voters: [1n, 2n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
const snapshot = { data: Buffer.from('{"legacy":true}'), metadata: { index: 1234, term: 7, confState } };
const snap = (from: TestPeer, to: TestPeer): Message => from.message(MessageType.snap, to, { snapshot });

const reported = (peer: TestPeer): Promise<boolean> => eventually('the report', async () => {
  const [report] = peer.snapshotsSent;
  if (!report) throw new Error('none yet');
  return report.ok;
});

function advance(timeline: Timeline, byMs: number): void {
  const until = timeline.nowMs + byMs;
  while (timeline.step(until));
}

/** A request as some other program might make it. */
function post(to: TestPeer, body: Iterable<Uint8Array>, headers: Record<string, string> = peerHeaders({ memberId: 1n, clusterId: testClusterId, version: '3.6.0', peerUrls: [] }), method = 'POST'): Promise<{ status: number; text: string }> {
  return new Promise((done, fail) => {
    const request = httpRequest(new URL('/raft/snapshot', to.url), { method, headers, agent: false });
    request.on('error', fail);
    request.on('response', async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      done({ status: response.statusCode!, text });
    });
    for (const chunk of body) request.write(chunk);
    request.end();
  });
}

test(`a snapshot arrives as it was sent, message and body, whatever its chunks (seed ${seed})`, async () => {
  const random = new SeededRandom(seed);
  const [a, b] = [await listen(1n), await listen(2n)];
  TestPeer.meet(a, b);
  const chunks = Array.from({ length: 200 }, () => Uint8Array.from({ length: randomInt(random, 40_000) }, () => random.uint32()));
  const byteLength = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const got: { message: Message; byteLength: number | undefined; bytes: Buffer }[] = [];
  b.takeSnapshot = async (message, length, body) => {
    const parts: Uint8Array[] = [];
    for await (const chunk of body) parts.push(chunk);
    got.push({ message: { ...message, snapshot: { ...message.snapshot!, data: Buffer.from(message.snapshot!.data) } }, byteLength: length, bytes: Buffer.concat(parts) });
  };
  const body = new TestBody(byteLength, () => chunks);
  const message = snap(a, b);
  a.network.sendSnapshot(message, body);
  expect(await reported(a)).toBe(true);
  expect(got.map((item) => item.message)).toEqual([message]);
  expect(got[0]!.byteLength).toBe(byteLength);
  expect(crc32c(got[0]!.bytes)).toBe(crc32c(Buffer.concat(chunks)));
  expect(body.closed).toBe(1);
  const [{ snapshotsOut }, { snapshotsIn }] = [a.network.peers()[0]!, b.network.peers()[0]!];
  expect([snapshotsOut, snapshotsIn].map(({ inFlight, succeeded, failed, seconds }) => [inFlight, succeeded, failed, seconds.count])).toEqual([[0, 1, 0, 1], [0, 1, 0, 1]]);
});

test('a body is pulled no faster than it is taken', async () => {
  const [a, b] = [await listen(1n), await listen(2n)];
  TestPeer.meet(a, b);
  const total = 256 << 20;
  const chunk = new Uint8Array(1 << 16);
  const body = new TestBody(total, function* () {
    for (let sent = 0; sent < total; sent += chunk.length) yield chunk;
  });
  let go = (): void => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  let taken = 0;
  b.takeSnapshot = async (_message, _length, chunks) => {
    await held;
    for await (const part of chunks) taken += part.length;
  };
  a.network.sendSnapshot(snap(a, b), body);
  // The pulling must come to rest while nobody reads.
  const rest = await eventually('a full pipe', async () => {
    const before = body.pulled;
    await new Promise((done) => setTimeout(done, 100));
    if (before === 0 || body.pulled !== before) throw new Error('still pulled');
    return before;
  });
  expect(rest).toBeLessThan(total / 4);
  go();
  expect(await reported(a)).toBe(true);
  expect(taken).toBe(total);
});

test('a member that cannot take it says so, and the sender hears it', async () => {
  const [a, b] = [await listen(1n), await listen(2n)];
  TestPeer.meet(a, b);
  b.takeSnapshot = async () => {
    throw new Error('no room on the disk');
  };
  const body = new TestBody(3, () => [Buffer.from('abc')]);
  a.network.sendSnapshot(snap(a, b), body);
  expect(await reported(a)).toBe(false);
  expect(body.closed).toBe(1);
  expect(a.lost).toContain(2n);
  expect(await post(b, [encodeFrames([snap(a, b)]), Buffer.from('abc')])).toEqual({ status: 500, text: 'no room on the disk\n' });
  expect(a.network.peers()[0]!.snapshotsOut).toMatchObject({ inFlight: 0, succeeded: 0, failed: 1 });
  expect(b.network.peers()[0]!.snapshotsIn).toMatchObject({ inFlight: 0, succeeded: 0, failed: 2 });
});

test.each([
  ['ends short', 10, () => [new Uint8Array(4)]],
  ['is too long', 10, () => [new Uint8Array(40)]],
  ['cannot be read on', 100_000, function* () {
    yield new Uint8Array(50_000);
    throw new Error('input/output error');
  }],
])('a body that %s is stored by nobody', async (_name, byteLength, chunks) => {
  const [a, b] = [await listen(1n), await listen(2n)];
  TestPeer.meet(a, b);
  let begun = 0;
  const ends: string[] = [];
  b.takeSnapshot = async (_message, _length, body) => {
    begun++;
    try {
      for await (const chunk of body) void chunk;
      ends.push('stored');
    } catch (error) {
      ends.push('broken');
      throw error;
    }
  };
  const body = new TestBody(byteLength, chunks);
  a.network.sendSnapshot(snap(a, b), body);
  expect(await reported(a)).toBe(false);
  expect(body.closed).toBe(1);
  // The sender may fail before the first byte has left.
  await eventually('the end of what was begun', async () => expect(ends).toHaveLength(begun));
  expect(ends).not.toContain('stored');
});

test('a peer that is unknown, cut off, or gone in the middle fails the snapshot', async () => {
  const [a, b] = [await listen(1n), await listen(2n)];
  const toNobody = new TestBody(1, () => [new Uint8Array(1)]);
  a.network.sendSnapshot(snap(a, b), toNobody);
  expect(await reported(a)).toBe(false);
  TestPeer.meet(a, b);
  a.network.setLink(2n, { in: true, out: false });
  const cut = new TestBody(1, () => [new Uint8Array(1)]);
  a.network.sendSnapshot(snap(a, b), cut);
  await eventually('the second report', async () => expect(a.snapshotsSent).toHaveLength(2));
  a.network.setLink(2n, { in: true, out: true });
  b.takeSnapshot = async () => new Promise(() => {});
  const broken = new TestBody(1 << 30, function* () {
    for (let i = 0; i < 1 << 10; i++) yield new Uint8Array(1 << 20);
  });
  a.network.sendSnapshot(snap(a, b), broken);
  await eventually('its begin', async () => expect(broken.pulled).toBeGreaterThan(0));
  await b.network.dispose();
  await eventually('the third report', async () => expect(a.snapshotsSent).toEqual([{ id: 2n, ok: false }, { id: 2n, ok: false }, { id: 2n, ok: false }]));
  expect([toNobody.closed, cut.closed, broken.closed]).toEqual([1, 1, 1]);
});

test('a cut in the middle breaks it off at once', async () => {
  const [a, b] = [await listen(1n), await listen(2n)];
  TestPeer.meet(a, b);
  b.takeSnapshot = async () => new Promise(() => {});
  const body = new TestBody(1 << 30, function* () {
    for (let i = 0; i < 1 << 10; i++) yield new Uint8Array(1 << 20);
  });
  a.network.sendSnapshot(snap(a, b), body);
  await eventually('its begin', async () => expect(body.pulled).toBeGreaterThan(0));
  a.network.setLink(2n, { in: true, out: false });
  expect(await reported(a)).toBe(false);
});

test('silence ends it, on either side', async () => {
  const timeline = new Timeline();
  const [a, b] = [await listen(1n, { clock: new SimClock(timeline, 1) }), await listen(2n, { clock: new SimClock(timeline, 1) })];
  TestPeer.meet(a, b);
  b.takeSnapshot = async () => new Promise(() => {});
  const body = new TestBody(1 << 30, function* () {
    for (let i = 0; i < 1 << 10; i++) yield new Uint8Array(1 << 20);
  });
  a.network.sendSnapshot(snap(a, b), body);
  await eventually('a full pipe', async () => expect(body.pulled).toBeGreaterThan(1 << 20));
  advance(timeline, 29_000);
  expect(a.snapshotsSent).toEqual([]);
  advance(timeline, 40_000);
  expect(await reported(a)).toBe(false);

  let failure: unknown;
  let began = false;
  b.takeSnapshot = async (_message, _length, chunks) => {
    began = true;
    try {
      for await (const chunk of chunks) void chunk;
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const { hostname, port } = new URL(b.url);
  const socket = connect(Number(port), hostname);
  const headers = { ...peerHeaders({ memberId: 1n, clusterId: testClusterId, version: '3.6.0', peerUrls: [] }), Host: 'peer', 'Content-Length': '1000000' };
  socket.write(`POST /raft/snapshot HTTP/1.1\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  socket.write(encodeFrames([snap(a, b)]));
  await eventually('its begin', async () => expect(began).toBe(true));
  advance(timeline, 31_000);
  await eventually('the end of the slow sender', async () => expect(failure).toBeInstanceOf(Error));
  socket.destroy();
});

test("etcd's way of sending, without a length, is taken", async () => {
  const [a, b] = [await listen(1n), await listen(2n)];
  const seen: (number | undefined)[] = [];
  let bytes = 0;
  b.takeSnapshot = async (_message, length, body) => {
    seen.push(length);
    for await (const chunk of body) bytes += chunk.length;
  };
  const frame = encodeFrames([snap(a, b)]);
  // Cut in the middle of the length, and of the message.
  expect(await post(b, [frame.subarray(0, 3), frame.subarray(3, 20), frame.subarray(20), new Uint8Array(100_000)])).toEqual({ status: 204, text: '' });
  expect([seen, bytes]).toEqual([[undefined], 100_000]);
});

test('what is not for this member is refused as etcd refuses it', async () => {
  const [a, b, other] = [await listen(1n), await listen(2n, { isRemoved: (id) => id === 9n }), await listen(3n)];
  const removed = await listen(9n);
  const good = [encodeFrames([snap(a, b)]), new Uint8Array(10)];
  const from = (clusterId: bigint, version = '3.6.0') => peerHeaders({ memberId: 1n, clusterId, version, peerUrls: [] });
  expect(await post(b, good, from(1n))).toEqual({ status: 412, text: 'cluster ID mismatch\n' });
  expect(await post(b, good, from(testClusterId, '2.3.7'))).toEqual({ status: 412, text: 'incompatible version\n' });
  expect((await post(b, [], from(testClusterId), 'GET')).status).toBe(405);
  expect((await post(b, [encodeFrames([snap(a, other)])])).status).toBe(403);
  expect((await post(b, [encodeFrames([snap(removed, b)])])).status).toBe(403);
  expect((await post(b, [encodeFrames([a.message(MessageType.app, b)])])).status).toBe(400);
  expect((await post(b, [new Uint8Array(8).fill(0xff), new Uint8Array(100)])).status).toBe(400);
  expect((await post(b, [Buffer.from('0000000000000005', 'hex'), Buffer.from('garbage')])).status).toBe(400);
  expect((await post(b, [good[0]!.subarray(0, 30)])).status).toBe(400);
});
