import type { Clock } from '../ports/clock.ts';

/** The clock of this machine. */
export const nodeClock: Clock = {
  nowMs: () => performance.now(),
  wallMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return { dispose: () => clearTimeout(timer) };
  },
  every(periodMs, run) {
    const timer = setInterval(run, periodMs);
    return { dispose: () => clearInterval(timer) };
  },
  soon(run) {
    setImmediate(run);
  },
};
