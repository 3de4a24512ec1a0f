import { createServer as createHttpServer, type IncomingMessage, type Server as HttpServer, type ServerResponse } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { listenOn } from '../node/listen.ts';
import type { RpcServer } from './grpc-js-server.ts';

/** The first bytes of an HTTP/2 connection; three of them tell it from every HTTP/1 method. */
const http2Preface = 'PRI * HTTP/2.0';
/** A connection that sends nothing for this long is closed. */
const firstBytesTimeoutMs = 10_000;

export type HttpHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * The client port: gRPC and plain HTTP on one listener, told apart by a connection's first bytes.
 * It accepts at once, and serves when it is opened: until then connections wait.
 */
export class ClientListener {
  readonly #sockets = new Set<Socket>();
  readonly #servers: Server[] = [];
  readonly #http: HttpServer;
  #rpc: RpcServer | undefined;
  #waiting: Socket[] = [];

  private constructor(http: HttpHandler) {
    this.#http = createHttpServer(http);
  }

  /** Listens on all URLs; rejects when one cannot be had. */
  static async listen(urls: readonly string[], http: HttpHandler): Promise<ClientListener> {
    const listener = new ClientListener(http);
    try {
      for (const url of urls) {
        const server = createServer({ noDelay: true }, (socket) => listener.#accept(socket));
        await listenOn(server, url, 'listen-client-urls');
        listener.#servers.push(server);
      }
    } catch (error) {
      await listener.dispose();
      throw error;
    }
    return listener;
  }

  /** Serves, those that wait first. */
  open(rpc: RpcServer): void {
    this.#rpc = rpc;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const socket of waiting) this.#tell(socket);
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.#rpc) this.#tell(socket);
    else this.#waiting.push(socket);
  }

  #tell(socket: Socket): void {
    if (socket.destroyed) return;
    socket.setTimeout(firstBytesTimeoutMs, () => socket.destroy());
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return;
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.unshift(first);
      const isHttp2 = first.toString('latin1', 0, Math.min(first.length, http2Preface.length)) === http2Preface.slice(0, first.length);
      if (isHttp2) this.#rpc!.take(socket);
      else this.#http.emit('connection', socket);
    });
  }

  async dispose(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise<void>((done) => server.close(() => done())));
    this.#rpc?.dispose();
    this.#http.close();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }
}
