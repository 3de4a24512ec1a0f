import { utf8 } from '../base/bytes.ts';
import { etcdErrors, type EtcdError } from '../base/etcd-error.ts';
import type { MemberId } from '../base/ids.ts';
import { healthIntervalMs, isInSync, mayAdd, mayPromote, mayRemove, type ChangeRefusal, type VoterFacts } from '../base/membership-rules.ts';
import type { Clock } from '../ports/clock.ts';
import { ConfChangeType, type ConfChange } from '../raft/types.ts';
import { memberIdOf } from './identity.ts';
import { memberToJson, promotionJson } from './member-json.ts';
import type { Membership } from './membership.ts';
import type { CallContext, ClusterMember } from './types.ts';
import { until } from './until.ts';

export interface ReconfigurerPorts {
  memberId: MemberId;
  membership: Membership;
  /** Refuse what would cost the quorum. Source: etcd `--strict-reconfig-check`. */
  strict: boolean;
  clock: Pick<Clock, 'nowMs' | 'wallMs' | 'after' | 'every'>;
  requestTimeoutMs: number;
  committedIndex(): number;
  appliedIndex(): number;
  /** Monotonic milliseconds since when messages from the peer flow; undefined: they do not. */
  activeSinceMs(id: MemberId): number | undefined;
  /** Proposes and resolves when the change is applied here. */
  configure(change: Omit<ConfChange, 'id'>, context: CallContext): Promise<unknown>;
  ended(): boolean;
  isLeader(): boolean;
  /** The leader's view of how far a member's log matches its own; undefined: raft does not know the member. */
  match(id: MemberId): number | undefined;
  /** Asks the leader, when this member is not. Rejects with EtcdErrors: `no leader` when none is known. */
  forwardPromotion(id: MemberId, context: CallContext): Promise<ClusterMember[]>;
}

/** Source: etcd `applyTimeout`. */
const applyTimeoutMs = 1_000;
const applyLookMs = 10;
/** Between two attempts to find a leader that answers. */
const leaderLookMs = 50;

/** Promotions that this member decided as the leader; failures by their reason, in the words of etcd's metrics. */
export interface PromotionFigures {
  successes: number;
  readonly failures: Map<string, number>;
}

/** Changes of members: etcd's checks before the proposal. Those at its application are Membership's. */
export class Reconfigurer {
  readonly promotions: PromotionFigures = { successes: 0, failures: new Map() };
  readonly #ports: ReconfigurerPorts;

  constructor(ports: ReconfigurerPorts) {
    this.#ports = ports;
  }

