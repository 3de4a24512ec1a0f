import { concatBytes } from '../../core/base/bytes.ts';
import { layoutBoltInSteps, type BoltBucket, type BoltLayout, type BoltOptions } from '../../core/bolt/write.ts';

/** Plans a database file without letting other work in. */
export function layoutBolt(buckets: readonly BoltBucket[], options: BoltOptions = {}): BoltLayout {
  const steps = layoutBoltInSteps(buckets, options);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** All pieces behind one another, each taken before the next is asked for. */
export function gathered(pieces: Iterable<Uint8Array>): Uint8Array {
  return concatBytes(Array.from(pieces, (piece) => piece.slice()));
}
