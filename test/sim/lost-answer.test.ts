import { expect, test } from 'vitest';
import { put } from '../../core/api/kv.ts';
import { utf8 } from '../../core/base/bytes.ts';
import type { MemberHost } from '../../core/member/host.ts';
import { PutRequest } from '../../core/proto/gen/rpc.ts';
import { newMessage } from '../../core/raft/message.ts';
import { MessageType } from '../../core/raft/types.ts';
import { World, type SimMember } from './world.ts';

/** Has `writes` keys put on a host and lets the world go on until they are, or for so long. Returns how many are. */
async function write(world: World, host: MemberHost, writes: number, forMs: number): Promise<number> {
  let done = 0;
  for (let i = 0; i < writes; i++) {
    put(host, PutRequest.create({ key: utf8(`k${i}`), value: utf8('v') }), { deadlineMs: Infinity, signal: undefined }).then(() => done++, () => {});
  }
  await world.run(forMs);
  return done;
}

test('a leader that has lost all answers about a snapshot learns where its follower is, though it has nothing newer to send', async () => {
  const world = new World(1, () => {}, { members: 3 });
  for (const member of world.members) member.config = { ...member.config, snapshotCount: 5, snapshotCatchupEntries: 1 };
  await world.restartSome(true);
  await world.run(8_000);
  const leader = world.up.find(({ running }) => running!.host.status().role === 'leader')!;
  const [follower, other] = world.members.filter((member) => member !== leader) as [SimMember, SimMember];
  const { host } = leader.running!;
  for (const member of [leader, other]) {
    world.network.cut(follower.id!, member.id!);
    world.network.cut(member.id!, follower.id!);
  }
  expect(await write(world, host, 40, 5_000)).toBe(40);
  // The follower is sent a snapshot; what it answers does not arrive.
  world.network.attach(leader.id!, {
    receive: (message) => {
      if (message.type !== MessageType.appResp || message.from !== follower.id || message.reject) host.receive(message);
    },
    unreachable: (id) => host.unreachable(id), removed: () => host.removed(), receiveSnapshot: (message, byteLength, body) => host.receiveSnapshot(message, byteLength, body),
    snapshotSent: (id) => host.snapshotSent(id, false),
  });
  world.heal();
  await world.run(5_000);
  expect(world.snapshots).toBeGreaterThan(0);
  expect(follower.running!.host.status().committedIndex).toBe(host.status().committedIndex);
  // Now everything arrives, but the third member is gone: without the follower nothing can be committed.
  world.network.attach(leader.id!, {
    receive: (message) => host.receive(message), unreachable: (id) => host.unreachable(id), removed: () => host.removed(),
    receiveSnapshot: (message, byteLength, body) => host.receiveSnapshot(message, byteLength, body), snapshotSent: (id, ok) => host.snapshotSent(id, ok),
  });
  world.crash(other);
  expect(await write(world, host, 5, 5_000)).toBe(5);
  expect(host.status().role).toBe('leader');
});

test('a snapshot of nothing new is not heard by raft when it is of no term, or of one that is over', async () => {
  const world = new World(2, () => {}, { members: 3 });
  world.heal();
  await world.restartSome(true);
  await world.run(8_000);
  const [follower, other] = world.up.filter(({ running }) => running!.host.status().role === 'follower') as [SimMember, SimMember];
  const { host } = follower.running!;
  const { term, leader } = host.status();
  const metadata = { index: 1, term: 1, confState: host.configuration() };
  for (const old of [0, term - 1]) {
    const message = newMessage(MessageType.snap, { from: other.id!, to: follower.id!, term: old, snapshot: { data: new Uint8Array(0), metadata } });
    await expect(host.receiveSnapshot(message, 0, (async function* () {})())).rejects.toThrow(/nothing new/);
    await world.run(1);
    expect(host.status()).toMatchObject({ term, leader });
  }
});
