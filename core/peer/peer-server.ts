import type { IncomingMessage, ServerResponse } from 'node:http';
import { idHex, parseIdHex, type MemberId } from '../base/ids.ts';
import { askedOf } from '../node/asked-path.ts';
import { letGoOfUnread } from '../node/unread-request.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import type { PeerHandler } from '../ports/network.ts';
import { WireError } from '../proto/wire.ts';
import { MessageType, type Message } from '../raft/types.ts';
import { decodeMessage } from '../wal/raft-codec.ts';
import { peerHeaders, refusePeer, senderOf, senderUrls, type PeerIdentity, type Refusal } from './headers.ts';
import { answer, pathOf, readBody, unlessSilent } from './http-io.ts';
import type { LinkGate, PeerLink } from './peer-link.ts';
import { plausible } from './plausible.ts';
import { readSnapshot } from './snapshot-receiver.ts';
import type { StreamKind } from './stream-codec.ts';
import type { PeerTiming } from './timing.ts';

/** One posted message; snapshots do not come this way. */
const maxPostBytes = 64 * 1024 * 1024;

export interface PeerServerParts {
  self: PeerIdentity;
  clock: Clock;
  log: LogSink;
  timing: PeerTiming;
  handler(): PeerHandler | undefined;
  link(id: MemberId): PeerLink | undefined;
  gate(id: MemberId): LinkGate;
  isRemoved(id: MemberId): boolean;
  /** One who is no member that we know, but says where it is: an answer may have to reach it. */
  addRemote(id: MemberId, urls: readonly string[]): void;
  /** Answers what is not Raft's: members, version, leases. False: there is no such path. */
  serve(request: IncomingMessage, response: ServerResponse): boolean;
}

const streamPath = /^\/raft\/stream\/(msgapp|message)\/([^/]+)$/;

/** What the peer port answers. Source: etcd `rafthttp/http.go`. */
export class PeerServer {
  readonly #parts: PeerServerParts;

  constructor(parts: PeerServerParts) {
    this.#parts = parts;
  }

  /** One request must not end the member, whatever it is that it brings to light. */
  take(request: IncomingMessage, response: ServerResponse): void {
    letGoOfUnread(request, response, this.#parts.clock);
    try {
      this.#route(request, response);
    } catch (error) {
      this.#parts.log.log('error', 'request failed', { path: pathOf(request), error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      if (response.headersSent) response.destroy();
      else answer(response, 500, 'internal error\n');
    }
  }

  #route(request: IncomingMessage, response: ServerResponse): void {
    const { self } = this.#parts;
    const path = pathOf(request);
    if (this.#cut(path, senderOf(request))) return void request.socket.destroy();
    response.setHeader('X-Etcd-Cluster-ID', idHex(self.clusterId));
    if (path === '/raft') this.#takePost(request, response);
    else if (path === '/raft/snapshot') this.#takeSnapshot(request, response);
    else if (path.startsWith('/raft/stream/')) this.#openStream(path, request, response);
    else if (path === '/raft/probing') this.#probe(response);
    else this.#serveOther(request, response);
  }

  /** What is asked here is small: it has to be here whole in the time that a peer may be silent. */
  #serveOther(request: IncomingMessage, response: ServerResponse): void {
    const { clock, timing, serve } = this.#parts;
    if (!askedOf(request, response, ['/members/promote/'])) return;
    const limit = clock.after(timing.readMs, () => {
      if (!request.complete) request.destroy();
    });
    response.on('close', () => limit.dispose());
    if (!serve(request, response)) answer(response, 404, '404 page not found\n');
  }

