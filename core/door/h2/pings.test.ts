import { connect as connectHttp2, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ServerStream } from '../../api/stream.ts';
import type { Disposable } from '../../base/dispose.ts';
import type { Clock } from '../../ports/clock.ts';
import { silentLog } from '../../ports/log.ts';
import { GrpcServer } from '../grpc-server.ts';
import { Keepalive, PingGuard } from './pings.ts';

/** Time that passes when it is told to. */
class HandClock implements Clock {
  #nowMs = 1_000;
  readonly #timers = new Set<{ atMs: number; run: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, run: () => void): Disposable {
    const timer = { atMs: this.#nowMs + delayMs, run };
    this.#timers.add(timer);
    return { dispose: () => void this.#timers.delete(timer) };
  }

  every(): Disposable {
    throw new Error('not needed here');
  }

  soon(run: () => void): void {
    setImmediate(run);
  }

  get waiting(): number {
    return this.#timers.size;
  }

  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const next = [...this.#timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = untilMs;
  }
}

test('two pings that come too soon are forgiven, the third is not', () => {
  const guard = new PingGuard(5_000);
  expect([0, 4_999, 9_998, 14_997].map((nowMs) => guard.allows(nowMs, 1))).toEqual([true, true, true, false]);
});

test('a client that keeps to the time may ping for ever', () => {
  const guard = new PingGuard(5_000);
  for (let i = 0; i < 1_000; i++) expect(guard.allows(i * 5_000, 1)).toBe(true);
});

test('strikes are not worn off by pings that keep to the time', () => {
  const guard = new PingGuard(5_000);
  expect([0, 1, 2, 5_002, 10_002, 10_003].map((nowMs) => guard.allows(nowMs, 1))).toEqual([true, true, true, true, true, false]);
});

test('an answer wipes the strikes away', () => {
  const guard = new PingGuard(5_000);
  for (const nowMs of [0, 1, 2]) guard.allows(nowMs, 1);
  guard.answered();
  expect([3, 4, 5, 6].map((nowMs) => guard.allows(nowMs, 1))).toEqual([true, true, true, false]);
});

test('without a call a client may ping every two hours', () => {
  const hourMs = 3_600_000;
  const guard = new PingGuard(5_000);
  expect([0, 1, 2, 3, 4].map((i) => guard.allows(i * 2 * hourMs, 0))).toEqual([true, true, true, true, true]);
  expect([9, 10, 11].map((i) => guard.allows(i * hourMs, 0))).toEqual([true, true, false]);
});

/** What a silent connection is told, and when. */
function watched(options: { intervalMs: number; timeoutMs: number }) {
  const clock = new HandClock();
  const startMs = clock.nowMs();
  const told: string[] = [];
  const note = (what: string) => (): void => void told.push(`${what} ${clock.nowMs() - startMs}`);
  const connection = { lastReadMs: 0, ping: note('ping'), destroy: note('destroy') };
  const keepalive = new Keepalive(connection, { clock, ...options });
  return { clock, told, keepalive, read: () => (connection.lastReadMs = clock.nowMs()) };
}

test('a silent connection is pinged after the interval and closed after the timeout', () => {
  const { clock, told } = watched({ intervalMs: 1_000, timeoutMs: 300 });
  clock.pass(5_000);
  expect(told).toEqual(['ping 1000', 'destroy 1300']);
  expect(clock.waiting).toBe(0);
});

test('whatever comes puts the ping off, and is as good as its answer', () => {
  const { clock, told, read } = watched({ intervalMs: 1_000, timeoutMs: 300 });
  clock.pass(700);
  read();
  clock.pass(999);
  expect(told).toEqual([]);
  clock.pass(1);
  expect(told).toEqual(['ping 1700']);
  clock.pass(100);
  read();
  clock.pass(900);
  expect(told).toEqual(['ping 1700']);
  clock.pass(5_000);
  expect(told).toEqual(['ping 1700', 'ping 2800', 'destroy 3100']);
});

test('a timeout longer than the interval is waited for, without another ping', () => {
  const { clock, told } = watched({ intervalMs: 100, timeoutMs: 1_000 });
  clock.pass(5_000);
  expect(told).toEqual(['ping 100', 'destroy 1100']);
});

test('an answer that waits to be read when its time is over counts', () => {
  const { clock, told, read } = watched({ intervalMs: 1_000, timeoutMs: 300 });
  clock.pass(1_299);
  clock.after(1, read);
  clock.pass(1);
  expect(told).toEqual(['ping 1000']);
  clock.pass(5_000);
  expect(told).toEqual(['ping 1000', 'ping 2300', 'destroy 2600']);
});

test('a connection that is gone is not looked after', () => {
  const { clock, told, keepalive } = watched({ intervalMs: 100, timeoutMs: 100 });
  keepalive.dispose();
  clock.pass(1_000);
  expect(told).toEqual([]);
});

// --- on a real connection

const clock = new HandClock();
const sockets = new Set<Socket>();
let server: GrpcServer;
let listener: Server;
let client: ClientHttp2Session;
let talk: ServerStream<Uint8Array, Uint8Array> | undefined;

beforeEach(async () => {
  server = new GrpcServer([{ kind: 'stream', path: '/test.Echo/Talk', requestStream: true, open: (stream) => (talk = stream) }], {
    clock, log: silentLog, maxReceiveBytes: 1 << 20, maxConcurrentStreams: 10, keepaliveMinTimeMs: 5_000, keepaliveIntervalMs: 60_000, keepaliveTimeoutMs: 20_000,
  });
  listener = createServer((socket) => {
    sockets.add(socket);
    server.take(socket);
  });
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  client = connectHttp2(`http://127.0.0.1:${(listener.address() as { port: number }).port}`);
  client.on('error', () => {});
  // Its settings have been exchanged.
  await new Promise((done) => client.once('remoteSettings', done));
});

afterEach(async () => {
  client.destroy();
  server.dispose();
  for (const socket of sockets) socket.destroy();
  await new Promise((done) => listener.close(done));
});

const ping = (): Promise<unknown> => new Promise((done) => client.ping((error) => done(error)));

function openStream(): ClientHttp2Stream {
  const stream = client.request({ ':method': 'POST', ':path': '/test.Echo/Talk', 'content-type': 'application/grpc', te: 'trailers' });
  stream.on('error', () => {});
  return stream;
}

const sentAway = (): Promise<{ code: number; why: string }> =>
  new Promise((resolve) => void client.on('goaway', (code, _lastStream, data) => resolve({ code, why: Buffer.from(data ?? []).toString() })));

test('a client that pings too often is told to be calm, in the words that gRPC clients know', async () => {
  openStream();
  const goodbye = sentAway();
  const closed = new Promise((done) => client.once('close', done));
  for (let i = 0; i < 4; i++) await ping();
  expect(await goodbye).toEqual({ code: 11, why: 'too_many_pings' });
  await closed;
});

test('pings in time, and pings that follow an answer, are welcome', async () => {
  const stream = openStream();
  stream.resume();
  for (let i = 0; i < 6; i++) {
    expect(await ping()).toBeNull();
    clock.pass(5_000);
  }
  for (let i = 0; i < 10; i++) {
    const came = new Promise((done) => stream.once('data', done));
    talk!.send(Buffer.from('news'));
    await came;
    expect(await ping()).toBeNull();
  }
});

test('the server pings a silent client, and goes on with one that answers', async () => {
  const pinged = new Promise((done) => client.once('ping', done));
  clock.pass(60_000);
  await pinged;
  // The client has answered by itself; a ping of its own comes after that.
  expect(await ping()).toBeNull();
  clock.pass(20_000);
  expect(await ping()).toBeNull();
});

test('a client that does not answer is let go', async () => {
  const closed = new Promise((done) => client.once('close', done));
  // All in one turn of the loop: the answer cannot have come.
  clock.pass(60_000);
  expect(clock.waiting).toBe(1);
  clock.pass(20_000);
  await closed;
  expect(clock.waiting).toBe(0);
});
