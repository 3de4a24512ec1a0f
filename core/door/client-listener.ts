import { createServer as createHttpServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { inTurn } from '../node/in-turn.ts';
import { listenOn } from '../node/listen.ts';
import { nodeClock } from '../node/node-clock.ts';
import { letGoOfUnread } from '../node/unread-request.ts';
import type { RpcServer } from './rpc-server.ts';

/** An HTTP/2 connection begins with these; three bytes tell them from every HTTP/1 method. */
const http2Preface = Buffer.from('PRI');
/** A connection that does not say within this time what it speaks is closed. */
const firstBytesTimeoutMs = 10_000;
/** A connection that waits is read up to here. What HTTP/2 allows before the first answer is less. */
const maxWaitingBytes = 256 * 1024;
/** The headers of an HTTP/1 request must be there within this time. */
const headersTimeoutMs = 10_000;

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/** One address and what it serves. */
export interface Place {
  url: string;
  /** Named when the address cannot be had. */
  flag: string;
  rpc: boolean;
  http: HttpHandler | undefined;
  /** Serves before the member does, for those who watch over it. */
  atOnce?: boolean;
  /** Other processes may listen there as well. */
  reusePort?: boolean;
}

/**
 * The member's ports for clients: gRPC and plain HTTP on one address, told apart by a connection's first bytes.
 * They accept at once, and serve when they are opened: until then connections wait.
 */
export class ClientListener {
  readonly #sockets = new Set<Socket>();
  readonly #servers: Server[] = [];
  readonly #https: HttpServer[] = [];
  #rpc: RpcServer | undefined;
  /** Connections that have said what they speak before anybody serves them. */
  readonly #waiting = new Set<() => void>();

  /** Listens at all places; rejects when one cannot be had. */
  static async listen(places: readonly Place[]): Promise<ClientListener> {
    const listener = new ClientListener();
    try {
      for (const place of places) await listener.#listenAt(place);
    } catch (error) {
      await listener.dispose();
      throw error;
    }
    return listener;
  }

  async #listenAt(place: Place): Promise<void> {
    const http = place.http && this.#httpServer(place.http);
    const server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
      this.#tell(socket, place, http);
    });
    await listenOn(server, place.url, place.flag, place.reusePort);
    this.#servers.push(server);
  }

  /** Takes connections that are handed to it. */
  #httpServer(handler: HttpHandler): HttpServer {
    // A watch through the JSON gateway sends its request's body for as long as it lasts: no limit on that.
    const http = createHttpServer({ headersTimeout: headersTimeoutMs, requestTimeout: 0, connectionsCheckingInterval: 1_000 }, inTurn((request, response) => {
      letGoOfUnread(request, response, nodeClock);
      handler(request, response);
    }));
    // Node looks after the headers' timeout from this event on.
    http.emit('listening');
    this.#https.push(http);
    return http;
  }

  /** Serves, those that wait first. */
  open(rpc: RpcServer): void {
    this.#rpc = rpc;
    for (const handOver of this.#waiting) handOver();
    this.#waiting.clear();
  }

  /** Reads as much as tells what the connection speaks, and hands it on with that unread again. While it waits it is read, so that its end is seen. */
  #tell(socket: Socket, { rpc, atOnce }: Place, http: HttpServer | undefined): void {
    const timer = setTimeout(() => socket.destroy(), firstBytesTimeoutMs);
    let first: Buffer = Buffer.alloc(0);
    const look = (): void => {
      const chunk = socket.read() as Buffer | null;
      if (chunk !== null) first = first.length === 0 ? chunk : Buffer.concat([first, chunk]);
      const begin = first.subarray(0, http2Preface.length);
      const couldBeHttp2 = begin.equals(http2Preface.subarray(0, begin.length));
      if (first.length === 0 || (couldBeHttp2 && begin.length < http2Preface.length)) return;
      clearTimeout(timer);
      if (this.#rpc || atOnce) handOver();
      else {
        this.#waiting.add(handOver);
        if (first.length >= maxWaitingBytes) socket.off('readable', look);
      }
    };
    const handOver = (): void => {
      handedOver = true;
      socket.off('readable', look);
      socket.unshift(first);
      if (first.subarray(0, http2Preface.length).equals(http2Preface)) {
        if (rpc && this.#rpc) this.#rpc.take(socket);
        else socket.destroy();
      } else if (http) http.emit('connection', socket);
      else socket.destroy();
    };
    let handedOver = false;
    socket.on('readable', look);
    socket.once('end', () => {
      if (!handedOver) socket.destroy();
    });
    socket.once('close', () => {
      clearTimeout(timer);
      this.#waiting.delete(handOver);
    });
  }

  async dispose(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise<void>((done) => server.close(() => done())));
    this.#rpc?.dispose();
    for (const http of this.#https) http.close();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }
}
