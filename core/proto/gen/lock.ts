// Generated from core/proto/lock.proto by build/proto/generate.ts; do not edit.
import { emptyBytes } from '../../base/bytes.ts';
import { Reader, type FieldNames, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';
import { ResponseHeader } from './rpc.ts';

export interface LockRequest {
  name: Uint8Array;
  lease: bigint;
}

export const LockRequest = {
  goNames: { 1: 'Name', 2: 'Lease' } as FieldNames,
  create(init?: Partial<LockRequest>): LockRequest {
    const m: LockRequest = {
      name: emptyBytes,
      lease: 0n,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LockRequest>, w: Writer): void {
    if (m.name !== undefined && !(m.name.length === 0)) {
      w.uint32(10);
      w.bytes(m.name);
    }
    if (m.lease !== undefined && !(m.lease === 0n)) {
      w.uint32(16);
      w.int64(m.lease);
    }
  },
  encode(m: Partial<LockRequest>): Uint8Array {
    return encodeWith(LockRequest.write, m);
  },
  read(r: Reader, end: number, m: LockRequest = LockRequest.create()): LockRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.name = r.bytes();
          break;
        case 16:
          m.lease = r.int64();
          break;
        default:
          r.skip(tag, 'LockRequest', LockRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LockRequest {
    return LockRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface LockResponse {
  header: ResponseHeader | undefined;
  key: Uint8Array;
}

export const LockResponse = {
  goNames: { 1: 'Header', 2: 'Key' } as FieldNames,
  create(init?: Partial<LockResponse>): LockResponse {
    const m: LockResponse = {
      header: undefined,
      key: emptyBytes,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LockResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.key !== undefined && !(m.key.length === 0)) {
      w.uint32(18);
      w.bytes(m.key);
    }
  },
  encode(m: Partial<LockResponse>): Uint8Array {
    return encodeWith(LockResponse.write, m);
  },
  read(r: Reader, end: number, m: LockResponse = LockResponse.create()): LockResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.key = r.bytes();
          break;
        default:
          r.skip(tag, 'LockResponse', LockResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LockResponse {
    return LockResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface UnlockRequest {
  key: Uint8Array;
}

export const UnlockRequest = {
  goNames: { 1: 'Key' } as FieldNames,
  create(init?: Partial<UnlockRequest>): UnlockRequest {
    const m: UnlockRequest = {
      key: emptyBytes,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<UnlockRequest>, w: Writer): void {
    if (m.key !== undefined && !(m.key.length === 0)) {
      w.uint32(10);
      w.bytes(m.key);
    }
  },
  encode(m: Partial<UnlockRequest>): Uint8Array {
    return encodeWith(UnlockRequest.write, m);
  },
  read(r: Reader, end: number, m: UnlockRequest = UnlockRequest.create()): UnlockRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        default:
          r.skip(tag, 'UnlockRequest', UnlockRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): UnlockRequest {
    return UnlockRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface UnlockResponse {
  header: ResponseHeader | undefined;
}

export const UnlockResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<UnlockResponse>): UnlockResponse {
    const m: UnlockResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<UnlockResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<UnlockResponse>): Uint8Array {
    return encodeWith(UnlockResponse.write, m);
  },
  read(r: Reader, end: number, m: UnlockResponse = UnlockResponse.create()): UnlockResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'UnlockResponse', UnlockResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): UnlockResponse {
    return UnlockResponse.read(new Reader(bytes), bytes.length);
  },
};

export const LockService = {
  lock: {
    path: '/v3lockpb.Lock/Lock',
    request: LockRequest,
    response: LockResponse,
    requestStream: false,
    responseStream: false,
  },
  unlock: {
    path: '/v3lockpb.Lock/Unlock',
    request: UnlockRequest,
    response: UnlockResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;
