import type { Disk, DiskFile } from '../ports/disk.ts';
import { ConfState as PbConfState } from '../proto/gen/raft.ts';
import { Metadata, Snapshot as WalSnapshotRecord } from '../proto/gen/wal.ts';
import { emptyHardState } from '../raft/storage.ts';
import type { ConfState, Entry, HardState } from '../raft/types.ts';
import { FrameWriter, RecordType } from './frames.ts';
import { LogFiles } from './log-files.ts';
import { encodeEntry, encodeHardState } from './raft-codec.ts';
import { readLog, type WalContents } from './read.ts';
import { segmentName, type SegmentName } from './segments.ts';
import { WalError } from './wal-error.ts';

/** etcd's SegmentSizeBytes. */
const defaultSegmentBytes = 64_000_000;
/** Zeros are written ahead in parts of a segment, 250 kB of the default size: a sync into them is a third faster than into a hole. */
const reserveParts = 256;
/** Of the log's end, written again when it is opened: more than is written between two syncs. */
const rewrittenBytes = 16 << 20;

export interface WalMetadata {
  nodeId: bigint;
  clusterId: bigint;
}

/** A point from which the log can be replayed: what is before it is in the store. */
export interface WalSnapshot {
  index: number;
  term: number;
  confState: ConfState | undefined;
}

export interface WalOptions {
  /** A segment is cut when it is longer than this. */
  segmentBytes?: number;
}

/**
 * The write-ahead log in etcd's format. One writer; calls must not overlap.
 * After a failed write or sync nothing is known of what is on disk: the log refuses everything that follows.
 */
export class Wal {
  readonly #disk: Disk;
  readonly #dir: string;
  readonly #metadata: Uint8Array;
  readonly #segmentBytes: number;
  readonly #writer: FrameWriter;
  #segments: SegmentName[];
  #file: DiskFile;
  #position: number;
  /** Up to here the file's blocks are written, perhaps with zeros: a sync of what comes there need not note new blocks. */
  #reserved: number;
  #state: HardState;
  #lastIndex: number;
  #broken: unknown;

  private constructor(init: {
    disk: Disk; dir: string; metadata: Uint8Array; options: WalOptions; writer: FrameWriter; segments: SegmentName[]; file: DiskFile;
    position: number; state: HardState; lastIndex: number;
  }) {
    this.#disk = init.disk;
    this.#dir = init.dir;
    this.#metadata = init.metadata;
    this.#segmentBytes = init.options.segmentBytes ?? defaultSegmentBytes;
    this.#writer = init.writer;
    this.#segments = init.segments;
    this.#file = init.file;
    this.#position = init.position;
    this.#reserved = init.position;
    this.#state = init.state;
    this.#lastIndex = init.lastIndex;
  }

  /** Makes a new log; it appears whole or not at all. */
  static async create(disk: Disk, dir: string, ids: WalMetadata, options: WalOptions = {}): Promise<Wal> {
    const temporary = `${dir}.tmp`;
    if (await disk.exists(temporary)) {
      for (const name of await disk.list(temporary)) await disk.remove(`${temporary}/${name}`);
    }
    await disk.mkdir(temporary);
    const metadata = Metadata.encode(ids);
    const first: SegmentName = { sequence: 0, index: 0 };
    const file = await disk.open(`${temporary}/${segmentName(first)}`, { create: true });
    await file.truncate(options.segmentBytes ?? defaultSegmentBytes);
    const writer = new FrameWriter(0);
    writer.crcRecord();
    writer.frame(RecordType.metadata, metadata);
    writer.frame(RecordType.snapshot, WalSnapshotRecord.encode({}));
    await file.write(0, writer.bytes());
    await file.datasync();
    const position = writer.length;
    await file.close();
    await disk.syncDir(temporary);
    await disk.rename(temporary, dir);
    await disk.syncDir(parentOf(dir));
    return new Wal({
      disk, dir, metadata, options, writer, segments: [first], file: await disk.open(`${dir}/${segmentName(first)}`), position,
      state: emptyHardState, lastIndex: 0,
    });
  }

  /** Reads the log from a snapshot record on and opens it for appending. A torn end is cut off; throws WalError on corruption. */
  static async open(disk: Disk, dir: string, from: WalSnapshot, options: WalOptions = {}, files?: LogFiles): Promise<{ wal: Wal } & WalContents> {
    const read = files ?? (await LogFiles.open(disk, dir));
    const contents = await readLog(read, from);
    const segments = [...read.segments];
    const last = segments.at(-1)!;
    const path = read.path(last);
    const bytes = await read.bytes(last);
    if (contents.torn) await keepBroken(disk, path, bytes);
    const file = await disk.open(path);
    // What lies behind the last record, pieces of torn writes perhaps, must read as zeros.
    await file.truncate(contents.end);
    await file.truncate(Math.max(contents.end, options.segmentBytes ?? defaultSegmentBytes));
    await makeDurable(file, bytes.subarray(0, contents.end));
    // So may the names be those of a process that ended before it synced them.
    for (const folder of [dir, parentOf(dir)]) await disk.syncDir(folder);
    const wal = new Wal({
      disk, dir, metadata: contents.rawMetadata, options, writer: new FrameWriter(contents.crc), segments, file, position: contents.end,
      state: contents.hardState, lastIndex: contents.entries.at(-1)?.index ?? from.index,
    });
    return { wal, ...contents };
  }

