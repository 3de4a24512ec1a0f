import { Code, EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { InternalRaftRequest } from '../proto/gen/raft-internal.ts';
import type { ConfChange } from '../raft/types.ts';
import { encodeRequest } from './request-codec.ts';
import type { RequestIds } from './request-id.ts';
import type { ApplyResponse, CallContext } from './types.ts';
import { WaitTable } from './wait-table.ts';

/** More applied behind committed than this: new work is refused. Source: etcd `maxGapBetweenApplyAndCommitIndex`. */
const maxApplyGap = 5_000;
/** Proposals that may wait for a leader. */
const maxQueued = 4_096;

export interface ProposerPorts {
  nowMs(): number;
  soon(run: () => void): void;
  hasLeader(): boolean;
  /** Raft's own word, of this very moment. */
  leads(): boolean;
  /** Committed entries that are not applied yet. */
  applyGap(): number;
  /** What the oldest release in the cluster can read; empty: not decided yet. */
  clusterVersion(): string;
  /** Hands the entries' data to raft in one message; false: dropped. */
  propose(data: readonly Uint8Array[]): boolean;
  /** Hands a change of members to raft; false: dropped. */
  proposeConfChange(change: ConfChange): boolean;
  /** What a caller is told whose entry was proposed at `startedMs` and not applied in time. */
  timeoutError(startedMs: number): EtcdError;
}

/**
 * Takes requests into the log and brings the outcome of their application back.
 * The proposals of one batch of events go to raft as one message, so that a follower gets one append for them all.
 * Without a leader they wait, as etcd's do, until there is one or their deadline passes.
 */
export class Proposer {
  readonly #ports: ProposerPorts;
  readonly #ids: RequestIds;
  readonly #requestTimeoutMs: number;
  readonly #table = new WaitTable<ApplyResponse>();
  /** By request id, in order of arrival. */
  #queue = new Map<bigint, Uint8Array | ConfChange>();
  /** Of the queued ones those that only a leader may propose. */
  readonly #leadersOwn = new Set<bigint>();
  #scheduled = false;
  /** Proposals that were dropped, or not applied in time. */
  failed = 0;

  constructor(ports: ProposerPorts, ids: RequestIds, requestTimeoutMs: number) {
    this.#ports = ports;
    this.#ids = ids;
    this.#requestTimeoutMs = requestTimeoutMs;
  }

  get pending(): number {
    return this.#table.size;
  }

  propose(request: Partial<InternalRaftRequest>, context: CallContext): Promise<ApplyResponse> {
    return this.#enqueue(request, context, false);
  }

  #enqueue(request: Partial<InternalRaftRequest>, context: CallContext, leadersOwn: boolean): Promise<ApplyResponse> {
    if (this.#ports.applyGap() > maxApplyGap || this.#queue.size >= maxQueued) return Promise.reject(etcdErrors.tooManyRequests());
    const id = this.#ids.next();
    const data = encodeRequest(request, id, this.#ports.clusterVersion());
    const nowMs = this.#ports.nowMs();
    const deadlineMs = Math.min(context.deadlineMs, nowMs + this.#requestTimeoutMs);
    const outcome = this.#table.wait(id, nowMs, deadlineMs, context);
    this.#queue.set(id, data);
    if (leadersOwn) this.#leadersOwn.add(id);
    this.#schedule();
    return outcome;
  }

  /** As `propose`, but the entry never goes to another leader: what this one has decided is not the next one's to do. */
  proposeAsLeader(request: Partial<InternalRaftRequest>, context: CallContext): Promise<ApplyResponse> {
    return this.#enqueue(request, context, true);
  }

  /** A change of members; it takes its place among the other proposals. Its id is given here. */
  proposeConfChange(change: Omit<ConfChange, 'id'>, context: CallContext): Promise<ApplyResponse> {
    const id = this.#ids.next();
    const nowMs = this.#ports.nowMs();
    const outcome = this.#table.wait(id, nowMs, Math.min(context.deadlineMs, nowMs + this.#requestTimeoutMs), context);
    this.#queue.set(id, { ...change, id });
    this.#schedule();
    return outcome;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#ports.soon(() => {
      this.#scheduled = false;
      this.flush();
    });
  }

  /** Proposes what waits, when there is a leader to propose to. */
  flush(): void {
    if (this.#queue.size === 0 || !this.#ports.hasLeader()) return;
    let batch: Uint8Array[] = [];
    let ids: bigint[] = [];
    const propose = (): void => {
      if (batch.length > 0 && !this.#ports.propose(batch)) this.#drop(ids);
      batch = [];
      ids = [];
    };
    const queue = this.#queue;
    this.#queue = new Map();
    for (const [id, item] of queue) {
      // A caller that has left before its entry was proposed is spared the write.
      const leadersOwn = this.#leadersOwn.delete(id);
      if (!this.#table.has(id)) continue;
      if (leadersOwn && !this.#ports.leads()) {
        this.#table.reject(id, etcdErrors.notLeader());
        continue;
      }
      if (item instanceof Uint8Array) {
        ids.push(id);
        batch.push(item);
        continue;
      }
      propose();
      if (!this.#ports.proposeConfChange(item)) this.#drop([id]);
    }
    propose();
  }

  /** Text and code as raft's own error reaches etcd's clients, for instance during a leadership transfer. */
  #drop(ids: readonly bigint[]): void {
    for (const id of ids) this.#table.reject(id, new EtcdError(Code.unknown, 'raft proposal dropped'));
    this.failed += ids.length;
  }

  /** An entry was applied here: its proposer, if it is ours, gets the outcome. */
  applied(id: bigint, outcome: ApplyResponse | EtcdError): void {
    if (outcome instanceof EtcdError) this.#table.reject(id, outcome);
    else this.#table.resolve(id, outcome);
  }

  tick(nowMs: number): void {
    this.#table.expire(nowMs, (startedMs, id) => {
      this.failed++;
      return this.#queue.has(id) ? etcdErrors.deadlineExceeded() : this.#ports.timeoutError(startedMs);
    });
    for (const id of this.#queue.keys()) {
      if (this.#table.has(id)) continue;
      this.#queue.delete(id);
      this.#leadersOwn.delete(id);
    }
  }

  stop(): void {
    this.#queue = new Map();
    this.#table.rejectAll(etcdErrors.stopped);
  }
}
