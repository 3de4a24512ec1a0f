import { exponentialBounds, Histogram } from '../base/histogram.ts';

/** What compactions cost since the start; milliseconds. Source of the bounds: etcd `server/storage/mvcc/metrics.go`. */
export class CompactionFigures {
  /** Turns of the event loop that go through the index. */
  readonly indexPauses = new Histogram(exponentialBounds(0.5, 2, 14));
  /** Commits that delete rows. */
  readonly batches = new Histogram(exponentialBounds(1, 2, 13));
  /** Whole compactions. */
  readonly totals = new Histogram(exponentialBounds(100, 2, 14));
  /** Rows that were deleted. */
  rows = 0;
  /** When the last one ended, Unix seconds; 0: there was none. */
  lastSeconds = 0;
}
