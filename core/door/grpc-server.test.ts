import { connect as connectHttp2, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Method } from '../api/services.ts';
import type { ServerStream } from '../api/stream.ts';
import { etcdErrors } from '../base/etcd-error.ts';
import type { CallContext } from '../member/types.ts';
import { nodeClock } from '../node/node-clock.ts';
import { silentLog } from '../ports/log.ts';
import { GrpcServer } from './grpc-server.ts';
import { frameHeaderBytes, FrameType, H2Code, preface, writeFrameHeader } from './h2/frames.ts';
import { encodeHeaders, HpackDecoder } from './h2/hpack.ts';

let contexts: CallContext[] = [];
let metadata: ReadonlyMap<string, string> = new Map();
let opened: ((stream: ServerStream<Uint8Array, Uint8Array>) => void) | undefined;
let server: GrpcServer;
let listener: Server;
let port: number;
const sockets = new Set<Socket>();

const methods: Method[] = [
  {
    kind: 'unary', path: '/test.Echo/Say',
    async call(request, given, context) {
      contexts.push(context);
      metadata = given;
      return request;
    },
  },
  {
    kind: 'unary', path: '/test.Echo/Wait',
    call: (_request, _metadata, context) => new Promise((resolve) => {
      contexts.push(context);
      context.signal?.addEventListener('abort', () => resolve(new Uint8Array(0)));
    }),
  },
  { kind: 'unary', path: '/test.Echo/Fail', call: () => Promise.reject(etcdErrors.compacted()) },
  { kind: 'stream', path: '/test.Echo/Talk', requestStream: true, open: (stream) => opened?.(stream) },
];

beforeEach(async () => {
  contexts = [];
  server = new GrpcServer(methods, { clock: nodeClock, log: silentLog, maxReceiveBytes: 2 << 20, maxConcurrentStreams: 100, keepaliveMinTimeMs: 5_000, keepaliveIntervalMs: 0, keepaliveTimeoutMs: 0 });
  listener = createServer((socket) => {
    sockets.add(socket);
    server.take(socket);
  });
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  port = (listener.address() as { port: number }).port;
});

afterEach(async () => {
  server.dispose();
  for (const socket of sockets) socket.destroy();
  await new Promise((done) => listener.close(done));
});

const prefixed = (message: Buffer, flag = 0): Buffer => {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

interface Answer {
  headers: Record<string, unknown>;
  body: Buffer;
  trailers: Record<string, unknown>;
}

function session(options: Parameters<typeof connectHttp2>[1] = {}): ClientHttp2Session {
  const client = connectHttp2(`http://127.0.0.1:${port}`, options);
  client.on('error', () => {});
  return client;
}

function begin(client: ClientHttp2Session, path: string, headers: Record<string, string> = {}): ClientHttp2Stream {
  return client.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...headers });
}

function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  const answer: Answer = { headers: {}, body: Buffer.alloc(0), trailers: {} };
  return new Promise((resolve, reject) => {
    stream.on('response', (headers) => (answer.headers = headers));
    stream.on('trailers', (trailers) => (answer.trailers = trailers));
    stream.on('data', (chunk: Buffer) => (answer.body = Buffer.concat([answer.body, chunk])));
    stream.on('error', reject);
    stream.on('close', () => resolve(answer));
  });
}

async function call(path: string, body: Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  const client = session();
  const stream = begin(client, path, headers);
  stream.end(body);
  const answer = await answerOf(stream);
  client.close();
  return answer;
}

