import { expect, test } from 'vitest';
import { SimDisk } from '../../test/sim/sim-disk.ts';
import { gathered } from '../../test/support/bolt-file.ts';
import { eventually } from '../../test/support/process.ts';
import { emptyBytes, utf8 } from '../base/bytes.ts';
import { MemoryBackend } from '../mvcc/memory-backend.ts';
import { MvccStore } from '../mvcc/store.ts';
import { nodeClock } from '../node/node-clock.ts';
import { MessageType, type Message } from '../raft/types.ts';
import { snapDbName } from '../wal/snap.ts';
import { exportDatabase } from './database/export.ts';
import { databaseTables } from './database/buckets.ts';
import { MemberDatabase } from './database/member-database.ts';
import { encodeTree } from './legacy-tree.ts';
import { Membership } from './membership.ts';
import { Snapshots, type SnapshotsParts } from './snapshots.ts';

const snapDir = '/snap';
const soon = (run: () => void): void => void setImmediate(run);
const confState = { voters: [1n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };

const contentOf = (backend: MemoryBackend): string[] => databaseTables.flatMap((table) => (
  [...backend.scan(table, emptyBytes)].map(({ key, value }) => `${table} ${key.join()} ${value.length} ${value.subarray(-8).join()}`)));

/** A store of some four MiB at an index of the log, as its leader sends it. */
async function sent(index: number): Promise<{ message: Message; bytes: Uint8Array }> {
  const backend = new MemoryBackend();
  const store = await MvccStore.open(backend, { soon });
  for (let i = 0; i < 200; i++) {
    const txn = store.begin();
    txn.put(utf8(`key-${i}`), new Uint8Array(20_000).fill(index), 0n);
    txn.end();
  }
  store.setConsistentIndex(index, 2);
  const exported = await exportDatabase({ backend, flush: () => store.flush(), soon });
  const bytes = gathered(exported.chunks());
  exported.close();
  const data = utf8(encodeTree(new Membership(0n, () => {})));
  return { bytes, message: { type: MessageType.snap, snapshot: { data, metadata: { index, term: 2, confState } } } as unknown as Message };
}

async function follower() {
  const backend = new MemoryBackend();
  const store = await MvccStore.open(backend, { soon });
  const txn = store.begin();
  txn.put(utf8('old'), utf8('content'), 0n);
  txn.end();
  await store.flush();
  const disk = new SimDisk();
  await disk.mkdir(snapDir);
  const said: string[] = [];
  const parts = {
    backend, store, disk, snapDir, clock: nodeClock, log: { log: (_level: string, text: string) => void said.push(text) },
    raftStorage: { snapshot: () => ({ metadata: { index: 0 } }) },
  } as unknown as SnapshotsParts;
  const snapshots = new Snapshots(parts, new MemberDatabase(backend, store, nodeClock), { pointReady() {}, failed() {}, notSent() {} });
  const install = async ({ snapshot }: Message): Promise<number> => {
    let newest = 0;
    await snapshots.install(snapshot!, (rows) => (newest = rows.newest));
    return newest;
  };
  return { backend, disk, said, snapshots, install };
}

async function* inPieces(bytes: Uint8Array, reached: (share: number) => Promise<void> | void = () => {}): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 50_000) {
    await reached(at / bytes.length);
    yield bytes.slice(at, at + 50_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** No other content is in the making. */
async function expectFree(backend: MemoryBackend): Promise<void> {
  await (await backend.replace()).abandon();
}

test('a snapshot is prepared as it comes, nothing of it is seen before it is installed, and its file is not read for that', async () => {
  const { message, bytes } = await sent(900);
  const { backend, disk, said, snapshots, install } = await follower();
  const before = contentOf(backend);
  await snapshots.receive(message, bytes.length, inPieces(bytes, () => expect(contentOf(backend)).toEqual(before)));
  await eventually('it is prepared', async () => expect(said).toContain('a snapshot is prepared'));
  expect(contentOf(backend)).toEqual(before);
  await (await disk.open(`${snapDir}/${snapDbName(900)}`)).write(0, new Uint8Array(bytes.length));
  expect(await install(message)).toBe(201);
  const prepared = contentOf(backend);
  expect(prepared.filter((row) => row.startsWith('key '))).toHaveLength(200);
  expect(await disk.list(snapDir)).toEqual([]);
  const { snapshots: others, backend: other, install: installOther } = await follower();
  await others.receive(message, undefined, inPieces(bytes));
  expect(await installOther(message)).toBe(201);
  expect(prepared).toEqual(contentOf(other));
});

test('one that breaks off leaves the store as it was, no file, and room for another', async () => {
  const { message, bytes } = await sent(900);
  const { backend, disk, said, snapshots, install } = await follower();
  const before = contentOf(backend);
  await expect(snapshots.receive(message, bytes.length, inPieces(bytes, (share) => {
    if (share > 0.8) throw new Error('the sender is gone');
  }))).rejects.toThrow(/sender is gone/);
  expect(contentOf(backend)).toEqual(before);
  expect(await disk.list(snapDir)).toEqual([]);
  await expectFree(backend);
  await snapshots.receive(message, bytes.length, inPieces(bytes));
  await eventually('it is prepared', async () => expect(said).toContain('a snapshot is prepared'));
  expect(await install(message)).toBe(201);
});

test('one that is not wanted any more when it has come leaves no file, and room for another', async () => {
  const { message, bytes } = await sent(900);
  const { backend, disk, snapshots } = await follower();
  await snapshots.receive(message, bytes.length, inPieces(bytes), () => false);
  expect(await disk.list(snapDir)).toEqual([]);
  await expectFree(backend);
});

test('one that cannot be given its name leaves no file, and room for another', async () => {
  const { message, bytes } = await sent(900);
  const { backend, disk, snapshots } = await follower();
  disk.setFault((operation) => (operation === 'rename' ? new Error('no names today') : undefined));
  await expect(snapshots.receive(message, bytes.length, inPieces(bytes))).rejects.toThrow(/no names today/);
  disk.setFault(undefined);
  expect(await disk.list(snapDir)).toEqual([]);
  await expectFree(backend);
});

test('what raft does not take is dropped, and what it takes instead is installed from its file', async () => {
  const [older, newer] = [await sent(900), await sent(1000)];
  const { backend, said, snapshots, install } = await follower();
  await snapshots.receive(older.message, older.bytes.length, inPieces(older.bytes));
  await eventually('it is prepared', async () => expect(said).toContain('a snapshot is prepared'));
  await snapshots.dropPrepared();
  await expectFree(backend);
  await snapshots.receive(newer.message, newer.bytes.length, inPieces(newer.bytes));
  expect(await install(older.message)).toBe(201);
  expect(contentOf(backend).find((row) => row.startsWith('key '))).toMatch(/132,132$/);
  await expectFree(backend);
});

test('a second one that comes in the middle of the first takes its place', async () => {
  const [first, second] = [await sent(900), await sent(1000)];
  const { backend, said, snapshots, install } = await follower();
  let met: Promise<void> | undefined;
  await snapshots.receive(first.message, first.bytes.length, inPieces(first.bytes, async (share) => {
    if (share > 0.5) await (met ??= snapshots.receive(second.message, second.bytes.length, inPieces(second.bytes)));
  }));
  await eventually('it is prepared', async () => expect(said).toContain('a snapshot is prepared'));
  expect(said).toContain('a snapshot was not prepared as it came');
  expect(await install(second.message)).toBe(201);
  expect(contentOf(backend).find((row) => row.startsWith('key '))).toMatch(/232,232$/);
});

test('a damaged one is not prepared, and refused when it is installed', async () => {
  const { message, bytes } = await sent(900);
  const { backend, said, snapshots, install } = await follower();
  const before = contentOf(backend);
  const damaged = bytes.slice().fill(0xff, bytes.length - 30_000);
  await snapshots.receive(message, damaged.length, inPieces(damaged));
  await expect(install(message)).rejects.toMatchObject({ name: 'BoltError' });
  expect(said).toEqual(['a snapshot was not prepared as it came']);
  expect(contentOf(backend)).toEqual(before);
  await expectFree(backend);
});
