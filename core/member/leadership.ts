import { etcdErrors, type EtcdError } from '../base/etcd-error.ts';
import { noMember, type MemberId } from '../base/ids.ts';
import type { PeerNetwork } from '../ports/network.ts';

/** Who leads, as far as this member knows, and since when. */
export class Leadership {
  readonly #electionTimeoutMs: number;
  #leader: MemberId = noMember;
  #leading = false;
  #electedMs = -Infinity;

  constructor(electionTimeoutMs: number) {
    this.#electionTimeoutMs = electionTimeoutMs;
  }

  get leader(): MemberId {
    return this.#leader;
  }

  isLeader(id: MemberId): boolean {
    return this.#leading && this.#leader === id;
  }

  observe(leader: MemberId, role: string, nowMs: number): void {
    this.#leading = role === 'leader';
    if (leader !== this.#leader && leader !== noMember) this.#electedMs = nowMs;
    this.#leader = leader;
  }

  /** etcd's three ways to say that an entry was not applied in time. Source: `parseProposeCtxErr`. */
  timeoutError(startedMs: number, self: MemberId, voters: readonly { id: MemberId }[], network: PeerNetwork): EtcdError {
    if (this.failedDuring(startedMs)) return etcdErrors.timeoutLeaderFail();
    const up = (id: MemberId): boolean => id === self || (network.activeSinceMs(id) ?? Infinity) <= startedMs;
    const connected = this.#leader === self ? voters.filter(({ id }) => up(id)).length > voters.length / 2 : up(this.#leader);
    return connected ? etcdErrors.timeout() : etcdErrors.timeoutConnectionLost();
  }

  /** Whether a request that began then may have been lost with the leader before this one. */
  failedDuring(startedMs: number): boolean {
    return startedMs > this.#electedMs - 2 * this.#electionTimeoutMs && startedMs < this.#electedMs;
  }
}
