import { chance, pick, randomInt } from '../../core/base/random.ts';
import { idHex } from '../../core/base/ids.ts';
import type { CallContext } from '../../core/member/types.ts';
import { DiskError } from '../../core/ports/disk.ts';
import { fair } from './sim-network.ts';
import type { SimMember, World } from './world.ts';

/** More members than this are not made: the world would be slow. */
const maxMembers = 7;
const patience: CallContext = { deadlineMs: Infinity, signal: undefined };

type Trouble = (world: World) => void;

const crashOne: Trouble = (world) => world.crash(pick(world.random, world.members));

const crashMany: Trouble = (world) => {
  for (const member of world.members) if (chance(world.random, 0.6)) world.crash(member);
};

const pauseOne: Trouble = (world) => world.pause(pick(world.random, world.members), 100 + randomInt(world.random, 4_000));

const slowOne: Trouble = (world) => {
  const member = pick(world.random, world.members);
  const maxMs = pick(world.random, [0, 5, 40, 300]);
  world.trace(`${member.name}'s disk takes up to ${maxMs} ms`);
  world.slowDisk(member, maxMs);
};

const killOne: Trouble = (world) => world.kill(pick(world.random, world.members));

const ioError = (path: string): DiskError => new DiskError('EIO', path, 'input/output error');

/**
 * One of the next operations fails, before it took effect, within or after, and then all that follow or none. Its member
 * ends, and comes back to whatever the disk then holds.
 */
const failDisk: Trouble = (world) => {
  const { disk, name } = pick(world.random, world.members);
  const at = disk.operations + 1 + randomInt(world.random, 30);
  const taken = pick(world.random, ['nothing', 'half', 'all'] as const);
  const last = chance(world.random, 0.5) ? at : Infinity;
  world.trace(`${name}'s disk will fail, with ${taken} done`);
  disk.setFault((_operation, path) => (disk.operations < at || disk.operations > last ? undefined : { error: ioError(path), taken: disk.operations === at ? taken : 'nothing' }));
};

/** The next commit of the store fails, having taken effect or not. */
const failStore: Trouble = (world) => {
  const { backend, name } = pick(world.random, world.members);
  const taken = chance(world.random, 0.5);
  world.trace(`${name}'s store will fail ${taken ? 'after' : 'before'} a commit`);
  backend.failWith(ioError('/member/store'), taken);
};

const cut = (world: World, from: SimMember, to: SimMember): void => {
  if (from.id !== undefined && to.id !== undefined) world.network.cut(from.id, to.id);
};

const cutOne: Trouble = (world) => {
  const from = pick(world.random, world.members);
  const to = pick(world.random, world.members);
  world.trace(`link ${from.name} > ${to.name} is cut`);
  cut(world, from, to);
};

const partition: Trouble = (world) => {
  const side = new Set(world.members.filter(() => chance(world.random, 0.5)));
  world.trace(`partition ${[...side].map(({ name }) => name).join(',')} | the rest`);
  for (const a of world.members) {
    for (const b of world.members) if (side.has(a) !== side.has(b)) cut(world, a, b);
  }
};

/** The hardest place to be cut off: what the leader has not told yet lives on in its log alone. */
const isolateLeader: Trouble = (world) => {
  for (const leader of leaders(world)) {
    world.trace(`leader ${leader.name} is cut off`);
    for (const member of world.members) {
      if (chance(world.random, 0.8)) cut(world, leader, member);
      if (chance(world.random, 0.8)) cut(world, member, leader);
    }
  }
};

const healLinks: Trouble = (world) => world.network.heal();

const changeWeather: Trouble = ({ network, random }) => {
  network.weather = chance(random, 0.3) ? fair : { loss: randomInt(random, 20) / 100, duplication: randomInt(random, 20) / 100, maxDelayMs: pick(random, [2, 20, 150, 600]) };
};

const leaders = (world: World): SimMember[] => world.up.filter(({ running }) => running!.host.status().role === 'leader');

/** Mostly the leader is asked, since others may not know. */
function asked(world: World): SimMember | undefined {
  const leading = leaders(world);
  if (leading.length > 0 && chance(world.random, 0.8)) return pick(world.random, leading);
  return world.up.length > 0 ? pick(world.random, world.up) : undefined;
}

function tell(world: World, what: string, done: Promise<unknown>): void {
  world.trace(what);
  done.then(() => world.trace(`${what}: done`), (error: unknown) => world.trace(`${what}: ${error instanceof Error ? error.message : String(error)}`));
}

/** The newcomer is started as soon as anyone knows it, whether the answer came or not. */
const addOne: Trouble = (world) => {
  const member = asked(world);
  if (!member || world.members.filter(({ retired }) => !retired).length >= maxMembers) return;
  const newcomer = world.addMember(`m${world.members.length + 1}`);
  const isLearner = chance(world.random, 0.6);
  tell(world, `${member.name} adds ${newcomer.name} as a ${isLearner ? 'learner' : 'voter'}`, member.running!.host.addMember([newcomer.peerUrl], isLearner, patience));
};

const removeOne: Trouble = (world) => {
  const member = asked(world);
  const known = member?.running!.host.members() ?? [];
  if (!member || known.length < 2) return;
  const { id } = pick(world.random, known);
  tell(world, `${member.name} removes ${idHex(id)}`, member.running!.host.removeMember(id, patience));
};

const promoteOne: Trouble = (world) => {
  const member = asked(world);
  const learners = member?.running!.host.members().filter(({ isLearner }) => isLearner) ?? [];
  if (!member || learners.length === 0) return;
  const { id } = pick(world.random, learners);
  tell(world, `${member.name} promotes ${idHex(id)}`, member.running!.host.promoteMember(id, patience));
};

const moveLeader: Trouble = (world) => {
  for (const leader of leaders(world)) {
    const { id } = pick(world.random, leader.running!.host.members());
    tell(world, `${leader.name} hands over to ${idHex(id)}`, leader.running!.host.moveLeader(id, patience));
  }
};

const compact: Trouble = (world) => {
  const member = asked(world);
  if (!member) return;
  const { host } = member.running!;
  const revision = Math.max(1, host.store.currentRevision - randomInt(world.random, 30));
  tell(world, `${member.name} compacts to revision ${revision}`, host.propose({ compaction: { revision, physical: false } }, patience));
};

/** With its share of all troubles. */
const troubles: readonly (readonly [number, Trouble])[] = [
  [14, crashOne], [6, killOne], [6, crashMany], [6, pauseOne], [6, slowOne], [10, failDisk], [4, failStore], [7, cutOne], [8, partition], [7, isolateLeader], [9, healLinks], [12, changeWeather],
  [12, addOne], [7, removeOne], [12, promoteOne], [6, moveLeader], [5, compact],
];
const all = troubles.reduce((sum, [share]) => sum + share, 0);

export function disturb(world: World): void {
  let dice = randomInt(world.random, all);
  for (const [share, trouble] of troubles) {
    if (dice < share) {
      trouble(world);
      return;
    }
    dice -= share;
  }
}
