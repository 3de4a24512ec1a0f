import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { emptyBytes, utf8, utf8Text } from '../../base/bytes.ts';
import { idHex } from '../../base/ids.ts';
import type { BoltFile } from '../../bolt/read.ts';
import { Table } from '../../mvcc/backend.ts';
import { MemoryBackend } from '../../mvcc/memory-backend.ts';
import { encodeRowKey } from '../../mvcc/revision.ts';
import { MvccStore } from '../../mvcc/store.ts';
import { nodeClock } from '../../node/node-clock.ts';
import { nodeDisk } from '../../node/node-disk.ts';
import { silentLog } from '../../ports/log.ts';
import { KeyValue } from '../../proto/gen/kv.ts';
import { Lease } from '../../proto/gen/lease.ts';
import { AlarmMember } from '../../proto/gen/rpc.ts';
import { decodeConfChange } from '../../raft/conf-change.ts';
import { LogFiles } from '../../wal/log-files.ts';
import { loadNewestSnap } from '../../wal/snap.ts';
import { Wal } from '../../wal/wal.ts';
import { gathered, layoutBolt, openBytes } from '../../../test/support/bolt-file.ts';
import { tempFolder, type TempFolder } from '../../../test/support/process.ts';
import { encodeIndex, metaKeys } from '../../mvcc/meta.ts';
import { bootstrap } from '../bootstrap.ts';
import { memberDefaults } from '../config.ts';
import { clusterIdOf, memberIdOf } from '../identity.ts';
import { parseMemberJson } from '../member-json.ts';
import { PeerUrls } from '../peer-urls.ts';
import { restoreMember, type RestoreConfig } from './restore.ts';

const soon = (run: () => void): void => void setImmediate(run);
const alarm = AlarmMember.encode({ memberId: 9n, alarm: 1 });
const peers = { m1: ['http://a:2380'], m2: ['http://b:2380', 'http://b:2381'] };
const config: RestoreConfig = {
  name: 'm2', initialCluster: Object.entries(peers).map(([name, peerUrls]) => ({ name, peerUrls })), initialClusterToken: 'token', bumpRevision: 0,
};
const ids = [memberIdOf(peers.m1, 'token'), memberIdOf(peers.m2, 'token')].sort((a, b) => (a < b ? -1 : 1));

/** A member's database at revision 5 and index 1000 of another cluster's log. */
function database(): Promise<BoltFile> {
  const row = (main: number): [Uint8Array, Uint8Array] => [encodeRowKey(main, 0, false), KeyValue.encode({ key: utf8(`k${main}`), createRevision: main, modRevision: main, version: 1, value: utf8('v'), lease: 7n })];
  const buckets: [string, [Uint8Array, Uint8Array][]][] = [
    ['key', [row(2), row(3), row(5)]],
    ['meta', [[metaKeys.confState, utf8('{"voters":[9],"auto_leave":false}')], [metaKeys.consistentIndex, encodeIndex(1000)], [metaKeys.storageVersion, utf8('3.5.0')], [metaKeys.term, encodeIndex(8)]]],
    ['members', [[utf8('9'), utf8('{"id":9,"peerURLs":["http://old:1"]}')]]],
    ['members_removed', [[utf8('a'), utf8('removed')]]],
    ['lease', [[encodeIndex(7), Lease.encode({ id: 7n, ttl: 60, remainingTtl: 0 })]]],
    ['alarm', [[alarm, emptyBytes]]],
  ];
  const bytes = gathered(layoutBolt(buckets.map(([name, entries]) => ({ name: utf8(name), entries: () => entries }))).chunks());
  return openBytes(bytes);
}

