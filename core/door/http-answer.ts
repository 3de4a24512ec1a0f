import type { IncomingMessage, ServerResponse } from 'node:http';

export function reply(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }).end(text);
}

/** As Go's http.Error: a line of plain text that no browser may take for anything else. */
export function replyError(response: ServerResponse, status: number, text: string): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  reply(response, status, `${text}\n`);
}

/** Answers 405 unless the method is GET. */
export function onlyGet(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method === 'GET') return true;
  response.setHeader('Allow', 'GET');
  replyError(response, 405, 'Method Not Allowed');
  return false;
}