  /**
   * Appends; with `sync`, all of it is durable when this resolves. One write and at most one fdatasync.
   */
  async save(state: HardState | undefined, entries: readonly Entry[], sync: boolean): Promise<void> {
    await this.#guarded(async () => {
      const writer = this.#writer;
      writer.reset();
      for (const entry of entries) writer.frame(RecordType.entry, encodeEntry(entry));
      if (state) writer.frame(RecordType.state, encodeHardState(state));
      if (entries.length > 0) this.#lastIndex = entries.at(-1)!.index;
      if (state) this.#state = state;
      await this.#write(sync);
    });
  }

  /** Notes, durably, that the store has everything up to the snapshot. */
  async saveSnapshot(snapshot: WalSnapshot): Promise<void> {
    await this.#guarded(async () => {
      this.#writer.reset();
      const { index, term, confState } = snapshot;
      this.#writer.frame(RecordType.snapshot, WalSnapshotRecord.encode({ index, term, confState: confState && PbConfState.create(confState) }));
      // A log that begins at this snapshot goes on behind it.
      this.#lastIndex = Math.max(this.#lastIndex, index);
      await this.#write(true);
    });
  }

  async #write(sync: boolean): Promise<void> {
    const { length } = this.#writer;
    const end = this.#position + length;
    if (end > this.#reserved) {
      const ahead = Math.max(0, Math.min(Math.floor(this.#segmentBytes / reserveParts), this.#segmentBytes - end));
      this.#writer.zeros(ahead);
      this.#reserved = end + ahead;
    }
    await this.#file.write(this.#position, this.#writer.bytes());
    this.#position = end;
    if (this.#position >= this.#segmentBytes) await this.#cut();
    else if (sync) await this.#file.datasync();
  }

  /** Ends the segment and begins the next, which repeats what a reader needs to begin there. */
  async #cut(): Promise<void> {
    await this.#file.truncate(this.#position);
    await this.#file.datasync();
    await this.#file.close();
    const next: SegmentName = { sequence: this.#segments.at(-1)!.sequence + 1, index: this.#lastIndex + 1 };
    const temporary = `${this.#dir}/${segmentName(next)}.tmp`;
    if (await this.#disk.exists(temporary)) await this.#disk.remove(temporary);
    const file = await this.#disk.open(temporary, { create: true });
    await file.truncate(this.#segmentBytes);
    const writer = this.#writer;
    writer.reset();
    writer.crcRecord();
    writer.frame(RecordType.metadata, this.#metadata);
    writer.frame(RecordType.state, encodeHardState(this.#state));
    await file.write(0, writer.bytes());
    this.#position = writer.length;
    this.#reserved = writer.length;
    await file.datasync();
    await file.close();
    const path = `${this.#dir}/${segmentName(next)}`;
    await this.#disk.rename(temporary, path);
    await this.#disk.syncDir(this.#dir);
    this.#file = await this.#disk.open(path);
    this.#segments = [...this.#segments, next];
  }

  /** Removes segments that hold nothing after `index`, but for the newest `keep` of all; 0: removes none. Must not overlap a write. */
  async releaseTo(index: number, keep: number): Promise<number> {
    if (keep === 0) return 0;
    let removed = 0;
    while (this.#segments.length > keep && this.#segments[1]!.index <= index) {
      await this.#disk.remove(`${this.#dir}/${segmentName(this.#segments[0]!)}`);
      this.#segments = this.#segments.slice(1);
      removed++;
    }
    if (removed > 0) await this.#disk.syncDir(this.#dir);
    return removed;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #guarded(run: () => Promise<void>): Promise<void> {
    if (this.#broken !== undefined) {
      throw new WalError(`${this.#dir}: the log takes no more writes since one failed`, { cause: this.#broken });
    }
    try {
      await run();
    } catch (error) {
      this.#broken = error ?? new Error('unknown');
      throw error;
    }
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

/**
 * What was read will be answered for, and a process that ended may not have synced it. Where a sync of its failed, Linux keeps
 * showing what was written and takes it for clean: only writing it again brings it to the disk.
 */
async function makeDurable(file: DiskFile, bytes: Uint8Array): Promise<void> {
  const from = Math.max(0, bytes.length - rewrittenBytes);
  await file.write(from, bytes.subarray(from));
  await file.datasync();
}

/** Keeps a copy of a file whose end is about to be cut off, up to its last byte that is not zero: the disk may be almost full. */
async function keepBroken(disk: Disk, path: string, bytes: Uint8Array): Promise<void> {
  const copy = `${path}.broken`;
  if (await disk.exists(copy)) await disk.remove(copy);
  const file = await disk.open(copy, { create: true });
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  await file.write(0, bytes.subarray(0, end));
  await file.datasync();
  await file.close();
  await disk.syncDir(parentOf(path));
}

