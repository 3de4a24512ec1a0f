/** Bytes of the file from a position on; fewer than asked for only where the file ends. */
export type ReadAt = (position: number, length: number) => Uint8Array | Promise<Uint8Array>;

const blockBytes = 128 * 1024;
const keptBlocks = 16;

/** Reads in blocks and keeps the last few: leaves lie mostly behind one another, and branches are asked for again. */
export class BlockSource {
  readonly #read: ReadAt;
  readonly #size: number;
  readonly #blocks = new Map<number, Uint8Array>();

  constructor(read: ReadAt, size: number) {
    this.#read = read;
    this.#size = size;
  }

  /** Exactly these bytes, in the same turn where they are at hand; undefined: the file ends before. */
  bytes(position: number, length: number): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (position + length > this.#size) return undefined;
    const number = Math.floor(position / blockBytes);
    const from = position - number * blockBytes;
    if (from + length > blockBytes) return this.#spanning(position, length);
    const block = this.#blocks.get(number);
    return block ? slice(block, from, length) : this.#load(number).then((loaded) => slice(loaded, from, length));
  }

  async #load(number: number): Promise<Uint8Array> {
    const position = number * blockBytes;
    const block = await this.#read(position, Math.min(blockBytes, this.#size - position));
    if (this.#blocks.size >= keptBlocks) this.#blocks.delete(this.#blocks.keys().next().value!);
    this.#blocks.set(number, block);
    return block;
  }

  /** What does not lie in one block is read for itself. */
  async #spanning(position: number, length: number): Promise<Uint8Array | undefined> {
    return slice(await this.#read(position, length), 0, length);
  }
}

function slice(bytes: Uint8Array, from: number, length: number): Uint8Array | undefined {
  return from + length > bytes.length ? undefined : bytes.subarray(from, from + length);
}
