import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reasonOf, testEndpoints } from './reach.ts';

let closing: Server;
let silent: Server;
const portOf = (server: Server): number => (server.address() as { port: number }).port;
const listen = (server: Server): Promise<Server> => new Promise((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, () => resolve(server)));

beforeAll(async () => {
  closing = await listen(createServer((socket) => socket.destroy()));
  silent = await listen(createServer((socket) => void socket.on('error', () => {})));
});
afterAll(() => {
  closing.close();
  silent.close();
});

test('why an endpoint does not answer, by what real sockets do', async () => {
  const gone = await listen(createServer());
  const free = portOf(gone);
  await new Promise<void>((resolve) => gone.close(() => resolve()));
  const endpoints = [`127.0.0.1:${free}`, 'no-such-host.invalid:2379', `http://127.0.0.1:${portOf(closing)}`, `127.0.0.1:${portOf(silent)}`];
  const tests = await testEndpoints(endpoints);
  expect(tests.map((item) => [item.endpoint, item.ok ? 'answers' : item.reason])).toEqual([
    [endpoints[0], 'refused'], [endpoints[1], 'unknownHost'], [`127.0.0.1:${portOf(closing)}`, 'closed'], [endpoints[3], 'timeout'],
  ]);
});

test('a text that is not known is kept as it is', () => {
  expect(reasonOf('etcdserver: permission denied')).toBe('other');
});
