/**
 * The ordered store below MVCC: tables of byte keys (etcd's buckets), changed by atomic batches.
 * Everything that must be consistent after a crash goes into one batch.
 */
export const Table = {
  key: 'key', meta: 'meta', lease: 'lease', auth: 'auth', authUsers: 'authUsers', authRoles: 'authRoles',
  members: 'members', membersRemoved: 'members_removed', cluster: 'cluster', alarm: 'alarm',
} as const;
export type Table = (typeof Table)[keyof typeof Table];

export interface BackendPut {
  kind: 'put';
  table: Table;
  key: Uint8Array;
  value: Uint8Array;
}

export type BackendOp = BackendPut | { kind: 'delete'; table: Table; key: Uint8Array };

export interface BackendRow {
  key: Uint8Array;
  value: Uint8Array;
}

export interface BackendReader {
  /** A value as of the newest applied batch; the bytes stay valid after later writes. */
  get(table: Table, key: Uint8Array): Uint8Array | undefined;
  /** Ascending, from `start` (inclusive) to `end` (exclusive; undefined: to the end of the table). */
  scan(table: Table, start: Uint8Array, end?: Uint8Array): Iterable<BackendRow>;
}

/** The content as it was when the view was opened. Scans may pause for as long as it is open. */
export interface BackendView extends BackendReader {
  /** A whole table without copying its rows: one is good until the store is read again, by whomever. */
  walk(table: Table): Iterable<BackendRow>;
  /** Ends its scans too. */
  close(): void;
}

/** A whole new content, made beside the old one, which is read and written as before until `finish`. */
export interface BackendReplacement {
  /** Adds to the new content; what is durable of it before `finish` is of no consequence. Rejects with a DiskError. */
  commit(ops: readonly BackendOp[]): Promise<void>;
  /**
   * Puts the new content in the old one's place: after a crash there is either, whole. Resolves when it is durable. Commits
   * that were called before go to the old content and with it, later ones to the new. Views of the old stay good.
   * `swapped` is called in the same turn in which reads begin to see the new content.
   */
  finish(swapped?: () => void): Promise<void>;
  /** Drops the new content; after `finish` it does nothing. */
  abandon(): Promise<void>;
}

/** Scans of the backend itself must be through within the turn of the event loop that they began in; longer ones take a view. */
export interface Backend extends BackendReader {
  /** Goes through a whole table without copying its rows: what `visit` is given is good during the call only. */
  visit(table: Table, visit: (key: Uint8Array, value: Uint8Array) => void): void;
  /**
   * Applies all operations atomically, in order. Resolves when they are durable; rejects with a DiskError when
   * they are not, and then none is. Reads see them at the latest when it resolves. Batches commit in call order.
   */
  commit(ops: readonly BackendOp[]): Promise<void>;
  /** Throws an EtcdError when a thousand are open. */
  view(): BackendView;
  /** Begins a new content; one at a time. */
  replace(): Promise<BackendReplacement>;
  /** Bytes on disk as of the last commit. */
  readonly totalBytes: number;
  /** Of those, bytes in use by data; the others are used again before the file grows. */
  readonly inUseBytes: number;
  /** Gives what is free back to the disk. Reads and commits go on; rejects with a DiskError, and then the content is as it was. */
  defragment(): Promise<void>;
  /** Waits for commits under way. */
  close(): Promise<void>;
}
