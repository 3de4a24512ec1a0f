// Generated from core/proto/legacy.proto by build/proto/generate.ts; do not edit.
import { Reader, type FieldNames, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';

export interface Request {
  id: bigint;
  method: string;
  path: string;
  val: string;
}

export const Request = {
  goNames: { 1: 'ID', 2: 'Method', 3: 'Path', 4: 'Val' } as FieldNames,
  create(init?: Partial<Request>): Request {
    const m: Request = {
      id: 0n,
      method: '',
      path: '',
      val: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<Request>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.uint64(m.id);
    }
    if (m.method !== undefined && !(m.method === '')) {
      w.uint32(18);
      w.string(m.method);
    }
    if (m.path !== undefined && !(m.path === '')) {
      w.uint32(26);
      w.string(m.path);
    }
    if (m.val !== undefined && !(m.val === '')) {
      w.uint32(34);
      w.string(m.val);
    }
  },
  encode(m: Partial<Request>): Uint8Array {
    return encodeWith(Request.write, m);
  },
  read(r: Reader, end: number, m: Request = Request.create()): Request {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.uint64();
          break;
        case 18:
          m.method = r.string();
          break;
        case 26:
          m.path = r.string();
          break;
        case 34:
          m.val = r.string();
          break;
        default:
          r.skip(tag, 'Request', Request.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): Request {
    return Request.read(new Reader(bytes), bytes.length);
  },
};
