export interface StreamHandlers<T> {
  onData: (data: T) => void;
  onError: (error: unknown) => void;
  onComplete: () => void;
}

type Subscribe<T> = (handlers: StreamHandlers<T>) => { unsubscribe(): void };

const againMs = 500;

/** Keeps a subscription of the desk alive while the component is mounted, and begins it anew when it breaks. */
export function followStream<T>(subscribe: Subscribe<T>, onData: (data: T) => void, onError?: (error: unknown) => void): () => void {
  let current: { unsubscribe(): void } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const begin = (): void => {
    if (stopped) return;
    current = subscribe({
      onData,
      onError: (error) => {
        onError?.(error);
        timer = setTimeout(begin, againMs);
      },
      onComplete: () => {
        timer = setTimeout(begin, againMs);
      },
    });
  };
  begin();
  return () => {
    stopped = true;
    clearTimeout(timer);
    current?.unsubscribe();
  };
}
