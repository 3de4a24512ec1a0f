import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { idHex, parseIdHex, type MemberId } from '../base/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import type { PeerHandler, PeerNetwork, SnapshotBody } from '../ports/network.ts';
import type { Message } from '../raft/types.ts';
import { decodeMessage } from '../wal/raft-codec.ts';
import { WireError } from '../proto/wire.ts';
import { peerHeaders, refusePeer, type PeerIdentity, type Refusal } from './headers.ts';
import { PeerLink } from './peer-link.ts';
import { readSnapshot } from './snapshot-receiver.ts';
import { listenOn } from '../node/listen.ts';

/** One posted message; snapshots do not come this way. */
const maxPostBytes = 64 * 1024 * 1024;

export interface PeerNetworkOptions {
  self: PeerIdentity;
  listenUrls: readonly string[];
  clock: Clock;
  log: LogSink;
  isRemoved(id: MemberId): boolean;
  /** Answers what is not Raft's: members, version, leases. False: there is no such path. */
  serve(request: IncomingMessage, response: ServerResponse): boolean;
}

/** Raft between members over HTTP/1.1 on the peer URLs, as etcd's rafthttp does it. */
export class HttpPeerNetwork implements PeerNetwork {
  readonly #options: PeerNetworkOptions;
  readonly #links = new Map<MemberId, PeerLink>();
  readonly #sockets = new Set<Socket>();
  readonly #servers: Server[] = [];
  #handler: PeerHandler | undefined;

  private constructor(options: PeerNetworkOptions) {
    this.#options = options;
  }

  /** Listens on all peer URLs; rejects when one cannot be had. */
  static async listen(options: PeerNetworkOptions): Promise<HttpPeerNetwork> {
    const network = new HttpPeerNetwork(options);
    try {
      for (const url of options.listenUrls) network.#servers.push(await network.#listen(url));
    } catch (error) {
      await network.dispose();
      throw error;
    }
    return network;
  }

  async #listen(url: string): Promise<Server> {
    // A snapshot may take longer than Node's limit for a whole request; silence is what is limited.
    const server = createServer({ requestTimeout: 0 }, (request, response) => this.#serve(request, response));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await listenOn(server, url, 'listen-peer-urls');
    return server;
  }

