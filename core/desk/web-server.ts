import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, extname, join, normalize, sep } from 'node:path';
import { pipeline } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { DeskApi } from '../contract/desk-api.ts';
import { serveConnection } from './serve-connection.ts';

export interface WebServerOptions {
  desk: DeskApi & { /** A file that was offered for download. */ downloadPath(id: string): string | undefined };
  /** Folder of the built page. */
  pageDir: string;
  /** 0: a free one. */
  port: number;
}

export interface WebServer {
  /** Opens the app in a browser; carries the token. */
  address: string;
  close(): Promise<void>;
}

const cookieName = 'quorate';
const maxMessageBytes = 8 * 1024 * 1024;

export const contentSecurityPolicy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self' 'unsafe-inline'", "img-src 'self' data:", "font-src 'self'",
  "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml',
  '.png': 'image/png', '.woff2': 'font/woff2', '.json': 'application/json', '.ico': 'image/x-icon',
};

/** Compares in a time that says nothing of where two tokens differ. */
function sameToken(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

/**
 * The app for a browser on this machine: the page and the contract over a WebSocket, on loopback. Whoever has the token may
 * enter; Host and Origin are checked, so that no other site's page can, by whatever name it reaches this port.
 */
export async function serveWeb(options: WebServerOptions): Promise<WebServer> {
  const token = randomBytes(24).toString('base64url');
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: options.port }, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const hosts = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  const cookie = `${cookieName}-${port}`;
  const admitted = (request: IncomingMessage): boolean => sameToken(cookieOf(request, cookie), token);

  const take = (request: IncomingMessage, response: ServerResponse): void => {
    secure(response);
    if (!hosts.has(request.headers.host ?? '')) return reply(response, 403, 'This address is not served here.');
    // Nothing here takes a body, and one that is left unread would keep its connection.
    if (request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined) response.setHeader('Connection', 'close');
    const url = urlOf(request, port);
    if (!url) return reply(response, 400, 'Bad Request');
    const given = url.searchParams.get('token');
    if (given !== null && sameToken(given, token)) {
      // The token leaves the address bar, and the history, at once.
      response.setHeader('Set-Cookie', `${cookie}=${token}; HttpOnly; SameSite=Strict; Path=/`);
      response.writeHead(303, { Location: '/' }).end();
      return;
    }
    if (!admitted(request)) return reply(response, 403, 'Open the address that quorate printed: it carries the key to this page.');
    if (request.method !== 'GET' && request.method !== 'HEAD') return reply(response, 405, 'Method Not Allowed');
    const offered = /^\/download\/([\w-]+)$/.exec(url.pathname);
    if (offered) return sendDownload(options.desk.downloadPath(offered[1]!), request.method, response);
    void sendFile(options.pageDir, url.pathname, response);
  };
  server.on('request', (request, response) => {
    // One request must not end the desk, whatever it is that it brings to light.
    try {
      take(request, response);
    } catch {
      if (response.headersSent) response.destroy();
      else reply(response, 500, 'Internal Server Error');
    }
  });

  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    const { host, origin } = request.headers;
    const allowed = hosts.has(host ?? '') && origin === `http://${host}` && admitted(request) && request.url === '/desk';
    if (!allowed) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n', () => socket.destroy());
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => serveSocket(options.desk, webSocket));
  });

  return {
    address: `http://127.0.0.1:${port}/?token=${token}`,
    async close() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function serveSocket(desk: DeskApi, socket: WebSocket): void {
  const served = serveConnection(desk, { send: (message) => socket.send(JSON.stringify(message)) });
  socket.on('message', (data: Buffer) => {
    let message: unknown;
    try {
      message = JSON.parse(data.toString('utf8'));
    } catch {
      socket.close(1007, 'not JSON');
      return;
    }
    served.receive(message);
  });
  socket.on('close', () => served.close());
  socket.on('error', () => socket.terminate());
}

/** Undefined for what is no path, such as `//`: browsers send it, from any site's page. */
function urlOf(request: IncomingMessage, port: number): URL | undefined {
  const base = `http://127.0.0.1:${port}`;
  return URL.canParse(request.url ?? '/', base) ? new URL(request.url ?? '/', base) : undefined;
}

function cookieOf(request: IncomingMessage, name: string): string {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [key, value] = part.trim().split('=');
    if (key === name) return value ?? '';
  }
  return '';
}

function secure(response: ServerResponse): void {
  response.setHeader('Content-Security-Policy', contentSecurityPolicy);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

/** The file of a path inside the page's folder; undefined when the path leads out of it. */
export function fileOf(pageDir: string, pathname: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    return undefined;
  }
  const path = normalize(join(pageDir, decoded === '/' ? 'index.html' : decoded));
  return path.startsWith(normalize(pageDir) + sep) && !decoded.includes('\0') ? path : undefined;
}

export function contentType(path: string): string {
  return types[extname(path)] ?? 'application/octet-stream';
}

function sendDownload(path: string | undefined, method: string | undefined, response: ServerResponse): void {
  const size = path === undefined ? undefined : statSync(path, { throwIfNoEntry: false })?.size;
  if (path === undefined || size === undefined) return reply(response, 404, 'Not Found');
  response.writeHead(200, {
    'Content-Type': 'application/octet-stream', 'Content-Length': size, 'Cache-Control': 'no-store', 'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(basename(path))}`,
  });
  if (method === 'HEAD') response.end();
  // Whoever leaves in the middle is told by an error, and leaves no open file behind.
  else pipeline(createReadStream(path), response, () => {});
}

async function sendFile(pageDir: string, pathname: string, response: ServerResponse): Promise<void> {
  const path = fileOf(pageDir, pathname);
  const data = path && (await readFile(path).catch(() => undefined));
  if (!path || !data) return reply(response, 404, 'Not Found');
  // Vite puts a hash of the content into the names of all but the page itself.
  const caching = pathname.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache';
  response.writeHead(200, { 'Content-Type': contentType(path), 'Content-Length': data.length, 'Cache-Control': caching }).end(data);
}
