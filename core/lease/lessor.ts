import { assert } from '../base/assert.ts';
import { byteString, bytesOf, compareBytes } from '../base/bytes.ts';
import { Code, EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { LeaseId } from '../base/ids.ts';
import { Table, type Backend, type BackendOp } from '../mvcc/backend.ts';
import type { LeaseKeys } from '../mvcc/store.ts';
import { Lease as LeaseCodec } from '../proto/gen/lease.ts';

/** Seconds. Source: etcd `server/lease/lessor.go`. */
export const maxLeaseTtl = 9_000_000_000;

interface Lease {
  id: LeaseId;
  /** Granted, seconds. */
  ttl: number;
  /** Seconds left at the last checkpoint; 0: none was made. */
  remainingTtl: number;
  /** Keys as byte strings. */
  keys: Set<string>;
  /** On the leader: the moment it runs out, monotonic milliseconds. Infinity elsewhere. */
  expiresMs: number;
}

export interface LessorOptions {
  /** Shorter grants are raised to this, seconds. */
  minTtl: number;
  nowMs(): number;
  stage(op: BackendOp): void;
}

function rowKey(id: LeaseId): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigInt64(0, id);
  return out;
}

/**
 * The leases: which there are and what hangs on them is decided by the log and the same on all members; when they run out
 * only the leader knows, by its monotonic clock, and it ends them through the log.
 */
export class Lessor implements LeaseKeys {
  readonly #options: LessorOptions;
  readonly #leases = new Map<LeaseId, Lease>();
  #primary = false;

  constructor(options: LessorOptions) {
    this.#options = options;
  }

  /** Reads what a former run left; the store tells the attachments when it is connected. */
  load(backend: Backend): void {
    for (const row of backend.scan(Table.lease, new Uint8Array(0))) {
      const { id, ttl, remainingTtl } = LeaseCodec.decode(row.value);
      this.#leases.set(id, { id, ttl, remainingTtl, keys: new Set(), expiresMs: Infinity });
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

  has(id: LeaseId): boolean {
    return this.#leases.has(id);
  }

  // --- driven by the log

  /** Returns the TTL granted, seconds. */
  grant(id: LeaseId, ttl: number): number | EtcdError {
    if (ttl > maxLeaseTtl) return etcdErrors.leaseTtlTooLarge();
    if (this.#leases.has(id)) return etcdErrors.leaseExist();
    const granted = Math.max(ttl, this.#options.minTtl);
    const expiresMs = this.#primary ? this.#options.nowMs() + granted * 1000 : Infinity;
    const lease: Lease = { id, ttl: granted, remainingTtl: 0, keys: new Set(), expiresMs };
    this.#leases.set(id, lease);
    this.#persist(lease);
    return granted;
  }

  /** The attached keys, in order, which the caller deletes in one transaction before `drop`. */
  keysOf(id: LeaseId): Uint8Array[] | undefined {
    const lease = this.#leases.get(id);
    return lease && [...lease.keys].map(bytesOf).sort(compareBytes);
  }

  drop(id: LeaseId): void {
    this.#leases.delete(id);
    this.#options.stage({ kind: 'delete', table: Table.lease, key: rowKey(id) });
  }

  checkpoint(id: LeaseId, remainingTtl: number): void {
    const lease = this.#leases.get(id);
    if (!lease) return;
    lease.remainingTtl = remainingTtl;
    this.#persist(lease);
  }

  #persist(lease: Lease): void {
    const { id, ttl, remainingTtl } = lease;
    this.#options.stage({ kind: 'put', table: Table.lease, key: rowKey(id), value: LeaseCodec.encode({ id, ttl, remainingTtl }) });
  }

  attach(id: LeaseId, key: Uint8Array): void {
    this.#leases.get(id)?.keys.add(byteString(key));
  }

  detach(id: LeaseId, key: Uint8Array): void {
    this.#leases.get(id)?.keys.delete(byteString(key));
  }

  // --- the leader's part

  /** This member leads now: every lease gets its time again, and what an election may have cost. */
  promote(nowMs: number, extendMs: number): void {
    this.#primary = true;
    for (const lease of this.#leases.values()) {
      const seconds = lease.remainingTtl > 0 ? lease.remainingTtl : lease.ttl;
      lease.expiresMs = nowMs + seconds * 1000 + extendMs;
    }
  }

  demote(): void {
    this.#primary = false;
    for (const lease of this.#leases.values()) lease.expiresMs = Infinity;
  }

  /** Returns the TTL, seconds; 0 when there is no such lease, or it has run out and waits for its end. */
  renew(id: LeaseId, nowMs: number): number {
    if (!this.#primary) throw new EtcdError(Code.unknown, 'not a primary lessor');
    const lease = this.#leases.get(id);
    if (!lease || lease.expiresMs <= nowMs) return 0;
    // A renewal makes good for all that a checkpoint had taken.
    lease.remainingTtl = 0;
    lease.expiresMs = nowMs + lease.ttl * 1000;
    return lease.ttl;
  }

  /** Leases that have run out, the longest overdue first. */
  expired(nowMs: number, limit: number): LeaseId[] {
    const due = [...this.#leases.values()].filter((lease) => lease.expiresMs <= nowMs);
    return due.sort((a, b) => a.expiresMs - b.expiresMs).slice(0, limit).map((lease) => lease.id);
  }

  /** Whole seconds left, as the leader sees them; undefined when there is no such lease. */
  timeToLive(id: LeaseId, withKeys: boolean, nowMs: number): { ttl: number; grantedTtl: number; keys: Uint8Array[] } | undefined {
    const lease = this.#leases.get(id);
    if (!lease) return undefined;
    const leftMs = Number.isFinite(lease.expiresMs) ? lease.expiresMs - nowMs : lease.ttl * 1000;
    return { ttl: Math.trunc(leftMs / 1000), grantedTtl: lease.ttl, keys: withKeys ? this.keysOf(id)! : [] };
  }

  /** The soonest to run out first. */
  list(): LeaseId[] {
    return [...this.#leases.values()].sort((a, b) => a.expiresMs - b.expiresMs || (a.id < b.id ? -1 : 1)).map((lease) => lease.id);
  }
}
