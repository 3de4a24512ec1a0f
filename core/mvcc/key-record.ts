import { assert } from '../base/assert.ts';
import { emptyBytes } from '../base/bytes.ts';
import { numberSize, readNumber, writeNumber } from './packed-number.ts';
import type { RevisionLists } from './revision-lists.ts';
import type { KeyRevision } from './types.ts';

const Flag = {
  /** The newest revision is a put. */
  live: 1,
  /** It hangs on a lease. */
  leased: 2,
  /** Sub is not 0 and follows. */
  sub: 4,
  /** Live, and there are create revision and version to follow; without it the key was made by this revision. */
  rewritten: 8,
  /** Older revisions follow, in so many bytes. */
  older: 16,
  /** Older revisions are in a list, whose id follows. */
  listed: 32,
} as const;

/** Most bytes of older revisions in a record: some ten of them. */
const maxOlderBytes = 48;
/** A list that a compaction has left with no more than these goes back into the record. */
const fewRevisions = 3;
/** Flags, main, sub, create, version, the length of the older ones, one of them in front, and the rest. */
const maxRecordBytes = 1 + 4 * 8 + 1 + 2 * 8 + maxOlderBytes;

export type Compacted = 'unchanged' | 'changed' | 'gone';

export const isLive = (bytes: Uint8Array, at: number): boolean => (bytes[at]! & Flag.live) !== 0;

/**
 * The kept revisions of one key, across deletions and re-creations, unpacked for as long as it is looked at.
 *
 * Packed: flags, main revision, then as flagged: sub; main − create and version; the older revisions, newest first, each
 * the distance of its main from the one before and its sub × 2, plus 1 for a tombstone. A key put once takes its flags and
 * its main revision: some five bytes.
 */
export class KeyRecord {
  readonly #lists: RevisionLists;
  /** Of the newest revision; 0 in a record without any. */
  main = 0;
  sub = 0;
  live = false;
  leased = false;
  /** Of the live key; 0 of a deleted one. */
  create = 0;
  version = 0;
  #list = 0;
  /** Older revisions, packed. */
  #older: Uint8Array = emptyBytes;
  #olderAt = 0;
  #olderEnd = 0;
  /** What `pack` has packed, and how many bytes of it. */
  readonly packed = new Uint8Array(maxRecordBytes);
  packedLength = 0;
  readonly #scratch = new Uint8Array(maxRecordBytes);

  constructor(lists: RevisionLists) {
    this.#lists = lists;
  }

  clear(): void {
    this.main = 0;
    this.sub = 0;
    this.live = false;
    this.leased = false;
    this.create = 0;
    this.version = 0;
    this.#list = 0;
    this.#olderAt = 0;
    this.#olderEnd = 0;
  }

  /** Unpacks; the record must not outlive a change of the bytes. */
  read(bytes: Uint8Array, start: number): void {
    const flags = bytes[start]!;
    let at = start + 1;
    this.main = readNumber(bytes, at);
    at += numberSize(this.main);
    this.live = (flags & Flag.live) !== 0;
    this.leased = (flags & Flag.leased) !== 0;
    this.sub = 0;
    if (flags & Flag.sub) {
      this.sub = readNumber(bytes, at);
      at += numberSize(this.sub);
    }
    this.create = this.live ? this.main : 0;
    this.version = this.live ? 1 : 0;
    if (flags & Flag.rewritten) {
      const distance = readNumber(bytes, at);
      at += numberSize(distance);
      this.create = this.main - distance;
      this.version = readNumber(bytes, at);
      at += numberSize(this.version);
    }
    this.#list = flags & Flag.listed ? readNumber(bytes, at) : 0;
    const length = flags & Flag.older ? bytes[at]! : 0;
    this.#older = bytes;
    this.#olderAt = at + 1;
    this.#olderEnd = at + 1 + length;
  }

  /** Packs into `packed`. */
  pack(): void {
    const out = this.packed;
    const rewritten = this.live && (this.create !== this.main || this.version !== 1);
    const older = this.#olderEnd - this.#olderAt;
    out[0] =
      (this.live ? Flag.live : 0) | (this.leased ? Flag.leased : 0) | (this.sub > 0 ? Flag.sub : 0) | (rewritten ? Flag.rewritten : 0) |
      (this.#list > 0 ? Flag.listed : older > 0 ? Flag.older : 0);
    let at = writeNumber(out, 1, this.main);
    if (this.sub > 0) at = writeNumber(out, at, this.sub);
    if (rewritten) {
      at = writeNumber(out, at, this.main - this.create);
      at = writeNumber(out, at, this.version);
    }
    if (this.#list > 0) at = writeNumber(out, at, this.#list);
    else if (older > 0) {
      out[at++] = older;
      for (let i = this.#olderAt; i < this.#olderEnd; i++) out[at++] = this.#older[i]!;
    }
    this.packedLength = at;
  }

  put(main: number, sub: number, leased: boolean): void {
    this.restore(main, sub, leased, this.live ? this.create : main, this.version + 1);
  }

  /** A put as its row says it: earlier revisions of its generation may have been compacted away. */
  restore(main: number, sub: number, leased: boolean, create: number, version: number): void {
    this.#advance(main, sub);
    this.live = true;
    this.leased = leased;
    this.create = create;
    this.version = version;
  }

  tombstone(main: number, sub: number): void {
    this.#advance(main, sub);
    this.live = false;
    this.leased = false;
    this.create = 0;
    this.version = 0;
  }

  /** Makes the newest revision an older one. */
  #advance(main: number, sub: number): void {
    assert(main > this.main || (main === this.main && sub > this.sub), 'a key’s revisions only grow', () => `${main}.${sub} after ${this.main}.${this.sub}`);
    if (this.main > 0) {
      const mark = this.sub * 2 + (this.live ? 0 : 1);
      if (this.#list > 0) this.#lists.push(this.#list, this.main, mark);
      else this.#pushPacked(main, mark);
    }
    this.main = main;
    this.sub = sub;
  }

  #pushPacked(next: number, mark: number): void {
    const distance = next - this.main;
    const length = this.#olderEnd - this.#olderAt;
    if (numberSize(distance) + numberSize(mark) + length > maxOlderBytes) {
      const list = this.#listed();
      list.push(this.main, mark);
      this.#list = this.#lists.add(list);
      return;
    }
    const out = this.#scratch;
    const start = numberSize(distance) + numberSize(mark);
    out.set(this.#older.subarray(this.#olderAt, this.#olderEnd), start);
    writeNumber(out, writeNumber(out, 0, distance), mark);
    this.#older = out;
    this.#olderAt = 0;
    this.#olderEnd = start + length;
  }

  /** The packed older revisions, oldest first. */
  #listed(): number[] {
    const newestFirst: number[] = [];
    this.#eachPacked((main, mark) => {
      newestFirst.push(mark, main);
      return true;
    });
    return newestFirst.reverse();
  }

