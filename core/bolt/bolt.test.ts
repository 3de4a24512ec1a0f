import { describe, expect, test } from 'vitest';
import { gathered, layoutBolt, openBytes } from '../../test/support/bolt-file.ts';
import { byteString, compareBytes, utf8, utf8Text } from '../base/bytes.ts';
import { randomInt, SeededRandom } from '../base/random.ts';
import { checkBolt } from './check.ts';
import { BoltError, decodeMeta, encodeMeta, fnv1a64, PageFlag, pageHeaderBytes } from './format.ts';
import { openBolt, type BoltFile } from './read.ts';
import type { BoltBucket, BoltEntry } from './write.ts';

type Rows = BoltEntry[];

const bucketOf = (name: string, rows: Rows): BoltBucket => ({ name: utf8(name), entries: () => rows });
const fileOf = (buckets: BoltBucket[], pageSize?: number): Uint8Array => gathered(layoutBolt(buckets, pageSize ? { pageSize } : {}).chunks());
/** With so little memory that what was given out is written over by the next read. */
const open = (file: Uint8Array): Promise<BoltFile> => openBytes(file, { blockBytes: 16_384, blocks: 1 });

async function contentsOf(file: BoltFile): Promise<Map<string, Rows>> {
  const out = new Map<string, Rows>();
  for (const name of await file.buckets()) {
    const rows: Rows = [];
    for await (const [key, value] of (await file.bucket(name))!.entries()) rows.push([key.slice(), value.slice()]);
    out.set(utf8Text(name), rows);
  }
  return out;
}

const noise = Uint8Array.from({ length: 100_000 }, ((random) => () => randomInt(random, 256))(new SeededRandom(1)));

function randomBytes(random: SeededRandom, length: number): Uint8Array {
  const at = randomInt(random, noise.length - length);
  return noise.subarray(at, at + length);
}

/** Sizes that meet every case: empty, inline, one leaf, many, overflow. */
function randomRows(random: SeededRandom, count: number, longest: number): Rows {
  const rows = new Map<string, BoltEntry>();
  for (let i = 0; i < count; i++) {
    const key = randomBytes(random, 1 + randomInt(random, randomInt(random, 20) === 0 ? 3000 : 24));
    const value = randomBytes(random, randomInt(random, randomInt(random, 10) === 0 ? longest : 60));
    rows.set(byteString(key), [key, value]);
  }
  return [...rows.values()].sort(([a], [b]) => compareBytes(a, b));
}

