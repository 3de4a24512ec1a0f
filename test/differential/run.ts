/**
 * `npm run differential`: Debian's etcd and one member of ours, done the same to and compared answer by answer.
 *
 *   npm run differential -- --ops 100000 --seed 7     a run; without a seed, one of its own choice
 *   npm run differential -- --members 3 --ops 20000   clusters, each step at a member of its own
 *   npm run differential -- --seed 7 --only 3,17,21   some steps of it, on fresh servers, told one by one
 */
import { parseArgs } from 'node:util';
import { SeededRandom } from '../../core/base/random.ts';
import { notAsked } from './differences.ts';
import { newTally, Pair, type Failure, type Tally } from './pair.ts';
import { show } from './show.ts';
import { shrink } from './shrink.ts';
import { stepAt } from './steps.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function tellFailure({ index, step, mismatches }: Failure): void {
  say(`step ${index} differs: ${step.name} ${show(step.request)}`);
  for (const { path, etcd, ours } of mismatches.slice(0, 20)) say(`  ${path || '(outcome)'}\n    etcd ${show(etcd)}\n    ours ${show(ours)}`);
}

function tellTally({ outcomes, differences }: Tally): void {
  for (const [title, counts] of [['outcomes', outcomes], ['named differences met', differences]] as const) {
    say(`${title}:`);
    for (const [name, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) say(`  ${String(count).padStart(7)}  ${name}`);
  }
  say('never asked, since they end an etcd or make its members differ:');
  for (const what of notAsked) say(`           ${what}`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { ops: { type: 'string', default: '10000' }, seed: { type: 'string' }, only: { type: 'string' }, members: { type: 'string', default: '1' } } });
  const seed = Number(values.seed ?? new SeededRandom(Date.now()).uint32());
  const ops = Number(values.ops);
  const members = Number(values.members);
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(ops) || !(members >= 1 && members <= 7)) {
    process.stderr.write('differential: --seed and --ops want numbers, --members one from 1 to 7\n');
    return 2;
  }
  const only = values.only?.split(',').map(Number);
  say(`seed ${seed}, members ${members}, ${only ? `steps ${values.only}` : `${ops} operations`}`);
  const tally = newTally();
  const startedMs = performance.now();
  const failure = await runOnce(seed, members, only ?? Array.from({ length: ops }, (_, i) => i), tally, only && say);
  tellTally(tally);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  if (!failure) {
    say(`differential: seed ${seed}, ${only?.length ?? ops} operations clean in ${seconds} s`);
    return 0;
  }
  tellFailure(failure);
  if (!only) {
    say('making it shorter');
    const steps = await shrink(seed, members, failure.index, 90_000, say);
    say(`repeat it with: npm run differential -- --seed ${seed} --members ${members} --only ${steps.join(',')}`);
    const shorter = newTally();
    const again = await runOnce(seed, members, steps, shorter, say);
    if (again) tellFailure(again);
  }
  return 1;
}

async function runOnce(seed: number, members: number, indexes: readonly number[], tally: Tally, trace?: (text: string) => void): Promise<Failure | undefined> {
  const pair = await Pair.start(members);
  try {
    if (!trace) return await pair.run(seed, indexes, tally);
    for (const index of indexes) {
      const { name, request } = stepAt(seed, index, pair.world);
      trace(`step ${index}: ${name} ${show(request)}`);
      const failure = await pair.run(seed, [index], tally);
      if (failure) return failure;
    }
    return undefined;
  } finally {
    await pair.stop();
  }
}

process.exitCode = await main();
