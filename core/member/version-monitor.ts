import type { Disposable } from '../base/dispose.ts';
import { clusterVersionOf, minClusterVersion, seriesOf } from '../base/version.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import type { ClusterMember, EtcdMember } from './types.ts';

/** Source: etcd `monitorVersionInterval`. */
const intervalMs = 4_000;
const lookMs = 100;
/** A cluster without a version waits this long for members that do not answer before it takes the lowest. */
const graceMs = 1_000;

export interface VersionMonitorParts {
  member: Pick<EtcdMember, 'id' | 'status' | 'members' | 'propose'>;
  clock: Clock;
  log: LogSink;
  serverVersion: string;
  clusterVersion(): string;
  /** The release that a member runs, as it says; rejects when it does not answer. */
  ask(member: ClusterMember): Promise<string>;
}

/**
 * On the leader: the cluster version is the lowest release among the members, so that nothing enters the log which one of
 * them cannot read. It only rises. Source: etcd `server/etcdserver/version/monitor.go`.
 */
export class VersionMonitor implements Disposable {
  readonly #parts: VersionMonitorParts;
  readonly #timer: Disposable;
  /** The term in which this member leads. */
  #term: number | undefined;
  #leadingSinceMs = 0;
  #nextMs = 0;
  #asking = false;

  constructor(parts: VersionMonitorParts) {
    this.#parts = parts;
    this.#timer = parts.clock.every(lookMs, () => this.#tick());
  }

  #tick(): void {
    const { member, clock, log } = this.#parts;
    const { role, term } = member.status();
    const nowMs = clock.nowMs();
    if (role !== 'leader') this.#term = undefined;
    else if (term !== this.#term) {
      this.#term = term;
      this.#leadingSinceMs = nowMs;
      this.#nextMs = nowMs;
    }
    if (this.#term === undefined || this.#asking || nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + intervalMs;
    this.#asking = true;
    this.#decide()
      .catch((error: unknown) => log.log('warn', 'the cluster version could not be set', { error: error instanceof Error ? error.message : String(error) }))
      .finally(() => {
        this.#asking = false;
      });
  }

  async #decide(): Promise<void> {
    const { clock, member, log } = this.#parts;
    const lowest = await this.#lowest();
    const current = this.#parts.clusterVersion();
    let next: string | undefined = lowest === undefined ? undefined : clusterVersionOf(lowest);
    if (current === '' && next === undefined) {
      if (clock.nowMs() - this.#leadingSinceMs < graceMs) {
        this.#nextMs = clock.nowMs();
        return;
      }
      next = minClusterVersion;
    }
    if (next === undefined || (current !== '' && seriesOf(next)! <= (seriesOf(current) ?? 0))) return;
    log.log('info', 'setting the cluster version', { from: current, to: next });
    await member.propose({ clusterVersionSet: { ver: next } }, { deadlineMs: Infinity, signal: undefined });
  }

  /** Undefined while one of the members does not say. */
  async #lowest(): Promise<string | undefined> {
    const { member, serverVersion, ask } = this.#parts;
    const others = member.members().filter(({ id }) => id !== member.id);
    const versions = [serverVersion, ...(await Promise.all(others.map((other) => ask(other).catch(() => ''))))];
    let lowest = serverVersion;
    for (const version of versions) {
      const series = seriesOf(version);
      if (series === undefined) return undefined;
      if (series < seriesOf(lowest)!) lowest = version;
    }
    return lowest;
  }

  dispose(): void {
    this.#timer.dispose();
  }
}
