/**
 * The ordered store below MVCC: tables of byte keys (etcd's buckets), changed by atomic batches.
 * Everything that must be consistent after a crash goes into one batch.
 */
export const Table = {
  key: 'key', meta: 'meta', lease: 'lease', auth: 'auth', authUsers: 'authUsers', authRoles: 'authRoles',
  members: 'members', membersRemoved: 'members_removed', cluster: 'cluster', alarm: 'alarm',
} as const;
export type Table = (typeof Table)[keyof typeof Table];

export type BackendOp =
  | { kind: 'put'; table: Table; key: Uint8Array; value: Uint8Array }
  | { kind: 'delete'; table: Table; key: Uint8Array };

export interface Backend {
  /** A value as of the newest applied batch; the bytes stay valid after later writes. */
  get(table: Table, key: Uint8Array): Uint8Array | undefined;
  /** Ascending, from `start` (inclusive) to `end` (exclusive; undefined: to the end of the table). */
  scan(table: Table, start: Uint8Array, end?: Uint8Array): Iterable<{ key: Uint8Array; value: Uint8Array }>;
  /**
   * Applies all operations atomically, in order. Resolves when they are durable; rejects with a DiskError when
   * they are not, and then none is. Reads see them at the latest when it resolves. Batches commit in call order.
   */
  commit(ops: readonly BackendOp[]): Promise<void>;
  /** Bytes on disk, and of those in use by data. */
  size(): { total: number; inUse: number };
  /** Waits for commits under way. */
  close(): Promise<void>;
}
