import { assert } from '../base/assert.ts';
import { byteString, bytesOf, compareBytes, uint64Bytes } from '../base/bytes.ts';
import { etcdErrors, type EtcdError } from '../base/etcd-error.ts';
import { exponentialBounds, Histogram } from '../base/histogram.ts';
import type { LeaseId } from '../base/ids.ts';
import { Table, type Backend, type BackendOp } from '../mvcc/backend.ts';
import type { LeaseKeys } from '../mvcc/store.ts';
import { Lease as LeaseCodec } from '../proto/gen/lease.ts';
import { DueHeap, type Due } from './due-heap.ts';

/** Seconds. Source: etcd `server/lease/lessor.go`. */
export const maxLeaseTtl = 9_000_000_000;
/** A lease that was found expired is found again after this, should it still be there. Source: etcd `defaultExpiredleaseRetryInterval`. */
const expiredRetryMs = 3_000;

interface Lease {
  readonly id: LeaseId;
  /** Granted, seconds. */
  readonly ttl: number;
  /** Seconds left at the last checkpoint; 0: none was made since the last renewal. */
  remainingTtl: number;
  /** Keys as byte strings; most leases have few, many have none. */
  keys: Set<string> | undefined;
  /** On the leader: the moment it runs out, monotonic milliseconds. Infinity elsewhere. */
  expiresMs: number;
  /** On the leader. Renewals do not move it: it is looked at when its time has come, and put where it then belongs. */
  expiry: Due<Lease> | undefined;
  /** On a leader that makes checkpoints, for a lease that is longer than the time between two. */
  checkpoint: Due<Lease> | undefined;
}

export interface LessorOptions {
  /** Shorter grants are raised to this, seconds. */
  minTtl: number;
  nowMs(): number;
  stage(op: BackendOp): void;
  /** Between two checkpoints of a lease; undefined: none are made. */
  checkpointIntervalMs?: number | undefined;
}

/** How a lease stands on the leader: `checkpointed` is a live one of whose time the log knows that some has passed. */
export type LeaseState = 'none' | 'live' | 'checkpointed' | 'expired';

function rowKey(id: LeaseId): Uint8Array {
  return uint64Bytes(BigInt.asUintN(64, id));
}

/**
 * The leases: which there are and what hangs on them is decided by the log and the same on all members; when they run out
 * only the leader knows, by its monotonic clock, and it ends them through the log.
 */
export class Lessor implements LeaseKeys {
  readonly #options: LessorOptions;
  readonly #leases = new Map<LeaseId, Lease>();
  readonly #expiries = new DueHeap<Lease>();
  readonly #checkpoints = new DueHeap<Lease>();
  /** Who waits for the end of a lease that has run out. */
  readonly #waiters = new Map<LeaseId, ((gone: boolean) => void)[]>();
  #primary = false;
  /** Since the start, for metrics. */
  readonly totals = { granted: 0, revoked: 0, renewed: 0, ttls: new Histogram(exponentialBounds(1, 2, 24)) };

  constructor(options: LessorOptions) {
    this.#options = options;
  }

  /** Reads what a former run left; the store tells the attachments when it is connected. */
  load(backend: Backend): void {
    for (const row of backend.scan(Table.lease, new Uint8Array(0))) {
      const { id, ttl, remainingTtl } = LeaseCodec.decode(row.value);
      this.#leases.set(id, this.#newLease(id, Math.max(ttl, this.#options.minTtl), remainingTtl));
    }
  }

  /**
   * The store's whole content was replaced by a newer one: forgets all leases and reads those of `backend`. The store then
   * tells the attachments of its live keys through `attach`, as after `load`. Only a follower is sent such a store.
   */
  reload(backend: Backend): void {
    assert(!this.#primary, 'a store is replaced only on a follower');
    this.#leases.clear();
    this.load(backend);
  }

  get count(): number {
    return this.#leases.size;
  }

  /** This member leads and has applied all that was before its term: it knows when leases run out. */
  get primary(): boolean {
    return this.#primary;
  }

  has(id: LeaseId): boolean {
    return this.#leases.has(id);
  }

  #newLease(id: LeaseId, ttl: number, remainingTtl: number): Lease {
    return { id, ttl, remainingTtl, keys: undefined, expiresMs: Infinity, expiry: undefined, checkpoint: undefined };
  }

  // --- driven by the log

