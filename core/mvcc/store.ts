import { assert, assertIndex } from '../base/assert.ts';
import { emptyBytes } from '../base/bytes.ts';
import type { Disposable } from '../base/dispose.ts';
import { etcdErrors, type EtcdError } from '../base/etcd-error.ts';
import { noLease, type LeaseId } from '../base/ids.ts';
import { KeyValue as KeyValueCodec } from '../proto/gen/kv.ts';
import { Table, type Backend, type BackendOp } from './backend.ts';
import { hashOfRows } from './hash.ts';
import { IndexBuilder } from './index-builder.ts';
import type { FoundKey } from './found-key.ts';
import { CompactionFigures } from './compaction-figures.ts';
import { CompactionHash, KeptHashes } from './compaction-hash.ts';
import { KeyIndex } from './key-index.ts';
import { encodeIndex, indexAt, metaKeys } from './meta.ts';
import { boundsOf, type Bounds } from './range-bounds.ts';
import { decodeRowKey, encodeRowKey, writeRowKey } from './revision.ts';
import { RowRuns } from './row-runs.ts';
import { RowSlab } from './row-slab.ts';
import { Transaction } from './transaction.ts';
import type { Event, KeyRevision, KeyValue, RangeEnd, RangeOptions, RangeOutcome, RangeResult, ReadView, WriteTxn } from './types.ts';

export interface StoreOptions {
  /** Runs after the events that are ready now; long work is cut into pieces by it. */
  soon(run: () => void): void;
  /** Runs after the pause between two commits of a compaction; without it, soon. */
  rest?(run: () => void): void;
  /** Rows that one commit of a compaction deletes. */
  compactionBatchRows?: number;
  /** For the figures of compactions; without it they have no times. */
  clock?: { nowMs(): number; wallMs(): number };
}

/** Where the store tells which keys hang on which lease. */
export interface LeaseKeys {
  attach(lease: LeaseId, key: Uint8Array): void;
  detach(lease: LeaseId, key: Uint8Array): void;
}

/** A key that exists now, and the lease that it hangs on. */
export interface LiveKey {
  key: Uint8Array;
  lease: LeaseId;
}

export type EventListener = (revision: number, events: readonly Event[]) => void;

export type HashOutcome = { ok: true; hash: number; revision: number; compactRevision: number } | { ok: false; error: EtcdError };

export type CompactOutcome = { ok: true; done: Promise<void> } | { ok: false; error: EtcdError };

/** Keys looked at, and revisions dropped from the index, in one turn of the event loop. */
const compactionSlice = 1_000;
/** Source: etcd `compaction-batch-limit`. */
const defaultCompactionBatchRows = 1_000;

/** Index of the last log entry that a backend holds the changes of. */
export function consistentIndexOf(backend: Backend): number {
  return indexAt(backend, metaKeys.consistentIndex);
}

/**
 * The multi-version store: keys with all their kept revisions. The index is in memory; rows lie in the backend, where they
 * arrive in batches. Until a batch is durable its rows are read from memory, and the log can replay them after a crash.
 */
export class MvccStore implements ReadView {
  readonly #backend: Backend;
  readonly #options: StoreOptions;
  #index = new KeyIndex();
  readonly #listeners = new Set<EventListener>();
  #leaseKeys: LeaseKeys | undefined;
  #currentRevision = 1;
  #compactRevision = -1;
  #consistentIndex = 0;
  #term = 0;
  /** Rows of revisions that the backend may not have yet, by main revision; position is sub. */
  #recent = new Map<number, KeyValue[]>();
  readonly #slab = new RowSlab();
  /** Of the row that is being read. */
  readonly #rowKey = encodeRowKey(0, 0, false);
  #staged: BackendOp[] = [];
  #consistentStaged = false;
  #commit: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;
  #stopped = false;
  #tellFailure: (error: unknown) => void = () => {};
  /** Resolves with the error of the first commit that failed. Nothing is committed from then on. */
  readonly failed = new Promise<unknown>((resolve) => {
    this.#tellFailure = resolve;
  });
  #transaction: Transaction | undefined;
  #compaction: Promise<void> = Promise.resolve();
  /** Of the last compaction that has run to its end. */
  #finishedRevision = -1;
  readonly #keptHashes = new KeptHashes();
  /** Counts the contents that the store has had: a compaction of an earlier one has nothing more to do. */
  #epoch = 0;

  readonly compactions = new CompactionFigures();
  /** Since the start; what a restart applies again counts too. */
  readonly totals = { puts: 0, putBytes: 0, deletes: 0, ranges: 0, txns: 0, events: 0 };

