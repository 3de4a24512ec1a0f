import type { Disk } from '../ports/disk.ts';
import { Snapshot as WalSnapshotRecord } from '../proto/gen/wal.ts';
import { readFrame, RecordType } from './frames.ts';
import { decodeHardState, toConfState } from './raft-codec.ts';
import { listSegments, segmentName, segmentsFrom, type SegmentName } from './segments.ts';
import type { WalSnapshot } from './wal.ts';

interface Marks {
  snapshots: readonly WalSnapshot[];
  /** As of the segment's last record that tells it. */
  commit: number | undefined;
}

/**
 * A log's segments as they are at a start, each read from the disk once, the newest first and no more than are needed: they
 * are large. What was read is held for as long as this is.
 */
export class LogFiles {
  readonly dir: string;
  readonly segments: readonly SegmentName[];
  readonly #disk: Disk;
  readonly #bytes = new Map<SegmentName, Promise<Uint8Array>>();
  readonly #marks = new Map<SegmentName, Marks>();

  private constructor(disk: Disk, dir: string, segments: readonly SegmentName[]) {
    this.#disk = disk;
    this.dir = dir;
    this.segments = segments;
  }

  /** Without segments when there is no log. */
  static async open(disk: Disk, dir: string): Promise<LogFiles> {
    return new LogFiles(disk, dir, (await disk.exists(dir)) ? await listSegments(disk, dir) : []);
  }

  get exists(): boolean {
    return this.segments.length > 0;
  }

  path(segment: SegmentName): string {
    return `${this.dir}/${segmentName(segment)}`;
  }

  bytes(segment: SegmentName): Promise<Uint8Array> {
    let bytes = this.#bytes.get(segment);
    if (!bytes) this.#bytes.set(segment, (bytes = this.#disk.readFile(this.path(segment))));
    return bytes;
  }

  /** What a reader needs who begins at this index. Throws WalError. */
  from(index: number): readonly SegmentName[] {
    return segmentsFrom(this.dir, this.segments, index);
  }

  /**
   * The snapshot records that the log can be replayed from, oldest first: those that are committed, back to the newest that
   * is not beyond `applied`. What is applied was committed, though the log may not say so.
   */
  async snapshots(applied = 0): Promise<WalSnapshot[]> {
    let found: WalSnapshot[] = [];
    let commit: number | undefined;
    for (const segment of this.segments.toReversed()) {
      const marks = await this.#marksOf(segment);
      commit ??= marks.commit;
      found = [...marks.snapshots, ...found];
      if (commit !== undefined && marks.snapshots.some(({ index }) => index <= applied)) break;
    }
    return found.filter(({ index }) => index <= Math.max(commit ?? 0, applied));
  }

  async #marksOf(segment: SegmentName): Promise<Marks> {
    let marks = this.#marks.get(segment);
    if (!marks) this.#marks.set(segment, (marks = marksIn(await this.bytes(segment))));
    return marks;
  }
}

function marksIn(file: Uint8Array): Marks {
  const snapshots: WalSnapshot[] = [];
  let commit: number | undefined;
  let crc = 0;
  for (let offset = 0; ; ) {
    const frame = readFrame(file, offset, crc);
    // What is broken is found when the log is read.
    if (frame.kind !== 'record') return { snapshots, commit };
    offset = frame.next;
    crc = frame.record.crc;
    if (frame.record.type === RecordType.state) commit = decodeHardState(frame.record.data).commit;
    else if (frame.record.type === RecordType.snapshot) {
      const { index, term, confState } = WalSnapshotRecord.decode(frame.record.data);
      snapshots.push({ index, term, confState: confState && toConfState(confState) });
    }
  }
}