  /** Returns the TTL granted, seconds. */
  grant(id: LeaseId, ttl: number): number | EtcdError {
    if (ttl > maxLeaseTtl) return etcdErrors.leaseTtlTooLarge();
    if (this.#leases.has(id)) return etcdErrors.leaseExist();
    const granted = Math.max(ttl, this.#options.minTtl);
    const lease = this.#newLease(id, granted, 0);
    this.#leases.set(id, lease);
    this.#persist(lease);
    this.totals.granted++;
    this.totals.ttls.observe(granted);
    if (this.#primary) {
      const nowMs = this.#options.nowMs();
      lease.expiresMs = nowMs + granted * 1000;
      lease.expiry = this.#expiries.add(lease, lease.expiresMs);
      this.#scheduleCheckpoint(lease, nowMs);
    }
    return granted;
  }

  /** The attached keys, in order, which the caller deletes in one transaction before `drop`. */
  keysOf(id: LeaseId): Uint8Array[] | undefined {
    const lease = this.#leases.get(id);
    return lease && [...(lease.keys ?? [])].map(bytesOf).sort(compareBytes);
  }

  drop(id: LeaseId): void {
    const lease = this.#leases.get(id);
    if (!lease) return;
    this.#leases.delete(id);
    if (lease.expiry) this.#expiries.remove(lease.expiry);
    if (lease.checkpoint) this.#checkpoints.remove(lease.checkpoint);
    this.#options.stage({ kind: 'delete', table: Table.lease, key: rowKey(id) });
    this.totals.revoked++;
    const waiters = this.#waiters.get(id);
    this.#waiters.delete(id);
    for (const tell of waiters ?? []) tell(true);
  }

  /** Seconds left, as the leader has told; 0: it was renewed. */
  checkpoint(id: LeaseId, remainingTtl: number): void {
    const lease = this.#leases.get(id);
    if (!lease) return;
    lease.remainingTtl = remainingTtl;
    this.#persist(lease);
    if (!this.#primary) return;
    const nowMs = this.#options.nowMs();
    this.#scheduleCheckpoint(lease, nowMs);
    // The lease was renewed while this was on its way: the log is told the truth at once.
    const outdated = remainingTtl > 0 && lease.expiresMs > nowMs + (remainingTtl + 1) * 1000;
    if (outdated && lease.checkpoint) this.#checkpoints.move(lease.checkpoint, nowMs);
    else if (outdated) lease.checkpoint = this.#checkpoints.add(lease, nowMs);
  }

  #persist(lease: Lease): void {
    const { id, ttl, remainingTtl } = lease;
    this.#options.stage({ kind: 'put', table: Table.lease, key: rowKey(id), value: LeaseCodec.encode({ id, ttl, remainingTtl }) });
  }

  attach(id: LeaseId, key: Uint8Array): void {
    const lease = this.#leases.get(id);
    if (lease) (lease.keys ??= new Set()).add(byteString(key));
  }

  detach(id: LeaseId, key: Uint8Array): void {
    const lease = this.#leases.get(id);
    if (!lease?.keys) return;
    lease.keys.delete(byteString(key));
    if (lease.keys.size === 0) lease.keys = undefined;
  }

  // --- the leader's part

  /** This member leads now: every lease gets its time again, and what an election may have cost. */
  promote(nowMs: number, extendMs: number): void {
    this.#primary = true;
    for (const lease of this.#leases.values()) {
      const seconds = lease.remainingTtl > 0 ? lease.remainingTtl : lease.ttl;
      lease.expiresMs = nowMs + seconds * 1000 + extendMs;
    }
    const due = this.#expiries.reset([...this.#leases.values()].map((lease) => [lease, lease.expiresMs] as const));
    for (const entry of due) entry.item.expiry = entry;
    for (const lease of this.#leases.values()) this.#scheduleCheckpoint(lease, nowMs);
  }

  /** This member leads no more. Whoever waits for the end of a lease has to ask the next leader. */
  demote(): void {
    if (!this.#primary) return;
    this.#primary = false;
    this.#expiries.reset([]);
    this.#checkpoints.reset([]);
    for (const lease of this.#leases.values()) {
      lease.expiresMs = Infinity;
      lease.expiry = undefined;
      lease.checkpoint = undefined;
    }
    const waiters = [...this.#waiters.values()].flat();
    this.#waiters.clear();
    for (const tell of waiters) tell(false);
  }

  state(id: LeaseId, nowMs: number): LeaseState {
    const lease = this.#leases.get(id);
    if (!lease) return 'none';
    if (lease.expiresMs <= nowMs) return 'expired';
    return lease.remainingTtl > 0 ? 'checkpointed' : 'live';
  }

  /** Gives a live lease its whole time again; returns it, seconds. */
  renew(id: LeaseId, nowMs: number): number {
    const lease = this.#leases.get(id);
    assert(this.#primary && lease && lease.expiresMs > nowMs, 'only a live lease is renewed, and by the leader');
    lease.expiresMs = nowMs + lease.ttl * 1000;
    // Its place in the heap may stay too early, never too late: the time that an election cost is not given twice.
    if (lease.expiresMs < lease.expiry!.dueMs) this.#expiries.move(lease.expiry!, lease.expiresMs);
    this.totals.renewed++;
    return lease.ttl;
  }

  /** Resolves with true when a lease that has run out is gone, with false when this member leads no more. */
  ended(id: LeaseId): Promise<boolean> {
    if (!this.#leases.has(id)) return Promise.resolve(true);
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(id);
      if (waiters) waiters.push(resolve);
      else this.#waiters.set(id, [resolve]);
    });
  }

  /** Leases that have run out, the longest overdue first. Each is told once, and again some seconds later if it is still there. */
  expired(nowMs: number, limit: number): LeaseId[] {
    const out: LeaseId[] = [];
    for (let entry = this.#expiries.first; entry && entry.dueMs <= nowMs && out.length < limit; entry = this.#expiries.first) {
      const { item } = entry;
      if (item.expiresMs > nowMs) this.#expiries.move(entry, item.expiresMs);
      else {
        this.#expiries.move(entry, nowMs + expiredRetryMs);
        out.push(item.id);
      }
    }
    return out;
  }

  // --- checkpoints

  #scheduleCheckpoint(lease: Lease, nowMs: number): void {
    const { checkpointIntervalMs } = this.#options;
    if (lease.checkpoint) this.#checkpoints.remove(lease.checkpoint);
    lease.checkpoint = undefined;
    const seconds = lease.remainingTtl > 0 ? lease.remainingTtl : lease.ttl;
    if (checkpointIntervalMs === undefined || seconds * 1000 <= checkpointIntervalMs) return;
    lease.checkpoint = this.#checkpoints.add(lease, nowMs + checkpointIntervalMs);
  }

  /** What the log is to be told of leases that have a long time and have used some of it: whole seconds left, rounded up; 0: all of it. */
  dueCheckpoints(nowMs: number, limit: number): { id: LeaseId; remainingTtl: number }[] {
    const out: { id: LeaseId; remainingTtl: number }[] = [];
    for (let entry = this.#checkpoints.first; entry && entry.dueMs <= nowMs && out.length < limit; entry = this.#checkpoints.first) {
      const { item } = entry;
      const left = Math.ceil((item.expiresMs - nowMs) / 1000);
      const remainingTtl = left < item.ttl ? left : 0;
      // Applying the checkpoint schedules the next; should it be lost on its way, this does.
      this.#scheduleCheckpoint(item, nowMs);
      const isNews = left > 0 && (remainingTtl > 0 || item.remainingTtl > 0);
      if (isNews) out.push({ id: item.id, remainingTtl });
    }
    return out;
  }

  // --- what is told of them

  /** Whole seconds left, as the leader sees them; undefined when there is no such lease. */
  timeToLive(id: LeaseId, withKeys: boolean, nowMs: number): { ttl: number; grantedTtl: number; keys: Uint8Array[] } | undefined {
    const lease = this.#leases.get(id);
    if (!lease) return undefined;
    const leftMs = Number.isFinite(lease.expiresMs) ? lease.expiresMs - nowMs : lease.ttl * 1000;
    return { ttl: Math.trunc(leftMs / 1000), grantedTtl: lease.ttl, keys: withKeys ? this.keysOf(id)! : [] };
  }

  /** The soonest to run out first. */
  list(): LeaseId[] {
    const leases = [...this.#leases.values()];
    return leases.sort((a, b) => (a.expiresMs === b.expiresMs ? (a.id < b.id ? -1 : 1) : a.expiresMs - b.expiresMs)).map((lease) => lease.id);
  }
}
