import { Client, credentials, type ServiceError } from '@grpc/grpc-js';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { Code } from '../../core/base/etcd-error.ts';
import { addressOf } from '../../core/client/etcd-client.ts';
import { WatchCreateRequest, WatchRequest, WatchResponse, WatchService } from '../../core/proto/gen/rpc.ts';
import { frame, FrameType, preface } from '../fuzz/http2-bytes.ts';
import { eachServer } from './servers.ts';

eachServer('Keep-alive', 1, (server) => {
  test('a client that pings more often than it may is sent away', async () => {
    const client = new Client(addressOf(server.target.endpoints[0]!), credentials.createInsecure(), { 'grpc.keepalive_time_ms': 20, 'grpc.keepalive_timeout_ms': 5_000 });
    const watch = client.makeBidiStreamRequest<WatchRequest, WatchResponse>(WatchService.watch.path, (message) => Buffer.from(WatchRequest.encode(message)), (bytes) => WatchResponse.decode(bytes));
    const created = new Promise((done) => watch.once('data', done));
    const failed = new Promise<ServiceError>((done) => watch.once('error', done));
    watch.write(WatchRequest.create({ createRequest: WatchCreateRequest.create({ key: utf8('quiet') }) }));
    await created;
    // grpc-js tells ENHANCE_YOUR_CALM so.
    expect((await failed).code).toBe(Code.resourceExhausted);
    client.close();
  });

  test('a connection that is dead is pinged, and closed', async () => {
    const { hostname, port } = new URL(server.target.endpoints[0]!);
    const socket = connect(Number(port), hostname);
    socket.write(Buffer.concat([preface, frame(FrameType.settings, 0, 0)]));
    let pings = 0;
    let bytes = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      while (bytes.length >= 9 && bytes.length >= 9 + bytes.readUIntBE(0, 3)) {
        if (bytes[3] === FrameType.ping && (bytes[4]! & 1) === 0) pings++;
        bytes = bytes.subarray(9 + bytes.readUIntBE(0, 3));
      }
    });
    socket.on('error', () => {});
    await new Promise((closed) => socket.once('close', closed));
    expect(pings).toBe(1);
  });
}, { flags: ['--grpc-keepalive-min-time=300ms', '--grpc-keepalive-interval=1s', '--grpc-keepalive-timeout=300ms'] });
