import { expect, test } from 'vitest';
import { SimDisk } from '../../test/sim/sim-disk.ts';
import { utf8 } from '../base/bytes.ts';
import { chance, pick, randomInt, SeededRandom } from '../base/random.ts';
import { DiskError, type Disk } from '../ports/disk.ts';
import type { Entry, HardState } from '../raft/types.ts';
import { readFrame } from './frames.ts';
import { LogFiles } from './log-files.ts';
import { Wal, type WalSnapshot } from './wal.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const dir = '/m/wal';
const ids = { nodeId: 0x8e9e05c52164694dn, clusterId: 0xcdf818194e3a8c32n };
const start: WalSnapshot = { index: 0, term: 0, confState: undefined };
const options = { segmentBytes: 4096 };
const entry = (index: number, term = 1, text = `entry ${index}`): Entry => ({ type: 0, term, index, data: utf8(text) });
const state = (commit: number, term = 1): HardState => ({ term, vote: 1n, commit });

async function newWal(disk = new SimDisk()): Promise<{ disk: SimDisk; wal: Wal }> {
  await disk.mkdir('/m');
  return { disk, wal: await Wal.create(disk, dir, ids, options) };
}
const text = ({ index, term, data }: Entry): string => `${index}/${term}/${new TextDecoder().decode(data)}`;
const open = (disk: SimDisk, from = start) => Wal.open(disk, dir, from, options);

test('what is saved is read back, over several segments, ids and all', async () => {
  const { disk, wal } = await newWal();
  for (let i = 1; i <= 200; i++) await wal.save(state(i), [entry(i, 1, 'x'.repeat(i))], true);
  await wal.close();
  expect((await disk.list(dir)).length).toBeGreaterThan(3);
  const { entries, hardState, metadata, torn } = await open(disk);
  expect(entries.map(text)).toEqual(Array.from({ length: 200 }, (_, i) => text(entry(i + 1, 1, 'x'.repeat(i + 1)))));
  expect(hardState).toEqual(state(200));
  expect(metadata).toEqual(ids);
  expect(torn).toBe(false);
});

test('segments have their sequence and first index in their names', async () => {
  const { disk, wal } = await newWal();
  for (let i = 1; i <= 40; i++) await wal.save(undefined, [entry(i, 1, 'y'.repeat(200))], true);
  const names = await disk.list(dir);
  expect(names[0]).toBe('0000000000000000-0000000000000000.wal');
  expect(names[1]).toMatch(/^0000000000000001-00000000000000[0-9a-f]{2}\.wal$/);
});

test('entries that are written again replace those behind them', async () => {
  const { disk, wal } = await newWal();
  await wal.save(state(1), [entry(1), entry(2), entry(3)], true);
  await wal.save(state(1, 2), [entry(2, 2)], true);
  const { entries } = await open(disk);
  expect(entries.map(({ index, term }) => [index, term])).toEqual([[1, 1], [2, 2]]);
});

