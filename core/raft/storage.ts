import type { ConfState, Entry, HardState, Snapshot } from './types.ts';

/**
 * compacted: the index is behind the first entry kept; unavailable: it is past the last;
 * snapshotTemporarilyUnavailable: one is being made, ask again later.
 */
export type StorageFailure = 'compacted' | 'unavailable' | 'snapshotTemporarilyUnavailable';

/** The stable part of the log, as raft reads it. Invariant: firstIndex() - 1 has a known term. */
export interface RaftStorage {
  initialState(): { hardState: HardState; confState: ConfState };
  /** Entries [low, high), as many as `maxBytes` allows but at least one. */
  entries(low: number, high: number, maxBytes: number): Entry[] | StorageFailure;
  /** Term of an entry in [firstIndex() - 1, lastIndex()]. */
  term(index: number): number | StorageFailure;
  lastIndex(): number;
  firstIndex(): number;
  snapshot(): Snapshot | StorageFailure;
}

export const emptyHardState: HardState = { term: 0, vote: 0n, commit: 0 };
export const emptyConfState: ConfState = { voters: [], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };

export function isFailure<T>(value: T | StorageFailure): value is StorageFailure {
  return typeof value === 'string';
}

const varintBytes = (value: number): number => {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
};

/** Bytes of the entry in raftpb encoding, which all size limits count. */
export function entryBytes(entry: Entry): number {
  const data = entry.data.length === 0 ? 0 : 1 + varintBytes(entry.data.length) + entry.data.length;
  return 2 + 1 + varintBytes(entry.term) + 1 + varintBytes(entry.index) + data;
}

export function entriesBytes(entries: readonly Entry[]): number {
  let bytes = 0;
  for (const entry of entries) bytes += entryBytes(entry);
  return bytes;
}

/** Bytes of what the entries carry. */
export function payloadBytes(entries: readonly Entry[]): number {
  let bytes = 0;
  for (const entry of entries) bytes += entry.data.length;
  return bytes;
}

/** The longest prefix that fits, but at least one entry. */
export function limitEntries(entries: Entry[], maxBytes: number): Entry[] {
  let bytes = 0;
  for (let i = 0; i < entries.length; i++) {
    bytes += entryBytes(entries[i]!);
    if (bytes > maxBytes && i > 0) return entries.slice(0, i);
  }
  return entries;
}
