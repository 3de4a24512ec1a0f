import { once } from 'node:events';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { abandonedConnections, openFiles } from '../../test/support/open-files.ts';
import { tempFolder, type TempFolder } from '../../test/support/process.ts';
import type { DeskApi } from '../contract/desk-api.ts';
import { serveWeb, type WebServer } from './web-server.ts';

let folder: TempFolder;
let server: WebServer;
let cookie: string;
const sockets: Socket[] = [];

beforeEach(async () => {
  folder = tempFolder('web');
  const pageDir = join(folder.path, 'page');
  mkdirSync(pageDir);
  writeFileSync(join(pageDir, 'index.html'), 'the page');
  const large = join(folder.path, 'large');
  writeFileSync(large, '');
  truncateSync(large, 64 << 20);
  const desk = { downloadPath: (id: string) => (id === 'large' ? large : id === 'broken' ? `${large}/beneath` : undefined) };
  server = await serveWeb({ desk: desk as unknown as DeskApi & typeof desk, pageDir, port: 0 });
  const url = new URL(server.address);
  cookie = `quorate-${url.port}=${url.searchParams.get('token')}`;
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
  folder.remove();
});

const host = (): string => new URL(server.address).host;

/** A connection that has sent this. */
function sent(text: string, allowHalfOpen = false): { socket: Socket; text: () => string; closed: Promise<unknown> } {
  const socket = connect({ port: Number(new URL(server.address).port), host: '127.0.0.1', allowHalfOpen });
  sockets.push(socket);
  let got = '';
  socket.on('data', (bytes: Buffer) => {
    got += bytes.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(text);
  return { socket, text: () => got, closed };
}

const soon = { interval: 2 };
const upgrade = (path: string, headers = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${host()}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`;

test('the page comes with the cookie, and not without', async () => {
  const page = sent(`GET / HTTP/1.1\r\nHost: ${host()}\r\nCookie: ${cookie}\r\n\r\n`);
  await expect.poll(page.text, soon).toContain('the page');
  const stranger = sent(`GET / HTTP/1.1\r\nHost: ${host()}\r\n\r\n`);
  await expect.poll(stranger.text, soon).toContain('403 Forbidden');
});

test.each(['//', '////', '//x:y', 'http://[::bad/'])('a request for %s does not end the desk', async (path) => {
  // Any site's page can have a browser send it, and it comes without a cookie.
  const strange = sent(`GET ${path} HTTP/1.1\r\nHost: ${host()}\r\n\r\n`);
  await expect.poll(strange.text, soon).toContain('400 Bad Request');
});

test('a download that cannot be looked at is told as missing', async () => {
  const broken = sent(`GET /download/broken HTTP/1.1\r\nHost: ${host()}\r\nCookie: ${cookie}\r\n\r\n`);
  await expect.poll(broken.text, soon).toMatch(/^HTTP\/1.1 (404|500)/);
});

test('a request with a body costs its connection, read or not', async () => {
  for (const body of ['Content-Length: 1000000000', 'Transfer-Encoding: chunked']) {
    const { closed, text } = sent(`POST / HTTP/1.1\r\nHost: ${host()}\r\n${body}\r\n\r\n`);
    await closed;
    expect(text()).toContain('403');
  }
});

test('an upgrade that is refused is over, though the other side stays', async () => {
  const { socket, text, closed } = sent(upgrade('/desk', 'Origin: http://elsewhere\r\n'), true);
  await expect.poll(text, soon).toContain('403 Forbidden');
  // Nobody is there to take it.
  const talk = setInterval(() => socket.write('x'), 2);
  await closed;
  clearInterval(talk);
});

test.runIf(process.platform === 'linux')('whoever leaves in the middle of an upgrade leaves nothing behind', async () => {
  for (const headers of ['', `Origin: http://${host()}\r\nCookie: ${cookie}\r\n`]) {
    for (let i = 0; i < 50; i++) {
      const { socket } = sent(upgrade('/desk', headers));
      await once(socket, 'connect');
      if (i % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      socket.resetAndDestroy();
    }
  }
  await expect.poll(() => abandonedConnections(process.pid), soon).toEqual([]);
});

test.runIf(process.platform === 'linux')('a download that is broken off leaves no open file', async () => {
  const large = (): string[] => openFiles(process.pid).filter((path) => path.startsWith(folder.path));
  const { socket, text } = sent(`GET /download/large HTTP/1.1\r\nHost: ${host()}\r\nCookie: ${cookie}\r\n\r\n`);
  await expect.poll(() => text().length > 0, soon).toBe(true);
  socket.pause();
  expect(large()).toHaveLength(1);
  socket.destroy();
  await expect.poll(large, soon).toEqual([]);
});