test('reading begins at a snapshot, whose segments before it may be gone', async () => {
  const { disk, wal } = await newWal();
  const confState = { voters: [1n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  for (let i = 1; i <= 60; i++) await wal.save(state(i), [entry(i, 1, 'z'.repeat(150))], true);
  await wal.saveSnapshot({ index: 50, term: 1, confState });
  expect(await wal.releaseTo(50, 1)).toBeGreaterThan(0);
  expect(await (await LogFiles.open(disk, dir)).snapshots()).toEqual([{ index: 50, term: 1, confState }]);
  const { entries } = await open(disk, { index: 50, term: 1, confState });
  expect(entries.map(({ index }) => index)).toEqual([51, 52, 53, 54, 55, 56, 57, 58, 59, 60]);
  await expect(open(disk)).rejects.toThrow('no segment reaches back to index 0');
});

test('a start reads each segment once, and those behind the newest usable snapshot not at all', async () => {
  const { disk, wal } = await newWal();
  const confState = { voters: [1n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  for (let i = 1; i <= 120; i++) {
    await wal.save(state(i), [entry(i, 1, 'z'.repeat(150))], true);
    if (i % 30 === 0) await wal.saveSnapshot({ index: i, term: 1, confState });
  }
  await wal.close();
  const read: string[] = [];
  const watched = new Proxy<Disk>(disk, {
    get: (target, name) => {
      if (name === 'readFile') return (path: string) => (read.push(path), target.readFile(path));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
  const files = await LogFiles.open(watched, dir);
  expect(files.segments.length).toBeGreaterThan(4);
  expect((await files.snapshots(100)).map(({ index }) => index).slice(-2)).toEqual([90, 120]);
  expect((await files.snapshots(95)).findLast(({ index }) => index <= 95)?.index).toBe(90);
  const { entries } = await Wal.open(watched, dir, { index: 90, term: 1, confState }, options, files);
  expect(entries.map(({ index }) => index)).toEqual(Array.from({ length: 30 }, (_, i) => 91 + i));
  expect(new Set(read).size).toBe(read.length);
  expect(read.length).toBeLessThan(files.segments.length);
});

test('segments that a crash has left of a purge do no harm, and one that is needed is missed by name', async () => {
  const { disk, wal } = await newWal();
  const confState = { voters: [1n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  for (let i = 1; i <= 120; i++) await wal.save(state(i), [entry(i, 1, 'z'.repeat(150))], true);
  const snapshot = { index: 115, term: 1, confState };
  await wal.saveSnapshot(snapshot);
  await wal.close();
  const names = (await disk.list(dir)).filter((name) => name.endsWith('.wal'));
  expect(names.length).toBeGreaterThan(4);
  // Of the removals of 0 to 2 that of 1 alone has reached the disk.
  await disk.remove(`${dir}/${names[1]!}`);
  expect(await (await LogFiles.open(disk, dir)).snapshots()).toEqual([start, snapshot]);
  const { wal: again, entries } = await open(disk, snapshot);
  expect(entries.map(({ index }) => index)).toEqual([116, 117, 118, 119, 120]);
  await expect(open(disk)).rejects.toThrow(`${dir}: segment 0000000000000001 is missing between ${names[0]} and ${names[2]}: restore it, or replace this member`);
  await again.releaseTo(115, 1);
  expect((await disk.list(dir)).filter((name) => name.endsWith('.wal'))).toEqual([names.at(-1)]);
  await again.close();
});

test.each([['empty', 0], ['of zeros', 4096], ['cut off in its head', 40]])('a last segment that is %s is refused by its name', async (_what, bytes) => {
  const { disk, wal } = await newWal();
  for (let i = 1; i <= 30; i++) await wal.save(state(i), [entry(i, 1, 'z'.repeat(200))], true);
  await wal.close();
  const path = `${dir}/${(await disk.list(dir)).filter((name) => name.endsWith('.wal')).at(-1)!}`;
  const file = await disk.open(path);
  await file.truncate(bytes % 4096);
  await file.truncate(bytes);
  await expect(open(disk)).rejects.toThrow(`${path}: the segment has no metadata record: it was cut off; replace this member, or restore its data folder`);
});

test('two segments of one sequence number are told by their names', async () => {
  const { disk, wal } = await newWal();
  for (let i = 1; i <= 30; i++) await wal.save(state(i), [entry(i, 1, 'z'.repeat(200))], true);
  await wal.close();
  const last = (await disk.list(dir)).filter((name) => name.endsWith('.wal')).at(-1)!;
  const twin = `${last.slice(0, 17)}00000000000000ff.wal`;
  await disk.open(`${dir}/${twin}`, { create: true });
  await expect(open(disk)).rejects.toThrow(`${dir}: ${last} and ${twin} are the same segment: take away the one that is not of this log`);
});

test('a change of any byte of a record is found, and told with its file and offset', async () => {
  const { disk, wal } = await newWal();
  await wal.save(state(3), [entry(1), entry(2), entry(3)], true);
  const path = `${dir}/0000000000000000-0000000000000000.wal`;
  const whole = await disk.readFile(path);
  const end = whole.findLastIndex((byte) => byte !== 0);
  let lastStart = 0;
  for (let at = 0, crc = 0; ; ) {
    const frame = readFrame(whole, at, crc);
    if (frame.kind !== 'record') break;
    [lastStart, at, crc] = [at, frame.next, frame.record.crc];
  }
  let refused = 0;
  for (let at = 100; at < end; at++) {
    const file = await disk.open(path);
    await file.write(at, Uint8Array.of(whole[at]! ^ 0xff));
    await file.datasync();
    const outcome = await open(disk).then(
      ({ entries, torn }) => ({ torn, count: entries.length }),
      (error: unknown) => String(error),
    );
    // Behind the start of the last record nothing tells its broken length from a torn write; padding says nothing at all.
    if (typeof outcome === 'string') {
      expect(outcome).toMatch(/\.wal: at offset \d+: /);
      refused++;
    } else expect(outcome.count === 3 || (outcome.torn && at >= lastStart)).toBe(true);
    const restore = await disk.open(path);
    await restore.truncate(whole.length);
    await restore.write(0, whole);
    await restore.datasync();
  }
  expect(refused).toBeGreaterThan((end - 100) * 0.7);
});

test('a failed write poisons the log: what follows is refused', async () => {
  const { disk, wal } = await newWal();
  disk.setFault((operation, path) => (operation === 'sync' ? new DiskError('EIO', path, 'input/output error') : undefined));
  await expect(wal.save(state(1), [entry(1)], true)).rejects.toThrow('input/output error');
  disk.setFault(undefined);
  await expect(wal.save(state(1), [entry(1)], true)).rejects.toThrow('takes no more writes');
});

test.each(Array.from({ length: 80 }, (_, i) => seed + i))('what was synced or read survives a failure and a crash at any moment, and what was not is whole or absent (seed %i)', async (runSeed) => {
  const random = new SeededRandom(runSeed);
  const disk = new SimDisk();
  await disk.mkdir('/m');
  let wal = await Wal.create(disk, dir, ids, options);
  let synced: Entry[] = [];
  let syncedState = { term: 0, vote: 0n, commit: 0 };
  let written: Entry[] = [];
  const ever = new Set<string>();
  for (let round = 0; round < 6; round++) {
    const crashAt = disk.operations + 1 + randomInt(random, 60);
    const taken = pick(random, ['nothing', 'half', 'all'] as const);
    disk.setFault((_operation, path) => (disk.operations < crashAt ? undefined : { error: new DiskError('EIO', path, 'input/output error'), taken: disk.operations === crashAt ? taken : 'nothing' }));
    try {
      for (;;) {
        const from = randomInt(random, 10) === 0 && written.length > synced.length ? written.length - 1 : written.length;
        const batch = Array.from({ length: 1 + randomInt(random, 4) }, (_, i) => entry(from + 1 + i, round + 1, 'd'.repeat(randomInt(random, 900))));
        const sync = randomInt(random, 4) > 0;
        const next = { term: round + 1, vote: 1n, commit: synced.length };
        written = [...written.slice(0, from), ...batch];
        for (const item of batch) ever.add(text(item));
        await wal.save(next, batch, sync);
        if (sync) {
          synced = written;
          syncedState = next;
        }
      }
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
    disk.setFault(undefined);
    // Power fails, or the process ends alone.
    if (chance(random, 0.5)) disk.crash(random);
    else disk.unmount();
    const opened = await open(disk);
    wal = opened.wal;
    expect(opened.entries.length).toBeGreaterThanOrEqual(synced.length);
    expect(opened.entries.slice(0, synced.length).map(text)).toEqual(synced.map(text));
    // Behind them may stand what was written and not synced; it is something that was written there, whole.
    for (const found of opened.entries) expect(ever.has(text(found))).toBe(true);
    expect(opened.hardState.term).toBeGreaterThanOrEqual(syncedState.term);
    written = opened.entries;
    synced = opened.entries;
  }
});

test('a segment whose name a former process did not sync is there for good when the log has been opened', async () => {
  const { disk, wal } = await newWal();
  let cut = false;
  disk.setFault((operation, path) => (operation === 'syncDir' && path === dir ? ((cut = true), new DiskError('EIO', path, 'input/output error')) : undefined));
  let saved = 0;
  while (!cut) await wal.save(state(saved + 1), [entry(saved + 1, 1, 'z'.repeat(500))], true).then(() => saved++, () => {});
  disk.setFault(undefined);
  disk.unmount();
  expect(await disk.list(dir)).toHaveLength(2);
  const again = await open(disk);
  const last = again.entries.at(-1)!.index;
  expect(last).toBeGreaterThanOrEqual(saved);
  await again.wal.save(undefined, [entry(last + 1)], true);
  disk.crash({ uint32: () => 0xffff_ffff });
  expect((await open(disk)).entries.at(-1)!.index).toBe(last + 1);
});

test('power may fail at any disk operation, from the making of the log on, and it opens with all that was synced', async () => {
  for (let failAt = 1; ; failAt++) {
    const disk = new SimDisk();
    await disk.mkdir('/m');
    const random = new SeededRandom(seed + failAt);
    disk.setFault((_operation, path) => (disk.operations >= failAt ? new DiskError('EIO', path, 'power failure') : undefined));
    let synced = -1;
    let failed = false;
    try {
      const wal = await Wal.create(disk, dir, ids, options);
      synced = 0;
      for (let i = 1; i <= 12; i++) {
        await wal.save(state(i - 1), [entry(i, 1, 'p'.repeat(700))], true);
        synced = i;
        if (i % 5 === 0) await wal.saveSnapshot({ index: i - 1, term: 1, confState: undefined });
        if (i === 10) await wal.releaseTo(4, 1);
      }
      await wal.close();
    } catch {
      failed = true;
    }
    disk.setFault(undefined);
    disk.crash(random);
    if (synced < 0 && !(await LogFiles.open(disk, dir)).exists) {
      // It was not made: it can be made now.
      const again = await Wal.create(disk, dir, ids, options);
      await again.save(state(0), [entry(1)], true);
      continue;
    }
    const from = (await (await LogFiles.open(disk, dir)).snapshots()).filter(({ index }) => index <= 4).at(-1) ?? start;
    const opened = await open(disk, from);
    expect(opened.metadata).toEqual(ids);
    expect(opened.entries.at(-1)?.index ?? from.index, `failure at operation ${failAt} (seed ${seed})`).toBeGreaterThanOrEqual(synced);
    await opened.wal.save(state(synced), [entry((opened.entries.at(-1)?.index ?? from.index) + 1)], true);
    if (!failed) break;
  }
});
