import { utf8 } from '../../core/base/bytes.ts';
import { pick, randomInt, type Random } from '../../core/base/random.ts';
import { routes } from '../../core/proto/gen/gateway.ts';
import {
  Compare, DeleteRangeRequest, KVService, LeaseGrantRequest, LeaseKeepAliveRequest, LeaseService, MaintenanceService, PutRequest, RangeRequest, RequestOp, TxnRequest, WatchCreateRequest,
  WatchRequest, WatchService,
} from '../../core/proto/gen/rpc.ts';
import { call, callHeaders, frame, FrameType, grpcMessage, headerBlock, mutated, preface, randomBytes } from './http2-bytes.ts';
import { http1, pieces, send } from './send.ts';

/** One connection that sends what it should not. Resolves when it is closed, by either side. */
export type Attack = (host: string, port: number, random: Random) => Promise<void>;

const paths = [
  KVService.range.path, KVService.put.path, KVService.txn.path, KVService.deleteRange.path, KVService.compact.path, WatchService.watch.path, LeaseService.leaseGrant.path,
  LeaseService.leaseKeepAlive.path, LeaseService.leaseTimeToLive.path, MaintenanceService.status.path, MaintenanceService.hashKv.path, '/grpc.health.v1.Health/Check', '/no.Such/Method', '*',
];

const key = (random: Random): Uint8Array => utf8(`fuzz/${randomInt(random, 50)}`);

/** A message that means something. */
function request(random: Random): { path: string; body: Uint8Array } {
  switch (randomInt(random, 6)) {
    case 0:
      return { path: KVService.put.path, body: PutRequest.encode({ key: key(random), value: randomBytes(random, randomInt(random, 2_000)) }) };
    case 1:
      return { path: KVService.range.path, body: RangeRequest.encode({ key: key(random), rangeEnd: utf8('fuzz/~'), limit: randomInt(random, 10), sortOrder: randomInt(random, 4), revision: randomInt(random, 3) }) };
    case 2:
      return { path: KVService.txn.path, body: TxnRequest.encode({ compare: [Compare.create({ key: key(random) })], success: [nested(random, randomInt(random, 200))] }) };
    case 3:
      return { path: KVService.deleteRange.path, body: DeleteRangeRequest.encode({ key: key(random) }) };
    case 4:
      return { path: LeaseService.leaseGrant.path, body: LeaseGrantRequest.encode({ ttl: 5 }) };
    default:
      return { path: WatchService.watch.path, body: WatchRequest.encode({ createRequest: WatchCreateRequest.create({ key: key(random), startRevision: randomInt(random, 5) }) }) };
  }
}

function nested(random: Random, depth: number): RequestOp {
  let op = RequestOp.create({ requestPut: PutRequest.create({ key: key(random), value: utf8('deep') }) });
  for (let i = 0; i < depth; i++) op = RequestOp.create({ requestTxn: TxnRequest.create({ success: [op] }) });
  return op;
}

const settings = frame(FrameType.settings, 0, 0);

function json(random: Random, depth = 0): string {
  const kinds = ['0', '-1', '"dw=="', '"*"', 'null', 'true', '1e400', '"9223372036854775808"', '99999999999999999999', '""', `"${'A'.repeat(randomInt(random, 500))}"`];
  if (depth > 4 || randomInt(random, 3) === 0) return pick(random, kinds);
  const names = ['key', 'range_end', 'value', 'lease', 'ID', 'TTL', 'compare', 'success', 'request_put', 'create_request', 'limit', 'sort_order', '__proto__', 'constructor', 'name', 'revision'];
  if (randomInt(random, 4) === 0) return `[${Array.from({ length: randomInt(random, 4) }, () => json(random, depth + 1)).join(',')}]`;
  return `{${Array.from({ length: randomInt(random, 5) }, () => `"${pick(random, names)}":${json(random, depth + 1)}`).join(',')}}`;
}

