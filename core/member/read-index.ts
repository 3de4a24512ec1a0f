import { uint64Bytes, uint64Of } from '../base/bytes.ts';
import { etcdErrors } from '../base/etcd-error.ts';
import { WaitTable } from './wait-table.ts';
import type { CallContext } from './types.ts';
import type { RequestIds } from './request-id.ts';

/** A round without an answer is sent again after this long. Source: etcd `readIndexRetryTime`. */
const retryMs = 500;

interface Round {
  /** Callers that this round will let go. */
  waiters: bigint[];
  /** Contexts that answer it: one for each time it was sent. */
  contexts: Set<bigint>;
  sentMs: number;
}

export interface ReadIndexPorts {
  nowMs(): number;
  /** Runs at the end of this batch of events. */
  soon(run: () => void): void;
  /** Asks raft for a read index under this context. */
  request(context: Uint8Array): void;
  appliedIndex(): number;
}

/**
 * Linearizable reads. All callers of one moment share one ReadIndex round; those who come while it is under way share
 * the next, so that no caller is let go by a round that began before it asked.
 */
export class ReadIndexBatcher {
  readonly #ports: ReadIndexPorts;
  readonly #ids: RequestIds;
  readonly #table = new WaitTable<void>();
  #queued: bigint[] = [];
  #round: Round | undefined;
  #scheduled = false;
  /** Rounds that a change of leader ended, and waiters that were not let go in time. */
  failed = 0;
  slow = 0;
  /** Confirmed rounds that wait for the store to reach their index, in index order. */
  #confirmed: { index: number; waiters: bigint[] }[] = [];

  constructor(ports: ReadIndexPorts, ids: RequestIds) {
    this.#ports = ports;
    this.#ids = ids;
  }

  wait(deadlineMs: number, context: CallContext): Promise<void> {
    const id = this.#ids.next();
    const done = this.#table.wait(id, this.#ports.nowMs(), deadlineMs, context);
    this.#queued.push(id);
    this.#schedule();
    return done;
  }

  #schedule(): void {
    if (this.#scheduled || this.#round) return;
    this.#scheduled = true;
    this.#ports.soon(() => {
      this.#scheduled = false;
      if (!this.#round) this.#begin();
    });
  }

  #begin(): void {
    const waiters = this.#queued.filter((id) => this.#table.has(id));
    this.#queued = [];
    if (waiters.length === 0) return;
    this.#round = { waiters, contexts: new Set(), sentMs: 0 };
    this.#send(this.#round);
  }

  #send(round: Round): void {
    const id = this.#ids.next();
    round.contexts.add(id);
    round.sentMs = this.#ports.nowMs();
    this.#ports.request(uint64Bytes(id));
  }

  /** Raft's answer: reads that began before the request with this context are linearizable from `index` on. */
  confirm(index: number, context: Uint8Array): void {
    const round = this.#round;
    const id = uint64Of(context);
    if (!round || id === undefined || !round.contexts.has(id)) return;
    this.#round = undefined;
    if (index <= this.#ports.appliedIndex()) this.#release(round.waiters);
    else this.#confirmed.push({ index, waiters: round.waiters });
    if (this.#queued.length > 0) this.#schedule();
  }

  /** To be called when entries up to `index` have been applied. */
  applied(index: number): void {
    while (this.#confirmed.length > 0 && this.#confirmed[0]!.index <= index) this.#release(this.#confirmed.shift()!.waiters);
  }

  /** The leader changed: the round under way will not be answered. Callers retry; etcd's text. */
  leaderChanged(): void {
    const round = this.#round;
    this.#round = undefined;
    if (round) this.failed++;
    if (round) for (const id of round.waiters) this.#table.reject(id, etcdErrors.leaderChanged());
    if (this.#queued.length > 0) this.#schedule();
  }

  /** The leader has committed in its term: a postponed round can be answered now. */
  retryNow(): void {
    if (this.#round) this.#send(this.#round);
  }

  tick(nowMs: number): void {
    this.#table.expire(nowMs, (_startedMs, _id, own) => {
      if (own) return etcdErrors.deadlineExceeded();
      this.slow++;
      return etcdErrors.timeout();
    });
    const round = this.#round;
    if (!round) return;
    round.waiters = round.waiters.filter((id) => this.#table.has(id));
    if (round.waiters.length === 0) {
      this.#round = undefined;
      if (this.#queued.length > 0) this.#schedule();
    } else if (nowMs - round.sentMs >= retryMs) this.#send(round);
  }

  stop(): void {
    this.#round = undefined;
    this.#queued = [];
    this.#confirmed = [];
    this.#table.rejectAll(etcdErrors.stopped);
  }

  #release(waiters: bigint[]): void {
    for (const id of waiters) this.#table.resolve(id, undefined);
  }
}
