import type { EtcdError } from '../base/etcd-error.ts';
import type { LeaseId } from '../base/ids.ts';

/**
 * A revision is `main.sub`: every write transaction raises main by one, and each change in it takes the next sub.
 * Numbers stay exact below 2^53; a store that would pass that asserts.
 */
export interface Revision {
  main: number;
  sub: number;
}

/** What one revision did to a key. */
export interface KeyRevision extends Revision {
  tombstone: boolean;
}

/** mvccpb.KeyValue. Held values are never mutated; callers must not either. */
export interface KeyValue {
  key: Uint8Array;
  createRevision: number;
  modRevision: number;
  version: number;
  value: Uint8Array;
  lease: LeaseId;
}

export interface Event {
  type: 'put' | 'delete';
  /** For a delete only key and modRevision are set. */
  kv: KeyValue;
}

/**
 * The end of a key range, as on the wire: empty is the single key, `\0` is everything from the key on, anything else is
 * exclusive. An end at or before the key is an empty range.
 */
export type RangeEnd = Uint8Array;

export interface RangeOptions {
  /** At most this many key-values; 0: all. */
  limit: number;
  /** Read at this revision; 0 or less: the newest. */
  revision: number;
  countOnly: boolean;
  /** Leaves values out (and does not read them). */
  keysOnly?: boolean;
}

export interface RangeResult {
  kvs: KeyValue[];
  /** Keys in the range at that revision, whatever the limit. */
  count: number;
  /** The newest revision of the store when this was read. */
  revision: number;
}

/** `compacted` and `futureRev` of the error table are values here: they are expected. */
export type RangeOutcome = { ok: true; result: RangeResult } | { ok: false; error: EtcdError };

export interface ReadView {
  /** Newest revision; an empty store is at 1. */
  readonly currentRevision: number;
  /** Revisions below it are gone; −1 before the first compaction. */
  readonly compactRevision: number;
  range(key: Uint8Array, end: RangeEnd, options: RangeOptions): RangeOutcome;
}

/**
 * One write transaction: synchronous from `begin` to `end`, so that nothing runs between a check and its write.
 * Reads in it see its own writes.
 */
export interface WriteTxn extends ReadView {
  /** The main revision that this transaction's changes get. */
  readonly revision: number;
  readonly changed: boolean;
  /** Puts and attaches to the lease (0n: none), detaching from a previous one. The lease must exist: checked before. */
  put(key: Uint8Array, value: Uint8Array, lease: LeaseId): void;
  /** Deletes what is in the range; returns how many keys went. */
  deleteRange(key: Uint8Array, end: RangeEnd): number;
  /** Publishes the changes: to readers, to the backend's next commit and to the watchers. */
  end(): void;
}
