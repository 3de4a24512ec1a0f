import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { gathered, layoutBolt, openBytes } from '../../../test/support/bolt-file.ts';
import { concatBytes, emptyBytes, equalBytes, utf8, utf8Text } from '../../base/bytes.ts';
import { randomInt, SeededRandom } from '../../base/random.ts';
import { BoltError } from '../../bolt/format.ts';
import { Table, type BackendPut } from '../../mvcc/backend.ts';
import { MemoryBackend } from '../../mvcc/memory-backend.ts';
import { encodeIndex, metaKeys } from '../../mvcc/meta.ts';
import { encodeRowKey } from '../../mvcc/revision.ts';
import { MvccStore } from '../../mvcc/store.ts';
import { Lease } from '../../proto/gen/lease.ts';
import { Membership } from '../membership.ts';
import { databaseTables } from './buckets.ts';
import { exportDatabase, type DatabaseExport } from './export.ts';
import { DatabaseError, importDatabase } from './import.ts';

const soon = (run: () => void): void => void setImmediate(run);
const confState = '{"voters":[1,18446744073709551615],"auto_leave":false}';

interface Filled {
  backend: MemoryBackend;
  store: MvccStore;
}

async function filled(seed: number, writes: number): Promise<Filled> {
  const backend = new MemoryBackend();
  const store = await MvccStore.open(backend, { soon });
  writeTo(store, seed, writes);
  const row = (table: Table, key: Uint8Array, value: Uint8Array): void => store.stage({ kind: 'put', table, key, value });
  row(Table.lease, encodeIndex(77), Lease.encode({ id: 77n, ttl: 60, remainingTtl: 5 }));
  row(Table.members, utf8('1f'), utf8('{"id":31,"peerURLs":["http://a:1"],"name":"m"}'));
  row(Table.membersRemoved, utf8('2a'), utf8('removed'));
  row(Table.cluster, utf8('clusterVersion'), utf8('3.6.0'));
  row(Table.authUsers, utf8('root'), utf8('user'));
  row(Table.meta, metaKeys.confState, utf8(confState));
  return { backend, store };
}

let index = 0;
function writeTo(store: MvccStore, seed: number, writes: number): void {
  const random = new SeededRandom(seed);
  for (let i = 0; i < writes; i++) {
    const txn = store.begin();
    const key = utf8(`key-${randomInt(random, 300)}`);
    if (randomInt(random, 5) === 0) txn.deleteRange(key, emptyBytes);
    else txn.put(key, new Uint8Array(randomInt(random, 20) === 0 ? 20_000 : 30).fill(i), randomInt(random, 10) === 0 ? 77n : 0n);
    txn.end();
    store.setConsistentIndex(++index, 3);
  }
}

const exporting = ({ backend, store }: Filled): Promise<DatabaseExport> => exportDatabase({ backend, flush: () => store.flush(), soon });
const bytesOf = (exported: DatabaseExport): Uint8Array => gathered(exported.chunks());

/** The tables as text, without the storage version, which a file has and a store need not have. */
function contentOf(backend: MemoryBackend): string[] {
  return databaseTables.flatMap((table) => [...backend.scan(table, emptyBytes)]
    .filter(({ key }) => table !== Table.meta || !equalBytes(key, metaKeys.storageVersion))
    .map(({ key, value }) => `${table} ${key.join()} ${value.join()}`));
}

