import { put } from '../../core/api/kv.ts';
import { utf8 } from '../../core/base/bytes.ts';
import { randomInt } from '../../core/base/random.ts';
import { PutRequest } from '../../core/proto/gen/rpc.ts';
import { Clients, Watchers } from './clients.ts';
import { Violation, World } from './world.ts';

export interface SimResult {
  seed: number;
  simulatedMs: number;
  members: number;
  crashes: number;
  messages: number;
  answered: number;
}

/** The healed world must serve everyone again within this, simulated. */
const livenessMs = 20_000;

/** One seed's world: a time of trouble, then peace, in which everything must work again. Throws Violation. */
export async function simulate(seed: number, trace: (text: string) => void = () => {}): Promise<SimResult> {
  const world = new World(seed, trace);
  const watchers = new Watchers();
  const startAll = async (all: boolean): Promise<void> => {
    const down = world.members.filter((member) => !member.running);
    await world.restartSome(all);
    for (const member of down) if (member.running) watchers.follow(member.running.host);
  };
  await startAll(true);
  const clients = new Clients(world, 4);
  const rounds = 8 + randomInt(world.random, 10);
  for (let round = 0; round < rounds; round++) {
    await world.run(200 + randomInt(world.random, 3_000));
    world.disturb();
    await world.run(randomInt(world.random, 1_500));
    await startAll(false);
  }
  world.heal();
  await startAll(true);
  await mustServe(world);
  clients.check();
  await world.run(2_000);
  await world.compareStores();
  return { seed, simulatedMs: world.timeline.nowMs, members: world.members.length, crashes: world.members.reduce((sum, member) => sum + member.restarts, 0), messages: world.network.sent, answered: clients.answered };
}

/** Every member takes a write, and all get to the same index. */
async function mustServe(world: World): Promise<void> {
  const until = world.timeline.nowMs + livenessMs;
  const served = new Set<string>();
  for (const { running, config } of world.members) {
    const attempt = (): void => {
      if (!running || served.has(config.name)) return;
      put(running.host, PutRequest.create({ key: utf8(`alive/${config.name}`), value: utf8('x') }), { deadlineMs: Infinity, signal: undefined }).then(
        () => served.add(config.name),
        () => world.timeline.at(world.timeline.nowMs + 200, attempt),
      );
    };
    attempt();
  }
  while (served.size < world.members.length) {
    if (world.timeline.nowMs >= until) throw new Violation(`${livenessMs} ms after the world healed only ${[...served].join(', ') || 'no member'} could write`);
    await world.run(100);
  }
}
