import { etcdErrors, type EtcdError } from '../base/etcd-error.ts';
import type { CallContext } from './types.ts';

interface Waiter<T> {
  resolve: (value: T) => void;
  reject: (error: EtcdError) => void;
  startedMs: number;
  deadlineMs: number;
  /** The deadline is the caller's, not the member's limit. */
  own: boolean;
  release: (() => void) | undefined;
}

/**
 * Callers that wait for an outcome known by an id. Each ends once: by its outcome, its deadline, its caller's leave or
 * the end of the table. Deadlines are looked at when `expire` is called (each tick), so a request costs no timer.
 */
export class WaitTable<T> {
  #waiters = new Map<bigint, Waiter<T>>();

  get size(): number {
    return this.#waiters.size;
  }

  has(id: bigint): boolean {
    return this.#waiters.has(id);
  }

  wait(id: bigint, startedMs: number, deadlineMs: number, context: CallContext): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const { signal } = context;
      if (signal?.aborted) {
        reject(etcdErrors.canceled());
        return;
      }
      const waiter: Waiter<T> = { resolve, reject, startedMs, deadlineMs, own: context.deadlineMs <= deadlineMs, release: undefined };
      if (signal) {
        const leave = (): void => this.reject(id, etcdErrors.canceled());
        signal.addEventListener('abort', leave, { once: true });
        waiter.release = () => signal.removeEventListener('abort', leave);
      }
      this.#waiters.set(id, waiter);
    });
  }

  resolve(id: bigint, value: T): void {
    this.#take(id)?.resolve(value);
  }

  reject(id: bigint, error: EtcdError): void {
    this.#take(id)?.reject(error);
  }

  /** Ends the waiters whose deadline has passed with what `errorFor` says of one that began at `startedMs`, with a deadline of its own or not. */
  expire(nowMs: number, errorFor: (startedMs: number, id: bigint, own: boolean) => EtcdError): void {
    for (const [id, waiter] of this.#waiters) {
      if (waiter.deadlineMs <= nowMs) this.reject(id, errorFor(waiter.startedMs, id, waiter.own));
    }
  }

  rejectAll(error: () => EtcdError): void {
    for (const id of [...this.#waiters.keys()]) this.reject(id, error());
  }

  #take(id: bigint): Waiter<T> | undefined {
    const waiter = this.#waiters.get(id);
    if (!waiter) return undefined;
    this.#waiters.delete(id);
    waiter.release?.();
    return waiter;
  }
}
