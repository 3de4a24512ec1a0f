import type { Backend } from '../../mvcc/backend.ts';
import type { MvccStore } from '../../mvcc/store.ts';
import type { Clock } from '../../ports/clock.ts';
import { exportDatabase, type DatabaseExport, type ExportSource } from './export.ts';
import { hashDatabase } from './hash.ts';

/** What can be had of a member's state as a whole. */
export class MemberDatabase {
  readonly #source: ExportSource;

  constructor(backend: Backend, store: MvccStore, clock: Clock) {
    this.#source = { backend, flush: () => store.flush(), soon: (run) => clock.soon(run) };
  }

  /** The state as of a present index, as a database file; the caller closes it. */
  export(): Promise<DatabaseExport> {
    return exportDatabase(this.#source);
  }

  /** etcd's Hash over all that the store holds, and the revision at that moment. */
  hash(): Promise<{ hash: number; revision: number }> {
    return hashDatabase(this.#source);
  }
}
