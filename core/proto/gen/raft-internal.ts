// Generated from core/proto/raft-internal.proto by build/proto/generate.ts; do not edit.
import { emptyBytes } from '../../base/bytes.ts';
import { Reader, type FieldNames, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';
import { AlarmRequest, CompactionRequest, DeleteRangeRequest, LeaseCheckpointRequest, LeaseGrantRequest, LeaseRevokeRequest, PutRequest, RangeRequest, TxnRequest } from './rpc.ts';

export interface InternalRaftRequest {
  id: bigint;
  v2: Uint8Array;
  range: RangeRequest | undefined;
  put: PutRequest | undefined;
  deleteRange: DeleteRangeRequest | undefined;
  txn: TxnRequest | undefined;
  compaction: CompactionRequest | undefined;
  leaseGrant: LeaseGrantRequest | undefined;
  leaseRevoke: LeaseRevokeRequest | undefined;
  alarm: AlarmRequest | undefined;
  leaseCheckpoint: LeaseCheckpointRequest | undefined;
  header: RequestHeader | undefined;
  authEnable: AuthEnableEntry | undefined;
  clusterVersionSet: ClusterVersionSetRequest | undefined;
  clusterMemberAttrSet: ClusterMemberAttrSetRequest | undefined;
}

export const InternalRaftRequest = {
  goNames: { 1: 'ID', 2: 'V2', 3: 'Range', 4: 'Put', 5: 'DeleteRange', 6: 'Txn', 7: 'Compaction', 8: 'LeaseGrant', 9: 'LeaseRevoke', 10: 'Alarm', 11: 'LeaseCheckpoint', 100: 'Header', 1000: 'AuthEnable', 1300: 'ClusterVersionSet', 1301: 'ClusterMemberAttrSet' } as FieldNames,
  create(init?: Partial<InternalRaftRequest>): InternalRaftRequest {
    const m: InternalRaftRequest = {
      id: 0n,
      v2: emptyBytes,
      range: undefined,
      put: undefined,
      deleteRange: undefined,
      txn: undefined,
      compaction: undefined,
      leaseGrant: undefined,
      leaseRevoke: undefined,
      alarm: undefined,
      leaseCheckpoint: undefined,
      header: undefined,
      authEnable: undefined,
      clusterVersionSet: undefined,
      clusterMemberAttrSet: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<InternalRaftRequest>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.uint64(m.id);
    }
    if (m.v2 !== undefined && !(m.v2.length === 0)) {
      w.uint32(18);
      w.bytes(m.v2);
    }
    if (m.range !== undefined) {
      w.uint32(26);
      const mark = w.open();
      RangeRequest.write(m.range, w);
      w.close(mark);
    }
    if (m.put !== undefined) {
      w.uint32(34);
      const mark = w.open();
      PutRequest.write(m.put, w);
      w.close(mark);
    }
    if (m.deleteRange !== undefined) {
      w.uint32(42);
      const mark = w.open();
      DeleteRangeRequest.write(m.deleteRange, w);
      w.close(mark);
    }
    if (m.txn !== undefined) {
      w.uint32(50);
      const mark = w.open();
      TxnRequest.write(m.txn, w);
      w.close(mark);
    }
    if (m.compaction !== undefined) {
      w.uint32(58);
      const mark = w.open();
      CompactionRequest.write(m.compaction, w);
      w.close(mark);
    }
    if (m.leaseGrant !== undefined) {
      w.uint32(66);
      const mark = w.open();
      LeaseGrantRequest.write(m.leaseGrant, w);
      w.close(mark);
    }
    if (m.leaseRevoke !== undefined) {
      w.uint32(74);
      const mark = w.open();
      LeaseRevokeRequest.write(m.leaseRevoke, w);
      w.close(mark);
    }
    if (m.alarm !== undefined) {
      w.uint32(82);
      const mark = w.open();
      AlarmRequest.write(m.alarm, w);
      w.close(mark);
    }
    if (m.leaseCheckpoint !== undefined) {
      w.uint32(90);
      const mark = w.open();
      LeaseCheckpointRequest.write(m.leaseCheckpoint, w);
      w.close(mark);
    }
    if (m.header !== undefined) {
      w.uint32(802);
      const mark = w.open();
      RequestHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.authEnable !== undefined) {
      w.uint32(8002);
      const mark = w.open();
      AuthEnableEntry.write(m.authEnable, w);
      w.close(mark);
    }
    if (m.clusterVersionSet !== undefined) {
      w.uint32(10402);
      const mark = w.open();
      ClusterVersionSetRequest.write(m.clusterVersionSet, w);
      w.close(mark);
    }
    if (m.clusterMemberAttrSet !== undefined) {
      w.uint32(10410);
      const mark = w.open();
      ClusterMemberAttrSetRequest.write(m.clusterMemberAttrSet, w);
      w.close(mark);
    }
  },
  encode(m: Partial<InternalRaftRequest>): Uint8Array {
    return encodeWith(InternalRaftRequest.write, m);
  },
  read(r: Reader, end: number, m: InternalRaftRequest = InternalRaftRequest.create()): InternalRaftRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.uint64();
          break;
        case 18:
          m.v2 = r.bytes();
          break;
        case 26:
          m.range = RangeRequest.read(r, r.end(), m.range);
          break;
        case 34:
          m.put = PutRequest.read(r, r.end(), m.put);
          break;
        case 42:
          m.deleteRange = DeleteRangeRequest.read(r, r.end(), m.deleteRange);
          break;
        case 50:
          m.txn = TxnRequest.read(r, r.end(), m.txn);
          break;
        case 58:
          m.compaction = CompactionRequest.read(r, r.end(), m.compaction);
          break;
        case 66:
          m.leaseGrant = LeaseGrantRequest.read(r, r.end(), m.leaseGrant);
          break;
        case 74:
          m.leaseRevoke = LeaseRevokeRequest.read(r, r.end(), m.leaseRevoke);
          break;
        case 82:
          m.alarm = AlarmRequest.read(r, r.end(), m.alarm);
          break;
        case 90:
          m.leaseCheckpoint = LeaseCheckpointRequest.read(r, r.end(), m.leaseCheckpoint);
          break;
        case 802:
          m.header = RequestHeader.read(r, r.end(), m.header);
          break;
        case 8002:
          m.authEnable = AuthEnableEntry.read(r, r.end(), m.authEnable);
          break;
        case 10402:
          m.clusterVersionSet = ClusterVersionSetRequest.read(r, r.end(), m.clusterVersionSet);
          break;
        case 10410:
          m.clusterMemberAttrSet = ClusterMemberAttrSetRequest.read(r, r.end(), m.clusterMemberAttrSet);
          break;
        default:
          r.skip(tag, 'InternalRaftRequest', InternalRaftRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): InternalRaftRequest {
    return InternalRaftRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface RequestHeader {
  id: bigint;
  username: string;
  authRevision: number;
}

export const RequestHeader = {
  goNames: { 1: 'ID', 2: 'Username', 3: 'AuthRevision' } as FieldNames,
  create(init?: Partial<RequestHeader>): RequestHeader {
    const m: RequestHeader = {
      id: 0n,
      username: '',
      authRevision: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<RequestHeader>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.uint64(m.id);
    }
    if (m.username !== undefined && !(m.username === '')) {
      w.uint32(18);
      w.string(m.username);
    }
    if (m.authRevision !== undefined && !(m.authRevision === 0)) {
      w.uint32(24);
      w.uint64Number(m.authRevision);
    }
  },
  encode(m: Partial<RequestHeader>): Uint8Array {
    return encodeWith(RequestHeader.write, m);
  },
  read(r: Reader, end: number, m: RequestHeader = RequestHeader.create()): RequestHeader {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.uint64();
          break;
        case 18:
          m.username = r.string();
          break;
        case 24:
          m.authRevision = r.uint64Number();
          break;
        default:
          r.skip(tag, 'RequestHeader', RequestHeader.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): RequestHeader {
    return RequestHeader.read(new Reader(bytes), bytes.length);
  },
};

export interface AuthEnableEntry {
}

export const AuthEnableEntry = {
  goNames: {} as FieldNames,
  create(init?: Partial<AuthEnableEntry>): AuthEnableEntry {
    const m: AuthEnableEntry = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<AuthEnableEntry>, _w: Writer): void {},
  encode(m: Partial<AuthEnableEntry>): Uint8Array {
    return encodeWith(AuthEnableEntry.write, m);
  },
  read(r: Reader, end: number, m: AuthEnableEntry = AuthEnableEntry.create()): AuthEnableEntry {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'AuthEnableEntry', AuthEnableEntry.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): AuthEnableEntry {
    return AuthEnableEntry.read(new Reader(bytes), bytes.length);
  },
};

export interface ClusterVersionSetRequest {
  ver: string;
}

export const ClusterVersionSetRequest = {
  goNames: { 1: 'Ver' } as FieldNames,
  create(init?: Partial<ClusterVersionSetRequest>): ClusterVersionSetRequest {
    const m: ClusterVersionSetRequest = {
      ver: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<ClusterVersionSetRequest>, w: Writer): void {
    if (m.ver !== undefined && !(m.ver === '')) {
      w.uint32(10);
      w.string(m.ver);
    }
  },
  encode(m: Partial<ClusterVersionSetRequest>): Uint8Array {
    return encodeWith(ClusterVersionSetRequest.write, m);
  },
  read(r: Reader, end: number, m: ClusterVersionSetRequest = ClusterVersionSetRequest.create()): ClusterVersionSetRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.ver = r.string();
          break;
        default:
          r.skip(tag, 'ClusterVersionSetRequest', ClusterVersionSetRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): ClusterVersionSetRequest {
    return ClusterVersionSetRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface ClusterMemberAttrSetRequest {
  memberId: bigint;
  memberAttributes: Attributes | undefined;
}

export const ClusterMemberAttrSetRequest = {
  goNames: { 1: 'Member_ID', 2: 'MemberAttributes' } as FieldNames,
  create(init?: Partial<ClusterMemberAttrSetRequest>): ClusterMemberAttrSetRequest {
    const m: ClusterMemberAttrSetRequest = {
      memberId: 0n,
      memberAttributes: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<ClusterMemberAttrSetRequest>, w: Writer): void {
    if (m.memberId !== undefined && !(m.memberId === 0n)) {
      w.uint32(8);
      w.uint64(m.memberId);
    }
    if (m.memberAttributes !== undefined) {
      w.uint32(18);
      const mark = w.open();
      Attributes.write(m.memberAttributes, w);
      w.close(mark);
    }
  },
  encode(m: Partial<ClusterMemberAttrSetRequest>): Uint8Array {
    return encodeWith(ClusterMemberAttrSetRequest.write, m);
  },
  read(r: Reader, end: number, m: ClusterMemberAttrSetRequest = ClusterMemberAttrSetRequest.create()): ClusterMemberAttrSetRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.memberId = r.uint64();
          break;
        case 18:
          m.memberAttributes = Attributes.read(r, r.end(), m.memberAttributes);
          break;
        default:
          r.skip(tag, 'ClusterMemberAttrSetRequest', ClusterMemberAttrSetRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): ClusterMemberAttrSetRequest {
    return ClusterMemberAttrSetRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface Attributes {
  name: string;
  clientUrls: string[];
}

export const Attributes = {
  goNames: { 1: 'Name', 2: 'ClientUrls' } as FieldNames,
  create(init?: Partial<Attributes>): Attributes {
    const m: Attributes = {
      name: '',
      clientUrls: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<Attributes>, w: Writer): void {
    if (m.name !== undefined && !(m.name === '')) {
      w.uint32(10);
      w.string(m.name);
    }
    if (m.clientUrls !== undefined) {
      for (const item of m.clientUrls) {
        w.uint32(18);
        w.string(item);
      }
    }
  },
  encode(m: Partial<Attributes>): Uint8Array {
    return encodeWith(Attributes.write, m);
  },
  read(r: Reader, end: number, m: Attributes = Attributes.create()): Attributes {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.name = r.string();
          break;
        case 18:
          m.clientUrls.push(r.string());
          break;
        default:
          r.skip(tag, 'Attributes', Attributes.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): Attributes {
    return Attributes.read(new Reader(bytes), bytes.length);
  },
};
