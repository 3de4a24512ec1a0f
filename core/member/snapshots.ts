import { utf8, utf8Text } from '../base/bytes.ts';
import { idHex, type MemberId } from '../base/ids.ts';
import type { Backend } from '../mvcc/backend.ts';
import { IndexBuilder } from '../mvcc/index-builder.ts';
import { consistentIndexOf, type MvccStore } from '../mvcc/store.ts';
import type { Clock } from '../ports/clock.ts';
import type { Disk } from '../ports/disk.ts';
import type { LogSink } from '../ports/log.ts';
import type { PeerNetwork } from '../ports/network.ts';
import type { MemoryStorage } from '../raft/memory-storage.ts';
import type { ConfState, Message, Snapshot } from '../raft/types.ts';
import { loadNewestSnap, purgeSnaps, saveSnap, snapDbName } from '../wal/snap.ts';
import type { LogFiles } from '../wal/log-files.ts';
import type { Wal, WalSnapshot } from '../wal/wal.ts';
import { importDatabase, openDatabase } from './database/import.ts';
import type { MemberDatabase } from './database/member-database.ts';
import { Preparation, type PreparedStore } from './preparation.ts';
import { ReceivedFile } from './received-file.ts';
import type { MemberConfig } from './config.ts';
import { decodeTree, encodeTree } from './legacy-tree.ts';
import { Membership } from './membership.ts';
import type { SnapshotInFlight } from './replication.ts';

export interface SnapshotsParts {
  config: MemberConfig;
  clock: Clock;
  disk: Disk;
  snapDir: string;
  wal: Wal;
  raftStorage: MemoryStorage;
  backend: Backend;
  store: MvccStore;
  network: PeerNetwork;
  log: LogSink;
}

export interface SnapshotsEvents {
  /** A point is durable in the store: `notePoint` is due. */
  pointReady(): void;
  failed(error: unknown): void;
  /** A snapshot for this peer could not be made. */
  notSent(message: Message): void;
}

interface Point {
  index: number;
  term: number;
  confState: ConfState;
}

const noData = new Uint8Array(0);
/** Who has a snapshot has still to install it, and to catch up with what came meanwhile. Source: etcd `releaseDelayAfterSnapshot`. */
const catchUpMs = 30_000;

/**
 * The log does not grow for ever: from time to time the store is made durable up to a point, the point is noted in the log,
 * and what lies far enough before it is dropped. A peer that would need the dropped entries is sent the whole store as a
 * database file, and one that is received waits beside the store until raft says that it counts.
 */
export class Snapshots {
  readonly #parts: SnapshotsParts;
  readonly #events: SnapshotsEvents;
  readonly #database: MemberDatabase;
  #lastIndex: number;
  #making = false;
  #ready: Point | undefined;
  /** Snapshots on their way to peers: the entries behind them must still be there when they have arrived. */
  readonly #underWay = new Map<Message, SnapshotInFlight>();
  /** Nor are entries dropped before this. */
  #heldUntilMs = -Infinity;
  #received = 0;
  /** Of the snapshot that came last. */
  #preparation: Preparation | undefined;
  /** The end of the one that was cancelled last. */
  #cancelled: Promise<void> = Promise.resolve();

  constructor(parts: SnapshotsParts, database: MemberDatabase, events: SnapshotsEvents) {
    this.#parts = parts;
    this.#database = database;
    this.#events = events;
    this.#lastIndex = parts.raftStorage.snapshot().metadata.index;
  }

  // --- points in the log

  /** To be told after entries were applied. */
  applied(point: () => Point, index: number): void {
    if (this.#making || index - this.#lastIndex <= this.#parts.config.snapshotCount) return;
    this.#making = true;
    const taken = point();
    this.#parts.store.flush().then(
      () => {
        this.#ready = taken;
        this.#events.pointReady();
      },
      (error: unknown) => this.#events.failed(error),
    );
  }

  get hasPoint(): boolean {
    return this.#ready !== undefined;
  }

