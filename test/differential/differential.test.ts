import { expect, test } from 'vitest';
import { etcdPath, missing } from '../support/tools.ts';
import { newTally, Pair } from './pair.ts';
import { show } from './show.ts';

const absent = missing(etcdPath);
const given = process.env['QUORATE_SEED'];
const runs = [{ seed: Number(given ?? 1), members: 1, ops: 1_500 }, { seed: Number(given ?? 2), members: 3, ops: 250 }];

test.skipIf(absent !== undefined).each(runs)('seed $seed, members $members: Debian’s etcd and ours answer the same', async ({ seed, members, ops }) => {
  const pair = await Pair.start(members);
  const tally = newTally();
  try {
    const failure = await pair.run(seed, Array.from({ length: ops }, (_, i) => i), tally);
    const told = failure && `step ${failure.index} of seed ${seed} (npm run differential -- --seed ${seed} --members ${members}): ${failure.step.name} ${show(failure.step.request)}\n${show(failure.mismatches)}`;
    expect(told).toBeUndefined();
  } finally {
    await pair.stop();
  }
  // A run that was refused everywhere, or did not get to the calls at all, would prove nothing.
  const often = ['put', 'deleteRange', 'txn', 'range', 'leaseGrant'];
  const seldom = ['range as JSON', 'put as JSON', 'txn as JSON', 'lock', 'election', 'compact', 'leaseRevoke', 'timeToLive', 'leases', 'keepAlive', 'hashKv', 'watch'];
  for (const name of members > 1 ? often : [...often, ...seldom]) {
    expect(tally.outcomes.get(`${name}: ok`), name).toBeGreaterThan(0);
  }
});