test('a message comes back, with the status behind it, and metadata arrive', async () => {
  const message = Buffer.from('hello');
  const answer = await call('/test.Echo/Say', prefixed(message), { token: 'a b%ü'.normalize(), 'x-twice': 'one' });
  expect(answer.headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' });
  expect(answer.body).toEqual(prefixed(message));
  expect(answer.trailers).toMatchObject({ 'grpc-status': '0' });
  expect(metadata.get('x-twice')).toBe('one');
  expect(metadata.has(':path')).toBe(false);
});

test('errors travel in the headers alone', async () => {
  const answer = await call('/test.Echo/Fail', prefixed(Buffer.alloc(0)));
  expect(answer.headers).toMatchObject({ ':status': 200, 'grpc-status': '11', 'grpc-message': 'etcdserver: mvcc: required revision has been compacted' });
  expect((await call('/test.Echo/None', prefixed(Buffer.alloc(0)))).headers).toMatchObject({ 'grpc-status': '12', 'grpc-message': 'unknown method None for service test.Echo' });
  expect((await call('/test.Nobody/None', prefixed(Buffer.alloc(0)))).headers).toMatchObject({ 'grpc-status': '12', 'grpc-message': 'unknown service test.Nobody' });
  expect((await call('/test.Echo/Say', Buffer.from([0, 0]))).headers).toMatchObject({ 'grpc-status': '2', 'grpc-message': 'unexpected EOF' });
  expect((await call('/test.Echo/Say', prefixed(Buffer.alloc((2 << 20) + 1)))).headers).toMatchObject({ 'grpc-status': '8', 'grpc-message': `grpc: received message larger than max (${(2 << 20) + 1} vs. ${2 << 20})` });
});

test('what is not gRPC is turned away', async () => {
  const client = session();
  const get = client.request({ ':path': '/test.Echo/Say', 'content-type': 'application/grpc' });
  expect((await answerOf(get)).headers[':status']).toBe(405);
  const text = client.request({ ':method': 'POST', ':path': '/test.Echo/Say', 'content-type': 'text/plain' });
  text.end('x');
  expect((await answerOf(text)).headers[':status']).toBe(415);
  client.close();
});

test('compressed messages are taken', async () => {
  const answer = await call('/test.Echo/Say', prefixed(gzipSync('squeezed'), 1), { 'grpc-encoding': 'gzip' });
  expect(answer.body.subarray(5).toString()).toBe('squeezed');
  const bomb = await call('/test.Echo/Say', prefixed(gzipSync(Buffer.alloc(16 << 20)), 1), { 'grpc-encoding': 'gzip' });
  expect(bomb.headers['grpc-status']).toBe('13');
  const other = await call('/test.Echo/Say', prefixed(Buffer.from('x'), 1), { 'grpc-encoding': 'snappy' });
  expect(other.headers).toMatchObject({ 'grpc-status': '12', 'grpc-message': 'grpc: Decompressor is not installed for grpc-encoding "snappy"' });
});

test.each([1, 7, 1_000, 40_000, 1 << 20])('a client with a window of %i bytes gets everything', async (initialWindowSize) => {
  const client = session({ settings: { initialWindowSize } });
  const message = Buffer.alloc(initialWindowSize < 1_000 ? 500 : 1_500_000, 7);
  const stream = begin(client, '/test.Echo/Say');
  stream.end(prefixed(message));
  expect((await answerOf(stream)).body.equals(prefixed(message))).toBe(true);
  client.close();
});

test('many calls at once on one connection, of all sizes', async () => {
  const client = session();
  const sizes = Array.from({ length: 90 }, (_, i) => (i % 9) ** 6);
  const answers = await Promise.all(sizes.map((size) => {
    const stream = begin(client, '/test.Echo/Say');
    const body = prefixed(Buffer.alloc(size, size));
    // In pieces that do not end where messages do.
    for (let at = 0; at < body.length; at += 9_999) stream.write(body.subarray(at, at + 9_999));
    stream.end();
    return answerOf(stream);
  }));
  expect(answers.map(({ body }) => body.length)).toEqual(sizes.map((size) => size + 5));
  client.close();
});

test('a client that leaves is noticed, and its deadline is known', async () => {
  const client = session();
  const stream = begin(client, '/test.Echo/Wait', { 'grpc-timeout': '5S' });
  stream.on('error', () => {});
  stream.write(prefixed(Buffer.alloc(0)));
  await expect.poll(() => contexts.length).toBe(1);
  const { signal, deadlineMs } = contexts[0]!;
  expect(deadlineMs - nodeClock.nowMs()).toBeLessThanOrEqual(5_000);
  const left = new Promise((resolve) => signal!.addEventListener('abort', resolve));
  stream.close(constants.NGHTTP2_CANCEL);
  await left;
  client.close();
});

test('a stream talks both ways, and a deaf client holds its source back alone', async () => {
  let sent = 0;
  let held = false;
  opened = (stream) => {
    const fill = (): void => {
      while (sent < 64 && stream.send(Buffer.alloc(100_000, sent++))) held = false;
      if (sent < 64) held = true;
      else stream.end();
    };
    stream.onMessage(fill);
    stream.onDrain(fill);
  };
  const client = session();
  await new Promise((resolve) => client.once('connect', resolve));
  // Else the deaf stream would use up the connection's window, and the client could blame nobody but itself.
  client.setLocalWindowSize(8 << 20);
  const stream = begin(client, '/test.Echo/Talk');
  stream.write(prefixed(Buffer.from('go')));
  stream.pause();
  await expect.poll(() => held).toBe(true);
  expect(sent).toBeLessThan(40);
  // Another call on the same connection is not held up.
  const other = begin(client, '/test.Echo/Say');
  other.end(prefixed(Buffer.from('quick')));
  expect((await answerOf(other)).body.length).toBe(10);
  stream.end();
  stream.resume();
  const { body, trailers } = await answerOf(stream);
  expect(body.length).toBe(64 * 100_005);
  expect(trailers['grpc-status']).toBe('0');
  client.close();
});

/** Sends far more messages than a stream has room for; the source says what becomes of each. */
async function flooded(take: (stream: ServerStream<Uint8Array, Uint8Array>) => void) {
  const seen = { heard: 0, theirs: undefined as ServerStream<Uint8Array, Uint8Array> | undefined };
  opened = (stream) => {
    seen.theirs = stream;
    stream.onMessage(() => {
      seen.heard++;
      take(stream);
    });
  };
  const client = session();
  await new Promise((resolve) => client.once('connect', resolve));
  client.setLocalWindowSize(8 << 20);
  const stream = begin(client, '/test.Echo/Talk');
  stream.on('error', () => {});
  stream.pause();
  const message = prefixed(Buffer.from('more'));
  const asked = 200_000;
  const room = Math.floor((1 << 20) / message.length);
  stream.write(Buffer.concat(Array.from({ length: asked }, () => message)));
  // Others on the connection go there and back meanwhile.
  const turns = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) {
      const other = begin(client, '/test.Echo/Say');
      other.end(prefixed(Buffer.from('quick')));
      await answerOf(other);
    }
  };
  return { seen, client, stream, asked, room, turns };
}

