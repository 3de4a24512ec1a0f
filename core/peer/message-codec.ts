import { noMember } from '../base/ids.ts';
import { newMessage } from '../raft/message.ts';
import { MessageType, type Message } from '../raft/types.ts';
import { decodeMessage, encodeMessage } from '../wal/raft-codec.ts';
import { ByteQueue, writeU64 } from './byte-queue.ts';
import { maxMessageBytes, type StreamDecoder, type StreamEncoder } from './codec.ts';

const headBytes = 8;

/** u64 BE length, then the message. Source: etcd `rafthttp/msg_codec.go`. */
export function encodeFrames(messages: readonly Message[]): Uint8Array {
  const bodies = messages.map(encodeMessage);
  let total = 0;
  for (const body of bodies) total += headBytes + body.length;
  const out = new Uint8Array(total);
  let at = 0;
  for (const body of bodies) {
    writeU64(out, at, body.length);
    out.set(body, at + headBytes);
    at += headBytes + body.length;
  }
  return out;
}

/** A MsgHeartbeat from nobody to nobody: raft sends no such. */
const heartbeat = encodeFrames([newMessage(MessageType.heartbeat, {})]);
const isLinkHeartbeat = (message: Message): boolean => message.type === MessageType.heartbeat && message.from === noMember && message.to === noMember;

export class MessageEncoder implements StreamEncoder {
  encode(messages: readonly Message[]): Uint8Array {
    return encodeFrames(messages);
  }

  heartbeat(): Uint8Array {
    return heartbeat;
  }
}

export class MessageDecoder implements StreamDecoder {
  readonly #queue = new ByteQueue();
  /** Of the message whose head has come. */
  #length: number | undefined;

  push(chunk: Uint8Array): Message[] {
    this.#queue.push(chunk);
    const messages: Message[] = [];
    for (;;) {
      this.#length ??= this.#queue.takeLength('a message', maxMessageBytes);
      if (this.#length === undefined) return messages;
      const body = this.#queue.take(this.#length);
      if (!body) return messages;
      this.#length = undefined;
      const message = decodeMessage(body);
      if (!isLinkHeartbeat(message)) messages.push(message);
    }
  }
}
