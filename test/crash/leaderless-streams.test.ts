import { Client, credentials, Metadata, type ClientDuplexStream, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { addressOf } from '../../core/client/etcd-client.ts';
import { LeaseKeepAliveRequest, LeaseService, WatchCreateRequest, WatchRequest, WatchResponse, WatchService } from '../../core/proto/gen/rpc.ts';
import { Target } from '../support/target.ts';
import { etcdPath, missing } from '../support/tools.ts';

const absent = missing(etcdPath);

describe.skipIf(absent !== undefined).each(['etcd', 'quorate'] as const)('streams of %s without a leader', (kind) => {
  let target: Target;
  let channel: Client;
  beforeAll(async () => {
    target = await Target.start(kind, 3);
    channel = new Client(addressOf(target.endpoints[0]!), credentials.createInsecure());
  });
  afterAll(async () => {
    channel?.close();
    await target?.stop();
  });

  const open = (path: string, first: Uint8Array, hasLeader: boolean): { call: ClientDuplexStream<Buffer, Buffer>; messages: Buffer[]; status: Promise<string> } => {
    const metadata = new Metadata();
    if (hasLeader) metadata.set('hasleader', 'true');
    const call = channel.makeBidiStreamRequest<Buffer, Buffer>(path, (bytes) => bytes, (bytes) => bytes, metadata);
    const messages: Buffer[] = [];
    call.on('data', (message: Buffer) => messages.push(message));
    const status = new Promise<string>((resolve) => {
      call.on('error', (error: ServiceError) => resolve(`${error.code} ${error.details}`));
      call.on('end', () => resolve('ended'));
    });
    call.write(Buffer.from(first));
    return { call, messages, status };
  };
  const watch = (hasLeader: boolean) =>
    open(WatchService.watch.path, WatchRequest.encode({ createRequest: WatchCreateRequest.create({ key: utf8('k') }) }), hasLeader);
  const message = (call: ClientDuplexStream<Buffer, Buffer>): Promise<Buffer> => new Promise((resolve) => void call.once('data', resolve));

  test('those of clients that want a leader end, the others stay, new ones are refused', async () => {
    const demanding = watch(true);
    const patient = watch(false);
    const renewing = open(LeaseService.leaseKeepAlive.path, LeaseKeepAliveRequest.encode({ id: 1n }), true);
    await Promise.all([demanding, patient, renewing].map(({ call }) => message(call)));
    await Promise.all([target.killMember(1), target.killMember(2)]);
    expect(await demanding.status).toBe('14 etcdserver: no leader');
    if (kind === 'quorate') expect(await renewing.status).toBe('14 etcdserver: no leader');
    expect(await watch(true).status).toBe('14 etcdserver: no leader');
    // Still there: it takes a second watcher.
    const answer = message(patient.call);
    patient.call.write(Buffer.from(WatchRequest.encode({ createRequest: WatchCreateRequest.create({ key: utf8('l') }) })));
    expect(WatchResponse.decode(await answer)).toMatchObject({ watchId: 1n, created: true, canceled: false });
    for (const { call } of [patient, renewing]) call.cancel();
  });
});