  /** The addresses that are listened on, as URLs: a port that was given as 0 is the system's choice. */
  get addresses(): string[] {
    return this.#servers.map((server) => {
      const { address, family, port } = server.address() as AddressInfo;
      return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    });
  }

  /** Messages are delivered from now on; until then they are dropped. */
  deliverTo(handler: PeerHandler): void {
    this.#handler = handler;
  }

  // --- out

  send(messages: readonly Message[]): void {
    if (messages.length === 1) {
      this.#links.get(messages[0]!.to)?.send(messages);
      return;
    }
    const byPeer = new Map<MemberId, Message[]>();
    for (const message of messages) {
      const list = byPeer.get(message.to);
      if (list) list.push(message);
      else byPeer.set(message.to, [message]);
    }
    for (const [id, list] of byPeer) this.#links.get(id)?.send(list);
  }

  sendSnapshot(message: Message, body: SnapshotBody): void {
    const link = this.#links.get(message.to);
    if (link) link.sendSnapshot(message, body);
    else {
      body.close();
      this.#options.clock.soon(() => this.#handler?.snapshotSent(message.to, false));
    }
  }

  addPeer(id: MemberId, peerUrls: readonly string[]): void {
    const known = this.#links.get(id);
    if (known) {
      known.setUrls(peerUrls);
      return;
    }
    const { self, clock, log } = this.#options;
    const link = new PeerLink(
      {
        self, id, clock, log,
        receive: (message) => this.#handler?.receive(message),
        unreachable: () => this.#handler?.unreachable(id),
        snapshotSent: (ok) => this.#handler?.snapshotSent(id, ok),
      },
      peerUrls,
    );
    this.#links.set(id, link);
  }

  removePeer(id: MemberId): void {
    this.#links.get(id)?.dispose();
    this.#links.delete(id);
  }

  activeSinceMs(id: MemberId): number | undefined {
    return this.#links.get(id)?.activeSinceMs;
  }

  setLink(id: MemberId, link: { in: boolean; out: boolean }): void {
    this.#links.get(id)?.setLink(link);
  }

  // --- in

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const path = new URL(request.url ?? '/', 'http://peer').pathname;
    for (const [name, value] of Object.entries(peerHeaders(this.#options.self))) if (name === 'X-Etcd-Cluster-ID') response.setHeader(name, value);
    if (path === '/raft') this.#takePost(request, response);
    else if (path === '/raft/snapshot') this.#takeSnapshot(request, response);
    else if (path.startsWith('/raft/stream/message/')) this.#openStream(path, request, response);
    else if (path === '/raft/probing') answer(response, 200, JSON.stringify({ OK: true, Now: new Date(this.#options.clock.wallMs()).toISOString() }), 'application/json');
    else if (!this.#options.serve(request, response)) answer(response, 404, '404 page not found\n');
  }

  #openStream(path: string, request: IncomingMessage, response: ServerResponse): void {
    const from = parseIdHex(path.slice(path.lastIndexOf('/') + 1));
    const to = parseIdHex(String(request.headers['x-raft-to'] ?? ''));
    const refusal = refusePeer(request, this.#options.self);
    if (request.method !== 'GET') answer(response, 405, 'Method Not Allowed\n');
    else if (refusal) answer(response, refusal.status, `${refusal.text}\n`);
    else if (from === undefined) answer(response, 404, 'invalid path\n');
    else if (this.#options.isRemoved(from)) answer(response, 410, 'removed member\n');
    else if (to !== this.#options.self.memberId) answer(response, 412, 'to field mismatch\n');
    else {
      const link = this.#links.get(from);
      if (!link) answer(response, 404, 'error sender not found\n');
      else {
        request.socket.setNoDelay(true);
        request.socket.setTimeout(0);
        response.writeHead(200, peerHeaders(this.#options.self));
        response.flushHeaders();
        link.attach(response);
      }
    }
  }

  #takePost(request: IncomingMessage, response: ServerResponse): void {
    const refusal = refusePeer(request, this.#options.self);
    if (request.method !== 'POST') return answer(response, 405, 'Method Not Allowed\n');
    if (refusal) return answer(response, refusal.status, `${refusal.text}\n`);
    readBody(request, maxPostBytes).then(
      (body) => {
        try {
          const message = decodeMessage(body);
          if (this.#options.isRemoved(message.from)) return answer(response, 403, JSON.stringify({ message: 'the sender was removed from the cluster' }), 'application/json');
          this.#handler?.receive(message);
          response.writeHead(204).end();
        } catch (error) {
          if (!(error instanceof WireError)) throw error;
          answer(response, 400, 'error unmarshalling raft message\n');
        }
      },
      () => answer(response, 400, 'error reading raft message\n'),
    );
  }

  #takeSnapshot(request: IncomingMessage, response: ServerResponse): void {
    const { self, log } = this.#options;
    const refusal = refusePeer(request, self);
    if (request.method !== 'POST') return answer(response, 405, 'Method Not Allowed\n');
    if (refusal) return answer(response, refusal.status, `${refusal.text}\n`);
    this.#storeSnapshot(request).then(
      (refused) => (refused ? answer(response, refused.status, refused.text, 'application/json') : void response.writeHead(204).end()),
      (error: unknown) => {
        const text = error instanceof Error ? error.message : String(error);
        log.log('warn', 'a snapshot was not taken', { error: text });
        answer(response, error instanceof WireError ? 400 : 500, `${text}\n`);
      },
    );
  }

  async #storeSnapshot(request: IncomingMessage): Promise<Refusal | undefined> {
    const { self, clock, log } = this.#options;
    const { message, byteLength, body } = await readSnapshot(request, clock);
    const { from, to } = message;
    if (this.#options.isRemoved(from)) return { status: 403, text: JSON.stringify({ message: 'cannot process message from removed member' }) };
    if (to !== self.memberId) return { status: 403, text: JSON.stringify({ message: 'cannot process message to mismatch member' }) };
    if (!this.#handler) throw new Error('the member does not take messages yet');
    log.log('info', 'receiving a snapshot', { from: idHex(from), index: message.snapshot?.metadata.index, bytes: byteLength });
    await this.#handler.receiveSnapshot(message, byteLength, body);
    return undefined;
  }

  async dispose(): Promise<void> {
    for (const link of this.#links.values()) link.dispose();
    this.#links.clear();
    const closed = this.#servers.map((server) => new Promise<void>((done) => server.close(() => done())));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }
}

export function answer(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }).end(text);
}

/** Reads a whole body; rejects when it is longer than the limit or breaks off. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError(`the body is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
