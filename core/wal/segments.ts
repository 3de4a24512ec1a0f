import type { Disk } from '../ports/disk.ts';
import { WalError } from './wal-error.ts';

export interface SegmentName {
  /** Counts up by one. */
  sequence: number;
  /** Raft index of the first entry that the segment may hold. */
  index: number;
}

const hex16 = (value: number): string => value.toString(16).padStart(16, '0');

export function segmentName(name: SegmentName): string {
  return `${hex16(name.sequence)}-${hex16(name.index)}.wal`;
}

/** The segments in order. Other files are left alone. */
export async function listSegments(disk: Disk, dir: string): Promise<SegmentName[]> {
  const found: SegmentName[] = [];
  for (const file of await disk.list(dir)) {
    const match = /^([0-9a-f]{16})-([0-9a-f]{16})\.wal$/.exec(file);
    if (match) found.push({ sequence: Number.parseInt(match[1]!, 16), index: Number.parseInt(match[2]!, 16) });
  }
  return found.sort((a, b) => a.sequence - b.sequence);
}

/**
 * The segments that a reader needs who begins at this index: none of them may be missing. Among older ones some may: a crash
 * undoes removals in any order. Throws WalError.
 */
export function segmentsFrom(dir: string, segments: readonly SegmentName[], index: number): readonly SegmentName[] {
  const begin = segments.findLastIndex((segment) => segment.index <= index);
  if (begin < 0) throw new WalError(`${dir}: no segment reaches back to index ${index}`);
  const needed = segments.slice(begin);
  needed.forEach((segment, i) => {
    const before = needed[i - 1];
    if (before?.sequence === segment.sequence) {
      throw new WalError(`${dir}: ${segmentName(before)} and ${segmentName(segment)} are the same segment: take away the one that is not of this log`);
    }
    if (before && segment.sequence !== before.sequence + 1) {
      throw new WalError(`${dir}: segment ${hex16(before.sequence + 1)} is missing between ${segmentName(before)} and ${segmentName(segment)}: restore it, or replace this member`);
    }
  });
  return needed;
}
