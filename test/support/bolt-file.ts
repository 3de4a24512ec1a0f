import { concatBytes } from '../../core/base/bytes.ts';
import { openBolt, type BoltFile } from '../../core/bolt/read.ts';
import type { ReadInto, SourceSizes } from '../../core/bolt/source.ts';
import { layoutBoltInSteps, type BoltBucket, type BoltLayout, type BoltOptions } from '../../core/bolt/write.ts';

/** Plans a database file without letting other work in. */
export function layoutBolt(buckets: readonly BoltBucket[], options: BoltOptions = {}): BoltLayout {
  const steps = layoutBoltInSteps(buckets, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** A file that lies in memory, as one on a disk is read. */
export const readingBytes = (file: Uint8Array): ReadInto => (position, into) => {
  const bytes = file.subarray(position, position + into.length);
  into.set(bytes);
  return bytes.length;
};

/** Opens a database file that lies in memory. */
export const openBytes = (file: Uint8Array, sizes?: SourceSizes): Promise<BoltFile> => openBolt(readingBytes(file), file.length, sizes);

/** All pieces behind one another, each taken before the next is asked for. */
export function gathered(pieces: Iterable<Uint8Array>): Uint8Array {
  return concatBytes(Array.from(pieces, (piece) => piece.slice()));
}
