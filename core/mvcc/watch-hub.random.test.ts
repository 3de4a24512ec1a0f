import { expect, test } from 'vitest';
import { assert } from '../base/assert.ts';
import { byteString, bytesOf, utf8 } from '../base/bytes.ts';
import { chance, pick, randomInt, SeededRandom } from '../base/random.ts';
import type { Event } from '../proto/gen/kv.ts';
import { WatchCreateRequest, type WatchResponse } from '../proto/gen/rpc.ts';
import { MemoryBackend } from './memory-backend.ts';
import { MvccStore } from './store.ts';
import { WatchHub } from './watch-hub.ts';
import type { WatchStream } from './watch-stream.ts';

/** `QUORATE_SEED` runs one world; otherwise some that are always the same, and some that nobody has seen. */
const chosen = process.env['QUORATE_SEED'];
const fresh = Math.floor(Math.random() * 2 ** 31);
const seeds = chosen === undefined ? [...Array.from({ length: 14 }, (_, i) => i + 1), ...Array.from({ length: 8 }, (_, i) => fresh + i)] : [Number(chosen)];

interface Told {
  revision: number;
  text: string;
}

/** A watcher as its client sees it. */
class Watching {
  readonly request: WatchCreateRequest;
  readonly told: Told[] = [];
  created = false;
  compactedAt = 0;
  /** The last response was a fragment: its revision goes on. */
  inPieces = false;

  constructor(request: WatchCreateRequest) {
    this.request = request;
  }

  get next(): number {
    return Math.max(this.request.startRevision, (this.told.at(-1)?.revision ?? 0) + 1);
  }

  wants(key: string, type: number): boolean {
    if (this.request.filters.includes(type)) return false;
    const start = byteString(this.request.key);
    const end = byteString(this.request.rangeEnd);
    if (end === '') return key === start;
    return key >= start && (end === '\0' || key < end);
  }
}

interface LogEvent {
  revision: number;
  type: number;
  key: string;
  value: string;
  /** Value before, '' when it did not exist. */
  before: string;
}

const show = (type: number, key: string, value: string): string => `${type === 0 ? 'put' : 'delete'} ${key}=${value}`;

/** A client with one stream, which breaks and is opened again now and then. */
class Client {
  readonly #hub: WatchHub;
  readonly #world: World;
  readonly watchings = new Map<bigint, Watching>();
  stream: WatchStream;
  taking = true;
  #nextId = 1n;

  constructor(world: World, hub: WatchHub) {
    this.#world = world;
    this.#hub = hub;
    this.stream = this.#open();
  }

