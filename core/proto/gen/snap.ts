// Generated from core/proto/snap.proto by build/proto/generate.ts; do not edit.
import { emptyBytes } from '../../base/bytes.ts';
import { Reader, WireError, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';

export interface SnapshotFile {
  crc: number;
  data: Uint8Array;
}

export const SnapshotFile = {
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
  read(r: Reader, end: number): SnapshotFile {
    const m = SnapshotFile.create();
    while (r.position < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.crc = r.uint32();
          break;
        case 18:
          m.data = r.bytes();
          break;
        default:
          r.skip(tag);
      }
    }
    if (r.position !== end) throw new WireError('SnapshotFile: a field passes the end of its message');
    return m;
  },
  decode(bytes: Uint8Array): SnapshotFile {
    return SnapshotFile.read(new Reader(bytes), bytes.length);
  },
};
