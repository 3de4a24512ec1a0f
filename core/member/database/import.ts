import { utf8, utf8Text } from '../../base/bytes.ts';
import type { MemberId } from '../../base/ids.ts';
import { openBolt, type BoltFile } from '../../bolt/read.ts';
import { readingAhead } from '../../bolt/read-ahead.ts';
import { Table, type Backend, type BackendPut, type BackendReplacement } from '../../mvcc/backend.ts';
import { decodeIndex, encodeIndex, metaKeys } from '../../mvcc/meta.ts';
import { RowHead } from '../../mvcc/row-head.ts';
import type { DiskFile } from '../../ports/disk.ts';
import { Lease } from '../../proto/gen/lease.ts';
import { AlarmMember } from '../../proto/gen/rpc.ts';
import type { ConfState } from '../../raft/types.ts';
import { confStateToJson, parseMemberJson } from '../member-json.ts';
import { memberRow, removedRow, versionRow } from '../membership.ts';
import type { ClusterMember } from '../types.ts';
import { databaseTables } from './buckets.ts';

/** Not a database of a member; the message names the bucket and the row. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

export interface RowOptions {
  /** Runs after the events that are ready now. */
  soon(run: () => void): void;
  /** Told of the rows of table `key`, in order, as they are in the file; they are not kept. */
  row?(key: Uint8Array, row: Uint8Array): void;
  /** Who the members are, where that is not what the file says. */
  membership?: KnownMembers | undefined;
  /** Changes, drops (undefined) or keeps a row before it is taken. */
  changed?(table: Table, key: Uint8Array, value: Uint8Array): Uint8Array | undefined;
}

/** What the new content says of its place in the log, where that is not what the file says. */
export interface LogPlace {
  index?: number;
  term?: number;
  confState?: ConfState | undefined;
}

export interface FinishOptions extends LogPlace {
  /** Called in the same turn in which the store's readers begin to see the new content. */
  swapped?(): void;
  /** What is added when everything of the file is there. */
  added?(): readonly BackendPut[];
}

export type ImportOptions = RowOptions & FinishOptions;

/** The members as something else than a database tells of them. */
export interface KnownMembers {
  members: readonly ClusterMember[];
  removed: readonly MemberId[];
  /** Empty: what the file says counts. */
  clusterVersion: string;
}

/** Rows and bytes of one piece, in whole leaves; between two, other work goes on. */
const pieceRows = 500;
const pieceBytes = 1 << 20;
/** Rows and bytes of one commit: each costs a turn of LMDB's thread, which is more than small rows do. */
const commitRows = 4_000;
const commitBytes = 2 << 20;

/** A database file on a disk. */
export async function openDatabase(file: DiskFile): Promise<BoltFile> {
  const size = await file.size();
  return openBolt(readingAhead((position, into) => file.read(position, into), size), size);
}

/**
 * Replaces all that a member's store holds by what a database file of etcd, or ours, holds: after a crash the store has the
 * old content or the new, whole. Every row is checked before any takes effect. The member must not apply entries meanwhile.
 * Rejects with BoltError or DatabaseError when the file is not good, with DiskError when the store's disk is not; the store
 * is then as it was.
 */
export async function importDatabase(file: BoltFile, backend: Backend, options: ImportOptions): Promise<void> {
  await (await prepareDatabase(file, backend, options)).finish(options);
}

/** The content of a database file beside the store's own, in which nobody sees it yet. */
export interface PreparedDatabase {
  /** Puts it in the store's place, or rejects with a DiskError, and it is gone. */
  finish(options: FinishOptions): Promise<void>;
  /** Drops it; after `finish` it does nothing. */
  abandon(): Promise<void>;
}

/** The first half of an import, with all of its checks; the member may go on as it will. Rejects as the whole does. */
export async function prepareDatabase(file: BoltFile, backend: Backend, options: RowOptions): Promise<PreparedDatabase> {
  const replacement = await backend.replace();
  const writer = new PieceWriter(replacement, options.soon);
  try {
    for (const table of databaseTables) await importTable(file, table, writer, options);
  } catch (error) {
    await replacement.abandon();
    throw error;
  }
  return {
    async finish({ swapped, added, ...place }) {
      try {
        for (const row of [...placeOf(place), ...membersOf(options), ...(added?.() ?? [])]) writer.put(row);
        await writer.end();
        await replacement.finish(() => swapped?.());
      } finally {
        await replacement.abandon();
      }
    },
    abandon: () => replacement.abandon(),
  };
}

function placeOf({ index, term, confState }: LogPlace): BackendPut[] {
  const meta = (key: Uint8Array, value: Uint8Array): BackendPut => ({ kind: 'put', table: Table.meta, key, value });
  return [
    ...(index === undefined ? [] : [meta(metaKeys.consistentIndex, encodeIndex(index))]),
    ...(term === undefined ? [] : [meta(metaKeys.term, encodeIndex(term))]),
    ...(confState === undefined ? [] : [meta(metaKeys.confState, utf8(confStateToJson(confState)))]),
  ];
}

function membersOf({ membership }: RowOptions): BackendPut[] {
  if (!membership) return [];
  const { members, removed, clusterVersion } = membership;
  return [...members.map(memberRow), ...removed.map(removedRow), ...(clusterVersion === '' ? [] : [versionRow(clusterVersion)])];
}

