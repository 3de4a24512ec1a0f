import type { ReadInto } from './source.ts';

/** Read at once, and once more ahead of whoever uses it, where a file is read front to back. */
const windowBytes = 1 << 20;

/** A piece of the file in a buffer that is used again and again. */
class Window {
  readonly #buffer: Uint8Array;
  from = 0;
  length = 0;

  constructor(bytes: number) {
    this.#buffer = new Uint8Array(bytes);
  }

  get end(): number {
    return this.from + this.length;
  }

  async load(read: (position: number, into: Uint8Array) => Promise<number>, position: number): Promise<void> {
    this.length = 0;
    this.from = position;
    this.length = await read(position, this.#buffer);
  }

  /** From a position within it; fewer bytes than there is room for where it ends. */
  copy(position: number, into: Uint8Array): number {
    const from = position - this.from;
    const bytes = this.#buffer.subarray(from, Math.min(this.length, from + into.length));
    into.set(bytes);
    return bytes.length;
  }
}

/**
 * Reads in large pieces, and the next one in advance, for as long as each request begins where the last piece ended;
 * requests elsewhere are answered by reads of their own. One request at a time.
 */
export function readingAhead(read: (position: number, into: Uint8Array) => Promise<number>, size: number): ReadInto {
  const bytes = Math.min(windowBytes, size);
  let window = new Window(bytes);
  let next = new Window(bytes);
  let ahead: Promise<void> | undefined;
  /** Where the last request elsewhere ended: who goes on from there reads front to back too. */
  let elsewhere = 0;

  const move = async (position: number, into: Uint8Array): Promise<number> => {
    const loading = ahead;
    ahead = undefined;
    if (loading && next.from === position) await loading;
    else {
      // Its buffer is written to until then.
      await loading?.catch(() => {});
      await next.load(read, position);
    }
    [window, next] = [next, window];
    if (window.length === windowBytes && window.end < size) {
      ahead = next.load(read, window.end);
      // Whoever comes there learns of its failure; perhaps nobody does.
      ahead.catch(() => {});
    }
    return window.copy(position, into);
  };

  return (position, into) => {
    const end = position + into.length;
    if (position >= window.from && end <= window.end) return window.copy(position, into);
    if (into.length <= windowBytes && (position === window.end || position === elsewhere)) return move(position, into);
    elsewhere = end;
    return read(position, into);
  };
}
