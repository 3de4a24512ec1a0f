import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Program, eventually, freePorts, tempFolder, type TempFolder } from '../support/process.ts';
import { quorateArgs } from '../support/target.ts';
import { etcdctl, etcdctlPath, missing } from '../support/tools.ts';

const programs: Program[] = [];
const folders: TempFolder[] = [];
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.end('SIGKILL')));
  for (const folder of folders.splice(0)) folder.remove();
});

function folder(): string {
  const made = tempFolder('command');
  folders.push(made);
  return made.path;
}

function member(args: readonly string[], env: NodeJS.ProcessEnv = {}): Program {
  const program = new Program('quorate member', process.execPath, [...quorateArgs, 'member', ...args], env);
  programs.push(program);
  return program;
}

const ready = /"msg":"ready to serve client requests"/;
const lines = (text: string): Record<string, unknown>[] => text.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);

async function basics(): Promise<{ client: string; args: string[]; path: string }> {
  const [clientPort, peerPort] = await freePorts(2);
  const client = `http://127.0.0.1:${clientPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  const path = folder();
  const args = ['--data-dir', join(path, 'data'), `--advertise-client-urls=${client}`, `--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`];
  return { client, args, path };
}

describe.skipIf(missing(etcdctlPath) !== undefined)('quorate member, started as etcd is', () => {
  test('several addresses, a socket file, HTTP and metrics apart', async () => {
    const { client, args, path } = await basics();
    const [second, httpPort, metricsPort] = await freePorts(3);
    const socket = join(path, 'client.sock');
    const program = member([
      ...args, `--listen-client-urls=${client},http://127.0.0.1:${second},unix://${socket}`, `--listen-client-http-urls=http://127.0.0.1:${httpPort}`,
      `--listen-metrics-urls=http://127.0.0.1:${metricsPort}`, `--wal-dir=${join(path, 'wal')}`,
    ]);
    await program.saying(ready);
    expect((await etcdctl([client], ['put', 'a', '1'])).stdout).toBe('OK\n');
    expect((await etcdctl([`http://127.0.0.1:${second}`], ['get', 'a', '--print-value-only'])).stdout).toBe('1\n');
    // etcdctl 3.4 names the path as its authority, which Node's HTTP/2 does not take; a settings frame is answered.
    const greeted = connect(socket);
    greeted.write(Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])]));
    const [answer] = (await once(greeted, 'data')) as [Buffer];
    greeted.destroy();
    expect(answer[3]).toBe(4);
    expect((await fetch(`http://127.0.0.1:${httpPort}/version`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${metricsPort}/health`)).status).toBe(200);
    await expect(fetch(`${client}/version`)).rejects.toThrow();
    expect((await etcdctl([`http://127.0.0.1:${httpPort}`], ['get', 'a', '--dial-timeout=1s', '--command-timeout=1s'])).code).not.toBe(0);
    expect(readFileSync(join(path, 'wal/0000000000000000-0000000000000000.wal')).length).toBeGreaterThan(0);
    program.child.kill('SIGTERM');
    expect((await program.exited).code).toBe(0);
  });

  test('the log: zap’s fields, files, levels and formats', async () => {
    const { client, args, path } = await basics();
    const file = join(path, 'member.log');
    const program = member([...args, `--listen-client-urls=${client}`, `--log-outputs=stdout,${file}`, '--log-level=debug']);
    await program.saying(ready);
    await program.end('SIGTERM');
    const written = lines(readFileSync(file, 'utf8'));
    expect(written.filter(({ msg }) => msg === 'ready to serve client requests')).toHaveLength(1);
    for (const line of written) expect(Object.keys(line).slice(0, 3)).toEqual(['level', 'ts', 'msg']);
    expect(lines(program.output)).toEqual(written);
    const quiet = member([...args, `--listen-client-urls=${client}`, '--log-level=error', '--log-format=console']);
    await quiet.saying(/\tinfo\tready to serve client requests\t\{/);
    await quiet.end('SIGTERM');
    expect(quiet.output.trim().split('\n')).toHaveLength(1);
  });

  test('a member outlives the reader of its log', async () => {
    const { client, args } = await basics();
    const program = member([...args, `--listen-client-urls=${client}`, '--host-whitelist=nobody.example']);
    await program.saying(ready);
    program.child.stderr!.destroy();
    // Each is warned of.
    for (let i = 0; i < 5; i++) expect((await fetch(`${client}/version`)).status).toBe(421);
    expect(program.running).toBe(true);
    await program.end('SIGTERM');
    expect((await program.exited).code).toBe(0);
  });

  test('systemd is told when the member serves', async () => {
    const { client, args, path } = await basics();
    // In the place of systemd's own tool: Node cannot be at the other end of its socket.
    const tool = join(path, 'systemd-notify');
    writeFileSync(tool, `#!/bin/sh\necho "$NOTIFY_SOCKET $*" > ${join(path, 'told')}\n`, { mode: 0o755 });
    const program = member([...args, `--listen-client-urls=${client}`], { NOTIFY_SOCKET: '@there', PATH: `${path}:${process.env['PATH']}` });
    await program.saying(ready);
    await eventually('it is told', async () => expect(readFileSync(join(path, 'told'), 'utf8')).toBe(`@there --ready --pid=${program.child.pid}\n`));
    await program.end('SIGTERM');
    const alone = member([...args, `--listen-client-urls=${client}`], { NOTIFY_SOCKET: '@there', PATH: '/nowhere' });
    await alone.saying(/systemd could not be told/);
  });

  test('a signal ends a member that has not come to serve, and what it did is told', async () => {
    const { args, client } = await basics();
    const [absent] = await freePorts(1);
    const peer = args.find((arg) => arg.startsWith('--listen-peer-urls='))!.split('=')[1];
    const lonely = member([...args, `--listen-client-urls=${client}`, `--initial-cluster=default=${peer},other=http://127.0.0.1:${absent}`]);
    await lonely.saying(/became pre-candidate/);
    await lonely.end('SIGINT');
    expect((await lonely.exited).code).toBe(0);
    const told = lines(lonely.output);
    expect(told[0]).toMatchObject({ msg: 'starting a member', name: 'default', pid: lonely.child.pid });
    expect(told.slice(-2)).toMatchObject([{ msg: 'received signal; shutting down', signal: 'SIGINT' }, { msg: 'the member has stopped' }].slice(-2));
  });

  test('a configuration file, and variables', async () => {
    const { client, args, path } = await basics();
    const file = join(path, 'etcd.yml');
    const settings = args.join(' ').replace('--data-dir ', '--data-dir=').split(' ').map((arg) => arg.slice(2).replace('=', ': '));
    writeFileSync(file, [...settings, `listen-client-urls: ${client}`, 'name: from-file', 'heartbeat-interval: 50', 'grpc-keepalive-interval: 7200000000000'].join('\n'));
    const byFile = member(['--config-file', file, '--name=ignored']);
    await byFile.saying(ready);
    expect((await etcdctl([client], ['member', 'list'])).stdout).toContain(', from-file, ');
    await byFile.end('SIGTERM');
    const env = Object.fromEntries([...args.join(' ').replace('--data-dir ', '--data-dir=').split(' '), `--listen-client-urls=${client}`, '--name=from-env'].map((arg) => {
      const [name = '', ...value] = arg.slice(2).split('=');
      return [`ETCD_${name.toUpperCase().replaceAll('-', '_')}`, value.join('=')];
    }));
    const byEnv = member([], { ...env, ETCD_DATA_DIR: join(path, 'other'), ETCD_UNKNOWN: 'x' });
    await byEnv.saying(ready);
    expect((await etcdctl([client], ['member', 'list'])).stdout).toContain(', from-env, ');
    expect(lines(byEnv.output).filter(({ msg }) => msg === 'unrecognized environment variable')).toEqual([expect.objectContaining({ 'environment-variable': 'ETCD_UNKNOWN' })]);
  });

  test('who may ask over HTTP: host names, origins, the gateway', async () => {
    const { client, args } = await basics();
    await member([...args, `--listen-client-urls=${client}`, '--host-whitelist=allowed.example', '--cors=https://a.example', '--enable-grpc-gateway=false']).saying(ready);
    const { port } = new URL(client);
    const ask = (host: string, path: string, origin = ''): Promise<{ status: number; text: string; allowed: string | undefined }> =>
      new Promise((resolve, reject) => {
        get({ host: '127.0.0.1', port, path, headers: { host, ...(origin ? { origin } : {}) } }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => (text += part));
          response.on('end', () => resolve({ status: response.statusCode!, text, allowed: response.headers['access-control-allow-origin'] }));
        }).on('error', reject);
      });
    expect(await ask('evil.example', '/version')).toMatchObject({ status: 421, text: expect.stringContaining('"evil.example"') as string });
    expect(await ask(`allowed.example:${port}`, '/version')).toMatchObject({ status: 200, allowed: undefined });
    expect(await ask('allowed.example', '/version', 'https://a.example')).toMatchObject({ status: 200, allowed: 'https://a.example' });
    expect(await ask('allowed.example', '/version', 'https://b.example')).toMatchObject({ status: 200, allowed: undefined });
    expect(await ask('allowed.example', '/v3/kv/range')).toMatchObject({ status: 404, text: '404 page not found\n' });
  });

  test.each([
    [['--nope'], 2, /flag provided but not defined: -nope/],
    [['--cert-file=/x'], 1, /"level":"error".*"msg":"failed to verify flags","error":"--cert-file: TLS is not available/],
    [['--heartbeat-interval=500'], 1, /"error":"--election-timeout\[1000ms\] should be at least as 5 times as --heartbeat-interval\[500ms\]"/],
    [['--data-dir=/etc/hostname/below'], 1, /"msg":"failed to start","error":".*\/etc\/hostname\/below/],
    [['--version'], 0, /^etcd Version: 3\.6\.\d+\n/],
    [['-h'], 0, /--initial-cluster-token 'etcd-cluster'/],
  ])('%j ends with %i', async (args, code, said) => {
    const program = member(args);
    expect((await program.exited).code).toBe(code);
    expect(program.output).toMatch(said);
  });

  test('a member that has run ignores the initial flags; a new one is held to them, and leaves no folder behind', async () => {
    const { client, args, path } = await basics();
    const first = member([...args, `--listen-client-urls=${client}`]);
    await first.saying(ready);
    await first.end('SIGTERM');
    const moved = ['--name=other', '--initial-cluster=default=http://10.0.0.9:2380', '--initial-cluster-token=another', '--initial-cluster-state=existing', '--initial-advertise-peer-urls=http://10.0.0.8:2380'];
    await member([...args, `--listen-client-urls=${client}`, ...moved]).saying(ready);
    expect((await etcdctl([client], ['member', 'list'])).stdout).toContain(', started, other, ');
    const fresh = join(path, 'fresh');
    const refused = async (...more: string[]): Promise<unknown> => {
      const program = member(['--data-dir', fresh, ...more]);
      expect((await program.exited).code).toBe(1);
      return lines(program.output).at(-1)!['error'];
    };
    expect(await refused(...moved, '--initial-cluster-state=new')).toContain('couldn\'t find local name "other" in the initial cluster configuration');
    expect(await refused('--name=default', ...moved.slice(1, 3), ...moved.slice(4))).toContain('--initial-cluster has default=http://10.0.0.9:2380 but missing from --initial-advertise-peer-urls=http://10.0.0.8:2380');
    expect(await refused('--initial-cluster=default=http://localhost:2380,b=http://localhost:2380')).toBe('initial cluster default=http://localhost:2380,b=http://localhost:2380 has duplicate url');
    expect(existsSync(fresh)).toBe(false);
  });

  test('an address that is taken is named, with the flag', async () => {
    const { client, args, path } = await basics();
    await member([...args, `--listen-client-urls=${client}`]).saying(ready);
    const other = await basics();
    const second = member([...other.args, `--listen-client-urls=${client}`, '--data-dir', join(path, 'second')]);
    expect((await second.exited).code).toBe(1);
    expect(lines(second.output).at(-1)).toMatchObject({ level: 'error', msg: 'failed to start', error: expect.stringContaining('(--listen-client-urls)') as string });
  });
});
