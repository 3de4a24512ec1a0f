// Generated from core/proto/lease.proto by build/proto/generate.ts; do not edit.
import { Reader, type FieldNames, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';
import { LeaseTimeToLiveRequest, LeaseTimeToLiveResponse } from './rpc.ts';

export interface Lease {
  id: bigint;
  ttl: number;
  remainingTtl: number;
}

export const Lease = {
  goNames: { 1: 'ID', 2: 'TTL', 3: 'RemainingTTL' } as FieldNames,
  create(init?: Partial<Lease>): Lease {
    const m: Lease = {
      id: 0n,
      ttl: 0,
      remainingTtl: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<Lease>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.int64(m.id);
    }
    if (m.ttl !== undefined && !(m.ttl === 0)) {
      w.uint32(16);
      w.int64Number(m.ttl);
    }
    if (m.remainingTtl !== undefined && !(m.remainingTtl === 0)) {
      w.uint32(24);
      w.int64Number(m.remainingTtl);
    }
  },
  encode(m: Partial<Lease>): Uint8Array {
    return encodeWith(Lease.write, m);
  },
  read(r: Reader, end: number, m: Lease = Lease.create()): Lease {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.int64();
          break;
        case 16:
          m.ttl = r.int64Number();
          break;
        case 24:
          m.remainingTtl = r.int64Number();
          break;
        default:
          r.skip(tag, 'Lease', Lease.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): Lease {
    return Lease.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseInternalRequest {
  leaseTimeToLiveRequest: LeaseTimeToLiveRequest | undefined;
}

export const LeaseInternalRequest = {
  goNames: { 1: 'LeaseTimeToLiveRequest' } as FieldNames,
  create(init?: Partial<LeaseInternalRequest>): LeaseInternalRequest {
    const m: LeaseInternalRequest = {
      leaseTimeToLiveRequest: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseInternalRequest>, w: Writer): void {
    if (m.leaseTimeToLiveRequest !== undefined) {
      w.uint32(10);
      const mark = w.open();
      LeaseTimeToLiveRequest.write(m.leaseTimeToLiveRequest, w);
      w.close(mark);
    }
  },
  encode(m: Partial<LeaseInternalRequest>): Uint8Array {
    return encodeWith(LeaseInternalRequest.write, m);
  },
  read(r: Reader, end: number, m: LeaseInternalRequest = LeaseInternalRequest.create()): LeaseInternalRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.leaseTimeToLiveRequest = LeaseTimeToLiveRequest.read(r, r.end(), m.leaseTimeToLiveRequest);
          break;
        default:
          r.skip(tag, 'LeaseInternalRequest', LeaseInternalRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseInternalRequest {
    return LeaseInternalRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseInternalResponse {
  leaseTimeToLiveResponse: LeaseTimeToLiveResponse | undefined;
}

export const LeaseInternalResponse = {
  goNames: { 1: 'LeaseTimeToLiveResponse' } as FieldNames,
  create(init?: Partial<LeaseInternalResponse>): LeaseInternalResponse {
    const m: LeaseInternalResponse = {
      leaseTimeToLiveResponse: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseInternalResponse>, w: Writer): void {
    if (m.leaseTimeToLiveResponse !== undefined) {
      w.uint32(10);
      const mark = w.open();
      LeaseTimeToLiveResponse.write(m.leaseTimeToLiveResponse, w);
      w.close(mark);
    }
  },
  encode(m: Partial<LeaseInternalResponse>): Uint8Array {
    return encodeWith(LeaseInternalResponse.write, m);
  },
  read(r: Reader, end: number, m: LeaseInternalResponse = LeaseInternalResponse.create()): LeaseInternalResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.leaseTimeToLiveResponse = LeaseTimeToLiveResponse.read(r, r.end(), m.leaseTimeToLiveResponse);
          break;
        default:
          r.skip(tag, 'LeaseInternalResponse', LeaseInternalResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseInternalResponse {
    return LeaseInternalResponse.read(new Reader(bytes), bytes.length);
  },
};
