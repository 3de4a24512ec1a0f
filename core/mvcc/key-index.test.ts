import { describe, expect, test } from 'vitest';
import { byteString, bytesOf, compareBytes, emptyBytes, utf8 } from '../base/bytes.ts';
import { randomInt, SeededRandom } from '../base/random.ts';
import { KeyIndex } from './key-index.ts';
import type { KeyRevision } from './types.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const noEnd = undefined;

interface TwinRevision extends KeyRevision {
  create: number;
  version: number;
  leased: boolean;
}

const nothing: TwinRevision = { main: 0, sub: 0, tombstone: true, create: 0, version: 0, leased: false };

/** The index as the simplest thing that could be right: by key, all revisions, oldest first. */
class Twin {
  readonly keys = new Map<string, TwinRevision[]>();

  add(key: Uint8Array, revision: TwinRevision): void {
    const name = byteString(key);
    this.keys.set(name, [...(this.keys.get(name) ?? []), revision]);
  }

  last(key: Uint8Array): TwinRevision {
    return this.keys.get(byteString(key))?.at(-1) ?? nothing;
  }

  at(key: Uint8Array, main: number): TwinRevision | undefined {
    const found = this.keys.get(byteString(key))?.findLast((revision) => revision.main <= main);
    return found?.tombstone ? undefined : found;
  }

  range(start: Uint8Array, end: Uint8Array | undefined, main: number): { key: string; found: TwinRevision }[] {
    return [...this.keys.keys()].toSorted().flatMap((key) => {
      const bytes = bytesOf(key);
      const inside = compareBytes(bytes, start) >= 0 && (end === undefined || compareBytes(bytes, end) < 0);
      const found = inside ? this.at(bytes, main) : undefined;
      return found ? [{ key, found }] : [];
    });
  }

  compact(main: number): KeyRevision[] {
    const dropped: KeyRevision[] = [];
    for (const [key, revisions] of this.keys) {
      const reached = revisions.findLastIndex((revision) => revision.main <= main);
      const keeps = reached >= 0 && (!revisions[reached]!.tombstone || revisions[reached]!.main === main);
      const from = keeps ? reached : reached + 1;
      for (const { main: at, sub, tombstone } of revisions.slice(0, from)) dropped.push({ main: at, sub, tombstone });
      if (from === revisions.length) this.keys.delete(key);
      else this.keys.set(key, revisions.slice(from));
    }
    return dropped;
  }
}

const byRevision = (a: KeyRevision, b: KeyRevision): number => a.main - b.main || a.sub - b.sub;

function compactAll(index: KeyIndex, main: number, most = 1000, tell: (dropped: KeyRevision) => void = () => {}): void {
  let from: Uint8Array | undefined = emptyBytes;
  while (from) {
    let dropped = 0;
    from = index.compact(from, main, most, (revision) => {
      dropped++;
      tell(revision);
    });
    // The last key may have up to a record's worth more than was asked for.
    expect(dropped).toBeLessThan(most + 30);
  }
}

/** An index and its twin, which are given the same. */
class Pair {
  index = new KeyIndex();
  readonly twin = new Twin();
  main = 1;
  compacted = 0;

  put(key: Uint8Array, sub: number, leased: boolean): void {
    const before = this.twin.last(key);
    const create = before.tombstone ? this.main : before.create;
    const { version } = before;
    const outcome = this.index.put(key, this.main, sub, leased);
    expect(outcome).toEqual({ create, version: version + 1, leased: before.leased ? { main: before.main, sub: before.sub } : undefined });
    this.twin.add(key, { main: this.main, sub, tombstone: false, create, version: version + 1, leased });
  }

  remove(key: Uint8Array, sub: number): boolean {
    if (this.twin.last(key).tombstone) return false;
    this.index.tombstone(key, this.main, sub);
    this.twin.add(key, { ...nothing, main: this.main, sub });
    return true;
  }

  compact(main: number, slice: number): void {
    this.compacted = main;
    const dropped: KeyRevision[] = [];
    compactAll(this.index, main, slice, (revision) => dropped.push(revision));
    expect(dropped.toSorted(byRevision)).toEqual(this.twin.compact(main).toSorted(byRevision));
    this.index.check();
    expect(this.index.size).toBe(this.twin.keys.size);
  }

