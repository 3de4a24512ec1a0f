import { IntervalTree } from './interval-tree.ts';

/** What is watched, as byte strings: the key `start`, or the range [start, end), open without an end. */
export interface Watched {
  readonly start: string;
  readonly end: string | undefined;
  readonly single: boolean;
}

/** Watchers by what they watch: those of single keys in a map, those of ranges in an interval tree. */
export class WatcherIndex<W extends Watched> {
  readonly #byKey = new Map<string, Set<W>>();
  readonly #ranges = new IntervalTree<W>();
  readonly #all = new Set<W>();

  get size(): number {
    return this.#all.size;
  }

  has(watcher: W): boolean {
    return this.#all.has(watcher);
  }

  add(watcher: W): void {
    if (this.#all.has(watcher)) return;
    this.#all.add(watcher);
    if (!watcher.single) {
      this.#ranges.add(watcher.start, watcher.end, watcher);
      return;
    }
    const watchers = this.#byKey.get(watcher.start);
    if (watchers) watchers.add(watcher);
    else this.#byKey.set(watcher.start, new Set([watcher]));
  }

  delete(watcher: W): void {
    if (!this.#all.delete(watcher)) return;
    if (!watcher.single) {
      this.#ranges.delete(watcher.start, watcher.end, watcher);
      return;
    }
    const watchers = this.#byKey.get(watcher.start);
    watchers?.delete(watcher);
    if (watchers?.size === 0) this.#byKey.delete(watcher.start);
  }

  /** Visits the watchers of a key. The index must not change meanwhile. */
  visit(key: string, visit: (watcher: W) => void): void {
    const single = this.#byKey.get(key);
    if (single) for (const watcher of single) visit(watcher);
    this.#ranges.stab(key, visit);
  }

  /** All watchers, as they are now: the index may change while they are gone through. */
  list(): W[] {
    return [...this.#all];
  }
}
