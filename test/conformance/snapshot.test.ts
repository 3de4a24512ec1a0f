import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { KVService, MaintenanceService, PutRequest, RequestOp, type HashKVResponse } from '../../core/proto/gen/rpc.ts';
import { eventually, freePorts, Program, tempFolder, type TempFolder } from '../support/process.ts';
import { calm, quorateArgs, Target } from '../support/target.ts';
import { etcdctl, etcdctlEnv, etcdctlPath, etcdPath, missing, snapshotTool } from '../support/tools.ts';
import { minorOf } from './differences.ts';

const absent = missing(etcdPath, etcdctlPath);
type Kind = Target['kind'];

/** A store with all that a snapshot must carry: many revisions, deletions, leases, large values, a compaction, bytes of any kind. */
async function fill(client: EtcdClient): Promise<void> {
  const put = (key: string, value: Uint8Array | string, lease = 0n): Promise<unknown> =>
    client.write(KVService.put, { key: utf8(key), value: typeof value === 'string' ? utf8(value) : value, lease });
  const { id } = await client.leaseGrant(3600);
  for (let i = 0; i < 300; i++) await put(`key-${i % 90}`, `value ${i}`, i % 7 === 0 ? id : 0n);
  await client.write(KVService.deleteRange, { key: utf8('key-1'), rangeEnd: utf8('key-2') });
  const { header } = await client.range({ key: utf8('key') });
  await client.write(KVService.compact, { revision: header!.revision - 40, physical: true });
  await put('large', new Uint8Array(1_000_000).map((_, i) => i * 31));
  await put('pages', new Uint8Array(9_000).fill(7));
  await put('zwölf 中文 \u0000', new Uint8Array([0, 255, 128]));
  await put('empty', '');
  await client.write(KVService.txn, { success: [1, 2, 3].map((i) => RequestOp.create({ requestPut: PutRequest.create({ key: utf8(`txn-${i}`), value: utf8('t') }) })) });
  await client.write(KVService.deleteRange, { key: utf8('txn-2') });
}

/** A key with all its fields; values as text that is quick to compare. */
interface Row {
  key: string;
  value: string;
  create: number;
  mod: number;
  version: number;
  lease: bigint;
}

interface Everything {
  revision: number;
  kvs: Row[];
}

const all = { key: new Uint8Array(1), rangeEnd: new Uint8Array(1) };
async function everything(client: EtcdClient, revision = 0, keysOnly = false): Promise<Everything> {
  const { kvs, header } = await client.range({ ...all, revision, keysOnly });
  const rows = kvs.map(({ key, value, createRevision, modRevision, version, lease }): Row => (
    { key: utf8Text(key), value: Buffer.from(value).toString('base64'), create: createRevision, mod: modRevision, version, lease }));
  return { revision: header!.revision, kvs: rows };
}
const cellsOf = (line: string): string[] => line.split('|').slice(1, -1).map((cell) => cell.trim());
const hashKv = (client: EtcdClient, revision: number): Promise<HashKVResponse> => client.read(MaintenanceService.hashKv, { revision });

interface Status {
  hash: number;
  revision: number;
  totalKey: number;
  totalSize: number;
  version?: string;
}

interface Slot {
  name: string;
  dataDir: string;
  peer: string;
  /** All members, as `--initial-cluster` takes them. */
  cluster: string;
}

function slotsIn(folder: string, peerPorts: readonly number[]): Slot[] {
  const peers = peerPorts.map((port, i) => ({ name: `r${i + 1}`, peer: `http://127.0.0.1:${port}` }));
  const cluster = peers.map(({ name, peer }) => `${name}=${peer}`).join(',');
  return peers.map(({ name, peer }) => ({ name, peer, cluster, dataDir: join(folder, name) }));
}

/** A member on a restored folder. */
class Restored {
  readonly client: EtcdClient;
  readonly endpoint: string;
  readonly #program: Program;

