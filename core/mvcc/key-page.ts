import { compareBytes, emptyBytes } from '../base/bytes.ts';
import { isLive, type KeyRecord } from './key-record.ts';
import { numberSize, readNumber, writeNumber } from './packed-number.ts';

/** Bytes of a page: keys and records from the front, and from the back, two bytes each, where every key begins. */
export const pageBytes = 4096;
const slotBytes = 2;
const lastSlot = pageBytes / slotBytes - 1;

/** What a page is built again in; it changes places with the page's own. */
let spare = new Uint8Array(pageBytes);
let spareSlots = new Uint16Array(spare.buffer);

/** Keys [from, to) of a page. */
interface Run {
  page: KeyPage;
  from: number;
  to: number;
}

/**
 * A leaf of the key index: keys in byte order with their records, packed in one buffer of fixed size. What all keys begin
 * with is kept once, beside the buffer, so that a key of any length fits: the first key of a page is all prefix.
 * Each key takes the length of its rest, the rest, its record, and a slot.
 */
export class KeyPage {
  readonly leaf = true;
  count = 0;
  /** Keys that exist now. */
  live = 0;
  /** No key here came or went at a later revision; a removal may leave it too high. */
  changed = 0;
  #prefix: Uint8Array = emptyBytes;
  #bytes = new Uint8Array(pageBytes);
  /** The same bytes: key i begins where slot `lastSlot` − i says. */
  #slots = new Uint16Array(this.#bytes.buffer);
  #used = 0;

  /** Bytes in use, without the prefix. */
  get used(): number {
    return this.#used + this.count * slotBytes;
  }

