import { EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { Lessor } from '../lease/lessor.ts';
import type { Clock } from '../ports/clock.ts';
import { notPrimary, type LeaseKeeper } from './lease-keeper.ts';
import type { CallContext, LeaseLife } from './types.ts';

/** Between two attempts to find a leader that answers. Source: etcd `LeaseRenew`. */
const retryMs = 50;

/** Lease questions that a follower passes on to the leader's peer port. */
export interface LeaseForwarder {
  renew(peerUrls: readonly string[], id: bigint, context: CallContext): Promise<number>;
  timeToLive(peerUrls: readonly string[], id: bigint, keys: boolean, context: CallContext): Promise<LeaseLife | undefined>;
}

export interface LeaseRouterPorts {
  clock: Pick<Clock, 'nowMs' | 'after'>;
  isLeader(): boolean;
  /** Peer URLs of the leader; undefined when none is known. */
  leaderUrls(): readonly string[] | undefined;
  /** Resolves when this member leads for sure and has applied all that was committed before. */
  linearizableRead(context: CallContext): Promise<void>;
  requestTimeoutMs: number;
  /** The member has stopped. */
  ended(): boolean;
}

/** Brings questions that only the leader can answer to it, here or elsewhere, and waits for one while there is none. */
export class LeaseRouter {
  readonly #lessor: Lessor;
  readonly #keeper: LeaseKeeper;
  readonly #forward: LeaseForwarder;
  readonly #ports: LeaseRouterPorts;

  constructor(lessor: Lessor, keeper: LeaseKeeper, forward: LeaseForwarder, ports: LeaseRouterPorts) {
    this.#lessor = lessor;
    this.#keeper = keeper;
    this.#forward = forward;
    this.#ports = ports;
  }

  renew(id: bigint, context: CallContext): Promise<number> {
    const here = async (): Promise<number> => {
      // Its grant may not be applied yet, or be known to the next leader alone: nobody is told lightly that a lease is gone.
      if (!this.#lessor.has(id)) await this.#ports.linearizableRead(context);
      return this.#keeper.renew(id);
    };
    return this.#ask(context, here, (urls) => this.#forward.renew(urls, id, context));
  }

  timeToLive(id: bigint, keys: boolean, context: CallContext): Promise<LeaseLife | undefined> {
    const here = async (): Promise<LeaseLife | undefined> => {
      await this.#ports.linearizableRead(context);
      // Between its election and the first entry of its term a leader does not know the times yet.
      if (!this.#lessor.primary) throw notPrimary();
      return this.#lessor.timeToLive(id, keys, this.#ports.clock.nowMs());
    };
    return this.#ask(context, here, (urls) => this.#forward.timeToLive(urls, id, keys, context));
  }

  async #ask<T>(context: CallContext, here: () => Promise<T>, there: (urls: readonly string[]) => Promise<T>): Promise<T> {
    const { clock, isLeader, leaderUrls, requestTimeoutMs } = this.#ports;
    const untilMs = Math.min(context.deadlineMs, clock.nowMs() + requestTimeoutMs);
    for (;;) {
      if (this.#ports.ended()) throw etcdErrors.stopped();
      let urls: readonly string[] | undefined;
      try {
        if (isLeader()) return await here();
        urls = leaderUrls();
        if (urls) return await there(urls);
      } catch (error) {
        if (!mayPass(error)) throw error;
      }
      if (context.signal?.aborted) throw etcdErrors.canceled();
      if (clock.nowMs() + retryMs >= untilMs) throw urls || isLeader() ? etcdErrors.timeout() : etcdErrors.noLeader();
      await this.#pause(retryMs);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#ports.clock.after(ms, resolve));
  }
}

/** The next attempt may find another leader, or the same one ready. */
function mayPass(error: unknown): boolean {
  if (!(error instanceof EtcdError)) return true;
  return [notPrimary, etcdErrors.timeout, etcdErrors.noLeader, etcdErrors.notLeader, etcdErrors.leaderChanged].some((known) => known().message === error.message);
}
