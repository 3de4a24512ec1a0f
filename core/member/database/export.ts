import { compareBytes, utf8, utf8Text } from '../../base/bytes.ts';
import { layoutBoltInSteps, type BoltEntry } from '../../bolt/write.ts';
import { Table, type Backend, type BackendReader, type BackendView } from '../../mvcc/backend.ts';
import { indexAt, metaKeys } from '../../mvcc/meta.ts';
import { decodeRowKey } from '../../mvcc/revision.ts';
import type { ConfState } from '../../raft/types.ts';
import { parseConfStateJson } from '../member-json.ts';
import { databaseTables, revisionOf, storageVersion } from './buckets.ts';

export interface ExportSource {
  backend: Backend;
  /** Makes what is staged part of the backend. */
  flush(): Promise<void>;
  /** Runs after the events that are ready now. */
  soon(run: () => void): void;
  /** Told when an export is closed. */
  closed?(): void;
}

/** A member's state at one index of the log, as a database file of etcd 3.6. It holds a view of the store until it is closed. */
export interface DatabaseExport {
  readonly byteLength: number;
  /** The last log entry in it. */
  readonly index: number;
  readonly term: number;
  /** The newest revision in it. */
  readonly revision: number;
  /** Raft's configuration as of `index`; undefined: no configuration has been applied yet. */
  readonly confState: ConfState | undefined;
  readonly storageVersion: string;
  /** What it is made from. */
  readonly content: BackendReader;
  /** The file in order, in pieces of some 256 KiB, each good until the next. It may be read more than once, and at any pace. */
  chunks(): Generator<Uint8Array, void, undefined>;
  close(): void;
}

/**
 * Plans an export, in steps between which other work goes on; writes meanwhile are not in it. Rejects with a DiskError when
 * what is staged cannot be committed.
 */
export async function exportDatabase({ backend, flush, soon, closed }: ExportSource): Promise<DatabaseExport> {
  await flush();
  const view = backend.view();
  try {
    const version = view.get(Table.meta, metaKeys.storageVersion);
    let newestRow = 0;
    const planned = (table: Table): Iterable<BoltEntry> => entriesOf(view, table, table === Table.key ? (key) => (newestRow = decodeRowKey(key).main) : undefined);
    const steps = layoutBoltInSteps(databaseTables.map((table) => ({ name: utf8(table), entries: () => planned(table) })));
    let step = steps.next();
    while (!step.done) {
      await new Promise<void>((resolve) => soon(resolve));
      step = steps.next();
    }
    const layout = step.value;
    const confState = view.get(Table.meta, metaKeys.confState);
    return {
      byteLength: layout.byteLength,
      index: indexAt(view, metaKeys.consistentIndex),
      term: indexAt(view, metaKeys.term),
      revision: revisionOf(view, newestRow),
      confState: confState && parseConfStateJson(utf8Text(confState)),
      storageVersion: version ? utf8Text(version) : storageVersion,
      content: view,
      chunks: () => layout.chunks(),
      close: () => {
        view.close();
        closed?.();
      },
    };
  } catch (error) {
    view.close();
    throw error;
  }
}

/** The rows of a table; those of `meta` with the storage version, which our own store does without. */
function* entriesOf(view: BackendView, table: Table, passing: ((key: Uint8Array) => void) | undefined): Generator<BoltEntry, void, undefined> {
  let missing = table === Table.meta && !view.get(table, metaKeys.storageVersion);
  const added: BoltEntry = [metaKeys.storageVersion, utf8(storageVersion)];
  for (const row of view.walk(table)) {
    if (missing && compareBytes(row.key, metaKeys.storageVersion) > 0) {
      yield added;
      missing = false;
    }
    passing?.(row.key);
    yield [row.key, row.value];
  }
  if (missing) yield added;
}
