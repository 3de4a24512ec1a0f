import type { Histogram } from '../../base/histogram.ts';
import type { Backend } from '../../mvcc/backend.ts';
import type { HashOutcome, MvccStore } from '../../mvcc/store.ts';
import type { Clock } from '../../ports/clock.ts';
import { DatabaseFigures } from './database-figures.ts';
import { exportDatabase, type DatabaseExport, type ExportSource } from './export.ts';
import { hashDatabase } from './hash.ts';

/** What can be had of a member's state as a whole. */
export class MemberDatabase {
  readonly figures = new DatabaseFigures();
  readonly #source: ExportSource;
  readonly #store: MvccStore;
  readonly #clock: Clock;

  constructor(backend: Backend, store: MvccStore, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
    this.#source = { backend, flush: () => store.flush(), soon: (run) => clock.soon(run) };
  }

  /** The state as of a present index, as a database file; the caller closes it. */
  export(): Promise<DatabaseExport> {
    const startMs = this.#clock.nowMs();
    let closed = false;
    return exportDatabase({
      ...this.#source,
      closed: () => {
        if (!closed) this.figures.exports.observe((this.#clock.nowMs() - startMs) / 1000);
        closed = true;
      },
    });
  }

  /** etcd's Hash over all that the store holds, and the revision at that moment. */
  hash(): Promise<{ hash: number; revision: number }> {
    return this.#timed(this.figures.hashes, hashDatabase(this.#source));
  }

  /** etcd's HashKV: over the keys up to a revision. */
  hashKv(revision: number): Promise<HashOutcome> {
    return this.#timed(this.figures.hashesByRevision, this.#store.hashKv(revision));
  }

  async #timed<T>(seconds: Histogram, done: Promise<T>): Promise<T> {
    const startMs = this.#clock.nowMs();
    const result = await done;
    seconds.observe((this.#clock.nowMs() - startMs) / 1000);
    return result;
  }
}
