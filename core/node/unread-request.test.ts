import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { SimClock, Timeline } from '../../test/sim/sim-clock.ts';
import { letGoOfUnread } from './unread-request.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

/** A server that answers when it has read as many bytes as a request's path says, and a connection to it. */
async function answering(timeline: Timeline): Promise<{ socket: Socket; text: () => string; connections: () => Promise<number> }> {
  const server = createServer(async (request, response) => {
    letGoOfUnread(request, response, new SimClock(timeline, 1));
    await read(request, Number(request.url!.slice(1)));
    response.end(`answer to ${request.url}`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  open.push(() => server.close(), () => socket.destroy());
  socket.setNoDelay(true);
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  socket.on('error', () => {});
  return { socket, text: () => text, connections: () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))) };
}

async function read(request: IncomingMessage, enough: number): Promise<void> {
  let bytes = 0;
  if (enough === 0) return;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += (chunk as Uint8Array).length;
    if (bytes >= enough) return;
  }
}

const post = (path: string, length: number, body: string): string => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${body}`;
const until = (look: () => boolean): Promise<void> => expect.poll(look, { interval: 2, timeout: 10_000 }).toBe(true);

test.each(['/5', '/0'])('the connection of a request that is answered before it has come whole is kept when the rest comes: %s', async (path) => {
  const timeline = new Timeline();
  const { socket, text } = await answering(timeline);
  socket.write(post(path, 10, '12345'));
  await until(() => text().includes(`answer to ${path}`));
  while (timeline.step(999));
  socket.write(`67890${post('/3', 3, 'abc')}`);
  await until(() => text().includes('answer to /3'));
  while (timeline.step(5_000));
  socket.write(post('/1', 1, 'a'));
  await until(() => text().includes('answer to /1'));
});

test.each([['that never comes', ''], ['that is long', 'x'.repeat(8 << 20)]])('a rest %s costs the connection, after the time that its sender has to read the answer', async (_what, rest) => {
  const timeline = new Timeline();
  const { socket, text, connections } = await answering(timeline);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(post('/5', 1 << 30, '12345'));
  await until(() => text().includes('answer to /5'));
  socket.write(rest);
  while (timeline.step(999));
  expect(await connections()).toBe(1);
  expect(socket.destroyed).toBe(false);
  while (timeline.step(1_001));
  await closed;
});

test('a sender that has gone is let go of, though it left more than was read', async () => {
  const timeline = new Timeline();
  const { socket, text, connections } = await answering(timeline);
  socket.write(post('/5', 1 << 30, '12345'));
  socket.write('x'.repeat(8 << 20));
  await until(() => text().includes('answer to /5'));
  socket.destroy();
  while (timeline.step(1_001));
  await expect.poll(connections, { interval: 2, timeout: 10_000 }).toBe(0);
});
