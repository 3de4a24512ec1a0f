import type { Disposable } from '../base/dispose.ts';
import type { Clock } from '../ports/clock.ts';
import { exchange } from './exchange.ts';
import { peerHeaders, type PeerIdentity } from './headers.ts';
import type { PeerStatus } from './peer-status.ts';
import type { PeerTiming } from './timing.ts';
import type { UrlPicker } from './url-picker.ts';

export interface ProberParts {
  self: PeerIdentity;
  urls: UrlPicker;
  clock: Clock;
  timing: PeerTiming;
  status: PeerStatus;
  /** While false nothing is asked. */
  mayAsk(): boolean;
}

const maxAnswerBytes = 4096;
/** Share of a new measure in the smoothed one, as TCP does it. */
const smoothing = 1 / 8;

/** Measures round trip and clock difference by asking `/raft/probing`. Source: etcd `rafthttp/probing_status.go`. */
export class Prober implements Disposable {
  readonly #parts: ProberParts;
  readonly #timer: Disposable;
  readonly #abort = new AbortController();

  constructor(parts: ProberParts) {
    this.#parts = parts;
    this.#timer = parts.clock.every(parts.timing.probeMs, () => {
      if (parts.mayAsk()) this.#ask().catch((error: unknown) => this.#failed(error));
    });
  }

  #failed(error: unknown): void {
    if (!this.#abort.signal.aborted) this.#parts.status.failed(`probe: ${error instanceof Error ? error.message : String(error)}`);
  }

  async #ask(): Promise<void> {
    const { urls, clock, status: { figures } } = this.#parts;
    const [startMs, startWallMs] = [clock.nowMs(), clock.wallMs()];
    const base = urls.pick();
    const text = await this.#get(base).catch((error: unknown) => {
      urls.unreachable(base);
      throw error;
    });
    const tripMs = clock.nowMs() - startMs;
    const peerWallMs = Date.parse((JSON.parse(text) as { Now?: string }).Now ?? '');
    figures.roundTrips.observe(tripMs / 1000);
    figures.roundTripMs = figures.roundTripMs === undefined ? tripMs : figures.roundTripMs + (tripMs - figures.roundTripMs) * smoothing;
    if (!Number.isNaN(peerWallMs)) this.#parts.status.clocksDiffer(peerWallMs - (startWallMs + tripMs / 2));
  }

  async #get(base: string): Promise<string> {
    const { self, clock, timing } = this.#parts;
    const { status, body } = await exchange(base, '/raft/probing', { method: 'GET', headers: peerHeaders(self), signal: this.#abort.signal, clock, limitMs: timing.probeMs, maxAnswerBytes });
    if (status !== 200) throw new Error(`the peer answered ${status}`);
    return body.toString('utf8');
  }

  dispose(): void {
    this.#timer.dispose();
    this.#abort.abort();
  }
}
