import { writeSync } from 'node:fs';
import type { Backend, BackendOp, BackendReplacement } from '../../core/mvcc/backend.ts';
import { diskFailure } from '../../core/node/disk-failure.ts';
import type { Disk, DiskFile } from '../../core/ports/disk.ts';

const sectorBytes = 512;

/** What happens at the chosen edge: the process is killed, or the operation and all after it fail. */
export type EdgeMode = 'kill' | 'EIO';

/** Counts the moments before and after each operation that changes the disk, and strikes at one of them. */
export class Edges {
  readonly #at: number;
  readonly #mode: EdgeMode;
  count = 0;

  constructor(at: number, mode: EdgeMode) {
    this.#at = at;
    this.#mode = mode;
  }

  async around<T>(what: string, path: string, run: () => Promise<T>): Promise<T> {
    this.#reach(`before ${what} ${path}`, path, what);
    const result = await run();
    this.#reach(`after ${what} ${path}`, path, what);
    return result;
  }

  #reach(edge: string, path: string, what: string): void {
    this.count++;
    if (this.count < this.#at) return;
    if (this.count === this.#at) writeSync(2, `edge ${this.count}: ${edge}\n`);
    if (this.#mode === 'EIO') throw diskFailure(path, what, { code: 'EIO' });
    process.kill(process.pid, 'SIGKILL');
    // Nothing more of this process may reach the disk.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
}

export function diskWithEdges(disk: Disk, edges: Edges): Disk {
  return {
    ...disk,
    mkdir: (path) => edges.around('create the folder', path, () => disk.mkdir(path)),
    open: async (path, options) => new EdgedFile(options?.create ? await edges.around('create', path, () => disk.open(path, options)) : await disk.open(path, options), edges),
    rename: (from, to) => edges.around('rename to', to, () => disk.rename(from, to)),
    remove: (path) => edges.around('remove', path, () => disk.remove(path)),
    syncDir: (path) => edges.around('sync the folder', path, () => disk.syncDir(path)),
  };
}

class EdgedFile implements DiskFile {
  readonly path: string;
  readonly #file: DiskFile;
  readonly #edges: Edges;

  constructor(file: DiskFile, edges: Edges) {
    this.path = file.path;
    this.#file = file;
    this.#edges = edges;
  }

  size(): Promise<number> {
    return this.#file.size();
  }

  read(position: number, into: Uint8Array): Promise<number> {
    return this.#file.read(position, into);
  }

  /** With edges in its middle, where half of it is there: up to the end of a sector, which is written whole or not at all. */
  async write(position: number, data: Uint8Array): Promise<void> {
    const middle = Math.round((position + data.length / 2) / sectorBytes) * sectorBytes - position;
    const parts = middle > 0 && middle < data.length ? [data.subarray(0, middle), data.subarray(middle)] : [data];
    let at = position;
    for (const part of parts) {
      await this.#edges.around('write to', this.path, () => this.#file.write(at, part));
      at += part.length;
    }
  }

  truncate(size: number): Promise<void> {
    return this.#edges.around('truncate', this.path, () => this.#file.truncate(size));
  }

  datasync(): Promise<void> {
    return this.#edges.around('sync', this.path, () => this.#file.datasync());
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** LMDB's own writes are not seen one by one: the edges are around its commits and changes of files. */
export function backendWithEdges(backend: Backend, path: string, edges: Edges): Backend {
  const replacementWithEdges = (replacement: BackendReplacement): BackendReplacement => ({
    commit: (ops) => edges.around('commit to a replacement of', path, () => replacement.commit(ops)),
    finish: (swapped) => edges.around('replace', path, () => replacement.finish(swapped)),
    abandon: () => replacement.abandon(),
  });
  return {
    get: (table, key) => backend.get(table, key),
    scan: (table, start, end) => backend.scan(table, start, end),
    visit: (...args) => backend.visit(...args),
    view: () => backend.view(),
    commit: (ops: readonly BackendOp[]) => edges.around('commit to', path, () => backend.commit(ops)),
    replace: async () => replacementWithEdges(await backend.replace()),
    defragment: () => edges.around('defragment', path, () => backend.defragment()),
    get totalBytes() {
      return backend.totalBytes;
    },
    get inUseBytes() {
      return backend.inUseBytes;
    },
    close: () => backend.close(),
  };
}