  private constructor(backend: Backend, options: StoreOptions) {
    this.#backend = backend;
    this.#options = options;
  }

  /** Reads the index from the backend, and goes on with a compaction that a crash cut short. */
  static async open(backend: Backend, options: StoreOptions): Promise<MvccStore> {
    const store = new MvccStore(backend, options);
    const rows = new IndexBuilder();
    backend.visit(Table.key, (key, row) => rows.add(key, row));
    store.#load(rows);
    return store;
  }

  #load(rows: IndexBuilder): void {
    this.#consistentIndex = consistentIndexOf(this.#backend);
    this.#term = indexAt(this.#backend, metaKeys.term);
    const scheduled = this.#backend.get(Table.meta, metaKeys.scheduledCompact);
    const finished = this.#backend.get(Table.meta, metaKeys.finishedCompact);
    const scheduledRevision = scheduled ? decodeRowKey(scheduled).main : -1;
    const finishedRevision = finished ? decodeRowKey(finished).main : -1;
    this.#finishedRevision = finishedRevision;
    this.#compactRevision = Math.max(scheduledRevision, finishedRevision);
    this.#index = rows.index;
    // A compaction may have taken the newest row of all.
    this.#currentRevision = Math.max(rows.newest, this.#compactRevision);
    if (scheduledRevision > finishedRevision) this.#startCompaction(scheduledRevision);
  }

  /** Connects the leases: attachments of the live keys are told at once, later ones as they happen. */
  connectLeases(leases: LeaseKeys): void {
    assert(!this.#leaseKeys, 'leases are connected already');
    this.#leaseKeys = leases;
    this.attachLeases();
  }

  /** Tells the attachments of the live keys again, to leases that were read anew. */
  attachLeases(): void {
    const leases = this.#leaseKeys;
    if (!leases) return;
    this.#index.scan(emptyBytes, undefined, this.#currentRevision, (found) => {
      if (found.leased) leases.attach(this.#row(found.main, found.sub).lease, found.key);
      return true;
    });
  }

  // --- reading

  get currentRevision(): number {
    return this.#currentRevision;
  }

  get compactRevision(): number {
    return this.#compactRevision;
  }

  /** Index of the last log entry whose changes are staged. */
  get consistentIndex(): number {
    return this.#consistentIndex;
  }

  get term(): number {
    return this.#term;
  }

  /** Keys that exist now. */
  get keyCount(): number {
    return this.#index.liveCount;
  }

  range(key: Uint8Array, end: RangeEnd, options: RangeOptions): RangeOutcome {
    return this.rangeAt(key, end, options, this.#currentRevision);
  }

  /** `newest` is the present revision as the caller sees it: one higher inside of a transaction that has changed something. */
  rangeAt(key: Uint8Array, end: RangeEnd, options: RangeOptions, newest: number): RangeOutcome {
    this.totals.ranges++;
    const revision = options.revision <= 0 ? newest : options.revision;
    if (revision > newest) return { ok: false, error: etcdErrors.futureRev() };
    if (revision < this.#compactRevision) return { ok: false, error: etcdErrors.compacted() };
    return { ok: true, result: end.length === 0 ? this.#point(key, options, revision, newest) : this.#many(boundsOf(key, end), options, revision, newest) };
  }

  #point(key: Uint8Array, options: RangeOptions, revision: number, newest: number): RangeResult {
    const found = this.#index.at(key, revision);
    if (!found) return { kvs: [], count: 0, revision: newest };
    return { kvs: options.countOnly ? [] : [this.#row(found.main, found.sub)], count: 1, revision: newest };
  }

  #many(bounds: Bounds, options: RangeOptions, revision: number, newest: number): RangeResult {
    const { limit, countOnly, keysOnly } = options;
    const kvs: KeyValue[] = [];
    const count = this.#index.count(bounds.start, bounds.end, revision);
    if (countOnly || count === 0) return { kvs, count, revision: newest };
    this.#index.scan(bounds.start, bounds.end, revision, (found) => {
      kvs.push((keysOnly ? keyOf(found) : undefined) ?? this.#row(found.main, found.sub));
      return limit <= 0 || kvs.length < limit;
    });
    return { kvs, count, revision: newest };
  }

  #row(main: number, sub: number): KeyValue {
    const recent = this.#recent.get(main)?.[sub];
    if (recent) return recent;
    const key = this.#rowKey;
    writeRowKey(key, 0, main, sub, false);
    const value = this.#backend.get(Table.key, key);
    assert(value, 'the backend lacks a row of the index', () => `revision ${main}.${sub}`);
    return toKeyValue(value);
  }

  /** The key as it was at a revision; undefined when it did not exist then, or that is compacted. */
  kvAt(key: Uint8Array, revision: number): KeyValue | undefined {
    if (revision < this.#compactRevision) return undefined;
    const found = this.#index.at(key, revision);
    return found && this.#row(found.main, found.sub);
  }

  /** Changes of revisions [from, to], in order, grouped by revision, until `visit` returns false. */
  changes(from: number, to: number, visit: (revision: number, events: Event[]) => boolean): void {
    let revision = 0;
    let events: Event[] = [];
    for (const row of this.#backend.scan(Table.key, encodeRowKey(from, 0, false), encodeRowKey(to + 1, 0, false))) {
      const { main, tombstone } = decodeRowKey(row.key);
      // From here on memory has the rows, those that are on their way to the backend included.
      if (this.#recent.has(main)) break;
      if (main !== revision) {
        if (events.length > 0 && !visit(revision, events)) return;
        revision = main;
        events = [];
      }
      events.push(toEvent(toKeyValue(row.value), main, tombstone));
    }
    if (events.length > 0 && !visit(revision, events)) return;
    for (const [main, rows] of this.#recent) {
      if (main > to) return;
      if (main < from || main <= revision) continue;
      if (!visit(main, rows.map((kv) => toEvent(kv, main, kv.version === 0)))) return;
    }
  }

  onEvents(listener: EventListener): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  }

  // --- writing

  begin(): WriteTxn {
    assert(!this.#transaction, 'a write transaction is open');
    this.#transaction = new Transaction(this, this.#currentRevision + 1);
    return this.#transaction;
  }

  /** For Transaction only. */
  internalPut(main: number, sub: number, key: Uint8Array, value: Uint8Array, lease: LeaseId): Event {
    this.totals.puts++;
    this.totals.putBytes += key.length + value.length;
    const { create, version, leased } = this.#index.put(key, main, sub, lease !== noLease);
    const before = leased ? this.#row(leased.main, leased.sub).lease : noLease;
    const kv: KeyValue = { key, createRevision: create, modRevision: main, version, value, lease };
    this.#stageRow(main, sub, kv, false);
    if (before !== lease) {
      if (before !== noLease) this.#leaseKeys?.detach(before, key);
      if (lease !== noLease) this.#leaseKeys?.attach(lease, key);
    }
    return { type: 'put', kv };
  }

  /** For Transaction only. */
  internalDelete(main: number, sub: number, { key, lease }: LiveKey): Event {
    this.totals.deletes++;
    this.#index.tombstone(key, main, sub);
    const kv: KeyValue = { key, createRevision: 0, modRevision: 0, version: 0, value: emptyBytes, lease: noLease };
    this.#stageRow(main, sub, kv, true);
    if (lease !== noLease) this.#leaseKeys?.detach(lease, key);
    return toEvent(kv, main, true);
  }

  /** For Transaction only: the live keys in a range. */
  internalLive(key: Uint8Array, end: RangeEnd): LiveKey[] {
    const bounds = boundsOf(key, end);
    const live: LiveKey[] = [];
    this.#index.scan(bounds.start, bounds.end, Infinity, (found) => {
      live.push({ key: found.key, lease: found.leased ? this.#row(found.main, found.sub).lease : noLease });
      return true;
    });
    return live;
  }

  #stageRow(main: number, sub: number, kv: KeyValue, tombstone: boolean): void {
    assertIndex(main, 'revision');
    const rows = this.#recent.get(main);
    if (rows) rows.push(kv);
    else this.#recent.set(main, [kv]);
    const { key, value } = this.#slab.row(main, sub, tombstone, kv);
    this.stage({ kind: 'put', table: Table.key, key, value });
  }

  /** For Transaction only. */
  internalEnd(revision: number, events: Event[]): void {
    this.#transaction = undefined;
    if (events.length === 0) return;
    this.totals.txns++;
    this.totals.events += events.length;
    this.#currentRevision = revision;
    for (const listener of this.#listeners) listener(revision, events);
  }

  /** Rows of other rooms that belong to the entry being applied: they go with the same commit. */
  stage(op: BackendOp): void {
    this.#staged.push(op);
  }

  /** Notes how far the log is applied: it goes with the next commit, together with everything staged so far. */
  setConsistentIndex(index: number, term: number): void {
    this.#consistentIndex = index;
    this.#term = term;
    this.#consistentStaged = true;
  }

  get pendingOps(): number {
    return this.#staged.length + (this.#consistentStaged ? 1 : 0);
  }

  /**
   * Makes everything staged so far durable. One commit at a time; callers during one share the next. After a failed one all
   * fail: a later one would note an index as applied whose rows were lost with the first.
   */
  async flush(): Promise<void> {
    while (this.#commit) await this.#commit;
    if (this.#failure) throw this.#failure.error;
    if (this.pendingOps === 0) return;
    this.#commit = this.#commitStaged();
    try {
      await this.#commit;
    } catch (error) {
      this.#failure ??= { error };
      this.#tellFailure(error);
      throw error;
    } finally {
      this.#commit = undefined;
    }
  }

  /**
   * Takes up the backend's content anew, which `load` replaces. Until then readers see what was. Nothing may be written
   * meanwhile; what was staged and not committed is dropped: the new content has it. `load` calls back once, with all rows of
   * the new content, in the turn in which the backend begins to show it.
   */
  async replace(load: (swapped: (rows: IndexBuilder) => void) => Promise<void>): Promise<void> {
    this.#epoch++;
    await this.#compaction.catch(() => {});
    this.#compaction = Promise.resolve();
    while (this.#commit) await this.#commit;
    this.#staged = [];
    this.#consistentStaged = false;
    await load((rows) => {
      this.#recent = new Map();
      this.#load(rows);
    });
  }

  /** What is staged is not to be trusted: nothing is committed any more, and the log will tell it again. */
  giveUp(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Ends what goes on in the background; a compaction is gone on with when the store is opened again. */
  stop(): void {
    this.#stopped = true;
  }

  async #commitStaged(): Promise<void> {
    const ops = this.#staged;
    const upTo = this.#currentRevision;
    ops.push({ kind: 'put', table: Table.meta, key: metaKeys.consistentIndex, value: encodeIndex(this.#consistentIndex) });
    ops.push({ kind: 'put', table: Table.meta, key: metaKeys.term, value: encodeIndex(this.#term) });
    this.#staged = [];
    this.#consistentStaged = false;
    await this.#backend.commit(ops);
    for (const main of this.#recent.keys()) {
      if (main > upTo) break;
      this.#recent.delete(main);
    }
  }

  // --- compaction

  compact(revision: number): CompactOutcome {
    if (revision <= this.#compactRevision) return { ok: false, error: etcdErrors.compacted() };
    if (revision > this.#currentRevision) return { ok: false, error: etcdErrors.futureRev() };
    // One that comes while the one before goes on does not find what the hash is of.
    const previous = this.#finishedRevision === this.#compactRevision ? this.#compactRevision : undefined;
    this.#compactRevision = revision;
    this.stage({ kind: 'put', table: Table.meta, key: metaKeys.scheduledCompact, value: encodeRowKey(revision, 0, false) });
    return { ok: true, done: this.#startCompaction(revision, previous) };
  }

  /** With the revision of the compaction before it keeps the hash of what it finds. */
  #startCompaction(revision: number, previous?: number): Promise<void> {
    const done = this.#compaction.then(() => this.#runCompaction(revision, previous));
    this.#compaction = done;
    // Told to those who wait for it; a failed commit is also told by `failed`.
    done.catch(() => {});
    return done;
  }

  /**
   * Goes through the keys, then deletes their rows, both in pieces, so that reads and writes go on in between. Rows go in
   * order of revision: neighbours share pages, and a put is never left behind without the tombstone after it.
   */
  async #runCompaction(revision: number, previous: number | undefined): Promise<void> {
    const { clock } = this.#options;
    const nowMs = (): number => clock?.nowMs() ?? 0;
    const { indexPauses, batches, totals } = this.compactions;
    const startMs = nowMs();
    const epoch = this.#epoch;
    const rows = new RowRuns();
    let from: Uint8Array | undefined = emptyBytes;
    while (from !== undefined) {
      const sliceMs = nowMs();
      from = this.#compactSlice(from, revision, rows);
      indexPauses.observe(nowMs() - sliceMs);
      await this.#pause(epoch);
    }
    const hash = previous === undefined ? undefined : await this.#hashFor(revision, previous);
    const pause = (): Promise<void> => this.#pause(epoch);
    const batchRows = this.#options.compactionBatchRows ?? defaultCompactionBatchRows;
    while (rows.size > 0) {
      const batchMs = nowMs();
      const dropped = rows.take(batchRows);
      const last = dropped.at(-1)!;
      await hash?.upTo(encodeRowKey(last.main, last.sub + 1, false), dropped, pause);
      for (const { main, sub, tombstone } of dropped) {
        this.compactions.rows++;
        this.stage({ kind: 'delete', table: Table.key, key: encodeRowKey(main, sub, tombstone) });
      }
      await this.flush();
      batches.observe(nowMs() - batchMs);
      await this.#pause(epoch, this.#options.rest);
    }
    await hash?.upTo(encodeRowKey(revision + 1, 0, false), [], pause);
    if (epoch !== this.#epoch) throw etcdErrors.stopped();
    this.stage({ kind: 'put', table: Table.meta, key: metaKeys.finishedCompact, value: encodeRowKey(revision, 0, false) });
    await this.flush();
    this.#finishedRevision = revision;
    if (hash) this.#keptHashes.add({ hash: hash.hash, revision, compactRevision: previous! });
    totals.observe(nowMs() - startMs);
    this.compactions.lastSeconds = Math.floor((clock?.wallMs() ?? 0) / 1000);
  }

  /** Once the index is through with the compaction. */
  async #hashFor(revision: number, previous: number): Promise<CompactionHash> {
    await this.flush();
    let keepsAny = this.#existsAny(revision);
    // A tombstone of that very revision stays, too.
    for (const row of keepsAny ? [] : this.#backend.scan(Table.key, encodeRowKey(revision, 0, false), encodeRowKey(revision + 1, 0, false))) keepsAny ||= decodeRowKey(row.key).tombstone;
    return new CompactionHash(this.#backend, previous, keepsAny);
  }

  #existsAny(revision: number): boolean {
    let any = false;
    this.#index.scan(emptyBytes, undefined, revision, () => {
      any = true;
      return false;
    });
    return any;
  }

  async #pause(epoch: number, wait = this.#options.soon): Promise<void> {
    await new Promise<void>(wait);
    if (this.#stopped || epoch !== this.#epoch) throw etcdErrors.stopped();
  }

  /** Returns the key to go on with. */
  #compactSlice(from: Uint8Array, revision: number, rows: RowRuns): Uint8Array | undefined {
    const dropped: KeyRevision[] = [];
    const next = this.#index.compact(from, revision, compactionSlice, (row) => dropped.push(row));
    rows.add(dropped);
    return next;
  }

  /** Resolves when no compaction is under way. */
  idle(): Promise<void> {
    return this.#compaction;
  }

  /**
   * CRC-32C over the rows of revisions up to `revision` (0: the present one), as etcd's HashKV counts it. At the revisions of
   * the last compactions it is what these found, as of the compaction before each: also where that is compacted by now.
   */
  async hashKv(revision: number): Promise<HashOutcome> {
    // Of the present revision nothing is kept: a compaction at 0, which etcd allows, would answer for it.
    const kept = revision > 0 ? this.#keptHashes.at(revision) : undefined;
    if (kept) return { ok: true, ...kept };
    const upTo = revision <= 0 ? this.#currentRevision : revision;
    if (upTo > this.#currentRevision) return { ok: false, error: etcdErrors.futureRev() };
    if (upTo < this.#compactRevision) return { ok: false, error: etcdErrors.compacted() };
    const compactRevision = this.#compactRevision;
    // In the queue of the compactions: those before are through, and those after leave the index as it must be.
    const hash = this.#compaction.then(() => this.#hashRows(upTo, compactRevision));
    this.#compaction = hash.then(() => {});
    this.#compaction.catch(() => {});
    return { ok: true, hash: await hash, revision: upTo, compactRevision };
  }

  async #hashRows(upTo: number, compactRevision: number): Promise<number> {
    const epoch = this.#epoch;
    await this.flush();
    const view = this.#backend.view();
    try {
      const keyAt = this.#existsAny(upTo) ? (key: Uint8Array) => this.#index.at(key, upTo) : undefined;
      return await hashOfRows(view, { upTo, compactRevision, keyAt }, () => this.#pause(epoch));
    } finally {
      view.close();
    }
  }
}

function toKeyValue(row: Uint8Array): KeyValue {
  return KeyValueCodec.decode(row);
}

/** A found key without its value; undefined when the index does not know all of it. */
function keyOf(found: FoundKey): KeyValue | undefined {
  if (!found.newest || found.leased) return undefined;
  return { key: found.key, createRevision: found.create, modRevision: found.main, version: found.version, value: emptyBytes, lease: noLease };
}

/** A delete event has only the key and the revision. */
function toEvent(kv: KeyValue, main: number, tombstone: boolean): Event {
  if (!tombstone) return { type: 'put', kv };
  return { type: 'delete', kv: { key: kv.key, createRevision: 0, modRevision: main, version: 0, value: emptyBytes, lease: noLease } };
}
