import { connect, type Socket } from 'node:net';
import { pick, randomInt, type Random } from '../../core/base/random.ts';

/** An attacker gives up after this long: some of them only wait. */
const patienceMs = 2_000;

/** How a connection is left: closed, with a reset, or in two steps: nothing more is sent at once, and nothing more read after the linger. */
export type Leaving = 'close' | 'reset' | 'half';

export interface SendOptions {
  pauseMs?: number;
  read?: boolean;
  /** Between the last part and the end. */
  linger?: number;
  leave?: Leaving;
}

/** A connection that takes little of what it asks for, and leaves as it likes. */
export const deaf = (random: Random): SendOptions => ({ read: randomInt(random, 3) === 0, linger: randomInt(random, 1_500), leave: pick(random, ['close', 'reset', 'half']) });

/** Sends the parts with pauses of a turn or of `pauseMs` between them. Resolves when the connection is closed, by either side. */
export function send(host: string, port: number, parts: readonly Uint8Array[], { pauseMs = 0, read = true, linger = 50, leave = 'close' }: SendOptions = {}): Promise<void> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ port, host, allowHalfOpen: leave === 'half', noDelay: true });
    const end = (): void => void (leave === 'reset' ? socket.resetAndDestroy() : socket.destroy());
    const patience = setTimeout(end, patienceMs);
    let i = 0;
    const next = (): void => {
      if (socket.destroyed) return;
      const part = parts[i++];
      if (part !== undefined) socket.write(part, () => (pauseMs > 0 ? setTimeout(next, pauseMs) : setImmediate(next)));
      else {
        if (leave === 'half') socket.end();
        setTimeout(end, linger);
      }
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
