// Generated from core/proto/wal.proto by build/proto/generate.ts; do not edit.
import { emptyBytes } from '../../base/bytes.ts';
import { Reader, type FieldNames, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';
import { ConfState } from './raft.ts';

export interface Record {
  type: number;
  crc: number;
  data: Uint8Array;
}

export const Record = {
  goNames: { 1: 'Type', 2: 'Crc', 3: 'Data' } as FieldNames,
  create(init?: Partial<Record>): Record {
    const m: Record = {
      type: 0,
      crc: 0,
      data: emptyBytes,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<Record>, w: Writer): void {
    if (m.type !== undefined && !(m.type === 0)) {
      w.uint32(8);
      w.int64Number(m.type);
    }
    if (m.crc !== undefined && !(m.crc === 0)) {
      w.uint32(16);
      w.uint32(m.crc);
    }
    if (m.data !== undefined && !(m.data.length === 0)) {
      w.uint32(26);
      w.bytes(m.data);
    }
  },
  encode(m: Partial<Record>): Uint8Array {
    return encodeWith(Record.write, m);
  },
  read(r: Reader, end: number, m: Record = Record.create()): Record {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.type = r.int64Number();
          break;
        case 16:
          m.crc = r.uint32();
          break;
        case 26:
          m.data = r.bytes();
          break;
        default:
          r.skip(tag, 'Record', Record.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): Record {
    return Record.read(new Reader(bytes), bytes.length);
  },
};

export interface Snapshot {
  index: number;
  term: number;
  confState: ConfState | undefined;
}

export const Snapshot = {
  goNames: { 1: 'Index', 2: 'Term', 3: 'ConfState' } as FieldNames,
  create(init?: Partial<Snapshot>): Snapshot {
    const m: Snapshot = {
      index: 0,
      term: 0,
      confState: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<Snapshot>, w: Writer): void {
    if (m.index !== undefined && !(m.index === 0)) {
      w.uint32(8);
      w.uint64Number(m.index);
    }
    if (m.term !== undefined && !(m.term === 0)) {
      w.uint32(16);
      w.uint64Number(m.term);
    }
    if (m.confState !== undefined) {
      w.uint32(26);
      const mark = w.open();
      ConfState.write(m.confState, w);
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
        case 8:
          m.index = r.uint64Number();
          break;
        case 16:
          m.term = r.uint64Number();
          break;
        case 26:
          m.confState = ConfState.read(r, r.end(), m.confState);
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

export interface Metadata {
  nodeId: bigint;
  clusterId: bigint;
}

export const Metadata = {
  goNames: { 1: 'NodeID', 2: 'ClusterID' } as FieldNames,
  create(init?: Partial<Metadata>): Metadata {
    const m: Metadata = {
      nodeId: 0n,
      clusterId: 0n,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<Metadata>, w: Writer): void {
    if (m.nodeId !== undefined && !(m.nodeId === 0n)) {
      w.uint32(8);
      w.uint64(m.nodeId);
    }
    if (m.clusterId !== undefined && !(m.clusterId === 0n)) {
      w.uint32(16);
      w.uint64(m.clusterId);
    }
  },
  encode(m: Partial<Metadata>): Uint8Array {
    return encodeWith(Metadata.write, m);
  },
  read(r: Reader, end: number, m: Metadata = Metadata.create()): Metadata {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.nodeId = r.uint64();
          break;
        case 16:
          m.clusterId = r.uint64();
          break;
        default:
          r.skip(tag, 'Metadata', Metadata.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): Metadata {
    return Metadata.read(new Reader(bytes), bytes.length);
  },
};
