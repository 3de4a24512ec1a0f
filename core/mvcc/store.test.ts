import { describe, expect, test } from 'vitest';
import { compareBytes, utf8, utf8Text } from '../base/bytes.ts';
import { randomInt, SeededRandom } from '../base/random.ts';
import { Table, type BackendOp } from './backend.ts';
import { MemoryBackend } from './memory-backend.ts';
import { metaKeys } from './meta.ts';
import { boundsOf, contains } from './range-bounds.ts';
import { decodeRowKey, encodeRowKey } from './revision.ts';
import { MvccStore, type LeaseKeys } from './store.ts';
import type { KeyValue } from './types.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const soon = (run: () => void): void => queueMicrotask(run);
const none = new Uint8Array(0);
const all = { key: new Uint8Array(1), end: new Uint8Array(1) };

/** The store as the simplest thing that could be right: every revision keeps a whole copy. */
class Model {
  readonly snapshots: Map<string, KeyValue>[] = [new Map(), new Map()];

  get revision(): number {
    return this.snapshots.length - 1;
  }

  write(change: (now: Map<string, KeyValue>, revision: number) => boolean): void {
    const now = new Map(this.snapshots.at(-1)!);
    if (change(now, this.revision + 1)) this.snapshots.push(now);
  }

  range(key: Uint8Array, end: Uint8Array, revision: number): KeyValue[] {
    const bounds = boundsOf(key, end);
    return [...this.snapshots[revision]!.values()].filter((kv) => contains(bounds, kv.key)).sort((a, b) => compareBytes(a.key, b.key));
  }
}

function put(model: Model, store: MvccStore, keys: readonly string[], value: string, lease: bigint): void {
  const txn = store.begin();
  for (const key of keys) txn.put(utf8(key), utf8(value), lease);
  txn.end();
  model.write((now, revision) => {
    for (const key of keys) {
      const old = now.get(key);
      now.set(key, { key: utf8(key), value: utf8(value), lease, createRevision: old?.createRevision ?? revision, modRevision: revision, version: (old?.version ?? 0) + 1 });
    }
    return keys.length > 0;
  });
}

function remove(model: Model, store: MvccStore, key: Uint8Array, end: Uint8Array): void {
  const gone = model.range(key, end, model.revision);
  const txn = store.begin();
  expect(txn.deleteRange(key, end)).toBe(gone.length);
  txn.end();
  model.write((now) => {
    for (const kv of gone) now.delete(utf8Text(kv.key));
    return gone.length > 0;
  });
}

/** What a lessor would know. */
class Attachments implements LeaseKeys {
  readonly keys = new Map<string, bigint>();

  attach(lease: bigint, key: Uint8Array): void {
    this.keys.set(utf8Text(key), lease);
  }

  detach(lease: bigint, key: Uint8Array): void {
    expect(this.keys.get(utf8Text(key))).toBe(lease);
    this.keys.delete(utf8Text(key));
  }

  expectThoseOf(model: Model): void {
    const leased = model.range(all.key, all.end, model.revision).filter((kv) => kv.lease !== 0n);
    expect([...this.keys].sort()).toEqual(leased.map((kv) => [utf8Text(kv.key), kv.lease]).sort());
  }
}

const plain = (kvs: readonly KeyValue[]) => kvs.map((kv) => ({ ...kv, key: utf8Text(kv.key), value: utf8Text(kv.value) }));

