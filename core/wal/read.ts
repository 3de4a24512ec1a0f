import { equalBytes } from '../base/bytes.ts';
import { Metadata, Snapshot as WalSnapshotRecord, type Record } from '../proto/gen/wal.ts';
import { emptyHardState } from '../raft/storage.ts';
import type { Entry, HardState } from '../raft/types.ts';
import { readFrame, RecordType } from './frames.ts';
import type { LogFiles } from './log-files.ts';
import { decodeEntry, decodeHardState } from './raft-codec.ts';
import { WalError } from './wal-error.ts';
import type { WalMetadata, WalSnapshot } from './wal.ts';

export interface WalContents {
  metadata: WalMetadata;
  rawMetadata: Uint8Array;
  hardState: HardState;
  /** Entries after the snapshot that reading began at. */
  entries: Entry[];
  /** Where the last record ends in the last segment. */
  end: number;
  crc: number;
  /** The last write was cut short by a crash; what it held was never acknowledged. */
  torn: boolean;
}

interface Walk {
  crc: number | undefined;
  contents: WalContents;
  from: WalSnapshot;
  met: boolean;
}

/** Reads all records from the snapshot `from` on. Throws WalError. */
export async function readLog(files: LogFiles, from: WalSnapshot): Promise<WalContents> {
  const { dir } = files;
  const needed = files.from(from.index);
  const walk: Walk = {
    crc: undefined, from, met: false,
    contents: {
      metadata: { nodeId: 0n, clusterId: 0n }, rawMetadata: new Uint8Array(0), hardState: emptyHardState, entries: [], end: 0, crc: 0, torn: false,
    },
  };
  for (const segment of needed) {
    readSegment(await files.bytes(segment), files.path(segment), segment === needed.at(-1), walk);
  }
  if (!walk.met) throw new WalError(`${dir}: the log has no record of the snapshot at index ${from.index}, term ${from.term}`);
  return walk.contents;
}

function readSegment(file: Uint8Array, path: string, last: boolean, walk: Walk): void {
  let offset = 0;
  let headed = false;
  for (;;) {
    const frame = readFrame(file, offset, walk.crc ?? 0);
    switch (frame.kind) {
      case 'record':
        take(frame.record, walk, `${path}: at offset ${offset}`);
        headed ||= frame.record.type === RecordType.metadata;
        offset = frame.next;
        continue;
      case 'torn':
        if (!last) throw new WalError(`${path}: at offset ${offset}: a record is incomplete, and this is not the last segment: the log is corrupt`);
        walk.contents.torn = true;
        break;
      case 'corrupt':
        throw new WalError(`${path}: at offset ${offset}: ${frame.reason}: the log is corrupt; replace this member, or restore its data folder`);
      case 'end':
        break;
    }
    // It gets its name when its head is durable.
    if (!headed) throw new WalError(`${path}: the segment has no metadata record: it was cut off; replace this member, or restore its data folder`);
    walk.contents.end = offset;
    walk.contents.crc = walk.crc ?? 0;
    return;
  }
}

function take(record: Record, walk: Walk, where: string): void {
  const { contents } = walk;
  switch (record.type) {
    case RecordType.crc:
      // The first segment that is read sets the chain; the others must continue it.
      if (walk.crc !== undefined && walk.crc !== record.crc) throw new WalError(`${where}: the segment does not continue the one before it`);
      walk.crc = record.crc;
      return;
    case RecordType.metadata: {
      if (contents.rawMetadata.length > 0 && !equalBytes(contents.rawMetadata, record.data)) throw new WalError(`${where}: metadata differ from those of an earlier segment`);
      const { nodeId, clusterId } = Metadata.decode(record.data);
      contents.rawMetadata = record.data.slice();
      contents.metadata = { nodeId, clusterId };
      break;
    }
    case RecordType.entry:
      takeEntry(decodeEntry(record.data, true), walk, where);
      break;
    case RecordType.state:
      contents.hardState = decodeHardState(record.data);
      break;
    case RecordType.snapshot: {
      const { index, term } = WalSnapshotRecord.decode(record.data);
      if (index === walk.from.index) {
        if (term !== walk.from.term) throw new WalError(`${where}: snapshot ${index} has term ${term}, not ${walk.from.term}`);
        walk.met = true;
      }
      break;
    }
    default:
      throw new WalError(`${where}: unknown record type ${record.type}`);
  }
  walk.crc = record.crc;
}

/** A later entry replaces those of the same and higher indexes. */
function takeEntry(entry: Entry, walk: Walk, where: string): void {
  const { entries } = walk.contents;
  if (entry.index <= walk.from.index) return;
  const at = entry.index - walk.from.index - 1;
  if (at > entries.length) throw new WalError(`${where}: entry ${entry.index} follows ${walk.from.index + entries.length}: the log has a gap`);
  entries.length = at;
  entries.push(entry);
}
