import { expect, test } from 'vitest';
import { pick, randomInt, SeededRandom } from '../base/random.ts';
import { WireError } from '../proto/wire.ts';
import { newMessage } from '../raft/message.ts';
import { MessageType, type Entry, type Message } from '../raft/types.ts';
import { encodeEntry, encodeMessage } from '../wal/raft-codec.ts';
import type { StreamDecoder } from './codec.ts';
import { MessageDecoder, MessageEncoder } from './message-codec.ts';
import { MsgAppDecoder, MsgAppEncoder } from './msgapp-codec.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const [local, remote] = [7n, 0xfedcba9876543210n];

const bytes = (random: SeededRandom, max: number): Uint8Array => Uint8Array.from({ length: randomInt(random, max) }, () => random.uint32());
const entries = (random: SeededRandom, from: number, term: number): Entry[] =>
  Array.from({ length: randomInt(random, 5) }, (_, i) => ({ type: 0 as const, term, index: from + i, data: bytes(random, 300) }));

/** Views and buffers alike as plain arrays. */
const plain = (message: Message) => ({
  ...message, context: [...message.context], entries: message.entries.map((entry) => ({ ...entry, data: [...entry.data] })),
});

/** Pushes in pieces of random sizes, many of them tiny. */
function pour(decoder: StreamDecoder, stream: Uint8Array, random: SeededRandom): Message[] {
  const out: Message[] = [];
  for (let at = 0; at < stream.length;) {
    const size = 1 + randomInt(random, pick(random, [1, 9, 64, 5000]));
    out.push(...decoder.push(stream.slice(at, at + size)));
    at += size;
  }
  return out;
}

/** Appends as a leader sends them: mostly one behind the other, sometimes back, sometimes of a new term. */
function appends(random: SeededRandom, count: number): Message[] {
  let [term, index, logTerm] = [3, 10, 3];
  return Array.from({ length: count }, () => {
    if (randomInt(random, 10) === 0) index = randomInt(random, index + 1);
    if (randomInt(random, 15) === 0) term++;
    if (randomInt(random, 4) > 0) logTerm = term;
    const message = newMessage(MessageType.app, { from: remote, to: local, term, logTerm, index, commit: randomInt(random, 1000), entries: entries(random, index + 1, term) });
    index += message.entries.length;
    return message;
  });
}

test(`appends come out of a msgapp stream as they went in, however it is cut (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  for (let round = 0; round < 30; round++) {
    const encoder = new MsgAppEncoder();
    const messages = appends(random, 60);
    const parts: Uint8Array[] = [];
    for (let at = 0; at < messages.length;) {
      const batch = 1 + randomInt(random, 4);
      parts.push(encoder.encode(messages.slice(at, at + batch)));
      if (randomInt(random, 3) === 0) parts.push(encoder.heartbeat());
      at += batch;
    }
    const got = pour(new MsgAppDecoder(local, remote), Buffer.concat(parts), random);
    expect(got.map(plain)).toEqual(messages.map(plain));
  }
});

test('an append that goes on is its entries and the commit index alone', () => {
  const encoder = new MsgAppEncoder();
  const first = newMessage(MessageType.app, { from: remote, to: local, term: 2, logTerm: 2, index: 5, entries: [{ type: 0, term: 2, index: 6, data: Buffer.from('a') }] });
  const next: Entry = { type: 0, term: 2, index: 7, data: Buffer.from('b') };
  const body = Buffer.from(encodeMessage(first));
  const u64 = (value: number): Buffer => {
    const out = Buffer.alloc(8);
    out.writeBigUInt64BE(BigInt(value));
    return out;
  };
  expect(Buffer.from(encoder.encode([first]))).toEqual(Buffer.concat([Buffer.of(2), u64(body.length), body]));
  const entry = Buffer.from(encodeEntry(next));
  const goesOn = newMessage(MessageType.app, { from: remote, to: local, term: 2, logTerm: 2, index: 6, commit: 6, entries: [next] });
  expect(Buffer.from(encoder.encode([goesOn]))).toEqual(Buffer.concat([Buffer.of(1), u64(1), u64(entry.length), entry, u64(6)]));
  const empty = newMessage(MessageType.app, { from: remote, to: local, term: 2, logTerm: 2, index: 7, commit: 7 });
  expect(Buffer.from(encoder.encode([empty]))).toEqual(Buffer.concat([Buffer.of(1), u64(0), u64(7)]));
  // Of a new leader at the same index: its term is not the one that the stream is at.
  expect(encoder.encode([{ ...empty, term: 3 }])[0]).toBe(2);
  expect(Buffer.from(encoder.heartbeat())).toEqual(Buffer.of(0));
});

test(`other messages come out of a message stream as they went in (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  const types = [MessageType.prop, MessageType.appResp, MessageType.vote, MessageType.heartbeat, MessageType.heartbeatResp, MessageType.readIndex, MessageType.timeoutNow, MessageType.app];
  const encoder = new MessageEncoder();
  const messages = Array.from({ length: 500 }, () => newMessage(pick(random, types), {
    from: remote, to: local, term: random.uint32(), logTerm: randomInt(random, 9), index: random.uint32() * 1000, commit: random.uint32(), reject: randomInt(random, 2) === 0,
    rejectHint: randomInt(random, 99), context: bytes(random, 20), entries: entries(random, 1, 1),
  }));
  const parts = messages.flatMap((message) => (randomInt(random, 4) === 0 ? [encoder.heartbeat(), encoder.encode([message])] : [encoder.encode([message])]));
  expect(pour(new MessageDecoder(), Buffer.concat(parts), random).map(plain)).toEqual(messages.map(plain));
});

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

