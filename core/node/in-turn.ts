import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** More requests than this that wait behind another are nobody's honest work. */
const maxWaiting = 1_000;

/**
 * Serves the requests of a connection one after another, as Go's server does. Node hands out all that have come, and keeps the answers to
 * a packet full of small requests in memory until somebody reads them.
 */
export function inTurn(handle: Handler): Handler {
  const waiting = new WeakMap<Socket, number>();
  return (request, response) => {
    const { socket } = request;
    if (socket.destroyed) return;
    // An answer has a socket when those before it are out.
    if (response.socket) return handle(request, response);
    const count = (waiting.get(socket) ?? 0) + 1;
    waiting.set(socket, count);
    if (count > maxWaiting) return void socket.destroy();
    // A body for which there is no room stops all reading, and the end of the connection would not be seen.
    const look = (): void => {
      if (request.readableLength >= request.readableHighWaterMark) socket.destroy();
    };
    request.on('readable', look);
    response.once('socket', () => {
      waiting.set(socket, waiting.get(socket)! - 1);
      request.off('readable', look);
      if (!socket.destroyed) handle(request, response);
    });
  };
}
