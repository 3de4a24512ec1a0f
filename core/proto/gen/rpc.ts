// Generated from core/proto/rpc.proto by build/proto/generate.ts; do not edit.
import { emptyBytes } from '../../base/bytes.ts';
import { Reader, type FieldNames, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';
import { Event, KeyValue } from './kv.ts';

export interface ResponseHeader {
  clusterId: bigint;
  memberId: bigint;
  revision: number;
  raftTerm: number;
}

export const ResponseHeader = {
  goNames: { 1: 'ClusterId', 2: 'MemberId', 3: 'Revision', 4: 'RaftTerm' } as FieldNames,
  create(init?: Partial<ResponseHeader>): ResponseHeader {
    const m: ResponseHeader = {
      clusterId: 0n,
      memberId: 0n,
      revision: 0,
      raftTerm: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<ResponseHeader>, w: Writer): void {
    if (m.clusterId !== undefined && !(m.clusterId === 0n)) {
      w.uint32(8);
      w.uint64(m.clusterId);
    }
    if (m.memberId !== undefined && !(m.memberId === 0n)) {
      w.uint32(16);
      w.uint64(m.memberId);
    }
    if (m.revision !== undefined && !(m.revision === 0)) {
      w.uint32(24);
      w.int64Number(m.revision);
    }
    if (m.raftTerm !== undefined && !(m.raftTerm === 0)) {
      w.uint32(32);
      w.uint64Number(m.raftTerm);
    }
  },
  encode(m: Partial<ResponseHeader>): Uint8Array {
    return encodeWith(ResponseHeader.write, m);
  },
  read(r: Reader, end: number, m: ResponseHeader = ResponseHeader.create()): ResponseHeader {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.clusterId = r.uint64();
          break;
        case 16:
          m.memberId = r.uint64();
          break;
        case 24:
          m.revision = r.int64Number();
          break;
        case 32:
          m.raftTerm = r.uint64Number();
          break;
        default:
          r.skip(tag, 'ResponseHeader', ResponseHeader.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): ResponseHeader {
    return ResponseHeader.read(new Reader(bytes), bytes.length);
  },
};

export interface RangeRequest {
  key: Uint8Array;
  rangeEnd: Uint8Array;
  limit: number;
  revision: number;
  sortOrder: number;
  sortTarget: number;
  serializable: boolean;
  keysOnly: boolean;
  countOnly: boolean;
  minModRevision: number;
  maxModRevision: number;
  minCreateRevision: number;
  maxCreateRevision: number;
}

export const RangeRequest = {
  goNames: { 1: 'Key', 2: 'RangeEnd', 3: 'Limit', 4: 'Revision', 5: 'SortOrder', 6: 'SortTarget', 7: 'Serializable', 8: 'KeysOnly', 9: 'CountOnly', 10: 'MinModRevision', 11: 'MaxModRevision', 12: 'MinCreateRevision', 13: 'MaxCreateRevision' } as FieldNames,
  create(init?: Partial<RangeRequest>): RangeRequest {
    const m: RangeRequest = {
      key: emptyBytes,
      rangeEnd: emptyBytes,
      limit: 0,
      revision: 0,
      sortOrder: 0,
      sortTarget: 0,
      serializable: false,
      keysOnly: false,
      countOnly: false,
      minModRevision: 0,
      maxModRevision: 0,
      minCreateRevision: 0,
      maxCreateRevision: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<RangeRequest>, w: Writer): void {
    if (m.key !== undefined && !(m.key.length === 0)) {
      w.uint32(10);
      w.bytes(m.key);
    }
    if (m.rangeEnd !== undefined && !(m.rangeEnd.length === 0)) {
      w.uint32(18);
      w.bytes(m.rangeEnd);
    }
    if (m.limit !== undefined && !(m.limit === 0)) {
      w.uint32(24);
      w.int64Number(m.limit);
    }
    if (m.revision !== undefined && !(m.revision === 0)) {
      w.uint32(32);
      w.int64Number(m.revision);
    }
    if (m.sortOrder !== undefined && !(m.sortOrder === 0)) {
      w.uint32(40);
      w.int32(m.sortOrder);
    }
    if (m.sortTarget !== undefined && !(m.sortTarget === 0)) {
      w.uint32(48);
      w.int32(m.sortTarget);
    }
    if (m.serializable !== undefined && !(!m.serializable)) {
      w.uint32(56);
      w.bool(m.serializable);
    }
    if (m.keysOnly !== undefined && !(!m.keysOnly)) {
      w.uint32(64);
      w.bool(m.keysOnly);
    }
    if (m.countOnly !== undefined && !(!m.countOnly)) {
      w.uint32(72);
      w.bool(m.countOnly);
    }
    if (m.minModRevision !== undefined && !(m.minModRevision === 0)) {
      w.uint32(80);
      w.int64Number(m.minModRevision);
    }
    if (m.maxModRevision !== undefined && !(m.maxModRevision === 0)) {
      w.uint32(88);
      w.int64Number(m.maxModRevision);
    }
    if (m.minCreateRevision !== undefined && !(m.minCreateRevision === 0)) {
      w.uint32(96);
      w.int64Number(m.minCreateRevision);
    }
    if (m.maxCreateRevision !== undefined && !(m.maxCreateRevision === 0)) {
      w.uint32(104);
      w.int64Number(m.maxCreateRevision);
    }
  },
  encode(m: Partial<RangeRequest>): Uint8Array {
    return encodeWith(RangeRequest.write, m);
  },
  read(r: Reader, end: number, m: RangeRequest = RangeRequest.create()): RangeRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        case 18:
          m.rangeEnd = r.bytes();
          break;
        case 24:
          m.limit = r.int64Number();
          break;
        case 32:
          m.revision = r.int64Number();
          break;
        case 40:
          m.sortOrder = r.int32();
          break;
        case 48:
          m.sortTarget = r.int32();
          break;
        case 56:
          m.serializable = r.bool();
          break;
        case 64:
          m.keysOnly = r.bool();
          break;
        case 72:
          m.countOnly = r.bool();
          break;
        case 80:
          m.minModRevision = r.int64Number();
          break;
        case 88:
          m.maxModRevision = r.int64Number();
          break;
        case 96:
          m.minCreateRevision = r.int64Number();
          break;
        case 104:
          m.maxCreateRevision = r.int64Number();
          break;
        default:
          r.skip(tag, 'RangeRequest', RangeRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): RangeRequest {
    return RangeRequest.read(new Reader(bytes), bytes.length);
  },
};

export const RangeRequestSortOrder = {
  NONE: 0,
  ASCEND: 1,
  DESCEND: 2,
} as const;

export const RangeRequestSortTarget = {
  KEY: 0,
  VERSION: 1,
  CREATE: 2,
  MOD: 3,
  VALUE: 4,
} as const;

export interface RangeResponse {
  header: ResponseHeader | undefined;
  kvs: KeyValue[];
  more: boolean;
  count: number;
}

export const RangeResponse = {
  goNames: { 1: 'Header', 2: 'Kvs', 3: 'More', 4: 'Count' } as FieldNames,
  create(init?: Partial<RangeResponse>): RangeResponse {
    const m: RangeResponse = {
      header: undefined,
      kvs: [],
      more: false,
      count: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<RangeResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.kvs !== undefined) {
      for (const item of m.kvs) {
        w.uint32(18);
        const mark = w.open();
        KeyValue.write(item, w);
        w.close(mark);
      }
    }
    if (m.more !== undefined && !(!m.more)) {
      w.uint32(24);
      w.bool(m.more);
    }
    if (m.count !== undefined && !(m.count === 0)) {
      w.uint32(32);
      w.int64Number(m.count);
    }
  },
  encode(m: Partial<RangeResponse>): Uint8Array {
    return encodeWith(RangeResponse.write, m);
  },
  read(r: Reader, end: number, m: RangeResponse = RangeResponse.create()): RangeResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.kvs.push(KeyValue.read(r, r.end()));
          break;
        case 24:
          m.more = r.bool();
          break;
        case 32:
          m.count = r.int64Number();
          break;
        default:
          r.skip(tag, 'RangeResponse', RangeResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): RangeResponse {
    return RangeResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface PutRequest {
  key: Uint8Array;
  value: Uint8Array;
  lease: bigint;
  prevKv: boolean;
  ignoreValue: boolean;
  ignoreLease: boolean;
}

export const PutRequest = {
  goNames: { 1: 'Key', 2: 'Value', 3: 'Lease', 4: 'PrevKv', 5: 'IgnoreValue', 6: 'IgnoreLease' } as FieldNames,
  create(init?: Partial<PutRequest>): PutRequest {
    const m: PutRequest = {
      key: emptyBytes,
      value: emptyBytes,
      lease: 0n,
      prevKv: false,
      ignoreValue: false,
      ignoreLease: false,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<PutRequest>, w: Writer): void {
    if (m.key !== undefined && !(m.key.length === 0)) {
      w.uint32(10);
      w.bytes(m.key);
    }
    if (m.value !== undefined && !(m.value.length === 0)) {
      w.uint32(18);
      w.bytes(m.value);
    }
    if (m.lease !== undefined && !(m.lease === 0n)) {
      w.uint32(24);
      w.int64(m.lease);
    }
    if (m.prevKv !== undefined && !(!m.prevKv)) {
      w.uint32(32);
      w.bool(m.prevKv);
    }
    if (m.ignoreValue !== undefined && !(!m.ignoreValue)) {
      w.uint32(40);
      w.bool(m.ignoreValue);
    }
    if (m.ignoreLease !== undefined && !(!m.ignoreLease)) {
      w.uint32(48);
      w.bool(m.ignoreLease);
    }
  },
  encode(m: Partial<PutRequest>): Uint8Array {
    return encodeWith(PutRequest.write, m);
  },
  read(r: Reader, end: number, m: PutRequest = PutRequest.create()): PutRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        case 18:
          m.value = r.bytes();
          break;
        case 24:
          m.lease = r.int64();
          break;
        case 32:
          m.prevKv = r.bool();
          break;
        case 40:
          m.ignoreValue = r.bool();
          break;
        case 48:
          m.ignoreLease = r.bool();
          break;
        default:
          r.skip(tag, 'PutRequest', PutRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): PutRequest {
    return PutRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface PutResponse {
  header: ResponseHeader | undefined;
  prevKv: KeyValue | undefined;
}

export const PutResponse = {
  goNames: { 1: 'Header', 2: 'PrevKv' } as FieldNames,
  create(init?: Partial<PutResponse>): PutResponse {
    const m: PutResponse = {
      header: undefined,
      prevKv: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<PutResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.prevKv !== undefined) {
      w.uint32(18);
      const mark = w.open();
      KeyValue.write(m.prevKv, w);
      w.close(mark);
    }
  },
  encode(m: Partial<PutResponse>): Uint8Array {
    return encodeWith(PutResponse.write, m);
  },
  read(r: Reader, end: number, m: PutResponse = PutResponse.create()): PutResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.prevKv = KeyValue.read(r, r.end(), m.prevKv);
          break;
        default:
          r.skip(tag, 'PutResponse', PutResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): PutResponse {
    return PutResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface DeleteRangeRequest {
  key: Uint8Array;
  rangeEnd: Uint8Array;
  prevKv: boolean;
}

export const DeleteRangeRequest = {
  goNames: { 1: 'Key', 2: 'RangeEnd', 3: 'PrevKv' } as FieldNames,
  create(init?: Partial<DeleteRangeRequest>): DeleteRangeRequest {
    const m: DeleteRangeRequest = {
      key: emptyBytes,
      rangeEnd: emptyBytes,
      prevKv: false,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<DeleteRangeRequest>, w: Writer): void {
    if (m.key !== undefined && !(m.key.length === 0)) {
      w.uint32(10);
      w.bytes(m.key);
    }
    if (m.rangeEnd !== undefined && !(m.rangeEnd.length === 0)) {
      w.uint32(18);
      w.bytes(m.rangeEnd);
    }
    if (m.prevKv !== undefined && !(!m.prevKv)) {
      w.uint32(24);
      w.bool(m.prevKv);
    }
  },
  encode(m: Partial<DeleteRangeRequest>): Uint8Array {
    return encodeWith(DeleteRangeRequest.write, m);
  },
  read(r: Reader, end: number, m: DeleteRangeRequest = DeleteRangeRequest.create()): DeleteRangeRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        case 18:
          m.rangeEnd = r.bytes();
          break;
        case 24:
          m.prevKv = r.bool();
          break;
        default:
          r.skip(tag, 'DeleteRangeRequest', DeleteRangeRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): DeleteRangeRequest {
    return DeleteRangeRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface DeleteRangeResponse {
  header: ResponseHeader | undefined;
  deleted: number;
  prevKvs: KeyValue[];
}

export const DeleteRangeResponse = {
  goNames: { 1: 'Header', 2: 'Deleted', 3: 'PrevKvs' } as FieldNames,
  create(init?: Partial<DeleteRangeResponse>): DeleteRangeResponse {
    const m: DeleteRangeResponse = {
      header: undefined,
      deleted: 0,
      prevKvs: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<DeleteRangeResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.deleted !== undefined && !(m.deleted === 0)) {
      w.uint32(16);
      w.int64Number(m.deleted);
    }
    if (m.prevKvs !== undefined) {
      for (const item of m.prevKvs) {
        w.uint32(26);
        const mark = w.open();
        KeyValue.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<DeleteRangeResponse>): Uint8Array {
    return encodeWith(DeleteRangeResponse.write, m);
  },
  read(r: Reader, end: number, m: DeleteRangeResponse = DeleteRangeResponse.create()): DeleteRangeResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 16:
          m.deleted = r.int64Number();
          break;
        case 26:
          m.prevKvs.push(KeyValue.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'DeleteRangeResponse', DeleteRangeResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): DeleteRangeResponse {
    return DeleteRangeResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface RequestOp {
  requestRange: RangeRequest | undefined;
  requestPut: PutRequest | undefined;
  requestDeleteRange: DeleteRangeRequest | undefined;
  requestTxn: TxnRequest | undefined;
}

export const RequestOp = {
  goNames: { 1: 'RequestRange', 2: 'RequestPut', 3: 'RequestDeleteRange', 4: 'RequestTxn' } as FieldNames,
  create(init?: Partial<RequestOp>): RequestOp {
    const m: RequestOp = {
      requestRange: undefined,
      requestPut: undefined,
      requestDeleteRange: undefined,
      requestTxn: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<RequestOp>, w: Writer): void {
    if (m.requestRange !== undefined) {
      w.uint32(10);
      const mark = w.open();
      RangeRequest.write(m.requestRange, w);
      w.close(mark);
    }
    if (m.requestPut !== undefined) {
      w.uint32(18);
      const mark = w.open();
      PutRequest.write(m.requestPut, w);
      w.close(mark);
    }
    if (m.requestDeleteRange !== undefined) {
      w.uint32(26);
      const mark = w.open();
      DeleteRangeRequest.write(m.requestDeleteRange, w);
      w.close(mark);
    }
    if (m.requestTxn !== undefined) {
      w.uint32(34);
      const mark = w.open();
      TxnRequest.write(m.requestTxn, w);
      w.close(mark);
    }
  },
  encode(m: Partial<RequestOp>): Uint8Array {
    return encodeWith(RequestOp.write, m);
  },
  read(r: Reader, end: number, m: RequestOp = RequestOp.create()): RequestOp {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.requestPut = undefined;
          m.requestDeleteRange = undefined;
          m.requestTxn = undefined;
          m.requestRange = RangeRequest.read(r, r.end());
          break;
        case 18:
          m.requestRange = undefined;
          m.requestDeleteRange = undefined;
          m.requestTxn = undefined;
          m.requestPut = PutRequest.read(r, r.end());
          break;
        case 26:
          m.requestRange = undefined;
          m.requestPut = undefined;
          m.requestTxn = undefined;
          m.requestDeleteRange = DeleteRangeRequest.read(r, r.end());
          break;
        case 34:
          m.requestRange = undefined;
          m.requestPut = undefined;
          m.requestDeleteRange = undefined;
          m.requestTxn = TxnRequest.read(r, r.end());
          break;
        default:
          r.skip(tag, 'RequestOp', RequestOp.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): RequestOp {
    return RequestOp.read(new Reader(bytes), bytes.length);
  },
};

export interface ResponseOp {
  responseRange: RangeResponse | undefined;
  responsePut: PutResponse | undefined;
  responseDeleteRange: DeleteRangeResponse | undefined;
  responseTxn: TxnResponse | undefined;
}

export const ResponseOp = {
  goNames: { 1: 'ResponseRange', 2: 'ResponsePut', 3: 'ResponseDeleteRange', 4: 'ResponseTxn' } as FieldNames,
  create(init?: Partial<ResponseOp>): ResponseOp {
    const m: ResponseOp = {
      responseRange: undefined,
      responsePut: undefined,
      responseDeleteRange: undefined,
      responseTxn: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<ResponseOp>, w: Writer): void {
    if (m.responseRange !== undefined) {
      w.uint32(10);
      const mark = w.open();
      RangeResponse.write(m.responseRange, w);
      w.close(mark);
    }
    if (m.responsePut !== undefined) {
      w.uint32(18);
      const mark = w.open();
      PutResponse.write(m.responsePut, w);
      w.close(mark);
    }
    if (m.responseDeleteRange !== undefined) {
      w.uint32(26);
      const mark = w.open();
      DeleteRangeResponse.write(m.responseDeleteRange, w);
      w.close(mark);
    }
    if (m.responseTxn !== undefined) {
      w.uint32(34);
      const mark = w.open();
      TxnResponse.write(m.responseTxn, w);
      w.close(mark);
    }
  },
  encode(m: Partial<ResponseOp>): Uint8Array {
    return encodeWith(ResponseOp.write, m);
  },
  read(r: Reader, end: number, m: ResponseOp = ResponseOp.create()): ResponseOp {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.responsePut = undefined;
          m.responseDeleteRange = undefined;
          m.responseTxn = undefined;
          m.responseRange = RangeResponse.read(r, r.end());
          break;
        case 18:
          m.responseRange = undefined;
          m.responseDeleteRange = undefined;
          m.responseTxn = undefined;
          m.responsePut = PutResponse.read(r, r.end());
          break;
        case 26:
          m.responseRange = undefined;
          m.responsePut = undefined;
          m.responseTxn = undefined;
          m.responseDeleteRange = DeleteRangeResponse.read(r, r.end());
          break;
        case 34:
          m.responseRange = undefined;
          m.responsePut = undefined;
          m.responseDeleteRange = undefined;
          m.responseTxn = TxnResponse.read(r, r.end());
          break;
        default:
          r.skip(tag, 'ResponseOp', ResponseOp.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): ResponseOp {
    return ResponseOp.read(new Reader(bytes), bytes.length);
  },
};

export interface Compare {
  result: number;
  target: number;
  key: Uint8Array;
  version: number | undefined;
  createRevision: number | undefined;
  modRevision: number | undefined;
  value: Uint8Array | undefined;
  lease: bigint | undefined;
  rangeEnd: Uint8Array;
}

export const Compare = {
  goNames: { 1: 'Result', 2: 'Target', 3: 'Key', 4: 'Version', 5: 'CreateRevision', 6: 'ModRevision', 7: 'Value', 8: 'Lease', 64: 'RangeEnd' } as FieldNames,
  create(init?: Partial<Compare>): Compare {
    const m: Compare = {
      result: 0,
      target: 0,
      key: emptyBytes,
      version: undefined,
      createRevision: undefined,
      modRevision: undefined,
      value: undefined,
      lease: undefined,
      rangeEnd: emptyBytes,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<Compare>, w: Writer): void {
    if (m.result !== undefined && !(m.result === 0)) {
      w.uint32(8);
      w.int32(m.result);
    }
    if (m.target !== undefined && !(m.target === 0)) {
      w.uint32(16);
      w.int32(m.target);
    }
    if (m.key !== undefined && !(m.key.length === 0)) {
      w.uint32(26);
      w.bytes(m.key);
    }
    if (m.version !== undefined) {
      w.uint32(32);
      w.int64Number(m.version);
    }
    if (m.createRevision !== undefined) {
      w.uint32(40);
      w.int64Number(m.createRevision);
    }
    if (m.modRevision !== undefined) {
      w.uint32(48);
      w.int64Number(m.modRevision);
    }
    if (m.value !== undefined) {
      w.uint32(58);
      w.bytes(m.value);
    }
    if (m.lease !== undefined) {
      w.uint32(64);
      w.int64(m.lease);
    }
    if (m.rangeEnd !== undefined && !(m.rangeEnd.length === 0)) {
      w.uint32(514);
      w.bytes(m.rangeEnd);
    }
  },
  encode(m: Partial<Compare>): Uint8Array {
    return encodeWith(Compare.write, m);
  },
  read(r: Reader, end: number, m: Compare = Compare.create()): Compare {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.result = r.int32();
          break;
        case 16:
          m.target = r.int32();
          break;
        case 26:
          m.key = r.bytes();
          break;
        case 32:
          m.createRevision = undefined;
          m.modRevision = undefined;
          m.value = undefined;
          m.lease = undefined;
          m.version = r.int64Number();
          break;
        case 40:
          m.version = undefined;
          m.modRevision = undefined;
          m.value = undefined;
          m.lease = undefined;
          m.createRevision = r.int64Number();
          break;
        case 48:
          m.version = undefined;
          m.createRevision = undefined;
          m.value = undefined;
          m.lease = undefined;
          m.modRevision = r.int64Number();
          break;
        case 58:
          m.version = undefined;
          m.createRevision = undefined;
          m.modRevision = undefined;
          m.lease = undefined;
          m.value = r.bytes();
          break;
        case 64:
          m.version = undefined;
          m.createRevision = undefined;
          m.modRevision = undefined;
          m.value = undefined;
          m.lease = r.int64();
          break;
        case 514:
          m.rangeEnd = r.bytes();
          break;
        default:
          r.skip(tag, 'Compare', Compare.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): Compare {
    return Compare.read(new Reader(bytes), bytes.length);
  },
};

export const CompareCompareResult = {
  EQUAL: 0,
  GREATER: 1,
  LESS: 2,
  NOT_EQUAL: 3,
} as const;

export const CompareCompareTarget = {
  VERSION: 0,
  CREATE: 1,
  MOD: 2,
  VALUE: 3,
  LEASE: 4,
} as const;

export interface TxnRequest {
  compare: Compare[];
  success: RequestOp[];
  failure: RequestOp[];
}

export const TxnRequest = {
  goNames: { 1: 'Compare', 2: 'Success', 3: 'Failure' } as FieldNames,
  create(init?: Partial<TxnRequest>): TxnRequest {
    const m: TxnRequest = {
      compare: [],
      success: [],
      failure: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<TxnRequest>, w: Writer): void {
    if (m.compare !== undefined) {
      for (const item of m.compare) {
        w.uint32(10);
        const mark = w.open();
        Compare.write(item, w);
        w.close(mark);
      }
    }
    if (m.success !== undefined) {
      for (const item of m.success) {
        w.uint32(18);
        const mark = w.open();
        RequestOp.write(item, w);
        w.close(mark);
      }
    }
    if (m.failure !== undefined) {
      for (const item of m.failure) {
        w.uint32(26);
        const mark = w.open();
        RequestOp.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<TxnRequest>): Uint8Array {
    return encodeWith(TxnRequest.write, m);
  },
  read(r: Reader, end: number, m: TxnRequest = TxnRequest.create()): TxnRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.compare.push(Compare.read(r, r.end()));
          break;
        case 18:
          m.success.push(RequestOp.read(r, r.end()));
          break;
        case 26:
          m.failure.push(RequestOp.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'TxnRequest', TxnRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): TxnRequest {
    return TxnRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface TxnResponse {
  header: ResponseHeader | undefined;
  succeeded: boolean;
  responses: ResponseOp[];
}

export const TxnResponse = {
  goNames: { 1: 'Header', 2: 'Succeeded', 3: 'Responses' } as FieldNames,
  create(init?: Partial<TxnResponse>): TxnResponse {
    const m: TxnResponse = {
      header: undefined,
      succeeded: false,
      responses: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<TxnResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.succeeded !== undefined && !(!m.succeeded)) {
      w.uint32(16);
      w.bool(m.succeeded);
    }
    if (m.responses !== undefined) {
      for (const item of m.responses) {
        w.uint32(26);
        const mark = w.open();
        ResponseOp.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<TxnResponse>): Uint8Array {
    return encodeWith(TxnResponse.write, m);
  },
  read(r: Reader, end: number, m: TxnResponse = TxnResponse.create()): TxnResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 16:
          m.succeeded = r.bool();
          break;
        case 26:
          m.responses.push(ResponseOp.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'TxnResponse', TxnResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): TxnResponse {
    return TxnResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface CompactionRequest {
  revision: number;
  physical: boolean;
}

export const CompactionRequest = {
  goNames: { 1: 'Revision', 2: 'Physical' } as FieldNames,
  create(init?: Partial<CompactionRequest>): CompactionRequest {
    const m: CompactionRequest = {
      revision: 0,
      physical: false,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<CompactionRequest>, w: Writer): void {
    if (m.revision !== undefined && !(m.revision === 0)) {
      w.uint32(8);
      w.int64Number(m.revision);
    }
    if (m.physical !== undefined && !(!m.physical)) {
      w.uint32(16);
      w.bool(m.physical);
    }
  },
  encode(m: Partial<CompactionRequest>): Uint8Array {
    return encodeWith(CompactionRequest.write, m);
  },
  read(r: Reader, end: number, m: CompactionRequest = CompactionRequest.create()): CompactionRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.revision = r.int64Number();
          break;
        case 16:
          m.physical = r.bool();
          break;
        default:
          r.skip(tag, 'CompactionRequest', CompactionRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): CompactionRequest {
    return CompactionRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface CompactionResponse {
  header: ResponseHeader | undefined;
}

export const CompactionResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<CompactionResponse>): CompactionResponse {
    const m: CompactionResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<CompactionResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<CompactionResponse>): Uint8Array {
    return encodeWith(CompactionResponse.write, m);
  },
  read(r: Reader, end: number, m: CompactionResponse = CompactionResponse.create()): CompactionResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'CompactionResponse', CompactionResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): CompactionResponse {
    return CompactionResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface HashRequest {
}

export const HashRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<HashRequest>): HashRequest {
    const m: HashRequest = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<HashRequest>, _w: Writer): void {},
  encode(m: Partial<HashRequest>): Uint8Array {
    return encodeWith(HashRequest.write, m);
  },
  read(r: Reader, end: number, m: HashRequest = HashRequest.create()): HashRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'HashRequest', HashRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): HashRequest {
    return HashRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface HashResponse {
  header: ResponseHeader | undefined;
  hash: number;
}

export const HashResponse = {
  goNames: { 1: 'Header', 2: 'Hash' } as FieldNames,
  create(init?: Partial<HashResponse>): HashResponse {
    const m: HashResponse = {
      header: undefined,
      hash: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<HashResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.hash !== undefined && !(m.hash === 0)) {
      w.uint32(16);
      w.uint32(m.hash);
    }
  },
  encode(m: Partial<HashResponse>): Uint8Array {
    return encodeWith(HashResponse.write, m);
  },
  read(r: Reader, end: number, m: HashResponse = HashResponse.create()): HashResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 16:
          m.hash = r.uint32();
          break;
        default:
          r.skip(tag, 'HashResponse', HashResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): HashResponse {
    return HashResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface HashKVRequest {
  revision: number;
}

export const HashKVRequest = {
  goNames: { 1: 'Revision' } as FieldNames,
  create(init?: Partial<HashKVRequest>): HashKVRequest {
    const m: HashKVRequest = {
      revision: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<HashKVRequest>, w: Writer): void {
    if (m.revision !== undefined && !(m.revision === 0)) {
      w.uint32(8);
      w.int64Number(m.revision);
    }
  },
  encode(m: Partial<HashKVRequest>): Uint8Array {
    return encodeWith(HashKVRequest.write, m);
  },
  read(r: Reader, end: number, m: HashKVRequest = HashKVRequest.create()): HashKVRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.revision = r.int64Number();
          break;
        default:
          r.skip(tag, 'HashKVRequest', HashKVRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): HashKVRequest {
    return HashKVRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface HashKVResponse {
  header: ResponseHeader | undefined;
  hash: number;
  compactRevision: number;
  hashRevision: number;
}

export const HashKVResponse = {
  goNames: { 1: 'Header', 2: 'Hash', 3: 'CompactRevision', 4: 'HashRevision' } as FieldNames,
  create(init?: Partial<HashKVResponse>): HashKVResponse {
    const m: HashKVResponse = {
      header: undefined,
      hash: 0,
      compactRevision: 0,
      hashRevision: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<HashKVResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.hash !== undefined && !(m.hash === 0)) {
      w.uint32(16);
      w.uint32(m.hash);
    }
    if (m.compactRevision !== undefined && !(m.compactRevision === 0)) {
      w.uint32(24);
      w.int64Number(m.compactRevision);
    }
    if (m.hashRevision !== undefined && !(m.hashRevision === 0)) {
      w.uint32(32);
      w.int64Number(m.hashRevision);
    }
  },
  encode(m: Partial<HashKVResponse>): Uint8Array {
    return encodeWith(HashKVResponse.write, m);
  },
  read(r: Reader, end: number, m: HashKVResponse = HashKVResponse.create()): HashKVResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 16:
          m.hash = r.uint32();
          break;
        case 24:
          m.compactRevision = r.int64Number();
          break;
        case 32:
          m.hashRevision = r.int64Number();
          break;
        default:
          r.skip(tag, 'HashKVResponse', HashKVResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): HashKVResponse {
    return HashKVResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface SnapshotRequest {
}

export const SnapshotRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<SnapshotRequest>): SnapshotRequest {
    const m: SnapshotRequest = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<SnapshotRequest>, _w: Writer): void {},
  encode(m: Partial<SnapshotRequest>): Uint8Array {
    return encodeWith(SnapshotRequest.write, m);
  },
  read(r: Reader, end: number, m: SnapshotRequest = SnapshotRequest.create()): SnapshotRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'SnapshotRequest', SnapshotRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): SnapshotRequest {
    return SnapshotRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface SnapshotResponse {
  header: ResponseHeader | undefined;
  remainingBytes: number;
  blob: Uint8Array;
  version: string;
}

export const SnapshotResponse = {
  goNames: { 1: 'Header', 2: 'RemainingBytes', 3: 'Blob', 4: 'Version' } as FieldNames,
  create(init?: Partial<SnapshotResponse>): SnapshotResponse {
    const m: SnapshotResponse = {
      header: undefined,
      remainingBytes: 0,
      blob: emptyBytes,
      version: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<SnapshotResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.remainingBytes !== undefined && !(m.remainingBytes === 0)) {
      w.uint32(16);
      w.uint64Number(m.remainingBytes);
    }
    if (m.blob !== undefined && !(m.blob.length === 0)) {
      w.uint32(26);
      w.bytes(m.blob);
    }
    if (m.version !== undefined && !(m.version === '')) {
      w.uint32(34);
      w.string(m.version);
    }
  },
  encode(m: Partial<SnapshotResponse>): Uint8Array {
    return encodeWith(SnapshotResponse.write, m);
  },
  read(r: Reader, end: number, m: SnapshotResponse = SnapshotResponse.create()): SnapshotResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 16:
          m.remainingBytes = r.uint64Number();
          break;
        case 26:
          m.blob = r.bytes();
          break;
        case 34:
          m.version = r.string();
          break;
        default:
          r.skip(tag, 'SnapshotResponse', SnapshotResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): SnapshotResponse {
    return SnapshotResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface WatchRequest {
  createRequest: WatchCreateRequest | undefined;
  cancelRequest: WatchCancelRequest | undefined;
  progressRequest: WatchProgressRequest | undefined;
}

export const WatchRequest = {
  goNames: { 1: 'CreateRequest', 2: 'CancelRequest', 3: 'ProgressRequest' } as FieldNames,
  create(init?: Partial<WatchRequest>): WatchRequest {
    const m: WatchRequest = {
      createRequest: undefined,
      cancelRequest: undefined,
      progressRequest: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<WatchRequest>, w: Writer): void {
    if (m.createRequest !== undefined) {
      w.uint32(10);
      const mark = w.open();
      WatchCreateRequest.write(m.createRequest, w);
      w.close(mark);
    }
    if (m.cancelRequest !== undefined) {
      w.uint32(18);
      const mark = w.open();
      WatchCancelRequest.write(m.cancelRequest, w);
      w.close(mark);
    }
    if (m.progressRequest !== undefined) {
      w.uint32(26);
      const mark = w.open();
      WatchProgressRequest.write(m.progressRequest, w);
      w.close(mark);
    }
  },
  encode(m: Partial<WatchRequest>): Uint8Array {
    return encodeWith(WatchRequest.write, m);
  },
  read(r: Reader, end: number, m: WatchRequest = WatchRequest.create()): WatchRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.cancelRequest = undefined;
          m.progressRequest = undefined;
          m.createRequest = WatchCreateRequest.read(r, r.end());
          break;
        case 18:
          m.createRequest = undefined;
          m.progressRequest = undefined;
          m.cancelRequest = WatchCancelRequest.read(r, r.end());
          break;
        case 26:
          m.createRequest = undefined;
          m.cancelRequest = undefined;
          m.progressRequest = WatchProgressRequest.read(r, r.end());
          break;
        default:
          r.skip(tag, 'WatchRequest', WatchRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): WatchRequest {
    return WatchRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface WatchCreateRequest {
  key: Uint8Array;
  rangeEnd: Uint8Array;
  startRevision: number;
  progressNotify: boolean;
  filters: number[];
  prevKv: boolean;
  watchId: bigint;
  fragment: boolean;
}

export const WatchCreateRequest = {
  goNames: { 1: 'Key', 2: 'RangeEnd', 3: 'StartRevision', 4: 'ProgressNotify', 5: 'Filters', 6: 'PrevKv', 7: 'WatchId', 8: 'Fragment' } as FieldNames,
  create(init?: Partial<WatchCreateRequest>): WatchCreateRequest {
    const m: WatchCreateRequest = {
      key: emptyBytes,
      rangeEnd: emptyBytes,
      startRevision: 0,
      progressNotify: false,
      filters: [],
      prevKv: false,
      watchId: 0n,
      fragment: false,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<WatchCreateRequest>, w: Writer): void {
    if (m.key !== undefined && !(m.key.length === 0)) {
      w.uint32(10);
      w.bytes(m.key);
    }
    if (m.rangeEnd !== undefined && !(m.rangeEnd.length === 0)) {
      w.uint32(18);
      w.bytes(m.rangeEnd);
    }
    if (m.startRevision !== undefined && !(m.startRevision === 0)) {
      w.uint32(24);
      w.int64Number(m.startRevision);
    }
    if (m.progressNotify !== undefined && !(!m.progressNotify)) {
      w.uint32(32);
      w.bool(m.progressNotify);
    }
    if (m.filters !== undefined && m.filters.length > 0) {
      w.uint32(42);
      const mark = w.open();
      for (const item of m.filters) w.int32(item);
      w.close(mark);
    }
    if (m.prevKv !== undefined && !(!m.prevKv)) {
      w.uint32(48);
      w.bool(m.prevKv);
    }
    if (m.watchId !== undefined && !(m.watchId === 0n)) {
      w.uint32(56);
      w.int64(m.watchId);
    }
    if (m.fragment !== undefined && !(!m.fragment)) {
      w.uint32(64);
      w.bool(m.fragment);
    }
  },
  encode(m: Partial<WatchCreateRequest>): Uint8Array {
    return encodeWith(WatchCreateRequest.write, m);
  },
  read(r: Reader, end: number, m: WatchCreateRequest = WatchCreateRequest.create()): WatchCreateRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.key = r.bytes();
          break;
        case 18:
          m.rangeEnd = r.bytes();
          break;
        case 24:
          m.startRevision = r.int64Number();
          break;
        case 32:
          m.progressNotify = r.bool();
          break;
        case 40:
          m.filters.push(r.int32());
          break;
        case 42: {
          const stop = r.end();
          while (r.position < stop) m.filters.push(r.int32());
          break;
        }
        case 48:
          m.prevKv = r.bool();
          break;
        case 56:
          m.watchId = r.int64();
          break;
        case 64:
          m.fragment = r.bool();
          break;
        default:
          r.skip(tag, 'WatchCreateRequest', WatchCreateRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): WatchCreateRequest {
    return WatchCreateRequest.read(new Reader(bytes), bytes.length);
  },
};

export const WatchCreateRequestFilterType = {
  NOPUT: 0,
  NODELETE: 1,
} as const;

export interface WatchCancelRequest {
  watchId: bigint;
}

export const WatchCancelRequest = {
  goNames: { 1: 'WatchId' } as FieldNames,
  create(init?: Partial<WatchCancelRequest>): WatchCancelRequest {
    const m: WatchCancelRequest = {
      watchId: 0n,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<WatchCancelRequest>, w: Writer): void {
    if (m.watchId !== undefined && !(m.watchId === 0n)) {
      w.uint32(8);
      w.int64(m.watchId);
    }
  },
  encode(m: Partial<WatchCancelRequest>): Uint8Array {
    return encodeWith(WatchCancelRequest.write, m);
  },
  read(r: Reader, end: number, m: WatchCancelRequest = WatchCancelRequest.create()): WatchCancelRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.watchId = r.int64();
          break;
        default:
          r.skip(tag, 'WatchCancelRequest', WatchCancelRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): WatchCancelRequest {
    return WatchCancelRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface WatchProgressRequest {
}

export const WatchProgressRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<WatchProgressRequest>): WatchProgressRequest {
    const m: WatchProgressRequest = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<WatchProgressRequest>, _w: Writer): void {},
  encode(m: Partial<WatchProgressRequest>): Uint8Array {
    return encodeWith(WatchProgressRequest.write, m);
  },
  read(r: Reader, end: number, m: WatchProgressRequest = WatchProgressRequest.create()): WatchProgressRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'WatchProgressRequest', WatchProgressRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): WatchProgressRequest {
    return WatchProgressRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface WatchResponse {
  header: ResponseHeader | undefined;
  watchId: bigint;
  created: boolean;
  canceled: boolean;
  compactRevision: number;
  cancelReason: string;
  fragment: boolean;
  events: Event[];
}

export const WatchResponse = {
  goNames: { 1: 'Header', 2: 'WatchId', 3: 'Created', 4: 'Canceled', 5: 'CompactRevision', 6: 'CancelReason', 7: 'Fragment', 11: 'Events' } as FieldNames,
  create(init?: Partial<WatchResponse>): WatchResponse {
    const m: WatchResponse = {
      header: undefined,
      watchId: 0n,
      created: false,
      canceled: false,
      compactRevision: 0,
      cancelReason: '',
      fragment: false,
      events: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<WatchResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.watchId !== undefined && !(m.watchId === 0n)) {
      w.uint32(16);
      w.int64(m.watchId);
    }
    if (m.created !== undefined && !(!m.created)) {
      w.uint32(24);
      w.bool(m.created);
    }
    if (m.canceled !== undefined && !(!m.canceled)) {
      w.uint32(32);
      w.bool(m.canceled);
    }
    if (m.compactRevision !== undefined && !(m.compactRevision === 0)) {
      w.uint32(40);
      w.int64Number(m.compactRevision);
    }
    if (m.cancelReason !== undefined && !(m.cancelReason === '')) {
      w.uint32(50);
      w.string(m.cancelReason);
    }
    if (m.fragment !== undefined && !(!m.fragment)) {
      w.uint32(56);
      w.bool(m.fragment);
    }
    if (m.events !== undefined) {
      for (const item of m.events) {
        w.uint32(90);
        const mark = w.open();
        Event.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<WatchResponse>): Uint8Array {
    return encodeWith(WatchResponse.write, m);
  },
  read(r: Reader, end: number, m: WatchResponse = WatchResponse.create()): WatchResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 16:
          m.watchId = r.int64();
          break;
        case 24:
          m.created = r.bool();
          break;
        case 32:
          m.canceled = r.bool();
          break;
        case 40:
          m.compactRevision = r.int64Number();
          break;
        case 50:
          m.cancelReason = r.string();
          break;
        case 56:
          m.fragment = r.bool();
          break;
        case 90:
          m.events.push(Event.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'WatchResponse', WatchResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): WatchResponse {
    return WatchResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseGrantRequest {
  ttl: number;
  id: bigint;
}

export const LeaseGrantRequest = {
  goNames: { 1: 'TTL', 2: 'ID' } as FieldNames,
  create(init?: Partial<LeaseGrantRequest>): LeaseGrantRequest {
    const m: LeaseGrantRequest = {
      ttl: 0,
      id: 0n,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseGrantRequest>, w: Writer): void {
    if (m.ttl !== undefined && !(m.ttl === 0)) {
      w.uint32(8);
      w.int64Number(m.ttl);
    }
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(16);
      w.int64(m.id);
    }
  },
  encode(m: Partial<LeaseGrantRequest>): Uint8Array {
    return encodeWith(LeaseGrantRequest.write, m);
  },
  read(r: Reader, end: number, m: LeaseGrantRequest = LeaseGrantRequest.create()): LeaseGrantRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.ttl = r.int64Number();
          break;
        case 16:
          m.id = r.int64();
          break;
        default:
          r.skip(tag, 'LeaseGrantRequest', LeaseGrantRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseGrantRequest {
    return LeaseGrantRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseGrantResponse {
  header: ResponseHeader | undefined;
  id: bigint;
  ttl: number;
  error: string;
}

export const LeaseGrantResponse = {
  goNames: { 1: 'Header', 2: 'ID', 3: 'TTL', 4: 'Error' } as FieldNames,
  create(init?: Partial<LeaseGrantResponse>): LeaseGrantResponse {
    const m: LeaseGrantResponse = {
      header: undefined,
      id: 0n,
      ttl: 0,
      error: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseGrantResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(16);
      w.int64(m.id);
    }
    if (m.ttl !== undefined && !(m.ttl === 0)) {
      w.uint32(24);
      w.int64Number(m.ttl);
    }
    if (m.error !== undefined && !(m.error === '')) {
      w.uint32(34);
      w.string(m.error);
    }
  },
  encode(m: Partial<LeaseGrantResponse>): Uint8Array {
    return encodeWith(LeaseGrantResponse.write, m);
  },
  read(r: Reader, end: number, m: LeaseGrantResponse = LeaseGrantResponse.create()): LeaseGrantResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 16:
          m.id = r.int64();
          break;
        case 24:
          m.ttl = r.int64Number();
          break;
        case 34:
          m.error = r.string();
          break;
        default:
          r.skip(tag, 'LeaseGrantResponse', LeaseGrantResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseGrantResponse {
    return LeaseGrantResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseRevokeRequest {
  id: bigint;
}

export const LeaseRevokeRequest = {
  goNames: { 1: 'ID' } as FieldNames,
  create(init?: Partial<LeaseRevokeRequest>): LeaseRevokeRequest {
    const m: LeaseRevokeRequest = {
      id: 0n,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseRevokeRequest>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.int64(m.id);
    }
  },
  encode(m: Partial<LeaseRevokeRequest>): Uint8Array {
    return encodeWith(LeaseRevokeRequest.write, m);
  },
  read(r: Reader, end: number, m: LeaseRevokeRequest = LeaseRevokeRequest.create()): LeaseRevokeRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.int64();
          break;
        default:
          r.skip(tag, 'LeaseRevokeRequest', LeaseRevokeRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseRevokeRequest {
    return LeaseRevokeRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseRevokeResponse {
  header: ResponseHeader | undefined;
}

export const LeaseRevokeResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<LeaseRevokeResponse>): LeaseRevokeResponse {
    const m: LeaseRevokeResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseRevokeResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<LeaseRevokeResponse>): Uint8Array {
    return encodeWith(LeaseRevokeResponse.write, m);
  },
  read(r: Reader, end: number, m: LeaseRevokeResponse = LeaseRevokeResponse.create()): LeaseRevokeResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'LeaseRevokeResponse', LeaseRevokeResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseRevokeResponse {
    return LeaseRevokeResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseCheckpoint {
  id: bigint;
  remainingTtl: number;
}

export const LeaseCheckpoint = {
  goNames: { 1: 'ID', 2: 'Remaining_TTL' } as FieldNames,
  create(init?: Partial<LeaseCheckpoint>): LeaseCheckpoint {
    const m: LeaseCheckpoint = {
      id: 0n,
      remainingTtl: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseCheckpoint>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.int64(m.id);
    }
    if (m.remainingTtl !== undefined && !(m.remainingTtl === 0)) {
      w.uint32(16);
      w.int64Number(m.remainingTtl);
    }
  },
  encode(m: Partial<LeaseCheckpoint>): Uint8Array {
    return encodeWith(LeaseCheckpoint.write, m);
  },
  read(r: Reader, end: number, m: LeaseCheckpoint = LeaseCheckpoint.create()): LeaseCheckpoint {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.int64();
          break;
        case 16:
          m.remainingTtl = r.int64Number();
          break;
        default:
          r.skip(tag, 'LeaseCheckpoint', LeaseCheckpoint.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseCheckpoint {
    return LeaseCheckpoint.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseCheckpointRequest {
  checkpoints: LeaseCheckpoint[];
}

export const LeaseCheckpointRequest = {
  goNames: { 1: 'Checkpoints' } as FieldNames,
  create(init?: Partial<LeaseCheckpointRequest>): LeaseCheckpointRequest {
    const m: LeaseCheckpointRequest = {
      checkpoints: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseCheckpointRequest>, w: Writer): void {
    if (m.checkpoints !== undefined) {
      for (const item of m.checkpoints) {
        w.uint32(10);
        const mark = w.open();
        LeaseCheckpoint.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<LeaseCheckpointRequest>): Uint8Array {
    return encodeWith(LeaseCheckpointRequest.write, m);
  },
  read(r: Reader, end: number, m: LeaseCheckpointRequest = LeaseCheckpointRequest.create()): LeaseCheckpointRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.checkpoints.push(LeaseCheckpoint.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'LeaseCheckpointRequest', LeaseCheckpointRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseCheckpointRequest {
    return LeaseCheckpointRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseKeepAliveRequest {
  id: bigint;
}

export const LeaseKeepAliveRequest = {
  goNames: { 1: 'ID' } as FieldNames,
  create(init?: Partial<LeaseKeepAliveRequest>): LeaseKeepAliveRequest {
    const m: LeaseKeepAliveRequest = {
      id: 0n,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseKeepAliveRequest>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.int64(m.id);
    }
  },
  encode(m: Partial<LeaseKeepAliveRequest>): Uint8Array {
    return encodeWith(LeaseKeepAliveRequest.write, m);
  },
  read(r: Reader, end: number, m: LeaseKeepAliveRequest = LeaseKeepAliveRequest.create()): LeaseKeepAliveRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.int64();
          break;
        default:
          r.skip(tag, 'LeaseKeepAliveRequest', LeaseKeepAliveRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseKeepAliveRequest {
    return LeaseKeepAliveRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseKeepAliveResponse {
  header: ResponseHeader | undefined;
  id: bigint;
  ttl: number;
}

export const LeaseKeepAliveResponse = {
  goNames: { 1: 'Header', 2: 'ID', 3: 'TTL' } as FieldNames,
  create(init?: Partial<LeaseKeepAliveResponse>): LeaseKeepAliveResponse {
    const m: LeaseKeepAliveResponse = {
      header: undefined,
      id: 0n,
      ttl: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseKeepAliveResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(16);
      w.int64(m.id);
    }
    if (m.ttl !== undefined && !(m.ttl === 0)) {
      w.uint32(24);
      w.int64Number(m.ttl);
    }
  },
  encode(m: Partial<LeaseKeepAliveResponse>): Uint8Array {
    return encodeWith(LeaseKeepAliveResponse.write, m);
  },
  read(r: Reader, end: number, m: LeaseKeepAliveResponse = LeaseKeepAliveResponse.create()): LeaseKeepAliveResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 16:
          m.id = r.int64();
          break;
        case 24:
          m.ttl = r.int64Number();
          break;
        default:
          r.skip(tag, 'LeaseKeepAliveResponse', LeaseKeepAliveResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseKeepAliveResponse {
    return LeaseKeepAliveResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseTimeToLiveRequest {
  id: bigint;
  keys: boolean;
}

export const LeaseTimeToLiveRequest = {
  goNames: { 1: 'ID', 2: 'Keys' } as FieldNames,
  create(init?: Partial<LeaseTimeToLiveRequest>): LeaseTimeToLiveRequest {
    const m: LeaseTimeToLiveRequest = {
      id: 0n,
      keys: false,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseTimeToLiveRequest>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.int64(m.id);
    }
    if (m.keys !== undefined && !(!m.keys)) {
      w.uint32(16);
      w.bool(m.keys);
    }
  },
  encode(m: Partial<LeaseTimeToLiveRequest>): Uint8Array {
    return encodeWith(LeaseTimeToLiveRequest.write, m);
  },
  read(r: Reader, end: number, m: LeaseTimeToLiveRequest = LeaseTimeToLiveRequest.create()): LeaseTimeToLiveRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.int64();
          break;
        case 16:
          m.keys = r.bool();
          break;
        default:
          r.skip(tag, 'LeaseTimeToLiveRequest', LeaseTimeToLiveRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseTimeToLiveRequest {
    return LeaseTimeToLiveRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseTimeToLiveResponse {
  header: ResponseHeader | undefined;
  id: bigint;
  ttl: number;
  grantedTtl: number;
  keys: Uint8Array[];
}

export const LeaseTimeToLiveResponse = {
  goNames: { 1: 'Header', 2: 'ID', 3: 'TTL', 4: 'GrantedTTL', 5: 'Keys' } as FieldNames,
  create(init?: Partial<LeaseTimeToLiveResponse>): LeaseTimeToLiveResponse {
    const m: LeaseTimeToLiveResponse = {
      header: undefined,
      id: 0n,
      ttl: 0,
      grantedTtl: 0,
      keys: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseTimeToLiveResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(16);
      w.int64(m.id);
    }
    if (m.ttl !== undefined && !(m.ttl === 0)) {
      w.uint32(24);
      w.int64Number(m.ttl);
    }
    if (m.grantedTtl !== undefined && !(m.grantedTtl === 0)) {
      w.uint32(32);
      w.int64Number(m.grantedTtl);
    }
    if (m.keys !== undefined) {
      for (const item of m.keys) {
        w.uint32(42);
        w.bytes(item);
      }
    }
  },
  encode(m: Partial<LeaseTimeToLiveResponse>): Uint8Array {
    return encodeWith(LeaseTimeToLiveResponse.write, m);
  },
  read(r: Reader, end: number, m: LeaseTimeToLiveResponse = LeaseTimeToLiveResponse.create()): LeaseTimeToLiveResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 16:
          m.id = r.int64();
          break;
        case 24:
          m.ttl = r.int64Number();
          break;
        case 32:
          m.grantedTtl = r.int64Number();
          break;
        case 42:
          m.keys.push(r.bytes());
          break;
        default:
          r.skip(tag, 'LeaseTimeToLiveResponse', LeaseTimeToLiveResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseTimeToLiveResponse {
    return LeaseTimeToLiveResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseLeasesRequest {
}

export const LeaseLeasesRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<LeaseLeasesRequest>): LeaseLeasesRequest {
    const m: LeaseLeasesRequest = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<LeaseLeasesRequest>, _w: Writer): void {},
  encode(m: Partial<LeaseLeasesRequest>): Uint8Array {
    return encodeWith(LeaseLeasesRequest.write, m);
  },
  read(r: Reader, end: number, m: LeaseLeasesRequest = LeaseLeasesRequest.create()): LeaseLeasesRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'LeaseLeasesRequest', LeaseLeasesRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseLeasesRequest {
    return LeaseLeasesRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseStatus {
  id: bigint;
}

export const LeaseStatus = {
  goNames: { 1: 'ID' } as FieldNames,
  create(init?: Partial<LeaseStatus>): LeaseStatus {
    const m: LeaseStatus = {
      id: 0n,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseStatus>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.int64(m.id);
    }
  },
  encode(m: Partial<LeaseStatus>): Uint8Array {
    return encodeWith(LeaseStatus.write, m);
  },
  read(r: Reader, end: number, m: LeaseStatus = LeaseStatus.create()): LeaseStatus {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.int64();
          break;
        default:
          r.skip(tag, 'LeaseStatus', LeaseStatus.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseStatus {
    return LeaseStatus.read(new Reader(bytes), bytes.length);
  },
};

export interface LeaseLeasesResponse {
  header: ResponseHeader | undefined;
  leases: LeaseStatus[];
}

export const LeaseLeasesResponse = {
  goNames: { 1: 'Header', 2: 'Leases' } as FieldNames,
  create(init?: Partial<LeaseLeasesResponse>): LeaseLeasesResponse {
    const m: LeaseLeasesResponse = {
      header: undefined,
      leases: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<LeaseLeasesResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.leases !== undefined) {
      for (const item of m.leases) {
        w.uint32(18);
        const mark = w.open();
        LeaseStatus.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<LeaseLeasesResponse>): Uint8Array {
    return encodeWith(LeaseLeasesResponse.write, m);
  },
  read(r: Reader, end: number, m: LeaseLeasesResponse = LeaseLeasesResponse.create()): LeaseLeasesResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.leases.push(LeaseStatus.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'LeaseLeasesResponse', LeaseLeasesResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): LeaseLeasesResponse {
    return LeaseLeasesResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface Member {
  id: bigint;
  name: string;
  peerUrls: string[];
  clientUrls: string[];
  isLearner: boolean;
}

export const Member = {
  goNames: { 1: 'ID', 2: 'Name', 3: 'PeerURLs', 4: 'ClientURLs', 5: 'IsLearner' } as FieldNames,
  create(init?: Partial<Member>): Member {
    const m: Member = {
      id: 0n,
      name: '',
      peerUrls: [],
      clientUrls: [],
      isLearner: false,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<Member>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.uint64(m.id);
    }
    if (m.name !== undefined && !(m.name === '')) {
      w.uint32(18);
      w.string(m.name);
    }
    if (m.peerUrls !== undefined) {
      for (const item of m.peerUrls) {
        w.uint32(26);
        w.string(item);
      }
    }
    if (m.clientUrls !== undefined) {
      for (const item of m.clientUrls) {
        w.uint32(34);
        w.string(item);
      }
    }
    if (m.isLearner !== undefined && !(!m.isLearner)) {
      w.uint32(40);
      w.bool(m.isLearner);
    }
  },
  encode(m: Partial<Member>): Uint8Array {
    return encodeWith(Member.write, m);
  },
  read(r: Reader, end: number, m: Member = Member.create()): Member {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.uint64();
          break;
        case 18:
          m.name = r.string();
          break;
        case 26:
          m.peerUrls.push(r.string());
          break;
        case 34:
          m.clientUrls.push(r.string());
          break;
        case 40:
          m.isLearner = r.bool();
          break;
        default:
          r.skip(tag, 'Member', Member.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): Member {
    return Member.read(new Reader(bytes), bytes.length);
  },
};

export interface MemberAddRequest {
  peerUrls: string[];
  isLearner: boolean;
}

export const MemberAddRequest = {
  goNames: { 1: 'PeerURLs', 2: 'IsLearner' } as FieldNames,
  create(init?: Partial<MemberAddRequest>): MemberAddRequest {
    const m: MemberAddRequest = {
      peerUrls: [],
      isLearner: false,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<MemberAddRequest>, w: Writer): void {
    if (m.peerUrls !== undefined) {
      for (const item of m.peerUrls) {
        w.uint32(10);
        w.string(item);
      }
    }
    if (m.isLearner !== undefined && !(!m.isLearner)) {
      w.uint32(16);
      w.bool(m.isLearner);
    }
  },
  encode(m: Partial<MemberAddRequest>): Uint8Array {
    return encodeWith(MemberAddRequest.write, m);
  },
  read(r: Reader, end: number, m: MemberAddRequest = MemberAddRequest.create()): MemberAddRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.peerUrls.push(r.string());
          break;
        case 16:
          m.isLearner = r.bool();
          break;
        default:
          r.skip(tag, 'MemberAddRequest', MemberAddRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): MemberAddRequest {
    return MemberAddRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface MemberAddResponse {
  header: ResponseHeader | undefined;
  member: Member | undefined;
  members: Member[];
}

export const MemberAddResponse = {
  goNames: { 1: 'Header', 2: 'Member', 3: 'Members' } as FieldNames,
  create(init?: Partial<MemberAddResponse>): MemberAddResponse {
    const m: MemberAddResponse = {
      header: undefined,
      member: undefined,
      members: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<MemberAddResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.member !== undefined) {
      w.uint32(18);
      const mark = w.open();
      Member.write(m.member, w);
      w.close(mark);
    }
    if (m.members !== undefined) {
      for (const item of m.members) {
        w.uint32(26);
        const mark = w.open();
        Member.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<MemberAddResponse>): Uint8Array {
    return encodeWith(MemberAddResponse.write, m);
  },
  read(r: Reader, end: number, m: MemberAddResponse = MemberAddResponse.create()): MemberAddResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.member = Member.read(r, r.end(), m.member);
          break;
        case 26:
          m.members.push(Member.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'MemberAddResponse', MemberAddResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): MemberAddResponse {
    return MemberAddResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface MemberRemoveRequest {
  id: bigint;
}

export const MemberRemoveRequest = {
  goNames: { 1: 'ID' } as FieldNames,
  create(init?: Partial<MemberRemoveRequest>): MemberRemoveRequest {
    const m: MemberRemoveRequest = {
      id: 0n,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<MemberRemoveRequest>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.uint64(m.id);
    }
  },
  encode(m: Partial<MemberRemoveRequest>): Uint8Array {
    return encodeWith(MemberRemoveRequest.write, m);
  },
  read(r: Reader, end: number, m: MemberRemoveRequest = MemberRemoveRequest.create()): MemberRemoveRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.uint64();
          break;
        default:
          r.skip(tag, 'MemberRemoveRequest', MemberRemoveRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): MemberRemoveRequest {
    return MemberRemoveRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface MemberRemoveResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

export const MemberRemoveResponse = {
  goNames: { 1: 'Header', 2: 'Members' } as FieldNames,
  create(init?: Partial<MemberRemoveResponse>): MemberRemoveResponse {
    const m: MemberRemoveResponse = {
      header: undefined,
      members: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<MemberRemoveResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.members !== undefined) {
      for (const item of m.members) {
        w.uint32(18);
        const mark = w.open();
        Member.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<MemberRemoveResponse>): Uint8Array {
    return encodeWith(MemberRemoveResponse.write, m);
  },
  read(r: Reader, end: number, m: MemberRemoveResponse = MemberRemoveResponse.create()): MemberRemoveResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.members.push(Member.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'MemberRemoveResponse', MemberRemoveResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): MemberRemoveResponse {
    return MemberRemoveResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface MemberUpdateRequest {
  id: bigint;
  peerUrls: string[];
}

export const MemberUpdateRequest = {
  goNames: { 1: 'ID', 2: 'PeerURLs' } as FieldNames,
  create(init?: Partial<MemberUpdateRequest>): MemberUpdateRequest {
    const m: MemberUpdateRequest = {
      id: 0n,
      peerUrls: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<MemberUpdateRequest>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.uint64(m.id);
    }
    if (m.peerUrls !== undefined) {
      for (const item of m.peerUrls) {
        w.uint32(18);
        w.string(item);
      }
    }
  },
  encode(m: Partial<MemberUpdateRequest>): Uint8Array {
    return encodeWith(MemberUpdateRequest.write, m);
  },
  read(r: Reader, end: number, m: MemberUpdateRequest = MemberUpdateRequest.create()): MemberUpdateRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.uint64();
          break;
        case 18:
          m.peerUrls.push(r.string());
          break;
        default:
          r.skip(tag, 'MemberUpdateRequest', MemberUpdateRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): MemberUpdateRequest {
    return MemberUpdateRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface MemberUpdateResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

export const MemberUpdateResponse = {
  goNames: { 1: 'Header', 2: 'Members' } as FieldNames,
  create(init?: Partial<MemberUpdateResponse>): MemberUpdateResponse {
    const m: MemberUpdateResponse = {
      header: undefined,
      members: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<MemberUpdateResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.members !== undefined) {
      for (const item of m.members) {
        w.uint32(18);
        const mark = w.open();
        Member.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<MemberUpdateResponse>): Uint8Array {
    return encodeWith(MemberUpdateResponse.write, m);
  },
  read(r: Reader, end: number, m: MemberUpdateResponse = MemberUpdateResponse.create()): MemberUpdateResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.members.push(Member.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'MemberUpdateResponse', MemberUpdateResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): MemberUpdateResponse {
    return MemberUpdateResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface MemberListRequest {
  linearizable: boolean;
}

export const MemberListRequest = {
  goNames: { 1: 'Linearizable' } as FieldNames,
  create(init?: Partial<MemberListRequest>): MemberListRequest {
    const m: MemberListRequest = {
      linearizable: false,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<MemberListRequest>, w: Writer): void {
    if (m.linearizable !== undefined && !(!m.linearizable)) {
      w.uint32(8);
      w.bool(m.linearizable);
    }
  },
  encode(m: Partial<MemberListRequest>): Uint8Array {
    return encodeWith(MemberListRequest.write, m);
  },
  read(r: Reader, end: number, m: MemberListRequest = MemberListRequest.create()): MemberListRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.linearizable = r.bool();
          break;
        default:
          r.skip(tag, 'MemberListRequest', MemberListRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): MemberListRequest {
    return MemberListRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface MemberListResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

export const MemberListResponse = {
  goNames: { 1: 'Header', 2: 'Members' } as FieldNames,
  create(init?: Partial<MemberListResponse>): MemberListResponse {
    const m: MemberListResponse = {
      header: undefined,
      members: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<MemberListResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.members !== undefined) {
      for (const item of m.members) {
        w.uint32(18);
        const mark = w.open();
        Member.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<MemberListResponse>): Uint8Array {
    return encodeWith(MemberListResponse.write, m);
  },
  read(r: Reader, end: number, m: MemberListResponse = MemberListResponse.create()): MemberListResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.members.push(Member.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'MemberListResponse', MemberListResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): MemberListResponse {
    return MemberListResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface MemberPromoteRequest {
  id: bigint;
}

export const MemberPromoteRequest = {
  goNames: { 1: 'ID' } as FieldNames,
  create(init?: Partial<MemberPromoteRequest>): MemberPromoteRequest {
    const m: MemberPromoteRequest = {
      id: 0n,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<MemberPromoteRequest>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.uint64(m.id);
    }
  },
  encode(m: Partial<MemberPromoteRequest>): Uint8Array {
    return encodeWith(MemberPromoteRequest.write, m);
  },
  read(r: Reader, end: number, m: MemberPromoteRequest = MemberPromoteRequest.create()): MemberPromoteRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.uint64();
          break;
        default:
          r.skip(tag, 'MemberPromoteRequest', MemberPromoteRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): MemberPromoteRequest {
    return MemberPromoteRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface MemberPromoteResponse {
  header: ResponseHeader | undefined;
  members: Member[];
}

export const MemberPromoteResponse = {
  goNames: { 1: 'Header', 2: 'Members' } as FieldNames,
  create(init?: Partial<MemberPromoteResponse>): MemberPromoteResponse {
    const m: MemberPromoteResponse = {
      header: undefined,
      members: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<MemberPromoteResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.members !== undefined) {
      for (const item of m.members) {
        w.uint32(18);
        const mark = w.open();
        Member.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<MemberPromoteResponse>): Uint8Array {
    return encodeWith(MemberPromoteResponse.write, m);
  },
  read(r: Reader, end: number, m: MemberPromoteResponse = MemberPromoteResponse.create()): MemberPromoteResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.members.push(Member.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'MemberPromoteResponse', MemberPromoteResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): MemberPromoteResponse {
    return MemberPromoteResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface DefragmentRequest {
}

export const DefragmentRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<DefragmentRequest>): DefragmentRequest {
    const m: DefragmentRequest = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<DefragmentRequest>, _w: Writer): void {},
  encode(m: Partial<DefragmentRequest>): Uint8Array {
    return encodeWith(DefragmentRequest.write, m);
  },
  read(r: Reader, end: number, m: DefragmentRequest = DefragmentRequest.create()): DefragmentRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'DefragmentRequest', DefragmentRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): DefragmentRequest {
    return DefragmentRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface DefragmentResponse {
  header: ResponseHeader | undefined;
}

export const DefragmentResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<DefragmentResponse>): DefragmentResponse {
    const m: DefragmentResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<DefragmentResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<DefragmentResponse>): Uint8Array {
    return encodeWith(DefragmentResponse.write, m);
  },
  read(r: Reader, end: number, m: DefragmentResponse = DefragmentResponse.create()): DefragmentResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'DefragmentResponse', DefragmentResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): DefragmentResponse {
    return DefragmentResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface MoveLeaderRequest {
  targetId: bigint;
}

export const MoveLeaderRequest = {
  goNames: { 1: 'TargetID' } as FieldNames,
  create(init?: Partial<MoveLeaderRequest>): MoveLeaderRequest {
    const m: MoveLeaderRequest = {
      targetId: 0n,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<MoveLeaderRequest>, w: Writer): void {
    if (m.targetId !== undefined && !(m.targetId === 0n)) {
      w.uint32(8);
      w.uint64(m.targetId);
    }
  },
  encode(m: Partial<MoveLeaderRequest>): Uint8Array {
    return encodeWith(MoveLeaderRequest.write, m);
  },
  read(r: Reader, end: number, m: MoveLeaderRequest = MoveLeaderRequest.create()): MoveLeaderRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.targetId = r.uint64();
          break;
        default:
          r.skip(tag, 'MoveLeaderRequest', MoveLeaderRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): MoveLeaderRequest {
    return MoveLeaderRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface MoveLeaderResponse {
  header: ResponseHeader | undefined;
}

export const MoveLeaderResponse = {
  goNames: { 1: 'Header' } as FieldNames,
  create(init?: Partial<MoveLeaderResponse>): MoveLeaderResponse {
    const m: MoveLeaderResponse = {
      header: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<MoveLeaderResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
  },
  encode(m: Partial<MoveLeaderResponse>): Uint8Array {
    return encodeWith(MoveLeaderResponse.write, m);
  },
  read(r: Reader, end: number, m: MoveLeaderResponse = MoveLeaderResponse.create()): MoveLeaderResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        default:
          r.skip(tag, 'MoveLeaderResponse', MoveLeaderResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): MoveLeaderResponse {
    return MoveLeaderResponse.read(new Reader(bytes), bytes.length);
  },
};

export const AlarmType = {
  NONE: 0,
  NOSPACE: 1,
  CORRUPT: 2,
} as const;

export interface AlarmRequest {
  action: number;
  memberId: bigint;
  alarm: number;
}

export const AlarmRequest = {
  goNames: { 1: 'Action', 2: 'MemberID', 3: 'Alarm' } as FieldNames,
  create(init?: Partial<AlarmRequest>): AlarmRequest {
    const m: AlarmRequest = {
      action: 0,
      memberId: 0n,
      alarm: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AlarmRequest>, w: Writer): void {
    if (m.action !== undefined && !(m.action === 0)) {
      w.uint32(8);
      w.int32(m.action);
    }
    if (m.memberId !== undefined && !(m.memberId === 0n)) {
      w.uint32(16);
      w.uint64(m.memberId);
    }
    if (m.alarm !== undefined && !(m.alarm === 0)) {
      w.uint32(24);
      w.int32(m.alarm);
    }
  },
  encode(m: Partial<AlarmRequest>): Uint8Array {
    return encodeWith(AlarmRequest.write, m);
  },
  read(r: Reader, end: number, m: AlarmRequest = AlarmRequest.create()): AlarmRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.action = r.int32();
          break;
        case 16:
          m.memberId = r.uint64();
          break;
        case 24:
          m.alarm = r.int32();
          break;
        default:
          r.skip(tag, 'AlarmRequest', AlarmRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AlarmRequest {
    return AlarmRequest.read(new Reader(bytes), bytes.length);
  },
};

export const AlarmRequestAlarmAction = {
  GET: 0,
  ACTIVATE: 1,
  DEACTIVATE: 2,
} as const;

export interface AlarmMember {
  memberId: bigint;
  alarm: number;
}

export const AlarmMember = {
  goNames: { 1: 'MemberID', 2: 'Alarm' } as FieldNames,
  create(init?: Partial<AlarmMember>): AlarmMember {
    const m: AlarmMember = {
      memberId: 0n,
      alarm: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AlarmMember>, w: Writer): void {
    if (m.memberId !== undefined && !(m.memberId === 0n)) {
      w.uint32(8);
      w.uint64(m.memberId);
    }
    if (m.alarm !== undefined && !(m.alarm === 0)) {
      w.uint32(16);
      w.int32(m.alarm);
    }
  },
  encode(m: Partial<AlarmMember>): Uint8Array {
    return encodeWith(AlarmMember.write, m);
  },
  read(r: Reader, end: number, m: AlarmMember = AlarmMember.create()): AlarmMember {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.memberId = r.uint64();
          break;
        case 16:
          m.alarm = r.int32();
          break;
        default:
          r.skip(tag, 'AlarmMember', AlarmMember.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AlarmMember {
    return AlarmMember.read(new Reader(bytes), bytes.length);
  },
};

export interface AlarmResponse {
  header: ResponseHeader | undefined;
  alarms: AlarmMember[];
}

export const AlarmResponse = {
  goNames: { 1: 'Header', 2: 'Alarms' } as FieldNames,
  create(init?: Partial<AlarmResponse>): AlarmResponse {
    const m: AlarmResponse = {
      header: undefined,
      alarms: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<AlarmResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.alarms !== undefined) {
      for (const item of m.alarms) {
        w.uint32(18);
        const mark = w.open();
        AlarmMember.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<AlarmResponse>): Uint8Array {
    return encodeWith(AlarmResponse.write, m);
  },
  read(r: Reader, end: number, m: AlarmResponse = AlarmResponse.create()): AlarmResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.alarms.push(AlarmMember.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'AlarmResponse', AlarmResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AlarmResponse {
    return AlarmResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface DowngradeRequest {
  action: number;
  version: string;
}

export const DowngradeRequest = {
  goNames: { 1: 'Action', 2: 'Version' } as FieldNames,
  create(init?: Partial<DowngradeRequest>): DowngradeRequest {
    const m: DowngradeRequest = {
      action: 0,
      version: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<DowngradeRequest>, w: Writer): void {
    if (m.action !== undefined && !(m.action === 0)) {
      w.uint32(8);
      w.int32(m.action);
    }
    if (m.version !== undefined && !(m.version === '')) {
      w.uint32(18);
      w.string(m.version);
    }
  },
  encode(m: Partial<DowngradeRequest>): Uint8Array {
    return encodeWith(DowngradeRequest.write, m);
  },
  read(r: Reader, end: number, m: DowngradeRequest = DowngradeRequest.create()): DowngradeRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.action = r.int32();
          break;
        case 18:
          m.version = r.string();
          break;
        default:
          r.skip(tag, 'DowngradeRequest', DowngradeRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): DowngradeRequest {
    return DowngradeRequest.read(new Reader(bytes), bytes.length);
  },
};

export const DowngradeRequestDowngradeAction = {
  VALIDATE: 0,
  ENABLE: 1,
  CANCEL: 2,
} as const;

export interface DowngradeResponse {
  header: ResponseHeader | undefined;
  version: string;
}

export const DowngradeResponse = {
  goNames: { 1: 'Header', 2: 'Version' } as FieldNames,
  create(init?: Partial<DowngradeResponse>): DowngradeResponse {
    const m: DowngradeResponse = {
      header: undefined,
      version: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<DowngradeResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.version !== undefined && !(m.version === '')) {
      w.uint32(18);
      w.string(m.version);
    }
  },
  encode(m: Partial<DowngradeResponse>): Uint8Array {
    return encodeWith(DowngradeResponse.write, m);
  },
  read(r: Reader, end: number, m: DowngradeResponse = DowngradeResponse.create()): DowngradeResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.version = r.string();
          break;
        default:
          r.skip(tag, 'DowngradeResponse', DowngradeResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): DowngradeResponse {
    return DowngradeResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface DowngradeInfo {
  enabled: boolean;
  targetVersion: string;
}

export const DowngradeInfo = {
  goNames: { 1: 'Enabled', 2: 'TargetVersion' } as FieldNames,
  create(init?: Partial<DowngradeInfo>): DowngradeInfo {
    const m: DowngradeInfo = {
      enabled: false,
      targetVersion: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<DowngradeInfo>, w: Writer): void {
    if (m.enabled !== undefined && !(!m.enabled)) {
      w.uint32(8);
      w.bool(m.enabled);
    }
    if (m.targetVersion !== undefined && !(m.targetVersion === '')) {
      w.uint32(18);
      w.string(m.targetVersion);
    }
  },
  encode(m: Partial<DowngradeInfo>): Uint8Array {
    return encodeWith(DowngradeInfo.write, m);
  },
  read(r: Reader, end: number, m: DowngradeInfo = DowngradeInfo.create()): DowngradeInfo {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.enabled = r.bool();
          break;
        case 18:
          m.targetVersion = r.string();
          break;
        default:
          r.skip(tag, 'DowngradeInfo', DowngradeInfo.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): DowngradeInfo {
    return DowngradeInfo.read(new Reader(bytes), bytes.length);
  },
};

export interface StatusRequest {
}

export const StatusRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<StatusRequest>): StatusRequest {
    const m: StatusRequest = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<StatusRequest>, _w: Writer): void {},
  encode(m: Partial<StatusRequest>): Uint8Array {
    return encodeWith(StatusRequest.write, m);
  },
  read(r: Reader, end: number, m: StatusRequest = StatusRequest.create()): StatusRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'StatusRequest', StatusRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): StatusRequest {
    return StatusRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface StatusResponse {
  header: ResponseHeader | undefined;
  version: string;
  dbSize: number;
  leader: bigint;
  raftIndex: number;
  raftTerm: number;
  raftAppliedIndex: number;
  errors: string[];
  dbSizeInUse: number;
  isLearner: boolean;
  storageVersion: string;
  dbSizeQuota: number;
  downgradeInfo: DowngradeInfo | undefined;
}

export const StatusResponse = {
  goNames: { 1: 'Header', 2: 'Version', 3: 'DbSize', 4: 'Leader', 5: 'RaftIndex', 6: 'RaftTerm', 7: 'RaftAppliedIndex', 8: 'Errors', 9: 'DbSizeInUse', 10: 'IsLearner', 11: 'StorageVersion', 12: 'DbSizeQuota', 13: 'DowngradeInfo' } as FieldNames,
  create(init?: Partial<StatusResponse>): StatusResponse {
    const m: StatusResponse = {
      header: undefined,
      version: '',
      dbSize: 0,
      leader: 0n,
      raftIndex: 0,
      raftTerm: 0,
      raftAppliedIndex: 0,
      errors: [],
      dbSizeInUse: 0,
      isLearner: false,
      storageVersion: '',
      dbSizeQuota: 0,
      downgradeInfo: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<StatusResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.version !== undefined && !(m.version === '')) {
      w.uint32(18);
      w.string(m.version);
    }
    if (m.dbSize !== undefined && !(m.dbSize === 0)) {
      w.uint32(24);
      w.int64Number(m.dbSize);
    }
    if (m.leader !== undefined && !(m.leader === 0n)) {
      w.uint32(32);
      w.uint64(m.leader);
    }
    if (m.raftIndex !== undefined && !(m.raftIndex === 0)) {
      w.uint32(40);
      w.uint64Number(m.raftIndex);
    }
    if (m.raftTerm !== undefined && !(m.raftTerm === 0)) {
      w.uint32(48);
      w.uint64Number(m.raftTerm);
    }
    if (m.raftAppliedIndex !== undefined && !(m.raftAppliedIndex === 0)) {
      w.uint32(56);
      w.uint64Number(m.raftAppliedIndex);
    }
    if (m.errors !== undefined) {
      for (const item of m.errors) {
        w.uint32(66);
        w.string(item);
      }
    }
    if (m.dbSizeInUse !== undefined && !(m.dbSizeInUse === 0)) {
      w.uint32(72);
      w.int64Number(m.dbSizeInUse);
    }
    if (m.isLearner !== undefined && !(!m.isLearner)) {
      w.uint32(80);
      w.bool(m.isLearner);
    }
    if (m.storageVersion !== undefined && !(m.storageVersion === '')) {
      w.uint32(90);
      w.string(m.storageVersion);
    }
    if (m.dbSizeQuota !== undefined && !(m.dbSizeQuota === 0)) {
      w.uint32(96);
      w.int64Number(m.dbSizeQuota);
    }
    if (m.downgradeInfo !== undefined) {
      w.uint32(106);
      const mark = w.open();
      DowngradeInfo.write(m.downgradeInfo, w);
      w.close(mark);
    }
  },
  encode(m: Partial<StatusResponse>): Uint8Array {
    return encodeWith(StatusResponse.write, m);
  },
  read(r: Reader, end: number, m: StatusResponse = StatusResponse.create()): StatusResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 18:
          m.version = r.string();
          break;
        case 24:
          m.dbSize = r.int64Number();
          break;
        case 32:
          m.leader = r.uint64();
          break;
        case 40:
          m.raftIndex = r.uint64Number();
          break;
        case 48:
          m.raftTerm = r.uint64Number();
          break;
        case 56:
          m.raftAppliedIndex = r.uint64Number();
          break;
        case 66:
          m.errors.push(r.string());
          break;
        case 72:
          m.dbSizeInUse = r.int64Number();
          break;
        case 80:
          m.isLearner = r.bool();
          break;
        case 90:
          m.storageVersion = r.string();
          break;
        case 96:
          m.dbSizeQuota = r.int64Number();
          break;
        case 106:
          m.downgradeInfo = DowngradeInfo.read(r, r.end(), m.downgradeInfo);
          break;
        default:
          r.skip(tag, 'StatusResponse', StatusResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): StatusResponse {
    return StatusResponse.read(new Reader(bytes), bytes.length);
  },
};

export const KVService = {
  range: {
    path: '/etcdserverpb.KV/Range',
    request: RangeRequest,
    response: RangeResponse,
    requestStream: false,
    responseStream: false,
  },
  put: {
    path: '/etcdserverpb.KV/Put',
    request: PutRequest,
    response: PutResponse,
    requestStream: false,
    responseStream: false,
  },
  deleteRange: {
    path: '/etcdserverpb.KV/DeleteRange',
    request: DeleteRangeRequest,
    response: DeleteRangeResponse,
    requestStream: false,
    responseStream: false,
  },
  txn: {
    path: '/etcdserverpb.KV/Txn',
    request: TxnRequest,
    response: TxnResponse,
    requestStream: false,
    responseStream: false,
  },
  compact: {
    path: '/etcdserverpb.KV/Compact',
    request: CompactionRequest,
    response: CompactionResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;

export const WatchService = {
  watch: {
    path: '/etcdserverpb.Watch/Watch',
    request: WatchRequest,
    response: WatchResponse,
    requestStream: true,
    responseStream: true,
  },
} as const;

export const LeaseService = {
  leaseGrant: {
    path: '/etcdserverpb.Lease/LeaseGrant',
    request: LeaseGrantRequest,
    response: LeaseGrantResponse,
    requestStream: false,
    responseStream: false,
  },
  leaseRevoke: {
    path: '/etcdserverpb.Lease/LeaseRevoke',
    request: LeaseRevokeRequest,
    response: LeaseRevokeResponse,
    requestStream: false,
    responseStream: false,
  },
  leaseKeepAlive: {
    path: '/etcdserverpb.Lease/LeaseKeepAlive',
    request: LeaseKeepAliveRequest,
    response: LeaseKeepAliveResponse,
    requestStream: true,
    responseStream: true,
  },
  leaseTimeToLive: {
    path: '/etcdserverpb.Lease/LeaseTimeToLive',
    request: LeaseTimeToLiveRequest,
    response: LeaseTimeToLiveResponse,
    requestStream: false,
    responseStream: false,
  },
  leaseLeases: {
    path: '/etcdserverpb.Lease/LeaseLeases',
    request: LeaseLeasesRequest,
    response: LeaseLeasesResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;

export const ClusterService = {
  memberAdd: {
    path: '/etcdserverpb.Cluster/MemberAdd',
    request: MemberAddRequest,
    response: MemberAddResponse,
    requestStream: false,
    responseStream: false,
  },
  memberRemove: {
    path: '/etcdserverpb.Cluster/MemberRemove',
    request: MemberRemoveRequest,
    response: MemberRemoveResponse,
    requestStream: false,
    responseStream: false,
  },
  memberUpdate: {
    path: '/etcdserverpb.Cluster/MemberUpdate',
    request: MemberUpdateRequest,
    response: MemberUpdateResponse,
    requestStream: false,
    responseStream: false,
  },
  memberList: {
    path: '/etcdserverpb.Cluster/MemberList',
    request: MemberListRequest,
    response: MemberListResponse,
    requestStream: false,
    responseStream: false,
  },
  memberPromote: {
    path: '/etcdserverpb.Cluster/MemberPromote',
    request: MemberPromoteRequest,
    response: MemberPromoteResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;

export const MaintenanceService = {
  alarm: {
    path: '/etcdserverpb.Maintenance/Alarm',
    request: AlarmRequest,
    response: AlarmResponse,
    requestStream: false,
    responseStream: false,
  },
  status: {
    path: '/etcdserverpb.Maintenance/Status',
    request: StatusRequest,
    response: StatusResponse,
    requestStream: false,
    responseStream: false,
  },
  defragment: {
    path: '/etcdserverpb.Maintenance/Defragment',
    request: DefragmentRequest,
    response: DefragmentResponse,
    requestStream: false,
    responseStream: false,
  },
  hash: {
    path: '/etcdserverpb.Maintenance/Hash',
    request: HashRequest,
    response: HashResponse,
    requestStream: false,
    responseStream: false,
  },
  hashKv: {
    path: '/etcdserverpb.Maintenance/HashKV',
    request: HashKVRequest,
    response: HashKVResponse,
    requestStream: false,
    responseStream: false,
  },
  snapshot: {
    path: '/etcdserverpb.Maintenance/Snapshot',
    request: SnapshotRequest,
    response: SnapshotResponse,
    requestStream: false,
    responseStream: true,
  },
  moveLeader: {
    path: '/etcdserverpb.Maintenance/MoveLeader',
    request: MoveLeaderRequest,
    response: MoveLeaderResponse,
    requestStream: false,
    responseStream: false,
  },
  downgrade: {
    path: '/etcdserverpb.Maintenance/Downgrade',
    request: DowngradeRequest,
    response: DowngradeResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;
