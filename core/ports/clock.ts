import type { Disposable } from '../base/dispose.ts';

export interface Clock {
  /** Monotonic milliseconds from an arbitrary origin. */
  nowMs(): number;
  /** Unix milliseconds; may jump. Only for ids, names and display. */
  wallMs(): number;
  /** Calls once after at least `delayMs`. */
  after(delayMs: number, run: () => void): Disposable;
  /** Calls every `periodMs` until disposed. */
  every(periodMs: number, run: () => void): Disposable;
  /** Calls after the events that are ready now: the end of this batch. */
  soon(run: () => void): void;
}
