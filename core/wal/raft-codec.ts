import { AssertionError } from '../base/assert.ts';
import { emptyBytes } from '../base/bytes.ts';
import * as pb from '../proto/gen/raft.ts';
import { Reader, WireError } from '../proto/wire.ts';
import type { ConfState, Entry, EntryType, HardState, Message, MessageType, Snapshot } from '../raft/types.ts';

/**
 * Raft's values in raftpb encoding, as they lie in the WAL and travel between members.
 * Decoding is strict: unknown types and indexes that are not exact throw WireError.
 */
const lastEntryType = 2;
const lastMessageType = 23;

function exact(value: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw new WireError(`${what} ${value} is beyond 2^53`);
  return value;
}

/** `data` of a decoded entry is a view on the input, unless `copy` is set. */
function toEntry(raw: pb.Entry, copy = false): Entry {
  if (raw.type < 0 || raw.type > lastEntryType) throw new WireError(`unknown entry type ${raw.type}`);
  exact(raw.term, 'entry term');
  exact(raw.index, 'entry index');
  return { type: raw.type as EntryType, term: raw.term, index: raw.index, data: copy ? raw.data.slice() : raw.data };
}

export const encodeEntry = (entry: Entry): Uint8Array => pb.Entry.encode(entry);

export function decodeEntry(bytes: Uint8Array, copy = false): Entry {
  return toEntry(pb.Entry.decode(bytes), copy);
}

export const encodeHardState = (state: HardState): Uint8Array => pb.HardState.encode(state);

export function decodeHardState(bytes: Uint8Array): HardState {
  const { term, vote, commit } = pb.HardState.decode(bytes);
  return { term: exact(term, 'term'), vote, commit: exact(commit, 'commit') };
}

export function toConfState(raw: pb.ConfState | undefined): ConfState {
  return raw ?? { voters: [], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
}

function toSnapshot(raw: pb.Snapshot): Snapshot | undefined {
  const { metadata } = raw;
  // Releases up to 3.6 write an empty snapshot into every message.
  if (!metadata || metadata.index === 0) return undefined;
  return {
    data: raw.data,
    metadata: { confState: toConfState(metadata.confState), index: exact(metadata.index, 'snapshot index'), term: exact(metadata.term, 'snapshot term') },
  };
}

export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  return pb.Snapshot.encode(snapshot);
}

export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const snapshot = toSnapshot(pb.Snapshot.decode(bytes));
  if (!snapshot) throw new WireError('a snapshot without an index');
  return snapshot;
}

export function encodeMessage(message: Message): Uint8Array {
  if (message.responses.length > 0) throw new AssertionError('a message with local responses was about to be sent');
  return pb.Message.encode(message);
}

export function decodeMessage(bytes: Uint8Array): Message {
  const raw = pb.Message.read(new Reader(bytes), bytes.length);
  if (raw.type < 0 || raw.type > lastMessageType) throw new WireError(`unknown message type ${raw.type}`);
  return {
    type: raw.type as MessageType,
    to: raw.to,
    from: raw.from,
    term: exact(raw.term, 'term'),
    logTerm: exact(raw.logTerm, 'log term'),
    index: exact(raw.index, 'index'),
    entries: raw.entries.map((entry) => toEntry(entry)),
    commit: exact(raw.commit, 'commit'),
    snapshot: raw.snapshot && toSnapshot(raw.snapshot),
    reject: raw.reject,
    rejectHint: exact(raw.rejectHint, 'reject hint'),
    context: raw.context.length === 0 ? emptyBytes : raw.context,
    vote: raw.vote,
    responses: [],
  };
}
