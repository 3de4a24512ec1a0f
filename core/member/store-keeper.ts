import { Disposables, type Disposable } from '../base/dispose.ts';
import { autoCompactionPorts, startAutoCompaction } from './auto-compaction.ts';
import { AlarmRequestAlarmAction, AlarmType } from '../proto/gen/rpc.ts';
import type { HostParts } from './host-parts.ts';
import { defaultQuotaBytes, fitsQuota } from './quota.ts';
import { defragment } from './defragment.ts';
import type { EtcdMember, SpaceKeeper } from './types.ts';

/** Where the flags leave it open, staged changes are committed to the backend this often. Source: etcd `server/storage/backend`. */
const defaultFlushMs = 100;
const defaultFlushOps = 10_000;

/** Keeps a member's store in order: what was applied is committed in time, old revisions go, and it does not outgrow its quota. */
export class StoreKeeper implements SpaceKeeper {
  readonly #parts: HostParts;
  readonly #member: EtcdMember;
  readonly #flushMs: number;
  readonly #flushOps: number;
  #lastFlushMs = 0;
  #raising: Promise<void> | undefined;

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

  fitsQuota(cost: number): boolean {
    return fitsQuota(cost, this.#parts.backend.totalBytes, this.#parts.config.quotaBackendBytes);
  }

  /** Tells all members, through the log, that this one has no room. Resolves when that is applied here, or cannot be. */
  raiseNoSpace(): Promise<void> {
    return (this.#raising ??= this.#raiseNoSpace().finally(() => {
      this.#raising = undefined;
    }));
  }

  async #raiseNoSpace(): Promise<void> {
    const { log, identity } = this.#parts;
    const { total, quota } = this.dbSize();
    log.log('warn', 'the store has outgrown its quota; raising the alarm', { bytes: total, 'quota-size-bytes': quota });
    try {
      const alarm = { memberId: identity.memberId, action: AlarmRequestAlarmAction.ACTIVATE, alarm: AlarmType.NOSPACE };
      await this.#member.propose({ alarm }, { deadlineMs: Infinity, signal: undefined });
    } catch (error) {
      log.log('warn', 'the alarm could not be raised', { error: String(error) });
    }
  }

  defragment(): Promise<void> {
    return defragment(this.#parts);
  }

  /** Bytes. */
  dbSize(): { total: number; inUse: number; quota: number } {
    const { backend, config } = this.#parts;
    const quota = config.quotaBackendBytes;
    return { total: backend.totalBytes, inUse: backend.inUseBytes, quota: quota === 0 ? defaultQuotaBytes : quota };
  }
}
