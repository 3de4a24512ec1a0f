import { Code, EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { Lessor } from '../lease/lessor.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import type { InternalRaftRequest } from '../proto/gen/raft-internal.ts';
import { LeaseCheckpoint, LeaseCheckpointRequest } from '../proto/gen/rpc.ts';
import type { ApplyResponse } from './types.ts';

/** Source of all: etcd `server/lease/lessor.go`, `maxPendingRevokes`. */
const checkMs = 500;
const revokesPerCheck = 500;
const concurrentRevokes = 16;
const checkpointsPerEntry = 1_000;

/** etcd's text for a member that is asked as the leader and is not, or not yet. */
export const notPrimary = (): EtcdError => new EtcdError(Code.unknown, 'not a primary lessor');

export interface LeaseKeeperPorts {
  clock: Pick<Clock, 'nowMs' | 'soon'>;
  log: LogSink;
  propose(request: Partial<InternalRaftRequest>): Promise<ApplyResponse>;
  /** Resolves when a quorum has confirmed that this member leads; rejects when it cannot be known. */
  confirmLeadership(): Promise<void>;
  /** Between two calls of `tick` there is no more than this while all is well. */
  maxTickGapMs: number;
}

/**
 * The leader's work with leases: sends those that have run out to their end through the log, tells the log how much of
 * long ones is left, and renews. After a pause of its process it asks a quorum first: another may lead by then.
 */
export class LeaseKeeper {
  readonly #lessor: Lessor;
  readonly #ports: LeaseKeeperPorts;
  #nextCheckMs = 0;
  #lastTickMs = 0;
  #doubted = false;
  #confirming: Promise<void> | undefined;
  #waiting: bigint[] = [];
  /** Revokes proposed and not ended: a lease is never revoked twice at a time. */
  readonly #underWay = new Set<bigint>();
  /** Leases of which a checkpoint is on its way through the log. */
  #checkpointing: { ids: ReadonlySet<bigint>; over: Promise<void> } | undefined;
  /** Checkpoints that this turn's renewals take back. */
  #cleared: { ids: Set<bigint>; applied: Promise<void> } | undefined;
  /** Leases ended because they had run out, since the start. */
  expiredTotal = 0;

  constructor(lessor: Lessor, ports: LeaseKeeperPorts) {
    this.#lessor = lessor;
    this.#ports = ports;
  }

  /** This member leads, and the lessor counts from now on. */
  promoted(): void {
    this.#lastTickMs = this.#ports.clock.nowMs();
    this.#doubted = false;
  }

  demoted(): void {
    this.#waiting = [];
  }

  /** To be called at each tick while this member leads. */
  tick(nowMs: number): void {
    if (!this.#lessor.primary) return;
    if (nowMs - this.#lastTickMs > this.#ports.maxTickGapMs) this.#doubted = true;
    this.#lastTickMs = nowMs;
    if (nowMs < this.#nextCheckMs) return;
    this.#nextCheckMs = nowMs + checkMs;
    if (this.#doubted) {
      this.#confirm().catch(() => {});
      return;
    }
    for (const id of this.#lessor.expired(nowMs, revokesPerCheck - this.#waiting.length)) if (!this.#underWay.has(id)) this.#waiting.push(id);
    this.#fill();
    this.#checkpoint(nowMs);
  }

  /** One question to a quorum for all who want to know. */
  #confirm(): Promise<void> {
    this.#confirming ??= this.#ports
      .confirmLeadership()
      .then(() => {
        this.#doubted = false;
        this.#lastTickMs = this.#ports.clock.nowMs();
      })
      .finally(() => {
        this.#confirming = undefined;
      });
    return this.#confirming;
  }

  // --- expiry

  #fill(): void {
    while (this.#underWay.size < concurrentRevokes) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      this.#underWay.add(id);
      this.#ports
        .propose({ leaseRevoke: { id } })
        .then(() => {
          this.expiredTotal++;
        })
        .catch((error: unknown) => {
          // The lessor names it again while this member leads.
          const known = error instanceof EtcdError && error.message === etcdErrors.leaseNotFound().message;
          if (!known) this.#ports.log.log('warn', 'failed to revoke an expired lease', { lease: id.toString(16), error: String(error) });
        })
        .finally(() => {
          this.#underWay.delete(id);
          this.#fill();
        });
    }
  }

  // --- checkpoints

  #checkpoint(nowMs: number): void {
    if (this.#checkpointing) return;
    const due = this.#lessor.dueCheckpoints(nowMs, checkpointsPerEntry);
    if (due.length === 0) return;
    const over = this.#propose(due)
      // Lost with its leader: the lessor has scheduled the next.
      .catch((error: unknown) => this.#ports.log.log('warn', 'failed to checkpoint leases', { leases: due.length, error: String(error) }))
      .finally(() => {
        this.#checkpointing = undefined;
      });
    this.#checkpointing = { ids: new Set(due.map(({ id }) => id)), over };
  }

  async #propose(checkpoints: { id: bigint; remainingTtl: number }[]): Promise<void> {
    await this.#ports.propose({ leaseCheckpoint: LeaseCheckpointRequest.create({ checkpoints: checkpoints.map((checkpoint) => LeaseCheckpoint.create(checkpoint)) }) });
  }

  /** Takes a lease's checkpoint back; all that are asked for in one turn share an entry. */
  #clearCheckpoint(id: bigint): Promise<void> {
    if (!this.#cleared) {
      const ids = new Set<bigint>();
      const applied = new Promise<void>((resolve) => this.#ports.clock.soon(resolve)).then(async () => {
        this.#cleared = undefined;
        const all = [...ids];
        for (let from = 0; from < all.length; from += checkpointsPerEntry) {
          await this.#propose(all.slice(from, from + checkpointsPerEntry).map((each) => ({ id: each, remainingTtl: 0 })));
        }
      });
      this.#cleared = { ids, applied };
    }
    this.#cleared.ids.add(id);
    return this.#cleared.applied;
  }

  // --- renewals

  /**
   * Returns the lease's TTL in seconds, 0 when there is none. One that has run out is not renewed: the answer comes when
   * it is gone, since the client may count on that. Rejects with `notPrimary` when this member does not lead.
   */
  async renew(id: bigint): Promise<number> {
    if (this.#doubted || this.#ports.clock.nowMs() - this.#lastTickMs > this.#ports.maxTickGapMs) await this.#confirm();
    for (;;) {
      if (!this.#lessor.primary) throw notPrimary();
      const nowMs = this.#ports.clock.nowMs();
      switch (this.#lessor.state(id, nowMs)) {
        case 'none':
          return 0;
        case 'live':
          // Applied after the renewal, it would take back from the next leader's lease what the client is promised now.
          if (this.#checkpointing?.ids.has(id)) await this.#checkpointing.over;
          else return this.#lessor.renew(id, nowMs);
          break;
        case 'expired':
          if (await this.#lessor.ended(id)) return 0;
          throw notPrimary();
        case 'checkpointed':
          await this.#clearCheckpoint(id);
      }
    }
  }
}
