import { noMember, type MemberId } from '../base/ids.ts';

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

  /** Whether a request that began then may have been lost with the leader before this one. */
  failedDuring(startedMs: number): boolean {
    return startedMs > this.#electedMs - 2 * this.#electionTimeoutMs && startedMs < this.#electedMs;
  }
}
