import { Disposables, type Disposable } from '../base/dispose.ts';
import { EtcdError, etcdErrors } from '../base/etcd-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import type { MemberConfig } from './config.ts';
import type { EtcdMember } from './types.ts';

const hourMs = 3_600_000;
/** Of the span between two compactions. */
const samplesPerSpan = 10;
const revisionCheckMs = 5 * 60_000;

export interface AutoCompactionPorts {
  clock: Clock;
  log: LogSink;
  isLeader(): boolean;
  currentRevision(): number;
  /** Compacts through the log; rejects with an EtcdError. */
  compact(revision: number): Promise<void>;
}

export function autoCompactionPorts(member: EtcdMember, { clock, log }: Pick<AutoCompactionPorts, 'clock' | 'log'>): AutoCompactionPorts {
  return {
    clock,
    log,
    isLeader: () => member.status().role === 'leader',
    currentRevision: () => member.store.currentRevision,
    compact: async (revision) => void (await member.propose({ compaction: { revision, physical: false } }, { deadlineMs: Infinity, signal: undefined })),
  };
}

/**
 * Compacts by itself while this member leads. Every member keeps time and revisions, so that a new leader goes on where the
 * former one was. Source of the rules: etcd `server/etcdserver/api/v3compactor`. A retention of 0 turns it off.
 */
export function startAutoCompaction(config: Pick<MemberConfig, 'autoCompactionMode' | 'autoCompactionRetention'>, ports: AutoCompactionPorts): Disposable {
  const { autoCompactionMode: mode, autoCompactionRetention: retention } = config;
  const owned = new Disposables();
  if (retention <= 0) return owned;
  let ended = false;
  owned.defer(() => (ended = true));
  const policy = mode === 'periodic' ? new Periodic(retention, ports.clock.nowMs()) : new ByRevision(retention);
  let timer: Disposable | undefined;
  owned.defer(() => timer?.dispose());
  const wait = (): void => {
    policy.sample(ports.currentRevision());
    timer = ports.clock.after(policy.intervalMs, () => {
      void look().then(() => {
        if (!ended) wait();
      });
    });
  };
  const look = async (): Promise<void> => {
    if (!ports.isLeader()) return;
    const revision = policy.due(ports.clock.nowMs(), ports.currentRevision());
    if (revision !== undefined && (await attempt(ports, mode, revision))) policy.compacted(revision, ports.clock.nowMs());
  };
  wait();
  return owned;
}

/** True when the revision is compacted, by this or by someone else; after a failure the next interval tries again. */
async function attempt({ log, compact }: AutoCompactionPorts, mode: string, revision: number): Promise<boolean> {
  log.log('info', 'starting auto compaction', { mode, revision });
  try {
    await compact(revision);
  } catch (error) {
    if (!(error instanceof EtcdError && error.message === etcdErrors.compacted().message)) {
      log.log('warn', 'failed auto compaction', { mode, revision, error: String(error) });
      return false;
    }
  }
  log.log('info', 'completed auto compaction', { mode, revision });
  return true;
}

interface Policy {
  readonly intervalMs: number;
  sample(currentRevision: number): void;
  /** The revision to compact to now, if any. */
  due(nowMs: number, currentRevision: number): number | undefined;
  compacted(revision: number, nowMs: number): void;
}

/**
 * Keeps the revisions of a period: notes the revision ten times in it (six-minute steps where it is longer than an hour), and
 * compacts to the oldest note, for the first time after a whole period, then after each, or hourly when it is longer.
 */
class Periodic implements Policy {
  readonly intervalMs: number;
  readonly #spanMs: number;
  readonly #kept: number;
  #notes: number[] = [];
  #waitMs: number;
  #lastMs: number;
  #lastRevision = 0;

  constructor(periodMs: number, nowMs: number) {
    this.#spanMs = Math.min(periodMs, hourMs);
    this.intervalMs = this.#spanMs / samplesPerSpan;
    this.#kept = Math.floor(periodMs / this.intervalMs) + 1;
    this.#waitMs = periodMs;
    this.#lastMs = nowMs;
  }

  sample(currentRevision: number): void {
    this.#notes.push(currentRevision);
    if (this.#notes.length > this.#kept) this.#notes.shift();
  }

  due(nowMs: number): number | undefined {
    const oldest = this.#notes[0]!;
    if (nowMs - this.#lastMs < this.#waitMs || oldest === this.#lastRevision) return undefined;
    // Only the first wait is of the whole period.
    this.#waitMs = this.#spanMs;
    return oldest;
  }

  compacted(revision: number, nowMs: number): void {
    this.#lastRevision = revision;
    this.#lastMs = nowMs;
  }
}

/** Keeps the newest revisions, by number. */
class ByRevision implements Policy {
  readonly intervalMs = revisionCheckMs;
  readonly #retention: number;
  #lastRevision = 0;

  constructor(retention: number) {
    this.#retention = retention;
  }

  sample(): void {}

  due(_nowMs: number, currentRevision: number): number | undefined {
    const revision = currentRevision - this.#retention;
    return revision > 0 && revision !== this.#lastRevision ? revision : undefined;
  }

  compacted(revision: number): void {
    this.#lastRevision = revision;
  }
}
