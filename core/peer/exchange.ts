import type { Agent, IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../ports/clock.ts';
import { readBody } from './http-io.ts';
import { requestPeer } from './peer-request.ts';

export interface Exchange {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: Uint8Array;
  contentType?: string;
  /** Keeps connections; without one each exchange has its own. */
  agent?: Agent;
  signal?: AbortSignal | undefined;
  clock: Clock;
  /** For all of it, milliseconds. */
  limitMs: number;
  maxAnswerBytes: number;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Asks for a path at a peer URL and reads the whole answer, whatever its status. Rejects when none comes in time. */
export function exchange(peerUrl: string, path: string, asked: Exchange): Promise<Answer> {
  const { method, body, contentType, agent = false, signal, clock, limitMs, maxAnswerBytes } = asked;
  const ofBody = body ? { 'Content-Type': contentType ?? 'application/protobuf', 'Content-Length': String(body.length) } : {};
  return new Promise((done, fail) => {
    const request = requestPeer(peerUrl, path, { method, agent, headers: { ...asked.headers, ...ofBody }, ...(signal ? { signal } : {}) });
    const limit = clock.after(limitMs, () => request.destroy(new Error(`no answer within ${limitMs} ms`)));
    request.on('response', (response) => {
      readBody(response, maxAnswerBytes).then((answered) => done({ status: response.statusCode ?? 0, headers: response.headers, body: answered }), fail).finally(() => limit.dispose());
    });
    request.on('error', (error) => {
      limit.dispose();
      fail(error);
    });
    request.end(body);
  });
}