describe('database files', () => {
  test('the checksum is FNV-1a', () => {
    expect(fnv1a64(utf8(''))).toBe(0xcbf29ce484222325n);
    expect(fnv1a64(utf8('foobar'))).toBe(0x85944171f73967e8n);
  });

  test('a file without buckets is two metas, a freelist and an empty root', async () => {
    const file = fileOf([]);
    expect(file.length).toBe(4 * 4096);
    const opened = await open(file);
    expect(await opened.buckets()).toEqual([]);
    expect(opened.meta).toEqual({ pageSize: 4096, rootPage: 3, freelistPage: 2, highWater: 4, transaction: 1 });
  });

  for (let seed = 1; seed <= 40; seed++) {
    test(`what was written is read back, seed ${seed}`, async () => {
      const random = new SeededRandom(seed);
      const pageSize = [1024, 4096, 16_384][randomInt(random, 3)]!;
      const written = new Map<string, Rows>();
      for (let i = randomInt(random, 6); i >= 0; i--) written.set(`bucket-${i}`, randomRows(random, randomInt(random, randomInt(random, 3) === 0 ? 3000 : 40), 40_000));
      const layout = layoutBolt([...written].map(([name, rows]) => bucketOf(name, rows)), { pageSize });
      const file = gathered(layout.chunks());
      expect(file.length).toBe(layout.byteLength);
      const opened = await open(file);
      const found = await contentsOf(opened);
      expect([...found.keys()]).toEqual([...written.keys()].sort());
      for (const [name, rows] of written) {
        expect(found.get(name)!.length).toBe(rows.length);
        rows.forEach(([key, value], i) => {
          const row = found.get(name)![i]!;
          if (compareBytes(row[0], key) !== 0 || compareBytes(row[1], value) !== 0) throw new Error(`${name}: row ${i} differs`);
        });
        const bucket = (await opened.bucket(utf8(name)))!;
        for (let i = 0; i < 50 && rows.length > 0; i++) {
          const [key, value] = rows[randomInt(random, rows.length)]!;
          const found = (await bucket.get(key))!;
          await bucket.get(rows[0]![0]);
          expect(compareBytes(found, value)).toBe(0);
        }
        expect(await bucket.get(randomBytes(random, 30))).toBeUndefined();
      }
    });
  }

  test('the check finds nothing wrong with what was written, and no branch has a single child', async () => {
    for (const pageSize of [1024, 4096]) {
      const random = new SeededRandom(pageSize);
      const opened = await open(fileOf([bucketOf('a', randomRows(random, 4000, 3000)), bucketOf('b', randomRows(random, 900, 10_000)), bucketOf('c', [])], pageSize));
      expect(await checkBolt(opened)).toEqual([]);
      const visit = async (id: number): Promise<void> => {
        const node = await opened.page(id);
        if (node.kind === 'leaf') return;
        expect(node.count).toBeGreaterThan(1);
        for (let i = 0; i < node.count; i++) await visit(node.branchChild(i));
      };
      for (const name of ['a', 'b']) await visit((await opened.bucket(utf8(name)))!.rootPage!);
    }
  });

  test('no page stands before the one that names it, and the leaves of a bucket follow one another', async () => {
    for (const pageSize of [1024, 4096]) {
      const random = new SeededRandom(pageSize + 1);
      const opened = await open(fileOf([bucketOf('a', randomRows(random, 4000, 3000)), bucketOf('b', randomRows(random, 900, 10_000))], pageSize));
      let leaves: number[] = [];
      const visit = async (id: number): Promise<void> => {
        const { header } = await opened.run(id);
        const node = await opened.page(id);
        if (node.kind === 'leaf') return void leaves.push(id, id + header.overflow + 1);
        for (let i = 0; i < node.count; i++) {
          expect(node.branchChild(i)).toBeGreaterThan(id);
          await visit(node.branchChild(i));
        }
      };
      for (const name of ['a', 'b']) {
        leaves = [];
        const { rootPage } = (await opened.bucket(utf8(name)))!;
        expect(rootPage).toBeGreaterThan(opened.meta.rootPage);
        await visit(rootPage!);
        for (let i = 2; i < leaves.length; i += 2) expect(leaves[i]).toBe(leaves[i - 1]);
        expect(leaves.length).toBeGreaterThan(100);
      }
    }
  });

  test('the newer of two valid metas counts, and a damaged one does not', async () => {
    const file = fileOf([bucketOf('a', [[utf8('k'), utf8('v')]])]);
    const meta = decodeMeta(file.subarray(pageHeaderBytes));
    if (typeof meta === 'string') throw new Error(meta);
    const older = file.slice();
    older.set(encodeMeta({ ...meta, rootPage: 2, transaction: 0 }), pageHeaderBytes);
    expect(utf8Text((await (await open(older)).bucket(utf8('a')).then((bucket) => bucket!.get(utf8('k'))))!)).toBe('v');
    const first = file.slice();
    first[pageHeaderBytes] = 0;
    expect((await open(first)).meta.transaction).toBe(1);
    const second = file.slice();
    second[4096 + pageHeaderBytes + 60]! ^= 1;
    expect((await open(second)).meta.transaction).toBe(0);
    first[4096 + pageHeaderBytes + 60]! ^= 1;
    await expect(open(first)).rejects.toThrow(/not a database: meta page 0 \(byte 0\): it has not the mark/);
  });

  test('entries out of order, empty keys and keys that are too long are refused', () => {
    const [a, b] = [utf8('a'), utf8('b')];
    expect(() => layoutBolt([bucketOf('x', [[b, a], [a, b]])])).toThrow(/in order/);
    expect(() => layoutBolt([bucketOf('x', [[a, a], [a, b]])])).toThrow(/in order/);
    expect(() => layoutBolt([bucketOf('x', [[utf8(''), a]])])).toThrow(BoltError);
    expect(() => layoutBolt([bucketOf('x', [[new Uint8Array(32_769), a]])])).toThrow(BoltError);
  });

  test('a bucket that changes between the passes is noticed', () => {
    const rows: Rows = [[utf8('a'), new Uint8Array(2000)]];
    const layout = layoutBolt([bucketOf('x', rows)]);
    rows.push([utf8('b'), utf8('b')]);
    expect(() => [...layout.chunks()]).toThrow(/more entries/);
    rows.length = 0;
    expect(() => [...layout.chunks()]).toThrow(/fewer entries/);
  });
});

