import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../ports/clock.ts';

/** The path that is asked for, whatever the rest of the request line is: it need not be a URL. */
export function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split('?', 1)[0]!;
}

const plainText = 'text/plain; charset=utf-8';

export function answer(response: ServerResponse, status: number, text: string, type = plainText): void {
  // As Go's http.Error.
  if (status >= 400 && type === plainText) response.setHeader('X-Content-Type-Options', 'nosniff');
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }).end(text);
}

/** A request's chunks: whoever stops reading them has still to answer it, and may let go of it then. */
export function chunksOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false });
}

/** Reads a whole body; rejects when it is longer than the limit or breaks off. */
export async function readBody(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new RangeError(`the body is longer than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The request's chunks. A sender that is silent for too long loses its connection; time in which nothing is asked for does not count. */
export async function* unlessSilent(request: IncomingMessage, clock: Clock, silenceMs: number): AsyncGenerator<Uint8Array> {
  const source = chunksOf(request)[Symbol.asyncIterator]();
  /** Since when a chunk is waited for. */
  let askedMs: number | undefined;
  const look = (): void => {
    const restMs = askedMs === undefined ? silenceMs : askedMs + silenceMs - clock.nowMs();
    if (restMs > 0) silence = clock.after(restMs, look);
    else request.destroy(new Error(`the sender was silent for ${silenceMs} ms`));
  };
  let silence = clock.after(silenceMs, look);
  try {
    for (;;) {
      askedMs = clock.nowMs();
      const next = await source.next();
      askedMs = undefined;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    silence.dispose();
  }
}
