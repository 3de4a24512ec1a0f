import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Code, EtcdError } from '../../core/base/etcd-error.ts';
import { utf8 } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { KVService } from '../../core/proto/gen/rpc.ts';
import { eventually } from '../support/process.ts';
import { Target } from '../support/target.ts';
import { etcdPath, missing } from '../support/tools.ts';

const absent = missing(etcdPath);

describe.skipIf(absent !== undefined).each(['etcd', 'quorate'] as const)('%s without its members', (kind) => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.start(kind, 3);
  });
  afterAll(async () => {
    await target.stop();
  });

  const put = async (endpoint: string, timeoutMs = 15_000): Promise<void> => {
    const client = new EtcdClient([endpoint]);
    try {
      await client.write(KVService.put, { key: utf8('k'), value: utf8('v') }, { timeoutMs });
    } finally {
      client.close();
    }
  };
  const failureOf = (run: Promise<unknown>): Promise<EtcdError> =>
    run.then(
      () => {
        throw new Error('it succeeded');
      },
      (error: unknown) => {
        if (error instanceof EtcdError) return error;
        throw error;
      },
    );

  test('one killed: writes go on; two: they fail as etcd says; one back: they go on', async () => {
    await target.killMember(0);
    await eventually('writes go on', () => put(target.endpoints[2]!));
    await target.killMember(1);
    // A write proposed to a leader that has not noticed yet is given up after the server's own limit; later ones find none.
    const write = await failureOf(put(target.endpoints[2]!));
    expect([Code.unavailable, Code.deadlineExceeded]).toContain(write.code);
    expect(write.message).toMatch(/^(etcdserver: request timed out(, possibly due to (previous leader failure|connection lost))?|context deadline exceeded)$/);
    const client = new EtcdClient([target.endpoints[2]!]);
    const read = await failureOf(client.range({ key: utf8('k') }, { timeoutMs: 15_000 }));
    expect(read.code).toBe(Code.unavailable);
    expect(read.message).toMatch(/^etcdserver: (request timed out|leader changed)$/);
    expect((await client.range({ key: utf8('k'), serializable: true })).count).toBe(1);
    client.close();
    await target.startMember(1);
    await eventually('writes go on', () => put(target.endpoints[2]!));
    await target.startMember(0);
    for (const endpoint of target.endpoints) await eventually('writes at all', () => put(endpoint));
  });
});
