import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { ElectionService } from '../../core/proto/gen/election.ts';
import { KVService, LeaseService, MaintenanceService, RangeRequest, WatchService } from '../../core/proto/gen/rpc.ts';
import { differing } from './differences.ts';
import { eachServer } from './servers.ts';
import { framed, WireConnection } from './wire-call.ts';

const message = RangeRequest.encode({ key: utf8('a') });
const ok = framed(message);
const nothing = new Uint8Array(0);

eachServer('gRPC on the wire', 1, (server) => {
  let wire: WireConnection;
  beforeAll(() => {
    wire = new WireConnection(server.target.endpoints[0]!);
  });
  afterAll(() => wire?.close());
  const range = (headers: Readonly<Record<string, string>>, body: Uint8Array = ok) => wire.ask({ ':path': KVService.range.path, ...headers }, body);
  const at = (path: string, body: Uint8Array = ok) => wire.ask({ ':path': path }, body);
  const expected = (name: Parameters<typeof differing>[0]): unknown => differing(name, server.kind);

  test('methods by their paths', async () => {
    expect(await at('/etcdserverpb.KV/Range')).toBe('0');
    expect(await at('/etcdserverpb.KV/Range?x=1')).toBe('12 unknown method Range?x=1 for service etcdserverpb.KV');
    expect(await at('/etcdserverpb.KV/')).toBe('12 unknown method  for service etcdserverpb.KV');
    expect(await at('/etcdserverpb.kv/range')).toBe('12 unknown service etcdserverpb.kv');
    expect(await at('/etcdserverpb.KV/Range/more')).toBe('12 unknown service etcdserverpb.KV/Range');
    expect(await at('/nothing')).toBe(expected('malformedMethod'));
  });

  test('messages that are none, or not whole', async () => {
    expect(await range({}, framed(new Uint8Array([0xff, 0xff, 0xff])))).toBe('13 grpc: error unmarshalling request: unexpected EOF');
    expect(await range({}, framed(new Uint8Array([0x0a, 5, 0x61])))).toBe('13 grpc: error unmarshalling request: unexpected EOF');
    expect(await range({}, framed(new Uint8Array([8, 5])))).toBe('13 grpc: error unmarshalling request: proto: wrong wireType = 0 for field Key');
    expect(await range({}, framed(message, { length: 100 }))).toBe('2 unexpected EOF');
    expect(await range({}, new Uint8Array(2))).toBe(expected('cutHead'));
    expect(await range({}, nothing)).toBe('2 EOF');
    expect(await range({}, Buffer.concat([ok, ok]))).toBe('0');
    expect(await range({}, framed(message, { length: 0x7fff_ffff }))).toBe('8 grpc: received message larger than max (2147483647 vs. 2097152)');
  });

  test('streams without a message, or with none that is one', async () => {
    for (const { path } of [MaintenanceService.snapshot, ElectionService.observe]) expect(await at(path, nothing), path).toBe(expected('noMessage'));
    expect(await at(LeaseService.leaseKeepAlive.path, nothing)).toBe('0');
    for (const { path } of [MaintenanceService.snapshot, WatchService.watch, LeaseService.leaseKeepAlive]) {
      expect(await at(path, framed(new Uint8Array([0xff, 0xff]))), path).toBe(expected('streamUnmarshal'));
      expect(await at(path, framed(new Uint8Array(1), { length: 9 })), path).toBe('13 unexpected EOF');
    }
  });

  test('compression', async () => {
    const squeezed = gzipSync(message);
    expect(await range({ 'grpc-encoding': 'identity' })).toBe('0');
    expect(await range({ 'grpc-encoding': 'gzip' }, framed(squeezed, { flag: 1 }))).toBe(expected('gzip'));
    expect(await range({ 'grpc-encoding': 'snappy' }, framed(message, { flag: 1 }))).toBe('12 grpc: Decompressor is not installed for grpc-encoding "snappy"');
    expect(await range({ 'grpc-encoding': 'snappy' })).toBe('12 grpc: Decompressor is not installed for grpc-encoding "snappy"');
    expect(await range({}, framed(squeezed, { flag: 1 }))).toBe('13 grpc: compressed flag set with identity or empty encoding');
    expect(await range({}, framed(message, { flag: 7 }))).toBe('13 grpc: received unexpected payload format 7');
  });

  test('content types, verbs and timeouts', async () => {
    for (const type of ['application/grpc+proto', 'application/grpc+json', 'application/grpc;x=1']) expect(await range({ 'content-type': type }), type).toBe('0');
    expect(await range({ 'content-type': 'application/json' })).toBe(expected('otherContentType'));
    expect(await range({ ':method': 'PUT' })).toBe(expected('otherVerb'));
    expect(await range({ 'grpc-timeout': '99999999H' })).toBe('0');
    expect(await range({ 'grpc-timeout': '5x' })).toBe(expected('timeoutUnit'));
    expect(await range({ 'grpc-timeout': '123456789S' })).toBe(expected('timeoutLength'));
  });

  test('metadata that says nothing while authentication is off', async () => {
    expect(await range({ hasleader: 'yes', 'x-bin': 'AAE' })).toBe('0');
    expect(await range({ token: 'abc' })).toBe(expected('strayToken'));
    expect(await range({ authorization: 'Bearer abc' })).toBe(expected('strayToken'));
  });
});
