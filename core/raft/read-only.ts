import type { MemberId } from '../base/ids.ts';
import { jointCommitted, type JointConfig } from './quorum/joint.ts';
import type { Message } from './types.ts';

/** safe: a quorum confirms the leadership; leaseBased: the leader trusts its lease, which needs CheckQuorum and sane clocks. */
export type ReadOnlyOption = 'safe' | 'leaseBased';

export interface ReadRequest {
  /** MsgReadIndex: its one entry carries the caller's context. */
  request: Message;
  /** The commit index when the leader took the request. */
  index: number;
}

/**
 * Read requests that wait for a quorum to confirm that their leader still leads. They are numbered from 1; heartbeats carry
 * the number of the last, and a follower that echoes it confirms all up to it. So what a quorum has confirmed is found as
 * what a quorum has acknowledged of the log is. The numbers are good for one term: a new one begins with a new ReadOnly.
 */
export class ReadOnly {
  readonly option: ReadOnlyOption;
  #pending: ReadRequest[] = [];
  /** Requests that were confirmed and let go: `#pending[0]` has the next number. */
  #confirmed = 0;
  readonly #acked = new Map<MemberId, number>();

  constructor(option: ReadOnlyOption) {
    this.option = option;
  }

  /** Registers a request, which the leader itself acknowledges at once. */
  add(request: Message, index: number, self: MemberId): void {
    this.#pending.push({ request, index });
    this.#acked.set(self, this.#lastNumber());
  }

  /** What heartbeats carry to have all pending requests confirmed; undefined when there are none. */
  heartbeatContext(): Uint8Array | undefined {
    return this.#pending.length === 0 ? undefined : contextOf(this.#lastNumber());
  }

  /** Takes a follower's echo, and takes out the requests that the configuration's quorum has confirmed by now. */
  confirm(from: MemberId, context: Uint8Array, config: JointConfig): ReadRequest[] {
    const number = Math.min(numberOf(context), this.#lastNumber());
    if (number > (this.#acked.get(from) ?? 0)) this.#acked.set(from, number);
    const confirmed = Math.min(jointCommitted(config, (id) => this.#acked.get(id)), this.#lastNumber());
    if (confirmed <= this.#confirmed) return [];
    const done = this.#pending.splice(0, confirmed - this.#confirmed);
    this.#confirmed = confirmed;
    return done;
  }

  #lastNumber(): number {
    return this.#confirmed + this.#pending.length;
  }
}

/** Eight bytes, little-endian. */
function contextOf(number: number): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(number), true);
  return out;
}

/** 0, which confirms nothing, when the bytes are not such a number. */
function numberOf(context: Uint8Array): number {
  if (context.length !== 8) return 0;
  return Number(new DataView(context.buffer, context.byteOffset, 8).getBigUint64(0, true));
}
