import { connect, type Socket } from 'node:net';
import { randomInt, type Random } from '../../core/base/random.ts';

/** An attacker gives up after this long: some of them only wait. */
const patienceMs = 2_000;

/** Sends the parts with pauses of a turn or of `pauseMs` between them, and reads as little as it must. Resolves when the connection is closed, by either side. */
export function send(host: string, port: number, parts: readonly Uint8Array[], { pauseMs = 0, read = true, linger = 50 } = {}): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, host);
    socket.setNoDelay(true);
    const patience = setTimeout(() => socket.destroy(), patienceMs);
    let i = 0;
    const next = (): void => {
      if (socket.destroyed) return;
      const part = parts[i++];
      if (part === undefined) setTimeout(() => socket.destroy(), linger);
      else socket.write(part, () => (pauseMs > 0 ? setTimeout(next, pauseMs) : setImmediate(next)));
    };
    socket.on('connect', next);
    if (read) socket.resume();
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(patience);
      resolve();
    });
  });
}

/** Cuts bytes at random places. */
export function pieces(random: Random, bytes: Buffer, most = 8): Buffer[] {
  const cuts = [0, ...Array.from({ length: randomInt(random, most) }, () => randomInt(random, bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return cuts.slice(1).map((end, i) => bytes.subarray(cuts[i]!, end));
}

export const http1 = (text: string): Buffer => Buffer.from(text, 'latin1');
