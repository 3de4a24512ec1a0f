/**
 * `npm run sim`: worlds from seeds.
 *
 *   npm run sim -- --seeds 1..1000      each of them; stops at the first that breaks a rule
 *   npm run sim -- --seed 42 --trace    one, told as it goes
 */
import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string' }, seed: { type: 'string' }, trace: { type: 'boolean', default: false } } });
const range = /^(\d+)\.\.(\d+)$/.exec(values.seeds ?? '');
if (values.seeds !== undefined && !range) {
  process.stderr.write(`sim: --seeds wants A..B, not ${values.seeds}\n`);
  process.exit(2);
}
const first = range ? Number(range[1]) : Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const last = range ? Number(range[2]) : first;
const startedMs = performance.now();
let simulatedMs = 0;
let answered = 0;
let crashes = 0;
let snapshots = 0;
let changes = 0;
let running: number | undefined;
process.on('exit', () => {
  // Something waits for what no event will bring.
  if (running !== undefined) process.stdout.write(`seed ${running} failed: it never ended\n`);
});
for (let seed = first; seed <= last; seed++) {
  running = seed;
  try {
    const result = await simulate(seed, values.trace ? (text) => void process.stdout.write(`${text}\n`) : undefined);
    simulatedMs += result.simulatedMs;
    answered += result.answered;
    crashes += result.crashes;
    snapshots += result.snapshots;
    changes += result.changes;
    if (first === last) process.stdout.write(`${JSON.stringify(result)}\n`);
  } catch (error) {
    process.stdout.write(`seed ${seed} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\nrepeat it with: npm run sim -- --seed ${seed} --trace\n`);
    running = undefined;
    process.exit(1);
  }
}
running = undefined;
const minutes = (performance.now() - startedMs) / 60_000;
process.stdout.write(`sim: ${last - first + 1} seeds clean, ${(simulatedMs / 60_000).toFixed(0)} simulated minutes (${(simulatedMs / 60_000 / minutes).toFixed(0)} a minute), ${crashes} crashes, ${changes} changes of members, ${snapshots} snapshots sent, ${answered} answers\n`);