  private constructor(program: Program, endpoint: string) {
    this.#program = program;
    this.endpoint = endpoint;
    this.client = new EtcdClient([endpoint]);
  }

  static async start(kind: Kind, { name, dataDir, peer, cluster }: Slot): Promise<Restored> {
    const [port] = await freePorts(1);
    const endpoint = `http://127.0.0.1:${port}`;
    const flags = [`--name=${name}`, '--data-dir', dataDir, `--listen-client-urls=${endpoint}`, `--advertise-client-urls=${endpoint}`, `--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=${cluster}`, ...(cluster.includes(',') ? calm : [])];
    const program = kind === 'etcd' ? new Program('etcd', etcdPath, flags) : new Program('quorate', process.execPath, [...quorateArgs, 'member', ...flags]);
    const restored = new Restored(program, endpoint);
    try {
      await program.saying(/ready to serve client requests/);
    } catch (error) {
      await restored.stop();
      throw error;
    }
    return restored;
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.#program.end('SIGKILL');
  }
}

describe.skipIf(absent !== undefined)('snapshots', () => {
  let folder: TempFolder;
  beforeAll(() => {
    folder = tempFolder('snapshot');
  });
  afterAll(() => folder?.remove());

  /** Runs etcdctl or our own command line on a file. */
  const tried = async (kind: Kind, ...args: string[]): Promise<{ output: string; code: number | null }> => {
    const [command, commandArgs] = kind === 'etcd' ? [snapshotTool(), ['snapshot', ...args]] : [process.execPath, [...quorateArgs, 'snapshot', ...args]];
    const program = new Program(`${kind} snapshot`, command, commandArgs, etcdctlEnv());
    const { code } = await program.exited;
    return { output: program.output, code };
  };
  const tool = async (kind: Kind, ...args: string[]): Promise<string> => {
    const { output, code } = await tried(kind, ...args);
    expect(code, output).toBe(0);
    return output;
  };
  /** By etcdctl, which says in front of it from 3.5 on that etcdutl has taken its place. */
  const statusOf = async (file: string): Promise<Status> => {
    const output = await tool('etcd', 'status', file, '-w', 'json');
    return JSON.parse(output.slice(output.indexOf('{'))) as Status;
  };
  const restoreArgs = (file: string, { name, dataDir, peer, cluster }: Slot): string[] => [
    'restore', file, '--data-dir', dataDir, '--name', name, `--initial-cluster=${cluster}`, `--initial-advertise-peer-urls=${peer}`, '--initial-cluster-token=restored',
  ];

  describe.each(['etcd', 'quorate'] as const)('saved from %s', (source) => {
    let target: Target;
    let client: EtcdClient;
    let file: string;
    let before: Everything;
    let hash: HashKVResponse;
    beforeAll(async () => {
      target = await Target.start(source, 1);
      client = new EtcdClient(target.endpoints);
      await fill(client);
      before = await everything(client);
      hash = await hashKv(client, before.revision);
      file = join(folder.path, `${source}.db`);
      const saved = await etcdctl(target.endpoints, ['snapshot', 'save', file], { timeoutMs: 60_000 });
      expect(saved.code, saved.stderr).toBe(0);
    });
    afterAll(async () => {
      client?.close();
      await target?.stop();
    });

    test('etcdctl and quorate find it whole, and tell the same of it', async () => {
      const told = await statusOf(file);
      expect(told.revision).toBe(before.revision);
      const ours = JSON.parse(await tool('quorate', 'status', '-w', 'json', file)) as Status;
      const version = minorOf(source) < 6 ? '' : '3.6.0';
      // The keys that exist, as etcd 3.6 counts them; 3.4 counts the rows of all buckets.
      expect(ours).toEqual({ ...told, totalKey: before.kvs.length, version });
      const [heads, cells] = (await tool('etcd', 'status', file, '-w', 'table')).replaceAll('│', '|').split('\n').filter((line) => line.startsWith('|'));
      const lines = (await tool('quorate', 'status', file, '--write-out=table')).split('\n');
      expect(cellsOf(lines[1]!)).toEqual([...cellsOf(heads!).filter((head) => head !== 'VERSION'), 'VERSION']);
      const [hash, revision, , size] = cellsOf(cells!);
      expect(await tool('quorate', 'status', file)).toBe(`${hash}, ${revision}, ${before.kvs.length}, ${size}, ${version}\n`);
    });

    test.each(['etcd', 'quorate'] as const)('%s serves it again: every key, every kept revision, the hash', async (server) => {
      const [slot] = slotsIn(join(folder.path, `${source}-to-${server}`), await freePorts(1));
      await tool(server, ...restoreArgs(file, slot!));
      const restored = await Restored.start(server, slot!);
      try {
        const after = await everything(restored.client);
        expect(after.revision).toBe(before.revision);
        expect(after.kvs).toEqual(before.kvs);
        for (let revision = hash.compactRevision; revision <= before.revision; revision++) {
          expect((await everything(restored.client, revision, true)).kvs).toEqual((await everything(client, revision, true)).kvs);
        }
        await expect(everything(restored.client, hash.compactRevision - 1)).rejects.toThrow(/compacted/);
        const restoredHash = await hashKv(restored.client, before.revision);
        expect([restoredHash.hash, restoredHash.compactRevision]).toEqual([hash.hash, hash.compactRevision]);
        await restored.client.write(KVService.put, { key: utf8('after'), value: utf8('x') });
        expect((await everything(restored.client)).revision).toBe(before.revision + 1);
        const { stdout } = await etcdctl([restored.endpoint], ['lease', 'list']);
        expect(stdout).toMatch(/found 1 leases/);
        const [lease] = /[0-9a-f]{16}/.exec(stdout)!;
        const { stdout: life } = await etcdctl([restored.endpoint], ['lease', 'timetolive', lease, '--keys']);
        const attached = before.kvs.filter((kv) => kv.lease !== 0n).map((kv) => kv.key);
        expect(/attached keys\(\[(.*)\]\)/.exec(life)![1]!.split(' ').sort()).toEqual(attached.sort());
        const members = await restored.client.memberList();
        expect(members.members.map(({ name, peerUrls }) => [name, peerUrls])).toEqual([['r1', [slot!.peer]]]);
      } finally {
        await restored.stop();
      }
    });
    test('three members of ours begin with it, and go on together', async () => {
      const slots = slotsIn(join(folder.path, `${source}-three`), await freePorts(3));
      await Promise.all(slots.map((slot) => tool('quorate', ...restoreArgs(file, slot))));
      const members = await Promise.all(slots.map((slot) => Restored.start('quorate', slot)));
      try {
        for (const member of members) expect((await everything(member.client)).kvs).toEqual(before.kvs);
        await members[0]!.client.write(KVService.put, { key: utf8('after'), value: utf8('x') });
        const hashes = await Promise.all(members.map(async ({ client: one }) => {
          expect((await everything(one)).revision).toBe(before.revision + 1);
          return (await hashKv(one, before.revision + 1)).hash;
        }));
        expect(new Set(hashes).size).toBe(1);
        // The members hold the same beside the keys, too: as soon as each has applied what the others have published.
        await eventually('the whole stores agree', async () => {
          const whole = await Promise.all(members.map(async ({ client: one }) => (await one.read(MaintenanceService.hash, {})).hash));
          expect(new Set(whole).size).toBe(1);
        });
      } finally {
        await Promise.all(members.map((member) => member.stop()));
      }
    });

    test('with a raised revision everything before is compacted, and nothing is lost', async () => {
      const [slot] = slotsIn(join(folder.path, `${source}-bumped`), await freePorts(1));
      expect((await tried('quorate', ...restoreArgs(file, slot!), '--bump-revision=1000')).output).toMatch(/--mark-compacted required/);
      await tool('quorate', ...restoreArgs(file, slot!), '--bump-revision=1000', '--mark-compacted');
      const restored = await Restored.start('quorate', slot!);
      try {
        const after = await everything(restored.client);
        expect(after).toEqual({ revision: before.revision + 1000, kvs: before.kvs });
        await expect(everything(restored.client, before.revision)).rejects.toThrow(/compacted/);
        await restored.client.write(KVService.put, { key: utf8('after'), value: utf8('x') });
        expect((await everything(restored.client)).revision).toBe(before.revision + 1001);
        // What is saved from it is good for etcd again.
        const again = join(folder.path, `${source}-bumped.db`);
        expect((await etcdctl([restored.endpoint], ['snapshot', 'save', again])).code).toBe(0);
        expect((await statusOf(again)).revision).toBe(before.revision + 1001);
      } finally {
        await restored.stop();
      }
    });

    test('a damaged file, a file without its digest and a folder in use are refused', async () => {
      const [slot] = slotsIn(join(folder.path, `${source}-refused`), await freePorts(1));
      const whole = readFileSync(file);
      const damaged = join(folder.path, `${source}-damaged.db`);
      const changed = Buffer.from(whole);
      changed[Math.floor(changed.length / 2)]! ^= 1;
      writeFileSync(damaged, changed);
      expect(await tried('quorate', ...restoreArgs(damaged, slot!))).toMatchObject({ code: 1, output: expect.stringMatching(/expected sha256 [0-9a-f]{64}, got/) as string });
      const bare = join(folder.path, `${source}-bare.db`);
      writeFileSync(bare, whole.subarray(0, -32));
      expect((await tried('quorate', ...restoreArgs(bare, slot!))).output).toMatch(/snapshot missing hash but --skip-hash-check=false/);
      expect(existsSync(slot!.dataDir)).toBe(false);
      await tool('quorate', ...restoreArgs(bare, slot!), '--skip-hash-check');
      expect((await tried('quorate', ...restoreArgs(file, slot!))).output).toMatch(/not empty/);
      writeFileSync(damaged, whole.subarray(0, whole.length - 4096 - 32));
      expect(await tried('quorate', 'status', damaged)).toMatchObject({ code: 1, output: expect.stringMatching(/-damaged\.db: .*it is cut off/) as string });
      for (const [odd, said] of [[join(folder.path, 'none.db'), /cannot read \S+none\.db: ENOENT/], [folder.path, /cannot read \S+: EISDIR/]] as const) {
        expect(await tried('quorate', 'status', odd)).toMatchObject({ code: 1, output: expect.stringMatching(said) as string });
      }
      // A log that would lie around the data is refused, and leaves nothing.
      const [other] = slotsIn(join(folder.path, `${source}-around`), await freePorts(1));
      for (const walDir of ['', 'member', 'member/snap'].map((name) => join(other!.dataDir, name))) {
        expect(await tried('quorate', ...restoreArgs(file, other!), '--wal-dir', walDir)).toMatchObject({ code: 1, output: expect.stringMatching(/must be a folder of its own/) as string });
      }
      expect(existsSync(join(folder.path, `${source}-around`))).toBe(false);
      await tool('quorate', ...restoreArgs(file, other!), '--wal-dir', join(other!.dataDir, 'log'));
      expect(readdirSync(join(other!.dataDir, 'log'))).toEqual(['0000000000000000-0000000000000000.wal']);
    });
  });

  test("a database file copied from a folder of Debian's etcd after kill -9 is read whole", async () => {
    const [slot] = slotsIn(join(folder.path, 'copied'), await freePorts(1));
    const etcd = await Restored.start('etcd', slot!);
    let before: Everything;
    try {
      await fill(etcd.client);
      await etcd.client.write(MaintenanceService.defragment, {});
      for (let i = 0; i < 50; i++) await etcd.client.write(KVService.put, { key: utf8(`more-${i}`), value: new Uint8Array(300) });
      // A snapshot makes etcd commit what it has gathered.
      expect((await etcdctl([etcd.endpoint], ['snapshot', 'save', join(folder.path, 'committed.db')])).code).toBe(0);
      before = await everything(etcd.client);
    } finally {
      await etcd.stop();
    }
    const file = join(slot!.dataDir, 'member/snap/db');
    const told = await statusOf(file);
    expect(JSON.parse(await tool('quorate', 'status', file, '-w', 'json'))).toEqual({ version: '', ...told, totalKey: before.kvs.length });
    const [ours] = slotsIn(join(folder.path, 'copied-ours'), await freePorts(1));
    await tool('quorate', ...restoreArgs(file, ours!), '--skip-hash-check');
    const restored = await Restored.start('quorate', ours!);
    try {
      expect((await everything(restored.client)).kvs).toEqual(before.kvs);
    } finally {
      await restored.stop();
    }
  });

  test('the folder of an etcd, running or restored, is refused untouched, and told what to make of it', async () => {
    const [running, made] = slotsIn(join(folder.path, 'foreign'), await freePorts(2));
    const alone = (slot: Slot): Slot => ({ ...slot, cluster: `${slot.name}=${slot.peer}` });
    const etcd = await Restored.start('etcd', alone(running!));
    const file = join(folder.path, 'foreign.db');
    const refusal = async (slot: Slot): Promise<void> => {
      const there = (): string[] => ['member', 'member/snap'].flatMap((name) => readdirSync(join(slot.dataDir, name)));
      const before = there();
      await expect(Restored.start('quorate', slot)).rejects.toThrow(/member\/snap\/db is the database of an etcd.*quorate snapshot restore \S+\/db --skip-hash-check/);
      expect(there()).toEqual(before);
    };
    try {
      await etcd.client.write(KVService.put, { key: utf8('kept'), value: utf8('x') });
      await refusal(alone(running!));
      expect((await etcdctl([etcd.endpoint], ['snapshot', 'save', file])).code).toBe(0);
    } finally {
      await etcd.stop();
    }
    const restored = alone(made!);
    await tool('etcd', ...restoreArgs(file, restored));
    const log = (): Buffer => readFileSync(join(restored.dataDir, 'member/wal/0000000000000000-0000000000000000.wal'));
    const before = log();
    await refusal(restored);
    expect(log().equals(before)).toBe(true);
    const own = { ...restored, dataDir: `${restored.dataDir}-own` };
    await tool('quorate', ...restoreArgs(join(restored.dataDir, 'member/snap/db'), own), '--skip-hash-check');
    const member = await Restored.start('quorate', own);
    try {
      expect((await everything(member.client)).kvs.map(({ key }) => key)).toEqual(['kept']);
    } finally {
      await member.stop();
    }
  });

  test('data of an etcd with authentication on are refused: here they would be open to everyone', async () => {
    const source = await Target.start('etcd', 1);
    const file = join(folder.path, 'locked.db');
    try {
      for (const args of [['user', 'add', 'root:secret'], ['user', 'grant-role', 'root', 'root'], ['auth', 'enable']]) expect((await etcdctl(source.endpoints, args)).code).toBe(0);
      expect((await etcdctl(source.endpoints, ['--user=root:secret', 'snapshot', 'save', file])).code).toBe(0);
    } finally {
      await source.stop();
    }
    const [slot] = slotsIn(join(folder.path, 'locked'), await freePorts(1));
    expect(await tried('quorate', ...restoreArgs(file, slot!))).toMatchObject({ code: 1, output: expect.stringMatching(/authentication is enabled in this database, and this release has none/) as string });
    expect(existsSync(slot!.dataDir)).toBe(false);
  });
});
