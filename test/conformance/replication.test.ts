import { afterEach, describe, expect, test } from 'vitest';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { MemberProgressState, ReplicationService, type ProgressResponse } from '../../core/proto/gen/quorate.ts';
import { ClusterService, MaintenanceService, type Member } from '../../core/proto/gen/rpc.ts';
import { eventually } from '../support/process.ts';
import { calm, Target, type Kind } from '../support/target.ts';
import { etcdPath, missing } from '../support/tools.ts';
import { failure, put } from './raw.ts';

/** What our members tell beyond etcd: how far each is, and learners that are promoted by themselves. */
let target: Target | undefined;
let client: EtcdClient;

async function start(kinds: readonly Kind[], ownFlags: readonly string[] = []): Promise<Target> {
  target = await Target.mixed(kinds, { flags: calm, ownFlags });
  client = new EtcdClient(target.endpoints);
  return target;
}

afterEach(async () => {
  client.close();
  await target?.stop();
  target = undefined;
});

const progress = (endpoint: number): Promise<ProgressResponse> => client.at(endpoint, ReplicationService.progress, {});
const members = async (): Promise<Member[]> => (await client.at(0, ClusterService.memberList, {})).members;

/** A learner that runs; returns its position. */
async function learner(kind: Kind = 'quorate'): Promise<{ position: number; id: bigint }> {
  const position = await target!.addSlot(kind);
  const { member } = await eventually('its addition', () => client.at(0, ClusterService.memberAdd, { peerUrls: [target!.peerUrls[position]!], isLearner: true }));
  await target!.startMember(position, 'existing');
  client.setEndpoints(target!.endpoints);
  return { position, id: member!.id };
}

describe('of ours', () => {
  test('the leader tells of all, a follower who leads, a learner refuses; over JSON as well', async () => {
    await start(['quorate', 'quorate', 'quorate']);
    await put(client, 'k');
    const leader = await eventually('a leader', async () => {
      const answers = await Promise.all([0, 1, 2].map((i) => client.status(i)));
      const at = answers.findIndex(({ header, leader: id }) => header!.memberId === id);
      expect(at).toBeGreaterThanOrEqual(0);
      return at;
    });
    const { position, id } = await learner();
    const told = await eventually('the learner in sync, and nobody behind', async () => {
      const answer = await progress(leader);
      expect(answer.members.find((member) => member.id === id)?.inSyncMs).toBeDefined();
      expect(answer.members.filter((member) => member.id !== answer.leader).map(({ state }) => state)).toEqual(Array.from({ length: 3 }, () => MemberProgressState.REPLICATE));
      return answer;
    });
    const ids = (await members()).map((member) => member.id);
    expect(told.members.map((member) => member.id)).toEqual(ids);
    expect(told).toMatchObject({ leader: told.header!.memberId, maxLearners: 1, learnerAutoPromoteMs: 0 });
    expect(told.leaderMatch).toBe(told.members.find((member) => member.id === told.leader)!.match);
    for (const member of told.members) {
      expect(member).toMatchObject({ isLearner: member.id === id, promotesInMs: undefined, snapshot: undefined });
      if (member.id === told.leader) continue;
      expect(member.activeMs).toBeGreaterThanOrEqual(0);
      expect(member.match).toBeLessThanOrEqual(told.leaderMatch);
      expect(member.ratioPpm).toBe(Math.floor((member.match * 1e6) / told.leaderMatch));
      expect(member.inSyncMs === undefined).toBe(member.id !== id);
    }

    const follower = [0, 1, 2].find((i) => i !== leader)!;
    expect(await progress(follower)).toMatchObject({ leader: told.leader, leaderMatch: 0, maxLearners: 1, members: [] });
    expect(await failure(progress(position))).toMatch(/rpc not supported for learner$/);

    const response = await fetch(`${target!.endpoints[leader]}/v3/quorate/progress`, { method: 'POST', body: '{}' });
    const json = (await response.json()) as { leader: string; leader_match: string; members: { ID: string; is_learner?: boolean; in_sync_ms?: string; state?: string }[] };
    expect(json.leader).toBe(String(told.leader));
    expect(Number(json.leader_match)).toBeGreaterThan(0);
    expect(json.members.find((member) => member.ID === String(id))).toMatchObject({ is_learner: true, state: 'REPLICATE', in_sync_ms: expect.stringMatching(/^\d+$/) });
  });

  test('a learner is promoted by itself when it has been in sync, and counted; the next one too', async () => {
    await start(['quorate'], ['--experimental-learner-auto-promote=700ms']);
    for (const expected of [1, 2]) {
      const { id, position } = await learner();
      await eventually('it is a voter', async () => expect((await members()).find((member) => member.id === id)!.isLearner).toBe(false));
      expect(await client.status(position)).toMatchObject({ isLearner: false });
      expect(await (await fetch(`${target!.endpoints[0]}/metrics`)).text()).toMatch(new RegExp(`^etcd_server_learner_promote_successes ${expected}$`, 'm'));
    }
    expect(target!.output(0).match(/promoting a learner that has been in sync for long enough/g)).toHaveLength(2);
  });
});

test('a member that allows fewer learners than there are does not start, be it new or not', async () => {
  await start(['quorate'], ['--max-learners=2']);
  const positions = [await target!.addSlot(), await target!.addSlot()];
  for (const position of positions) {
    await eventually('its addition', () => client.at(0, ClusterService.memberAdd, { peerUrls: [target!.peerUrls[position]!], isLearner: true }));
  }
  const refusal = /membership: too many learner members in cluster: there are 2, and --max-learners is 1/;
  const refused = async (position: number, state: 'new' | 'existing'): Promise<void> => {
    const program = target!.launchMember(position, state, ['--max-learners=1']);
    await program.saying(refusal);
    expect((await program.exited).code).toBe(1);
  };
  await refused(positions[0]!, 'existing');
  // Nothing is left of the attempt: it joins as a newcomer.
  await target!.startMember(positions[0]!, 'existing');
  await target!.stopMember(0);
  await refused(0, 'new');
  await target!.startMember(0);
  expect((await members()).filter((member) => member.isLearner)).toHaveLength(2);
});

test.skipIf(missing(etcdPath) !== undefined)('a learner of etcd’s is promoted by itself, too, when one of ours leads', async () => {
  await start(['quorate', 'etcd'], ['--experimental-learner-auto-promote=700ms']);
  const [ours, theirs] = await Promise.all([client.status(0), client.status(1)]);
  if (ours.leader !== ours.header!.memberId) await client.at(1, MaintenanceService.moveLeader, { targetId: ours.header!.memberId });
  expect(theirs.version).not.toBe(ours.version);
  const { id, position } = await learner('etcd');
  await eventually('it is a voter', async () => expect((await members()).find((member) => member.id === id)!.isLearner).toBe(false));
  await eventually('it knows', async () => expect(await client.status(position)).toMatchObject({ isLearner: false }));
});

test.skipIf(missing(etcdPath) !== undefined)('of etcd: the service is not there, and says so', async () => {
  await start(['etcd']);
  expect(await failure(progress(0))).toMatch(/^12 /);
});
