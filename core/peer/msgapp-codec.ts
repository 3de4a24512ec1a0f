import type { MemberId } from '../base/ids.ts';
import { WireError } from '../proto/wire.ts';
import { newMessage } from '../raft/message.ts';
import { MessageType, type Entry, type Message } from '../raft/types.ts';
import { decodeEntry, decodeMessage, encodeEntry, encodeMessage } from '../wal/raft-codec.ts';
import { ByteQueue, readU64, writeU64 } from './byte-queue.ts';
import { maxMessageBytes, type StreamDecoder, type StreamEncoder } from './codec.ts';

/**
 * etcd's "msgappv2": an append that goes on where the last one ended is its entries and the commit index alone, since both
 * ends know the rest. Source: etcd `rafthttp/msgappv2_codec.go`.
 */
const Frame = { linkHeartbeat: 0, entries: 1, message: 2 } as const;
/** Far above what a leader puts into one message: it holds them below 1 MiB, unless one entry alone is larger. */
const maxEntries = 1 << 20;

/** Where the last append on the stream ended. */
interface Running {
  term: number;
  index: number;
}

function follow(running: Running, message: Message): void {
  running.term = message.term;
  running.index = message.entries.at(-1)?.index ?? message.index;
}

const heartbeat = Uint8Array.of(Frame.linkHeartbeat);

export class MsgAppEncoder implements StreamEncoder {
  readonly #running: Running = { term: 0, index: 0 };

  /** MsgApp only. */
  encode(messages: readonly Message[]): Uint8Array {
    const parts: Uint8Array[] = [];
    for (const message of messages) this.#add(message, parts);
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  heartbeat(): Uint8Array {
    return heartbeat;
  }

  #add(message: Message, parts: Uint8Array[]): void {
    const running = this.#running;
    const goesOn = message.index === running.index && message.logTerm === running.term && message.term === running.term;
    parts.push(goesOn ? compact(message) : full(message));
    follow(running, message);
  }
}

function compact({ entries, commit }: Message): Uint8Array {
  const encoded = entries.map(encodeEntry);
  let total = 1 + 8 + 8;
  for (const entry of encoded) total += 8 + entry.length;
  const out = new Uint8Array(total);
  out[0] = Frame.entries;
  writeU64(out, 1, entries.length);
  let at = 9;
  for (const entry of encoded) {
    writeU64(out, at, entry.length);
    out.set(entry, at + 8);
    at += 8 + entry.length;
  }
  writeU64(out, at, commit);
  return out;
}

function full(message: Message): Uint8Array {
  const body = encodeMessage(message);
  const out = new Uint8Array(9 + body.length);
  out[0] = Frame.message;
  writeU64(out, 1, body.length);
  out.set(body, 9);
  return out;
}

/** An append of which not all has come. */
interface Partial {
  entries: Entry[];
  count: number;
  bytes: number;
  /** Of the entry whose head has come. */
  length: number | undefined;
}

export class MsgAppDecoder implements StreamDecoder {
  readonly #local: MemberId;
  readonly #remote: MemberId;
  readonly #queue = new ByteQueue();
  readonly #running: Running = { term: 0, index: 0 };
  #frame: number | undefined;
  #length: number | undefined;
  #partial: Partial | undefined;

  constructor(local: MemberId, remote: MemberId) {
    this.#local = local;
    this.#remote = remote;
  }

  push(chunk: Uint8Array): Message[] {
    this.#queue.push(chunk);
    const messages: Message[] = [];
    for (;;) {
      this.#frame ??= this.#queue.take(1)?.[0];
      if (this.#frame === undefined) return messages;
      if (this.#frame !== Frame.linkHeartbeat) {
        const message = this.#next(this.#frame);
        if (!message) return messages;
        messages.push(message);
        follow(this.#running, message);
      }
      this.#frame = undefined;
    }
  }

  #next(frame: number): Message | undefined {
    switch (frame) {
      case Frame.entries:
        return this.#takeEntries();
      case Frame.message:
        return this.#takeMessage();
      default:
        throw new WireError(`unknown frame ${frame} on a msgapp stream`);
    }
  }

  #takeMessage(): Message | undefined {
    this.#length ??= this.#queue.takeLength('a message', maxMessageBytes);
    if (this.#length === undefined) return undefined;
    const body = this.#queue.take(this.#length);
    if (!body) return undefined;
    this.#length = undefined;
    const message = decodeMessage(body);
    if (message.type !== MessageType.app) throw new WireError(`a message of type ${message.type} on a msgapp stream`);
    return message;
  }

  #takeEntries(): Message | undefined {
    if (!this.#partial) {
      const count = this.#queue.takeLength('a number of entries', maxEntries);
      if (count === undefined) return undefined;
      this.#partial = { entries: [], count, bytes: 0, length: undefined };
    }
    const partial = this.#partial;
    while (partial.entries.length < partial.count) if (!this.#takeEntry(partial)) return undefined;
    const commit = this.#queue.take(8);
    if (!commit) return undefined;
    this.#partial = undefined;
    const { term, index } = this.#running;
    return newMessage(MessageType.app, { from: this.#remote, to: this.#local, term, logTerm: term, index, entries: partial.entries, commit: exact(readU64(commit)) });
  }

  #takeEntry(partial: Partial): boolean {
    partial.length ??= this.#queue.takeLength('an entry', maxMessageBytes - partial.bytes);
    if (partial.length === undefined) return false;
    const body = this.#queue.take(partial.length);
    if (!body) return false;
    partial.bytes += partial.length;
    partial.length = undefined;
    const entry = decodeEntry(body);
    const expected = this.#running.index + partial.entries.length + 1;
    if (entry.index !== expected) throw new WireError(`entry ${entry.index} where ${expected} comes next`);
    partial.entries.push(entry);
    return true;
  }
}

function exact(commit: number): number {
  if (!Number.isSafeInteger(commit)) throw new WireError(`commit ${commit} is beyond 2^53`);
  return commit;
}
