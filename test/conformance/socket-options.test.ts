import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Program, freePorts, tempFolder, type TempFolder } from '../support/process.ts';
import { quorateArgs, type Kind } from '../support/target.ts';
import { etcdMinor, etcdPath, missing } from '../support/tools.ts';

const programs: Program[] = [];
const folders: TempFolder[] = [];
const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.end('SIGKILL')));
  for (const folder of folders.splice(0)) folder.remove();
  for (const server of servers.splice(0)) server.close();
});

/** Listens as another program does that shares its port. */
async function share(port: number): Promise<void> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen({ host: '127.0.0.1', port, reusePort: true }, done);
  });
}

const hasFlag = (kind: Kind): boolean => kind === 'quorate' || etcdMinor() >= 5;

describe.skipIf(missing(etcdPath) !== undefined || process.platform !== 'linux').each<Kind>(['etcd', 'quorate'])('Ports that others listen on [%s]', (kind) => {
  async function start(ports: readonly number[], ...flags: string[]): Promise<Program> {
    const [client, peer, metrics] = ports.map((port) => `http://127.0.0.1:${port}`);
    const folder = tempFolder('sockets');
    folders.push(folder);
    const args = [
      '--data-dir', join(folder.path, 'data'), `--listen-client-urls=${client}`, `--advertise-client-urls=${client}`, `--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`, `--listen-metrics-urls=${metrics}`, ...flags,
    ];
    const program = kind === 'etcd' ? new Program('etcd', etcdPath, args) : new Program('quorate member', process.execPath, [...quorateArgs, 'member', ...args]);
    programs.push(program);
    return program;
  }

  test.skipIf(!hasFlag(kind))('are shared with --socket-reuse-port: those of clients, of members and of metrics', async () => {
    const ports = await freePorts(3);
    for (const port of ports) await share(port);
    const program = await start(ports, '--socket-reuse-port', '--socket-reuse-address');
    await program.saying(/ready to serve client requests/);
  });

  test.each([0, 1, 2])('are not without it (%i)', async (taken) => {
    const ports = await freePorts(3);
    await share(ports[taken]!);
    const program = await start(ports);
    expect((await program.exited).code).toBe(1);
    expect(program.output).toMatch(new RegExp(`127\\.0\\.0\\.1:${ports[taken]}`));
  });
});