describe('damaged and hostile files', () => {
  const sample = fileOf([bucketOf('key', randomRows(new SeededRandom(7), 150, 5000)), bucketOf('meta', [[utf8('a'), utf8('b')]]), bucketOf('none', [])], 1024);

  /** Reads everything; true: it could be read. Throws anything but a BoltError on. */
  const readable = async (file: Uint8Array): Promise<boolean> => {
    try {
      const opened = await open(file);
      await contentsOf(opened);
      for (const name of await opened.buckets()) await (await opened.bucket(name))?.get(utf8('a'));
      await checkBolt(opened);
      return true;
    } catch (error) {
      if (!(error instanceof BoltError)) throw error;
      return false;
    }
  };

  test('every shorter file is refused when it is opened', async () => {
    for (let length = 0; length < sample.length; length += 509) await expect(open(sample.subarray(0, length))).rejects.toThrow(BoltError);
    await expect(open(sample.subarray(0, sample.length - 1))).rejects.toThrow(/cut off/);
  });

  test('random damage is read or refused, and ends', async () => {
    const random = new SeededRandom(99);
    let refused = 0;
    for (let round = 0; round < 200; round++) {
      const file = sample.slice();
      for (let hits = 1 + randomInt(random, 4); hits > 0; hits--) {
        // Headers and elements are where a wrong byte leads astray.
        const page = randomInt(random, file.length / 1024) * 1024;
        file[page + randomInt(random, randomInt(random, 3) === 0 ? 1024 : 48)] = randomInt(random, 256);
      }
      if (!(await readable(file))) refused++;
    }
    expect(refused).toBeGreaterThan(50);
  });

  test('words of pages swapped with each other and with extremes', async () => {
    const random = new SeededRandom(3);
    for (let round = 0; round < 200; round++) {
      const file = sample.slice();
      const view = new DataView(file.buffer);
      for (let hits = 1 + randomInt(random, 3); hits > 0; hits--) {
        const at = 2048 + randomInt(random, (file.length - 2048) / 4) * 4;
        view.setUint32(at, [0, 1, 0xffff_ffff, 0x7fff_ffff, randomInt(random, file.length / 1024), 0xffff][randomInt(random, 6)]!, true);
      }
      await readable(file);
    }
  });

  const branchFile = fileOf([bucketOf('key', Array.from({ length: 5000 }, (_, i): BoltEntry => [utf8(String(i).padStart(8, '0')), utf8('x')]))], 1024);
  const rootOf = async (file: Uint8Array): Promise<number> => (await (await open(file)).bucket(utf8('key')))!.rootPage!;

  test('a branch that names itself, and one that names a child twice, end with an error that says where', async () => {
    const root = await rootOf(branchFile);
    const looped = branchFile.slice();
    new DataView(looped.buffer).setUint32(root * 1024 + 16 + 8, root, true);
    await expect(open(looped).then(contentsOf)).rejects.toThrow(new RegExp(`page ${root} \\(byte ${root * 1024}\\).*loop`));
    const bucket = await (await open(looped)).bucket(utf8('key'));
    await expect(bucket!.get(utf8('00000000'))).rejects.toThrow(/loop/);
    const twice = branchFile.slice();
    const view = new DataView(twice.buffer);
    view.setUint32(root * 1024 + 32 + 8, view.getUint32(root * 1024 + 16 + 8, true), true);
    await expect(open(twice).then(contentsOf)).rejects.toThrow(/not in order/);
  });

  test('a page that overflows past the end, or names another page, is refused', async () => {
    const root = await rootOf(branchFile);
    const long = branchFile.slice();
    new DataView(long.buffer).setUint32(root * 1024 + 12, 0xffff_fff0, true);
    await expect(open(long).then(contentsOf)).rejects.toThrow(/beyond the/);
    const other = branchFile.slice();
    new DataView(other.buffer).setUint32(root * 1024, 3, true);
    await expect(open(other).then(contentsOf)).rejects.toThrow(/calls itself page 3/);
  });

  test('the check names pages that are lost, free and in use at once, or referred to twice, and keys out of order', async () => {
    const root = await rootOf(branchFile);
    const pages = new DataView(branchFile.buffer);
    const child = pages.getUint32(root * 1024 + 16 + 8, true);
    let leaf = root;
    while (pages.getUint16(leaf * 1024 + 8, true) !== PageFlag.leaf) leaf++;
    const changed = async (change: (view: DataView, bytes: Uint8Array) => void): Promise<string> => {
      const file = branchFile.slice();
      change(new DataView(file.buffer), file);
      return (await checkBolt(await open(file))).join('\n');
    };
    const twice = await changed((view) => view.setUint32(root * 1024 + 16 + 8, view.getUint32(root * 1024 + 32 + 8, true), true));
    expect(twice).toMatch(new RegExp(`multiple references[\\s\\S]*page ${child}: unreachable unfreed`));
    expect(await changed((view) => {
      view.setUint16(2 * 1024 + 10, 2, true);
      view.setUint32(2 * 1024 + 16, 3, true);
      view.setUint32(2 * 1024 + 24, 3, true);
    })).toMatch(/page 3: already freed[\s\S]*page 3 .*reachable freed/);
    expect(await changed((view) => view.setUint16(2 * 1024 + 10, 5000, true))).toMatch(/longer than its pages/);
    expect(await changed((view, bytes) => bytes.fill(0x7a, leaf * 1024 + 16 + view.getUint32(leaf * 1024 + 20, true), leaf * 1024 + 16 + view.getUint32(leaf * 1024 + 20, true) + 8))).toMatch(/key 0 is not below|key 1 is not in order/);
    // The last key of a leaf that another follows.
    const last = new DataView(branchFile.buffer, branchFile.byteOffset).getUint16(leaf * 1024 + 10, true) - 1;
    expect(await changed((view, bytes) => {
      const element = leaf * 1024 + 16 + last * 16;
      const at = element + view.getUint32(element + 4, true);
      bytes.fill(0x7a, at, at + view.getUint32(element + 8, true));
    })).toMatch(new RegExp(`^page ${leaf} .*key ${last} is not below the next of its branch$`));
  });

  test('a reader that gives less than it should is an error', async () => {
    await expect(openBolt(() => 0, sample.length)).rejects.toThrow(BoltError);
  });
});
