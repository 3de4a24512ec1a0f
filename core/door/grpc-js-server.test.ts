import { Client, credentials, type ClientDuplexStream } from '@grpc/grpc-js';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { ServerStream } from '../api/stream.ts';
import { nodeClock } from '../node/node-clock.ts';
import { GrpcJsServer } from './grpc-js-server.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server with one streaming method, and a call to it. */
async function setUp(open: (stream: ServerStream<Uint8Array, Uint8Array>) => void): Promise<ClientDuplexStream<Buffer, Buffer>> {
  const server = new GrpcJsServer([{ kind: 'stream', path: '/test/Stream', open }], { clock: nodeClock, log: { log: () => {} }, maxReceiveBytes: 1 << 22, maxConcurrentStreams: 100, keepaliveIntervalMs: 0, keepaliveTimeoutMs: 20_000 });
  const listener = createServer((socket) => server.take(socket));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const client = new Client(`127.0.0.1:${(listener.address() as { port: number }).port}`, credentials.createInsecure());
  closing.push(() => {
    client.close();
    server.dispose();
    listener.close();
  });
  const call = client.makeBidiStreamRequest<Buffer, Buffer>('/test/Stream', (bytes) => bytes, (bytes) => bytes);
  call.on('error', () => {});
  return call;
}

test('a stream whose client does not read is full after a bounded number of bytes, and drains when it reads', async () => {
  const message = new Uint8Array(64 * 1024);
  let sent = 0;
  let full: () => void = () => {};
  const isFull = new Promise<void>((resolve) => (full = resolve));
  const total = 200;
  const call = await setUp((stream) => {
    const pour = (): void => {
      while (sent < total) {
        sent++;
        if (!stream.send(message)) return full();
      }
      stream.end();
    };
    stream.onDrain(pour);
    pour();
  });
  await isFull;
  expect(sent * message.length).toBeLessThan(1 << 20);
  let received = 0;
  call.on('data', (data: Buffer) => (received += data.length));
  await new Promise((resolve) => call.on('end', resolve));
  expect(received).toBe(total * message.length);
});

test('a held stream takes no messages until it is let go', async () => {
  const taken: number[] = [];
  let stream: ServerStream<Uint8Array, Uint8Array> | undefined;
  let more: () => void = () => {};
  const call = await setUp((opened) => {
    stream = opened;
    stream.onMessage((message) => {
      taken.push(message[0]!);
      if (message[0] === 1) stream!.hold!(true);
      stream!.send(message);
      more();
    });
  });
  const answers: number[] = [];
  call.on('data', (data: Buffer) => answers.push(data[0]!));
  for (let i = 1; i <= 50; i++) call.write(Buffer.from([i]));
  await new Promise<void>((resolve) => call.once('data', () => resolve()));
  // What came in the same read may be taken yet.
  expect(taken.length).toBeLessThan(50);
  const all = new Promise<void>((resolve) => (more = () => taken.length === 50 && resolve()));
  stream!.hold!(false);
  await all;
  expect(taken).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
});
