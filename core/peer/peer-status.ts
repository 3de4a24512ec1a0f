import { exponentialBounds, Histogram } from '../base/histogram.ts';
import { idHex, type MemberId } from '../base/ids.ts';
import { Transfers } from '../base/transfers.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';

/** Sums since the member's start, and the newest measures. */
export interface PeerFigures {
  sentBytes: number;
  receivedBytes: number;
  /** Messages that could not be sent. */
  sendFailures: number;
  /** Messages from the peer that were dropped, and what came from it and was none. */
  receiveFailures: number;
  /** How often an active peer was lost. */
  disconnects: number;
  /** To the peer, and from it. */
  readonly snapshotsOut: Transfers;
  readonly snapshotsIn: Transfers;
  /** Seconds of each probe. */
  readonly roundTrips: Histogram;
  /** Smoothed, milliseconds; undefined until the first probe was answered. */
  roundTripMs: number | undefined;
  /** How far the peer's wall clock is ahead, give or take half a round trip, milliseconds. */
  clockDifferenceMs: number | undefined;
}

const maxTold = 10;
/** Source: etcd `monitorProbingStatus`. */
const maxClockDifferenceMs = 1_000;

/** What is known of the connections with one peer. Only changes are logged: a peer that is down is dialled for hours. */
export class PeerStatus {
  readonly figures: PeerFigures = {
    sentBytes: 0, receivedBytes: 0, sendFailures: 0, receiveFailures: 0, disconnects: 0, snapshotsOut: new Transfers(), snapshotsIn: new Transfers(),
    roundTrips: new Histogram(exponentialBounds(0.0001, 2, 16)), roundTripMs: undefined, clockDifferenceMs: undefined,
  };
  readonly #id: MemberId;
  readonly #clock: Clock;
  readonly #log: LogSink;
  #activeSinceMs: number | undefined;
  #clockTold = false;
  /** What was told since the peer was last active. */
  readonly #told = new Set<string>();

  constructor(id: MemberId, clock: Clock, log: LogSink) {
    this.#id = id;
    this.#clock = clock;
    this.#log = log;
  }

  /** Monotonic milliseconds since when the peer's messages flow; undefined: they do not. */
  get activeSinceMs(): number | undefined {
    return this.#activeSinceMs;
  }

  activate(): void {
    if (this.#activeSinceMs !== undefined) return;
    this.#activeSinceMs = this.#clock.nowMs();
    this.#told.clear();
    this.#log.log('info', 'peer became active', { peer: idHex(this.#id) });
  }

  deactivate(reason: string): void {
    if (this.#activeSinceMs !== undefined) {
      this.#activeSinceMs = undefined;
      this.figures.disconnects++;
      this.#log.log('warn', 'peer became inactive', { peer: idHex(this.#id), reason });
    }
    this.failed(reason);
  }

  /** The wall clocks of two members need not agree, but an operator wants to know when they do not. */
  clocksDiffer(byMs: number): void {
    this.figures.clockDifferenceMs = byMs;
    const far = Math.abs(byMs) > maxClockDifferenceMs;
    if (far && !this.#clockTold) this.#log.log('warn', 'the clock of a peer differs', { peer: idHex(this.#id), 'ahead-ms': Math.round(byMs) });
    this.#clockTold = far;
  }

  /** Something with the peer failed; each way of failing is told once, and a few of them at most. */
  failed(reason: string): void {
    if (this.#told.has(reason) || this.#told.size >= maxTold) return;
    this.#told.add(reason);
    this.#log.log('warn', 'peer cannot be reached', { peer: idHex(this.#id), reason });
  }
}
