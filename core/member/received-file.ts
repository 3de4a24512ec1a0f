import type { DiskFile } from '../ports/disk.ts';

/** Chunks come in the sizes of the network; each write and its answer cost the same, however long it is. */
const writeBytes = 1 << 20;
/** After so many bytes a sync is begun beside the writing, so that the last one finds little left to do. */
const syncBytes = 32 << 20;

/** Writes what comes to the front of an empty file; it is durable when this resolves. Rejects with what the body or the disk fails with. */
export async function writeReceived(file: DiskFile, body: AsyncIterable<Uint8Array>): Promise<void> {
  const writer = new ReceivedFile(file);
  try {
    for await (const chunk of body) await writer.add(chunk);
    await writer.end();
  } finally {
    await writer.settled();
  }
}

/** One buffer is written while the other is filled. */
class ReceivedFile {
  readonly #file: DiskFile;
  #filling = new Uint8Array(writeBytes);
  #writing = new Uint8Array(writeBytes);
  #filled = 0;
  #position = 0;
  #write: Promise<void> = Promise.resolve();
  /** The last sync, and up to where it was asked for. */
  #sync: Promise<void> = Promise.resolve();
  #syncing = false;
  #synced = 0;

  constructor(file: DiskFile) {
    this.#file = file;
  }

  async add(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + writeBytes - this.#filled);
      this.#filling.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === writeBytes) await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    await this.#write;
    if (!this.#syncing && this.#position - this.#synced >= syncBytes) {
      // A sync that failed may be the only one that is told of it.
      await this.#sync;
      this.#beginSync();
    }
    const data = this.#filling.subarray(0, this.#filled);
    [this.#filling, this.#writing] = [this.#writing, this.#filling];
    this.#filled = 0;
    this.#write = this.#file.write(this.#position, data);
    this.#position += data.length;
    this.#write.catch(() => {});
  }

  #beginSync(): void {
    this.#syncing = true;
    this.#synced = this.#position;
    this.#sync = this.#file.datasync().finally(() => {
      this.#syncing = false;
    });
    this.#sync.catch(() => {});
  }

  async end(): Promise<void> {
    await this.#flush();
    await this.#write;
    await this.#sync;
    await this.#file.datasync();
  }

  /** Nothing is under way on the file any more, whatever came of it. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#write, this.#sync]);
  }
}
