import { utf8Text } from '../base/bytes.ts';
import { openBolt } from '../bolt/read.ts';
import type { Backend } from '../mvcc/backend.ts';
import { IndexBuilder } from '../mvcc/index-builder.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import type { Snapshot } from '../raft/types.ts';
import { prepareDatabase, type PreparedDatabase } from './database/import.ts';
import { decodeTree } from './legacy-tree.ts';
import type { ReceivedFile } from './received-file.ts';

export interface PreparationPorts {
  backend: Backend;
  clock: Clock;
  log: LogSink;
}

/** A store beside the one in use, with all that a snapshot has, and its key index. */
export interface PreparedStore {
  database: PreparedDatabase;
  rows: IndexBuilder;
}

/**
 * The start of an installation while the snapshot still comes in, in case raft takes it. Nothing of it is seen and nothing of
 * it is needed: where it fails, or is cancelled, or the member crashes, the received file is there to be installed from.
 */
export class Preparation {
  readonly snapshot: Snapshot;
  readonly #file: ReceivedFile;
  /** Undefined: there is none. Never rejects. */
  readonly store: Promise<PreparedStore | undefined>;

  /** `byteLength` is what the sender says; the backend must have no other content in the making. */
  constructor(snapshot: Snapshot, file: ReceivedFile, byteLength: number, ports: PreparationPorts) {
    this.snapshot = snapshot;
    this.#file = file;
    this.store = this.#prepare(byteLength, ports);
  }

  async #prepare(byteLength: number, { backend, clock, log }: PreparationPorts): Promise<PreparedStore | undefined> {
    const { index } = this.snapshot.metadata;
    try {
      const rows = new IndexBuilder();
      const file = await openBolt((position, into) => this.#file.read(position, into), byteLength);
      const database = await prepareDatabase(file, backend, {
        soon: (run) => clock.soon(run), row: (key, row) => rows.add(key, row), membership: decodeTree(utf8Text(this.snapshot.data)),
      });
      log.log('info', 'a snapshot is prepared', { index });
      return { database, rows };
    } catch (error) {
      log.log('info', 'a snapshot was not prepared as it came', { index, reason: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }

  /** Resolves when the backend is as if there had been none. */
  async cancel(): Promise<void> {
    this.#file.stopReading(new Error('it is not needed any more'));
    await (await this.store)?.database.abandon();
  }
}
