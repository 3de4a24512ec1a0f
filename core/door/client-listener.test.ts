import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tempFolder, type TempFolder } from '../../test/support/process.ts';
import { ClientListener, type Place } from './client-listener.ts';
import type { RpcServer } from './rpc-server.ts';

let folder: TempFolder;
const open: { dispose(): unknown }[] = [];
beforeEach(() => {
  folder = tempFolder('listener');
});
afterEach(async () => {
  for (const item of open.splice(0).reverse()) await item.dispose();
  folder.remove();
});

/** Answers what it was given: enough to see who got a connection, and that no byte is lost. */
class EchoRpc implements RpcServer {
  take(socket: Socket): void {
    socket.on('data', (bytes: Buffer) => socket.write(`rpc:${bytes.toString('latin1')}`));
  }

  dispose(): void {}
}

let sockets = 0;

async function listen(place: Partial<Place> = {}, opened = true): Promise<{ path: string; listener: ClientListener }> {
  const path = join(folder.path, `${sockets++}.sock`);
  const http: Place['http'] = (request, response) => response.end(`http:${request.method} ${request.url}`);
  const listener = await ClientListener.listen([{ url: `unix://${path}`, flag: 'listen-client-urls', rpc: true, http, ...place }]);
  open.push(listener);
  if (opened) listener.open(new EchoRpc());
  return { path, listener };
}

function client(path: string): { socket: Socket; text: () => string; closed: Promise<unknown> } {
  const socket = connect(path);
  let text = '';
  socket.setNoDelay(true);
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  socket.on('error', () => {});
  open.push({ dispose: () => socket.destroy() });
  return { socket, text: () => text, closed: once(socket, 'close') };
}

async function until(look: () => boolean): Promise<void> {
  await expect.poll(look, { interval: 2 }).toBe(true);
}

/** One byte at a time, each in a packet of its own. */
async function drip(socket: Socket, text: string): Promise<void> {
  for (const byte of text) {
    await new Promise<void>((sent) => socket.write(byte, 'latin1', () => setImmediate(sent)));
  }
}

test.each(['GET /a HTTP/1.1\r\nhost: x\r\n\r\n', 'POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n', 'PUT /a HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n'])(
  'HTTP/1 is told apart though it comes byte by byte: %j', async (request) => {
    const { path } = await listen();
    const { socket, text } = client(path);
    await drip(socket, request);
    await until(() => text().includes(`http:${request.split(' ')[0]} /a`));
  },
);

test('HTTP/2 is told apart, and gets every byte', async () => {
  const { path } = await listen();
  const { socket, text } = client(path);
  const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
  await drip(socket, preface);
  await until(() => text().replaceAll('rpc:', '') === preface);
});

test('before it is opened connections wait, and lose nothing', async () => {
  const { path, listener } = await listen({}, false);
  const { socket, text } = client(path);
  await new Promise<void>((sent) => socket.write('GET /early HTTP/1.1\r\nhost: x\r\n\r\n', () => sent()));
  expect(text()).toBe('');
  listener.open(new EchoRpc());
  await until(() => text().includes('http:GET /early'));
});

test('before it is opened whoever leaves is let go, and others stay', async () => {
  const { path, listener } = await listen({}, false);
  const [stays, leaves, silent] = [client(path), client(path), client(path)];
  stays.socket.write('GET /early HTTP/1.1\r\nhost: x\r\n\r\n');
  leaves.socket.end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  silent.socket.end();
  await Promise.all([leaves.closed, silent.closed]);
  listener.open(new EchoRpc());
  await until(() => stays.text().includes('http:GET /early'));
  expect(leaves.text()).toBe('');
});

test('a place that serves at once does not wait', async () => {
  const { path } = await listen({ atOnce: true, rpc: false }, false);
  const { socket, text } = client(path);
  socket.write('GET /now HTTP/1.1\r\nhost: x\r\n\r\n');
  await until(() => text().includes('http:GET /now'));
});

test('a place for gRPC alone closes on HTTP/1, one for HTTP alone on HTTP/2', async () => {
  const grpc = await listen({ http: undefined });
  const plain = client(grpc.path);
  plain.socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await plain.closed;
  expect(plain.text()).toBe('');
  const http = await listen({ rpc: false });
  const rpc = client(http.path);
  rpc.socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  await rpc.closed;
  expect(rpc.text()).toBe('');
});

test('who leaves before it has said anything is let go', async () => {
  const { path } = await listen();
  const { socket, closed } = client(path);
  socket.end('P');
  await closed;
});

test('a socket file that was left behind is replaced; another file is not', async () => {
  const path = join(folder.path, 'left.sock');
  const first = createServer();
  await new Promise<void>((done) => first.listen(path, done));
  const second = await ClientListener.listen([{ url: `unix://${path}`, flag: 'listen-client-urls', rpc: false, http: (_request, response) => void response.end('new'), atOnce: true }]);
  open.push(second, { dispose: () => first.close() });
  const { socket, text } = client(path);
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await until(() => text().includes('new'));
  const file = join(folder.path, 'precious');
  writeFileSync(file, 'data');
  await expect(ClientListener.listen([{ url: `unix://${file}`, flag: 'listen-client-urls', rpc: false, http: undefined }])).rejects.toThrow(/cannot listen on .*precious \(--listen-client-urls\): .*EADDRINUSE/);
});