test('a client that is asked to wait gets no room for more requests, until it is not', async () => {
  const { seen, client, asked, room, turns } = await flooded((stream) => {
    if (seen.heard === 1) stream.pause();
  });
  await expect.poll(() => seen.heard).toBe(room);
  await turns();
  expect(seen.heard).toBe(room);
  seen.theirs!.resume();
  await expect.poll(() => seen.heard).toBe(asked);
  client.destroy();
});

test('a client that takes no answers gets no room for more requests, until it does', async () => {
  let full = false;
  const { seen, client, stream, asked, turns } = await flooded((theirs) => {
    if (!theirs.send(Buffer.alloc(30))) full = true;
  });
  await expect.poll(() => full).toBe(true);
  await turns();
  expect(seen.heard).toBeLessThan(asked);
  stream.resume();
  await expect.poll(() => seen.heard).toBe(asked);
  client.destroy();
});

test('whoever lets answers of more than 64 MiB wait is refused further calls, until it takes them', async () => {
  const client = session({ settings: { initialWindowSize: 1 << 16 } });
  await new Promise((resolve) => client.once('connect', resolve));
  client.setLocalWindowSize(8 << 20);
  const message = prefixed(Buffer.alloc(1 << 20));
  const waiting: ClientHttp2Stream[] = [];
  /** The first 64 KiB of its answer go out, and the rest waits. */
  const waits = async (): Promise<void> => {
    const stream = begin(client, '/test.Echo/Say');
    waiting.push(stream);
    stream.pause();
    stream.end(message);
    await new Promise((resolve) => stream.once('response', resolve));
  };
  while (waiting.length < 68) await waits();
  const say = (): Promise<Answer> => {
    const stream = begin(client, '/test.Echo/Say');
    stream.end(prefixed(Buffer.from('quick')));
    return answerOf(stream);
  };
  expect((await say()).body.length).toBe(10);
  await waits();
  await expect(say()).rejects.toMatchObject({ code: 'ERR_HTTP2_STREAM_ERROR', message: expect.stringContaining('REFUSED_STREAM') });
  const answers = waiting.map(answerOf);
  for (const stream of waiting) stream.resume();
  expect((await Promise.all(answers)).map(({ body }) => body.length)).toEqual(waiting.map(() => message.length));
  expect((await say()).body.length).toBe(10);
  client.destroy();
});

