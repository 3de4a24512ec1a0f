import { expect, test } from 'vitest';
import { etcdPath, missing } from '../support/tools.ts';
import { newTally, Pair } from './pair.ts';
import { show } from './show.ts';

const absent = missing(etcdPath);
const seeds = process.env['QUORATE_SEED'] !== undefined ? [Number(process.env['QUORATE_SEED'])] : [1, 2];
const ops = 1_200;

test.skipIf(absent !== undefined).each(seeds)('seed %i: Debian’s etcd and our member answer the same', async (seed) => {
  const pair = await Pair.start();
  const tally = newTally();
  try {
    const failure = await pair.run(seed, Array.from({ length: ops }, (_, i) => i), tally);
    const told = failure && `step ${failure.index} of seed ${seed} (npm run differential -- --seed ${seed}): ${failure.step.name} ${show(failure.step.request)}\n${show(failure.mismatches)}`;
    expect(told).toBeUndefined();
  } finally {
    await pair.stop();
  }
  // A run that was refused everywhere, or did not get to the calls at all, would prove nothing.
  for (const name of ['put', 'deleteRange', 'txn', 'range', 'compact', 'leaseGrant', 'leaseRevoke', 'timeToLive', 'leases', 'keepAlive', 'hashKv', 'watch']) {
    expect(tally.outcomes.get(`${name}: ok`), name).toBeGreaterThan(0);
  }
});
