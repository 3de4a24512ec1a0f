/**
 * What crosses between the app's back end (desk) and the renderer.
 * 64-bit ids are lowercase hex strings; revisions, indexes and terms are numbers (exact below 2^53).
 * Keys and values are ByteStrings: one char per byte (latin1), so that equality, order and prefixes are those of the bytes
 * and JSON carries them unharmed. Never show one: see `core/base/bytes.ts` for `bytesOf` and `utf8Text`.
 */
import { z } from 'zod';

// oxlint-disable-next-line no-control-regex
const bytePattern = /^[\u0000-\u00ff]*$/;
export const ByteString = z.string().regex(bytePattern, 'not a byte string: a char code is over 255').brand<'ByteString'>();
export type ByteString = z.infer<typeof ByteString>;

export const HexId = z.string().regex(/^[0-9a-f]{1,16}$/, 'not a lowercase hex id');
export type HexId = z.infer<typeof HexId>;

/** The app's own id of a cluster: hosted or remote. */
export const ClusterKey = z.string().min(1).max(100);
export type ClusterKey = z.infer<typeof ClusterKey>;

export type Health = 'healthy' | 'degraded' | 'unavailable' | 'unknown';

export interface ClusterSummary {
  key: ClusterKey;
  name: string;
  kind: 'hosted' | 'remote';
  /** Of a hosted cluster, whether its members are meant to run. A remote one is always 'running'. */
  run: 'stopped' | 'starting' | 'running' | 'stopping';
  health: Health;
  memberCount: number;
  membersUp: number;
  /** Client URLs, in member order. */
  endpoints: string[];
  /** Why it could not be started or reached; names the thing at fault and says what to do. */
  problem: string | undefined;
  /** Of a hosted cluster: what its members are started with. */
  settings: { learnerAutoPromoteMs: number } | undefined;
  /** Of a remote cluster of which nobody answers: the first of its endpoints, and why. */
  unreachable: { endpoint: string; reason: UnreachableReason; text: string } | undefined;
}

/** closed: something else than plain gRPC answers there; other: the text says it. */
export type UnreachableReason = 'refused' | 'unknownHost' | 'timeout' | 'closed' | 'other';

/** What one endpoint answered when it was tried. */
export type EndpointTest =
  | { endpoint: string; ok: true; version: string; clusterId: HexId; memberId: HexId; latencyMs: number }
  | { endpoint: string; ok: false; reason: UnreachableReason; text: string };

export type MemberRole = 'leader' | 'follower' | 'candidate' | 'learner' | 'unstarted' | 'unreachable';

/** What is known of the process of a hosted member. */
export type ProcessState = 'stopped' | 'starting' | 'running' | 'stopping' | 'crashed';

/** What the leader knows of a member's log. Durations were so when the leader was asked. */
export interface ReplicationView {
  /** Index up to which the member's log is known to be the leader's, and how far that goes. */
  match: number;
  leaderMatch: number;
  /** probe: it is being found out where the logs agree. */
  state: 'probe' | 'replicate' | 'snapshot';
  /** For which messages from it have reached the leader, milliseconds; undefined: they do not, or it is the leader. */
  activeMs: number | undefined;
  /** Of a learner, for which it has been in sync without a break; undefined: it is not. */
  inSyncMs: number | undefined;
  /** Of a learner, until the leader promotes it by itself; undefined: it is not about to. */
  promotesInMs: number | undefined;
  /** On its way to the member; its size is 0 until it is known. */
  snapshot: { sentBytes: number; totalBytes: number } | undefined;
}

export interface MemberView {
  id: HexId;
  name: string;
  peerUrls: string[];
  clientUrls: string[];
  isLearner: boolean;
  role: MemberRole;
  /** Answers Status and has no error of its own. */
  healthy: boolean;
  /** Texts from Status (alarms, "etcdserver: no leader"), or why it did not answer. */
  errors: string[];
  version: string | undefined;
  term: number | undefined;
  raftIndex: number | undefined;
  appliedIndex: number | undefined;
  dbSizeBytes: number | undefined;
  dbSizeInUseBytes: number | undefined;
  /** Undefined: this server does not tell it. */
  dbSizeQuotaBytes: number | undefined;
  /** Raised for this member: NOSPACE, CORRUPT. */
  alarms: string[];
  /** Round trip of the last Status, milliseconds. */
  latencyMs: number | undefined;
  /** Undefined: the leader does not tell it, as etcd's does not. */
  replication: ReplicationView | undefined;
  /** Hosted members only. */
  process: { state: ProcessState; reason: string | undefined; sinceWallMs: number; /** It runs with settings from before they were changed. */ outdated: boolean } | undefined;
}

export interface ClusterStatus {
  cluster: ClusterSummary;
  clusterId: HexId | undefined;
  revision: number | undefined;
  term: number | undefined;
  leaderId: HexId | undefined;
  /** Voters needed for a majority. */
  quorum: number;
  voters: number;
  /** Those that answer, with a leader or without. */
  votersUp: number;
  dbSizeBytes: number | undefined;
  /** Write revisions per second over the last status interval. */
  revisionsPerSecond: number | undefined;
  members: MemberView[];
  /** The leader's settings; undefined: it does not tell them. `autoPromoteMs` 0: learners are promoted by hand. */
  learners: { max: number; autoPromoteMs: number } | undefined;
  atWallMs: number;
}

