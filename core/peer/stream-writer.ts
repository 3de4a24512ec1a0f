import type { ServerResponse } from 'node:http';
import type { Disposable } from '../base/dispose.ts';
import type { Clock } from '../ports/clock.ts';
import type { Message } from '../raft/types.ts';
import type { StreamEncoder } from './codec.ts';
import { newEncoder, type StreamKind } from './stream-codec.ts';
import type { PeerTiming } from './timing.ts';

/** More unsent bytes than this on a stream: what comes is dropped, as from a full buffer. */
const maxUnsentBytes = 64 * 1024 * 1024;

export interface StreamWriterParts {
  kind: StreamKind;
  clock: Clock;
  timing: PeerTiming;
  sent(bytes: number): void;
  /** The stream ended with messages in it. */
  lost(): void;
}

interface Attached {
  response: ServerResponse;
  encoder: StreamEncoder;
  beat: Disposable;
  /** When it last took something that had waited. */
  tookMs: number;
  took: () => void;
}

/** One of the two streams to a peer: the answer to a request that the peer has made, which never ends. */
export class StreamWriter implements Disposable {
  readonly #parts: StreamWriterParts;
  #attached: Attached | undefined;

  constructor(parts: StreamWriterParts) {
    this.#parts = parts;
  }

  get open(): boolean {
    return this.#attached !== undefined;
  }

  /** The peer has dialled: its newest stream is the one to write to. The headers must be sent already. */
  attach(response: ServerResponse): void {
    const before = this.#attached?.response;
    if (before && before.writableLength > 0) this.#parts.lost();
    this.dispose();
    const { kind, clock, timing } = this.#parts;
    const attached: Attached = {
      response, encoder: newEncoder(kind), tookMs: clock.nowMs(),
      beat: clock.every(timing.linkHeartbeatMs, () => this.#beat(attached)),
      took: () => {
        attached.tookMs = clock.nowMs();
      },
    };
    this.#attached = attached;
    response.on('error', () => {});
    response.on('close', () => this.#closed(attached));
  }

  /** False: they were dropped, since the peer does not keep up. Only while `open`. */
  send(messages: readonly Message[]): boolean {
    const attached = this.#attached!;
    if (attached.response.writableLength > maxUnsentBytes) return false;
    const bytes = attached.encoder.encode(messages);
    this.#parts.sent(bytes.length);
    this.#write(attached, bytes);
    return true;
  }

  #write({ response, took }: Attached, bytes: Uint8Array): void {
    if (response.writableLength === 0) took();
    response.write(bytes, took);
  }

  #beat(attached: Attached): void {
    const { clock, timing } = this.#parts;
    if (attached.response.writableLength > 0 && clock.nowMs() - attached.tookMs >= timing.writeMs) attached.response.destroy();
    else this.#write(attached, attached.encoder.heartbeat());
  }

  #closed(attached: Attached): void {
    attached.beat.dispose();
    if (this.#attached !== attached) return;
    this.#attached = undefined;
    if (attached.response.writableLength > 0) this.#parts.lost();
  }

  /** Ends the stream; another may be attached. */
  dispose(): void {
    const attached = this.#attached;
    this.#attached = undefined;
    attached?.beat.dispose();
    attached?.response.destroy();
  }
}
