import { chance, randomInt, type Random } from '../../core/base/random.ts';
import type { MemberId } from '../../core/base/ids.ts';
import type { PeerHandler, PeerNetwork, SnapshotBody } from '../../core/ports/network.ts';
import { MessageType, type Message } from '../../core/raft/types.ts';
import { decodeMessage, encodeMessage } from '../../core/wal/raft-codec.ts';
import type { Timeline } from './sim-clock.ts';
import { carrySnapshot } from './sim-snapshot.ts';

export interface Weather {
  /** Shares of messages. */
  loss: number;
  duplication: number;
  /** Milliseconds; a message may overtake another. */
  maxDelayMs: number;
}

export const fair: Weather = { loss: 0, duplication: 0, maxDelayMs: 2 };

/** All links of the world. Messages cross as bytes, so that members share nothing. */
export class SimNetwork {
  weather: Weather = fair;
  readonly #timeline: Timeline;
  readonly #random: Random;
  readonly #handlers = new Map<MemberId, PeerHandler>();
  /** Directed links that are cut, as `from>to`. */
  readonly #cut = new Set<string>();
  readonly #held = new Map<MemberId, number>();
  /** Seen by the checkers before anything can befall it. */
  onSend: (message: Message) => void = () => {};
  sent = 0;
  /** Whom each member has been told to connect to. */
  readonly peers = new Map<MemberId, Set<MemberId>>();

  constructor(timeline: Timeline, random: Random) {
    this.#timeline = timeline;
    this.#random = random;
  }

  attach(id: MemberId, handler: PeerHandler): void {
    this.#handlers.set(id, handler);
  }

  detach(id: MemberId): void {
    this.#handlers.delete(id);
  }

  /** The process does not run until then: what arrives waits. */
  hold(id: MemberId, untilMs: number): void {
    this.#held.set(id, untilMs);
  }

  #arrive(to: MemberId, run: () => void): void {
    const until = this.#held.get(to) ?? 0;
    if (until > this.#timeline.nowMs) this.#timeline.at(until, () => this.#arrive(to, run));
    else run();
  }

  cut(from: MemberId, to: MemberId): void {
    this.#cut.add(`${from}>${to}`);
  }

  heal(): void {
    this.#cut.clear();
  }

  open(from: MemberId, to: MemberId): boolean {
    return !this.#cut.has(`${from}>${to}`);
  }

  /** The network as one member has it. */
  portOf(self: MemberId): PeerNetwork {
    const peers = new Set<MemberId>();
    this.peers.set(self, peers);
    return {
      send: (messages) => {
        for (const message of messages) this.#send(self, message);
      },
      sendSnapshot: (message, body) => this.#sendSnapshot(self, message, body),
      addPeer: (id) => void peers.add(id),
      removePeer: (id) => void peers.delete(id),
      activeSinceMs: (id) => (this.#handlers.has(id) && this.open(id, self) && this.open(self, id) ? 0 : undefined),
      setLink() {},
      async dispose() {},
    };
  }

  #send(from: MemberId, message: Message): void {
    this.onSend(message);
    this.sent++;
    const { to } = message;
    if (!this.open(from, to) || chance(this.#random, this.weather.loss)) {
      // The sender may learn of it, as from a broken stream.
      if (chance(this.#random, 0.2)) this.#timeline.at(this.#timeline.nowMs + 1, () => this.#handlers.get(from)?.unreachable(to));
      return;
    }
    const bytes = encodeMessage(message);
    // A stream of TCP brings nothing twice. Raft bears it all the same, but for a proposal: that would be two entries.
    const duplicated = message.type !== MessageType.prop && chance(this.#random, this.weather.duplication);
    const copies = duplicated ? 2 : 1;
    for (let i = 0; i < copies; i++) {
      this.#timeline.at(this.#timeline.nowMs + this.#delayMs(), () => {
        // A cut comes upon what is under way as well.
        if (this.open(from, to)) this.#arrive(to, () => this.#handlers.get(to)?.receive(decodeMessage(bytes)));
      });
    }
  }

  #sendSnapshot(from: MemberId, message: Message, body: SnapshotBody): void {
    this.onSend(message);
    this.sent++;
    const { to } = message;
    const sender = this.#handlers.get(from);
    const receiver = this.#handlers.get(to);
    const sends = (): boolean => sender !== undefined && this.#handlers.get(from) === sender;
    const takes = (): boolean => receiver !== undefined && this.#handlers.get(to) === receiver;
    void carrySnapshot(message, body, chance(this.#random, this.weather.loss), {
      // One that has crashed is told nothing.
      get sender() {
        return sends() ? sender : undefined;
      },
      receiver,
      flows: () => sends() && takes() && this.open(from, to),
      returns: () => this.open(to, from),
      pass: () => this.#later(this.#delayMs()),
      later: (delayMs) => this.#later(delayMs),
    });
  }

  #delayMs(): number {
    return 0.2 + randomInt(this.#random, Math.max(1, this.weather.maxDelayMs * 10)) / 10;
  }

  #later(delayMs: number): Promise<void> {
    return new Promise((done) => this.#timeline.at(this.#timeline.nowMs + delayMs, done));
  }
}
