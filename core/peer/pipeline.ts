import { Agent } from 'node:http';
import type { Disposable } from '../base/dispose.ts';
import type { Clock } from '../ports/clock.ts';
import type { Message } from '../raft/types.ts';
import { encodeMessage } from '../wal/raft-codec.ts';
import { exchange } from './exchange.ts';
import { peerHeaders, type PeerIdentity } from './headers.ts';
import type { PeerTiming } from './timing.ts';
import type { UrlPicker } from './url-picker.ts';

/** Source: etcd `rafthttp/pipeline.go`. */
const workers = 4;
const maxWaiting = 64;
const maxAnswerBytes = 64 * 1024;

export interface PipelineParts {
  self: PeerIdentity;
  urls: UrlPicker;
  clock: Clock;
  timing: PeerTiming;
  delivered(bytes: number): void;
  failed(reason: string): void;
  /** The peer says that this member was removed from the cluster. */
  removed(): void;
}

/** What the peer answered to a post, when it was not 204. */
export class PostRefused extends Error {
  override readonly name = 'PostRefused';
  /** This member was removed. A message that was meant for another member is refused likewise, and so is much by whoever is no etcd. */
  readonly removed: boolean;

  constructor(status: number, text: string) {
    super(`the peer answered ${status} ${text}`.trim());
    this.removed = status === 403 && text.includes('removed member');
  }
}

/** Messages by single posts, a few at a time: while there is no stream, and to those who are not members yet. */
export class Pipeline implements Disposable {
  readonly #parts: PipelineParts;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: workers });
  #waiting: Message[] = [];
  #underWay = 0;
  #disposed = false;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  /** False: it was dropped, since too many wait. */
  send(message: Message): boolean {
    if (this.#underWay < workers) void this.#post(message);
    else if (this.#waiting.length < maxWaiting) this.#waiting.push(message);
    else return false;
    return true;
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting = [];
  }

  async #post(message: Message): Promise<void> {
    this.#underWay++;
    const body = encodeMessage(message);
    const base = this.#parts.urls.pick();
    try {
      await this.#exchange(base, body);
      this.#parts.delivered(body.length);
    } catch (error) {
      if (!this.#disposed) {
        this.#parts.urls.unreachable(base);
        if (error instanceof PostRefused && error.removed) this.#parts.removed();
        this.#parts.failed(error instanceof Error ? error.message : String(error));
      }
    }
    this.#underWay--;
    const next = this.#waiting.shift();
    if (next && !this.#disposed) void this.#post(next);
  }

  async #exchange(base: string, body: Uint8Array): Promise<void> {
    const { self, clock, timing } = this.#parts;
    const { status, body: text } = await exchange(base, '/raft', { method: 'POST', headers: peerHeaders(self), body, agent: this.#agent, clock, limitMs: timing.readMs, maxAnswerBytes });
    if (status !== 204) throw new PostRefused(status, text.toString('utf8').trim());
  }

  dispose(): void {
    this.#disposed = true;
    this.#waiting = [];
    this.#agent.destroy();
  }
}
