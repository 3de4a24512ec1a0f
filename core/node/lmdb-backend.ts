import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { assert } from '../base/assert.ts';
import type { Backend, BackendOp, BackendReplacement, BackendView, Table } from '../mvcc/backend.ts';
import { ChangedRows } from './changed-rows.ts';
import { diskFailure } from './disk-failure.ts';
import { LmdbEnvironment, naming } from './lmdb-environment.ts';

/** Rows that a defragmentation carries over at a time, and so few that commits may wait for them. */
const carriedRows = 1_000;
/** Rounds of carrying over what was written during the one before; then commits wait. */
const maxRounds = 8;

/**
 * The backend on LMDB. Its content can be replaced as a whole: the new one is made in a file beside it, which gets the next
 * number in its name when it is complete. The highest number is the content; after a crash what is older or unfinished goes.
 */
export class LmdbBackend implements Backend {
  /** The name of the first file: `store.lmdb`, then `store-2.lmdb` and so on. */
  readonly #path: string;
  #number: number;
  #environment: LmdbEnvironment;
  #replacement: Replacement | undefined;
  #defragmenting: Promise<void> | undefined;
  /** Rows that a running defragmentation has to carry over. */
  #changed: ChangedRows | undefined;
  /** The file on disk may be another than the open one: what would be committed to that could be lost. */
  #broken: { error: unknown } | undefined;
  /** The commit under way, or the last. */
  #commit: Promise<unknown> = Promise.resolve();
  /** Former contents that somebody still views. */
  readonly #retired = new Map<LmdbEnvironment, Promise<void>>();
  #closed = false;

  private constructor(path: string, number: number) {
    this.#path = path;
    this.#number = number;
    this.#environment = LmdbEnvironment.open(numberedPath(path, number));
  }

  /** `path` is the first file's; its folder must exist. Throws DiskError. */
  static open(path: string): LmdbBackend {
    const numbers = naming(path, 'open', () => numbersOf(path));
    const newest = Math.max(1, ...numbers);
    naming(path, 'remove what is left of', () => {
      // Nothing of the old goes before the new one's name is durable: a process may have ended in between.
      if (numbers.length > 1) syncFolder(dirname(path));
      for (const number of numbers) if (number !== newest) removeFiles(numberedPath(path, number));
      removeFiles(unfinishedPath(path));
    });
    return new LmdbBackend(path, newest);
  }

  get(table: Table, key: Uint8Array): Uint8Array | undefined {
    return this.#environment.get(table, key);
  }

  scan(table: Table, start: Uint8Array, end?: Uint8Array): Iterable<{ key: Uint8Array; value: Uint8Array }> {
    return this.#environment.scan(table, start, end);
  }

  visit(table: Table, visit: (key: Uint8Array, value: Uint8Array) => void): void {
    for (const { key, value } of this.#environment.walk(table)) visit(key, value);
  }

  view(): BackendView {
    return this.#environment.view();
  }

  commit(ops: readonly BackendOp[]): Promise<void> {
    return this.#inOrder(async () => {
      await this.#environment.commit(ops);
      this.#changed?.note(ops);
    });
  }

  /** One after the other: a change of files must not come between a commit's two halves. */
  #inOrder<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#commit.then(() => {
      if (this.#broken) throw this.#broken.error;
      return run();
    });
    this.#commit = done.catch(() => {});
    return done;
  }

  async replace(): Promise<BackendReplacement> {
    await this.#defragmenting?.catch(() => {});
    assert(!this.#replacement, 'the content is being replaced already');
    const path = unfinishedPath(this.#path);
    naming(path, 'remove', () => removeFiles(path));
    this.#replacement = new Replacement(LmdbEnvironment.open(path, { noSync: canSyncFile }), {
      take: (swapped) => this.#inOrder(() => this.#takeOver(path, swapped)),
      drop: () => naming(path, 'remove', () => removeFiles(path)),
      ended: () => {
        this.#replacement = undefined;
      },
    });
    return this.#replacement;
  }

  /** The new file is complete, synced and closed. From the rename on it is what a restart finds. */
  async #takeOver(path: string, swapped: (() => void) | undefined): Promise<void> {
    const next = numberedPath(this.#path, this.#number + 1);
    naming(next, 'put in place', () => renameSync(path, next));
    const before = this.#environment;
    try {
      naming(next, 'put in place', () => {
        syncFolder(dirname(next));
        removeFiles(path);
      });
      this.#environment = LmdbEnvironment.open(next);
    } catch (error) {
      this.#broken = { error };
      throw error;
    }
    this.#number++;
    this.#retired.set(before, this.#retire(before));
    swapped?.();
  }

  /**
   * Copies the content into a file without free pages and puts that in the old one's place. Commits go on: the copy is of one
   * moment, and what is written after it is carried over, the last of it while commits wait.
   */
  defragment(): Promise<void> {
    return (this.#defragmenting ??= this.#defragment().finally(() => {
      this.#changed = undefined;
      this.#defragmenting = undefined;
    }));
  }

  async #defragment(): Promise<void> {
    // Both use the one name; the other may be on its way from a peer for a while.
    while (this.#replacement) await this.#replacement.over;
    const path = unfinishedPath(this.#path);
    naming(path, 'remove', () => removeFiles(path));
    this.#changed = new ChangedRows();
    await this.#commit;
    try {
      await this.#environment.copyTo(path);
      const copy = LmdbEnvironment.open(path, { noSync: canSyncFile });
      try {
        for (let round = 0; round < maxRounds && this.#changed.size > carriedRows; round++) await this.#carryOver(copy);
        if (canSyncFile) await syncFile(path);
        await this.#inOrder(async () => {
          await this.#carryOver(copy);
          await copy.close();
          if (canSyncFile) await syncFile(path);
          await this.#takeOver(path, undefined);
        });
      } finally {
        await copy.close();
      }
    } catch (error) {
      removeFiles(path);
      throw error;
    }
  }

  async #carryOver(copy: LmdbEnvironment): Promise<void> {
    const now = this.#environment.view();
    try {
      for (const ops of this.#changed!.take(now, carriedRows)) await copy.commit(ops);
    } finally {
      now.close();
    }
  }

  async #retire(before: LmdbEnvironment): Promise<void> {
    await before.closeAfterViews();
    // Gigabytes take the system a while. What cannot be removed now is at the next start.
    await Promise.allSettled(filesOf(before.path).map((file) => rm(file, { force: true })));
    this.#retired.delete(before);
  }

  get totalBytes(): number {
    return this.#environment.totalBytes;
  }

  get inUseBytes(): number {
    return this.#environment.inUseBytes;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#replacement?.abandon();
    // LMDB's copy cannot be cut short.
    await this.#defragmenting?.catch(() => {});
    await this.#commit;
    await this.#environment.close();
    for (const [before, gone] of this.#retired) {
      await before.close();
      await gone;
    }
  }
}

