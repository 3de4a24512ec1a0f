import type { IncomingMessage } from 'node:http';
import { WireError } from '../proto/wire.ts';
import type { Clock } from '../ports/clock.ts';
import { MessageType, type Message } from '../raft/types.ts';
import { decodeMessage } from '../wal/raft-codec.ts';
import { ByteQueue } from './byte-queue.ts';
import { unlessSilent } from './http-io.ts';
import { snapshotStallMs } from './snapshot-sender.ts';

/** Of the message in front of the store's bytes. Source: etcd `snapshotLimitByte`. */
const maxEnvelopeBytes = 64 * 1024 * 1024;
const headBytes = 8;

export interface IncomingSnapshot {
  message: Message;
  /** Of the store's bytes; undefined when the sender did not say. */
  byteLength: number | undefined;
  body: AsyncIterable<Uint8Array>;
}

/**
 * Reads the message of a posted snapshot; the store's bytes are read as they are asked for. Throws WireError on what cannot
 * be one, and whatever the socket fails with. A sender that is silent for too long loses its connection.
 */
export async function readSnapshot(request: IncomingMessage, clock: Clock): Promise<IncomingSnapshot> {
  const chunks = unlessSilent(request, clock, snapshotStallMs);
  const queue = new ByteQueue();
  const more = async (): Promise<void> => {
    const next = await chunks.next();
    if (next.done) throw new WireError('a snapshot breaks off in its message');
    queue.push(next.value);
  };
  while (queue.length < headBytes) await more();
  const length = queue.takeLength("a snapshot's message", maxEnvelopeBytes)!;
  while (queue.length < length) await more();
  const message = decodeMessage(queue.take(length)!);
  if (message.type !== MessageType.snap || !message.snapshot) throw new WireError('wrong raft message type');
  const whole = request.headers['content-length'];
  const byteLength = whole === undefined ? undefined : Number(whole) - headBytes - length;
  return { message, byteLength, body: body(queue.take(queue.length)!, chunks) };
}

async function* body(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  yield* rest;
}
