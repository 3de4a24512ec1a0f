import type { IncomingMessage, ServerResponse } from 'node:http';
import { posix } from 'node:path';

/** What a request asks for. */
export interface Asked {
  /** Decoded, but for escaped slashes; clean: no `//`, `/./` or `/../` in it. */
  path: string;
  query: URLSearchParams;
}

const decoded = (path: string): string =>
  path.split('/').map((part) => part.split(/(%2f)/i).map((text) => (/^%2f$/i.test(text) ? text : decodedPart(text))).join('')).join('/');

/** Bytes that are no text are nobody's path. */
function decodedPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** As Go's ServeMux cleans paths: a slash at the end stays. */
function cleaned(path: string): string {
  const clean = posix.normalize(path.startsWith('/') ? path : `/${path}`);
  return clean === '' ? '/' : clean;
}

/**
 * Reads what is asked for, as Go's server and its ServeMux do: a path that is not clean, and that of a folder of paths without its
 * slash, are answered with the right one; what is no path is refused. Undefined: it is answered.
 * `folders` are paths that end in a slash, below which something is served. Source: Go 1.22 `net/http/server.go`.
 */
export function askedOf(request: IncomingMessage, response: ServerResponse, folders: readonly string[] = []): Asked | undefined {
  // A proxy's form of request names the host as well.
  const target = (request.url ?? '/').replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, '');
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(target)!;
  if (path === '*') return void answerStar(request, response);
  if (/%(?![0-9a-f]{2})/i.test(path)) return void response.writeHead(400, { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close', 'Content-Length': badPath.length }).end(badPath);
  const clean = cleaned(path);
  const right = folders.includes(`${clean}/`) ? `${clean}/` : clean;
  if (right === path) return { path: decoded(path), query: new URLSearchParams(query) };
  return void redirect(request, response, query === '' ? right : `${right}?${query}`);
}

const badPath = '400 Bad Request';

/** Go answers `OPTIONS *` for all paths. */
function answerStar(request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'OPTIONS') response.writeHead(200, { 'Content-Length': 0 }).end();
  else response.writeHead(400, { Connection: 'close', 'Content-Length': 0 }).end();
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

/** As Go's http.Redirect: a link for those who read, and for no one who posts. */
function redirect(request: IncomingMessage, response: ServerResponse, to: string): void {
  const text = request.method === 'GET' || request.method === 'HEAD' ? `<a href="${to.replace(/[&<>"']/g, (char) => entities[char]!)}">Moved Permanently</a>.\n\n` : '';
  if (text !== '') response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.writeHead(301, { Location: to, 'Content-Length': text.length }).end(text);
}
