import { exponentialBounds, Histogram } from '../base/histogram.ts';
import type { Backend } from '../mvcc/backend.ts';
import type { Clock } from '../ports/clock.ts';
import type { Disk, DiskFile } from '../ports/disk.ts';

/** Durations in seconds, with the bounds of etcd's metrics. */
export class DiskFigures {
  readonly walSyncs = new Histogram(exponentialBounds(0.001, 2, 14));
  readonly walWrites = new Histogram(exponentialBounds(0.001, 2, 14));
  readonly backendCommits = new Histogram(exponentialBounds(0.001, 2, 14));
  walBytes = 0;
}

/** The disk with a watch on the log's files. */
export function measuredDisk(disk: Disk, clock: Clock, figures: DiskFigures): Disk {
  return {
    ...disk,
    async open(path, options) {
      const file = await disk.open(path, options);
      return /\.wal(\.tmp)?$/.test(path) ? new MeasuredFile(file, clock, figures) : file;
    },
  };
}

class MeasuredFile implements DiskFile {
  readonly path: string;
  readonly #file: DiskFile;
  readonly #clock: Clock;
  readonly #figures: DiskFigures;

  constructor(file: DiskFile, clock: Clock, figures: DiskFigures) {
    this.path = file.path;
    this.#file = file;
    this.#clock = clock;
    this.#figures = figures;
  }

  async write(position: number, data: Uint8Array): Promise<void> {
    const startedMs = this.#clock.nowMs();
    await this.#file.write(position, data);
    this.#figures.walWrites.observe((this.#clock.nowMs() - startedMs) / 1000);
    this.#figures.walBytes += data.length;
  }

  async datasync(): Promise<void> {
    const startedMs = this.#clock.nowMs();
    await this.#file.datasync();
    this.#figures.walSyncs.observe((this.#clock.nowMs() - startedMs) / 1000);
  }

  size(): Promise<number> {
    return this.#file.size();
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return this.#file.read(position, length);
  }

  truncate(size: number): Promise<void> {
    return this.#file.truncate(size);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Times the backend's commits from now on. */
export function measureCommits(backend: Pick<Backend, 'commit'>, clock: Clock, figures: DiskFigures): void {
  const commit = backend.commit.bind(backend);
  backend.commit = async (ops) => {
    const startedMs = clock.nowMs();
    await commit(ops);
    figures.backendCommits.observe((clock.nowMs() - startedMs) / 1000);
  };
}
