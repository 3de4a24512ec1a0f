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

/** The segments in order. Other files are left alone; a missing segment is an error. */
export async function listSegments(disk: Disk, dir: string): Promise<SegmentName[]> {
  const found: SegmentName[] = [];
  for (const file of await disk.list(dir)) {
    const match = /^([0-9a-f]{16})-([0-9a-f]{16})\.wal$/.exec(file);
    if (match) found.push({ sequence: Number.parseInt(match[1]!, 16), index: Number.parseInt(match[2]!, 16) });
  }
  found.sort((a, b) => a.sequence - b.sequence);
  found.forEach((segment, i) => {
    const before = found[i - 1];
    if (before && segment.sequence !== before.sequence + 1) {
      throw new WalError(`${dir}: segment ${hex16(before.sequence + 1)} is missing between ${segmentName(before)} and ${segmentName(segment)}: restore it, or replace this member`);
    }
  });
  return found;
}