describe('the store against a model that keeps every revision whole', () => {
  test.each(Array.from({ length: 8 }, (_, i) => seed + i))('seed %i', async (runSeed) => {
    const random = new SeededRandom(runSeed);
    const key = (): string => `k${randomInt(random, 40)}`;
    let backend = new MemoryBackend();
    let store = await MvccStore.open(backend, { soon });
    let attachments = new Attachments();
    store.connectLeases(attachments);
    const model = new Model();
    for (let step = 0; step < 600; step++) {
      const dice = randomInt(random, 100);
      if (dice < 45) put(model, store, [key()], `v${step}`, BigInt(randomInt(random, 3)));
      else if (dice < 55) put(model, store, [...new Set([key(), key(), key()])], `t${step}`, 0n);
      else if (dice < 70) remove(model, store, utf8(key()), none);
      else if (dice < 74) remove(model, store, utf8('k2'), utf8('k3'));
      else if (dice < 94) {
        const from = utf8(key());
        const end = [none, new Uint8Array(1), utf8('k3'), utf8('k9')][randomInt(random, 4)]!;
        const revision = Math.max(store.compactRevision, 1) + randomInt(random, store.currentRevision - Math.max(store.compactRevision, 1) + 1);
        const limit = randomInt(random, 5);
        const outcome = store.range(from, end, { limit, revision, countOnly: false });
        const expected = model.range(from, end, revision);
        if (!outcome.ok) throw outcome.error;
        expect(outcome.result.count, `seed ${runSeed}, step ${step}`).toBe(expected.length);
        const limited = limit === 0 ? expected : expected.slice(0, limit);
        expect(plain(outcome.result.kvs)).toEqual(plain(limited));
        const keys = store.range(from, end, { limit, revision, countOnly: false, keysOnly: true });
        if (!keys.ok) throw keys.error;
        expect(keys.result.count).toBe(expected.length);
        const valueless = (kvs: readonly KeyValue[]) => plain(kvs.map((kv) => ({ ...kv, value: none })));
        expect(valueless(keys.result.kvs)).toEqual(valueless(limited));
      } else if (dice < 97) {
        const revision = Math.max(store.compactRevision, 0) + 1 + randomInt(random, 5);
        const outcome = store.compact(Math.min(revision, store.currentRevision));
        if (outcome.ok) await outcome.done;
      } else if (dice < 99) await store.flush();
      else {
        await store.flush();
        backend = backend.clone();
        store = await MvccStore.open(backend, { soon });
        attachments = new Attachments();
        store.connectLeases(attachments);
        attachments.expectThoseOf(model);
      }
      expect(store.currentRevision).toBe(model.revision);
    }
    const final = store.range(all.key, all.end, { limit: 0, revision: 0, countOnly: false });
    if (!final.ok) throw final.error;
    expect(plain(final.result.kvs)).toEqual(plain(model.range(all.key, all.end, model.revision)));
    expect(store.keyCount).toBe(final.result.count);
    attachments.expectThoseOf(model);
  });
});

async function storeWith(keys: readonly string[]): Promise<MvccStore> {
  const store = await MvccStore.open(new MemoryBackend(), { soon });
  for (const key of keys) {
    const txn = store.begin();
    txn.put(utf8(key), utf8(key), 0n);
    txn.end();
  }
  return store;
}

test('an empty store is at revision 1, and the first put makes it 2', async () => {
  const store = await storeWith([]);
  expect(store.currentRevision).toBe(1);
  const txn = store.begin();
  txn.put(utf8('a'), none, 0n);
  txn.end();
  expect(store.currentRevision).toBe(2);
});

test('compacted and future revisions are refused with their texts', async () => {
  const store = await storeWith(['a', 'b', 'c']);
  const outcome = store.compact(3);
  expect(outcome.ok).toBe(true);
  const at = (revision: number) => store.range(utf8('a'), none, { limit: 0, revision, countOnly: false });
  expect(at(2)).toMatchObject({ ok: false, error: { message: 'etcdserver: mvcc: required revision has been compacted' } });
  expect(at(3).ok).toBe(true);
  expect(at(5)).toMatchObject({ ok: false, error: { message: 'etcdserver: mvcc: required revision is a future revision' } });
  expect(store.compact(3).ok).toBe(false);
  expect(store.compact(9).ok).toBe(false);
});

test('Compact(0) succeeds once', async () => {
  const store = await storeWith(['a']);
  expect(store.compact(0).ok).toBe(true);
  expect(store.compact(0).ok).toBe(false);
});

test('a tombstone at the compacted revision is kept, an older one goes', async () => {
  const store = await storeWith(['a', 'b']);
  for (const key of ['a', 'b']) {
    const txn = store.begin();
    txn.deleteRange(utf8(key), none);
    txn.end();
  }
  const outcome = store.compact(5);
  if (outcome.ok) await outcome.done;
  const seen: string[] = [];
  store.changes(1, store.currentRevision, (revision, events) => {
    for (const event of events) seen.push(`${revision} ${event.type} ${utf8Text(event.kv.key)}`);
    return true;
  });
  expect(seen).toEqual(['5 delete b']);
});