  #open(): WatchStream {
    let stream: WatchStream | undefined;
    return (stream = this.#hub.openStream({
      send: (response) => {
        assert(stream === undefined || stream === this.stream, 'a closed stream was told something');
        this.#take(response);
        return this.taking;
      },
    }));
  }

  watch(request: Partial<WatchCreateRequest>): void {
    const id = this.#nextId++;
    const full = WatchCreateRequest.create({ ...request, watchId: id });
    const { startRevision } = full;
    const watching = new Watching({ ...full, startRevision: startRevision === 0 ? this.#hub.revision + 1 : startRevision });
    this.watchings.set(id, watching);
    this.stream.create(full);
  }

  cancel(id: bigint): void {
    this.stream.cancel(id);
    expect(this.watchings.has(id)).toBe(false);
  }

  /** The connection breaks; a new one goes on where each watcher was. */
  reconnect(): void {
    this.stream.close();
    const before = [...this.watchings.values()];
    this.watchings.clear();
    this.taking = true;
    this.stream = this.#open();
    for (const watching of before) {
      if (watching.compactedAt > 0) continue;
      const again = watching.inPieces ? watching.told.at(-1)!.revision : watching.next;
      if (watching.inPieces) while (watching.told.at(-1)?.revision === again) watching.told.pop();
      watching.inPieces = false;
      watching.created = false;
      this.watchings.set(watching.request.watchId, watching);
      this.stream.create({ ...watching.request, startRevision: again });
    }
  }

  takes(): void {
    this.taking = true;
    this.stream.drained();
  }

  #take(response: WatchResponse): void {
    const { watchId, events, header, created, canceled, compactRevision, fragment } = response;
    if (watchId === -1n) {
      expect(created || canceled || events.length > 0).toBe(false);
      // Everything up to the revision of a progress notice has been told before it.
      for (const watching of this.watchings.values()) if (watching.compactedAt === 0) this.#world.expectTold(watching, header!.revision);
      return;
    }
    const watching = this.watchings.get(watchId)!;
    expect(watching).toBeDefined();
    if (created) {
      expect(watching.created).toBe(false);
      watching.created = true;
      return;
    }
    expect(watching.created).toBe(true);
    if (canceled) {
      expect(events).toEqual([]);
      if (compactRevision > 0) watching.compactedAt = compactRevision;
      else this.watchings.delete(watchId);
      return;
    }
    if (events.length === 0) this.#world.expectTold(watching, header!.revision);
    else this.#takeEvents(watching, events, header!.revision, fragment);
  }

  #takeEvents(watching: Watching, events: readonly Event[], revision: number, fragment: boolean): void {
    const { fragment: wanted, prevKv } = watching.request;
    expect(fragment && !wanted).toBe(false);
    // A revision is split over responses by fragments only.
    const first = events[0]!.kv!.modRevision;
    if (!watching.inPieces) expect(first).toBeGreaterThanOrEqual(watching.next);
    watching.inPieces = fragment;
    for (const { type, kv, prevKv: before } of events) {
      expect(revision).toBeGreaterThanOrEqual(kv!.modRevision);
      if (!prevKv) expect(before).toBeUndefined();
      const known = this.#world.before(byteString(kv!.key), kv!.modRevision);
      if (before) expect(byteString(before.value)).toBe(known);
      watching.told.push({ revision: kv!.modRevision, text: show(type, byteString(kv!.key), byteString(kv!.value)) });
    }
  }
}

class World {
  readonly random: SeededRandom;
  readonly store: MvccStore;
  readonly hub: WatchHub;
  readonly clients: Client[];
  readonly log: LogEvent[] = [];
  readonly #live = new Map<string, string>();
  #later: (() => void)[] = [];

