// Generated from core/proto/raft.proto by build/proto/generate.ts; do not edit.
import { emptyBytes } from '../../base/bytes.ts';
import { Reader, type FieldNames, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';

export interface Entry {
  type: number;
  term: number;
  index: number;
  data: Uint8Array;
}

export const Entry = {
  goNames: { 1: 'Type', 2: 'Term', 3: 'Index', 4: 'Data' } as FieldNames,
  create(init?: Partial<Entry>): Entry {
    const m: Entry = {
      type: 0,
      term: 0,
      index: 0,
      data: emptyBytes,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<Entry>, w: Writer): void {
    if (m.type !== undefined && !(m.type === 0)) {
      w.uint32(8);
      w.int32(m.type);
    }
    if (m.term !== undefined && !(m.term === 0)) {
      w.uint32(16);
      w.uint64Number(m.term);
    }
    if (m.index !== undefined && !(m.index === 0)) {
      w.uint32(24);
      w.uint64Number(m.index);
    }
    if (m.data !== undefined && !(m.data.length === 0)) {
      w.uint32(34);
      w.bytes(m.data);
    }
  },
  encode(m: Partial<Entry>): Uint8Array {
    return encodeWith(Entry.write, m);
  },
  read(r: Reader, end: number, m: Entry = Entry.create()): Entry {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.type = r.int32();
          break;
        case 16:
          m.term = r.uint64Number();
          break;
        case 24:
          m.index = r.uint64Number();
          break;
        case 34:
          m.data = r.bytes();
          break;
        default:
          r.skip(tag, 'Entry', Entry.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): Entry {
    return Entry.read(new Reader(bytes), bytes.length);
  },
};

export interface HardState {
  term: number;
  vote: bigint;
  commit: number;
}

export const HardState = {
  goNames: { 1: 'Term', 2: 'Vote', 3: 'Commit' } as FieldNames,
  create(init?: Partial<HardState>): HardState {
    const m: HardState = {
      term: 0,
      vote: 0n,
      commit: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<HardState>, w: Writer): void {
    if (m.term !== undefined && !(m.term === 0)) {
      w.uint32(8);
      w.uint64Number(m.term);
    }
    if (m.vote !== undefined && !(m.vote === 0n)) {
      w.uint32(16);
      w.uint64(m.vote);
    }
    if (m.commit !== undefined && !(m.commit === 0)) {
      w.uint32(24);
      w.uint64Number(m.commit);
    }
  },
  encode(m: Partial<HardState>): Uint8Array {
    return encodeWith(HardState.write, m);
  },
  read(r: Reader, end: number, m: HardState = HardState.create()): HardState {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.term = r.uint64Number();
          break;
        case 16:
          m.vote = r.uint64();
          break;
        case 24:
          m.commit = r.uint64Number();
          break;
        default:
          r.skip(tag, 'HardState', HardState.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): HardState {
    return HardState.read(new Reader(bytes), bytes.length);
  },
};

export interface ConfState {
  voters: bigint[];
  learners: bigint[];
  votersOutgoing: bigint[];
  learnersNext: bigint[];
  autoLeave: boolean;
}

export const ConfState = {
  goNames: { 1: 'Voters', 2: 'Learners', 3: 'VotersOutgoing', 4: 'LearnersNext', 5: 'AutoLeave' } as FieldNames,
  create(init?: Partial<ConfState>): ConfState {
    const m: ConfState = {
      voters: [],
      learners: [],
      votersOutgoing: [],
      learnersNext: [],
      autoLeave: false,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<ConfState>, w: Writer): void {
    if (m.voters !== undefined) {
      for (const item of m.voters) {
        w.uint32(8);
        w.uint64(item);
      }
    }
    if (m.learners !== undefined) {
      for (const item of m.learners) {
        w.uint32(16);
        w.uint64(item);
      }
    }
    if (m.votersOutgoing !== undefined) {
      for (const item of m.votersOutgoing) {
        w.uint32(24);
        w.uint64(item);
      }
    }
    if (m.learnersNext !== undefined) {
      for (const item of m.learnersNext) {
        w.uint32(32);
        w.uint64(item);
      }
    }
    if (m.autoLeave !== undefined && !(!m.autoLeave)) {
      w.uint32(40);
      w.bool(m.autoLeave);
    }
  },
  encode(m: Partial<ConfState>): Uint8Array {
    return encodeWith(ConfState.write, m);
  },
  read(r: Reader, end: number, m: ConfState = ConfState.create()): ConfState {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.voters.push(r.uint64());
          break;
        case 10: {
          const stop = r.end();
          while (r.position < stop) m.voters.push(r.uint64());
          break;
        }
        case 16:
          m.learners.push(r.uint64());
          break;
        case 18: {
          const stop = r.end();
          while (r.position < stop) m.learners.push(r.uint64());
          break;
        }
        case 24:
          m.votersOutgoing.push(r.uint64());
          break;
        case 26: {
          const stop = r.end();
          while (r.position < stop) m.votersOutgoing.push(r.uint64());
          break;
        }
        case 32:
          m.learnersNext.push(r.uint64());
          break;
        case 34: {
          const stop = r.end();
          while (r.position < stop) m.learnersNext.push(r.uint64());
          break;
        }
        case 40:
          m.autoLeave = r.bool();
          break;
        default:
          r.skip(tag, 'ConfState', ConfState.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): ConfState {
    return ConfState.read(new Reader(bytes), bytes.length);
  },
};

export interface SnapshotMetadata {
  confState: ConfState | undefined;
  index: number;
  term: number;
}

export const SnapshotMetadata = {
  goNames: { 1: 'ConfState', 2: 'Index', 3: 'Term' } as FieldNames,
  create(init?: Partial<SnapshotMetadata>): SnapshotMetadata {
    const m: SnapshotMetadata = {
      confState: undefined,
      index: 0,
      term: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<SnapshotMetadata>, w: Writer): void {
    if (m.confState !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ConfState.write(m.confState, w);
      w.close(mark);
    }
    if (m.index !== undefined && !(m.index === 0)) {
      w.uint32(16);
      w.uint64Number(m.index);
    }
    if (m.term !== undefined && !(m.term === 0)) {
      w.uint32(24);
      w.uint64Number(m.term);
    }
  },
  encode(m: Partial<SnapshotMetadata>): Uint8Array {
    return encodeWith(SnapshotMetadata.write, m);
  },
  read(r: Reader, end: number, m: SnapshotMetadata = SnapshotMetadata.create()): SnapshotMetadata {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.confState = ConfState.read(r, r.end(), m.confState);
          break;
        case 16:
          m.index = r.uint64Number();
          break;
        case 24:
          m.term = r.uint64Number();
          break;
        default:
          r.skip(tag, 'SnapshotMetadata', SnapshotMetadata.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): SnapshotMetadata {
    return SnapshotMetadata.read(new Reader(bytes), bytes.length);
  },
};

export interface Snapshot {
  data: Uint8Array;
  metadata: SnapshotMetadata | undefined;
}

export const Snapshot = {
  goNames: { 1: 'Data', 2: 'Metadata' } as FieldNames,
  create(init?: Partial<Snapshot>): Snapshot {
    const m: Snapshot = {
      data: emptyBytes,
      metadata: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<Snapshot>, w: Writer): void {
    if (m.data !== undefined && !(m.data.length === 0)) {
      w.uint32(10);
      w.bytes(m.data);
    }
    if (m.metadata !== undefined) {
      w.uint32(18);
      const mark = w.open();
      SnapshotMetadata.write(m.metadata, w);
      w.close(mark);
    }
  },
  encode(m: Partial<Snapshot>): Uint8Array {
    return encodeWith(Snapshot.write, m);
  },
  read(r: Reader, end: number, m: Snapshot = Snapshot.create()): Snapshot {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.data = r.bytes();
          break;
        case 18:
          m.metadata = SnapshotMetadata.read(r, r.end(), m.metadata);
          break;
        default:
          r.skip(tag, 'Snapshot', Snapshot.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): Snapshot {
    return Snapshot.read(new Reader(bytes), bytes.length);
  },
};

export interface Message {
  type: number;
  to: bigint;
  from: bigint;
  term: number;
  logTerm: number;
  index: number;
  entries: Entry[];
  commit: number;
  snapshot: Snapshot | undefined;
  reject: boolean;
  rejectHint: number;
  context: Uint8Array;
  vote: bigint;
}

export const Message = {
  goNames: { 1: 'Type', 2: 'To', 3: 'From', 4: 'Term', 5: 'LogTerm', 6: 'Index', 7: 'Entries', 8: 'Commit', 9: 'Snapshot', 10: 'Reject', 11: 'RejectHint', 12: 'Context', 13: 'Vote' } as FieldNames,
  create(init?: Partial<Message>): Message {
    const m: Message = {
      type: 0,
      to: 0n,
      from: 0n,
      term: 0,
      logTerm: 0,
      index: 0,
      entries: [],
      commit: 0,
      snapshot: undefined,
      reject: false,
      rejectHint: 0,
      context: emptyBytes,
      vote: 0n,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<Message>, w: Writer): void {
    if (m.type !== undefined && !(m.type === 0)) {
      w.uint32(8);
      w.int32(m.type);
    }
    if (m.to !== undefined && !(m.to === 0n)) {
      w.uint32(16);
      w.uint64(m.to);
    }
    if (m.from !== undefined && !(m.from === 0n)) {
      w.uint32(24);
      w.uint64(m.from);
    }
    if (m.term !== undefined && !(m.term === 0)) {
      w.uint32(32);
      w.uint64Number(m.term);
    }
    if (m.logTerm !== undefined && !(m.logTerm === 0)) {
      w.uint32(40);
      w.uint64Number(m.logTerm);
    }
    if (m.index !== undefined && !(m.index === 0)) {
      w.uint32(48);
      w.uint64Number(m.index);
    }
    if (m.entries !== undefined) {
      for (const item of m.entries) {
        w.uint32(58);
        const mark = w.open();
        Entry.write(item, w);
        w.close(mark);
      }
    }
    if (m.commit !== undefined && !(m.commit === 0)) {
      w.uint32(64);
      w.uint64Number(m.commit);
    }
    if (m.snapshot !== undefined) {
      w.uint32(74);
      const mark = w.open();
      Snapshot.write(m.snapshot, w);
      w.close(mark);
    }
    if (m.reject !== undefined && !(!m.reject)) {
      w.uint32(80);
      w.bool(m.reject);
    }
    if (m.rejectHint !== undefined && !(m.rejectHint === 0)) {
      w.uint32(88);
      w.uint64Number(m.rejectHint);
    }
    if (m.context !== undefined && !(m.context.length === 0)) {
      w.uint32(98);
      w.bytes(m.context);
    }
    if (m.vote !== undefined && !(m.vote === 0n)) {
      w.uint32(104);
      w.uint64(m.vote);
    }
  },
  encode(m: Partial<Message>): Uint8Array {
    return encodeWith(Message.write, m);
  },
  read(r: Reader, end: number, m: Message = Message.create()): Message {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.type = r.int32();
          break;
        case 16:
          m.to = r.uint64();
          break;
        case 24:
          m.from = r.uint64();
          break;
        case 32:
          m.term = r.uint64Number();
          break;
        case 40:
          m.logTerm = r.uint64Number();
          break;
        case 48:
          m.index = r.uint64Number();
          break;
        case 58:
          m.entries.push(Entry.read(r, r.end()));
          break;
        case 64:
          m.commit = r.uint64Number();
          break;
        case 74:
          m.snapshot = Snapshot.read(r, r.end(), m.snapshot);
          break;
        case 80:
          m.reject = r.bool();
          break;
        case 88:
          m.rejectHint = r.uint64Number();
          break;
        case 98:
          m.context = r.bytes();
          break;
        case 104:
          m.vote = r.uint64();
          break;
        default:
          r.skip(tag, 'Message', Message.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): Message {
    return Message.read(new Reader(bytes), bytes.length);
  },
};
