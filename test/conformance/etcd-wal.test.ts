import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { idHex } from '../../core/base/ids.ts';
import { clusterIdOf, memberIdOf } from '../../core/member/identity.ts';
import { memberToJson, parseMemberJson } from '../../core/member/member-json.ts';
import { nodeDisk } from '../../core/node/node-disk.ts';
import { InternalRaftRequest } from '../../core/proto/gen/raft-internal.ts';
import { PutRequest } from '../../core/proto/gen/rpc.ts';
import { WireError } from '../../core/proto/wire.ts';
import { decodeConfChange, encodeConfChange } from '../../core/raft/conf-change.ts';
import { ConfChangeType, EntryType, type Entry } from '../../core/raft/types.ts';
import { LogFiles } from '../../core/wal/log-files.ts';
import { listSnaps, loadNewestSnap } from '../../core/wal/snap.ts';
import { Wal } from '../../core/wal/wal.ts';
import { freePorts, Program, tempFolder, type TempFolder } from '../support/process.ts';
import { etcdctl, etcdctlPath, etcdPath, missing } from '../support/tools.ts';

const absent = missing(etcdPath, etcdctlPath);

describe.skipIf(absent !== undefined)("a data folder of Debian's etcd", () => {
  const keys = Array.from({ length: 45 }, (_, i) => `key-${String(i).padStart(2, '0')}`);
  const start = { index: 0, term: 0, confState: undefined };
  let folder: TempFolder;
  let walDir: string;
  let snapDir: string;
  let endpoint: string;
  let peer: string;
  let etcd: Program | undefined;
  let memberId: string;

  const startEtcd = async (): Promise<void> => {
    etcd = new Program('etcd', etcdPath, [
      '--name=default', '--data-dir', join(folder.path, 'data'), '--snapshot-count=10', `--listen-client-urls=${endpoint}`, `--advertise-client-urls=${endpoint}`,
      `--listen-peer-urls=${peer}`, `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=default=${peer}`,
    ]);
    await etcd.saying(/ready to serve client requests/);
  };
  const ctl = async (...args: string[]): Promise<string> => {
    const { stdout, stderr, code } = await etcdctl([endpoint], args);
    expect(code, stderr).toBe(0);
    return stdout;
  };

  beforeAll(async () => {
    folder = tempFolder('etcd-wal');
    walDir = join(folder.path, 'data/member/wal');
    snapDir = join(folder.path, 'data/member/snap');
    const [client, peerPort] = await freePorts(2);
    endpoint = `http://127.0.0.1:${client}`;
    peer = `http://127.0.0.1:${peerPort}`;
    await startEtcd();
    for (const key of keys) await ctl('put', key, `value of ${key}`);
    memberId = (await ctl('member', 'list')).split(',')[0]!;
    await etcd!.end('SIGTERM');
  });
  afterAll(async () => {
    await etcd?.end('SIGKILL');
    folder.remove();
  });

  /** Releases up to 3.5 also log requests of the v2 API (a member's name, the cluster version), which are no InternalRaftRequest. */
  const requestOf = (entry: Entry): InternalRaftRequest | undefined => {
    try {
      return InternalRaftRequest.decode(entry.data);
    } catch (error) {
      if (error instanceof WireError) return undefined;
      throw error;
    }
  };
  const putsOf = (entries: readonly Entry[]): PutRequest[] => entries.filter(({ type }) => type === EntryType.normal).flatMap((entry) => requestOf(entry)?.put ?? []);

  test('its log is read whole: ids, the first conf change, every put, the committed state', async () => {
    const { wal, metadata, entries, hardState, torn } = await Wal.open(nodeDisk, walDir, start);
    await wal.close();
    expect(torn).toBe(false);
    expect(idHex(metadata.nodeId)).toBe(memberId);
    expect(entries.map((entry) => entry.index)).toEqual(entries.map((_, i) => i + 1));
    const change = decodeConfChange(entries[0]!.data);
    expect(idHex(change.nodeId)).toBe(memberId);
    expect(parseMemberJson(utf8Text(change.context)).peerUrls).toEqual([peer]);
    expect(putsOf(entries).map((put) => utf8Text(put.value))).toEqual(keys.map((key) => `value of ${key}`));
    expect(hardState.term).toBe(entries.at(-1)!.term);
    expect(idHex(hardState.vote)).toBe(memberId);
    expect(hardState.commit).toBeGreaterThan(keys.length);
  });

  test('its snapshot records and files are found, and the log is read from the newest', async () => {
    const records = await (await LogFiles.open(nodeDisk, walDir)).snapshots();
    expect(records.length).toBeGreaterThan(2);
    const { found, broken } = await loadNewestSnap(nodeDisk, snapDir, (name) => records.some(({ index, term }) => index === name.index && term === name.term));
    expect(broken).toEqual([]);
    expect(found?.snapshot.metadata.confState.voters.map(idHex)).toEqual([memberId]);
    expect((await listSnaps(nodeDisk, snapDir))[0]?.index).toBe(found?.snapshot.metadata.index);
    const { index, term } = found!.snapshot.metadata;
    const { wal, entries } = await Wal.open(nodeDisk, walDir, { index, term, confState: undefined });
    await wal.close();
    expect(entries[0]?.index).toBe(index + 1);
    expect(entries.length).toBeLessThan(20);
  });

  test('what we append to its log, it applies when it starts', async () => {
    const { wal, entries, hardState } = await Wal.open(nodeDisk, walDir, start);
    const index = entries.at(-1)!.index + 1;
    const put = PutRequest.create({ key: utf8('from-quorate'), value: utf8('hello') });
    const data = InternalRaftRequest.encode({ header: { id: 0x7fff_0000_0000_0001n, username: '', authRevision: 0 }, put });
    await wal.save({ ...hardState, commit: index }, [{ type: EntryType.normal, term: hardState.term, index, data }], true);
    await wal.close();
    await startEtcd();
    expect(await ctl('get', 'from-quorate', '--print-value-only')).toBe('hello\n');
    expect(await ctl('get', keys[44]!, '--print-value-only')).toBe(`value of ${keys[44]}\n`);
    await etcd!.end('SIGTERM');
    const again = await Wal.open(nodeDisk, walDir, start);
    await again.wal.close();
    expect(putsOf(again.entries).map(({ key }) => utf8Text(key)).at(-1)).toBe('from-quorate');
  });

  test('a log of ours, begun and cut by us, it serves whole', async () => {
    const own = join(folder.path, 'own');
    const [client, peerPort] = await freePorts(2);
    const [ownEndpoint, ownPeer] = [`http://127.0.0.1:${client}`, `http://127.0.0.1:${peerPort}`];
    const nodeId = memberIdOf([ownPeer], 'token');
    const ownWal = join(own, 'member/wal');
    await nodeDisk.mkdir(join(own, 'member/snap'));
    const context = utf8(memberToJson({ id: nodeId, name: '', peerUrls: [ownPeer], clientUrls: [], isLearner: false }));
    const puts = keys.map((key) => InternalRaftRequest.encode({ header: { id: 1n, username: '', authRevision: 0 }, put: PutRequest.create({ key: utf8(key), value: utf8(key.repeat(40)) }) }));
    const wal = await Wal.create(nodeDisk, ownWal, { nodeId, clusterId: clusterIdOf([nodeId]) }, { segmentBytes: 4096 });
    await wal.save({ term: 1, vote: 0n, commit: 1 }, [{ type: EntryType.confChange, term: 1, index: 1, data: encodeConfChange({ id: 0n, type: ConfChangeType.addNode, nodeId, context }) }], true);
    for (const [i, data] of puts.entries()) await wal.save({ term: 2, vote: nodeId, commit: i + 2 }, [{ type: EntryType.normal, term: 2, index: i + 2, data }], true);
    await wal.close();
    expect((await nodeDisk.list(ownWal)).length).toBeGreaterThan(3);
    const reader = new Program('etcd', etcdPath, [
      '--name=default', '--data-dir', own, `--listen-client-urls=${ownEndpoint}`, `--advertise-client-urls=${ownEndpoint}`,
      `--listen-peer-urls=${ownPeer}`, `--initial-advertise-peer-urls=${ownPeer}`, `--initial-cluster=default=${ownPeer}`,
    ]);
    try {
      await reader.saying(/ready to serve client requests/);
      const { stdout } = await etcdctl([ownEndpoint], ['get', '', '--prefix', '--print-value-only']);
      expect(stdout.trim().split('\n')).toEqual(keys.map((key) => key.repeat(40)));
      expect((await etcdctl([ownEndpoint], ['member', 'list'])).stdout).toContain(`${idHex(nodeId)}, started, default, ${ownPeer}`);
    } finally {
      await reader.end('SIGTERM');
    }
    const again = await Wal.open(nodeDisk, ownWal, start);
    await again.wal.close();
    expect(putsOf(again.entries.slice(0, keys.length + 1)).map(({ key }) => utf8Text(key))).toEqual(keys);
  });
});
