import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { freePorts } from '../../test/support/process.ts';
import type { ClusterStatus, MemberView } from '../contract/types.ts';
import { Desk } from './desk.ts';

const key = 'hosted:c';
const waiting = { timeout: 30_000, interval: 50 };
let home: string;
let desk: Desk;
let status: ClusterStatus | undefined;
const stop = new AbortController();

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'quorate-desk-'));
  const [c1, p1, c2, p2, c3, p3] = await freePorts(6);
  const ports = [{ client: c1, peer: p1 }, { client: c2, peer: p2 }, { client: c3, peer: p3 }];
  writeFileSync(join(home, 'clusters.json'), JSON.stringify({ version: 1, clusters: [{ name: 'c', token: 'restart', ports }] }));
  desk = await Desk.open({ home, log: { log() {} }, transport: 'ipc' });
  void (async () => {
    for await (const next of desk.status(key, stop.signal)) status = next;
  })();
  await vi.waitFor(() => expect(status?.cluster.health).toBe('healthy'), waiting);
}, 60_000);
afterEach(async () => {
  stop.abort();
  await desk.close();
  rmSync(home, { recursive: true, force: true });
}, 60_000);

const members = (): MemberView[] => status!.members;
const outdated = (): string[] => members().filter((member) => member.process!.outdated).map(({ name }) => name);

test('members take new settings up one after the other, and none goes while another is missing', { timeout: 60_000 }, async () => {
  await desk.configureCluster({ cluster: key, learnerAutoPromoteMs: 5_000 });
  await vi.waitFor(() => expect(outdated()).toEqual(['m1', 'm2', 'm3']), waiting);
  expect(status!.cluster.settings).toEqual({ learnerAutoPromoteMs: 5_000 });
  expect(status!.learners?.autoPromoteMs).toBe(0);

  const [first, second, third] = members().map(({ id }) => id);
  const going = desk.restartMember(key, first!);
  await expect(desk.restartMember(key, second!)).rejects.toThrow('m1 is not up, and without m2 there would be no quorum: start it first');
  await going;
  await desk.restartMember(key, second!);
  await desk.restartMember(key, third!);
  await vi.waitFor(() => expect([outdated(), status!.learners?.autoPromoteMs]).toEqual([[], 5_000]), waiting);
});
