// Generated from core/proto/snap.proto by build/proto/generate.ts; do not edit.
import { emptyBytes } from '../../base/bytes.ts';
import { Reader, type FieldNames, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';

export interface SnapshotFile {
  crc: number;
  data: Uint8Array;
}

export const SnapshotFile = {
  goNames: { 1: 'Crc', 2: 'Data' } as FieldNames,
  create(init?: Partial<SnapshotFile>): SnapshotFile {
    const m: SnapshotFile = {
      crc: 0,
      data: emptyBytes,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<SnapshotFile>, w: Writer): void {
    if (m.crc !== undefined && !(m.crc === 0)) {
      w.uint32(8);
      w.uint32(m.crc);
    }
    if (m.data !== undefined && !(m.data.length === 0)) {
      w.uint32(18);
      w.bytes(m.data);
    }
  },
  encode(m: Partial<SnapshotFile>): Uint8Array {
    return encodeWith(SnapshotFile.write, m);
  },
  read(r: Reader, end: number, m: SnapshotFile = SnapshotFile.create()): SnapshotFile {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.crc = r.uint32();
          break;
        case 18:
          m.data = r.bytes();
          break;
        default:
          r.skip(tag, 'SnapshotFile', SnapshotFile.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): SnapshotFile {
    return SnapshotFile.read(new Reader(bytes), bytes.length);
  },
};
