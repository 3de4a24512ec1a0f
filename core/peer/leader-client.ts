import { Agent } from 'node:http';
import type { Disposable } from '../base/dispose.ts';
import { etcdErrors } from '../base/etcd-error.ts';
import type { CallContext } from '../member/types.ts';
import type { Clock } from '../ports/clock.ts';
import { exchange, type Answer } from './exchange.ts';
import { peerHeaders, type PeerIdentity } from './headers.ts';

const maxAnswerBytes = 64 * 1024 * 1024;
/** Questions under way at a time; further ones wait. */
const maxConnections = 32;

export interface LeaderClientParts {
  self: PeerIdentity;
  clock: Clock;
  timeoutMs: number;
  /** False while the link to the peer with this URL is cut. */
  reaches(peerUrl: string): boolean;
}

/** Asks the leader's peer port what only a leader answers, on connections that are kept. */
export class LeaderClient implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: maxConnections });
  readonly #parts: LeaderClientParts;

  constructor(parts: LeaderClientParts) {
    this.#parts = parts;
  }

  /** Posts to the first URL that answers at all. Throws EtcdErrors: canceled, or timed out. */
  async post(peerUrls: readonly string[], path: string, body: Uint8Array, context: CallContext): Promise<Answer> {
    for (const url of peerUrls) {
      if (!this.#parts.reaches(url)) continue;
      try {
        return await this.#postOne(url, path, body, context);
      } catch {
        // Another of its addresses may be open.
      }
    }
    throw context.signal?.aborted ? etcdErrors.canceled() : etcdErrors.timeout();
  }

  #postOne(url: string, path: string, body: Uint8Array, context: CallContext): Promise<Answer> {
    const { self, clock, timeoutMs } = this.#parts;
    const limitMs = Math.max(0, Math.min(timeoutMs, context.deadlineMs - clock.nowMs()));
    return exchange(url, path, { method: 'POST', headers: peerHeaders(self), body, agent: this.#agent, signal: context.signal, clock, limitMs, maxAnswerBytes });
  }

  dispose(): void {
    this.#agent.destroy();
  }
}