interface ReplacementPorts {
  take(swapped: (() => void) | undefined): Promise<void>;
  drop(): void;
  ended(): void;
}

class Replacement implements BackendReplacement {
  readonly #environment: LmdbEnvironment;
  readonly #ports: ReplacementPorts;
  #ended = false;
  #over: () => void = () => {};
  /** Resolves when it is in the content's place, or gone. */
  readonly over = new Promise<void>((resolve) => {
    this.#over = resolve;
  });

  constructor(environment: LmdbEnvironment, ports: ReplacementPorts) {
    this.#environment = environment;
    this.#ports = ports;
  }

  #leave(): void {
    this.#ports.ended();
    this.#over();
  }

  async commit(ops: readonly BackendOp[]): Promise<void> {
    assert(!this.#ended, 'the replacement has ended');
    await this.#environment.commit(ops);
  }

  async finish(swapped?: () => void): Promise<void> {
    assert(!this.#ended, 'the replacement has ended');
    this.#ended = true;
    try {
      await this.#environment.close();
      if (canSyncFile) await syncFile(this.#environment.path);
      await this.#ports.take(swapped);
    } finally {
      this.#leave();
    }
  }

  async abandon(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    try {
      await this.#environment.close();
      this.#ports.drop();
    } finally {
      this.#leave();
    }
  }
}

function numberedPath(path: string, number: number): string {
  const [stem, extension] = splitName(basename(path));
  return number === 1 ? path : join(dirname(path), `${stem}-${number}${extension}`);
}

function unfinishedPath(path: string): string {
  return `${path}.new`;
}

/** The numbers of the files that are there. */
function numbersOf(path: string): number[] {
  const [stem, extension] = splitName(basename(path));
  return readdirSync(dirname(path)).flatMap((name) => {
    if (name === basename(path)) return [1];
    if (!name.startsWith(stem) || !name.endsWith(extension)) return [];
    const number = /^-([1-9]\d*)$/.exec(name.slice(stem.length, name.length - extension.length))?.[1];
    return number === undefined ? [] : [Number(number)];
  });
}

function splitName(name: string): [stem: string, extension: string] {
  const at = name.lastIndexOf('.');
  return at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at)];
}

/** A file of LMDB and its lock. */
const filesOf = (path: string): string[] => [path, `${path}-lock`];

function removeFiles(path: string): void {
  for (const file of filesOf(path)) rmSync(file, { force: true });
}

/** Windows syncs only what is open for writing, and has no way to sync a folder; there each commit syncs by itself. */
const canSyncFile = process.platform !== 'win32';

/** A whole new content may be gigabytes that are not on the disk yet: not in the way of other work. */
async function syncFile(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    throw diskFailure(path, 'sync', error);
  }
}

function syncFolder(path: string): void {
  if (!canSyncFile) return;
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
