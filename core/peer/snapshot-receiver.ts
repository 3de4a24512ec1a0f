import type { IncomingMessage } from 'node:http';
import { WireError } from '../proto/wire.ts';
import type { Clock } from '../ports/clock.ts';
import { MessageType, type Message } from '../raft/types.ts';
import { decodeMessage } from '../wal/raft-codec.ts';
import { snapshotStallMs } from './snapshot-sender.ts';

/** Of the message in front of the store's bytes. Source: etcd `snapshotLimitByte`. */
const maxEnvelopeBytes = 64 * 1024 * 1024;

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
  const chunks = watched(request, clock);
  let data: Uint8Array = new Uint8Array(0);
  let needed = 8;
  while (data.length < needed) {
    const next = await chunks.next();
    if (next.done) throw new WireError('a snapshot breaks off in its message');
    data = Buffer.concat([data, next.value]);
    if (needed === 8 && data.length >= 8) needed = 8 + messageBytes(data);
  }
  const message = decodeMessage(data.subarray(8, needed));
  if (message.type !== MessageType.snap || !message.snapshot) throw new WireError('wrong raft message type');
  const length = Number(request.headers['content-length'] ?? Number.NaN);
  const rest = data.subarray(needed);
  return { message, byteLength: Number.isNaN(length) ? undefined : length - needed, body: body(rest, chunks) };
}

function messageBytes(data: Uint8Array): number {
  const view = new DataView(data.buffer, data.byteOffset, 8);
  const length = view.getUint32(0) * 0x1_0000_0000 + view.getUint32(4);
  if (length > maxEnvelopeBytes) throw new WireError(`a snapshot's message of ${length} bytes is over the limit of ${maxEnvelopeBytes}`);
  return length;
}

async function* body(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  yield* rest;
}

/** The request's chunks; only the time in which one is waited for counts as silence. */
async function* watched(request: IncomingMessage, clock: Clock): AsyncGenerator<Uint8Array> {
  const source = request[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  for (;;) {
    const silence = clock.after(snapshotStallMs, () => request.destroy(new Error(`the sender was silent for ${snapshotStallMs} ms`)));
    const next = await source.next().finally(() => silence.dispose());
    if (next.done) return;
    yield next.value;
  }
}
