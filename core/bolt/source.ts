/** Fills `into` with the file's bytes from a position on, and tells how many there were: fewer than asked for only where the file ends. */
export type ReadInto = (position: number, into: Uint8Array) => number | Promise<number>;

export interface SourceSizes {
  blockBytes: number;
  /** How many blocks are kept. */
  blocks: number;
}

export const defaultSizes: SourceSizes = { blockBytes: 128 * 1024, blocks: 16 };
/** Up to so many bytes that do not lie in one block go into a buffer that is used again. */
const maxSpanBytes = 4 << 20;

/**
 * Reads in blocks and keeps the last few: leaves lie mostly behind one another, and branches are asked for again. Their buffers
 * are used again, for garbage outside of the heap costs more than the reading: what was given out is good until more is asked for.
 */
export class BlockSource {
  readonly #read: ReadInto;
  readonly #size: number;
  readonly #sizes: SourceSizes;
  /** The oldest first; the last of the file is shorter than its buffer. */
  readonly #blocks = new Map<number, Uint8Array>();
  #span = new Uint8Array(0);

  constructor(read: ReadInto, size: number, sizes: SourceSizes) {
    this.#read = read;
    this.#size = size;
    this.#sizes = sizes;
  }

  /** Exactly these bytes, in the same turn where they are at hand; undefined: the file ends before. */
  bytes(position: number, length: number): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (position + length > this.#size) return undefined;
    const { blockBytes } = this.#sizes;
    const number = Math.floor(position / blockBytes);
    const from = position - number * blockBytes;
    if (from + length > blockBytes) return this.#spanning(position, length);
    const block = this.#blocks.get(number);
    return block ? slice(block, from, length) : this.#load(number).then((loaded) => slice(loaded, from, length));
  }

  async #load(number: number): Promise<Uint8Array> {
    const { blockBytes, blocks } = this.#sizes;
    const buffer = this.#blocks.size < blocks ? new Uint8Array(blockBytes) : new Uint8Array(this.#takeOldest().buffer);
    const position = number * blockBytes;
    const wanted = buffer.subarray(0, Math.min(blockBytes, this.#size - position));
    const block = wanted.subarray(0, await this.#read(position, wanted));
    this.#blocks.set(number, block);
    return block;
  }

  #takeOldest(): Uint8Array {
    const [number, block] = this.#blocks.entries().next().value!;
    this.#blocks.delete(number);
    return block;
  }

  /** What does not lie in one block is read for itself. */
  async #spanning(position: number, length: number): Promise<Uint8Array | undefined> {
    let buffer = this.#span;
    if (buffer.length < length) {
      buffer = new Uint8Array(length);
      if (length <= maxSpanBytes) this.#span = buffer;
    }
    const wanted = buffer.subarray(0, length);
    return (await this.#read(position, wanted)) === length ? wanted : undefined;
  }
}

function slice(bytes: Uint8Array, from: number, length: number): Uint8Array | undefined {
  return from + length > bytes.length ? undefined : bytes.subarray(from, from + length);
}
