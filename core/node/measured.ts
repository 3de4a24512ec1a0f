import { exponentialBounds, Histogram } from '../base/histogram.ts';
import type { Backend } from '../mvcc/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { Disk, DiskFile } from '../ports/disk.ts';

/** Durations in seconds, with the bounds of etcd's metrics. */
export class DiskFigures {
  readonly walSyncs = new Histogram(exponentialBounds(0.001, 2, 14));
  readonly walWrites = new Histogram(exponentialBounds(0.001, 2, 14));
  readonly backendCommits = new Histogram(exponentialBounds(0.001, 2, 14));
  readonly defragmentations = new Histogram(exponentialBounds(0.1, 2, 13));
  /** How many go on now. */
  defragmenting = 0;
  /** Views of the store that are open now. */
  openViews = 0;
  /** Of the files that mark where the log may begin: making one durable, and all of its making. */
  readonly snapSyncs = new Histogram(exponentialBounds(0.001, 2, 14));
  readonly snapSaves = new Histogram(exponentialBounds(0.001, 2, 14));
  /** Of databases that peers send, likewise. */
  readonly snapDbSyncs = new Histogram(exponentialBounds(0.001, 2, 14));
  readonly snapDbSaves = new Histogram(exponentialBounds(0.1, 2, 10));
  walBytes = 0;
}

/** What of a file's life is counted: seconds. */
interface FileFigures {
  syncs?: Histogram;
  writes?: Histogram;
  /** From its making to its being closed. */
  saves?: Histogram;
  wrote?(bytes: number): void;
}

function figuresOf(path: string, created: boolean, figures: DiskFigures): FileFigures | undefined {
  if (/\.wal(\.tmp)?$/.test(path)) return { syncs: figures.walSyncs, writes: figures.walWrites, wrote: (bytes) => (figures.walBytes += bytes) };
  if (!created) return undefined;
  if (/\.snap\.db(-\d+)?$/.test(path)) return { syncs: figures.snapDbSyncs, saves: figures.snapDbSaves };
  if (/\.snap(\.tmp)?$/.test(path)) return { syncs: figures.snapSyncs, saves: figures.snapSaves };
  return undefined;
}

/** The disk with a watch on the files of the log and of snapshots. */
export function measuredDisk(disk: Disk, clock: Clock, figures: DiskFigures): Disk {
  return {
    ...disk,
    async open(path, options) {
      const file = await disk.open(path, options);
      const measured = figuresOf(path, options?.create === true, figures);
      return measured ? new MeasuredFile(file, clock, measured) : file;
    },
  };
}

class MeasuredFile implements DiskFile {
  readonly path: string;
  readonly #file: DiskFile;
  readonly #clock: Clock;
  readonly #figures: FileFigures;
  readonly #openedMs: number;

  constructor(file: DiskFile, clock: Clock, figures: FileFigures) {
    this.path = file.path;
    this.#file = file;
    this.#clock = clock;
    this.#figures = figures;
    this.#openedMs = clock.nowMs();
  }

  #secondsSince(startMs: number): number {
    return (this.#clock.nowMs() - startMs) / 1000;
  }

  async write(position: number, data: Uint8Array): Promise<void> {
    const startedMs = this.#clock.nowMs();
    await this.#file.write(position, data);
    this.#figures.writes?.observe(this.#secondsSince(startedMs));
    this.#figures.wrote?.(data.length);
  }

  async datasync(): Promise<void> {
    const startedMs = this.#clock.nowMs();
    await this.#file.datasync();
    this.#figures.syncs?.observe(this.#secondsSince(startedMs));
  }

  size(): Promise<number> {
    return this.#file.size();
  }

  read(position: number, into: Uint8Array): Promise<number> {
    return this.#file.read(position, into);
  }

  truncate(size: number): Promise<void> {
    return this.#file.truncate(size);
  }

  async close(): Promise<void> {
    await this.#file.close();
    this.#figures.saves?.observe(this.#secondsSince(this.#openedMs));
  }
}

/** Times the backend's commits and defragmentations, and counts its views, from now on. */
export function measureBackend(backend: Pick<Backend, 'commit' | 'defragment' | 'view'>, clock: Clock, figures: DiskFigures): void {
  const { commit, defragment, view } = { commit: backend.commit.bind(backend), defragment: backend.defragment.bind(backend), view: backend.view.bind(backend) };
  backend.commit = async (ops) => {
    const startedMs = clock.nowMs();
    await commit(ops);
    figures.backendCommits.observe((clock.nowMs() - startedMs) / 1000);
  };
  backend.defragment = async () => {
    const startedMs = clock.nowMs();
    figures.defragmenting++;
    try {
      await defragment();
      figures.defragmentations.observe((clock.nowMs() - startedMs) / 1000);
    } finally {
      figures.defragmenting--;
    }
  };
  backend.view = () => {
    const opened = view();
    let open = true;
    figures.openViews++;
    return {
      get: (table, key) => opened.get(table, key),
      scan: (table, start, end) => opened.scan(table, start, end),
      walk: (table) => opened.walk(table),
      close() {
        if (open) figures.openViews--;
        open = false;
        opened.close();
      },
    };
  };
}