  compare(start: Uint8Array, end: Uint8Array | undefined, main: number, limit = Infinity): void {
    const expected = this.twin.range(start, end, main);
    expect(this.index.count(start, end, main)).toBe(expected.length);
    const seen: { key: string; found: Partial<TwinRevision> }[] = [];
    this.index.scan(start, end, main, (found) => {
      const { main: at, sub, create, version, leased } = found;
      const newest = this.twin.last(found.key).main <= main;
      expect(found.newest).toBe(newest);
      seen.push({ key: byteString(found.key), found: newest ? { main: at, sub, create, version, leased } : { main: at, sub } });
      return seen.length < limit;
    });
    expect(seen.map(({ key, found }) => ({ key, main: found.main, sub: found.sub }))).toEqual(expected.slice(0, limit).map(({ key, found }) => ({ key, main: found.main, sub: found.sub })));
    for (const [i, { found }] of seen.entries()) expect(expected[i]!.found).toMatchObject(found);
  }

  point(key: Uint8Array, main: number): void {
    const expected = this.twin.at(key, main);
    expect(this.index.at(key, main)).toEqual(expected && { main: expected.main, sub: expected.sub, tombstone: false });
  }

  /** The index as a restart would build it, from the rows in the order of their revisions. */
  restored(): KeyIndex {
    const rows = [...this.twin.keys].flatMap(([key, revisions]) => revisions.map((revision) => ({ key: bytesOf(key), ...revision })));
    const index = new KeyIndex();
    for (const { key, main, sub, tombstone, create, version, leased } of rows.toSorted(byRevision)) {
      if (tombstone) index.tombstone(key, main, sub);
      else index.restore(key, main, sub, leased, create, version);
    }
    return index;
  }
}

/** Keys that share long beginnings, hold any byte, and are prefixes of each other. */
function keyMaker(random: SeededRandom, variety: number): () => Uint8Array {
  const shared = Array.from({ length: 4 }, () => Uint8Array.from({ length: randomInt(random, 40) }, () => randomInt(random, 256)));
  const pool = Array.from({ length: variety }, () => {
    const rest = Uint8Array.from({ length: randomInt(random, 6) }, () => [0, 1, 0x61, 0x7f, 0x80, 0xff][randomInt(random, 6)]!);
    return new Uint8Array([...shared[randomInt(random, shared.length)]!, ...rest]);
  });
  return () => pool[randomInt(random, pool.length)]!;
}

describe('the index against a map of sorted arrays', () => {
  test.each([20, 120, 600].map((variety, i) => ({ variety, runSeed: seed + i })))('$variety keys, seed $runSeed', ({ variety, runSeed }) => {
    const random = new SeededRandom(runSeed);
    const pair = new Pair();
    const key = keyMaker(random, variety);
    for (let step = 0; step < 1500; step++) {
      const dice = randomInt(random, 1000);
      if (dice < 600) pair.put(key(), 0, randomInt(random, 4) === 0);
      else if (dice < 800) pair.remove(key(), 0);
      else if (dice < 850) {
        // A transaction: many changes at one revision, of one key too.
        const twice = key();
        let sub = 0;
        pair.put(twice, sub++, false);
        if (pair.remove(twice, sub)) sub++;
        for (let i = 0; i < 300; i++) pair.put(twice, sub++, false);
      } else if (dice < 990) {
        const main = pair.compacted + randomInt(random, pair.main - pair.compacted + 1);
        const end = [noEnd, key(), key()][randomInt(random, 3)];
        pair.compare(key(), end, main, [1, 3, Infinity][randomInt(random, 3)]);
        pair.point(key(), main);
      } else if (dice < 997) pair.compact(pair.compacted + randomInt(random, pair.main - pair.compacted + 1), [1, 50, 100_000][randomInt(random, 3)]!);
      else {
        pair.index = pair.restored();
        pair.index.check();
      }
      pair.main += 1 + (randomInt(random, 50) === 0 ? randomInt(random, 2 ** 33) : 0);
    }
    pair.index.check();
    for (let i = 0; i < 40; i++) {
      const main = pair.compacted + randomInt(random, pair.main - pair.compacted + 1);
      pair.compare(emptyBytes, noEnd, main);
    }
    expect(pair.index.liveCount).toBe(pair.twin.range(emptyBytes, noEnd, pair.main).length);
  });
});