describe('exports and imports', () => {
  test('members that are known otherwise take the place of those of the file', async () => {
    const exported = await exporting(await filled(1, 10));
    const backend = new MemoryBackend();
    const member = { id: 31n, name: 'renamed', peerUrls: ['http://a:2'], clientUrls: [], isLearner: true };
    await importDatabase(await openBytes(bytesOf(exported)), backend, { soon, membership: { members: [member], removed: [43n], clusterVersion: '3.5.0' } });
    exported.close();
    const membership = new Membership(1n, () => {});
    membership.load(backend);
    expect([membership.list(), membership.removed(), membership.clusterVersion]).toEqual([[member], [43n], '3.5.0']);
  });

  test('what is given to a commit stays as it is until the commit is over', async () => {
    const source = await filled(4, 0);
    for (let i = 0; i < 500; i++) {
      const txn = source.store.begin();
      txn.put(utf8(`key-${i}`), new Uint8Array(i === 250 || i === 251 ? 3_900_000 : 20_000).fill(i), 0n);
      txn.end();
    }
    const exported = await exporting(source);
    const bytes = bytesOf(exported);
    exported.close();
    const backend = new MemoryBackend();
    let commits = 0;
    /** Looks at the rows late, as LMDB does in its own thread. */
    const late = Object.assign(Object.create(backend) as MemoryBackend, {
      replace: async () => {
        const replacement = await backend.replace();
        return {
          ...replacement,
          commit: async (ops: readonly BackendPut[]) => {
            commits++;
            for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
            await replacement.commit(ops);
          },
        };
      },
    });
    await importDatabase(await openBytes(bytes, { blockBytes: 128 * 1024, blocks: 1 }), late, { soon });
    expect(commits).toBeGreaterThan(4);
    const rows = (of: MemoryBackend): string[] => [...of.scan(Table.key, emptyBytes)].map(({ key, value }) => `${key.join()} ${value.length} ${hash('sha256', value)}`);
    expect(rows(backend)).toEqual(rows(source.backend));
  });

  test.each([1, 2, 3])('an export imported elsewhere is the same store, seed %i', async (seed) => {
    const source = await filled(seed, 400);
    const before = source.store.currentRevision;
    const exported = await exporting(source);
    const bytes = bytesOf(exported);
    expect(bytes.length).toBe(exported.byteLength);
    expect(exported).toMatchObject({ index, term: 3, revision: before, storageVersion: '3.6.0' });
    expect(exported.confState?.voters).toEqual([1n, 0xffff_ffff_ffff_ffffn]);
    exported.close();
    const backend = new MemoryBackend();
    await backend.commit([{ kind: 'put', table: Table.auth, key: utf8('old'), value: utf8('old') }]);
    await importDatabase(await openBytes(bytes), backend, { soon });
    expect(contentOf(backend)).toEqual(contentOf(source.backend));
    expect(utf8Text(backend.get(Table.meta, metaKeys.storageVersion)!)).toBe('3.6.0');
    const store = await MvccStore.open(backend, { soon });
    expect(store.currentRevision).toBe(before);
    expect(store.consistentIndex).toBe(index);
    expect(await store.hashKv(0)).toEqual(await source.store.hashKv(0));
    // What was imported is exported alike.
    const again = await exporting({ backend, store });
    expect(equalBytes(bytesOf(again), bytes)).toBe(true);
  });

  test('writes during an export are not in it, while it is planned and while it is read', async () => {
    const source = await filled(9, 3000);
    let turns = 0;
    let atStart: string[] | undefined;
    const exported = await exportDatabase({
      backend: source.backend, flush: async () => {
        await source.store.flush();
        atStart = contentOf(source.backend);
      },
      soon(run) {
        turns++;
        writeTo(source.store, turns, 10);
        void source.store.flush().then(run);
      },
    });
    expect(turns).toBeGreaterThan(1);
    const parts: Uint8Array[] = [];
    for (const chunk of exported.chunks()) {
      parts.push(chunk.slice());
      writeTo(source.store, parts.length, 5);
      await source.store.flush();
    }
    exported.close();
    const backend = new MemoryBackend();
    await importDatabase(await openBytes(concatBytes(parts)), backend, { soon });
    expect(contentOf(backend)).toEqual(atStart);
    expect(contentOf(source.backend)).not.toEqual(atStart);
  });

  test('an empty store has all buckets, and revision 1', async () => {
    const backend = new MemoryBackend();
    const exported = await exporting({ backend, store: await MvccStore.open(backend, { soon }) });
    expect(exported).toMatchObject({ index: 0, term: 0, revision: 1, confState: undefined });
    const file = await openBytes(bytesOf(exported));
    expect((await file.buckets()).map(utf8Text)).toEqual(['alarm', 'auth', 'authRoles', 'authUsers', 'cluster', 'key', 'lease', 'members', 'members_removed', 'meta']);
  });

  test('after a compaction took the newest row the revision is still the compaction’s', async () => {
    const source = await filled(4, 20);
    const txn = source.store.begin();
    txn.deleteRange(utf8('key-'), utf8('key.'));
    txn.end();
    const revision = source.store.currentRevision;
    source.store.compact(revision);
    await source.store.idle();
    const exported = await exporting(source);
    expect(exported.revision).toBe(revision);
  });

  test('the place in the log can be given, rows be changed, dropped and added', async () => {
    const bytes = bytesOf(await exporting(await filled(5, 50)));
    const backend = new MemoryBackend();
    const state = { voters: [5n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
    const added: BackendPut = { kind: 'put', table: Table.members, key: utf8('5'), value: utf8('{"id":5,"peerURLs":[]}') };
    await importDatabase(await openBytes(bytes), backend, {
      soon, index: 1, term: 1, confState: state, added: () => [added],
      changed: (table, _key, value) => (table === Table.members ? undefined : table === Table.cluster ? utf8('3.5.0') : value),
    });
    const store = await MvccStore.open(backend, { soon });
    expect([store.consistentIndex, store.term]).toEqual([1, 1]);
    expect(utf8Text(backend.get(Table.meta, metaKeys.confState)!)).toBe('{"voters":[5],"auto_leave":false}');
    expect([...backend.scan(Table.members, emptyBytes)].map(({ key }) => utf8Text(key))).toEqual(['5']);
    expect(utf8Text(backend.get(Table.cluster, utf8('clusterVersion'))!)).toBe('3.5.0');
  });

  test('a file that is not good changes nothing', async () => {
    const { backend } = await filled(6, 30).then(async (source) => {
      await source.store.flush();
      return source;
    });
    const before = contentOf(backend);
    const good = encodeRowKey(5, 0, false);
    const bucket = (name: string, rows: [Uint8Array, Uint8Array][]) => ({ name: utf8(name), entries: () => rows });
    const attempt = async (...buckets: ReturnType<typeof bucket>[]): Promise<void> => importDatabase(await openBytes(gathered(layoutBolt(buckets).chunks())), backend, { soon });
    await expect(attempt(bucket('key', []))).rejects.toThrow(/no bucket "meta"/);
    await expect(attempt(bucket('key', [[utf8('short'), emptyBytes]]), bucket('meta', []))).rejects.toThrow(DatabaseError);
    await expect(attempt(bucket('key', [[good, utf8('\u0007')]]), bucket('meta', []))).rejects.toThrow(/bucket "key", row 0000000000000005/);
    await expect(attempt(bucket('key', [[good, emptyBytes]]), bucket('meta', [[metaKeys.term, utf8('x')]]))).rejects.toThrow(/no index/);
    await expect(attempt(bucket('key', []), bucket('meta', []), bucket('members', [[utf8('1'), utf8('{')]]))).rejects.toThrow(/bucket "members", row 31/);
    const damaged = bytesOf(await exporting(await filled(6, 30)));
    damaged.fill(0xff, 3 * 4096 + 16, 3 * 4096 + 32);
    await expect(openBytes(damaged).then((file) => importDatabase(file, backend, { soon }))).rejects.toThrow(BoltError);
    expect(contentOf(backend)).toEqual(before);
    // Another import may begin after one that failed.
    await attempt(bucket('key', [[good, emptyBytes]]), bucket('meta', []));
    expect([...backend.scan(Table.key, emptyBytes)]).toHaveLength(1);
  });
});
