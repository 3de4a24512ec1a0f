import { Disposables, type Disposable } from '../base/dispose.ts';
import { autoCompactionPorts, startAutoCompaction } from './auto-compaction.ts';
import { defaultQuotaBytes } from './config.ts';
import type { HostParts } from './host-parts.ts';
import type { EtcdMember } from './types.ts';

/** Where the flags leave it open, staged changes are committed to the backend this often. Source: etcd `server/storage/backend`. */
const defaultFlushMs = 100;
const defaultFlushOps = 10_000;

/** Keeps a member's store in order: what was applied is committed in time, and old revisions go. */
export class StoreKeeper {
  readonly #parts: HostParts;
  readonly #member: EtcdMember;
  readonly #flushMs: number;
  readonly #flushOps: number;
  #lastFlushMs = 0;

  constructor(parts: HostParts, member: EtcdMember) {
    this.#parts = parts;
    this.#member = member;
    this.#flushMs = parts.config.backendBatchIntervalMs || defaultFlushMs;
    this.#flushOps = parts.config.backendBatchLimit || defaultFlushOps;
  }

  start(failed: (error: unknown) => void): Disposable {
    const owned = new Disposables();
    void this.#parts.store.failed.then((error) => {
      if (!owned.disposed) failed(error);
    });
    owned.add(startAutoCompaction(this.#parts.config, autoCompactionPorts(this.#member, this.#parts)));
    return owned;
  }

  tick(nowMs: number): void {
    if (nowMs - this.#lastFlushMs >= this.#flushMs) this.#flush(nowMs);
  }

  /** Entries were applied. */
  applied(): void {
    if (this.#parts.store.pendingOps >= this.#flushOps) this.#flush(this.#parts.clock.nowMs());
  }

  #flush(nowMs: number): void {
    const { store } = this.#parts;
    this.#lastFlushMs = nowMs;
    // A failure is told by the store's `failed`.
    if (store.pendingOps > 0) store.flush().catch(() => {});
  }

  /** Bytes. */
  dbSize(): { total: number; inUse: number; quota: number } {
    const { backend, config } = this.#parts;
    const quota = config.quotaBackendBytes;
    return { total: backend.totalBytes, inUse: backend.inUseBytes, quota: quota === 0 ? defaultQuotaBytes : quota };
  }
}
