import { request as httpRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Disposable } from '../base/dispose.ts';
import { idHex, type MemberId } from '../base/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import { newMessage } from '../raft/message.ts';
import type { SnapshotBody } from '../ports/network.ts';
import { MessageType, type Message } from '../raft/types.ts';
import { encodeMessage } from '../wal/raft-codec.ts';
import { encodeFrames, FrameReader } from './frames.ts';
import { peerHeaders, type PeerIdentity } from './headers.ts';
import { postSnapshot, type SnapshotPost } from './snapshot-sender.ts';

/** Source: etcd `rafthttp`. */
const redialMs = 100;
const readTimeoutMs = 5_000;
const linkHeartbeatMs = readTimeoutMs / 3;
const pipelineWorkers = 4;
/** More unsent bytes than this on a stream: what comes is dropped, as from a full buffer. */
const maxUnsentBytes = 64 * 1024 * 1024;

export interface PeerLinkParts {
  self: PeerIdentity;
  id: MemberId;
  clock: Clock;
  log: LogSink;
  receive(message: Message): void;
  unreachable(): void;
  snapshotSent(ok: boolean): void;
}

/**
 * The link to one peer. What comes from it comes on a stream that we dial; what goes to it goes on a stream that it
 * dialled, and while there is none, by single posts.
 */
export class PeerLink implements Disposable {
  readonly #parts: PeerLinkParts;
  #urls: readonly string[];
  #urlIndex = 0;
  #dialed: ClientRequest | undefined;
  #redial: Disposable | undefined;
  #outgoing: ServerResponse | undefined;
  #heartbeat: Disposable | undefined;
  #activeSinceMs: number | undefined;
  #posting = 0;
  #disposed = false;
  #link = { in: true, out: true };
  readonly #snapshots = new Set<SnapshotPost>();

  constructor(parts: PeerLinkParts, urls: readonly string[]) {
    this.#parts = parts;
    this.#urls = urls;
    this.#dial();
  }

  get activeSinceMs(): number | undefined {
    return this.#link.in && this.#link.out ? this.#activeSinceMs : undefined;
  }

  setUrls(urls: readonly string[]): void {
    if (urls.join() === this.#urls.join()) return;
    this.#urls = urls;
    this.#urlIndex = 0;
    this.#dialed?.destroy();
  }

  setLink(link: { in: boolean; out: boolean }): void {
    this.#link = link;
    if (!link.out) for (const post of this.#snapshots) post.dispose();
  }

  // --- from the peer

  #dial(): void {
    if (this.#disposed) return;
    const { self, id } = this.#parts;
    const url = new URL(`/raft/stream/message/${idHex(self.memberId)}`, this.#urls[this.#urlIndex % this.#urls.length]);
    const request = httpRequest(url, { headers: peerHeaders(self, id), agent: false, timeout: readTimeoutMs });
    this.#dialed = request;
    request.on('response', (response) => this.#read(response));
    request.on('timeout', () => request.destroy(new Error('the stream was silent for too long')));
    request.on('error', () => {});
    request.on('close', () => this.#lost(request));
    request.end();
  }

  #read(response: IncomingMessage): void {
    if (response.statusCode !== 200) {
      this.#parts.log.log('warn', 'peer refused the stream', { peer: idHex(this.#parts.id), status: response.statusCode });
      response.resume();
      return;
    }
    response.socket.setNoDelay(true);
    this.#activeSinceMs = this.#parts.clock.nowMs();
    const frames = new FrameReader();
    response.on('data', (chunk: Uint8Array) => {
      try {
        for (const message of frames.push(chunk)) {
          // A link heartbeat has no receiver.
          if (message.to !== 0n && this.#link.in) this.#parts.receive(message);
        }
      } catch (error) {
        response.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    response.on('error', (error) => this.#parts.log.log('info', 'stream from peer broke', { peer: idHex(this.#parts.id), error: error.message }));
  }

  #lost(request: ClientRequest): void {
    if (this.#dialed !== request) return;
    this.#activeSinceMs = undefined;
    this.#urlIndex++;
    if (this.#disposed) return;
    this.#redial = this.#parts.clock.after(redialMs, () => this.#dial());
  }

  // --- to the peer

  /** The peer has dialled: its newest stream is the one to write to. */
  attach(response: ServerResponse): void {
    this.#outgoing?.destroy();
    this.#heartbeat?.dispose();
    this.#outgoing = response;
    response.on('error', () => {});
    response.on('close', () => {
      if (this.#outgoing !== response) return;
      this.#outgoing = undefined;
      this.#heartbeat?.dispose();
    });
    const beat = encodeFrames([newMessage(MessageType.heartbeat, {})]);
    this.#heartbeat = this.#parts.clock.every(linkHeartbeatMs, () => {
      if (this.#link.out) response.write(beat);
    });
  }

  send(messages: readonly Message[]): void {
    if (!this.#link.out) return;
    const stream = this.#outgoing;
    if (!stream) {
      for (const message of messages) this.#post(message);
    } else if (stream.writableLength > maxUnsentBytes) this.#parts.unreachable();
    else stream.write(encodeFrames(messages));
  }

  sendSnapshot(message: Message, body: SnapshotBody): void {
    const { self, id, clock, log } = this.#parts;
    const url = new URL('/raft/snapshot', this.#urls[this.#urlIndex % this.#urls.length]);
    const facts = { peer: idHex(id), index: message.snapshot?.metadata.index, bytes: body.byteLength };
    log.log('info', 'sending a snapshot', facts);
    const post = postSnapshot(url, peerHeaders(self), message, body, clock);
    this.#snapshots.add(post);
    if (!this.#link.out) post.dispose();
    post.done.then(
      () => {
        log.log('info', 'the peer has the snapshot', facts);
        this.#parts.snapshotSent(true);
      },
      (error: unknown) => {
        log.log('warn', 'the snapshot was not sent', { ...facts, error: error instanceof Error ? error.message : String(error) });
        if (this.#disposed) return;
        this.#parts.unreachable();
        this.#parts.snapshotSent(false);
      },
    ).finally(() => this.#snapshots.delete(post));
  }

  #post(message: Message): void {
    if (this.#posting >= pipelineWorkers) {
      this.#parts.unreachable();
      return;
    }
    this.#posting++;
    const url = new URL('/raft', this.#urls[this.#urlIndex % this.#urls.length]);
    const body = encodeMessage(message);
    const request = httpRequest(url, {
      method: 'POST', timeout: readTimeoutMs, agent: false,
      headers: { ...peerHeaders(this.#parts.self), 'Content-Type': 'application/protobuf', 'Content-Length': body.length },
    });
    let delivered = false;
    request.on('response', (response) => {
      delivered = response.statusCode === 204;
      response.resume();
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => {});
    request.on('close', () => {
      this.#posting--;
      if (!delivered && !this.#disposed) this.#parts.unreachable();
    });
    request.end(body);
  }

  dispose(): void {
    this.#disposed = true;
    this.#redial?.dispose();
    this.#heartbeat?.dispose();
    this.#dialed?.destroy();
    this.#outgoing?.destroy();
    for (const post of this.#snapshots) post.dispose();
  }
}
