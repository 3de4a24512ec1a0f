import type { MemberId } from '../base/ids.ts';
import type { Message } from './types.ts';

/** safe: a quorum confirms the leadership; leaseBased: the leader trusts its lease, which needs CheckQuorum and sane clocks. */
export type ReadOnlyOption = 'safe' | 'leaseBased';

export interface ReadRequest {
  /** MsgReadIndex: its one entry carries the caller's context. */
  request: Message;
  /** The commit index when the leader took the request. */
  index: number;
}

interface Pending extends ReadRequest {
  sequence: number;
  acks: Map<MemberId, boolean>;
}

/**
 * Read requests that wait for a quorum to confirm that their leader still leads. Each has a sequence number, which
 * heartbeats carry and followers echo; a quorum for one confirms all before it.
 */
export class ReadOnly {
  readonly option: ReadOnlyOption;
  #pending: Pending[] = [];
  #sequence = 0;

  constructor(option: ReadOnlyOption) {
    this.option = option;
  }

  /** Registers a request, acknowledged by the leader itself; returns the context that heartbeats carry for it. */
  add(request: Message, index: number, self: MemberId): Uint8Array {
    const sequence = ++this.#sequence;
    this.#pending.push({ sequence, request, index, acks: new Map([[self, true]]) });
    return contextOf(sequence);
  }

  /** The acks of the request that this context stands for; undefined when there is none. */
  ack(from: MemberId, context: Uint8Array): ReadonlyMap<MemberId, boolean> | undefined {
    const sequence = sequenceOf(context);
    const pending = this.#pending.find((item) => item.sequence === sequence);
    pending?.acks.set(from, true);
    return pending?.acks;
  }

  /** Takes out the requests up to the one of this context. */
  advance(context: Uint8Array): ReadRequest[] {
    const sequence = sequenceOf(context);
    const split = this.#pending.findIndex((item) => item.sequence > sequence);
    const done = split < 0 ? this.#pending : this.#pending.slice(0, split);
    this.#pending = split < 0 ? [] : this.#pending.slice(split);
    return done;
  }

  /** What periodic heartbeats carry, so that a lost confirmation is asked for again. */
  lastContext(): Uint8Array | undefined {
    const last = this.#pending.at(-1);
    return last && contextOf(last.sequence);
  }
}

function contextOf(sequence: number): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(sequence), true);
  return out;
}

function sequenceOf(context: Uint8Array): number {
  if (context.length !== 8) return 0;
  return Number(new DataView(context.buffer, context.byteOffset, 8).getBigUint64(0, true));
}