test('what was not committed is gone after a crash, and nothing is half there', async () => {
  const backend = new MemoryBackend();
  const store = await MvccStore.open(backend, { soon });
  const write = (key: string, index: number): void => {
    const txn = store.begin();
    txn.put(utf8(key), utf8(key), 0n);
    txn.put(utf8(`${key}2`), utf8(key), 0n);
    txn.end();
    store.setConsistentIndex(index, 1);
  };
  write('a', 1);
  await store.flush();
  write('b', 2);
  const reopened = await MvccStore.open(backend.clone(), { soon });
  expect(reopened.consistentIndex).toBe(1);
  expect(reopened.currentRevision).toBe(2);
  expect(reopened.keyCount).toBe(2);
});

test('a compaction that a crash cuts short is gone on with', async () => {
  const backend = new MemoryBackend();
  const store = await MvccStore.open(backend, { soon });
  for (let i = 0; i < 5; i++) {
    const txn = store.begin();
    txn.put(utf8('k'), utf8(String(i)), 0n);
    txn.end();
  }
  await store.flush();
  store.compact(5);
  // Committed with the schedule, before a row was deleted.
  await store.flush();
  const reopened = await MvccStore.open(backend.clone(), { soon });
  await reopened.idle();
  expect(reopened.compactRevision).toBe(5);
  let rows = 0;
  reopened.changes(1, 6, () => {
    rows++;
    return true;
  });
  expect(rows).toBe(2);
});

test('a compaction that is done is noted as done', async () => {
  const backend = new MemoryBackend();
  const store = await MvccStore.open(backend, { soon });
  for (let i = 0; i < 3; i++) {
    const txn = store.begin();
    txn.put(utf8('k'), none, 0n);
    txn.end();
  }
  const outcome = store.compact(3);
  const noted = (): (number | undefined)[] => [metaKeys.scheduledCompact, metaKeys.finishedCompact].map((key) => {
    const row = backend.get(Table.meta, key);
    return row && decodeRowKey(row).main;
  });
  await store.flush();
  expect(noted()).toEqual([3, undefined]);
  if (!outcome.ok) throw outcome.error;
  await outcome.done;
  expect(noted()).toEqual([3, 3]);
});

test('where a compaction took the newest row, as that of etcd 3.4 does, the revision is the compaction’s', async () => {
  const backend = new MemoryBackend();
  const key = encodeRowKey(9, 0, false);
  await backend.commit([metaKeys.scheduledCompact, metaKeys.finishedCompact].map((name) => ({ kind: 'put', table: Table.meta, key: name, value: key })));
  const store = await MvccStore.open(backend, { soon });
  expect([store.currentRevision, store.compactRevision, store.keyCount]).toEqual([9, 9, 0]);
  const txn = store.begin();
  txn.put(utf8('a'), none, 0n);
  txn.end();
  expect(store.currentRevision).toBe(10);
});

test('what is written while a commit is under way is read as before when that is done', async () => {
  const backend = new MemoryBackend();
  const store = await MvccStore.open(backend, { soon });
  const write = (key: string): void => {
    const txn = store.begin();
    txn.put(utf8(key), utf8(key), 0n);
    txn.end();
  };
  const read = (): string[] => {
    const outcome = store.range(all.key, all.end, { limit: 0, revision: 0, countOnly: false });
    return outcome.ok ? outcome.result.kvs.map((kv) => utf8Text(kv.value)) : [outcome.error.message];
  };
  write('a');
  const commit = store.flush();
  write('b');
  await commit;
  expect(backend.get(Table.key, encodeRowKey(3, 0, false))).toBeUndefined();
  expect(read()).toEqual(['a', 'b']);
  const told: number[] = [];
  store.changes(1, 3, (revision) => told.push(revision) > 0);
  expect(told).toEqual([2, 3]);
  await store.flush();
  expect(read()).toEqual(['a', 'b']);
});

/** Keeps every state that a crash could leave, and the size of each commit. */
class RecordingBackend extends MemoryBackend {
  readonly states: MemoryBackend[] = [];
  readonly deletes: number[] = [];

  override async commit(ops: readonly BackendOp[]): Promise<void> {
    await super.commit(ops);
    this.deletes.push(ops.filter((op) => op.kind === 'delete').length);
    this.states.push(this.clone());
  }
}

