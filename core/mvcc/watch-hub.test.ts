import { expect, test } from 'vitest';
import { utf8, utf8Text } from '../base/bytes.ts';
import { randomInt, SeededRandom } from '../base/random.ts';
import { WatchCreateRequest, type WatchResponse } from '../proto/gen/rpc.ts';
import { MemoryBackend } from './memory-backend.ts';
import { MvccStore } from './store.ts';
import { WatchHub } from './watch-hub.ts';
import type { WatchedStore } from './watcher.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** Runs what was put off only when it is asked to. */
class Later {
  #queue: (() => void)[] = [];
  readonly soon = (run: () => void): void => void this.#queue.push(run);

  run(): void {
    while (this.#queue.length > 0) this.#queue.shift()!();
  }
}

async function setUp(maxResponseBytes = 1 << 21) {
  const later = new Later();
  const store = await MvccStore.open(new MemoryBackend(), { soon: (run) => queueMicrotask(run) });
  const hub = new WatchHub(store, { soon: later.soon, maxResponseBytes });
  const sent: WatchResponse[] = [];
  let ready = true;
  const stream = hub.openStream({
    send(response) {
      sent.push(response);
      return ready;
    },
  });
  const put = (key: string, value = 'v'): void => {
    const txn = store.begin();
    txn.put(utf8(key), utf8(value), 0n);
    txn.end();
    hub.flush();
  };
  const remove = (key: string): void => {
    const txn = store.begin();
    txn.deleteRange(utf8(key), new Uint8Array(0));
    txn.end();
    hub.flush();
  };
  const texts = (): string[] => sent.flatMap((response) => response.events.map((event) => `${event.kv!.modRevision} ${event.type === 0 ? 'put' : 'del'} ${utf8Text(event.kv!.key)}`));
  const watch = (request: Partial<WatchCreateRequest>): void => stream.create(WatchCreateRequest.create(request));
  return { later, store, hub, stream, sent, put, remove, texts, watch, setReady: (value: boolean) => (ready = value) };
}

const prefix = (text: string) => ({ key: utf8(text), rangeEnd: utf8(text.slice(0, -1) + String.fromCharCode(text.charCodeAt(text.length - 1) + 1)) });

test('created comes first, then only what is in range', async () => {
  const { watch, put, sent, texts } = await setUp();
  watch(prefix('a'));
  put('a1');
  put('b');
  put('a2');
  expect(sent[0]).toMatchObject({ created: true, watchId: 0n, header: { revision: 1 } });
  expect(texts()).toEqual(['2 put a1', '4 put a2']);
});

test('a watcher from the past gets what was, then what is, with no gap and nothing twice', async () => {
  const { watch, put, remove, texts, later } = await setUp();
  put('a');
  put('a');
  remove('a');
  watch({ key: utf8('a'), startRevision: 3 });
  put('a');
  later.run();
  put('a');
  expect(texts()).toEqual(['3 put a', '4 del a', '5 put a', '6 put a']);
});

test('a watcher from the future waits for its revision', async () => {
  const { watch, put, texts } = await setUp();
  watch({ key: utf8('a'), startRevision: 4 });
  for (let i = 0; i < 4; i++) put('a');
  expect(texts()).toEqual(['4 put a', '5 put a']);
});

test('ids: the next free one, the given one, a duplicate refused, a cancelled one free again', async () => {
  const { watch, stream, sent } = await setUp();
  watch({ key: utf8('a') });
  watch({ key: utf8('a'), watchId: 7n });
  watch({ key: utf8('a'), watchId: 7n });
  expect(sent[2]).toMatchObject({ watchId: -1n, created: true, canceled: true, cancelReason: 'mvcc: duplicate watch ID provided on the WatchStream' });
  stream.cancel(7n);
  expect(sent[3]).toMatchObject({ watchId: 7n, canceled: true, created: false });
  stream.cancel(99n);
  expect(sent).toHaveLength(4);
  watch({ key: utf8('a'), watchId: 7n });
  expect(sent[4]).toMatchObject({ watchId: 7n, created: true, canceled: false });
});

test('an empty range and a negative revision are refused; an empty key is every key', async () => {
  const { watch, sent, put, texts } = await setUp();
  watch({ key: utf8('b'), rangeEnd: utf8('a') });
  expect(sent[0]).toMatchObject({ watchId: -1n, cancelReason: 'mvcc: watcher range is empty' });
  watch({ key: utf8('b'), startRevision: -1 });
  expect(sent[1]).toMatchObject({ watchId: -1n, cancelReason: 'etcdserver: mvcc: required revision has been compacted' });
  watch({ rangeEnd: new Uint8Array(1) });
  put('anything');
  expect(texts()).toEqual(['2 put anything']);
});

test('a compacted start ends the watcher, after created, with the revision to begin at', async () => {
  const { watch, put, store, sent, later } = await setUp();
  for (let i = 0; i < 5; i++) put('a');
  store.compact(4);
  watch({ key: utf8('a'), startRevision: 2 });
  later.run();
  expect(sent[0]).toMatchObject({ created: true });
  expect(sent[1]).toMatchObject({ canceled: true, compactRevision: 4, cancelReason: '', header: { revision: 0 } });
});

test('filters and previous values', async () => {
  const { watch, put, remove, sent } = await setUp();
  watch({ key: utf8('a'), prevKv: true, filters: [0] });
  put('a', 'one');
  remove('a');
  expect(sent).toHaveLength(2);
  expect(utf8Text(sent[1]!.events[0]!.prevKv!.value)).toBe('one');
});

test('all events of a transaction come in one response', async () => {
  const { watch, store, hub, sent } = await setUp();
  watch(prefix('a'));
  const txn = store.begin();
  for (const key of ['a1', 'a2', 'a3']) txn.put(utf8(key), new Uint8Array(0), 0n);
  txn.end();
  hub.flush();
  expect(sent).toHaveLength(2);
  expect(sent[1]!.events).toHaveLength(3);
});

test('a large response is cut only for those who asked, and all but the last piece say so', async () => {
  const { watch, store, hub, sent } = await setUp(1000);
  watch({ ...prefix('a'), fragment: true });
  const txn = store.begin();
  for (let i = 0; i < 6; i++) txn.put(utf8(`a${i}`), new Uint8Array(400), 0n);
  txn.end();
  hub.flush();
  const pieces = sent.slice(1);
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.map((piece) => piece.fragment)).toEqual(pieces.map((_, i) => i < pieces.length - 1));
  expect(pieces.flatMap((piece) => piece.events)).toHaveLength(6);
});

