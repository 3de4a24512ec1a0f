import { chance, pick, randomInt, SeededRandom, type Random } from '../../core/base/random.ts';
import { KVService, LeaseKeepAliveRequest, LeaseService, MaintenanceService } from '../../core/proto/gen/rpc.ts';
import { allKeys } from './keys.ts';
import { leaseIds, pickDelete, pickFill, pickPut, pickRangeRequest, pickRevision, pickTxn } from './requests.ts';
import { asJson } from './json-step.ts';
import { electionStep, lockStep } from './recipe-steps.ts';
import { hashStep, keepAliveStep, restartStep, shortLeaseStep } from './compound-steps.ts';
import { call, type Step, type World } from './step.ts';
import { pickWatchPlan, watchStep } from './watch-step.ts';

/** Far apart, so that the order in which leases run out does not hang on the moment of their grant, and far away. */
const ttlOf = (id: bigint): number => 100_000 * (leaseIds.indexOf(id) + 2);

const put = (random: Random): Step => call('put', KVService.put, pickPut(random));
const deleteRange = (random: Random): Step => call('deleteRange', KVService.deleteRange, pickDelete(random));
const txn = (random: Random, world: World): Step => call('txn', KVService.txn, pickTxn(random, world));
const grant = (random: Random): Step => {
  const id = pick(random, leaseIds);
  return call('leaseGrant', LeaseService.leaseGrant, { id, ttl: chance(random, 0.05) ? 9_000_000_001 : ttlOf(id) });
};
const revoke = (random: Random): Step => call('leaseRevoke', LeaseService.leaseRevoke, { id: pick(random, leaseIds) });

const kinds: readonly { weight: number; make: (random: Random, world: World) => Step }[] = [
  { weight: 240, make: put },
  { weight: 70, make: deleteRange },
  { weight: 220, make: txn },
  { weight: 250, make: (random, world) => call('range', KVService.range, pickRangeRequest(random, world)) },
  { weight: 12, make: (random) => call('txn', KVService.txn, pickFill(random, allKeys)) },
  { weight: 45, make: grant },
  { weight: 20, make: revoke },
  { weight: 25, make: (random) => call('timeToLive', LeaseService.leaseTimeToLive, { id: pick(random, leaseIds), keys: chance(random, 0.7) }) },
  { weight: 15, make: () => call('leases', LeaseService.leaseLeases, {}) },
  { weight: 10, make: (random) => keepAliveStep(Array.from({ length: 1 + randomInt(random, 3) }, () => LeaseKeepAliveRequest.create({ id: pick(random, [...leaseIds, 404n]) }))) },
  { weight: 4, make: (random) => shortLeaseStep(pick(random, [-5, 0, 1, 2, 3])) },
  { weight: 15, make: (random, world) => call('compact', KVService.compact, { revision: pickRevision(random, world), physical: chance(random, 0.3) }) },
  { weight: 12, make: (random, world) => hashStep(chance(random, 0.5) ? 0 : Math.max(0, pickRevision(random, world)), world) },
  { weight: 1, make: () => call('defragment', MaintenanceService.defragment, {}) },
  { weight: 2, make: (random) => call('alarm', MaintenanceService.alarm, { alarm: randomInt(random, 3) }) },
  { weight: 3, make: (random, world) => watchStep(pickWatchPlan(random, world, writes(random, world))) },
  { weight: 2, make: (random) => lockStep(pick(random, leaseIds)) },
  { weight: 2, make: (random) => electionStep(pick(random, leaseIds)) },
  { weight: 0.1, make: (random) => restartStep(chance(random, 0.5) ? 'kill' : 'stop') },
];
const totalWeight = kinds.reduce((sum, { weight }) => sum + weight, 0);

/** What happens while watchers watch: no compaction, which would meet a server's catch-up sooner or later by chance. */
function writes(random: Random, world: World): Step[] {
  return Array.from({ length: 1 + randomInt(random, 12) }, () => pick(random, [put, put, deleteRange, txn, txn, grant, revoke])(random, world));
}

const randomAt = (seed: number, index: number): SeededRandom => new SeededRandom((Math.imul(seed, 0x85ebca6b) ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0);

/** Which member step number `index` is done at. */
export function positionAt(seed: number, index: number, members: number): number {
  return randomInt(randomAt(~seed, index), members);
}

/** Step number `index` of a run: decided by the seed, the number and the revisions reached so far, and by no other step. */
export function stepAt(seed: number, index: number, world: World): Step {
  const random = randomAt(seed, index);
  let at = (random.uint32() / 2 ** 32) * totalWeight;
  const kind = kinds.find(({ weight }) => (at -= weight) < 0) ?? kinds[0]!;
  const step = kind.make(random, world);
  return step.rpc !== undefined && chance(random, 0.08) ? asJson(step) : step;
}