  /** The id comes of the URLs and the second, as etcd makes it. */
  async add(peerUrls: readonly string[], isLearner: boolean, context: CallContext): Promise<{ member: ClusterMember; members: ClusterMember[] }> {
    const { membership, strict } = this.#ports;
    this.#demandRunning();
    if (strict) refuse(mayAdd(this.#voters(), isLearner));
    const urls = [...peerUrls].sort();
    const id = memberIdOf(urls, '', Math.floor(this.#ports.clock.wallMs() / 1000));
    const member: ClusterMember = { id, name: '', peerUrls: urls, clientUrls: [], isLearner };
    const type = isLearner ? ConfChangeType.addLearnerNode : ConfChangeType.addNode;
    await this.#ports.configure({ type, nodeId: id, context: utf8(memberToJson(member)) }, context);
    return { member, members: membership.list() };
  }

  async remove(id: MemberId, context: CallContext): Promise<ClusterMember[]> {
    const { membership, strict } = this.#ports;
    this.#demandRunning();
    if (strict && !membership.get(id)?.isLearner) refuse(mayRemove(this.#voters(), id));
    await this.#ports.configure({ type: ConfChangeType.removeNode, nodeId: id, context: new Uint8Array(0) }, context);
    return membership.list();
  }

  async update(id: MemberId, peerUrls: readonly string[], context: CallContext): Promise<ClusterMember[]> {
    this.#demandRunning();
    const json = memberToJson({ id, name: '', peerUrls: [...peerUrls].sort(), clientUrls: [], isLearner: false });
    await this.#ports.configure({ type: ConfChangeType.updateNode, nodeId: id, context: utf8(json) }, context);
    return this.#ports.membership.list();
  }

  /** Only the leader knows how far a learner is. */
  async promote(id: MemberId, context: CallContext): Promise<ClusterMember[]> {
    this.#demandRunning();
    if (this.#ports.isLeader()) await this.#counted(() => this.#demandApplied());
    // Leadership may have moved on in the meantime.
    if (!this.#ports.isLeader()) return this.#askLeader(id, context);
    const members = await this.#counted(() => this.#promoteAsLeader(id, context));
    this.promotions.successes++;
    return members;
  }

  /** Whoever leads, and again until the request's time is up: an election may be under way. Source: etcd `PromoteMember`. */
  async #askLeader(id: MemberId, context: CallContext): Promise<ClusterMember[]> {
    const { clock, requestTimeoutMs, forwardPromotion } = this.#ports;
    const untilMs = Math.min(context.deadlineMs, clock.nowMs() + requestTimeoutMs);
    for (;;) {
      try {
        return await forwardPromotion(id, { ...context, deadlineMs: untilMs });
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        const mayPass = [etcdErrors.noLeader, etcdErrors.notLeader, etcdErrors.timeout].some((known) => known().message === text);
        if (!mayPass) throw error;
        if (clock.nowMs() + leaderLookMs >= untilMs) throw text === etcdErrors.noLeader().message ? error : etcdErrors.timeout();
      }
      await new Promise<void>((resolve) => void clock.after(leaderLookMs, resolve));
      this.#demandRunning();
      if (context.signal?.aborted) throw etcdErrors.canceled();
    }
  }

  /** Counts its failure among those of promotions. */
  async #counted<T>(step: () => Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (error) {
      const reason = reasonOf(error);
      this.promotions.failures.set(reason, (this.promotions.failures.get(reason) ?? 0) + 1);
      throw error;
    }
  }

  /** What is committed and not applied here may be the addition of the very learner. Source: etcd `waitAppliedIndex`. */
  async #demandApplied(): Promise<void> {
    const { clock, committedIndex, appliedIndex, ended } = this.#ports;
    const index = committedIndex();
    if (appliedIndex() >= index) return;
    const limitMs = clock.nowMs() + applyTimeoutMs;
    await until(clock, applyLookMs, () => appliedIndex() >= index || clock.nowMs() >= limitMs || ended());
    this.#demandRunning();
    if (appliedIndex() < index) throw etcdErrors.timeoutWaitApplied();
  }

  async #promoteAsLeader(id: MemberId, context: CallContext): Promise<ClusterMember[]> {
    const match = this.#ports.match(id);
    if (match === undefined) throw etcdErrors.memberNotFound();
    if (!isInSync(match, this.#ports.match(this.#ports.memberId) ?? 0)) throw etcdErrors.learnerNotReady();
    if (this.#ports.strict) refuse(mayPromote(this.#voters()));
    await this.#ports.configure({ type: ConfChangeType.addNode, nodeId: id, context: utf8(promotionJson(id)) }, context);
    return this.#ports.membership.list();
  }

  #demandRunning(): void {
    if (this.#ports.ended()) throw etcdErrors.stopped();
  }

  #voters(): VoterFacts<MemberId>[] {
    const healthySinceMs = this.#ports.clock.nowMs() - healthIntervalMs;
    return this.#ports.membership.voters().map(({ id, name }) => {
      const self = id === this.#ports.memberId;
      const sinceMs = this.#ports.activeSinceMs(id);
      return { id, started: name !== '', connected: self || (sinceMs !== undefined && sinceMs <= healthySinceMs), active: self || sinceMs !== undefined };
    });
  }
}

/** etcd counts these two by the texts of its inner errors, which its clients do not see. Source: etcd `membership/errors.go`. */
const innerReasons: ReadonlyMap<string, string> = new Map([
  [etcdErrors.memberNotFound().message, 'membership: ID not found'],
  [etcdErrors.memberNotLearner().message, 'membership: can only promote a learner member'],
]);

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return innerReasons.get(text) ?? text;
}

const refusals: Readonly<Record<ChangeRefusal, () => EtcdError>> = { notEnoughStarted: etcdErrors.memberNotEnoughStarted, unhealthy: etcdErrors.unhealthy };

function refuse(refusal: ChangeRefusal | undefined): void {
  if (refusal !== undefined) throw refusals[refusal]();
}
