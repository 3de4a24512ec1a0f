import type { Metadata } from '../api/services.ts';
import { Code, EtcdError } from '../base/etcd-error.ts';
import type { Header } from './h2/hpack.ts';

/** What the headers of a call say. */
export interface CallHead {
  path: string;
  /** Of the answer: that of the request. */
  contentType: string;
  /** Infinity: none. */
  timeoutMs: number;
  encoding: string;
  metadata: Metadata;
}

/** No gRPC call, though it may be HTTP: answered with a status of each. */
export interface Refused {
  httpStatus: string;
  error: EtcdError;
}

export const plainGrpc = 'application/grpc';

/** Source: grpc-go `internal/transport/http2_server.go`, its texts and the order of its checks too. */
export function readHead(headers: readonly Header[]): CallHead | Refused {
  const metadata = new Map<string, string>();
  const head = { path: '', contentType: '', timeoutMs: Infinity, encoding: 'identity', metadata };
  let verb = '';
  let timeout: string | undefined;
  for (const [name, value] of headers) {
    switch (name) {
      case ':path':
        head.path = value;
        break;
      case ':method':
        verb = value;
        break;
      case 'content-type':
        head.contentType = value;
        break;
      case 'grpc-timeout':
        timeout = value;
        break;
      case 'grpc-encoding':
        head.encoding = value;
        break;
      case ':scheme':
      case ':authority':
      case 'te':
        break;
      default: {
        const known = metadata.get(name);
        metadata.set(name, known === undefined ? value : `${known},${value}`);
      }
    }
  }
  const subtype = /^application\/grpc(?:$|[+;](.*)$)/.exec(head.contentType.toLowerCase());
  if (!subtype) return { httpStatus: '415', error: new EtcdError(Code.invalidArgument, `invalid gRPC request content-type ${JSON.stringify(head.contentType)}`) };
  head.contentType = subtype[1] ? `${plainGrpc}+${subtype[1]}` : plainGrpc;
  if (timeout !== undefined) {
    const read = readTimeout(timeout);
    if (typeof read === 'string') return { httpStatus: '400', error: new EtcdError(Code.internal, `malformed grpc-timeout: ${read}`) };
    head.timeoutMs = read;
  }
  if (verb !== 'POST') return { httpStatus: '405', error: new EtcdError(Code.internal, `Received a HEADERS frame with :method ${JSON.stringify(verb)} which should be POST`) };
  return head;
}

const unitMs: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** `grpc-timeout`: at most eight digits and a unit. Its milliseconds, or what is wrong with it. */
function readTimeout(text: string): number | string {
  if (text.length < 2) return `transport: timeout string is too short: ${JSON.stringify(text)}`;
  if (text.length > 9) return `transport: timeout string is too long: ${JSON.stringify(text)}`;
  const unit = unitMs[text.at(-1)!];
  if (unit === undefined) return `transport: timeout unit is not recognized: ${JSON.stringify(text)}`;
  const count = text.slice(0, -1);
  return /^[+-]?\d+$/.test(count) ? Number(count) * unit : `strconv.ParseInt: parsing ${JSON.stringify(count)}: invalid syntax`;
}