async function importTable(file: BoltFile, table: Table, writer: PieceWriter, options: RowOptions): Promise<void> {
  const bucket = await file.bucket(utf8(table));
  if (!bucket) {
    // Releases make buckets as they come to need them, but these two are as old as the format.
    if (table === Table.key || table === Table.meta) throw new DatabaseError(`this is no database of etcd: it has no bucket "${table}"`);
    return;
  }
  for await (const rows of bucket.leaves((bytes) => writer.keep(bytes))) {
    for (const { key, value, bucket: nested } of rows) {
      if (nested) throw new DatabaseError(`bucket "${table}" has a bucket in it`);
      const problem = problemOf(table, key, value);
      if (problem !== undefined) throw new DatabaseError(`bucket "${table}", row ${hex(key)}: ${problem}`);
      if (options.membership && (table === Table.members || table === Table.membersRemoved)) continue;
      if (table === Table.key) options.row?.(key, value);
      const taken = options.changed ? options.changed(table, key, value) : value;
      if (taken) writer.put({ kind: 'put', table, key, value: taken });
    }
    const pause = writer.pause();
    if (pause) await pause;
  }
}

const hex = (bytes: Uint8Array): string => [...bytes.subarray(0, 32)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** A revision, a tombstone's perhaps, below 2^53. */
export function isRowKey(key: Uint8Array): boolean {
  if (key.length !== 17 && !(key.length === 18 && key[17] === 0x74)) return false;
  return key[8] === 0x5f && key[0] === 0 && key[1]! < 0x20 && key[9] === 0 && key[10]! < 0x20;
}

const rowHead = new RowHead();

/** Why a member could not start from this row; undefined: it can. */
function problemOf(table: Table, key: Uint8Array, value: Uint8Array): string | undefined {
  try {
    switch (table) {
      case Table.key:
        rowHead.read(value);
        return isRowKey(key) ? undefined : 'its key is no revision';
      case Table.meta:
        return metaProblem(utf8Text(key), value);
      case Table.lease:
        Lease.decode(value);
        return key.length === 8 ? undefined : 'its key is no lease';
      case Table.alarm:
        AlarmMember.decode(key);
        return undefined;
      case Table.members:
        parseMemberJson(utf8Text(value));
        return undefined;
      case Table.auth:
        // Imported, it would be open to everyone.
        return utf8Text(key) === 'authEnabled' && value[0] === 1 ? 'authentication is enabled in this database, and this release has none' : undefined;
      case Table.membersRemoved:
        return /^[0-9a-f]{1,16}$/.test(utf8Text(key)) ? undefined : 'its key is no member';
      default:
        return undefined;
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function metaProblem(name: string, value: Uint8Array): string | undefined {
  switch (name) {
    case 'consistent_index':
    case 'term':
      return decodeIndex(value) === undefined ? 'its value is no index' : undefined;
    case 'scheduledCompactRev':
    case 'finishedCompactRev':
      return isRowKey(value) ? undefined : 'its value is no revision';
    default:
      return undefined;
  }
}

/** Room for the leaves of one commit, used again for the one after the next: buffers that come and go cost more than the copying. */
class LeafBuffer {
  readonly #bytes = new Uint8Array(commitBytes + 2 * pieceBytes);
  #used = 0;

  /** A copy that is good until `clear`. What is too long for the room that is left gets its own. */
  copy(bytes: Uint8Array): Uint8Array {
    const end = this.#used + bytes.length;
    if (end > this.#bytes.length) return bytes.slice();
    const copied = this.#bytes.subarray(this.#used, end);
    copied.set(bytes);
    this.#used = end;
    return copied;
  }

  clear(): void {
    this.#used = 0;
  }
}

/**
 * Gathers rows into commits, and lets other work in after each piece. One commit is under way while the next is gathered. Rows
 * are not copied: a leaf is, before its first row is put, and is good until the commit with its last is over.
 */
class PieceWriter {
  readonly #replacement: BackendReplacement;
  readonly #soon: (run: () => void) => void;
  #ops: BackendPut[] = [];
  #bytes = 0;
  #buffer = new LeafBuffer();
  /** Of the commit that is under way. */
  #committing = new LeafBuffer();
  /** Of the piece that is gathered. */
  #pieceRows = 0;
  #pieceBytes = 0;
  #commit: Promise<void> = Promise.resolve();

  constructor(replacement: BackendReplacement, soon: (run: () => void) => void) {
    this.#replacement = replacement;
    this.#soon = soon;
  }

  keep(leaf: Uint8Array): Uint8Array {
    this.#bytes += leaf.length;
    this.#pieceBytes += leaf.length;
    return this.#buffer.copy(leaf);
  }

  put(row: BackendPut): void {
    this.#ops.push(row);
    this.#pieceRows++;
  }

  /** To be called between leaves; undefined: it is not the time yet. */
  pause(): Promise<void> | undefined {
    return this.#pieceRows >= pieceRows || this.#pieceBytes >= pieceBytes ? this.#endPiece() : undefined;
  }

  async #endPiece(): Promise<void> {
    this.#pieceRows = 0;
    this.#pieceBytes = 0;
    if (this.#ops.length >= commitRows || this.#bytes >= commitBytes) await this.#flush();
    await new Promise<void>((resolve) => this.#soon(resolve));
  }

  async #flush(): Promise<void> {
    const ops = this.#ops;
    this.#ops = [];
    this.#bytes = 0;
    await this.#commit;
    [this.#buffer, this.#committing] = [this.#committing, this.#buffer];
    this.#buffer.clear();
    if (ops.length > 0) this.#commit = this.#replacement.commit(ops);
    // Who waits for it, the next commit or the end, learns of its failure.
    this.#commit.catch(() => {});
  }

  async end(): Promise<void> {
    await this.#flush();
    await this.#commit;
  }
}
