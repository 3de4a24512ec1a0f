import { Code, EtcdError } from '../base/etcd-error.ts';
import { idHex, type LeaseId } from '../base/ids.ts';
import type { EtcdClient } from '../client/etcd-client.ts';
import { keepAliveOnce } from '../client/keep-alive.ts';
import type { HexId } from '../contract/types.ts';

const retryMs = 500;
/** As etcd's clients: a lease is renewed when a third of its time has gone. */
const renewals = 3;

/** Leases that the app keeps alive, until it is told to let go, they are gone, or the app ends. */
export class LeaseHolder {
  readonly #client: EtcdClient;
  readonly #changed: () => void;
  readonly #timers = new Map<LeaseId, NodeJS.Timeout | undefined>();

  constructor(client: EtcdClient, changed: () => void) {
    this.#client = client;
    this.#changed = changed;
  }

  get held(): HexId[] {
    return [...this.#timers.keys()].map(idHex);
  }

  /** Renews it now, and then again and again. Rejects when it cannot be renewed the first time. */
  async hold(id: LeaseId): Promise<void> {
    if (this.#timers.has(id)) return;
    const ttl = await keepAliveOnce(this.#client, id);
    this.#schedule(id, (ttl * 1000) / renewals);
    this.#changed();
  }

  /** Goes on with leases that another holder has kept alive until now. */
  adopt(ids: readonly LeaseId[]): void {
    for (const id of ids) this.#schedule(id, 0);
    this.#changed();
  }

  release(id: LeaseId): void {
    clearTimeout(this.#timers.get(id));
    if (this.#timers.delete(id)) this.#changed();
  }

  #schedule(id: LeaseId, delayMs: number): void {
    const timer = setTimeout(() => void this.#renew(id), delayMs);
    timer.unref();
    this.#timers.set(id, timer);
  }

  async #renew(id: LeaseId): Promise<void> {
    let delayMs = retryMs;
    try {
      delayMs = ((await keepAliveOnce(this.#client, id)) * 1000) / renewals;
    } catch (error) {
      if (error instanceof EtcdError && error.code === Code.notFound) return this.release(id);
      // Anything else may pass: the lease lives on until its time is over, and then this is told.
    }
    if (this.#timers.has(id)) this.#schedule(id, delayMs);
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