describe('a restored member', () => {
  let folder: TempFolder;
  let backend: MemoryBackend;
  beforeEach(() => {
    folder = tempFolder('restore');
    backend = new MemoryBackend();
  });
  afterEach(() => folder.remove());
  const restore = async (changes: Partial<RestoreConfig> = {}): Promise<void> =>
    restoreMember(await database(), { ...config, ...changes }, { disk: nodeDisk, walDir: join(folder.path, 'wal'), snapDir: folder.path, backend, soon });
  const rows = (table: Table): [string, string][] => [...backend.scan(table, emptyBytes)].map(({ key, value }) => [utf8Text(key), utf8Text(value)]);

  test('has the data, and the members of the configuration, at the first index of a new log', async () => {
    await restore();
    const store = await MvccStore.open(backend, { soon });
    expect([store.currentRevision, store.consistentIndex, store.term, store.keyCount]).toEqual([5, 2, 1, 3]);
    expect(rows(Table.members).map(([key]) => key)).toEqual(ids.map(idHex).sort());
    expect(rows(Table.members).map(([, json]) => parseMemberJson(json).name).sort()).toEqual(['m1', 'm2']);
    expect(rows(Table.membersRemoved)).toEqual([]);
    expect(utf8Text(backend.get(Table.meta, metaKeys.confState)!)).toBe(`{"voters":[${ids.join(',')}],"auto_leave":false}`);
    expect(backend.get(Table.meta, metaKeys.storageVersion)).toBeUndefined();
    expect(rows(Table.lease)).toHaveLength(1);
    expect(backend.get(Table.alarm, alarm)).toEqual(emptyBytes);
  });

  test('has a log with a change for each member, committed, and the snapshot behind it', async () => {
    await restore();
    const walDir = join(folder.path, 'wal');
    const { wal, metadata, entries, hardState } = await Wal.open(nodeDisk, walDir, { index: 0, term: 0, confState: undefined });
    await wal.close();
    expect(metadata).toEqual({ nodeId: memberIdOf(peers.m2, 'token'), clusterId: clusterIdOf(ids) });
    expect(hardState).toEqual({ term: 1, vote: ids[0], commit: 2 });
    expect(entries.map(({ index, term, data }) => [index, term, decodeConfChange(data).nodeId])).toEqual([[1, 1, ids[0]], [2, 1, ids[1]]]);
    const [snapshot] = (await (await LogFiles.open(nodeDisk, walDir)).snapshots()).slice(-1);
    expect(snapshot).toMatchObject({ index: 2, term: 1, confState: { voters: ids } });
    expect((await loadNewestSnap(nodeDisk, folder.path)).found?.snapshot.metadata).toMatchObject({ index: 2, term: 1, confState: { voters: ids } });
  });

  test('at a raised revision everything before is compacted, and every key is there', async () => {
    await restore({ bumpRevision: 100 });
    const store = await MvccStore.open(backend, { soon });
    await store.idle();
    expect([store.currentRevision, store.compactRevision]).toEqual([105, 105]);
    const all = store.range(new Uint8Array(1), new Uint8Array(1), { limit: 0, revision: 0, countOnly: false });
    expect(all.ok && all.result.kvs.map((kv) => utf8Text(kv.key))).toEqual(['k2', 'k3', 'k5']);
    expect(store.range(utf8('k2'), emptyBytes, { limit: 0, revision: 104, countOnly: false }).ok).toBe(false);
  });

  test('is not raised to a revision behind which few could be counted', async () => {
    await expect(restore({ bumpRevision: 2 ** 52 - 4 })).rejects.toThrow(`--bump-revision=${2 ** 52 - 4} would raise revision 5 to ${2 ** 52 + 1}`);
    expect(rows(Table.key)).toEqual([]);
    await restore({ bumpRevision: 2 ** 52 - 5 });
    expect((await MvccStore.open(backend, { soon })).currentRevision).toBe(2 ** 52);
  });

  test('does not start without its store, though its log begins at the beginning', async () => {
    await restore();
    const walDir = join(folder.path, 'wal');
    const boot = async (from: MemoryBackend, applied: number): Promise<void> => {
      const settings = { ...memberDefaults, ...config, dataDir: folder.path, initialAdvertisePeerUrls: peers.m2 };
      const unused = (): Promise<never> => Promise.reject(new Error('unused'));
      const others = { find: unused, hasRun: () => Promise.resolve(false), clusterVersion: unused, downgrading: unused };
      const peerUrls = new PeerUrls({ names: { address: unused }, clock: nodeClock, log: silentLog });
      const { wal } = await bootstrap(settings, { disk: nodeDisk, walDir, files: await LogFiles.open(nodeDisk, walDir), backend: from, others, peerUrls }, applied);
      await wal.close();
    };
    await boot(backend, 2);
    await expect(boot(new MemoryBackend(), 0)).rejects.toThrow(/the store is missing that the log in .*wal goes with: it had everything up to index 2/);
  });

  test('must be one of the cluster', async () => {
    await expect(restore({ name: 'm3' })).rejects.toThrow(/couldn't find local name "m3"/);
    expect(rows(Table.key)).toEqual([]);
  });
});
