import type { MemberId } from '../../base/ids.ts';
import { jointCommitted, jointVote, jointVoters, sortedIds } from '../quorum/joint.ts';
import type { VoteResult } from '../quorum/majority.ts';
import type { ConfState } from '../types.ts';
import { Inflights } from './inflights.ts';
import { Progress } from './progress.ts';

/** Who votes and who learns. `outgoing` is empty except in a joint configuration. */
export interface TrackerConfig {
  incoming: ReadonlySet<MemberId>;
  outgoing: ReadonlySet<MemberId>;
  learners: ReadonlySet<MemberId>;
  /** Voters of the outgoing half that become learners when the joint configuration is left. */
  learnersNext: ReadonlySet<MemberId>;
  /** Whether the joint configuration is left by itself once it is committed. */
  autoLeave: boolean;
}

export type ProgressMap = ReadonlyMap<MemberId, Progress>;

export const emptyConfig: TrackerConfig = {
  incoming: new Set(), outgoing: new Set(), learners: new Set(), learnersNext: new Set(), autoLeave: false,
};

/** The configuration, the progress of everyone in it, and the votes of an election under way. */
export class ProgressTracker {
  readonly maxInflight: number;
  readonly maxInflightBytes: number;
  #config: TrackerConfig = emptyConfig;
  #progress: ProgressMap = new Map();
  /** Ascending: the order in which everyone is visited. */
  #ids: MemberId[] = [];
  #votes = new Map<MemberId, boolean>();

  constructor(maxInflight: number, maxInflightBytes: number) {
    this.maxInflight = maxInflight;
    this.maxInflightBytes = maxInflightBytes;
  }

  get config(): TrackerConfig {
    return this.#config;
  }

  get progress(): ProgressMap {
    return this.#progress;
  }

  get ids(): readonly MemberId[] {
    return this.#ids;
  }

  get voters(): MemberId[] {
    return jointVoters(this.#config);
  }

  replace(config: TrackerConfig, progress: ProgressMap): void {
    this.#config = config;
    this.#progress = progress;
    this.#ids = sortedIds(progress.keys());
  }

  newInflights(): Inflights {
    return new Inflights(this.maxInflight, this.maxInflightBytes);
  }

  /** Forgets all that was known of the followers' logs, as a new term does. */
  resetProgress(self: MemberId, lastIndex: number): void {
    const fresh = new Map<MemberId, Progress>();
    for (const [id, old] of this.#progress) {
      const match = id === self ? lastIndex : 0;
      fresh.set(id, new Progress({ match, next: lastIndex + 1, isLearner: old.isLearner, recentActive: false, inflights: this.newInflights() }));
    }
    this.#progress = fresh;
  }

  confState(): ConfState {
    const { incoming, outgoing, learners, learnersNext, autoLeave } = this.#config;
    return {
      voters: sortedIds(incoming), votersOutgoing: sortedIds(outgoing), learners: sortedIds(learners),
      learnersNext: sortedIds(learnersNext), autoLeave,
    };
  }

  get isSingleton(): boolean {
    return this.#config.incoming.size === 1 && this.#config.outgoing.size === 0;
  }

  /** The highest index that the configuration's quorum has. */
  committed(): number {
    return jointCommitted(this.#config, (id) => this.#progress.get(id)?.match);
  }

  /** Whether a quorum of voters was heard of since the last check. */
  quorumActive(): boolean {
    const active = new Map<MemberId, boolean>();
    for (const [id, progress] of this.#progress) if (!progress.isLearner) active.set(id, progress.recentActive);
    return this.voteResult(active) === 'won';
  }

  voteResult(votes: ReadonlyMap<MemberId, boolean>): VoteResult {
    return jointVote(this.#config, votes);
  }

  resetVotes(): void {
    this.#votes = new Map();
  }

  /** Only a member's first vote counts. */
  recordVote(id: MemberId, granted: boolean): void {
    if (!this.#votes.has(id)) this.#votes.set(id, granted);
  }

  tallyVotes(): { granted: number; rejected: number; result: VoteResult } {
    let granted = 0;
    let rejected = 0;
    for (const [id, progress] of this.#progress) {
      const vote = progress.isLearner ? undefined : this.#votes.get(id);
      if (vote === true) granted++;
      else if (vote === false) rejected++;
    }
    return { granted, rejected, result: this.voteResult(this.#votes) };
  }
}
