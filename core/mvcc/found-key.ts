import type { KeyPage } from './key-page.ts';
import type { KeyRecord } from './key-record.ts';

/** A key that exists at the revision asked for: its revision then, and what the index knows of its present one. */
export class FoundKey {
  #page: KeyPage | undefined;
  #at = 0;
  main = 0;
  sub = 0;
  /** The revision is the key's newest: only then the three below are known. */
  newest = false;
  create = 0;
  version = 0;
  leased = false;

  /** A copy. */
  get key(): Uint8Array {
    return this.#page!.keyAt(this.#at);
  }

  /** For KeyIndex only. False when the key did not exist then. */
  internalLook(page: KeyPage, at: number, record: KeyRecord, revision: number): boolean {
    this.#page = page;
    this.#at = at;
    this.newest = revision >= record.main;
    if (this.newest) {
      this.main = record.main;
      this.sub = record.sub;
      this.create = record.create;
      this.version = record.version;
      this.leased = record.leased;
      return record.live;
    }
    const found = record.at(revision);
    if (!found) return false;
    this.main = found.main;
    this.sub = found.sub;
    return true;
  }
}
