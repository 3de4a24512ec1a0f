import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fleet } from './fleet.ts';
import { localUrl } from './hosted-cluster.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'quorate-fleet-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const open = (): Promise<Fleet> => Fleet.open({ home, log: { log() {} }, changed() {} });
const names = (fleet: Fleet): string[] => fleet.get('c')!.members.map(({ config }) => config.name);

test('members that came and went are remembered, and no name is given twice', async () => {
  let fleet = await open();
  await fleet.create('c', 3);
  const reserved = await fleet.reserveMember('c');
  expect(reserved.name).toBe('m4');
  const taken = new Set(fleet.get('c')!.members.flatMap(({ config }) => [...config.listenClientUrls, ...config.listenPeerUrls]));
  expect(taken.has(localUrl(reserved.ports.client)) || taken.has(localUrl(reserved.ports.peer))).toBe(false);
  const initialCluster = [{ name: 'm4', peerUrls: [localUrl(reserved.ports.peer)] }];
  await fleet.addMember('c', { id: 'beef', ...reserved, initialCluster });
  await fleet.removeMember('c', 'm2');
  await fleet.close();

  fleet = await open();
  expect(names(fleet)).toEqual(['m1', 'm3', 'm4']);
  const added = fleet.get('c')!.members[2]!.config;
  expect(added).toMatchObject({ initialClusterState: 'existing', initialCluster, listenClientUrls: [localUrl(reserved.ports.client)] });
  expect(fleet.get('c')!.members[0]!.config.initialClusterState).toBe('new');
  expect(fleet.get('c')!.endpoints).toHaveLength(3);
  // Whom it joins may change until it has run.
  const later = [...initialCluster, { name: 'm5', peerUrls: ['http://10.0.0.5:2380'] }];
  await fleet.setInitialCluster('c', 'm4', later);
  expect(fleet.get('c')!.members[2]!.config.initialCluster).toEqual(later);
  await fleet.removeMember('c', 'm4');
  expect(fleet.get('c')!.nextName()).toBe('m5');
  await fleet.close();

  const { clusters } = JSON.parse(readFileSync(join(home, 'clusters.json'), 'utf8')) as { clusters: { removed: string[] }[] };
  expect(clusters[0]!.removed).toEqual(['m2', 'm4']);
});

test('a cluster is started without its newcomers: they join when others can be asked', async () => {
  const fleet = await open();
  const cluster = await fleet.create('c', 1);
  const reserved = await fleet.reserveMember('c');
  await fleet.addMember('c', { id: 'beef', ...reserved, initialCluster: [] });
  await fleet.start('c');
  expect(cluster.members.map(({ state }) => state)).toEqual(['starting', 'stopped']);
  await fleet.close();
});

test('a cluster may be made to promote its learners by itself, and remembers it', async () => {
  let fleet = await open();
  await fleet.create('c', 1, { learnerAutoPromoteMs: 10_000 });
  await fleet.create('d', 1);
  await fleet.close();
  fleet = await open();
  expect(['c', 'd'].map((name) => fleet.get(name)!.members[0]!.config.learnerAutoPromoteMs)).toEqual([10_000, 0]);
  await fleet.close();
});

test('promotion of learners is changed later: remembered at once, and taken up by members when they start', async () => {
  let fleet = await open();
  const { members } = await fleet.create('c', 1);
  const [member] = members;
  expect(member!.outdated).toBe(false);
  await fleet.start('c');
  await fleet.setLearnerAutoPromote('c', 5_000);
  expect([member!.outdated, member!.config.learnerAutoPromoteMs]).toEqual([true, 5_000]);
  await fleet.setLearnerAutoPromote('c', 0);
  expect(member!.outdated).toBe(false);
  await fleet.setLearnerAutoPromote('c', 7_000);
  await member!.stop();
  expect(member!.outdated).toBe(false);
  await fleet.close();
  fleet = await open();
  expect(fleet.get('c')!.definition.learnerAutoPromoteMs).toBe(7_000);
  await fleet.close();
});

test('only a home in which nothing was ever kept is fresh: clusters that were removed do not come back', async () => {
  let fleet = await open();
  expect(fleet.fresh).toBe(true);
  await fleet.create('c', 1);
  await fleet.remove('c');
  await fleet.close();
  fleet = await open();
  expect([fleet.fresh, fleet.list()]).toEqual([false, []]);
  await fleet.close();
});