test('progress is told when everything before it was sent, and not while a watcher is behind', async () => {
  const { watch, put, stream, sent, later } = await setUp();
  stream.progress();
  expect(sent).toHaveLength(0);
  put('a');
  watch({ key: utf8('a'), startRevision: 1 });
  stream.progress();
  expect(sent).toHaveLength(1);
  later.run();
  stream.progress();
  expect(sent.at(-1)).toMatchObject({ watchId: -1n, header: { revision: 2 }, events: [] });
});

test('the rows are read once for all who are behind, and those who are nearly level do not wait for the others', async () => {
  const store = await MvccStore.open(new MemoryBackend(), { soon: (run) => queueMicrotask(run) });
  for (let i = 0; i < 1_000; i++) {
    const txn = store.begin();
    txn.put(utf8('a'), new Uint8Array(0), 0n);
    txn.end();
  }
  let read = 0;
  const counting: WatchedStore = {
    currentRevision: store.currentRevision, compactRevision: -1, kvAt: () => undefined, onEvents: () => ({ dispose: () => {} }),
    changes: (from, to, visit) => store.changes(from, to, (revision, events) => {
      const more = visit(revision, events);
      if (more) read++;
      return more;
    }),
  };
  const turns: (() => void)[] = [];
  const hub = new WatchHub(counting, { soon: (run) => void turns.push(run), maxResponseBytes: 1 << 20, slice: { revisions: 100, bytes: 1 << 20, deliveries: 1e6 } });
  const told = new Map<bigint, number>();
  const stream = hub.openStream({
    send: ({ watchId, events }) => {
      told.set(watchId, (told.get(watchId) ?? 0) + events.length);
      return true;
    },
  });
  for (let i = 0; i < 50; i++) stream.create(WatchCreateRequest.create({ key: utf8('a'), startRevision: 1 }));
  stream.create(WatchCreateRequest.create({ key: utf8('a'), startRevision: 1_001 - 19 }));
  turns.shift()!();
  expect(told.get(50n)).toBe(20);
  expect(told.get(0n)).toBe(100);
  while (turns.length > 0) turns.shift()!();
  expect([...told.values()]).toEqual([...Array.from({ length: 50 }, () => 1_000), 20]);
  expect(read).toBe(1_020);
});