test('a stream that ends with an error after messages tells it in the trailers', async () => {
  opened = (stream) => {
    stream.send(Buffer.from('one'));
    stream.end(etcdErrors.noLeader());
  };
  const client = session();
  const stream = begin(client, '/test.Echo/Talk');
  const { body, trailers } = await answerOf(stream);
  expect(body).toEqual(prefixed(Buffer.from('one')));
  expect(trailers).toMatchObject({ 'grpc-status': '14', 'grpc-message': 'etcdserver: no leader' });
  client.close();
});

// --- clients that do not keep to the rules

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const out = Buffer.alloc(frameHeaderBytes + payload.length);
  writeFrameHeader(out, 0, payload.length, type, flags, stream);
  payload.copy(out, frameHeaderBytes);
  return out;
}

/** Sends bytes and returns the code of the GOAWAY that comes back; undefined when the connection just ends. */
function punished(...parts: Buffer[]): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => (bytes = Buffer.concat([bytes, chunk])));
    socket.on('error', () => {});
    socket.on('close', () => {
      for (let at = 0; at + frameHeaderBytes <= bytes.length; at += frameHeaderBytes + bytes.readUIntBE(at, 3)) {
        if (bytes[at + 3] === FrameType.goAway) return resolve(bytes.readUInt32BE(at + frameHeaderBytes + 4));
      }
      resolve(undefined);
    });
    socket.write(Buffer.concat(parts));
  });
}

const settings = frame(FrameType.settings, 0, 0, Buffer.alloc(0));
const request = encodeHeaders([[':method', 'POST'], [':path', '/test.Echo/Say'], ['content-type', 'application/grpc'], ['te', 'trailers']]);
const open = (id: number): Buffer => frame(FrameType.headers, 4, id, request);