test.each([
  ['a length beyond all limits', new MessageDecoder(), 'ffffffffffffffff'],
  ['a length just above the limit', new MessageDecoder(), '0000000020000001'],
  ['a message that is none', new MessageDecoder(), '0000000000000003 ffffff'],
  ['an unknown type of message', new MessageDecoder(), '0000000000000002 0863'],
  ['an unknown frame', new MsgAppDecoder(local, remote), '03'],
  ['more entries than fit', new MsgAppDecoder(local, remote), '01 0000000000100001'],
  ['an entry beyond all limits', new MsgAppDecoder(local, remote), '01 0000000000000001 8000000000000000'],
  ['an entry out of order', new MsgAppDecoder(local, remote), '01 0000000000000001 0000000000000004 10011805'],
  ['a commit index that is not exact', new MsgAppDecoder(local, remote), '01 0000000000000000 ffffffffffffffff'],
  ['another message than an append', new MsgAppDecoder(local, remote), '02 0000000000000002 0808'],
])('%s is refused', (_name, decoder, stream) => {
  expect(() => decoder.push(hex(stream))).toThrow(WireError);
});

test('what is not whole gives nothing, and is held in no more memory than came', () => {
  const app = new MsgAppDecoder(local, remote);
  expect(app.push(hex('01 0000000000000002 0000000000000004'))).toEqual([]);
  expect(app.push(hex('10031801'))).toEqual([]);
  expect(app.push(hex('0000000000000004 10031802 00000000000000'))).toEqual([]);
  expect(app.push(hex('02')).map(({ index, entries: list, commit }) => [index, list.length, commit])).toEqual([[0, 2, 2]]);
  const before = process.memoryUsage().arrayBuffers;
  const big = new MessageDecoder();
  expect(big.push(hex('000000001fffffff'))).toEqual([]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
});

test(`broken bytes are refused as such, whatever they are (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  for (let round = 0; round < 400; round++) {
    const stream = round % 2 === 0 ? new MsgAppEncoder().encode(appends(random, 8)) : new MessageEncoder().encode(appends(random, 8));
    const broken = Uint8Array.from(stream);
    for (let i = 0; i < 1 + randomInt(random, 4); i++) broken[randomInt(random, broken.length)] = random.uint32();
    const decoder = round % 2 === 0 ? new MsgAppDecoder(local, remote) : new MessageDecoder();
    try {
      pour(decoder, broken, random);
    } catch (error) {
      expect(error).toBeInstanceOf(WireError);
    }
  }
});
