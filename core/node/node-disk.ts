import { constants, type Stats } from 'node:fs';
import { access, mkdir, open, readdir, readFile, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { dirname } from 'node:path';
import { diskFailure } from './disk-failure.ts';
import { DiskError, type Disk, type DiskFile, type DiskLock } from '../ports/disk.ts';

async function naming<T>(path: string, what: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw diskFailure(path, what, error);
  }
}

/** Fills `into` from `position` on, as far as the file goes; resolves with the bytes that there were. */
export async function readFully(handle: FileHandle, position: number, into: Uint8Array): Promise<number> {
  let done = 0;
  while (done < into.length) {
    const { bytesRead } = await handle.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}

class NodeFile implements DiskFile {
  readonly path: string;
  readonly #handle: FileHandle;

  constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  async size(): Promise<number> {
    return naming(this.path, 'stat', async () => ((await this.#handle.stat()) as Stats).size);
  }

  read(position: number, into: Uint8Array): Promise<number> {
    return naming(this.path, 'read', () => readFully(this.#handle, position, into));
  }

  async write(position: number, data: Uint8Array): Promise<void> {
    await naming(this.path, 'write to', async () => {
      let done = 0;
      while (done < data.length) {
        const { bytesWritten } = await this.#handle.write(data, done, data.length - done, position + done);
        done += bytesWritten;
      }
    });
  }

  async truncate(size: number): Promise<void> {
    await naming(this.path, 'truncate', () => this.#handle.truncate(size));
  }

  async datasync(): Promise<void> {
    await naming(this.path, 'sync', () => this.#handle.datasync());
  }

  async close(): Promise<void> {
    await naming(this.path, 'close', () => this.#handle.close());
  }
}

/**
 * Makes a folder and its missing parents, durably. Node's own way tries for ever where a parent exists and takes no folders, as in
 * /proc, in a thread that no signal ends.
 */
async function makeFolder(path: string, withParents = true): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
    await nodeDisk.syncDir(dirname(path));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path || !withParents) throw error;
    await makeFolder(parent);
    await makeFolder(path, false);
  }
}

/** The disk of this machine. */
export const nodeDisk: Disk = {
  async mkdir(path) {
    await naming(path, 'create the folder', () => makeFolder(path));
  },
  async list(path) {
    return naming(path, 'list', async () => (await readdir(path)).sort());
  },
  async exists(path) {
    return access(path, constants.F_OK).then(
      () => true,
      () => false,
    );
  },
  async readFile(path) {
    return naming(path, 'read', () => readFile(path));
  },
  async open(path, options) {
    return naming(path, options?.create ? 'create' : 'open', async () => new NodeFile(path, await open(path, options?.create ? 'wx+' : 'r+', 0o600)));
  },
  async rename(from, to) {
    await naming(to, `rename ${from} to`, () => rename(from, to));
  },
  async remove(path) {
    await naming(path, 'remove', () => rm(path, { recursive: true }));
  },
  async syncDir(path) {
    // Windows has no way to sync a folder, and its file systems journal names.
    if (process.platform === 'win32') return;
    await naming(path, 'sync the folder', async () => {
      const handle = await open(path, 'r');
      await handle.sync().finally(() => handle.close());
    });
  },
  lock: (path) => lockFolder(path),
};

/**
 * The lock is a local socket named after the folder's device and inode, so that links and mounts of one folder share it.
 * The system takes it away with the process, however that ends, and a second listener, in this process, one of its
 * threads or another process, is refused. On Linux it is an abstract socket, which leaves no file; such names are those of
 * one network namespace: containers that share a folder but no network do not see each other's lock.
 */
async function lockFolder(path: string): Promise<DiskLock> {
  const { dev, ino } = await naming(path, 'lock', () => stat(path, { bigint: true }));
  const server = createServer((socket) => socket.destroy());
  const address = lockAddress(process.platform, `${dev.toString(16)}-${ino.toString(16)}`, await naming(path, 'lock', () => realpath(path)));
  await listenLocal(server, address, path);
  server.unref();
  return { release: () => new Promise((done) => server.close(() => done())) };
}

/** What macOS takes for the path of a socket, bytes. Source: `sys/un.h`, less the closing zero. */
const longestSocketPath = 103;

/** `folder` without links in it, so that each folder has one address; where that is too long for a socket beside the data, one below /tmp is. */
export function lockAddress(platform: NodeJS.Platform, name: string, folder: string): string {
  if (platform === 'linux') return `\0quorate-${name}`;
  if (platform === 'win32') return `\\\\.\\pipe\\quorate-${name}`;
  const beside = `${folder}/.lock.sock`;
  return Buffer.byteLength(beside) <= longestSocketPath ? beside : `/tmp/quorate-${name}.sock`;
}

async function listenLocal(server: Server, address: string, path: string): Promise<void> {
  const attempt = (): Promise<void> =>
    new Promise((done, fail) => {
      server.once('error', fail);
      server.listen(address, () => {
        server.off('error', fail);
        done();
      });
    });
  try {
    await attempt();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EADDRINUSE') throw new DiskError(code ?? 'EUNKNOWN', path, `cannot lock ${path}: ${String(error)}`);
    // Where the lock is a file, one that nobody answers on is left over from a crash.
    if (process.platform !== 'darwin' || (await answers(address))) throw locked(path);
    await rm(address, { force: true });
    await attempt().catch(() => {
      throw locked(path);
    });
  }
}

function locked(path: string): DiskError {
  return new DiskError('ELOCKED', path, `${path} is in use by another member: stop that one first, or choose another data folder`);
}

async function answers(address: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}
