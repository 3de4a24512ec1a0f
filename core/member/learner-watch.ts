import { idHex, type MemberId } from '../base/ids.ts';
import { isInSync } from '../base/membership-rules.ts';
import type { LogSink } from '../ports/log.ts';
import type { Progress } from '../raft/tracker/progress.ts';

export interface LearnerWatchPorts {
  memberId: MemberId;
  nowMs(): number;
  log: LogSink;
  /** How long a learner has to be in sync without a break before it is promoted; 0: never by itself. */
  autoPromoteMs: number;
  /** A learner that raft has not heard of for so long does not count as in sync. */
  silenceMs: number;
  /** The leader's view of its peers. */
  progress(): ReadonlyMap<MemberId, Pick<Progress, 'match' | 'state' | 'isLearner' | 'recentActive'>>;
  /** Monotonic milliseconds since when messages from it flow; undefined: they do not. */
  activeSinceMs(id: MemberId): number | undefined;
  /** It has told its name: it serves. One that is installing a snapshot has the log, and no store yet. */
  started(id: MemberId): boolean;
  /** With all the checks that a client's promotion passes; rejects with the refusal. */
  promote(id: MemberId): Promise<unknown>;
}

export interface LearnerTimes {
  /** Without a break; undefined: it is not in sync. */
  inSyncMs: number | undefined;
  /** Undefined: it is not about to be promoted by itself. */
  promotesInMs: number | undefined;
}

interface Watched {
  sinceMs: number | undefined;
  heardMs: number;
  /** Refused promotions in a row, and when the next may be tried. */
  refusals: number;
  retryMs: number;
}

const firstRetryMs = 1_000;
const maxRetryMs = 60_000;

/**
 * On the leader: since when each learner has been in sync, by etcd's rule for promotions; and, when that is asked for, its
 * promotion after a time. In sync is stricter here than there, for nobody looks on: it has started, messages flow, and no
 * snapshot is under way to it. Looks at every tick; the clocks of a term end with it.
 */
export class LearnerWatch {
  readonly #ports: LearnerWatchPorts;
  readonly #learners = new Map<MemberId, Watched>();
  #term: number | undefined;
  #promoting = false;

  constructor(ports: LearnerWatchPorts) {
    this.#ports = ports;
  }

  /** `term`: the one in which this member leads; undefined: it does not. */
  tick(nowMs: number, term: number | undefined): void {
    if (term !== this.#term) this.#learners.clear();
    this.#term = term;
    if (term === undefined) return;
    const progress = this.#ports.progress();
    const leaderMatch = progress.get(this.#ports.memberId)?.match ?? 0;
    for (const id of [...this.#learners.keys()]) if (!progress.get(id)?.isLearner) this.#learners.delete(id);
    for (const [id, learner] of progress) {
      if (!learner.isLearner) continue;
      const watched = this.#learners.get(id) ?? { sinceMs: undefined, heardMs: -Infinity, refusals: 0, retryMs: -Infinity };
      this.#learners.set(id, watched);
      if (learner.recentActive) watched.heardMs = nowMs;
      const activeSinceMs = this.#ports.activeSinceMs(id);
      const inSync = this.#ports.started(id) && activeSinceMs !== undefined && nowMs - watched.heardMs <= this.#ports.silenceMs && learner.state !== 'snapshot' && isInSync(learner.match, leaderMatch);
      // A link that broke and came back between two looks has broken it too.
      watched.sinceMs = inSync ? Math.max(watched.sinceMs ?? nowMs, activeSinceMs) : undefined;
      if (learner.recentActive && this.#dueMs(watched) <= nowMs && !this.#promoting) this.#promote(id, watched, { match: learner.match, 'leader-match': leaderMatch });
    }
  }

  times(id: MemberId, nowMs: number): LearnerTimes {
    const watched = this.#learners.get(id);
    if (watched?.sinceMs === undefined) return { inSyncMs: undefined, promotesInMs: undefined };
    const dueMs = this.#dueMs(watched);
    return { inSyncMs: nowMs - watched.sinceMs, promotesInMs: dueMs === Infinity ? undefined : Math.max(0, dueMs - nowMs) };
  }

  #dueMs({ sinceMs, retryMs }: Watched): number {
    const { autoPromoteMs } = this.#ports;
    return autoPromoteMs > 0 && sinceMs !== undefined ? Math.max(sinceMs + autoPromoteMs, retryMs) : Infinity;
  }

  #promote(id: MemberId, watched: Watched, facts: Readonly<Record<string, number>>): void {
    const { log, promote, autoPromoteMs } = this.#ports;
    this.#promoting = true;
    log.log('info', 'promoting a learner that has been in sync for long enough', { learner: idHex(id), 'in-sync-ms': autoPromoteMs, ...facts });
    promote(id).then(
      () => log.log('info', 'the learner is a voter now', { member: idHex(id) }),
      (error: unknown) => {
        const delayMs = Math.min(maxRetryMs, firstRetryMs * 2 ** watched.refusals);
        watched.refusals++;
        watched.retryMs = this.#ports.nowMs() + delayMs;
        log.log('warn', 'the learner was not promoted', { learner: idHex(id), error: error instanceof Error ? error.message : String(error), 'retry-in-ms': delayMs });
      },
    ).finally(() => {
      this.#promoting = false;
    });
  }
}
