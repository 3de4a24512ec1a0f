import { describe, expect, test } from 'vitest';
import { byteString, emptyBytes, utf8 } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import { randomInt, SeededRandom } from '../base/random.ts';
import { KeyValue } from '../proto/gen/kv.ts';
import { Table } from './backend.ts';
import { MemoryBackend } from './memory-backend.ts';
import { decodeRowKey, encodeRowKey } from './revision.ts';
import { MvccStore } from './store.ts';

/** The rule said plainly: the newest rows of all keys at `upTo` are gathered first. A compaction keeps the tombstones of `upTo`, too. */
function hashByRule(backend: MemoryBackend, upTo: number, compactRevision: number, compacting = false): number {
  const rows = [...backend.scan(Table.key, emptyBytes, encodeRowKey(upTo + 1, 0, false))];
  const newest = new Map<string, string | undefined>();
  for (const { key, value } of rows) newest.set(byteString(KeyValue.decode(value).key), decodeRowKey(key).tombstone && !(compacting && decodeRowKey(key).main === upTo) ? undefined : byteString(key));
  const kept = new Set([...newest.values()].filter((row) => row !== undefined));
  let hash = crc32c(utf8('key'));
  for (const { key, value } of rows) {
    const { main, tombstone } = decodeRowKey(key);
    const dropped = main <= compactRevision && kept.size > 0 && !kept.has(byteString(key));
    if (!dropped && !(main === compactRevision && tombstone)) hash = crc32c(value, crc32c(key, hash));
  }
  return hash;
}

function write(store: MvccStore, random: SeededRandom, writes: number): void {
  for (let i = 0; i < writes; i++) {
    const txn = store.begin();
    for (let change = randomInt(random, 3); change >= 0; change--) {
      const key = utf8(`k${randomInt(random, 60)}`);
      if (randomInt(random, 4) === 0) txn.deleteRange(key, emptyBytes);
      else txn.put(key, utf8(`v${randomInt(random, 1000)}`), 0n);
    }
    txn.end();
  }
}

const opened = async (soon: (run: () => void) => void): Promise<{ backend: MemoryBackend; store: MvccStore }> => {
  const backend = new MemoryBackend();
  return { backend, store: await MvccStore.open(backend, { soon }) };
};

describe('HashKV', () => {
  test.each([1, 2, 3, 4])('is what the rule says at every kept revision, before and after a compaction has run, seed %i', async (seed) => {
    const { backend, store } = await opened((run) => setImmediate(run));
    const random = new SeededRandom(seed);
    write(store, random, 150);
    await store.flush();
    const before = store.currentRevision;
    const atCompaction = 20 + randomInt(random, 80);
    const expected = new Map<number, number>();
    for (let revision = atCompaction; revision <= before; revision++) expected.set(revision, hashByRule(backend, revision, atCompaction));
    store.compact(atCompaction);
    for (const [revision, hash] of expected) {
      expect(await store.hashKv(revision)).toEqual({ ok: true, hash, revision, compactRevision: atCompaction });
      expect(hashByRule(backend, revision, atCompaction)).toBe(hash);
    }
  });

  test.each([1, 2, 3, 4, 5, 6])('at the revisions of the last ten compactions stays what they found, seed %i', async (seed) => {
    const backend = new MemoryBackend();
    const store = await MvccStore.open(backend, { soon: (run) => setImmediate(run), compactionBatchRows: 7 });
    const random = new SeededRandom(seed);
    const found: { hash: number; revision: number; compactRevision: number }[] = [];
    for (let compactions = 0; compactions < 13; compactions++) {
      write(store, random, 60);
      // Now and then no key is left.
      if (compactions % 4 === 3) {
        const txn = store.begin();
        txn.deleteRange(utf8('a'), utf8('z'));
        txn.end();
      }
      await store.flush();
      const revision = compactions % 4 === 3 ? store.currentRevision : store.currentRevision - randomInt(random, 30);
      const compactRevision = store.compactRevision;
      found.push({ hash: hashByRule(backend, revision, compactRevision, true), revision, compactRevision });
      const compaction = store.compact(revision);
      if (compaction.ok) await compaction.done;
    }
    for (const one of found.slice(0, -10)) expect(await store.hashKv(one.revision)).toMatchObject({ ok: false });
    for (const one of found.slice(-10)) expect(await store.hashKv(one.revision)).toEqual({ ok: true, ...one });
  });

  test('a compaction that begins before the one before it has ended leaves no hash', async () => {
    const { store } = await opened((run) => setImmediate(run));
    write(store, new SeededRandom(1), 100);
    const [first, second] = [store.compact(20), store.compact(40)];
    if (first.ok && second.ok) await Promise.all([first.done, second.done]);
    expect(await store.hashKv(20)).toMatchObject({ ok: true, compactRevision: -1 });
    expect(await store.hashKv(40)).toMatchObject({ ok: true, compactRevision: 40 });
  });

  test('after a compaction at 0 the present revision is hashed as ever', async () => {
    const { backend, store } = await opened((run) => setImmediate(run));
    const compaction = store.compact(0);
    if (compaction.ok) await compaction.done;
    write(store, new SeededRandom(2), 20);
    await store.flush();
    expect(await store.hashKv(0)).toEqual({ ok: true, hash: hashByRule(backend, store.currentRevision, 0), revision: store.currentRevision, compactRevision: 0 });
  });

  test('when no key exists, no row is left out', async () => {
    const { backend, store } = await opened((run) => setImmediate(run));
    write(store, new SeededRandom(5), 20);
    const txn = store.begin();
    txn.deleteRange(utf8('k'), utf8('l'));
    txn.end();
    await store.flush();
    expect(store.keyCount).toBe(0);
    const revision = store.currentRevision;
    store.compact(revision - 1);
    expect(await store.hashKv(0)).toMatchObject({ ok: true, hash: hashByRule(backend, revision, revision - 1) });
  });

  test('writes and compactions in between change nothing of it', async () => {
    const random = new SeededRandom(6);
    let turns = 0;
    let hashing = false;
    const { store } = await opened((run) => {
      if (hashing && ++turns <= 5) {
        write(store, random, 30);
        store.compact(store.currentRevision - 10);
      }
      setImmediate(run);
    });
    write(store, random, 3000);
    const first = await store.hashKv(0);
    const revision = store.currentRevision;
    hashing = true;
    const second = await store.hashKv(revision);
    expect(turns).toBeGreaterThan(1);
    expect(store.currentRevision).toBeGreaterThan(revision);
    expect(second).toEqual(first);
    await store.idle();
    expect(await store.hashKv(revision)).toMatchObject({ ok: false });
  });
});
