import { exponentialBounds, Histogram } from './histogram.ts';

/** Counts of large things that are sent or taken: how many are under way, how they ended, and the seconds of those that were whole. */
export class Transfers {
  inFlight = 0;
  succeeded = 0;
  failed = 0;
  /** Source of the bounds: etcd `rafthttp/metrics.go`. */
  readonly seconds = new Histogram(exponentialBounds(0.1, 2, 10));

  /** Counts one from now on until `done` settles, and settles as it does. */
  async count<T>(nowMs: () => number, done: Promise<T>): Promise<T> {
    const startMs = nowMs();
    this.inFlight++;
    try {
      const result = await done;
      this.succeeded++;
      this.seconds.observe((nowMs() - startMs) / 1000);
      return result;
    } catch (error) {
      this.failed++;
      throw error;
    } finally {
      this.inFlight--;
    }
  }
}
