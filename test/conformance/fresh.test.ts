import { expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { ClusterService, KVService, MaintenanceService } from '../../core/proto/gen/rpc.ts';
import { differing } from './differences.ts';
import { failure, put, refusals } from './raw.ts';
import { eachServer } from './servers.ts';

eachServer('A fresh member', 1, (server) => {
  test('is at revision 1, names its cluster and itself, and compacts at 0 once', async () => {
    const { client } = server;
    const { header } = await client.range({ key: utf8('none') });
    expect(header!.revision).toBe(1);
    expect(header!.clusterId).not.toBe(0n);
    expect(header!.raftTerm).toBeGreaterThan(0);
    const list = await client.at(0, ClusterService.memberList, {});
    expect(list.members.map((member) => member.id)).toEqual([header!.memberId]);
    // Cluster services tell no revision.
    expect(list.header).toMatchObject({ revision: 0, clusterId: header!.clusterId });
    expect((await client.at(0, KVService.compact, {})).header!.revision).toBe(1);
    expect(await failure(client.at(0, KVService.compact, {}))).toBe(refusals.compacted);
    expect((await put(client, 'first')).header!.revision).toBe(2);
  });

  test('tells its state', async () => {
    const status = await server.status(0);
    expect(status).toMatchObject({ isLearner: false, errors: [], header: { revision: expect.any(Number) } });
    expect(status.leader).toBe(status.header!.memberId);
    expect(status.version).toMatch(differing('version', server.kind) as RegExp);
    expect(status.raftIndex).toBeGreaterThan(0);
    expect(status.raftAppliedIndex).toBe(status.raftIndex);
    expect(status.raftTerm).toBe(status.header!.raftTerm);
    expect(status.dbSize).toBeGreaterThanOrEqual(status.dbSizeInUse);
    expect(status.dbSizeInUse).toBeGreaterThan(0);
    const of36 = differing('statusOf36', server.kind);
    expect([status.storageVersion !== '', status.dbSizeQuota === 2 * 1024 ** 3, status.downgradeInfo !== undefined]).toEqual([of36, of36, of36]);
    const alarms = await server.client.at(0, MaintenanceService.alarm, {});
    expect([alarms.alarms, alarms.header !== undefined]).toEqual([[], differing('alarmHeader', server.kind)]);
  });

  test('answers plain HTTP on the client port: health, version, nothing else', async () => {
    const [endpoint] = server.target.endpoints;
    const health = await fetch(`${endpoint}/health`);
    expect([health.status, ((await health.json()) as { health: string }).health]).toEqual([200, 'true']);
    const version = (await (await fetch(`${endpoint}/version`)).json()) as { etcdserver: string; etcdcluster: string };
    expect(version.etcdserver).toMatch(differing('version', server.kind) as RegExp);
    expect(version.etcdcluster).toMatch(/^3\.\d+\.0$/);
    expect((await fetch(`${endpoint}/nothing/here`)).status).toBe(404);
  });
});