test('a crash at any commit of a compaction leaves what it kept, and the rest goes after the restart', async () => {
  const backend = new RecordingBackend();
  const store = await MvccStore.open(backend, { soon });
  const model = new Model();
  for (let round = 0; round < 6; round++) {
    for (let i = 0; i < 500; i++) put(model, store, [`k${i}`], `v${round}`, 0n);
    remove(model, store, utf8('k1'), utf8('k3'));
  }
  await store.flush();
  const floor = store.currentRevision - 200;
  const outcome = store.compact(floor);
  if (!outcome.ok) throw outcome.error;
  await outcome.done;
  expect(backend.states.length).toBeGreaterThan(3);
  for (const [i, state] of backend.states.entries()) {
    const reopened = await MvccStore.open(state, { soon });
    await reopened.idle();
    // The first is the state before the compaction.
    expect(reopened.compactRevision).toBe(i === 0 ? -1 : floor);
    for (const revision of [floor, floor + 77, reopened.currentRevision]) {
      const found = reopened.range(all.key, all.end, { limit: 0, revision, countOnly: false });
      if (!found.ok) throw found.error;
      expect(plain(found.result.kvs), `commit ${i}, revision ${revision}`).toEqual(plain(model.range(all.key, all.end, revision)));
    }
    const hash = await reopened.hashKv(0);
    const rows = [...state.scan(Table.key, none)].length;
    if (i > 0) expect({ hash, rows }).toEqual({ hash: await store.hashKv(0), rows: [...backend.scan(Table.key, none)].length });
  }
});

test('a compaction goes in small commits, and writes come in between', async () => {
  const backend = new RecordingBackend();
  const turns: (() => void)[] = [];
  const store = await MvccStore.open(backend, { soon: (run) => turns.push(run) });
  for (let i = 0; i < 12_000; i++) {
    const txn = store.begin();
    // One key alone has more to drop than a turn takes.
    txn.put(utf8(i < 5_000 ? 'hot' : `k${i % 3_500}`), none, 0n);
    txn.end();
  }
  await store.flush();
  const outcome = store.compact(store.currentRevision);
  if (!outcome.ok) throw outcome.error;
  let finished = false;
  void outcome.done.then(() => (finished = true));
  let written = 0;
  while (!finished) {
    const before = store.currentRevision;
    turns.shift()?.();
    const txn = store.begin();
    txn.put(utf8('between'), none, 0n);
    txn.end();
    expect(store.currentRevision).toBe(before + 1);
    written++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(written).toBeGreaterThan(10);
  expect(Math.max(...backend.deletes)).toBeLessThanOrEqual(1_000);
  expect(backend.deletes.reduce((sum, count) => sum + count, 0)).toBe(12_000 - 3_501);
});

test('a compaction ends when the store is stopped, and says so', async () => {
  const store = await storeWith(['a', 'a', 'a']);
  const outcome = store.compact(3);
  store.stop();
  if (!outcome.ok) throw outcome.error;
  await expect(outcome.done).rejects.toThrow('etcdserver: server stopped');
});

test('after a failed commit none is made: a later one would hide that rows are missing', async () => {
  const backend = new MemoryBackend();
  const store = await MvccStore.open(backend, { soon });
  const write = (key: string, index: number): void => {
    const txn = store.begin();
    txn.put(utf8(key), none, 0n);
    txn.end();
    store.setConsistentIndex(index, 1);
  };
  write('a', 1);
  backend.failWith(new Error('the disk is full'));
  await expect(store.flush()).rejects.toThrow('the disk is full');
  expect(await store.failed).toMatchObject({ message: 'the disk is full' });
  backend.failWith(undefined);
  write('b', 2);
  await expect(store.flush()).rejects.toThrow('the disk is full');
  expect((await MvccStore.open(backend.clone(), { soon })).consistentIndex).toBe(0);
});

test('a failed commit is told, and nothing of it is there', async () => {
  const backend = new MemoryBackend();
  const store = await MvccStore.open(backend, { soon });
  const txn = store.begin();
  txn.put(utf8('a'), none, 0n);
  txn.end();
  backend.failWith(new Error('the disk is full'));
  await expect(store.flush()).rejects.toThrow('the disk is full');
  expect((await MvccStore.open(backend.clone(), { soon })).keyCount).toBe(0);
});
