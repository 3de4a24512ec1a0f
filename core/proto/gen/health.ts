// Generated from core/proto/health.proto by build/proto/generate.ts; do not edit.
import { Reader, WireError, type Writer } from '../wire.ts';
import { encodeWith } from '../encode.ts';

export interface HealthCheckRequest {
  service: string;
}

export const HealthCheckRequest = {
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
  read(r: Reader, end: number): HealthCheckRequest {
    const m = HealthCheckRequest.create();
    while (r.position < end) {
      const tag = r.uint32();
      switch (tag) {
        case 10:
          m.service = r.string();
          break;
        default:
          r.skip(tag);
      }
    }
    if (r.position !== end) throw new WireError('HealthCheckRequest: a field passes the end of its message');
    return m;
  },
  decode(bytes: Uint8Array): HealthCheckRequest {
    return HealthCheckRequest.read(new Reader(bytes), bytes.length);
  },
};

export interface HealthCheckResponse {
  status: number;
}

export const HealthCheckResponse = {
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
  read(r: Reader, end: number): HealthCheckResponse {
    const m = HealthCheckResponse.create();
    while (r.position < end) {
      const tag = r.uint32();
      switch (tag) {
        case 8:
          m.status = r.int32();
          break;
        default:
          r.skip(tag);
      }
    }
    if (r.position !== end) throw new WireError('HealthCheckResponse: a field passes the end of its message');
    return m;
  },
  decode(bytes: Uint8Array): HealthCheckResponse {
    return HealthCheckResponse.read(new Reader(bytes), bytes.length);
  },
};

export const HealthCheckResponseServingStatus = {
  UNKNOWN: 0,
  SERVING: 1,
  NOT_SERVING: 2,
  SERVICE_UNKNOWN: 3,
} as const;

export const HealthService = {
  check: {
    path: '/grpc.health.v1.Health/Check',
    request: HealthCheckRequest,
    response: HealthCheckResponse,
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
