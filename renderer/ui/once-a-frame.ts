/** Where no frames are drawn, in a window that is hidden, it goes on at this pace. */
const hiddenMs = 250;

export interface OnceAFrame {
  /** Has it run at the next frame, once for all who ask until then. */
  ask(): void;
  /** Runs now what was asked for. */
  flush(): void;
  cancel(): void;
}

/** Puts work together that comes more often than it can be seen. */
export function onceAFrame(run: () => void): OnceAFrame {
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const cancel = (): void => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    timer = undefined;
  };
  const now = (): void => {
    cancel();
    run();
  };
  return {
    ask() {
      if (timer !== undefined) return;
      timer = setTimeout(now, hiddenMs);
      frame = requestAnimationFrame(now);
    },
    flush() {
      if (timer !== undefined) now();
    },
    cancel,
  };
}