/** By name, so that a failure can say who was at it. */
export const attacks: Readonly<Record<string, Attack>> = {
  noise: (host, port, random) => send(host, port, pieces(random, randomBytes(random, randomInt(random, 4_000)))),
  noiseAfterPreface: (host, port, random) => send(host, port, [preface, ...pieces(random, randomBytes(random, randomInt(random, 4_000)))]),
  randomFrames: (host, port, random) => {
    const frames = Array.from({ length: 1 + randomInt(random, 30) }, () =>
      frame(randomInt(random, 12), randomInt(random, 256), randomInt(random, 2) === 0 ? randomInt(random, 12) : random.uint32(), randomBytes(random, randomInt(random, 64)), randomInt(random, 6) === 0 ? randomInt(random, 1 << 24) : undefined));
    return send(host, port, [preface, settings, ...frames]);
  },
  mutatedCalls: (host, port, random) => {
    const calls = Array.from({ length: 1 + randomInt(random, 10) }, (_, i) => {
      const { path, body } = request(random);
      return call(i * 2 + 1, path, randomInt(random, 2) === 0 ? mutated(random, Buffer.from(body)) : body);
    });
    const bytes = Buffer.concat([settings, ...calls]);
    return send(host, port, [preface, ...pieces(random, randomInt(random, 2) === 0 ? mutated(random, bytes) : bytes)]);
  },
  randomMessages: (host, port, random) =>
    send(host, port, [preface, settings, ...Array.from({ length: 10 }, (_, i) => call(i * 2 + 1, pick(random, paths), randomBytes(random, randomInt(random, 200))))]),
  hugeLengths: (host, port, random) => {
    const flag = randomInt(random, 3);
    const message = grpcMessage(randomBytes(random, 100), pick(random, [2 ** 32 - 1, 2 ** 31, 2_097_153, 2_097_152, 101]), flag);
    return send(host, port, [preface, settings, frame(FrameType.headers, 4, 1, callHeaders(pick(random, paths), flag > 0 ? [['grpc-encoding', pick(random, ['gzip', 'zstd', 'identity'])]] : [])), frame(FrameType.data, randomInt(random, 2), 1, message)], { linger: 300 });
  },
  halfMessages: (host, port, random) => {
    const { path, body } = request(random);
    const bytes = call(1, path, body);
    return send(host, port, [preface, settings, bytes.subarray(0, randomInt(random, bytes.length))], { linger: randomInt(random, 1_000) });
  },
  slowSender: (host, port, random) => {
    const { path, body } = request(random);
    return send(host, port, [...Buffer.concat([preface, settings, call(1, path, body)])].slice(0, 400).map((byte) => Buffer.from([byte])), { pauseMs: 3 });
  },
  headerFlood: (host, port, random) =>
    send(host, port, [preface, settings, frame(FrameType.headers, 0, 1, headerBlock([['x', 'y'.repeat(4_000)]])), ...Array.from({ length: 200 }, () => frame(FrameType.continuation, 0, 1, headerBlock([[`x${randomInt(random, 1000)}`, 'y'.repeat(8_000)]])))]),
  emptyFrameFlood: (host, port, random) =>
    send(host, port, [preface, settings, frame(FrameType.headers, 4, 1, callHeaders(pick(random, paths))), Buffer.concat(Array.from({ length: 5_000 }, () => pick(random, [frame(FrameType.data, 0, 1), settings, frame(FrameType.ping, 0, 0, new Uint8Array(8)), frame(FrameType.windowUpdate, 0, 0, Buffer.from([0, 0, 0, 1]))])))], { read: false }),
  rapidReset: (host, port, random) => {
    const { path, body } = request(random);
    return send(host, port, [preface, settings, Buffer.concat(Array.from({ length: 1_000 }, (_, i) => Buffer.concat([call(i * 2 + 1, path, body), frame(FrameType.rstStream, 0, i * 2 + 1, Buffer.from([0, 0, 0, 8]))])))]);
  },
  unreadAnswers: (host, port) =>
    send(host, port, [preface, frame(FrameType.settings, 0, 0, Buffer.from([0, 4, 0x7f, 0xff, 0xff, 0xff])), frame(FrameType.windowUpdate, 0, 0, Buffer.from([0x7f, 0, 0, 0])),
      Buffer.concat(Array.from({ length: 300 }, (_, i) => call(i * 2 + 1, KVService.range.path, RangeRequest.encode({ key: utf8('fuzz/'), rangeEnd: utf8('fuzz/~') }))))], { read: false, linger: 1_000 }),
  keepAlives: (host, port, random) =>
    send(host, port, [preface, settings, frame(FrameType.headers, 4, 1, callHeaders(LeaseService.leaseKeepAlive.path)), ...Array.from({ length: 50 }, () => frame(FrameType.data, 0, 1, grpcMessage(LeaseKeepAliveRequest.encode({ id: BigInt(randomInt(random, 1000)) }))))]),
  manyWatches: (host, port, random) =>
    send(host, port, [preface, settings, frame(FrameType.headers, 4, 1, callHeaders(WatchService.watch.path)), ...Array.from({ length: 200 }, () => frame(FrameType.data, 0, 1, grpcMessage(WatchRequest.encode({ createRequest: WatchCreateRequest.create({ key: key(random), watchId: BigInt(randomInt(random, 100)) }) }))))]),
  http1Noise: (host, port, random) =>
    send(host, port, pieces(random, http1(pick(random, [
      `GET /${'a'.repeat(randomInt(random, 40_000))} HTTP/1.1\r\n\r\n`, 'GET / HTTP/9.9\r\n\r\n', 'POST /v3/kv/range HTTP/1.1\r\nContent-Length: -1\r\n\r\n', `GET /health HTTP/1.1\r\n${'x: y\r\n'.repeat(randomInt(random, 5_000))}\r\n`,
      'GET http://[::bad/ HTTP/1.1\r\nHost: x\r\n\r\n', 'POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n', 'CONNECT x HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /metrics HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n',
      'GET /readyz?exclude=%ff%00&verbose HTTP/1.1\r\nHost: x\r\n\r\n', 'GET //// HTTP/1.1\r\nHost: \x01\r\n\r\n', 'GET /health HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50),
    ])))),
  slowHttp1: (host, port, random) => send(host, port, [...http1('POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"key":"'), ...Buffer.alloc(200, 65)].map((byte) => Buffer.from([byte])), { pauseMs: 2 + randomInt(random, 5) }),
  gateway: (host, port, random) => {
    const { post } = pick(random, routes.filter(({ post: path }) => !/compaction|member|alarm|defragment|snapshot/.test(path)));
    const body = randomInt(random, 4) === 0 ? mutated(random, Buffer.from(json(random))).toString('latin1') : json(random);
    return send(host, port, pieces(random, http1(`POST ${post} HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n${body}`)));
  },
  deepJson: (host, port, random) => {
    const depth = pick(random, [100, 10_000, 200_000]);
    const body = pick(random, ['['.repeat(depth), '{"success":[{"request_txn":'.repeat(Math.min(depth, 20_000)), `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`]);
    return send(host, port, [http1(`POST /v3/kv/txn HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`), http1(body)], { linger: 300 });
  },
  endlessJson: (host, port) =>
    send(host, port, [http1('POST /v3/kv/put HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{"key":"'), ...Array.from({ length: 100 }, () => http1(`10000\r\n${'A'.repeat(0x10000)}\r\n`))]),
};
