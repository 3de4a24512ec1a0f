import { exponentialBounds, Histogram } from '../../base/histogram.ts';

/** What work on a member's state as a whole costs, since the start; seconds. Source of the bounds: etcd's metrics. */
export class DatabaseFigures {
  readonly hashes = new Histogram(exponentialBounds(0.01, 2, 15));
  readonly hashesByRevision = new Histogram(exponentialBounds(0.01, 2, 15));
  /** From the plan of a database file to its last byte, or to when its reader left. */
  readonly exports = new Histogram(exponentialBounds(0.01, 2, 17));
  /** Received databases that take the store's place now: 0 or 1. */
  installing = 0;
}