test.each([
  ['revisions', { revisions: 2, bytes: 1e9, deliveries: 1e9 }],
  ['bytes', { revisions: 1e9, bytes: 100, deliveries: 1e9 }],
  ['events handed out', { revisions: 1e9, bytes: 1e9, deliveries: 6 }],
])('a slice ends with its %s, and the next goes on behind it', async (_what, slice) => {
  const { store, put } = await setUp();
  for (let i = 0; i < 10; i++) put('a', 'x'.repeat(60));
  const turns: (() => void)[] = [];
  const hub = new WatchHub(store, { soon: (run) => void turns.push(run), maxResponseBytes: 1 << 20, slice });
  const told: number[][] = [[], [], []];
  const stream = hub.openStream({
    send: ({ watchId, events }) => {
      for (const event of events) told[Number(watchId)]!.push(event.kv!.modRevision);
      return true;
    },
  });
  for (let i = 0; i < 3; i++) stream.create(WatchCreateRequest.create({ key: utf8('a'), startRevision: 1 }));
  for (let upTo = 3; upTo <= 11; upTo += 2) {
    turns.shift()!();
    for (const revisions of told) expect(revisions).toEqual(Array.from({ length: upTo - 1 }, (_, i) => 2 + i));
  }
});

test('a turn with very many events does not hold them all to its end', async () => {
  const { store, watch, sent, later } = await setUp();
  for (let i = 0; i < 1_000; i++) watch({ key: utf8('a') });
  const before = sent.length;
  const write = (): void => {
    const txn = store.begin();
    txn.put(utf8('a'), utf8('v'), 0n);
    txn.end();
  };
  for (let i = 0; i < 49; i++) write();
  expect(sent.length).toBe(before);
  write();
  expect(sent.slice(before).reduce((sum, { events }) => sum + events.length, 0)).toBe(50_000);
  later.run();
  expect(sent.slice(before).reduce((sum, { events }) => sum + events.length, 0)).toBe(50_000);
});

test('one stream that takes nothing holds nobody up, and nothing is kept for it', async () => {
  const { hub, later, watch, texts, put } = await setUp();
  let given = 0;
  const stuck = hub.openStream({
    send: () => {
      given++;
      return false;
    },
  });
  stuck.create(WatchCreateRequest.create(prefix('a')));
  watch(prefix('a'));
  for (let i = 0; i < 100; i++) put('a1');
  expect(texts()).toHaveLength(100);
  expect(given).toBe(1);
  expect(hub.slowWatcherCount).toBe(1);
  stuck.drained();
  later.run();
  // One response with all that it missed, and it is full again.
  expect(given).toBe(2);
  expect(hub.slowWatcherCount).toBe(0);
});

test('events of one turn go together, cut at revisions before a response grows beyond what clients take', async () => {
  const { store, hub, watch, sent } = await setUp();
  watch(prefix('a'));
  for (let i = 0; i < 5; i++) {
    const txn = store.begin();
    for (let k = 0; k < 2; k++) txn.put(utf8(`a${k}`), new Uint8Array(200_000), 0n);
    txn.end();
  }
  hub.flush();
  expect(sent.slice(1).map(({ header, events }) => [header!.revision, events.length])).toEqual([[3, 4], [5, 4], [6, 2]]);
});

