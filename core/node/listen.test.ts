import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { checkSocketOptions, listenOn } from './listen.ts';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
});

async function listen(port: number, reusePort?: boolean): Promise<number> {
  const server = createServer();
  await listenOn(server, `http://127.0.0.1:${port}`, 'listen-client-urls', reusePort);
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

test.skipIf(process.platform !== 'linux')('a port is shared by those who all say so', async () => {
  const port = await listen(0, true);
  expect(await listen(port, true)).toBe(port);
  await expect(listen(port)).rejects.toMatchObject({ code: 'EADDRINUSE', message: expect.stringContaining('(--listen-client-urls)') as string });
});

test('a port that its owner does not share cannot be had', async () => {
  const port = await listen(0);
  await expect(listen(port, true)).rejects.toThrow(/EADDRINUSE|ENOTSUP/);
});

test.each([
  [{ reusePort: true, reuseAddress: true }, 'linux', '24.21.0', undefined],
  [{ reusePort: true, reuseAddress: false }, 'linux', '22.12.0', undefined],
  [{ reusePort: false, reuseAddress: false }, 'win32', '20.1.0', undefined],
  [{ reusePort: false, reuseAddress: true }, 'linux', '20.1.0', undefined],
  [{ reusePort: true, reuseAddress: false }, 'win32', '24.21.0', 'port reuse is not supported on Windows'],
  [{ reusePort: false, reuseAddress: true }, 'win32', '24.21.0', 'address reuse is not supported on Windows'],
  [{ reusePort: true, reuseAddress: false }, 'linux', '23.0.1', 'port reuse (--socket-reuse-port) needs Node 22.12, 23.1 or later; this is 23.0.1'],
  [{ reusePort: true, reuseAddress: false }, 'linux', '20.20.2', 'port reuse (--socket-reuse-port) needs Node 22.12, 23.1 or later; this is 20.20.2'],
])('%j on %s with Node %s', (options, platform, version, refusal) => {
  const check = (): void => checkSocketOptions(options, platform, version);
  if (refusal === undefined) expect(check).not.toThrow();
  else expect(check).toThrow(refusal);
});
