import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../ports/clock.ts';

/** Whoever was answered in the middle of what it sends has this long to read why. */
const lingerMs = 1_000;
/** So much more of a request is read, in that time, for the sake of its connection. Source: Go `net/http`, `maxPostHandlerReadBytes`. */
const maxRestBytes = 256 * 1024;

/**
 * Lets go of a request that is answered before it has come whole. Node reads no more of one whose reader has stopped, and a connection
 * that nobody reads is never seen to close. A short rest is read, and the connection kept; any other is closed.
 */
export function letGoOfUnread(request: IncomingMessage, response: ServerResponse, clock: Clock): void {
  const { socket } = request;
  response.once('finish', () => {
    if (request.complete || socket.destroyed) return;
    let rest = 0;
    request.on('data', (chunk: Uint8Array | string) => {
      rest += chunk.length;
      if (rest > maxRestBytes) request.pause();
    }).resume();
    const linger = clock.after(lingerMs, () => socket.destroy());
    const done = (): void => linger.dispose();
    request.once('end', done);
    socket.once('close', done);
  });
}
