/**
 * A value that changes, and those who look at it. A looker gets the present value and then each newer one; one that is
 * slow skips what it missed.
 */
export class Latest<T> {
  #value: T | undefined;
  #version = 0;
  readonly #lookers = new Set<() => void>();

  get value(): T | undefined {
    return this.#value;
  }

  get watched(): boolean {
    return this.#lookers.size > 0;
  }

  set(value: T): void {
    this.#value = value;
    this.#version++;
    for (const wake of this.#lookers) wake();
  }

  async *stream(signal: AbortSignal): AsyncGenerator<T> {
    let wake: () => void = () => {};
    const notify = (): void => wake();
    this.#lookers.add(notify);
    signal.addEventListener('abort', notify);
    try {
      let seen = 0;
      while (!signal.aborted) {
        if (this.#value !== undefined && this.#version !== seen) {
          seen = this.#version;
          yield this.#value;
          continue;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (signal.aborted || (this.#value !== undefined && this.#version !== seen)) resolve();
        });
      }
    } finally {
      signal.removeEventListener('abort', notify);
      this.#lookers.delete(notify);
    }
  }
}
