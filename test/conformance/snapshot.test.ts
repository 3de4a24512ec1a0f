import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { KVService, MaintenanceService, PutRequest, RequestOp, type HashKVResponse } from '../../core/proto/gen/rpc.ts';
import { freePorts, Program, tempFolder, type TempFolder } from '../support/process.ts';
import { quorateArgs, Target } from '../support/target.ts';
import { etcdctl, etcdctlPath, etcdPath, missing } from '../support/tools.ts';

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
async function everything(client: EtcdClient, revision = 0): Promise<Everything> {
  const { kvs, header } = await client.range({ ...all, revision });
  const rows = kvs.map(({ key, value, createRevision, modRevision, version, lease }): Row => (
    { key: utf8Text(key), value: Buffer.from(value).toString('base64'), create: createRevision, mod: modRevision, version, lease }));
  return { revision: header!.revision, kvs: rows };
}
const hashKv = (client: EtcdClient, revision: number): Promise<HashKVResponse> => client.read(MaintenanceService.hashKv, { revision });

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

  static async start(kind: Kind, dataDir: string, peerPort: number): Promise<Restored> {
    const [port] = await freePorts(1);
    const endpoint = `http://127.0.0.1:${port}`;
    const peer = `http://127.0.0.1:${peerPort}`;
    const flags = ['--name=r1', '--data-dir', dataDir, `--listen-client-urls=${endpoint}`, `--advertise-client-urls=${endpoint}`, `--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=r1=${peer}`];
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
  const tool = async (kind: Kind, ...args: string[]): Promise<string> => {
    if (kind === 'etcd') {
      const { stdout, stderr, code } = await etcdctl(['http://127.0.0.1:1'], ['snapshot', ...args], { timeoutMs: 60_000 });
      expect(code, stderr).toBe(0);
      return stdout;
    }
    const program = new Program('quorate snapshot', process.execPath, [...quorateArgs, 'snapshot', ...args]);
    const { code } = await program.exited;
    expect(code, program.output).toBe(0);
    return program.output;
  };

  const restore = async (kind: Kind, file: string, dataDir: string, peerPort: number): Promise<void> => {
    const peer = `http://127.0.0.1:${peerPort}`;
    await tool(kind, 'restore', file, '--data-dir', dataDir, '--name=r1', `--initial-cluster=r1=${peer}`, `--initial-advertise-peer-urls=${peer}`, '--initial-cluster-token=restored');
  };

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

    test('etcdctl finds it whole, at the revision it was saved at', async () => {
      const status = JSON.parse(await tool('etcd', 'status', file, '-w', 'json')) as { revision: number; totalKey: number; totalSize: number };
      expect(status.revision).toBe(before.revision);
      expect(status.totalKey).toBeGreaterThan(before.kvs.length);
    });

    test.each(source === 'quorate' ? (['etcd'] as const) : [])('%s serves it again: every key, every kept revision, the hash', async (server) => {
      const [peer] = await freePorts(1);
      const dataDir = join(folder.path, `${source}-to-${server}`);
      await restore(server, file, dataDir, peer!);
      const restored = await Restored.start(server, dataDir, peer!);
      try {
        const after = await everything(restored.client);
        expect(after.revision).toBe(before.revision);
        expect(after.kvs).toEqual(before.kvs);
        for (const revision of [before.revision - 3, before.revision - 20, hash.compactRevision]) {
          expect((await everything(restored.client, revision)).kvs).toEqual((await everything(client, revision)).kvs);
        }
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
        expect(members.members.map(({ name, peerUrls }) => [name, peerUrls])).toEqual([['r1', [`http://127.0.0.1:${peer}`]]]);
      } finally {
        await restored.stop();
      }
    });
  });
});
