/** Counts of observations by size: what a Prometheus histogram is made of. Observing costs a few comparisons and no memory. */
export class Histogram {
  /** Upper bounds, ascending; above the last there is +Inf. */
  readonly bounds: readonly number[];
  /** Observations in each bucket, not cumulated; one more than there are bounds. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  get count(): number {
    return this.counts.reduce((total, count) => total + count, 0);
  }

  observe(value: number): void {
    const { bounds } = this;
    let i = 0;
    while (i < bounds.length && value > bounds[i]!) i++;
    this.counts[i]!++;
    this.sum += value;
  }
}

/** `count` bounds, the first `start`, each `factor` times the one before. */
export function exponentialBounds(start: number, factor: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start * factor ** i);
}