test(`keys of any length, up to 64 KiB and with 64 KiB in common (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  const pair = new Pair();
  const long = new Uint8Array(65_536).fill(0x61);
  const lengths = [0, 1, 2, 127, 128, 129, 4095, 4096, 4097, 20_000, 65_535, 65_536];
  const keys: Uint8Array[] = lengths.map((length) => long.slice(0, length));
  for (const length of lengths.slice(1)) {
    for (const last of [0, 0x60, 0x62, 0xff]) {
      const key = long.slice(0, length);
      key[length - 1] = last;
      keys.push(key);
    }
  }
  for (let i = 0; i < 100; i++) keys.push(utf8(`short/${randomInt(random, 1e6)}`));
  for (let i = keys.length - 1; i > 0; i--) {
    const j = randomInt(random, i + 1);
    [keys[i], keys[j]] = [keys[j]!, keys[i]!];
  }
  keys.forEach((key, i) => {
    pair.put(key, 0, false);
    pair.main++;
    if (i % 16 === 0) pair.index.check();
  });
  for (const key of keys) pair.point(key, pair.main);
  pair.compare(emptyBytes, noEnd, pair.main);
  for (let i = 0; i < 5; i++) pair.compare(keys[i]!, keys[i + 20]!, pair.main);
  for (const key of keys.slice(0, 100)) {
    pair.remove(key, 0);
    pair.main++;
  }
  pair.compact(pair.main, 10);
  pair.compare(emptyBytes, noEnd, pair.main);
});

const counted = (i: number): Uint8Array => utf8(`registry/pods/namespace-${String(i).padStart(16, '0')}`);

describe('pages', () => {
  test.each(['ascending', 'descending', 'shuffled'] as const)('%s keys fill them, and their removal gives them back', (order) => {
    const index = new KeyIndex();
    const total = 20_000;
    const at = { ascending: (i: number) => i, descending: (i: number) => total - 1 - i, shuffled: (i: number) => (i * 7919) % total }[order];
    for (let i = 0; i < total; i++) index.put(counted(at(i)), i + 2, 0, false);
    index.check();
    const full = index.usage();
    expect(index.liveCount).toBe(total);
    expect(index.count(counted(1000), counted(2000), total + 1)).toBe(1000);
    // Half full pages at the worst.
    expect(full.bytes / total).toBeLessThan(70);
    for (let i = 0; i < total; i++) if (i % 100 !== 0) index.tombstone(counted(i), total + 2 + i, 0);
    compactAll(index, 2 * total + 2);
    index.check();
    expect(index.size).toBe(total / 100);
    expect(index.usage().pages).toBeLessThan(full.pages / 20);
    expect(index.usage().bytes).toBeLessThan(full.bytes / 20);
    for (let i = 0; i < total; i++) if (i % 100 === 0) index.tombstone(counted(i), 3 * total + i, 0);
    compactAll(index, 5 * total);
    expect(index.usage().pages).toBe(1);
    expect([index.size, index.liveCount]).toEqual([0, 0]);
  });

  test('churn does not grow them', () => {
    const index = new KeyIndex();
    let main = 1;
    const sizes: number[] = [];
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < 5000; i++) index.put(counted((i * 7919 + round * 613) % 10_000), ++main, 0, false);
      for (let i = 0; i < 10_000; i++) {
        const key = counted(i);
        if (index.at(key, main)) index.tombstone(key, ++main, 0);
      }
      compactAll(index, main - 1);
      index.check();
      sizes.push(index.usage().bytes);
    }
    expect(Math.max(...sizes)).toBe(4096);
  });
});

test('a key with thousands of revisions is read at each, and shrinks when they are compacted', () => {
  const pair = new Pair();
  for (let i = 0; i < 3000; i++) {
    pair.main++;
    if (i % 5 === 4) pair.remove(utf8('hot'), 0);
    else pair.put(utf8('hot'), 0, false);
  }
  for (let main = 0; main <= pair.main + 1; main += 7) pair.point(utf8('hot'), main);
  expect(pair.index.usage().lists).toBe(1);
  pair.compact(1500, 1);
  for (let main = 1500; main <= pair.main; main += 7) pair.point(utf8('hot'), main);
  pair.compact(pair.main - 2, 1);
  expect(pair.index.usage().lists).toBe(0);
  for (let main = pair.main - 2; main <= pair.main; main++) pair.point(utf8('hot'), main);
});

test('revisions up to 2^53 are kept exactly', () => {
  const pair = new Pair();
  for (const main of [2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 52, Number.MAX_SAFE_INTEGER - 1]) {
    pair.main = main;
    pair.put(utf8('a'), 2 ** 31, false);
    pair.put(utf8(`b${main}`), 2 ** 31 + 1, true);
  }
  for (const main of [2 ** 31 - 2, 2 ** 31, 2 ** 32, 2 ** 52 - 1, 2 ** 52, Number.MAX_SAFE_INTEGER]) pair.compare(emptyBytes, noEnd, main);
});

test('a revision that does not grow is a bug', () => {
  const index = new KeyIndex();
  index.put(utf8('a'), 5, 1, false);
  expect(() => index.put(utf8('a'), 5, 1, false)).toThrow('only grow');
  expect(() => index.tombstone(utf8('a'), 4, 0)).toThrow('only grow');
});
