import { createHash } from 'node:crypto';
import { access, open, rm, type FileHandle } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';
import type { EtcdClient } from '../client/etcd-client.ts';
import { DeskError } from '../contract/desk-api.ts';
import type { SnapshotProgress } from '../contract/types.ts';
import { makeFolder, renameDurably } from '../fleet/files.ts';
import { DiskError } from '../ports/disk.ts';
import { MaintenanceService } from '../proto/gen/rpc.ts';

/** The SHA-256 that etcd appends to a snapshot. */
const hashBytes = 32;
/** Progress is told when this much more has come. */
const tellBytes = 1024 * 1024;

const exists = (path: string): Promise<boolean> => access(path).then(() => true, () => false);

/** Nothing is ever written over. */
async function checkPath(path: string): Promise<void> {
  if (!isAbsolute(path)) throw new DeskError('badInput', `${path} is not an absolute path: name the whole path of the file`);
  if (await exists(path)) throw new DeskError('badInput', `${path} exists already: choose another name, or remove it first`);
}

const isOfDisk = (error: unknown): boolean => error instanceof DiskError || typeof (error as NodeJS.ErrnoException).syscall === 'string';

/**
 * Saves a member's snapshot, as it comes, to a file that appears under its name when it is whole, checked and on disk.
 * The file is what `etcdctl snapshot save` writes: the database and its hash.
 */
export async function* saveSnapshot(client: EtcdClient, endpoint: number, path: string, signal: AbortSignal): AsyncGenerator<SnapshotProgress> {
  await checkPath(path);
  const part = `${path}.part`;
  const failed = (error: unknown): never => {
    throw isOfDisk(error) ? new DeskError('badInput', `${path} cannot be saved: ${(error as Error).message}`) : error;
  };
  await makeFolder(dirname(path)).catch(failed);
  const file = await open(part, 'wx', 0o600).catch(failed);
  try {
    const writer = new CheckedWriter(file);
    let told = -tellBytes;
    for await (const { blob, remainingBytes } of client.serverStream(endpoint, MaintenanceService.snapshot, {}, signal)) {
      await writer.write(blob);
      if (writer.bytes - told < tellBytes) continue;
      told = writer.bytes;
      yield { kind: 'progress', bytes: writer.bytes, totalBytes: writer.bytes + remainingBytes };
    }
    if (signal.aborted) return;
    if (!writer.verified()) throw new DeskError('etcd', `the snapshot of ${writer.bytes} bytes came damaged or cut off: its hash does not match. Nothing was saved; try again`);
    await file.sync();
    await checkPath(path);
    await renameDurably(part, path);
    yield { kind: 'saved', bytes: writer.bytes, path, download: undefined };
  } catch (error) {
    failed(error);
  } finally {
    await file.close();
    await rm(part, { force: true });
  }
}

/** Writes on, and hashes all but the last bytes: those must be the hash. */
class CheckedWriter {
  readonly #file: FileHandle;
  readonly #hash = createHash('sha256');
  #tail: Uint8Array = new Uint8Array(0);
  bytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(blob: Uint8Array): Promise<void> {
    await this.#file.writeFile(blob);
    this.bytes += blob.length;
    const joined = Buffer.concat([this.#tail, blob]);
    const hashed = Math.max(0, joined.length - hashBytes);
    this.#hash.update(joined.subarray(0, hashed));
    this.#tail = joined.subarray(hashed);
  }

  verified(): boolean {
    return this.#tail.length === hashBytes && this.bytes > hashBytes && this.#hash.digest().equals(this.#tail);
  }
}
