import { lookup } from 'node:dns/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { memberToJson } from '../../core/member/member-json.ts';
import { freePorts, Program, tempFolder, type TempFolder } from '../support/process.ts';
import { quorateArgs } from '../support/target.ts';
import { etcdPath, missing } from '../support/tools.ts';

/** A member of a running cluster, as far as a newcomer asks it. */
let other: Server;
let otherUrl: string;
let members: { id: bigint; peerUrls: string[] }[];
let versions: unknown;

beforeAll(async () => {
  other = createServer((request, response) => {
    response.setHeader('X-Etcd-Cluster-ID', 'beef');
    if (request.url === '/members') response.end(`[${members.map((member) => memberToJson({ name: '', clientUrls: [], isLearner: false, ...member })).join(',')}]`);
    else if (request.url === '/version') response.end(JSON.stringify(versions));
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
});
afterAll(() => {
  other.closeAllConnections();
  return new Promise((done) => other.close(done));
});

const isHere = (address: string): boolean => address.startsWith('127.') || Object.values(networkInterfaces()).flat().some((one) => one?.address === address);

/** A name of this machine that is no `localhost`, and the one address that it stands for: of several, Go and Node may take another first. */
async function ownName(): Promise<{ name: string; address: string } | undefined> {
  const name = hostname();
  const found = await lookup(name, { all: true }).catch(() => []);
  if (name !== 'localhost' && found.length === 1 && found[0]!.family === 4 && isHere(found[0]!.address)) return { name, address: found[0]!.address };
  process.stderr.write(`skipped: a name for an address, for ${name} does not stand for one address of IPv4 here\n`);
  return undefined;
}
const own = await ownName();

describe.skipIf(missing(etcdPath) !== undefined).each(['etcd', 'quorate'] as const)('%s', (kind) => {
  const programs: Program[] = [];
  const folders: TempFolder[] = [];
  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.end('SIGKILL')));
    for (const folder of folders.splice(0)) folder.remove();
  });

  async function start(flags: readonly string[], listen: string): Promise<Program> {
    const folder = tempFolder('joining');
    folders.push(folder);
    const [client] = await freePorts(1);
    const all = ['--data-dir', join(folder.path, 'data'), `--listen-client-urls=http://127.0.0.1:${client}`, `--advertise-client-urls=http://127.0.0.1:${client}`, `--listen-peer-urls=${listen}`, ...flags];
    const program = kind === 'etcd' ? new Program(kind, etcdPath, all) : new Program(kind, process.execPath, [...quorateArgs, 'member', ...all]);
    programs.push(program);
    return program;
  }

  /** How it ends that one joins the cluster of the other. */
  async function joins(flagUrl: string, listen: string): Promise<string> {
    const program = await start(['--name=b', `--initial-advertise-peer-urls=${flagUrl}`, `--initial-cluster=a=${otherUrl},b=${flagUrl}`, '--initial-cluster-state=existing'], listen);
    expect((await program.exited).code).toBe(1);
    return program.output;
  }

  const url = async (host = '127.0.0.1'): Promise<string> => `http://${host}:${(await freePorts(1))[0]}`;

  test.each([{ etcdserver: '3.99.1', etcdcluster: '3.99.0' }, { etcdserver: '3.4.0', etcdcluster: 'not_decided' }, 'nonsense'])('does not join a cluster whose version is %j', async (told) => {
    const here = await url();
    members = [{ id: 7n, peerUrls: [otherUrl] }, { id: 8n, peerUrls: [here] }];
    versions = told;
    expect(await joins(here, here)).toContain('incompatible with current running cluster');
  });

  test('does not join a cluster of other members', async () => {
    const [here, elsewhere] = [await url(), await url()];
    members = [{ id: 7n, peerUrls: [otherUrl] }, { id: 8n, peerUrls: [elsewhere] }];
    expect(await joins(here, here)).toMatch(/PeerURLs: no match found .*for existing member \(8, \[.*last resolver error \(resolved urls: /);
    members.pop();
    expect(await joins(here, here)).toContain('member count is unequal');
  });

  test.skipIf(!own)('takes a name for the address that it stands for', async () => {
    const [port] = await freePorts(1);
    const [named, addressed] = [`http://${own!.name}:${port}`, `http://${own!.address}:${port}`];
    members = [{ id: 8n, peerUrls: [addressed] }, { id: 7n, peerUrls: [otherUrl] }];
    versions = { etcdserver: '3.99.1', etcdcluster: '3.99.0' };
    // So far it comes when it has found itself among them.
    expect(await joins(named, addressed)).toContain('incompatible with current running cluster');
    await (await start(['--name=c', `--initial-advertise-peer-urls=${addressed}`, `--initial-cluster=c=${named}`], addressed)).saying(/ready to serve client requests/);
  });

  test('does not begin a cluster that it is not said to be in', async () => {
    const here = await url();
    const said = async (advertised: string, listed: string): Promise<string> => {
      const program = await start(['--name=c', `--initial-advertise-peer-urls=${advertised}`, `--initial-cluster=${listed}`], here);
      expect((await program.exited).code).toBe(1);
      return program.output.replaceAll('\\', '');
    };
    const [one, two] = ['http://10.0.0.8:2380', 'http://10.0.0.9:2380'];
    expect(await said(one, `c=${two}`)).toContain(`--initial-cluster has c=${two} but missing from --initial-advertise-peer-urls=${one} (resolved urls: "${one}" != "${two}")`);
    expect(await said(one, `c=${one},c=${two}`)).toContain(`--initial-cluster has c=${two} but missing from --initial-advertise-peer-urls=${one} (len(["${one}"]) != len(["${one}" "${two}"]))`);
    expect(await said(`${one},${two}`, `c=${one}`)).toContain(`--initial-advertise-peer-urls has ${two} but missing from --initial-cluster=c=${one}`);
  });
});
