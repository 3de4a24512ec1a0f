import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Disposable } from '../base/dispose.ts';
import { idHex, type MemberId } from '../base/ids.ts';
import { randomInt, type Random } from '../base/random.ts';
import type { Clock } from '../ports/clock.ts';
import type { Message } from '../raft/types.ts';
import { peerHeaders, type PeerIdentity } from './headers.ts';
import { readBody } from './http-io.ts';
import { requestPeer } from './peer-request.ts';
import { newDecoder, type StreamKind } from './stream-codec.ts';
import type { PeerTiming } from './timing.ts';
import type { UrlPicker } from './url-picker.ts';

export interface StreamReaderParts {
  kind: StreamKind;
  self: PeerIdentity;
  id: MemberId;
  urls: UrlPicker;
  clock: Clock;
  random: Random;
  timing: PeerTiming;
  receive(messages: readonly Message[], bytes: number): void;
  /** What came is no message; the stream ends. */
  garbled(): void;
  opened(): void;
  /** Dialling failed, or the stream ended; it is dialled again. */
  closed(reason: string): void;
  /** The peer says that this member was removed from the cluster. */
  removed(): void;
}

const maxRefusalBytes = 64 * 1024;

/** One of the two streams from a peer: dialled, and dialled again when it is lost, until disposed. */
export class StreamReader implements Disposable {
  readonly #parts: StreamReaderParts;
  #request: ClientRequest | undefined;
  #redial: Disposable | undefined;
  #silence: Disposable | undefined;
  #open = false;
  #disposed = false;

  constructor(parts: StreamReaderParts) {
    this.#parts = parts;
    this.#dial();
  }

  get open(): boolean {
    return this.#open;
  }

  /** Leaves the present stream, if any, and dials at once. */
  restart(): void {
    if (this.#redial) {
      this.#redial.dispose();
      this.#dial();
    } else this.#request?.destroy(new Error('the peer has other addresses'));
  }

  #dial(): void {
    this.#redial = undefined;
    const { kind, self, id, urls, clock, timing } = this.#parts;
    const base = urls.pick();
    let request: ClientRequest;
    try {
      request = requestPeer(base, `/raft/stream/${kind}/${idHex(self.memberId)}`, { headers: peerHeaders(self, id), agent: false });
    } catch (error) {
      this.#again(base, `${kind} stream: ${String(error)}`);
      return;
    }
    this.#request = request;
    const limit = clock.after(timing.dialMs, () => request.destroy(new Error(`no answer within ${timing.dialMs} ms`)));
    let reason = 'the stream was closed';
    const fail = (error: Error): void => {
      reason = error.message;
    };
    request.on('response', (response) => {
      if (response.statusCode === 200) {
        limit.dispose();
        this.#read(response, fail);
      } else this.#refused(response).then(fail, fail).finally(() => request.destroy());
    });
    request.on('error', fail);
    request.on('close', () => {
      limit.dispose();
      this.#closed(request, base, `${kind} stream: ${reason}`);
    });
    request.end();
  }

  #read(response: IncomingMessage, fail: (error: Error) => void): void {
    const { kind, self, id, clock, timing, receive } = this.#parts;
    response.socket.setNoDelay(true);
    let lastMs = clock.nowMs();
    this.#silence = clock.every(timing.readMs / 5, () => {
      if (clock.nowMs() - lastMs >= timing.readMs) response.destroy(new Error(`nothing came for ${timing.readMs} ms`));
    });
    const decoder = newDecoder(kind, self.memberId, id);
    response.on('data', (chunk: Uint8Array) => {
      // What has come with the end of a stream is told of all the same.
      if (response.destroyed) return;
      lastMs = clock.nowMs();
      try {
        receive(decoder.push(chunk), chunk.length);
      } catch (error) {
        this.#parts.garbled();
        response.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    response.on('error', fail);
    this.#open = true;
    this.#parts.opened();
  }

  /** Why the peer will not have this member; a removal is told at once. Source: etcd `streamReader.dial`. */
  async #refused(response: IncomingMessage): Promise<Error> {
    const { statusCode: status = 0 } = response;
    const text = (await readBody(response, maxRefusalBytes)).toString('utf8').trim();
    if (status === 410 && text.includes('removed member')) this.#parts.removed();
    if (status === 404) return new Error('the peer does not know this member yet');
    return new Error(`the peer answered ${status} ${text}`);
  }

  #closed(request: ClientRequest, base: string, reason: string): void {
    if (this.#request !== request) return;
    this.#silence?.dispose();
    this.#open = false;
    if (!this.#disposed) this.#again(base, reason);
  }

  #again(base: string, reason: string): void {
    const { clock, random, timing, urls } = this.#parts;
    urls.unreachable(base);
    this.#redial = clock.after(timing.redialMs + randomInt(random, timing.redialMs), () => this.#dial());
    this.#parts.closed(reason);
  }

  dispose(): void {
    this.#disposed = true;
    this.#redial?.dispose();
    this.#silence?.dispose();
    this.#request?.destroy();
    this.#request = undefined;
    this.#open = false;
  }
}