  /** A stream carries what goes out, a post what comes in; whatever else is asked goes both ways. */
  #cut(path: string, from: MemberId | undefined): boolean {
    if (from === undefined) return false;
    const gate = this.#parts.gate(from);
    if (path.startsWith('/raft/stream/')) return !gate.out;
    if (path === '/raft' || path === '/raft/snapshot') return !gate.in;
    return !gate.in || !gate.out;
  }

  #probe(response: ServerResponse): void {
    const now = new Date(this.#parts.clock.wallMs()).toISOString();
    answer(response, 200, `${JSON.stringify({ OK: true, Now: now })}\n`, 'application/json');
  }

  /** Whether the request is none of this cluster, or has the wrong method; answers it then. */
  #refused(method: string, request: IncomingMessage, response: ServerResponse): boolean {
    if (request.method !== method) {
      response.setHeader('Allow', method);
      answer(response, 405, 'Method Not Allowed\n');
      return true;
    }
    const refusal = refusePeer(request, this.#parts.self);
    if (!refusal) return false;
    this.#parts.log.log('warn', 'a request on the peer port was refused', { from: idHex(senderOf(request) ?? 0n), reason: refusal.text });
    answer(response, refusal.status, `${refusal.text}\n`);
    return true;
  }

  #openStream(path: string, request: IncomingMessage, response: ServerResponse): void {
    const { self, link, isRemoved } = this.#parts;
    response.setHeader('X-Server-Version', self.version);
    if (this.#refused('GET', request, response)) return;
    const [, kind, hex = ''] = streamPath.exec(path) ?? [];
    const from = parseIdHex(hex);
    if (!kind) return answer(response, 404, 'invalid path\n');
    if (from === undefined) return answer(response, 404, 'invalid from\n');
    if (isRemoved(from)) return answer(response, 410, 'removed member\n');
    const known = link(from);
    if (!known) {
      this.#addRemote(from, request);
      return answer(response, 404, 'error sender not found\n');
    }
    if (String(request.headers['x-raft-to'] ?? '') !== idHex(self.memberId)) return answer(response, 412, 'to field mismatch\n');
    request.socket.setNoDelay(true);
    response.writeHead(200, peerHeaders(self));
    response.flushHeaders();
    known.attach(kind as StreamKind, response);
  }

  #addRemote(from: MemberId | undefined, request: IncomingMessage): void {
    const urls = senderUrls(request);
    if (from !== undefined && urls.length > 0) this.#parts.addRemote(from, urls);
  }

  #takePost(request: IncomingMessage, response: ServerResponse): void {
    if (this.#refused('POST', request, response)) return;
    this.#addRemote(senderOf(request), request);
    const { clock, timing } = this.#parts;
    readBody(unlessSilent(request, clock, timing.readMs), maxPostBytes).then(
      (body) => this.#step(body, request, response),
      () => {
        this.#dropped(request);
        answer(response, 400, 'error reading raft message\n');
      },
    );
  }

  #step(body: Uint8Array, request: IncomingMessage, response: ServerResponse): void {
    let message: Message;
    try {
      message = decodeMessage(body);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#dropped(request);
      return answer(response, 400, 'error unmarshalling raft message\n');
    }
    const refusal = this.#refusal(message);
    if (refusal) return answer(response, refusal.status, refusal.text, 'application/json');
    if (message.type !== MessageType.snap && plausible(message)) this.#parts.handler()?.receive(message);
    else this.#dropped(request);
    response.writeHead(204).end();
  }

  /** Counted for the peer that it says it is from; of strangers nothing is kept. */
  #dropped(request: IncomingMessage): void {
    const from = senderOf(request);
    const link = from === undefined ? undefined : this.#parts.link(from);
    if (link) link.status.figures.receiveFailures++;
  }

  /** Source: etcd `EtcdServer.Process`. */
  #refusal({ from, to }: Message): Refusal | undefined {
    if (this.#parts.isRemoved(from)) return { status: 403, text: JSON.stringify({ message: 'cannot process message from removed member' }) };
    if (to !== this.#parts.self.memberId) return { status: 403, text: JSON.stringify({ message: 'cannot process message to mismatch member' }) };
    return undefined;
  }

  #takeSnapshot(request: IncomingMessage, response: ServerResponse): void {
    if (this.#refused('POST', request, response)) return;
    const { log } = this.#parts;
    this.#addRemote(senderOf(request), request);
    this.#storeSnapshot(request).then(
      (refusal) => (refusal ? answer(response, refusal.status, refusal.text, 'application/json') : void response.writeHead(204).end()),
      (error: unknown) => {
        const text = error instanceof Error ? error.message : String(error);
        log.log('warn', 'a snapshot was not taken', { error: text });
        answer(response, error instanceof WireError ? 400 : 500, `${text}\n`);
      },
    );
  }

  async #storeSnapshot(request: IncomingMessage): Promise<Refusal | undefined> {
    const { clock, log } = this.#parts;
    const { message, byteLength, body } = await readSnapshot(request, clock);
    const refusal = this.#refusal(message);
    if (refusal) return refusal;
    const handler = this.#parts.handler();
    if (!handler) throw new Error('the member does not take messages yet');
    log.log('info', 'receiving a snapshot', { from: idHex(message.from), index: message.snapshot?.metadata.index, bytes: byteLength });
    const stored = handler.receiveSnapshot(message, byteLength, body);
    await (this.#parts.link(message.from)?.status.figures.snapshotsIn.count(() => clock.nowMs(), stored) ?? stored);
    return undefined;
  }
}
