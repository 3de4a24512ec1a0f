import type { Disposable } from '../../base/dispose.ts';
import type { Clock } from '../../ports/clock.ts';

/** A client without a call has no reason to ping more often than this. */
const idleMinTimeMs = 2 * 60 * 60 * 1000;
const maxStrikes = 2;

/** Whether a client pings more often than it may. Source of the rules: grpc-go `http2_server.go`, `handlePing`. */
export class PingGuard {
  readonly #minTimeMs: number;
  #lastMs = -Infinity;
  #strikes = 0;
  #forgiven = false;

  constructor(minTimeMs: number) {
    this.#minTimeMs = minTimeMs;
  }

  /** Headers, data or a reset went out: a client measures its links with pings when something comes. */
  answered(): void {
    this.#forgiven = true;
  }

  /** Takes a ping note of; false: it is one too many. `calls`: how many are open. */
  allows(nowMs: number, calls: number): boolean {
    const sinceMs = nowMs - this.#lastMs;
    this.#lastMs = nowMs;
    if (this.#forgiven) {
      this.#forgiven = false;
      this.#strikes = 0;
      return true;
    }
    if (sinceMs < (calls > 0 ? this.#minTimeMs : idleMinTimeMs)) this.#strikes++;
    return this.#strikes <= maxStrikes;
  }
}

/** What it asks of a connection. */
interface Pinged {
  /** When something came last. */
  readonly lastReadMs: number;
  ping(): void;
  destroy(): void;
}

export interface KeepaliveOptions {
  clock: Clock;
  /** A connection that is silent for so long is pinged. */
  intervalMs: number;
  /** … and closed when nothing at all comes for so long after it. */
  timeoutMs: number;
}

/** Finds out which silent connections are dead. Source: grpc-go `http2_server.go`, `keepalive`. */
export class Keepalive {
  readonly #connection: Pinged;
  readonly #options: KeepaliveOptions;
  #seenMs: number;
  #pingedMs: number | undefined;
  #late = false;
  #timer: Disposable;

  constructor(connection: Pinged, options: KeepaliveOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#seenMs = options.clock.nowMs();
    this.#timer = this.#in(options.intervalMs);
  }

  #in(delayMs: number): Disposable {
    return this.#options.clock.after(Math.max(0, delayMs), () => this.#look());
  }

  #look(): void {
    const { clock, intervalMs, timeoutMs } = this.#options;
    const nowMs = clock.nowMs();
    const { lastReadMs } = this.#connection;
    if (lastReadMs > this.#seenMs) {
      this.#seenMs = lastReadMs;
      this.#pingedMs = undefined;
      this.#late = false;
      this.#timer = this.#in(lastReadMs + intervalMs - nowMs);
      return;
    }
    if (this.#pingedMs === undefined) {
      this.#pingedMs = nowMs;
      this.#connection.ping();
    }
    const leftMs = this.#pingedMs + timeoutMs - nowMs;
    if (leftMs <= 0 && this.#late) {
      this.#connection.destroy();
      return;
    }
    // After this process has stood still the answer may wait in its socket: it is read before the next look.
    this.#late = leftMs <= 0;
    this.#timer = this.#in(Math.min(intervalMs, leftMs));
  }

  dispose(): void {
    this.#timer.dispose();
  }
}