test.each<[string, number, Buffer[]]>([
  ['a preface of another protocol', H2Code.protocol, [Buffer.from('PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n')]],
  ['a frame longer than allowed', H2Code.frameSize, [preface, settings, Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1])]],
  ['headers on an even stream', H2Code.protocol, [preface, settings, open(2)]],
  ['headers on an older stream', H2Code.streamClosed, [preface, settings, open(5), frame(FrameType.reset, 0, 5, Buffer.alloc(4)), open(3)]],
  ['data on a stream that was never opened', H2Code.protocol, [preface, settings, frame(FrameType.data, 0, 7, Buffer.from('x'))]],
  ['more padding than frame', H2Code.protocol, [preface, settings, open(1), frame(FrameType.data, 8, 1, Buffer.from([200, 1]))]],
  ['a header block that is broken off', H2Code.protocol, [preface, settings, frame(FrameType.headers, 0, 1, request), open(3)]],
  ['headers that cannot be decoded', H2Code.compression, [preface, settings, frame(FrameType.headers, 4, 1, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]))]],
  ['a header block without an end', H2Code.enhanceYourCalm, [preface, settings, frame(FrameType.headers, 0, 1, request), ...Array.from({ length: 40 }, () => frame(FrameType.continuation, 0, 1, Buffer.alloc(16_384)))]],
  ['a flood of pings', H2Code.enhanceYourCalm, [preface, settings, ...Array.from({ length: 10_100 }, () => frame(FrameType.ping, 0, 0, Buffer.alloc(8)))]],
  ['a flood of empty data', H2Code.enhanceYourCalm, [preface, settings, open(1), ...Array.from({ length: 10_100 }, () => frame(FrameType.data, 0, 1, Buffer.alloc(0)))]],
  ['a window update of nothing', H2Code.protocol, [preface, settings, frame(FrameType.windowUpdate, 0, 0, Buffer.alloc(4))]],
  ['a window beyond all bounds', H2Code.flowControl, [preface, settings, frame(FrameType.windowUpdate, 0, 0, Buffer.from([0x7f, 0xff, 0xff, 0xff]))]],
  ['a push', H2Code.protocol, [preface, settings, frame(FrameType.push, 4, 1, Buffer.alloc(8))]],
])('%s ends the connection', async (_what, code, parts) => {
  expect(await punished(...parts)).toBe(code);
});

test('any authority is taken: etcd’s clients send URLs', async () => {
  const socket = connect(port, '127.0.0.1');
  const headers = encodeHeaders([[':method', 'POST'], [':path', '/test.Echo/Say'], [':authority', 'http://127.0.0.1:2379'], ['content-type', 'application/grpc']]);
  socket.write(Buffer.concat([preface, settings, frame(FrameType.headers, 4, 1, headers), frame(FrameType.data, 1, 1, prefixed(Buffer.from('x')))]));
  const status = await new Promise<string | undefined>((resolve) => {
    let bytes = Buffer.alloc(0);
    const decoder = new HpackDecoder(10_000);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let at = 0; at + frameHeaderBytes <= bytes.length; ) {
        const end = at + frameHeaderBytes + bytes.readUIntBE(at, 3);
        if (end > bytes.length) return;
        if (bytes[at + 3] === FrameType.headers) {
          resolve(decoder.decode(bytes.subarray(at + frameHeaderBytes, end)).find(([name]) => name === ':status')?.[1]);
          return;
        }
        at = end;
      }
    });
  });
  expect(status).toBe('200');
  socket.destroy();
});

test('more streams than allowed are refused, one by one', async () => {
  const client = session();
  await new Promise((resolve) => client.once('remoteSettings', resolve));
  expect(client.remoteSettings.maxConcurrentStreams).toBe(100);
  client.close();
  const socket = connect(port, '127.0.0.1');
  const wait = encodeHeaders([[':method', 'POST'], [':path', '/test.Echo/Talk'], ['content-type', 'application/grpc']]);
  opened = () => {};
  socket.write(Buffer.concat([preface, settings, ...Array.from({ length: 101 }, (_, i) => frame(FrameType.headers, 4, 2 * i + 1, wait))]));
  const refused = await new Promise<number>((resolve) => {
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      for (let at = 0; at + frameHeaderBytes <= bytes.length; at += frameHeaderBytes + bytes.readUIntBE(at, 3)) {
        if (bytes[at + 3] === FrameType.reset) resolve(bytes.readUInt32BE(at + 5));
      }
    });
  });
  expect(refused).toBe(201);
  socket.destroy();
});