  /** Visits the packed older revisions, newest first; `at` is where the revision begins. */
  #eachPacked(visit: (main: number, mark: number, at: number) => boolean): void {
    const bytes = this.#older;
    let main = this.main;
    for (let at = this.#olderAt; at < this.#olderEnd; ) {
      const start = at;
      const distance = readNumber(bytes, at);
      at += numberSize(distance);
      const mark = readNumber(bytes, at);
      at += numberSize(mark);
      main -= distance;
      if (!visit(main, mark, start)) return;
    }
  }

  /** The newest revision at or before `main`; undefined when the key did not exist then. */
  at(main: number): KeyRevision | undefined {
    if (main >= this.main) return this.live ? { main: this.main, sub: this.sub, tombstone: false } : undefined;
    const found = this.#list > 0 ? this.#lists.at(this.#list, main) : this.#packedAt(main);
    return found?.tombstone ? undefined : found;
  }

  #packedAt(main: number): KeyRevision | undefined {
    if (this.#olderAt === this.#olderEnd) return undefined;
    let found: KeyRevision | undefined;
    this.#eachPacked((at, mark) => {
      if (at <= main) found = toRevision(at, mark);
      return !found;
    });
    return found;
  }

  /**
   * Takes out what a compaction to `main` makes unreachable, and tells it. Kept: everything after `main`, and the newest
   * at or before it unless that is a tombstone; a tombstone exactly at `main` stays, for watchers that begin there.
   * Of a long list only the `most` oldest are taken out in one call.
   */
  compact(main: number, most: number, tell: (dropped: KeyRevision) => void): Compacted {
    if (this.live && this.#single) return 'unchanged';
    const drops = (newest: KeyRevision): boolean => newest.tombstone && newest.main < main;
    const reached = this.main <= main;
    const changed = this.#list > 0 ? this.#compactList(main, most, reached, drops, tell) : this.#compactPacked(main, reached, drops, tell);
    const own: KeyRevision = { main: this.main, sub: this.sub, tombstone: !this.live };
    if (reached && drops(own) && this.#single) {
      tell(own);
      return 'gone';
    }
    return changed ? 'changed' : 'unchanged';
  }

  /** There is no older revision. */
  get #single(): boolean {
    return this.#list === 0 && this.#olderAt === this.#olderEnd;
  }

  /** `all`: the newest revision of the key serves the readers at `main`, so that no older one is needed. */
  #compactList(main: number, most: number, all: boolean, drops: (newest: KeyRevision) => boolean, tell: (dropped: KeyRevision) => void): boolean {
    const before = this.#lists.length(this.#list);
    this.#lists.compact(this.#list, main, most, all ? () => true : drops, tell);
    const after = this.#lists.length(this.#list);
    if (after <= fewRevisions) this.#packList();
    return after < before;
  }

  /** Brings the list back into the record. */
  #packList(): void {
    const list = this.#lists.take(this.#list);
    this.#list = 0;
    const out = this.#scratch;
    let main = this.main;
    let at = 0;
    for (let i = list.length - 2; i >= 0; i -= 2) {
      at = writeNumber(out, writeNumber(out, at, main - list[i]!), list[i + 1]!);
      main = list[i]!;
    }
    this.#older = out;
    this.#olderAt = 0;
    this.#olderEnd = at;
  }

  #compactPacked(main: number, all: boolean, drops: (newest: KeyRevision) => boolean, tell: (dropped: KeyRevision) => void): boolean {
    let end = this.#olderEnd;
    let served = all;
    this.#eachPacked((at, mark, start) => {
      if (at > main) return true;
      const revision = toRevision(at, mark);
      if (served || drops(revision)) {
        end = Math.min(end, start);
        tell(revision);
      }
      served = true;
      return true;
    });
    const changed = end < this.#olderEnd;
    this.#olderEnd = end;
    return changed;
  }
}

function toRevision(main: number, mark: number): KeyRevision {
  return { main, sub: Math.floor(mark / 2), tombstone: mark % 2 === 1 };
}
