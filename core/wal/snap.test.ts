import { beforeEach, expect, test } from 'vitest';
import { SimDisk } from '../../test/sim/sim-disk.ts';
import { utf8 } from '../base/bytes.ts';
import { SeededRandom } from '../base/random.ts';
import { DiskError } from '../ports/disk.ts';
import type { Snapshot } from '../raft/types.ts';
import { loadNewestSnap, purgeSnaps, saveSnap, snapDbName } from './snap.ts';

const dir = '/m/snap';
const confState = { voters: [0x8e9e05c52164694dn], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
const snapshot = (index: number, term = 1): Snapshot => ({ data: utf8(`state ${index}`), metadata: { confState, index, term } });

let disk: SimDisk;
beforeEach(async () => {
  disk = new SimDisk();
  await disk.mkdir(dir);
});

test('a file is named after term and index, and is read back', async () => {
  expect(await saveSnap(disk, dir, snapshot(255, 16))).toBe('0000000000000010-00000000000000ff.snap');
  expect(snapDbName(255)).toBe('00000000000000ff.snap.db');
  const { found, broken } = await loadNewestSnap(disk, dir);
  expect(found?.snapshot).toEqual(snapshot(255, 16));
  expect(broken).toEqual([]);
});

test('the newest by term, then index, that the log knows is taken', async () => {
  for (const [index, term] of [[30, 1], [20, 2], [10, 2]] as const) await saveSnap(disk, dir, snapshot(index, term));
  expect((await loadNewestSnap(disk, dir)).found?.snapshot.metadata).toMatchObject({ index: 20, term: 2 });
  expect((await loadNewestSnap(disk, dir, ({ term }) => term === 1)).found?.snapshot.metadata.index).toBe(30);
  expect((await loadNewestSnap(disk, dir, () => false)).found).toBeUndefined();
});

test('a damaged file is renamed, whatever byte it is, and the one before it is taken', async () => {
  await saveSnap(disk, dir, snapshot(1));
  const name = await saveSnap(disk, dir, snapshot(2));
  const whole = await disk.readFile(`${dir}/${name}`);
  for (let at = 0; at < whole.length; at++) {
    const file = await disk.open(`${dir}/${name}`);
    await file.write(at, Uint8Array.of(whole[at]! ^ 0x41));
    const { found, broken } = await loadNewestSnap(disk, dir);
    expect(found?.snapshot.metadata.index, `byte ${at}`).toBe(1);
    expect(broken).toEqual([name]);
    expect(await disk.list(dir)).toContain(`${name}.broken`);
    await file.write(0, whole);
    await disk.rename(`${dir}/${name}.broken`, `${dir}/${name}`);
  }
});

test('an empty file is no snapshot', async () => {
  await disk.open(`${dir}/0000000000000001-0000000000000009.snap`, { create: true });
  const { found, broken } = await loadNewestSnap(disk, dir);
  expect([found, broken]).toEqual([undefined, ['0000000000000001-0000000000000009.snap']]);
});

test('only the newest are kept, and what a crash left half-written goes', async () => {
  for (let index = 1; index <= 7; index++) await saveSnap(disk, dir, snapshot(index));
  await disk.open(`${dir}/0000000000000001-0000000000000008.snap.tmp`, { create: true });
  expect((await purgeSnaps(disk, dir, 5)).length).toBe(3);
  expect((await disk.list(dir)).map((name) => name.slice(-6, -5))).toEqual(['3', '4', '5', '6', '7']);
  expect(await purgeSnaps(disk, dir, 5)).toEqual([]);
});

test('power may fail at any operation: the snapshot is there whole, or the one before it is', async () => {
  for (let failAt = 1; ; failAt++) {
    disk = new SimDisk();
    await disk.mkdir(dir);
    await saveSnap(disk, dir, snapshot(1));
    const limit = disk.operations + failAt;
    disk.setFault((_operation, path) => (disk.operations >= limit ? new DiskError('EIO', path, 'power failure') : undefined));
    const saved = await saveSnap(disk, dir, snapshot(2)).then(
      () => true,
      () => false,
    );
    disk.setFault(undefined);
    disk.crash(new SeededRandom(failAt));
    const { found, broken } = await loadNewestSnap(disk, dir);
    expect(broken).toEqual([]);
    if (saved) {
      expect(found?.snapshot).toEqual(snapshot(2));
      break;
    }
    expect([1, 2]).toContain(found?.snapshot.metadata.index);
    // What is left in the folder does not stop the next one.
    await saveSnap(disk, dir, snapshot(2));
  }
});
