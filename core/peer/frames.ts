import { WireError } from '../proto/wire.ts';
import type { Message } from '../raft/types.ts';
import { decodeMessage, encodeMessage } from '../wal/raft-codec.ts';

/** The codec of rafthttp's "message" stream: u64 BE length, then the message. Source: etcd `rafthttp/message.go`. */
const headBytes = 8;
/** Source: etcd `readBytesLimit`. */
const maxMessageBytes = 512 * 1024 * 1024;

export function encodeFrames(messages: readonly Message[]): Uint8Array {
  const bodies = messages.map(encodeMessage);
  let total = 0;
  for (const body of bodies) total += headBytes + body.length;
  const out = new Uint8Array(total);
  const view = new DataView(out.buffer);
  let at = 0;
  for (const body of bodies) {
    view.setUint32(at, Math.floor(body.length / 0x1_0000_0000));
    view.setUint32(at + 4, body.length >>> 0);
    out.set(body, at + headBytes);
    at += headBytes + body.length;
  }
  return out;
}

/** Takes chunks as they come and gives out whole messages. Throws WireError on what cannot be one. */
export class FrameReader {
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** Bytes that the next message needs, its head included; 0: its head has not come. */
  #needed = 0;

  push(chunk: Uint8Array): Message[] {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < Math.max(headBytes, this.#needed)) return [];
    const data = this.#join();
    const view = new DataView(data.buffer, data.byteOffset, data.length);
    const messages: Message[] = [];
    let at = 0;
    this.#needed = 0;
    while (data.length - at >= headBytes) {
      const length = view.getUint32(at) * 0x1_0000_0000 + view.getUint32(at + 4);
      if (length > maxMessageBytes) throw new WireError(`a message of ${length} bytes is over the limit of ${maxMessageBytes}`);
      if (data.length - at < headBytes + length) {
        this.#needed = headBytes + length;
        break;
      }
      messages.push(decodeMessage(data.subarray(at + headBytes, at + headBytes + length)));
      at += headBytes + length;
    }
    const rest = data.subarray(at);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#bytes = rest.length;
    return messages;
  }

  #join(): Uint8Array {
    if (this.#chunks.length === 1) return this.#chunks[0]!;
    const out = new Uint8Array(this.#bytes);
    let at = 0;
    for (const chunk of this.#chunks) {
      out.set(chunk, at);
      at += chunk.length;
    }
    return out;
  }
}
