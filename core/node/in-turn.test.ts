import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { inTurn } from './in-turn.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

interface Served {
  socket: Socket;
  text: () => string;
  /** Paths whose handler has been called. */
  begun: string[];
  /** Paths whose answer was said to be over. */
  over: string[];
  /** Answers that wait for the test. */
  held: Map<string, ServerResponse>;
  connections: () => Promise<number>;
}

/** Answers with path and body; what is under /hold waits. */
async function serving(): Promise<Served> {
  const begun: string[] = [];
  const over: string[] = [];
  const held = new Map<string, ServerResponse>();
  const server = createServer(inTurn(async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url!;
    begun.push(path);
    response.on('close', () => over.push(path));
    if (path.startsWith('/hold')) return void held.set(path, response);
    let body = '';
    for await (const chunk of request) body += String(chunk);
    response.end(`<${path} ${body}>`);
  }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  open.push(() => server.close(), () => socket.destroy());
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
  });
  socket.on('error', () => {});
  return { socket, text: () => text, begun, over, held, connections: () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count))) };
}

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const post = (path: string, body: string, length = body.length): string => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\n\r\n${body}`;
const soon = { interval: 2 };

test('what comes in one packet is begun one after another, and loses nothing', async () => {
  const { socket, text, begun, held } = await serving();
  socket.write(get('/hold') + post('/a', 'first') + post('/b', '') + get('/c'));
  await expect.poll(() => begun, soon).toEqual(['/hold']);
  held.get('/hold')!.end('<held>');
  await expect.poll(() => [...text().matchAll(/<.*?>/g)].map(([answer]) => answer), soon).toEqual(['<held>', '</a first>', '</b >', '</c >']);
  socket.write(post('/d', 'later'));
  await expect.poll(text, soon).toContain('</d later>');
});

test('a connection that ends takes those with it that wait', async () => {
  const { socket, begun, over, connections } = await serving();
  socket.write(get('/hold') + get('/hold/more') + post('/a', 'x'));
  await expect.poll(() => begun, soon).toEqual(['/hold']);
  socket.destroy();
  await expect.poll(() => over, soon).toEqual(['/hold']);
  expect(await connections()).toBe(0);
  expect(begun).toEqual(['/hold']);
});

test('the end of a connection is seen, though a request that waits fills what is read', async () => {
  const { socket, begun, over } = await serving();
  socket.write(get('/hold') + post('/large', 'x'.repeat(1 << 20)));
  await expect.poll(() => over, soon).toEqual(['/hold']);
  expect(begun).toEqual(['/hold']);
});

test('a thousand may wait, and no more', async () => {
  const few = await serving();
  few.socket.write(get('/hold') + get('/a').repeat(1_000));
  await expect.poll(() => few.begun, soon).toEqual(['/hold']);
  few.held.get('/hold')!.end();
  await expect.poll(() => few.begun.length, soon).toBe(1_001);
  const many = await serving();
  many.socket.write(get('/hold') + get('/a').repeat(1_001));
  await expect.poll(() => many.over, soon).toEqual(['/hold']);
});