  constructor(seed: number, store: MvccStore) {
    this.random = new SeededRandom(seed);
    this.store = store;
    this.hub = new WatchHub(store, { soon: (run) => void this.#later.push(run), maxResponseBytes: 300, slice: { revisions: 30, bytes: 1_000, deliveries: 60 } });
    this.clients = Array.from({ length: 4 }, () => new Client(this, this.hub));
  }

  before(key: string, revision: number): string {
    return this.log.find((event) => event.key === key && event.revision === revision)!.before;
  }

  /** What a watcher must have been told up to a revision, and nothing else. */
  expectTold(watching: Watching, upTo: number): void {
    const { startRevision } = watching.request;
    const expected = this.log.filter(({ revision, key, type }) => revision >= startRevision && revision <= upTo && watching.wants(key, type));
    const lines = expected.map(({ revision, type, key, value }) => `${revision} ${show(type, key, value)}`).join('\n');
    expect(watching.told.filter(({ revision }) => revision <= upTo).map(({ revision, text }) => `${revision} ${text}`).join('\n')).toBe(lines);
  }

  key(): string {
    const text = `${pick(this.random, ['a', 'b', 'c'])}${randomInt(this.random, 6)}`;
    return chance(this.random, 0.1) ? text.slice(0, 1) : text;
  }

  write(): void {
    const txn = this.store.begin();
    const writes = chance(this.random, 0.2) ? 2 + randomInt(this.random, 6) : 1;
    const seen = new Set<string>();
    for (let i = 0; i < writes; i++) {
      const key = this.key();
      if (seen.has(key)) continue;
      seen.add(key);
      const before = this.#live.get(key) ?? '';
      if (chance(this.random, 0.25)) {
        if (txn.deleteRange(bytesOf(key), new Uint8Array(0)) === 0) continue;
        this.#live.delete(key);
        this.log.push({ revision: txn.revision, type: 1, key, value: '', before });
      } else {
        const value = 'v'.repeat(randomInt(this.random, 80)) + String(txn.revision);
        txn.put(bytesOf(key), bytesOf(value), 0n);
        this.#live.set(key, value);
        this.log.push({ revision: txn.revision, type: 0, key, value, before });
      }
    }
    txn.end();
  }

  runLater(): void {
    const queue = this.#later;
    this.#later = [];
    for (const run of queue) run();
  }

  #randomWatch(): Partial<WatchCreateRequest> {
    const { random } = this;
    const key = bytesOf(this.key());
    const rangeEnd = pick(random, [new Uint8Array(0), new Uint8Array(0), new Uint8Array(1), utf8('c'), utf8('d')]);
    const current = this.store.currentRevision;
    const startRevision = pick(random, [0, 0, 1, Math.max(1, this.store.compactRevision), 1 + randomInt(random, current), current, current + 1 + randomInt(random, 10)]);
    const filters = pick(random, [[], [], [0], [1]]);
    return { key, rangeEnd, startRevision, filters, prevKv: chance(random, 0.3), fragment: chance(random, 0.3), progressNotify: chance(random, 0.3) };
  }

  async step(): Promise<void> {
    const { random } = this;
    const client = pick(random, this.clients);
    const dice = randomInt(random, 100);
    if (dice < 55) this.write();
    else if (dice < 62) this.hub.flush();
    else if (dice < 72) this.runLater();
    else if (dice < 77) client.taking = false;
    else if (dice < 82) client.takes();
    else if (dice < 88) {
      const request = this.#randomWatch();
      const empty = request.rangeEnd!.length > 0 && request.rangeEnd![0] !== 0 && byteString(request.rangeEnd!) <= byteString(request.key!);
      if (!empty && client.watchings.size < 12) client.watch(request);
    } else if (dice < 90) {
      const ids = [...client.watchings].filter(([, watching]) => watching.compactedAt === 0).map(([id]) => id);
      if (ids.length > 0) client.cancel(pick(random, ids));
    } else if (dice < 91) client.reconnect();
    else if (dice < 94) client.stream.progress();
    else if (dice < 95) this.hub.notifyProgress();
    else if (dice < 96) this.#compact();
    else if (dice < 98) await this.store.flush();
    else await new Promise((resolve) => setImmediate(resolve));
  }

  #compact(): void {
    const { currentRevision, compactRevision } = this.store;
    const revision = Math.max(1, compactRevision) + randomInt(this.random, Math.max(1, currentRevision - compactRevision));
    if (revision > compactRevision && revision <= currentRevision) this.store.compact(revision);
  }

  /** Everyone takes what there is; then everyone must have what is theirs. */
  settle(): { level: number; compacted: number } {
    for (const client of this.clients) client.takes();
    for (let i = 0; this.#later.length > 0; i++) {
      if (i > 10_000) throw new Error('the watchers are never level');
      this.runLater();
    }
    const result = { level: 0, compacted: 0 };
    for (const { watchings } of this.clients) {
      for (const watching of watchings.values()) {
        const { compactedAt } = watching;
        if (compactedAt > 0) {
          result.compacted++;
          expect(watching.next).toBeLessThan(compactedAt);
          this.expectTold(watching, watching.next - 1);
        } else {
          result.level++;
          this.expectTold(watching, this.store.currentRevision);
        }
      }
    }
    expect(this.hub.slowWatcherCount).toBe(0);
    return result;
  }
}

const totals = { level: 0, compacted: 0, events: 0 };

test.each(seeds)('each watcher is told exactly its events, whatever its client, compactions and breaks do (seed %i)', async (seed) => {
  const store = await MvccStore.open(new MemoryBackend(), { soon: (run) => void setImmediate(run) });
  const world = new World(seed, store);
  for (let step = 0; step < 1_200; step++) await world.step();
  const { level, compacted } = world.settle();
  totals.level += level;
  totals.compacted += compacted;
  totals.events += world.log.length;
  await store.idle();
  for (const client of world.clients) client.stream.close();
  expect(world.hub.watcherCount).toBe(0);
});

test('those worlds had something of everything', () => {
  expect(totals.level).toBeGreaterThan(seeds.length);
  if (seeds.length > 1) expect(totals.compacted).toBeGreaterThan(0);
  expect(totals.events).toBeGreaterThan(500 * seeds.length);
});
