import { exponentialBounds, Histogram } from '../base/histogram.ts';
import type { LogSink } from '../ports/log.ts';
import type { PromotionFigures } from './reconfigure.ts';

/** What a member counts about itself since its start; read by the metrics. */
export interface MemberTotals {
  leaderChanges: number;
  /** Ticks of a leader that came more than a heartbeat late. */
  lateHeartbeats: number;
  slowApplies: number;
  pendingProposals: number;
  failedProposals: number;
  failedReadIndexes: number;
  slowReadIndexes: number;
  leasesExpired: number;
  promotions: PromotionFigures;
  /** Seconds of one application of a batch of committed entries. */
  applies: Histogram;
}

/** The part of it that the host itself counts. */
export class HostTotals {
  leaderChanges = 0;
  lateHeartbeats = 0;
  slowApplies = 0;
  readonly applies = new Histogram(exponentialBounds(0.0001, 2, 20));
  #lastTickMs: number | undefined;

  /** A leader whose loop was held up for longer than its followers expect may lose them. Source: etcd `raft.go`. */
  ticked(nowMs: number, heartbeatMs: number, leading: boolean, log: LogSink): void {
    const lateMs = nowMs - (this.#lastTickMs ?? nowMs) - heartbeatMs;
    this.#lastTickMs = nowMs;
    if (!leading || lateMs <= heartbeatMs) return;
    this.lateHeartbeats++;
    log.log('warn', 'leader failed to send out heartbeat on time; took too long, leader is overloaded likely from slow disk', { 'heartbeat-interval-ms': heartbeatMs, 'exceeded-duration-ms': Math.round(lateMs) });
  }

  applied(entries: number, tookMs: number, warningMs: number, log: LogSink): void {
    if (entries === 0) return;
    this.applies.observe(tookMs / 1000);
    if (tookMs <= warningMs) return;
    this.slowApplies++;
    log.log('warn', 'apply request took too long', { entries, 'took-ms': Math.round(tookMs), 'expected-duration-ms': warningMs });
  }
}

interface Counting {
  readonly pending: number;
  readonly failed: number;
}

export function totalsOf(host: HostTotals, proposer: Counting, reads: { failed: number; slow: number }, leases: { expiredTotal: number }, { promotions }: { promotions: PromotionFigures }): MemberTotals {
  const { leaderChanges, lateHeartbeats, slowApplies, applies } = host;
  return {
    leaderChanges, lateHeartbeats, slowApplies, applies, pendingProposals: proposer.pending, failedProposals: proposer.failed,
    failedReadIndexes: reads.failed, slowReadIndexes: reads.slow, leasesExpired: leases.expiredTotal, promotions,
  };
}
