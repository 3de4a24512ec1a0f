import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Method } from '../api/services.ts';
import type { ServerStream } from '../api/stream.ts';
import { nodeClock } from '../node/node-clock.ts';
import { silentLog } from '../ports/log.ts';
import { LeaseKeepAliveResponse, LeaseService } from '../proto/gen/rpc.ts';
import { ElectionService } from '../proto/gen/election.ts';
import { LockService } from '../proto/gen/lock.ts';
import { Gateway } from './gateway.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

/** A connection to a gateway of these methods. */
async function connected(...methods: Method[]): Promise<Socket> {
  const gateway = new Gateway(methods, { clock: nodeClock, log: silentLog, maxReceiveBytes: 1 << 20 });
  const server = createServer((request, response) => gateway.serve(request, response, request.url!));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  open.push(() => server.close(), () => socket.destroy());
  socket.on('error', () => {});
  return socket;
}

const soon = { interval: 2 };
const head = (path: string, bytes: number): string => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes}\r\n\r\n`;

test.each([0, 1_000_000])('a call ends when its client leaves, though %i bytes of its request are not a part of it', async (more) => {
  let begun = false;
  let left = false;
  const socket = await connected({
    kind: 'unary', path: LockService.lock.path,
    call: (_bytes, _metadata, { signal }) => new Promise((_resolve, reject) => {
      begun = true;
      signal!.addEventListener('abort', () => {
        left = true;
        reject(new Error('left'));
      });
    }),
  });
  socket.write(head('/v3/lock/lock', 2 + more * 2));
  socket.write(`{}${' '.repeat(more)}`);
  await expect.poll(() => begun, soon).toBe(true);
  socket.destroy();
  await expect.poll(() => left, soon).toBe(true);
});

test('a client that does not take its answers, or is asked to wait, is not heard meanwhile', async () => {
  let stream: ServerStream<Uint8Array, Uint8Array> | undefined;
  let heard = 0;
  let full = false;
  let answering = true;
  const answer = LeaseKeepAliveResponse.encode({ id: 7n, ttl: 1 });
  const socket = await connected({
    kind: 'stream', path: LeaseService.leaseKeepAlive.path, requestStream: true,
    open(opened) {
      stream = opened;
      opened.onMessage(() => {
        heard++;
        if (answering && !opened.send(answer)) full = true;
      });
    },
  });
  const deaf = async (): Promise<void> => {
    const before = heard;
    for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toBe(before);
  };
  const asked = 400_000;
  socket.pause();
  socket.write(head('/v3/lease/keepalive', 1 << 30));
  // Its answers are some 40 MB.
  socket.write('{"ID":7}\n'.repeat(asked));
  await expect.poll(() => full, soon).toBe(true);
  await deaf();
  answering = false;
  stream!.pause();
  socket.resume();
  await deaf();
  stream!.resume();
  await expect.poll(() => heard, { interval: 2, timeout: 60_000 }).toBe(asked);
});

test('a stream that ends because of what its client sends has left, for its service', async () => {
  let signal: AbortSignal | undefined;
  const socket = await connected({
    kind: 'stream', path: ElectionService.observe.path, requestStream: false,
    open: (_stream, _metadata, context) => {
      signal = context.signal;
    },
  });
  socket.resume();
  socket.write(head('/v3/election/observe', 6));
  socket.write('{}{]{]');
  await expect.poll(() => signal?.aborted, soon).toBe(true);
});
