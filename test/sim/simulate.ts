import { put } from '../../core/api/kv.ts';
import { utf8 } from '../../core/base/bytes.ts';
import { idHex, type MemberId } from '../../core/base/ids.ts';
import { chance, randomInt } from '../../core/base/random.ts';
import type { MemberHost } from '../../core/member/host.ts';
import { PutRequest } from '../../core/proto/gen/rpc.ts';
import { Clients, Watchers } from './clients.ts';
import { Leases, longestLeaseMs } from './leases.ts';
import { disturb } from './trouble.ts';
import { Violation } from './violation.ts';
import { World } from './world.ts';

export interface SimResult {
  seed: number;
  simulatedMs: number;
  members: number;
  crashes: number;
  messages: number;
  snapshots: number;
  /** Changes of members that took effect. */
  changes: number;
  answered: number;
  /** Leases that ended. */
  leases: number;
}

/** The healed world must serve everyone again within this, simulated. */
const livenessMs = 20_000;

/** One seed's world: a time of trouble, then peace, in which everything must work again. Throws Violation. */
export async function simulate(seed: number, trace: (text: string) => void = () => {}): Promise<SimResult> {
  const world = new World(seed, trace);
  const watchers = new Watchers();
  const leases = new Leases(world, seed, 3);
  const startAll = async (all: boolean): Promise<void> => {
    const down = world.members.filter((member) => !member.running);
    await world.restartSome(all);
    for (const member of down) {
      if (!member.running) continue;
      watchers.follow(member.running.host);
      leases.follow(member.running.host);
    }
  };
  await startAll(true);
  const clients = new Clients(world, 4);
  const rounds = 8 + randomInt(world.random, 10);
  for (let round = 0; round < rounds; round++) {
    await world.run(200 + randomInt(world.random, 3_000));
    disturb(world);
    await world.run(randomInt(world.random, 1_500));
    if (chance(world.random, 0.4)) {
      // Power is gone for a moment only: they come back into the very election or write that they fell out of.
      for (const member of world.up) if (chance(world.random, 0.5)) world.crash(member);
      await startAll(true);
    } else await startAll(false);
  }
  world.heal();
  await mustServe(world, startAll);
  clients.check();
  leases.rest();
  await world.run(2_000);
  leases.compare();
  await world.run(longestLeaseMs - 2_000);
  leases.checkEnded();
  await world.compareStores();
  watchers.checkWhole(world.up.map(({ running }) => running!.host));
  return { seed, simulatedMs: world.timeline.nowMs, members: world.members.length, crashes: world.members.reduce((sum, member) => sum + member.restarts, 0), messages: world.network.sent, snapshots: world.snapshots, changes: world.rules.changes, answered: clients.answered, leases: leases.ended };
}

/** Everyone whom the cluster counts comes up, whoever was removed goes, and every member takes a write. */
async function mustServe(world: World, startAll: (all: boolean) => Promise<void>): Promise<void> {
  const until = world.timeline.nowMs + livenessMs;
  const served = new Set<MemberId>();
  const asking = new Set<MemberHost>();
  const ask = (id: MemberId, host: MemberHost): void => {
    if (asking.has(host)) return;
    asking.add(host);
    put(host, PutRequest.create({ key: utf8(`alive/${id}`), value: utf8('x') }), { deadlineMs: Infinity, signal: undefined }).then(
      () => served.add(id),
      () => world.timeline.at(world.timeline.nowMs + 200, () => asking.delete(host)),
    );
  };
  for (;;) {
    await startAll(true);
    const ids = world.configured().map(({ id }) => id);
    for (const member of world.up) if (ids.includes(member.id!)) ask(member.id!, member.running!.host);
    const missing = ids.filter((id) => !served.has(id));
    if (ids.length > 0 && missing.length === 0) break;
    if (world.timeline.nowMs >= until) throw new Violation(`${livenessMs} ms after the world healed these could not write: ${missing.map(idHex).join(', ') || 'anyone'}`);
    await world.run(100);
  }
  const ids = world.configured().map(({ id }) => id);
  for (const member of world.up) {
    if (ids.includes(member.id!)) continue;
    // Removed while it was away: nobody talks to it.
    world.crash(member);
    member.retired = true;
  }
}
