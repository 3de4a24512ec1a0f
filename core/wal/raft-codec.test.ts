import { expect, test } from 'vitest';
import { emptyBytes, utf8 } from '../base/bytes.ts';
import * as pb from '../proto/gen/raft.ts';
import { WireError, Writer } from '../proto/wire.ts';
import { newMessage } from '../raft/message.ts';
import { EntryType, MessageType, type Message } from '../raft/types.ts';
import { decodeEntry, decodeHardState, decodeMessage, decodeSnapshot, encodeEntry, encodeHardState, encodeMessage, encodeSnapshot } from './raft-codec.ts';

const large = Number.MAX_SAFE_INTEGER;
const id = 0xffff_ffff_ffff_fffen;
const confState = { voters: [1n, id], learners: [3n], votersOutgoing: [4n], learnersNext: [5n], autoLeave: true };

test('a message keeps every field, ids of 64 bits and indexes up to 2^53 - 1', () => {
  const message: Message = {
    type: MessageType.app, to: id, from: 0x8e9e05c52164694dn, term: large, logTerm: large - 1, index: large - 2, commit: large - 3, reject: true,
    rejectHint: large - 4, vote: 7n, context: utf8('context'), responses: [],
    entries: [{ type: EntryType.normal, term: 1, index: 2, data: utf8('a') }, { type: EntryType.confChangeV2, term: large, index: large, data: emptyBytes }],
    snapshot: { data: utf8('store'), metadata: { confState, index: 12, term: 3 } },
  };
  expect(decodeMessage(encodeMessage(message))).toEqual(message);
});

test('an empty message, the link heartbeat among them, stays empty', () => {
  const message = newMessage(MessageType.heartbeat, {});
  expect(decodeMessage(encodeMessage(message))).toEqual(message);
});

test('the empty snapshot that older releases put into each message is none', () => {
  const bytes = pb.Message.encode({ type: 3, snapshot: pb.Snapshot.create({ metadata: pb.SnapshotMetadata.create({ confState: pb.ConfState.create() }) }) });
  expect(decodeMessage(bytes).snapshot).toBeUndefined();
});

test('snapshots, hard states and entries come back as they went', () => {
  const snapshot = { data: utf8('x'), metadata: { confState, index: 9, term: 2 } };
  expect(decodeSnapshot(encodeSnapshot(snapshot))).toEqual(snapshot);
  const state = { term: large, vote: id, commit: large };
  expect(decodeHardState(encodeHardState(state))).toEqual(state);
  const entry = { type: EntryType.confChange, term: 4, index: 5, data: utf8('change') };
  expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
});

test('entry data are a view on the input, or a copy where that is asked for', () => {
  const bytes = encodeEntry({ type: EntryType.normal, term: 1, index: 1, data: utf8('payload') });
  expect(decodeEntry(bytes).data.buffer).toBe(bytes.buffer);
  expect(decodeEntry(bytes, true).data.buffer).not.toBe(bytes.buffer);
});

/** A field with a value that no encoder of ours writes. */
function field(number: number, value: bigint): Uint8Array {
  const writer = new Writer();
  writer.uint32(number << 3);
  writer.uint64(value);
  return writer.finish();
}

test.each([
  ['an index beyond 2^53', () => decodeEntry(field(3, 2n ** 53n)), /entry index/],
  ['a term beyond 2^53', () => decodeHardState(field(1, 2n ** 63n)), /term .* beyond 2\^53/],
  ['an unknown entry type', () => decodeEntry(field(1, 3n)), /unknown entry type 3/],
  ['an unknown message type', () => decodeMessage(field(1, 24n)), /unknown message type 24/],
  ['a commit beyond 2^53', () => decodeMessage(field(8, 2n ** 60n)), /commit/],
  ['a message that breaks off', () => decodeMessage(encodeMessage(newMessage(MessageType.vote, { context: utf8('abc') })).subarray(0, -1)), /unexpected EOF/],
  ['a snapshot without an index', () => decodeSnapshot(emptyBytes), /without an index/],
])('%s is refused', (_what, run, message) => {
  expect(run).toThrow(WireError);
  expect(run).toThrow(message);
});
