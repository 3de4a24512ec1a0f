import { assert } from '../../base/assert.ts';
import type { Inflights } from './inflights.ts';

/**
 * probe: one append at a time, until the follower's log is known to match somewhere;
 * replicate: appends are streamed, bounded by the inflight window;
 * snapshot: nothing is sent until the snapshot is reported on.
 */
export type ProgressState = 'probe' | 'replicate' | 'snapshot';

/** A leader's view of one follower's log. Invariant: match < next. */
export class Progress {
  match: number;
  next: number;
  state: ProgressState = 'probe';
  /** Index of the snapshot under way in state `snapshot`, else 0. */
  pendingSnapshot = 0;
  /** Heard of since the last quorum check. */
  recentActive: boolean;
  isLearner: boolean;
  /** Set while an append must wait: a probe is unanswered, or the window is full. A heartbeat's answer clears it. */
  msgAppFlowPaused = false;
  readonly inflights: Inflights;
  /** The highest commit index sent, so that a commit is passed on once. */
  #sentCommit = 0;

  constructor(init: { match: number; next: number; isLearner: boolean; recentActive: boolean; inflights: Inflights }) {
    this.match = init.match;
    this.next = init.next;
    this.isLearner = init.isLearner;
    this.recentActive = init.recentActive;
    this.inflights = init.inflights;
  }

  clone(): Progress {
    const copy = new Progress({ ...this.#shape(), inflights: this.inflights.clone() });
    copy.state = this.state;
    copy.pendingSnapshot = this.pendingSnapshot;
    copy.msgAppFlowPaused = this.msgAppFlowPaused;
    copy.#sentCommit = this.#sentCommit;
    return copy;
  }

  #shape(): { match: number; next: number; isLearner: boolean; recentActive: boolean } {
    return { match: this.match, next: this.next, isLearner: this.isLearner, recentActive: this.recentActive };
  }

  #enter(state: ProgressState): void {
    this.msgAppFlowPaused = false;
    this.pendingSnapshot = 0;
    this.state = state;
    this.inflights.reset();
  }

  becomeProbe(): void {
    // After a snapshot the follower's log begins behind it, whether or not its acknowledgement has come.
    const afterSnapshot = this.state === 'snapshot' ? this.pendingSnapshot + 1 : 0;
    this.#enter('probe');
    this.next = Math.max(this.match + 1, afterSnapshot);
    this.#sentCommit = Math.min(this.#sentCommit, this.next - 1);
  }

  becomeReplicate(): void {
    this.#enter('replicate');
    this.next = this.match + 1;
  }

  becomeSnapshot(index: number): void {
    this.#enter('snapshot');
    this.pendingSnapshot = index;
    this.next = index + 1;
    this.#sentCommit = index;
  }

  /** Takes note of an append that was sent with this many entries. */
  sentEntries(entries: number, bytes: number): void {
    switch (this.state) {
      case 'replicate':
        if (entries > 0) {
          this.next += entries;
          this.inflights.add(this.next - 1, bytes);
        }
        this.msgAppFlowPaused = this.inflights.full;
        return;
      case 'probe':
        if (entries > 0) this.msgAppFlowPaused = true;
        return;
      case 'snapshot':
        assert(false, 'sending append in state snapshot');
    }
  }

  /** Whether telling the follower of this commit index would be news that it can use. */
  canBumpCommit(index: number): boolean {
    return index > this.#sentCommit && this.#sentCommit < this.next - 1;
  }

  sentCommit(index: number): void {
    this.#sentCommit = index;
  }

  /** Takes an acknowledgement; false when it is old news. */
  maybeUpdate(index: number): boolean {
    if (index <= this.match) return false;
    this.match = index;
    this.next = Math.max(this.next, index + 1);
    this.msgAppFlowPaused = false;
    return true;
  }

  /**
   * Takes a rejection of the append at `rejected`; `matchHint` is where the logs may agree.
   * False when the rejection is stale: out of order, or of a probe that has been answered.
   */
  maybeDecrTo(rejected: number, matchHint: number): boolean {
    if (this.state === 'replicate') {
      if (rejected <= this.match) return false;
      this.next = this.match + 1;
      this.#sentCommit = Math.min(this.#sentCommit, this.next - 1);
      return true;
    }
    if (this.next - 1 !== rejected) return false;
    this.next = Math.max(Math.min(rejected, matchHint + 1), this.match + 1);
    this.#sentCommit = Math.min(this.#sentCommit, this.next - 1);
    this.msgAppFlowPaused = false;
    return true;
  }

  get paused(): boolean {
    return this.state === 'snapshot' || this.msgAppFlowPaused;
  }
}
