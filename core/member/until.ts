import type { Clock } from '../ports/clock.ts';

/** Looks every `periodMs` whether something has come about, and resolves when it has. */
export function until(clock: Pick<Clock, 'every'>, periodMs: number, test: () => boolean): Promise<void> {
  if (test()) return Promise.resolve();
  return new Promise((resolve) => {
    const watch = clock.every(periodMs, () => {
      if (!test()) return;
      watch.dispose();
      resolve();
    });
  });
}
