import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { MemberId } from '../base/ids.ts';
import type { Random } from '../base/random.ts';
import { inTurn } from '../node/in-turn.ts';
import { listenOn } from '../node/listen.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import type { PeerHandler, PeerNetwork, SnapshotBody } from '../ports/network.ts';
import type { Message } from '../raft/types.ts';
import type { PeerIdentity } from './headers.ts';
import { PeerLink, type LinkGate } from './peer-link.ts';
import { PeerServer } from './peer-server.ts';
import type { PeerFigures } from './peer-status.ts';
import { Remotes } from './remotes.ts';
import { peerTiming, type PeerTimeouts, type PeerTiming } from './timing.ts';

export interface PeerNetworkOptions extends PeerTimeouts {
  self: PeerIdentity;
  listenUrls: readonly string[];
  /** Other processes may listen there as well. */
  reusePort?: boolean;
  electionTimeoutMs: number;
  clock: Clock;
  random: Random;
  log: LogSink;
  isRemoved(id: MemberId): boolean;
  /** Answers what is not Raft's: members, version, leases. False: there is no such path. */
  serve(request: IncomingMessage, response: ServerResponse): boolean;
}

export interface KnownPeer extends Readonly<PeerFigures> {
  id: MemberId;
  /** Monotonic milliseconds; undefined: no messages come from it. */
  activeSinceMs: number | undefined;
}

const openGate: LinkGate = { in: true, out: true };

/** Raft between members over HTTP/1.1 on the peer URLs, as etcd's rafthttp does it. */
export class HttpPeerNetwork implements PeerNetwork {
  readonly #options: PeerNetworkOptions;
  readonly #timing: PeerTiming;
  readonly #links = new Map<MemberId, PeerLink>();
  readonly #remotes: Remotes;
  /** Links that are cut, also to those who are no peers yet. */
  readonly #gates = new Map<MemberId, LinkGate>();
  readonly #sockets = new Set<Socket>();
  readonly #servers: Server[] = [];
  #handler: PeerHandler | undefined;

  private constructor(options: PeerNetworkOptions) {
    this.#options = options;
    this.#timing = peerTiming(options.electionTimeoutMs, options);
    this.#remotes = new Remotes({ self: options.self, clock: options.clock, timing: this.#timing, removed: () => this.#handler?.removed() });
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
    const { self, clock, log, isRemoved, serve } = this.#options;
    const peerServer = new PeerServer({
      self, clock, log, timing: this.#timing, isRemoved, serve,
      handler: () => this.#handler,
      link: (id) => this.#links.get(id),
      gate: (id) => this.#gates.get(id) ?? openGate,
      addRemote: (id, urls) => {
        if (id !== self.memberId && !this.#links.has(id) && !isRemoved(id)) this.#remotes.add(id, urls);
      },
    });
    // A snapshot may take longer than Node's limit for a whole request; silence is what is limited.
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 }, inTurn((request, response) => peerServer.take(request, response)));
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await listenOn(server, url, 'listen-peer-urls', this.#options.reusePort);
    return server;
  }

  /** The addresses that are listened on, as URLs: a port that was given as 0 is the system's choice. */
  get addresses(): string[] {
    return this.#servers.map((server) => {
      const at = server.address();
      if (typeof at === 'string') return `unix://${at}`;
      const { address, family, port } = at!;
      return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
    });
  }

  /** Messages are delivered from now on; until then they are dropped. */
  deliverTo(handler: PeerHandler): void {
    this.#handler = handler;
  }

  send(messages: readonly Message[]): void {
    if (messages.length === 1) {
      this.#sendTo(messages[0]!.to, messages);
      return;
    }
    const byPeer = new Map<MemberId, Message[]>();
    for (const message of messages) {
      const list = byPeer.get(message.to);
      if (list) list.push(message);
      else byPeer.set(message.to, [message]);
    }
    for (const [id, list] of byPeer) this.#sendTo(id, list);
  }

  #sendTo(id: MemberId, messages: readonly Message[]): void {
    const link = this.#links.get(id);
    if (link) link.send(messages);
    else if (this.gate(id).out) this.#remotes.send(id, messages);
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
    this.#remotes.remove(id);
    const known = this.#links.get(id);
    if (known) {
      known.setUrls(peerUrls);
      return;
    }
    const { self, clock, random, log } = this.#options;
    const link = new PeerLink({
      self, id, clock, random, log, timing: this.#timing,
      receive: (message) => this.#handler?.receive(message),
      unreachable: () => this.#handler?.unreachable(id),
      snapshotSent: (ok) => this.#handler?.snapshotSent(id, ok),
      removed: () => this.#handler?.removed(),
    }, peerUrls, this.gate(id));
    this.#links.set(id, link);
  }

  removePeer(id: MemberId): void {
    this.#remotes.remove(id);
    this.#links.get(id)?.dispose();
    this.#links.delete(id);
  }

  activeSinceMs(id: MemberId): number | undefined {
    return this.#links.get(id)?.activeSinceMs;
  }

  /** The link to a peer is open both ways. */
  gate(id: MemberId): LinkGate {
    return this.#gates.get(id) ?? openGate;
  }

  setLink(id: MemberId, gate: LinkGate): void {
    this.#gates.set(id, gate);
    this.#links.get(id)?.setGate(gate);
  }

  /** Whether the link to the peer with this URL is open both ways: a question there needs its answer. */
  reaches(peerUrl: string): boolean {
    for (const link of this.#links.values()) if (link.urls.includes(peerUrl)) return link.gate.in && link.gate.out;
    return true;
  }

  peers(): KnownPeer[] {
    return [...this.#links].map(([id, { status }]) => ({ id, activeSinceMs: status.activeSinceMs, ...status.figures }));
  }

  async dispose(): Promise<void> {
    for (const link of this.#links.values()) link.dispose();
    this.#links.clear();
    this.#remotes.dispose();
    const closed = this.#servers.map((server) => new Promise<void>((done) => server.close(() => done())));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }
}
