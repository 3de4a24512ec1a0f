import { beforeEach, expect, test } from 'vitest';
import { SimDisk } from '../../test/sim/sim-disk.ts';
import { utf8 } from '../base/bytes.ts';
import { MemoryBackend } from '../mvcc/memory-backend.ts';
import { MvccStore } from '../mvcc/store.ts';
import { silentLog } from '../ports/log.ts';
import type { PeerNetwork, SnapshotBody } from '../ports/network.ts';
import { MemoryStorage } from '../raft/memory-storage.ts';
import { EntryType, MessageType, type ConfState, type Entry, type Message } from '../raft/types.ts';
import { Wal } from '../wal/wal.ts';
import { memberDefaults } from './config.ts';
import { MemberDatabase } from './database/member-database.ts';
import { Snapshots, type SnapshotsParts } from './snapshots.ts';

const soon = (run: () => void): void => void setImmediate(run);
let nowMs = 0;
const clock = { nowMs: () => nowMs, wallMs: () => 0, soon, after: () => ({ dispose() {} }), every: () => ({ dispose() {} }) };
const confState: ConfState = { voters: [1n, 2n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
const snapDir = '/m/snap';

let raftStorage: MemoryStorage;
let snapshots: Snapshots;
let pointReady: Promise<void>;
let sent: SnapshotBody[];
let accepted: () => Promise<string[]>;

beforeEach(async () => {
  const disk = new SimDisk();
  await disk.mkdir(snapDir);
  const backend = new MemoryBackend();
  const store = await MvccStore.open(backend, { soon });
  const txn = store.begin();
  txn.put(utf8('a'), utf8('v'), 0n);
  txn.end();
  store.setConsistentIndex(20, 1);
  raftStorage = new MemoryStorage();
  const entries = Array.from({ length: 40 }, (_, i): Entry => ({ type: EntryType.normal, term: 1, index: i + 1, data: new Uint8Array(0) }));
  raftStorage.append(entries);
  const wal = await Wal.create(disk, '/m/wal', { nodeId: 1n, clusterId: 1n });
  await wal.save({ term: 1, vote: 1n, commit: 40 }, entries, true);
  sent = [];
  const network: Partial<PeerNetwork> = { sendSnapshot: (_message, body) => void sent.push(body) };
  const parts: SnapshotsParts = {
    config: { ...memberDefaults, dataDir: '/m', initialCluster: [], snapshotCount: 10, snapshotCatchupEntries: 5 },
    clock, disk, snapDir, wal, raftStorage, backend, store, network: network as PeerNetwork, log: silentLog,
  };
  let ready = (): void => {};
  pointReady = new Promise((resolve) => (ready = resolve));
  snapshots = new Snapshots(parts, new MemberDatabase(backend, store, clock), { pointReady: () => ready(), failed: () => {}, notSent: () => {} });
  accepted = () => disk.list(snapDir);
});

const toPeer = (): Message => ({ type: MessageType.snap, to: 2n, from: 1n, snapshot: { data: new Uint8Array(0), metadata: { index: 1, term: 1, confState } } }) as Message;
const point = (index: number) => () => ({ index, term: 1, confState });

test('a point is noted after so many entries, and what lies far enough before it is dropped', async () => {
  snapshots.applied(point(10), 10);
  expect(snapshots.hasPoint).toBe(false);
  snapshots.applied(point(20), 20);
  await pointReady;
  await snapshots.notePoint();
  expect(raftStorage.firstIndex()).toBe(16);
  expect(raftStorage.snapshot().metadata).toMatchObject({ index: 20, term: 1 });
  expect(await accepted()).toEqual(['0000000000000001-0000000000000014.snap']);
});

test('while a snapshot is on its way the entries that its receiver will need stay', async () => {
  await snapshots.send(toPeer());
  expect(snapshots.underWayTo(2n)).toMatchObject({ sentBytes: 0, totalBytes: sent[0]!.byteLength });
  snapshots.applied(point(20), 20);
  await pointReady;
  await snapshots.notePoint();
  expect(raftStorage.snapshot().metadata.index).toBe(20);
  expect(raftStorage.firstIndex()).toBe(1);
  for (const _chunk of sent[0]!.chunks()) continue;
  expect(snapshots.underWayTo(2n)!.sentBytes).toBe(sent[0]!.byteLength);
  sent[0]!.close();
  expect(snapshots.underWayTo(2n)).toBeUndefined();
  snapshots.applied(point(31), 31);
  await new Promise<void>(soon);
  await snapshots.notePoint();
  expect(raftStorage.firstIndex()).toBe(27);
});

test('its receiver has time to catch up from there', async () => {
  snapshots.arrived();
  nowMs += 29_999;
  snapshots.applied(point(20), 20);
  await pointReady;
  await snapshots.notePoint();
  expect(raftStorage.firstIndex()).toBe(1);
  nowMs += 1;
  snapshots.applied(point(31), 31);
  await new Promise<void>(soon);
  await snapshots.notePoint();
  expect(raftStorage.firstIndex()).toBe(27);
});

test('a point that a received snapshot has overtaken is not noted any more', async () => {
  snapshots.applied(point(20), 20);
  await pointReady;
  await snapshots.accept({ data: new Uint8Array(0), metadata: { index: 35, term: 1, confState } });
  await snapshots.notePoint();
  expect(await accepted()).toEqual(['0000000000000001-0000000000000023.snap']);
  expect(raftStorage.firstIndex()).toBe(1);
});