export interface KeyMeta {
  key: ByteString;
  createRevision: number;
  modRevision: number;
  version: number;
  /** '0': none. */
  lease: HexId;
}

export interface KeyDetail extends KeyMeta {
  value: ByteString;
  /** The store's revision when this was read. */
  revision: number;
}

/** No more than its place needs: a level may have a million. */
export type TreeItem =
  | { kind: 'key'; key: ByteString }
  | { kind: 'folder'; /** Ends with the separator. */ prefix: ByteString };

export interface TreePage {
  items: TreeItem[];
  /** Pass as `after` for the next page; undefined: this was the last. */
  next: ByteString | undefined;
  /** All pages of one listing are read at this revision. */
  revision: number;
  /** Requests this page cost the cluster. */
  requests: number;
}

export type WriteOutcome =
  | { kind: 'written'; revision: number }
  /** The key is not as the guard says; nothing was written. */
  | { kind: 'conflict'; current: KeyDetail | undefined };

/** The keys that begin with a prefix, at one revision. */
export interface KeysBelow {
  count: number;
  revision: number;
  /** The first of them. */
  keys: ByteString[];
}

export type PrefixOutcome =
  | { kind: 'deleted'; revision: number; count: number }
  /** Something below it is not as it was at the revision; nothing was deleted. */
  | { kind: 'conflict' };

/** A search after one more page of keys. */
export interface SearchUpdate {
  /** Found in that page. */
  keys: ByteString[];
  /** Keys that were looked at, of so many below the prefix. */
  looked: number;
  total: number;
  /** All pages are read as of it. */
  revision: number;
  /** full: more may follow, and are not looked for. */
  state: 'going' | 'ended' | 'full';
}

/** One thing that was done to a key. */
export type HistoryEntry =
  | ({ kind: 'put'; valueBytes: number; /** Its beginning. */ preview: ByteString } & Omit<KeyMeta, 'key'>)
  | { kind: 'delete'; modRevision: number };

export interface HistoryPage {
  /** Newest first, without a gap. */
  entries: HistoryEntry[];
  /** Pass as `before` for the next page; undefined: there is nothing older to be read. */
  next: number | undefined;
  /** The revision that the store was compacted at: older ones are gone. 0: never compacted. */
  floor: number;
  /** The store's revision when this was read. */
  revision: number;
  /** False: this server does not say when it has told all deletions, so one may be missing. */
  certain: boolean;
  /** Requests this page cost the cluster. */
  requests: number;
}

export interface KeyChange extends KeyMeta {
  type: 'put' | 'delete';
}

/** What a live key tree gets. */
export type KeyChanges =
  | { kind: 'changes'; revision: number; changes: KeyChange[] }
  /** The past that was asked for is gone, or events were dropped to keep memory bounded: load anew. */
  | { kind: 'reset'; reason: string }
  | { kind: 'disconnected'; reason: string }
  | { kind: 'connected'; revision: number };

export interface WatchEvent extends KeyMeta {
  type: 'put' | 'delete';
  /** Absent for a delete, or when larger than the preview limit. */
  value: ByteString | undefined;
  valueBytes: number;
  previousValue: ByteString | undefined;
  previousValueBytes: number | undefined;
  atWallMs: number;
}

export type WatchUpdate =
  | { kind: 'created'; revision: number }
  | { kind: 'events'; revision: number; events: WatchEvent[] }
  | { kind: 'compacted'; compactRevision: number }
  | { kind: 'disconnected'; reason: string }
  | { kind: 'canceled'; reason: string };

/** What comes and goes of a cluster's leases: ids only; the rest is asked for what is in sight. */
export type LeaseNews =
  | { kind: 'all'; leases: HexId[]; /** Kept alive by this app. */ held: HexId[] }
  | { kind: 'changes'; added: HexId[]; removed: HexId[]; held: HexId[] }
  /** It could not be read; it is tried again. */
  | { kind: 'failed'; reason: string };

export interface LeaseDetail {
  id: HexId;
  /** Seconds that are left. */
  ttl: number;
  /** Seconds from each renewal. */
  grantedTtl: number;
  keyCount: number;
  /** The first of them. */
  keys: ByteString[];
}

export interface LeaseKeys {
  total: number;
  keys: ByteString[];
}

export interface CompactionState {
  /** The oldest revision that can be read; 0: never compacted. */
  floor: number;
  revision: number;
}

export interface AlarmView {
  member: HexId;
  alarm: 'NOSPACE' | 'CORRUPT';
}

export interface MemberHash {
  member: HexId;
  /** Up to which the data was hashed, on every member alike. */
  revision: number;
  /** Of the keys with their history, since the compaction; undefined: it did not answer. */
  hash: string | undefined;
  compactRevision: number | undefined;
  error: string | undefined;
}

export type SnapshotProgress =
  | { kind: 'progress'; bytes: number; totalBytes: number }
  /** Whole, checked against its hash, and on disk. `download`: where a browser gets it from this desk. */
  | { kind: 'saved'; bytes: number; path: string; download: string | undefined };

export interface AppInfo {
  version: string;
  etcdVersion: string;
  dataFolder: string;
  /** How this window reaches the desk. */
  transport: 'ipc' | 'websocket';
}
