import type { ReadAt } from './source.ts';

/** Read at once, and once more ahead of whoever uses it, where a file is read front to back. */
const windowBytes = 1 << 20;

/**
 * Reads in large pieces, and the next one in advance, for as long as each request begins where the last piece ended;
 * requests elsewhere are answered by reads of their own.
 */
export function readingAhead(read: (position: number, length: number) => Promise<Uint8Array>, size: number): ReadAt {
  let from = 0;
  let window: Uint8Array = new Uint8Array(0);
  let ahead: Promise<Uint8Array> | undefined;
  /** Where the last request elsewhere ended: who goes on from there reads front to back too. */
  let elsewhere = 0;

  const move = async (position: number, length: number): Promise<Uint8Array> => {
    const inAdvance = position === from + window.length ? ahead : undefined;
    ahead = undefined;
    const loaded = await (inAdvance ?? read(position, windowBytes));
    from = position;
    window = loaded;
    const next = from + window.length;
    if (window.length === windowBytes && next < size) {
      ahead = read(next, windowBytes);
      // Whoever comes there learns of its failure; perhaps nobody does.
      ahead.catch(() => {});
    }
    return loaded.subarray(0, length);
  };

  return (position, length) => {
    if (position >= from && position + length <= from + window.length) return window.subarray(position - from, position - from + length);
    if (length <= windowBytes && (position === from + window.length || position === elsewhere)) return move(position, length);
    elsewhere = position + length;
    return read(position, length);
  };
}
