import { useEffect, useState } from 'react';

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

/** The newest item of a stream; undefined until the first comes. A new `id` begins anew. */
export function useLatest<T>(id: string | undefined, subscribe: (id: string) => Subscribe<T>): T | undefined {
  const [state, setState] = useState<{ id: string; data: T }>();
  useEffect(() => {
    if (id === undefined) return undefined;
    return followStream(subscribe(id), (data) => setState({ id, data }));
    // The subscribing function is the same for the same id.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [id]);
  return state && state.id === id ? state.data : undefined;
}