  #start(i: number): number {
    return this.#slots[lastSlot - i]!;
  }

  #end(i: number): number {
    return i + 1 < this.count ? this.#start(i + 1) : this.#used;
  }

  #recordStart(i: number): number {
    const start = this.#start(i);
    const rest = readNumber(this.#bytes, start);
    return start + numberSize(rest) + rest;
  }

  keyAt(i: number): Uint8Array {
    const at = this.#start(i);
    const rest = readNumber(this.#bytes, at);
    const start = at + numberSize(rest);
    const prefix = this.#prefix;
    const key = new Uint8Array(prefix.length + rest);
    key.set(prefix);
    for (let j = 0; j < rest; j++) key[prefix.length + j] = this.#bytes[start + j]!;
    return key;
  }

  liveAt(i: number): boolean {
    return isLive(this.#bytes, this.#recordStart(i));
  }

  read(i: number, record: KeyRecord): void {
    record.read(this.#bytes, this.#recordStart(i));
  }

  /** Position of the key; −1 − the position where it would be, when it is not here. */
  search(key: Uint8Array): number {
    const prefix = this.#prefix;
    const common = commonPrefix(key, prefix);
    if (common < prefix.length) return common < key.length && key[common]! > prefix[common]! ? -1 - this.count : -1;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compareRest(middle, key);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return -1 - low;
  }

  /** Position of the first key that is not below `key`. */
  lowerBound(key: Uint8Array): number {
    const i = this.search(key);
    return i < 0 ? -1 - i : i;
  }

  #compareRest(i: number, key: Uint8Array): number {
    const bytes = this.#bytes;
    const start = this.#start(i);
    const own = readNumber(bytes, start);
    const skip = this.#prefix.length;
    const other = key.length - skip;
    const at = start + numberSize(own);
    const length = own < other ? own : other;
    for (let j = 0; j < length; j++) {
      const difference = bytes[at + j]! - key[skip + j]!;
      if (difference !== 0) return difference;
    }
    return own - other;
  }

  // --- changing

  /** Adds a key with the record's packed bytes; false, and nothing is changed, when there is no room. An empty page has room. */
  insert(i: number, key: Uint8Array, record: KeyRecord): boolean {
    const prefix = this.count === 0 ? key.length : commonPrefix(key, this.#prefix);
    const rest = key.length - prefix;
    const size = numberSize(rest) + rest + record.packedLength;
    const shortened = prefix < this.#prefix.length && this.count > 0;
    const all = { page: this, from: 0, to: this.count };
    const before = shortened ? KeyPage.#sizeOf([all], prefix) : this.used;
    if (before + size + slotBytes > pageBytes) return false;
    if (this.count === 0) this.#prefix = key.slice();
    else if (shortened) this.#build([all], this.#prefix.slice(0, prefix));
    const start = i < this.count ? this.#start(i) : this.#used;
    if (start < this.#used) this.#bytes.copyWithin(start + size, start, this.#used);
    const slots = this.#slots;
    for (let slot = lastSlot - this.count; slot < lastSlot - i; slot++) slots[slot] = slots[slot + 1]! + size;
    slots[lastSlot - i] = start;
    this.count++;
    this.#used += size;
    const bytes = this.#bytes;
    let at = writeNumber(bytes, start, rest);
    for (let j = prefix; j < key.length; j++) bytes[at++] = key[j]!;
    for (let j = 0; j < record.packedLength; j++) bytes[at++] = record.packed[j]!;
    if (record.live) this.live++;
    this.changed = Math.max(this.changed, record.main);
    return true;
  }

  /** Replaces a record by the packed bytes of another; false, and nothing is changed, when there is no room. */
  write(i: number, record: KeyRecord): boolean {
    const wasLive = this.liveAt(i);
    const start = this.#recordStart(i);
    const end = this.#end(i);
    const more = record.packedLength - (end - start);
    if (this.used + more > pageBytes) return false;
    if (more !== 0) this.#move(i, end, more);
    for (let j = 0; j < record.packedLength; j++) this.#bytes[start + j] = record.packed[j]!;
    if (record.live !== wasLive) {
      this.live += record.live ? 1 : -1;
      this.changed = Math.max(this.changed, record.main);
    }
    return true;
  }

  /** Takes a key out. */
  remove(i: number): void {
    if (this.liveAt(i)) this.live--;
    const end = this.#end(i);
    this.#move(i, end, this.#start(i) - end);
    for (let slot = lastSlot - i; slot > lastSlot + 1 - this.count; slot--) this.#slots[slot] = this.#slots[slot - 1]!;
    this.count--;
  }

  /** Moves what follows key i, which ends at `end`, by so many bytes. */
  #move(i: number, end: number, by: number): void {
    if (end < this.#used) this.#bytes.copyWithin(end + by, end, this.#used);
    const slots = this.#slots;
    for (let slot = lastSlot + 1 - this.count; slot < lastSlot - i; slot++) slots[slot]! += by;
    this.#used += by;
  }

  /** The key that begins nearest behind the middle of the bytes, neither the first nor behind the last. */
  middle(): number {
    let i = 1;
    while (i < this.count - 1 && this.#start(i) * 2 < this.#used) i++;
    return i;
  }

  /** Cuts the page before key `at`; returns the upper part. One of the parts may be empty. */
  split(at: number): KeyPage {
    const upper = new KeyPage();
    upper.#build([{ page: this, from: at, to: this.count }]);
    this.#build([{ page: this, from: 0, to: at }]);
    return upper;
  }

  /** Takes in the page that follows; false, and nothing is changed, when there is no room. */
  join(next: KeyPage): boolean {
    const runs = [{ page: this, from: 0, to: this.count }, { page: next, from: 0, to: next.count }];
    const prefix = sharedPrefix(runs);
    if (KeyPage.#sizeOf(runs, prefix.length) > pageBytes) return false;
    this.#build(runs, prefix);
    return true;
  }

  /** Makes the longest possible prefix: for a record that has no room beside the key’s own rest. */
  tighten(): void {
    this.#build([{ page: this, from: 0, to: this.count }]);
  }

  /** Becomes a page of these keys, in this order; `prefix`: what they are to share, where that is known. */
  #build(runs: readonly Run[], prefix = sharedPrefix(runs)): void {
    const out = spare;
    const slots = spareSlots;
    let count = 0;
    let live = 0;
    let changed = 0;
    let used = 0;
    for (const { page, from, to } of runs) {
      const theirs = page.#prefix.length;
      for (let i = from; i < to; i++) {
        const bytes = page.#bytes;
        const rest = readNumber(bytes, page.#start(i));
        const start = page.#start(i) + numberSize(rest);
        const end = page.#end(i);
        slots[lastSlot - count++] = used;
        used = writeNumber(out, used, rest + theirs - prefix.length);
        for (let j = prefix.length; j < theirs; j++) out[used++] = page.#prefix[j]!;
        for (let j = start + Math.max(0, prefix.length - theirs); j < end; j++) out[used++] = bytes[j]!;
        if (isLive(bytes, start + rest)) live++;
      }
      if (from < to) changed = Math.max(changed, page.changed);
    }
    spare = this.#bytes;
    spareSlots = this.#slots;
    this.#bytes = out;
    this.#slots = slots;
    this.#prefix = prefix;
    this.#used = used;
    this.count = count;
    this.live = live;
    this.changed = changed;
  }

  /** Bytes that the keys take behind a prefix of so many. */
  static #sizeOf(runs: readonly Run[], prefix: number): number {
    let bytes = 0;
    for (const { page, from, to } of runs) {
      for (let i = from; i < to; i++) {
        const own = readNumber(page.#bytes, page.#start(i));
        const rest = own + page.#prefix.length - prefix;
        bytes += numberSize(rest) + rest - numberSize(own) - own + page.#end(i) - page.#start(i) + slotBytes;
      }
    }
    return bytes;
  }
}

/** Length of what both begin with. */
export function commonPrefix(a: Uint8Array, b: Uint8Array): number {
  const length = a.length < b.length ? a.length : b.length;
  let i = 0;
  while (i < length && a[i] === b[i]) i++;
  return i;
}

/** What the first and the last key begin with, all between them do. */
function sharedPrefix(runs: readonly Run[]): Uint8Array {
  const filled = runs.filter(({ from, to }) => from < to);
  const first = filled[0];
  const last = filled.at(-1);
  if (!first || !last) return emptyBytes;
  const key = first.page.keyAt(first.from);
  return key.slice(0, commonPrefix(key, last.page.keyAt(last.to - 1)));
}

/** The shortest key that is above `low` and not above `high`. */
export function separatorOf(low: Uint8Array, high: Uint8Array): Uint8Array {
  return compareBytes(low, high) < 0 ? high.slice(0, commonPrefix(low, high) + 1) : high;
}
