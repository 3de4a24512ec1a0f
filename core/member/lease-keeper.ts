import { EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { Lessor } from '../lease/lessor.ts';
import type { LogSink } from '../ports/log.ts';
import type { ApplyResponse } from './types.ts';
import type { InternalRaftRequest } from '../proto/gen/raft-internal.ts';

/** Source: etcd `server/lease/lessor.go`. */
const checkMs = 500;
const revokesPerCheck = 500;
const concurrentRevokes = 16;

/** On the leader: sends the leases that have run out to their end, through the log. */
export class LeaseKeeper {
  readonly #lessor: Lessor;
  readonly #propose: (request: Partial<InternalRaftRequest>) => Promise<ApplyResponse>;
  readonly #log: LogSink;
  #nextCheckMs = 0;
  #waiting: bigint[] = [];
  /** Revokes proposed and not ended: a lease is never revoked twice at a time. */
  #underWay = new Set<bigint>();

  constructor(lessor: Lessor, propose: (request: Partial<InternalRaftRequest>) => Promise<ApplyResponse>, log: LogSink) {
    this.#lessor = lessor;
    this.#propose = propose;
    this.#log = log;
  }

  tick(nowMs: number): void {
    if (nowMs < this.#nextCheckMs) return;
    this.#nextCheckMs = nowMs + checkMs;
    this.#waiting = this.#lessor.expired(nowMs, revokesPerCheck).filter((id) => !this.#underWay.has(id));
    this.#fill();
  }

  demoted(): void {
    this.#waiting = [];
  }

  #fill(): void {
    while (this.#underWay.size < concurrentRevokes) {
      const id = this.#waiting.shift();
      if (id === undefined) return;
      this.#underWay.add(id);
      this.#propose({ leaseRevoke: { id } })
        .catch((error: unknown) => {
          // Found again at the next check while this member leads.
          const known = error instanceof EtcdError && error.message === etcdErrors.leaseNotFound().message;
          if (!known) this.#log.log('warn', 'failed to revoke an expired lease', { lease: id.toString(16), error: String(error) });
        })
        .finally(() => {
          this.#underWay.delete(id);
          this.#fill();
        });
    }
  }
}
