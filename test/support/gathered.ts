import { concatBytes } from '../../core/base/bytes.ts';

/** All pieces behind one another, each taken before the next is asked for. */
export function gathered(pieces: Iterable<Uint8Array>): Uint8Array {
  return concatBytes(Array.from(pieces, (piece) => piece.slice()));
}
