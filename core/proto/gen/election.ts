// Generated from core/proto/election.proto by build/proto/generate.ts; do not edit.
import { emptyBytes } from '../../base/bytes.ts';
import { Reader, type FieldNames, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';
import { KeyValue } from './kv.ts';
import { ResponseHeader } from './rpc.ts';

export interface LeaderKey {
  name: Uint8Array;
  key: Uint8Array;
  rev: number;
  lease: bigint;
}

export const LeaderKey = {
  goNames: { 1: 'Name', 2: 'Key', 3: 'Rev', 4: 'Lease' } as FieldNames,
  create(init?: Partial<LeaderKey>): LeaderKey {
    const m: LeaderKey = {
      name: emptyBytes,
      key: emptyBytes,
      rev: 0,
      lease: 0n,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaderKey>, w: Writer): void {
    if (m.name !== undefined && !(m.name.length === 0)) {
      w.uint32(10);
      w.bytes(m.name);
    }
    if (m.key !== undefined && !(m.key.length === 0)) {
      w.uint32(18);
      w.bytes(m.key);
    }
    if (m.rev !== undefined && !(m.rev === 0)) {
      w.uint32(24);
      w.int64Number(m.rev);
    }
    if (m.lease !== undefined && !(m.lease === 0n)) {
      w.uint32(32);
      w.int64(m.lease);
    }
  },
  encode(m: Partial<LeaderKey>): Uint8Array {
    return encodeWith(LeaderKey.write, m);
  },
  read(r: Reader, end: number, m: LeaderKey = LeaderKey.create()): LeaderKey {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.name = r.bytes();
          break;
        case 18:
          m.key = r.bytes();
          break;
        case 24:
          m.rev = r.int64Number();
          break;
        case 32:
          m.lease = r.int64();
          break;
        default:
          r.skip(tag, 'LeaderKey', LeaderKey.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaderKey {
    return LeaderKey.read(new Reader(bytes), bytes.length);
  },
};

export interface CampaignRequest {
  name: Uint8Array;
  lease: bigint;
  value: Uint8Array;
}

export const CampaignRequest = {
  goNames: { 1: 'Name', 2: 'Lease', 3: 'Value' } as FieldNames,
  create(init?: Partial<CampaignRequest>): CampaignRequest {
    const m: CampaignRequest = {
      name: emptyBytes,
      lease: 0n,
      value: emptyBytes,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<CampaignRequest>, w: Writer): void {
    if (m.name !== undefined && !(m.name.length === 0)) {
      w.uint32(10);
      w.bytes(m.name);
    }
    if (m.lease !== undefined && !(m.lease === 0n)) {
      w.uint32(16);
      w.int64(m.lease);
    }
    if (m.value !== undefined && !(m.value.length === 0)) {
      w.uint32(26);
      w.bytes(m.value);
    }
  },
  encode(m: Partial<CampaignRequest>): Uint8Array {
    return encodeWith(CampaignRequest.write, m);
  },
  read(r: Reader, end: number, m: CampaignRequest = CampaignRequest.create()): CampaignRequest {
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
        case 26:
          m.value = r.bytes();
          break;
        default:
          r.skip(tag, 'CampaignRequest', CampaignRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): CampaignRequest {
    return CampaignRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface CampaignResponse {
  header: ResponseHeader | undefined;
  leader: LeaderKey | undefined;
}

export const CampaignResponse = {
  goNames: { 1: 'Header', 2: 'Leader' } as FieldNames,
  create(init?: Partial<CampaignResponse>): CampaignResponse {
    const m: CampaignResponse = {
      header: undefined,
      leader: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<CampaignResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.leader !== undefined) {
      w.uint32(18);
      const mark = w.open();
      LeaderKey.write(m.leader, w);
      w.close(mark);
    }
  },
  encode(m: Partial<CampaignResponse>): Uint8Array {
    return encodeWith(CampaignResponse.write, m);
  },
  read(r: Reader, end: number, m: CampaignResponse = CampaignResponse.create()): CampaignResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.leader = LeaderKey.read(r, r.end(), m.leader);
          break;
        default:
          r.skip(tag, 'CampaignResponse', CampaignResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): CampaignResponse {
    return CampaignResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface ProclaimRequest {
  leader: LeaderKey | undefined;
  value: Uint8Array;
}

export const ProclaimRequest = {
  goNames: { 1: 'Leader', 2: 'Value' } as FieldNames,
  create(init?: Partial<ProclaimRequest>): ProclaimRequest {
    const m: ProclaimRequest = {
      leader: undefined,
      value: emptyBytes,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<ProclaimRequest>, w: Writer): void {
    if (m.leader !== undefined) {
      w.uint32(10);
      const mark = w.open();
      LeaderKey.write(m.leader, w);
      w.close(mark);
    }
    if (m.value !== undefined && !(m.value.length === 0)) {
      w.uint32(18);
      w.bytes(m.value);
    }
  },
  encode(m: Partial<ProclaimRequest>): Uint8Array {
    return encodeWith(ProclaimRequest.write, m);
  },
  read(r: Reader, end: number, m: ProclaimRequest = ProclaimRequest.create()): ProclaimRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.leader = LeaderKey.read(r, r.end(), m.leader);
          break;
        case 18:
          m.value = r.bytes();
          break;
        default:
          r.skip(tag, 'ProclaimRequest', ProclaimRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): ProclaimRequest {
    return ProclaimRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface ProclaimResponse {
  header: ResponseHeader | undefined;
}

export const ProclaimResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<ProclaimResponse>): ProclaimResponse {
    const m: ProclaimResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<ProclaimResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<ProclaimResponse>): Uint8Array {
    return encodeWith(ProclaimResponse.write, m);
  },
  read(r: Reader, end: number, m: ProclaimResponse = ProclaimResponse.create()): ProclaimResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'ProclaimResponse', ProclaimResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): ProclaimResponse {
    return ProclaimResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaderRequest {
  name: Uint8Array;
}

export const LeaderRequest = {
  goNames: { 1: 'Name' } as FieldNames,
  create(init?: Partial<LeaderRequest>): LeaderRequest {
    const m: LeaderRequest = {
      name: emptyBytes,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaderRequest>, w: Writer): void {
    if (m.name !== undefined && !(m.name.length === 0)) {
      w.uint32(10);
      w.bytes(m.name);
    }
  },
  encode(m: Partial<LeaderRequest>): Uint8Array {
    return encodeWith(LeaderRequest.write, m);
  },
  read(r: Reader, end: number, m: LeaderRequest = LeaderRequest.create()): LeaderRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.name = r.bytes();
          break;
        default:
          r.skip(tag, 'LeaderRequest', LeaderRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaderRequest {
    return LeaderRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaderResponse {
  header: ResponseHeader | undefined;
  kv: KeyValue | undefined;
}

export const LeaderResponse = {
  goNames: { 1: 'Header', 2: 'Kv' } as FieldNames,
  create(init?: Partial<LeaderResponse>): LeaderResponse {
    const m: LeaderResponse = {
      header: undefined,
      kv: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaderResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.kv !== undefined) {
      w.uint32(18);
      const mark = w.open();
      KeyValue.write(m.kv, w);
      w.close(mark);
    }
  },
  encode(m: Partial<LeaderResponse>): Uint8Array {
    return encodeWith(LeaderResponse.write, m);
  },
  read(r: Reader, end: number, m: LeaderResponse = LeaderResponse.create()): LeaderResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.kv = KeyValue.read(r, r.end(), m.kv);
          break;
        default:
          r.skip(tag, 'LeaderResponse', LeaderResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaderResponse {
    return LeaderResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface ResignRequest {
  leader: LeaderKey | undefined;
}

export const ResignRequest = {
  goNames: { 1: 'Leader' } as FieldNames,
  create(init?: Partial<ResignRequest>): ResignRequest {
    const m: ResignRequest = {
      leader: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<ResignRequest>, w: Writer): void {
    if (m.leader !== undefined) {
      w.uint32(10);
      const mark = w.open();
      LeaderKey.write(m.leader, w);
      w.close(mark);
    }
  },
  encode(m: Partial<ResignRequest>): Uint8Array {
    return encodeWith(ResignRequest.write, m);
  },
  read(r: Reader, end: number, m: ResignRequest = ResignRequest.create()): ResignRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.leader = LeaderKey.read(r, r.end(), m.leader);
          break;
        default:
          r.skip(tag, 'ResignRequest', ResignRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): ResignRequest {
    return ResignRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface ResignResponse {
  header: ResponseHeader | undefined;
}

export const ResignResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<ResignResponse>): ResignResponse {
    const m: ResignResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<ResignResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<ResignResponse>): Uint8Array {
    return encodeWith(ResignResponse.write, m);
  },
  read(r: Reader, end: number, m: ResignResponse = ResignResponse.create()): ResignResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'ResignResponse', ResignResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): ResignResponse {
    return ResignResponse.read(new Reader(bytes), bytes.length);
  },
};

export const ElectionService = {
  campaign: {
    path: '/v3electionpb.Election/Campaign',
    request: CampaignRequest,
    response: CampaignResponse,
    requestStream: false,
    responseStream: false,
  },
  proclaim: {
    path: '/v3electionpb.Election/Proclaim',
    request: ProclaimRequest,
    response: ProclaimResponse,
    requestStream: false,
    responseStream: false,
  },
  leader: {
    path: '/v3electionpb.Election/Leader',
    request: LeaderRequest,
    response: LeaderResponse,
    requestStream: false,
    responseStream: false,
  },
  observe: {
    path: '/v3electionpb.Election/Observe',
    request: LeaderRequest,
    response: LeaderResponse,
    requestStream: false,
    responseStream: true,
  },
  resign: {
    path: '/v3electionpb.Election/Resign',
    request: ResignRequest,
    response: ResignResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;
