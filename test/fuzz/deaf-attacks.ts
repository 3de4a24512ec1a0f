import { utf8 } from '../../core/base/bytes.ts';
import { pick, randomInt, type Random } from '../../core/base/random.ts';
import { CampaignRequest, ElectionService, LeaderRequest } from '../../core/proto/gen/election.ts';
import { LockRequest, LockService } from '../../core/proto/gen/lock.ts';
import { KVService, LeaseKeepAliveRequest, LeaseService, MaintenanceService, PutRequest, RangeRequest, SnapshotRequest, WatchCreateRequest, WatchRequest, WatchService } from '../../core/proto/gen/rpc.ts';
import type { Attack } from './attacks.ts';
import { call, callHeaders, frame, FrameType, grpcMessage, preface, randomBytes } from './http2-bytes.ts';
import { deaf, http1, pieces, send } from './send.ts';

const post = (path: string, body: string, length: number | 'chunked' = body.length): Buffer =>
  http1(`POST ${path} HTTP/1.1\r\nHost: x\r\n${length === 'chunked' ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`}\r\n\r\n${length === 'chunked' ? `${body.length.toString(16)}\r\n${body}\r\n` : body}`);
const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** All keys of the attackers. */
const all = { key: utf8('fuzz/'), rangeEnd: utf8('fuzz0') };
const jsonWatch = JSON.stringify({ create_request: { key: base64('fuzz/'), range_end: base64('fuzz0'), start_revision: 1 } });

const settingsOf = (window: number): Buffer => {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(4, 0);
  payload.writeUInt32BE(window, 2);
  return frame(FrameType.settings, 0, 0, payload);
};
/** A stream that stays open for more. */
const open = (stream: number, path: string, ...messages: Uint8Array[]): Buffer =>
  Buffer.concat([frame(FrameType.headers, 4, stream, callHeaders(path)), ...messages.map((message) => frame(FrameType.data, 0, stream, grpcMessage(message)))]);
const puts = (random: Random, count: number, first: number): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, i) => call(first + i * 2, KVService.put.path, PutRequest.encode({ key: utf8(`fuzz/${randomInt(random, 50)}`), value: randomBytes(random, 1_000) }))));

/** Those who ask for much, read little, and leave in the middle: what was under way for them has to end. */
export const deafAttacks: Readonly<Record<string, Attack>> = {
  pipelinedUnread: (host, port, random) => send(host, port, [http1(get(pick(random, ['/metrics', '/metrics', '/health', '/version', '/nothing'])).repeat(1 + randomInt(random, 1_000)))], deaf(random)),
  pipelinedStreams: (host, port, random) =>
    send(host, port, pieces(random, Buffer.concat(Array.from({ length: 1 + randomInt(random, 20) }, () => (
      pick(random, [post('/v3/watch', jsonWatch), post('/v3/watch', jsonWatch, 'chunked'), post('/v3/maintenance/snapshot', '{}'), post('/v3/lease/keepalive', '{"ID":7}', 'chunked'), http1(get('/metrics')), post('/v3/kv/range', '{"key":"AA==","range_end":"AA=="}')]))))), deaf(random)),
  pipelinedBodies: (host, port, random) =>
    send(host, port, [post('/v3/watch', jsonWatch, pick(random, ['chunked', jsonWatch.length])), http1('0\r\n\r\n'), post('/v3/kv/put', 'x'.repeat(randomInt(random, 300_000)), 1_000_000)], deaf(random)),
  gatewayUnread: (host, port, random) => send(host, port, [pick(random, [post('/v3/watch', jsonWatch), post('/v3/maintenance/snapshot', '{}'), post('/v3/watch', jsonWatch, 'chunked')])], deaf(random)),
  gatewayKeepAlives: (host, port, random) => send(host, port, [post('/v3/lease/keepalive', '', 1 << 30), ...Array.from({ length: 20 }, () => http1('{"ID":7}\n'.repeat(5_000)))], deaf(random)),
  gatewayLocks: (host, port, random) =>
    send(host, port, [post('/v3/lock/lock', JSON.stringify({ name: base64('fuzz-lock') }), pick(random, [1 << 20, JSON.stringify({ name: base64('fuzz-lock') }).length])), Buffer.alloc(randomInt(random, 200_000), 32)], deaf(random)),
  watchUnread: (host, port, random) =>
    send(host, port, [preface, settingsOf(pick(random, [0, 0, 1_000, 65_535, 2 ** 31 - 1])), open(1, WatchService.watch.path, ...Array.from({ length: 1 + randomInt(random, 20) }, () => WatchRequest.encode({ createRequest: WatchCreateRequest.create({ ...all, startRevision: randomInt(random, 2) }) }))), puts(random, 100, 3)], deaf(random)),
  watchesComeAndGo: (host, port, random) =>
    send(host, port, [preface, settingsOf(0), open(1, WatchService.watch.path), ...Array.from({ length: 20 }, () => Buffer.concat(Array.from({ length: 200 }, () => Buffer.concat([
      frame(FrameType.data, 0, 1, grpcMessage(WatchRequest.encode({ createRequest: WatchCreateRequest.create({ ...all, watchId: 9n }) }))), frame(FrameType.data, 0, 1, grpcMessage(WatchRequest.encode({ cancelRequest: { watchId: 9n } }))),
    ]))))], deaf(random)),
  observeUnread: (host, port, random) => send(host, port, [preface, settingsOf(pick(random, [0, 1_000])), open(1, ElectionService.observe.path, LeaderRequest.encode({ name: utf8('fuzz') })), puts(random, 100, 3)], deaf(random)),
  snapshotUnread: (host, port, random) => send(host, port, [preface, settingsOf(pick(random, [0, 1_000, 2 ** 31 - 1])), ...Array.from({ length: 5 }, (_, i) => call(1 + i * 2, MaintenanceService.snapshot.path, SnapshotRequest.encode({})))], deaf(random)),
  noWindow: (host, port, random) => {
    const range = RangeRequest.encode(RangeRequest.create(all));
    return send(host, port, [preface, settingsOf(0), ...Array.from({ length: 10 }, (_, n) => Buffer.concat(Array.from({ length: 100 }, (_unused, i) => call(1 + (n * 100 + i) * 2, KVService.range.path, range))))], deaf(random));
  },
  silentStreams: (host, port, random) => {
    const path = pick(random, [KVService.range.path, WatchService.watch.path, LeaseService.leaseKeepAlive.path, MaintenanceService.snapshot.path, ElectionService.observe.path, LockService.lock.path]);
    return send(host, port, [preface, settingsOf(65_535), Buffer.concat(Array.from({ length: 2_000 }, (_, i) => open(1 + i * 2, path)))], deaf(random));
  },
  keepAliveFlood: (host, port, random) => {
    const many = Buffer.concat(Array.from({ length: 2_000 }, () => frame(FrameType.data, 0, 1, grpcMessage(LeaseKeepAliveRequest.encode({ id: 7n })))));
    return send(host, port, [preface, settingsOf(pick(random, [0, 65_535])), open(1, LeaseService.leaseKeepAlive.path), ...Array.from({ length: 20 }, () => many)], deaf(random));
  },
  waiters: (host, port, random) =>
    send(host, port, [preface, settingsOf(65_535), ...Array.from({ length: 5 }, (_, i) => (
      randomInt(random, 2) === 0 ? call(1 + i * 2, LockService.lock.path, LockRequest.encode({ name: utf8('fuzz-lock') })) : call(1 + i * 2, ElectionService.campaign.path, CampaignRequest.encode({ name: utf8('fuzz-election'), value: utf8('me') }))))], deaf(random)),
};