test('after the store was replaced everyone goes on where they were, and those whose past is gone are told', async () => {
  const make = (): Promise<MvccStore> => MvccStore.open(new MemoryBackend(), { soon: (run) => queueMicrotask(run) });
  const write = (store: MvccStore, ...keys: string[]): void => {
    for (const key of keys) {
      const txn = store.begin();
      txn.put(utf8(key), new Uint8Array(0), 0n);
      txn.end();
    }
  };
  // The member's store and, further on, the one that it is sent: the same past and more.
  let store = await make();
  const newer = await make();
  const later = new Later();
  const facade: WatchedStore = {
    get currentRevision() {
      return store.currentRevision;
    },
    get compactRevision() {
      return store.compactRevision;
    },
    changes: (...args) => store.changes(...args),
    kvAt: (...args) => store.kvAt(...args),
    onEvents: (listener) => {
      const both = [store, newer].map((one) => one.onEvents((revision, events) => one === store && listener(revision, events)));
      return { dispose: () => both.forEach((one) => one.dispose()) };
    },
  };
  const hub = new WatchHub(facade, { soon: later.soon, maxResponseBytes: 1 << 20 });
  const told: string[] = [];
  const stream = hub.openStream({
    send: ({ events, watchId, canceled, compactRevision }) => {
      for (const { kv } of events) told.push(`${watchId}: ${kv!.modRevision} ${utf8Text(kv!.key)}`);
      if (canceled) told.push(`${watchId}: compacted at ${compactRevision}`);
      return true;
    },
  });
  stream.create(WatchCreateRequest.create({ key: utf8('a') }));
  stream.create(WatchCreateRequest.create(prefix('b')));
  stream.create(WatchCreateRequest.create({ key: utf8('a'), startRevision: 9 }));
  for (const one of [store, newer]) write(one, 'a', 'c');
  write(newer, 'a', 'b1', 'a', 'c');
  store = newer;
  hub.storeReplaced();
  later.run();
  expect(told.splice(0).sort()).toEqual(['0: 2 a', '0: 4 a', '0: 6 a', '1: 5 b1']);
  write(store, 'b2', 'a');
  hub.flush();
  expect(told.splice(0).sort()).toEqual(['0: 9 a', '1: 8 b2', '2: 9 a']);

  const newest = await make();
  write(newest, ...Array.from({ length: 12 }, () => 'a'));
  newest.compact(11);
  store = newest;
  hub.storeReplaced();
  later.run();
  expect(told.sort()).toEqual(['0: compacted at 11', '1: compacted at 11', '2: compacted at 11']);
});

test(`a slow stream loses nothing, gets nothing twice, and keeps order (seed ${seed})`, async () => {
  const random = new SeededRandom(seed);
  const { watch, put, remove, stream, later, texts, setReady, sent, store } = await setUp();
  const expected: string[] = [];
  watch(prefix('a'));
  for (let step = 0; step < 800; step++) {
    const key = `${'ab'[randomInt(random, 2)]}${randomInt(random, 5)}`;
    const before = store.currentRevision;
    const deleting = randomInt(random, 4) === 0;
    if (deleting) remove(key);
    else put(key);
    if (key.startsWith('a') && store.currentRevision > before) expected.push(`${store.currentRevision} ${deleting ? 'del' : 'put'} ${key}`);
    const dice = randomInt(random, 10);
    if (dice === 0) setReady(false);
    else if (dice === 1) {
      setReady(true);
      stream.drained();
    } else if (dice === 2) later.run();
  }
  setReady(true);
  stream.drained();
  later.run();
  expect(texts()).toEqual(expected);
  // A revision is never split over two responses.
  const revisions = sent.flatMap((response) => [...new Set(response.events.map((event) => event.kv!.modRevision))]);
  expect(new Set(revisions).size).toBe(revisions.length);
});
