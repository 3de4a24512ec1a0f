import { connect, type Settings } from 'node:http2';
import { expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { KVService, RangeRequest, RangeResponse } from '../../core/proto/gen/rpc.ts';
import { differing } from './differences.ts';
import { failure, opRange, put, refusals, revisionOf, Watching } from './raw.ts';
import { eachServer } from './servers.ts';
import { WireConnection } from './wire-call.ts';

const flags = ['--max-txn-ops=3', '--max-request-bytes=10000', '--max-concurrent-streams=7', '--experimental-watch-progress-notify-interval=200ms'];

eachServer('Settings', 1, (server) => {
  test('operations of a transaction', async () => {
    const ops = ['a', 'b', 'c', 'd'].map((key) => opRange(key));
    expect(await failure(server.client.txn({ success: ops.slice(0, 3) }))).toBe('succeeded');
    expect(await failure(server.client.txn({ success: ops }))).toBe(refusals.tooManyOps);
  });

  test('bytes of a request', async () => {
    expect(await failure(put(server.client, 'big', 'x'.repeat(9_900)))).toBe('succeeded');
    expect(await failure(put(server.client, 'big', 'x'.repeat(10_000)))).toBe(refusals.requestTooLarge);
    expect(await failure(put(server.client, 'big', 'x'.repeat(540_000)))).toMatch(/^8 grpc: received message larger than max \(5400\d\d vs\. 534288\)$/);
  });

  test('notices of progress go to those who asked for them, while nothing else is told', async () => {
    const stream = new Watching(server.client);
    stream.create({ key: utf8('p'), progressNotify: true });
    stream.create({ key: utf8('p') });
    await stream.come(2);
    await put(server.client, 'elsewhere');
    const now = await revisionOf(server.client);
    const notices = () => stream.seen.filter(({ created, watchId, header }) => !created && watchId === 0n && header!.revision === now);
    await stream.until('two notices', () => notices().length >= 2);
    for (const notice of notices()) expect(notice).toMatchObject({ events: [], canceled: false, cancelReason: '', compactRevision: 0 });
    expect(stream.seen.filter(({ created, watchId }) => !created && watchId === 1n)).toEqual([]);
    await put(server.client, 'p', 'x');
    await stream.until('the event', () => stream.told(0n).length === 1 && stream.told(1n).length === 1);
    stream.close();
  });

  test('calls of a connection: seven at once, the eighth when one of them is over', async () => {
    const session = connect(server.target.endpoints[0]!);
    const settings = await new Promise<Settings>((resolve, reject) => {
      session.once('remoteSettings', resolve);
      session.once('error', reject);
    });
    expect(settings.maxConcurrentStreams).toBe(7);
    session.destroy();
    const client = server.clientOf(0);
    const watches = Array.from({ length: 7 }, () => new Watching(client));
    for (const watching of watches) watching.create({ key: utf8('seven') });
    await Promise.all(watches.map((watching) => watching.come(1)));
    const order: string[] = [];
    const eighth = client.range({ key: utf8('seven') }).then(() => order.push('eighth'));
    // Another connection is not held up by them.
    await put(server.client, 'seven');
    await Promise.all(watches.map((watching) => watching.come(2)));
    order.push('told');
    watches[0]!.close();
    await eighth;
    expect(order).toEqual(['told', 'eighth']);
    for (const watching of watches) watching.close();
    client.close();
  });

  test('a client’s word for its version is UTF-8', async () => {
    const wire = new WireConnection(server.target.endpoints[0]!);
    const ask = (version: string) => wire.call(KVService.range, { key: utf8('a') }, { 'client-api-version': version });
    expect([await ask('3.6'), await ask(Buffer.from('zwölf').toString('latin1'))]).toEqual(['0', '0']);
    const refused = differing('invalidClientVersion', server.kind);
    if (refused !== undefined) expect(await ask('\xff')).toBe(refused);
    wire.close();
  });

  test('methods and services that there are not', async () => {
    const codec = { request: RangeRequest, response: RangeResponse };
    expect(await failure(server.client.at(0, { path: '/etcdserverpb.KV/Nothing', ...codec }, {}))).toBe('12 unknown method Nothing for service etcdserverpb.KV');
    expect(await failure(server.client.at(0, { path: '/nowhere.Service/Nothing', ...codec }, {}))).toBe('12 unknown service nowhere.Service');
    expect(await failure(server.client.at(0, KVService.range, { key: utf8('a') }))).toBe('succeeded');
  });
}, { flags });
