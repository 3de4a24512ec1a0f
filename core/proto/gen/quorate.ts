// Generated from core/proto/quorate.proto by build/proto/generate.ts; do not edit.
import { Reader, type FieldNames, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';
import { ResponseHeader } from './rpc.ts';

export interface ProgressRequest {
}

export const ProgressRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<ProgressRequest>): ProgressRequest {
    const m: ProgressRequest = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<ProgressRequest>, _w: Writer): void {},
  encode(m: Partial<ProgressRequest>): Uint8Array {
    return encodeWith(ProgressRequest.write, m);
  },
  read(r: Reader, end: number, m: ProgressRequest = ProgressRequest.create()): ProgressRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'ProgressRequest', ProgressRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): ProgressRequest {
    return ProgressRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface ProgressResponse {
  header: ResponseHeader | undefined;
  leader: bigint;
  leaderMatch: number;
  maxLearners: number;
  learnerAutoPromoteMs: number;
  members: MemberProgress[];
}

export const ProgressResponse = {
  goNames: { 1: 'Header', 2: 'Leader', 3: 'LeaderMatch', 4: 'MaxLearners', 5: 'LearnerAutoPromoteMs', 6: 'Members' } as FieldNames,
  create(init?: Partial<ProgressResponse>): ProgressResponse {
    const m: ProgressResponse = {
      header: undefined,
      leader: 0n,
      leaderMatch: 0,
      maxLearners: 0,
      learnerAutoPromoteMs: 0,
      members: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<ProgressResponse>, w: Writer): void {
    if (m.header !== undefined) {
      w.uint32(10);
      const mark = w.open();
      ResponseHeader.write(m.header, w);
      w.close(mark);
    }
    if (m.leader !== undefined && !(m.leader === 0n)) {
      w.uint32(16);
      w.uint64(m.leader);
    }
    if (m.leaderMatch !== undefined && !(m.leaderMatch === 0)) {
      w.uint32(24);
      w.uint64Number(m.leaderMatch);
    }
    if (m.maxLearners !== undefined && !(m.maxLearners === 0)) {
      w.uint32(32);
      w.uint32(m.maxLearners);
    }
    if (m.learnerAutoPromoteMs !== undefined && !(m.learnerAutoPromoteMs === 0)) {
      w.uint32(40);
      w.int64Number(m.learnerAutoPromoteMs);
    }
    if (m.members !== undefined) {
      for (const item of m.members) {
        w.uint32(50);
        const mark = w.open();
        MemberProgress.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<ProgressResponse>): Uint8Array {
    return encodeWith(ProgressResponse.write, m);
  },
  read(r: Reader, end: number, m: ProgressResponse = ProgressResponse.create()): ProgressResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.header = ResponseHeader.read(r, r.end(), m.header);
          break;
        case 16:
          m.leader = r.uint64();
          break;
        case 24:
          m.leaderMatch = r.uint64Number();
          break;
        case 32:
          m.maxLearners = r.uint32();
          break;
        case 40:
          m.learnerAutoPromoteMs = r.int64Number();
          break;
        case 50:
          m.members.push(MemberProgress.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'ProgressResponse', ProgressResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): ProgressResponse {
    return ProgressResponse.read(new Reader(bytes), bytes.length);
  },
};

export interface MemberProgress {
  id: bigint;
  isLearner: boolean;
  match: number;
  ratioPpm: number;
  state: number;
  recentActive: boolean;
  activeMs: number | undefined;
  inSyncMs: number | undefined;
  promotesInMs: number | undefined;
  snapshot: SnapshotInFlight | undefined;
}

export const MemberProgress = {
  goNames: { 1: 'ID', 2: 'IsLearner', 3: 'Match', 4: 'RatioPpm', 5: 'State', 6: 'RecentActive', 7: 'ActiveMs', 8: 'InSyncMs', 9: 'PromotesInMs', 10: 'Snapshot' } as FieldNames,
  create(init?: Partial<MemberProgress>): MemberProgress {
    const m: MemberProgress = {
      id: 0n,
      isLearner: false,
      match: 0,
      ratioPpm: 0,
      state: 0,
      recentActive: false,
      activeMs: undefined,
      inSyncMs: undefined,
      promotesInMs: undefined,
      snapshot: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<MemberProgress>, w: Writer): void {
    if (m.id !== undefined && !(m.id === 0n)) {
      w.uint32(8);
      w.uint64(m.id);
    }
    if (m.isLearner !== undefined && !(!m.isLearner)) {
      w.uint32(16);
      w.bool(m.isLearner);
    }
    if (m.match !== undefined && !(m.match === 0)) {
      w.uint32(24);
      w.uint64Number(m.match);
    }
    if (m.ratioPpm !== undefined && !(m.ratioPpm === 0)) {
      w.uint32(32);
      w.uint32(m.ratioPpm);
    }
    if (m.state !== undefined && !(m.state === 0)) {
      w.uint32(40);
      w.int32(m.state);
    }
    if (m.recentActive !== undefined && !(!m.recentActive)) {
      w.uint32(48);
      w.bool(m.recentActive);
    }
    if (m.activeMs !== undefined) {
      w.uint32(56);
      w.int64Number(m.activeMs);
    }
    if (m.inSyncMs !== undefined) {
      w.uint32(64);
      w.int64Number(m.inSyncMs);
    }
    if (m.promotesInMs !== undefined) {
      w.uint32(72);
      w.int64Number(m.promotesInMs);
    }
    if (m.snapshot !== undefined) {
      w.uint32(82);
      const mark = w.open();
      SnapshotInFlight.write(m.snapshot, w);
      w.close(mark);
    }
  },
  encode(m: Partial<MemberProgress>): Uint8Array {
    return encodeWith(MemberProgress.write, m);
  },
  read(r: Reader, end: number, m: MemberProgress = MemberProgress.create()): MemberProgress {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.id = r.uint64();
          break;
        case 16:
          m.isLearner = r.bool();
          break;
        case 24:
          m.match = r.uint64Number();
          break;
        case 32:
          m.ratioPpm = r.uint32();
          break;
        case 40:
          m.state = r.int32();
          break;
        case 48:
          m.recentActive = r.bool();
          break;
        case 56:
          m.activeMs = r.int64Number();
          break;
        case 64:
          m.inSyncMs = r.int64Number();
          break;
        case 72:
          m.promotesInMs = r.int64Number();
          break;
        case 82:
          m.snapshot = SnapshotInFlight.read(r, r.end(), m.snapshot);
          break;
        default:
          r.skip(tag, 'MemberProgress', MemberProgress.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): MemberProgress {
    return MemberProgress.read(new Reader(bytes), bytes.length);
  },
};

export const MemberProgressState = {
  PROBE: 0,
  REPLICATE: 1,
  SNAPSHOT: 2,
} as const;

export interface SnapshotInFlight {
  sentBytes: number;
  totalBytes: number;
}

export const SnapshotInFlight = {
  goNames: { 1: 'SentBytes', 2: 'TotalBytes' } as FieldNames,
  create(init?: Partial<SnapshotInFlight>): SnapshotInFlight {
    const m: SnapshotInFlight = {
      sentBytes: 0,
      totalBytes: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<SnapshotInFlight>, w: Writer): void {
    if (m.sentBytes !== undefined && !(m.sentBytes === 0)) {
      w.uint32(8);
      w.int64Number(m.sentBytes);
    }
    if (m.totalBytes !== undefined && !(m.totalBytes === 0)) {
      w.uint32(16);
      w.int64Number(m.totalBytes);
    }
  },
  encode(m: Partial<SnapshotInFlight>): Uint8Array {
    return encodeWith(SnapshotInFlight.write, m);
  },
  read(r: Reader, end: number, m: SnapshotInFlight = SnapshotInFlight.create()): SnapshotInFlight {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.sentBytes = r.int64Number();
          break;
        case 16:
          m.totalBytes = r.int64Number();
          break;
        default:
          r.skip(tag, 'SnapshotInFlight', SnapshotInFlight.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): SnapshotInFlight {
    return SnapshotInFlight.read(new Reader(bytes), bytes.length);
  },
};

export const ReplicationService = {
  progress: {
    path: '/quorate.Replication/Progress',
    request: ProgressRequest,
    response: ProgressResponse,
    requestStream: false,
    responseStream: false,
  },
} as const;
