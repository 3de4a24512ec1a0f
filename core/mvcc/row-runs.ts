import type { KeyRevision } from './types.ts';

/** Rows in ascending order; `subs` holds the sub revision × 2, plus 1 for a tombstone. */
interface Run {
  mains: Float64Array;
  subs: Float64Array;
  at: number;
}

const isBefore = (a: Run, b: Run): boolean => {
  const difference = a.mains[a.at]! - b.mains[b.at]!;
  return difference < 0 || (difference === 0 && a.subs[a.at]! < b.subs[b.at]!);
};

/**
 * Rows that come in small lots in any order and go out in order of revision, 16 bytes a row in between. No call takes longer
 * than its own lot asks for: each is sorted as it comes, and the sorted lots are merged as they go.
 */
export class RowRuns {
  /** A heap by the next row of each run. */
  readonly #runs: Run[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(rows: KeyRevision[]): void {
    if (rows.length === 0) return;
    rows.sort((a, b) => a.main - b.main || a.sub - b.sub);
    const run: Run = { mains: new Float64Array(rows.length), subs: new Float64Array(rows.length), at: 0 };
    rows.forEach(({ main, sub, tombstone }, i) => {
      run.mains[i] = main;
      run.subs[i] = sub * 2 + (tombstone ? 1 : 0);
    });
    this.#size += rows.length;
    this.#runs.push(run);
    this.#up(this.#runs.length - 1);
  }

  /** Takes out the lowest rows, at most `count`. */
  take(count: number): KeyRevision[] {
    const rows: KeyRevision[] = [];
    for (let first = this.#runs[0]; first && rows.length < count; first = this.#runs[0]) {
      const sub = first.subs[first.at]!;
      rows.push({ main: first.mains[first.at]!, sub: Math.floor(sub / 2), tombstone: sub % 2 === 1 });
      first.at++;
      if (first.at === first.mains.length) {
        const last = this.#runs.pop()!;
        if (last === first) break;
        this.#runs[0] = last;
      }
      this.#down();
    }
    this.#size -= rows.length;
    return rows;
  }

  #up(from: number): void {
    const runs = this.#runs;
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >>> 1;
      if (!isBefore(runs[at]!, runs[parent]!)) return;
      [runs[at], runs[parent]] = [runs[parent]!, runs[at]!];
      at = parent;
    }
  }

  #down(): void {
    const runs = this.#runs;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) if (child < runs.length && isBefore(runs[child]!, runs[least]!)) least = child;
      if (least === at) return;
      [runs[at], runs[least]] = [runs[least]!, runs[at]!];
      at = least;
    }
  }
}
