import type { DiskFile } from '../ports/disk.ts';

/** Chunks come in the sizes of the network; each write and its answer cost the same, however long it is. */
const defaultPieceBytes = 1 << 20;
/** After so many bytes a sync is begun beside the writing, so that the last one finds little left to do. */
const syncBytes = 32 << 20;
/** Pieces at hand for who reads beside the writing; what lies before them is read from the file again. */
const keptPieces = 8;

/** A file that is written front to back as its bytes come, and may be read meanwhile: who asks for what has not come yet waits. */
export class ReceivedFile {
  readonly #file: DiskFile;
  readonly #pieceBytes: number;
  #filling: Uint8Array;
  #filled = 0;
  /** Of the pieces that have come whole. */
  #position = 0;
  #whole = false;
  /** The newest pieces by their number, the oldest first: what is read of them is copied, for they are filled again. */
  readonly #pieces = new Map<number, Uint8Array>();
  readonly #awaiting: (() => void)[] = [];
  #unreadable: { error: unknown } | undefined;
  #write: Promise<void> = Promise.resolve();
  /** The last sync, and up to where it was asked for. */
  #sync: Promise<void> = Promise.resolve();
  #syncing = false;
  #synced = 0;

  /** The file is empty. */
  constructor(file: DiskFile, pieceBytes = defaultPieceBytes) {
    this.#file = file;
    this.#pieceBytes = pieceBytes;
    this.#filling = new Uint8Array(pieceBytes);
  }

  /** All of it is durable when this resolves. Rejects with what the body or the disk fails with, when nothing is under way any more. */
  async write(body: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const chunk of body) await this.#add(chunk);
      await this.#end();
    } catch (error) {
      this.stopReading(error);
      throw error;
    } finally {
      await Promise.allSettled([this.#write, this.#sync]);
    }
  }

  async #add(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + this.#pieceBytes - this.#filled);
      this.#filling.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === this.#pieceBytes) await this.#flush();
    }
  }

  /** One piece is written while the next is filled. */
  async #flush(): Promise<void> {
    await this.#write;
    if (!this.#syncing && this.#position - this.#synced >= syncBytes) {
      // A sync that failed may be the only one that is told of it.
      await this.#sync;
      this.#beginSync();
    }
    const data = this.#filling.subarray(0, this.#filled);
    this.#write = this.#file.write(this.#position, data);
    this.#write.catch(() => {});
    this.#filling = this.#free();
    this.#filled = 0;
    this.#pieces.set(Math.floor(this.#position / this.#pieceBytes), data);
    this.#position += data.length;
    this.#wake();
  }

  /** A piece to fill: the oldest that was kept, where there are enough. Only the newest write is under way, and its piece is not among them yet. */
  #free(): Uint8Array {
    const most = this.#unreadable ? 1 : keptPieces;
    if (this.#pieces.size < most) return new Uint8Array(this.#pieceBytes);
    const [number, oldest] = this.#pieces.entries().next().value!;
    this.#pieces.delete(number);
    return new Uint8Array(oldest.buffer);
  }

  #beginSync(): void {
    this.#syncing = true;
    this.#synced = this.#position;
    this.#sync = this.#file.datasync().finally(() => {
      this.#syncing = false;
    });
    this.#sync.catch(() => {});
  }

  async #end(): Promise<void> {
    await this.#flush();
    this.#whole = true;
    this.#wake();
    await this.#write;
    await this.#sync;
    await this.#file.datasync();
  }

  // --- reading

  /** As of a file that is there whole: fills `into`, and tells how many bytes there were, fewer than asked for only where it ends. */
  read(position: number, into: Uint8Array): number | Promise<number> {
    return this.#copy(position, into) ? into.length : this.#later(position, into);
  }

  /** From now on reads fail, also those that wait. */
  stopReading(error: unknown): void {
    this.#unreadable ??= { error };
    this.#pieces.clear();
    this.#wake();
  }

  /** False: not all of it is kept. */
  #copy(position: number, into: Uint8Array): boolean {
    let number = Math.floor(position / this.#pieceBytes);
    let from = position - number * this.#pieceBytes;
    for (let filled = 0; filled < into.length; from = 0) {
      const part = this.#pieces.get(number++)?.subarray(from, from + into.length - filled);
      if (!part || part.length === 0) return false;
      into.set(part, filled);
      filled += part.length;
    }
    return true;
  }

  async #later(position: number, into: Uint8Array): Promise<number> {
    const end = position + into.length;
    while (!this.#unreadable && !this.#whole && this.#position < end) await new Promise<void>((resolve) => this.#awaiting.push(resolve));
    if (this.#unreadable) throw this.#unreadable.error;
    if (this.#copy(position, into)) return into.length;
    await this.#write;
    return this.#file.read(position, into);
  }

  #wake(): void {
    for (const resume of this.#awaiting.splice(0)) resume();
  }
}