  /** Notes the point and drops what lies before it. Must not overlap other writes to the log. */
  async notePoint(): Promise<void> {
    const point = this.#ready;
    if (!point) return;
    this.#ready = undefined;
    this.#making = false;
    // A snapshot that was installed meanwhile has overtaken it.
    if (point.index <= this.#lastIndex) return;
    const { raftStorage, config, clock, log } = this.#parts;
    raftStorage.createSnapshot(point.index, point.confState, noData);
    await this.accept(raftStorage.snapshot());
    await this.#release(point.index);
    const keepFrom = point.index - config.snapshotCatchupEntries;
    if (this.#underWay.size === 0 && clock.nowMs() >= this.#heldUntilMs && keepFrom > 0) raftStorage.compact(keepFrom);
    log.log('info', 'the log is compacted', { index: point.index, term: point.term, kept: raftStorage.lastIndex() - raftStorage.firstIndex() + 1 });
  }

  /** Makes a snapshot the beginning of the log: one of our own, or a received one that raft has accepted. */
  async accept(snapshot: Snapshot): Promise<void> {
    const { disk, snapDir, wal } = this.#parts;
    const { index, term, confState } = snapshot.metadata;
    await saveSnap(disk, snapDir, snapshot);
    await wal.saveSnapshot({ index, term, confState });
    this.#lastIndex = index;
  }

  /**
   * Removes the files of the log and of snapshots that are not needed behind a point of our own. A received snapshot releases
   * none: until it is known to be committed, and is installed, a restart begins with the store that there is.
   */
  async #release(index: number): Promise<void> {
    const { disk, snapDir, wal, config } = this.#parts;
    await wal.releaseTo(index, config.maxWals);
    if (config.maxSnapshots > 0) await purgeSnaps(disk, snapDir, config.maxSnapshots);
  }

  // --- to a peer

  /**
   * Sends the whole store instead of the snapshot that raft knows of, which is older: its metadata are those of the store.
   * Source: etcd `createMergedSnapshotMessage`.
   */
  async send(message: Message): Promise<void> {
    const { network, log } = this.#parts;
    const inFlight: SnapshotInFlight = { sentBytes: 0, totalBytes: 0 };
    this.#underWay.set(message, inFlight);
    try {
      const database = await this.#database.export();
      const { index, term } = database;
      const confState = database.confState ?? message.snapshot!.metadata.confState;
      const membership = new Membership(0n, () => {});
      membership.load(database.content);
      const data = utf8(encodeTree(membership));
      inFlight.totalBytes = database.byteLength;
      network.sendSnapshot({ ...message, snapshot: { data, metadata: { index, term, confState } } }, {
        byteLength: database.byteLength,
        chunks: () => counted(database.chunks(), inFlight),
        close: () => {
          this.#underWay.delete(message);
          database.close();
        },
      });
    } catch (error) {
      this.#underWay.delete(message);
      log.log('error', 'a snapshot could not be made', { to: idHex(message.to), error: String(error) });
      this.#events.notSent(message);
    }
  }

  /** A peer has one. */
  arrived(): void {
    this.#heldUntilMs = this.#parts.clock.nowMs() + catchUpMs;
  }

  /** Undefined: none is on its way to the peer. While it is being planned nothing is known of its size. */
  underWayTo(id: MemberId): SnapshotInFlight | undefined {
    for (const [{ to }, inFlight] of this.#underWay) if (to === id) return { ...inFlight };
    return undefined;
  }

  // --- from a peer

  /**
   * Stores a received database, durably; it counts when raft has taken the message. Where the sender says how long it is, it is
   * made into a store as it comes. One that is not `wanted` any more when it has come is dropped: nobody would remove its file.
   */
  async receive(message: Message, byteLength: number | undefined, body: AsyncIterable<Uint8Array>, wanted = (): boolean => true): Promise<void> {
    const { disk, snapDir } = this.#parts;
    const snapshot = message.snapshot!;
    const { index } = snapshot.metadata;
    const temporary = `${snapDir}/tmp-${snapDbName(index)}-${++this.#received}`;
    if (await disk.exists(temporary)) await disk.remove(temporary);
    await this.dropPrepared();
    const file = await disk.open(temporary, { create: true });
    const received = new ReceivedFile(file);
    const preparation = this.#prepare(snapshot, received, byteLength);
    try {
      await received.write(body);
      if (wanted()) {
        await disk.rename(temporary, `${snapDir}/${snapDbName(index)}`);
        await disk.syncDir(snapDir);
      } else {
        if (this.#preparation === preparation) await this.dropPrepared();
        await disk.remove(temporary);
      }
    } catch (error) {
      if (this.#preparation === preparation) await this.dropPrepared();
      await preparation?.store;
      await file.close().catch(() => {});
      await disk.remove(temporary).catch(() => {});
      throw error;
    }
    // It is durable already, and may be read for longer.
    void Promise.resolve(preparation?.store).then(() => file.close()).catch(() => {});
  }

  /** None while another new content takes the store's place. */
  #prepare(snapshot: Snapshot, file: ReceivedFile, byteLength: number | undefined): Preparation | undefined {
    if (byteLength === undefined || this.#preparation || this.#database.figures.installing > 0) return void file.stopReading(new Error('nobody reads it'));
    return (this.#preparation = new Preparation(snapshot, file, byteLength, this.#parts));
  }

  /** What was prepared will not be installed. */
  dropPrepared(): Promise<void> {
    const preparation = this.#preparation;
    this.#preparation = undefined;
    if (preparation) this.#cancelled = Promise.all([this.#cancelled, preparation.cancel()]).then(() => {});
    return this.#cancelled;
  }

  /** Replaces the backend's content by the received database. `swapped` is told in the turn in which it shows. */
  async install(snapshot: Snapshot, swapped: (rows: IndexBuilder) => void): Promise<void> {
    const { figures } = this.#database;
    figures.installing++;
    try {
      const prepared = await this.#takePrepared(snapshot);
      if (prepared) {
        const { database, rows } = prepared;
        await database.finish({ ...snapshot.metadata, swapped: () => swapped(rows) });
        await this.#parts.disk.remove(`${this.#parts.snapDir}/${snapDbName(snapshot.metadata.index)}`);
      } else await installDatabase(this.#parts, snapshot.metadata, snapshot.data, swapped);
    } finally {
      figures.installing--;
    }
  }

  async #takePrepared(snapshot: Snapshot): Promise<PreparedStore | undefined> {
    const preparation = this.#preparation;
    if (preparation?.snapshot !== snapshot) return void (await this.dropPrepared());
    this.#preparation = undefined;
    return preparation.store;
  }
}

function* counted(chunks: Iterable<Uint8Array>, inFlight: SnapshotInFlight): Iterable<Uint8Array> {
  for (const chunk of chunks) {
    inFlight.sentBytes += chunk.length;
    yield chunk;
  }
}

interface Installation {
  disk: Disk;
  snapDir: string;
  clock: Clock;
  backend: Backend;
}

/**
 * Replaces the backend's content by the database that was received for this index, and removes its file. The place in the log
 * is the snapshot's: a database of etcd 3.4 knows no term, and an index only as of the last write that changed something. The
 * members are those that came with it as a tree, where they did.
 */
async function installDatabase({ disk, snapDir, clock, backend }: Installation, { index, term, confState }: WalSnapshot, data: Uint8Array, swapped?: (rows: IndexBuilder) => void): Promise<void> {
  const path = `${snapDir}/${snapDbName(index)}`;
  const rows = swapped && new IndexBuilder();
  const file = await disk.open(path);
  try {
    await importDatabase(await openDatabase(file), backend, {
      soon: (run) => clock.soon(run), row: (key, row) => rows?.add(key, row), swapped: () => swapped?.(rows!),
      index, term, confState, membership: decodeTree(utf8Text(data)),
    });
  } finally {
    await file.close();
  }
  await disk.remove(path);
}

/**
 * A crash may have come between the record of a received snapshot in the log and its installation: it is made good for, before
 * the store is opened. What else is left of received databases is removed.
 */
export async function installPending(at: Installation, log: LogFiles): Promise<void> {
  const { disk, snapDir, backend } = at;
  if (log.exists) {
    const applied = consistentIndexOf(backend);
    const newer = (await log.snapshots(applied)).filter(({ index }) => index > applied).sort((a, b) => b.index - a.index);
    for (const snapshot of newer) {
      if (!(await disk.exists(`${snapDir}/${snapDbName(snapshot.index)}`))) continue;
      const { found } = await loadNewestSnap(disk, snapDir, ({ index, term }) => index === snapshot.index && term === snapshot.term);
      await installDatabase(at, snapshot, found?.snapshot.data ?? noData);
      break;
    }
  }
  await removeLeftovers(disk, snapDir);
}

async function removeLeftovers(disk: Disk, snapDir: string): Promise<void> {
  const names = (await disk.list(snapDir)).filter((name) => /\.snap\.db(-\d+)?$/.test(name));
  for (const name of names) await disk.remove(`${snapDir}/${name}`);
  if (names.length > 0) await disk.syncDir(snapDir);
}
