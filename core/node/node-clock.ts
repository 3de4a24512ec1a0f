import type { Clock } from '../ports/clock.ts';

/** Node takes a longer time for none at all. */
const maxTimerMs = 2 ** 31 - 1;

/** The clock of this machine. Times beyond 24 days are cut short to that. */
export const nodeClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(delayMs, maxTimerMs));
    return { dispose: () => clearTimeout(timer) };
  },
  every(periodMs, run) {
    const timer = setInterval(run, Math.min(periodMs, maxTimerMs));
    return { dispose: () => clearInterval(timer) };
  },
  soon(run) {
    setImmediate(run);
  },
};
