import { WireError } from '../proto/wire.ts';

/** Bytes as a socket brings them, taken in the pieces that a codec asks for. Nothing is copied that lies in one chunk. */
export class ByteQueue {
  readonly #chunks: Uint8Array[] = [];
  /** Bytes of the first chunk that are taken already. */
  #taken = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next bytes, or undefined while there are not as many. */
  take(bytes: number): Uint8Array | undefined {
    if (bytes > this.#length) return undefined;
    if (bytes === 0) return new Uint8Array(0);
    const first = this.#chunks[0]!;
    if (first.length - this.#taken >= bytes) {
      const piece = first.subarray(this.#taken, this.#taken + bytes);
      this.#skip(bytes);
      return piece;
    }
    const out = new Uint8Array(bytes);
    let at = 0;
    while (at < bytes) {
      const chunk = this.#chunks[0]!;
      const part = chunk.subarray(this.#taken, Math.min(chunk.length, this.#taken + bytes - at));
      out.set(part, at);
      at += part.length;
      this.#skip(part.length);
    }
    return out;
  }

  /** A big-endian u64 that must not be over `limit`. Throws WireError. */
  takeLength(what: string, limit: number): number | undefined {
    const piece = this.take(8);
    if (!piece) return undefined;
    const value = readU64(piece);
    if (value > limit) throw new WireError(`${what} of ${value} is over the limit of ${limit}`);
    return value;
  }

  #skip(bytes: number): void {
    this.#length -= bytes;
    this.#taken += bytes;
    if (this.#taken < this.#chunks[0]!.length) return;
    this.#chunks.shift();
    this.#taken = 0;
  }
}

/** Beyond 2^53 the nearest double: over every limit. */
export function readU64(bytes: Uint8Array, at = 0): number {
  let value = 0;
  for (let i = 0; i < 8; i++) value = value * 256 + bytes[at + i]!;
  return value;
}

export function writeU64(out: Uint8Array, at: number, value: number): void {
  for (let i = 7, rest = value; i >= 0; i--) {
    out[at + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}
