import type { DiskFile } from '../ports/disk.ts';

/** Chunks come in the sizes of the network; each write and its answer cost the same, however long it is. */
const defaultPieceBytes = 1 << 20;
/** After so many bytes a sync is begun beside the writing, so that the last one finds little left to do. */
const syncBytes = 32 << 20;
/** Pieces at hand for who reads beside the writing; what is behind them is read from the file again. */
const keptPieces = 8;

/** A file that is written front to back as its bytes come, and may be read meanwhile: who asks for what has not come yet waits. */
export class ReceivedFile {
  readonly #file: DiskFile;
  readonly #pieceBytes: number;
  #filling: Uint8Array;
  #filled = 0;
  /** One to fill again, which nobody reads. */
  #spare: Uint8Array | undefined;
  /** Of the pieces that have come whole. */
  #position = 0;
  #whole = false;
  /** The newest pieces, and the newest that were read again, by their number. They are not written to any more. */
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
    const piece = this.#filling;
    const data = piece.subarray(0, this.#filled);
    this.#filling = this.#spare ?? new Uint8Array(this.#pieceBytes);
    this.#spare = this.#unreadable ? piece : undefined;
    this.#filled = 0;
    this.#write = this.#file.write(this.#position, data);
    this.#write.catch(() => {});
    this.#keep(Math.floor(this.#position / this.#pieceBytes), data);
    this.#position += data.length;
    this.#wake();
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

  /** As of a file that is there whole: fewer bytes than asked for are there only where it ends. */
  read(position: number, length: number): Uint8Array | Promise<Uint8Array> {
    const number = Math.floor(position / this.#pieceBytes);
    const from = position - number * this.#pieceBytes;
    const piece = this.#unreadable ? undefined : this.#pieces.get(number);
    return piece && from + length <= piece.length ? piece.subarray(from, from + length) : this.#gather(number, from, length);
  }

  /** From now on reads fail, also those that wait. */
  stopReading(error: unknown): void {
    this.#unreadable ??= { error };
    this.#pieces.clear();
    this.#wake();
  }

  async #gather(number: number, from: number, length: number): Promise<Uint8Array> {
    const first = (await this.#piece(number)).subarray(from, from + length);
    if (first.length === length || from + length <= this.#pieceBytes) return first;
    const out = new Uint8Array(length);
    out.set(first);
    let filled = first.length;
    for (let next = number + 1; filled < length; next++) {
      const part = (await this.#piece(next)).subarray(0, length - filled);
      if (part.length === 0) break;
      out.set(part, filled);
      filled += part.length;
    }
    return out.subarray(0, filled);
  }

  async #piece(number: number): Promise<Uint8Array> {
    const end = (number + 1) * this.#pieceBytes;
    while (!this.#unreadable && !this.#whole && this.#position < end) await new Promise<void>((resolve) => this.#awaiting.push(resolve));
    if (this.#unreadable) throw this.#unreadable.error;
    const kept = this.#pieces.get(number);
    if (kept) return kept;
    await this.#write;
    const loaded = await this.#file.read(number * this.#pieceBytes, this.#pieceBytes);
    if (!this.#unreadable) this.#keep(number, loaded);
    return loaded;
  }

  #keep(number: number, piece: Uint8Array): void {
    if (this.#unreadable) return;
    if (this.#pieces.size >= keptPieces) this.#pieces.delete(this.#pieces.keys().next().value!);
    this.#pieces.set(number, piece);
  }

  #wake(): void {
    for (const resume of this.#awaiting.splice(0)) resume();
  }
}
