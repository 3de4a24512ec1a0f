import type { Message } from '../raft/types.ts';

/** Of one message on a stream. Source: etcd `readBytesLimit`. */
export const maxMessageBytes = 512 * 1024 * 1024;

export interface StreamEncoder {
  encode(messages: readonly Message[]): Uint8Array;
  /** What keeps an idle stream alive. */
  heartbeat(): Uint8Array;
}

export interface StreamDecoder {
  /** Takes a chunk and gives out the messages that are whole; link heartbeats are none. Throws WireError. */
  push(chunk: Uint8Array): Message[];
}
