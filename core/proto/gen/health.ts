// Generated from core/proto/health.proto by build/proto/generate.ts; do not edit.
import { asGoogles, Reader, type FieldNames, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';

export interface HealthCheckRequest {
  service: string;
}

export const HealthCheckRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<HealthCheckRequest>): HealthCheckRequest {
    const m: HealthCheckRequest = {
      service: '',
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<HealthCheckRequest>, w: Writer): void {
    if (m.service !== undefined && !(m.service === '')) {
      w.uint32(10);
      w.string(m.service);
    }
  },
  encode(m: Partial<HealthCheckRequest>): Uint8Array {
    return encodeWith(HealthCheckRequest.write, m);
  },
  read(r: Reader, end: number, m: HealthCheckRequest = HealthCheckRequest.create()): HealthCheckRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.service = r.checkedString();
          break;
        default:
          r.skip(tag, 'HealthCheckRequest', HealthCheckRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): HealthCheckRequest {
    return asGoogles(() => HealthCheckRequest.read(new Reader(bytes), bytes.length));
  },
};

export interface HealthCheckResponse {
  status: number;
}

export const HealthCheckResponse = {
  goNames: {} as FieldNames,
  create(init?: Partial<HealthCheckResponse>): HealthCheckResponse {
    const m: HealthCheckResponse = {
      status: 0,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<HealthCheckResponse>, w: Writer): void {
    if (m.status !== undefined && !(m.status === 0)) {
      w.uint32(8);
      w.int32(m.status);
    }
  },
  encode(m: Partial<HealthCheckResponse>): Uint8Array {
    return encodeWith(HealthCheckResponse.write, m);
  },
  read(r: Reader, end: number, m: HealthCheckResponse = HealthCheckResponse.create()): HealthCheckResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 8:
          m.status = r.int32();
          break;
        default:
          r.skip(tag, 'HealthCheckResponse', HealthCheckResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): HealthCheckResponse {
    return asGoogles(() => HealthCheckResponse.read(new Reader(bytes), bytes.length));
  },
};

export const HealthCheckResponseServingStatus = {
  UNKNOWN: 0,
  SERVING: 1,
  NOT_SERVING: 2,
  SERVICE_UNKNOWN: 3,
} as const;

export interface HealthListRequest {
}

export const HealthListRequest = {
  goNames: {} as FieldNames,
  create(init?: Partial<HealthListRequest>): HealthListRequest {
    const m: HealthListRequest = {
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(_m: Partial<HealthListRequest>, _w: Writer): void {},
  encode(m: Partial<HealthListRequest>): Uint8Array {
    return encodeWith(HealthListRequest.write, m);
  },
  read(r: Reader, end: number, m: HealthListRequest = HealthListRequest.create()): HealthListRequest {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        default:
          r.skip(tag, 'HealthListRequest', HealthListRequest.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): HealthListRequest {
    return asGoogles(() => HealthListRequest.read(new Reader(bytes), bytes.length));
  },
};

export interface HealthListResponse {
  statuses: HealthListResponseEntry[];
}

export const HealthListResponse = {
  goNames: {} as FieldNames,
  create(init?: Partial<HealthListResponse>): HealthListResponse {
    const m: HealthListResponse = {
      statuses: [],
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<HealthListResponse>, w: Writer): void {
    if (m.statuses !== undefined) {
      for (const item of m.statuses) {
        w.uint32(10);
        const mark = w.open();
        HealthListResponseEntry.write(item, w);
        w.close(mark);
      }
    }
  },
  encode(m: Partial<HealthListResponse>): Uint8Array {
    return encodeWith(HealthListResponse.write, m);
  },
  read(r: Reader, end: number, m: HealthListResponse = HealthListResponse.create()): HealthListResponse {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.statuses.push(HealthListResponseEntry.read(r, r.end()));
          break;
        default:
          r.skip(tag, 'HealthListResponse', HealthListResponse.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): HealthListResponse {
    return asGoogles(() => HealthListResponse.read(new Reader(bytes), bytes.length));
  },
};

export interface HealthListResponseEntry {
  key: string;
  value: HealthCheckResponse | undefined;
}

export const HealthListResponseEntry = {
  goNames: {} as FieldNames,
  create(init?: Partial<HealthListResponseEntry>): HealthListResponseEntry {
    const m: HealthListResponseEntry = {
      key: '',
      value: undefined,
    };
    return init === undefined ? m : Object.assign(m, init);
  },
  write(m: Partial<HealthListResponseEntry>, w: Writer): void {
    if (m.key !== undefined && !(m.key === '')) {
      w.uint32(10);
      w.string(m.key);
    }
    if (m.value !== undefined) {
      w.uint32(18);
      const mark = w.open();
      HealthCheckResponse.write(m.value, w);
      w.close(mark);
    }
  },
  encode(m: Partial<HealthListResponseEntry>): Uint8Array {
    return encodeWith(HealthListResponseEntry.write, m);
  },
  read(r: Reader, end: number, m: HealthListResponseEntry = HealthListResponseEntry.create()): HealthListResponseEntry {
    const outer = r.limit;
    r.limit = end;
    while (r.position < end) {
      const tag = r.tag();
      switch (tag) {
        case 10:
          m.key = r.checkedString();
          break;
        case 18:
          m.value = HealthCheckResponse.read(r, r.end(), m.value);
          break;
        default:
          r.skip(tag, 'HealthListResponseEntry', HealthListResponseEntry.goNames);
      }
    }
    r.limit = outer;
    return m;
  },
  decode(bytes: Uint8Array): HealthListResponseEntry {
    return asGoogles(() => HealthListResponseEntry.read(new Reader(bytes), bytes.length));
  },
};

export const HealthService = {
  check: {
    path: '/grpc.health.v1.Health/Check',
    request: HealthCheckRequest,
    response: HealthCheckResponse,
    requestStream: false,
    responseStream: false,
  },
  list: {
    path: '/grpc.health.v1.Health/List',
    request: HealthListRequest,
    response: HealthListResponse,
    requestStream: false,
    responseStream: false,
  },
  watch: {
    path: '/grpc.health.v1.Health/Watch',
    request: HealthCheckRequest,
    response: HealthCheckResponse,
    requestStream: false,
    responseStream: true,
  },
} as const;
