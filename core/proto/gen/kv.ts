// Generated from core/proto/kv.proto by build/proto/generate.ts; do not edit.
import { emptyBytes } from '../../base/bytes.ts';
import { Reader, type FieldNames, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';

export interface KeyValue {
  key: Uint8Array;
  createRevision: number;
  modRevision: number;
  version: number;
  value: Uint8Array;
  lease: bigint;
}

export const KeyValue = {
  goNames: { 1: 'Key', 2: 'CreateRevision', 3: 'ModRevision', 4: 'Version', 5: 'Value', 6: 'Lease' } as FieldNames,
  create(init?: Partial<KeyValue>): KeyValue {
    const m: KeyValue = {
      key: emptyBytes,
      createRevision: 0,
      modRevision: 0,
      version: 0,
      value: emptyBytes,
      lease: 0n,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<KeyValue>, w: Writer): void {
    if (m.key !== undefined && !(m.key.length === 0)) {
      w.uint32(10);
      w.bytes(m.key);
    }
    if (m.createRevision !== undefined && !(m.createRevision === 0)) {
      w.uint32(16);
      w.int64Number(m.createRevision);
    }
    if (m.modRevision !== undefined && !(m.modRevision === 0)) {
      w.uint32(24);
      w.int64Number(m.modRevision);
    }
    if (m.version !== undefined && !(m.version === 0)) {
      w.uint32(32);
      w.int64Number(m.version);
    }
    if (m.value !== undefined && !(m.value.length === 0)) {
      w.uint32(42);
      w.bytes(m.value);
    }
    if (m.lease !== undefined && !(m.lease === 0n)) {
      w.uint32(48);
      w.int64(m.lease);
    }
  },
  encode(m: Partial<KeyValue>): Uint8Array {
    return encodeWith(KeyValue.write, m);
  },
  read(r: Reader, end: number, m: KeyValue = KeyValue.create()): KeyValue {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        case 16:
          m.createRevision = r.int64Number();
          break;
        case 24:
          m.modRevision = r.int64Number();
          break;
        case 32:
          m.version = r.int64Number();
          break;
        case 42:
          m.value = r.bytes();
          break;
        case 48:
          m.lease = r.int64();
          break;
        default:
          r.skip(tag, 'KeyValue', KeyValue.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): KeyValue {
    return KeyValue.read(new Reader(bytes), bytes.length);
  },
};

export interface Event {
  type: number;
  kv: KeyValue | undefined;
  prevKv: KeyValue | undefined;
}

export const Event = {
  goNames: { 1: 'Type', 2: 'Kv', 3: 'PrevKv' } as FieldNames,
  create(init?: Partial<Event>): Event {
    const m: Event = {
      type: 0,
      kv: undefined,
      prevKv: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<Event>, w: Writer): void {
    if (m.type !== undefined && !(m.type === 0)) {
      w.uint32(8);
      w.int32(m.type);
    }
    if (m.kv !== undefined) {
      w.uint32(18);
      const mark = w.open();
      KeyValue.write(m.kv, w);
      w.close(mark);
    }
    if (m.prevKv !== undefined) {
      w.uint32(26);
      const mark = w.open();
      KeyValue.write(m.prevKv, w);
      w.close(mark);
    }
  },
  encode(m: Partial<Event>): Uint8Array {
    return encodeWith(Event.write, m);
  },
  read(r: Reader, end: number, m: Event = Event.create()): Event {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.type = r.int32();
          break;
        case 18:
          m.kv = KeyValue.read(r, r.end(), m.kv);
          break;
        case 26:
          m.prevKv = KeyValue.read(r, r.end(), m.prevKv);
          break;
        default:
          r.skip(tag, 'Event', Event.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): Event {
    return Event.read(new Reader(bytes), bytes.length);
  },
};

export const EventEventType = {
  PUT: 0,
  DELETE: 1,
} as const;
