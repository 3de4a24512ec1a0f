import { expect, test } from 'vitest';
import { randomInt, SeededRandom } from '../../core/base/random.ts';
import { preferredPorts } from '../../core/fleet/ports.ts';
import { eventually, freePorts, Program, tempFolder } from '../support/process.ts';
import { quorateArgs, Target } from '../support/target.ts';
import { Ledger, lost, startLoad } from './load.ts';

/** `QUORATE_SEED` repeats a run. */
const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const rounds = Number(process.env['QUORATE_ROUNDS'] ?? 20);

async function freeBase(): Promise<number> {
  // All three members' ports must fit and be free; the random base makes a collision unlikely, the check impossible.
  for (;;) {
    const base = 10_000 + (((await freePorts(1))[0]! * 7) % 15_000);
    const wanted = preferredPorts(3, base).flatMap(({ client, peer }) => [client, peer]);
    const { isFree } = await import('../../core/fleet/ports.ts');
    if ((await Promise.all(wanted.map(isFree))).every(Boolean)) return base;
  }
}

test(`a process that is killed under load ${rounds} times loses no acknowledged write (seed ${seed})`, async () => {
  process.stdout.write(`sigkill: seed ${seed}, ${rounds} rounds\n`);
  const random = new SeededRandom(seed);
  const folder = tempFolder('sigkill');
  const base = await freeBase();
  const endpoints = preferredPorts(3, base).map(({ client }) => `http://127.0.0.1:${client}`);
  const ledger = new Ledger();
  let program: Program | undefined;
  const start = async (): Promise<Program> => {
    const started = new Program('quorate cluster', process.execPath, [...quorateArgs, 'cluster', '--members=3', '--data-dir', folder.path, `--base-port=${base}`]);
    for (const name of ['m1', 'm2', 'm3']) await started.saying(new RegExp(`member ${name} ready to serve client requests`));
    return started;
  };
  try {
    program = await start();
    for (let round = 1; round <= rounds; round++) {
      const load = startLoad(endpoints, ledger, round);
      await ledger.after(1 + randomInt(random, 1500));
      await program.end('SIGKILL');
      await load.stop();
      program = await start();
      for (const endpoint of endpoints) expect(await eventually('reads', () => lost(endpoint, ledger)), `round ${round}, seed ${seed}, ${endpoint}`).toEqual([]);
    }
    process.stdout.write(`sigkill: ${ledger.count} acknowledged writes, none lost\n`);
    expect(ledger.count).toBeGreaterThan(rounds);
  } finally {
    await program?.end('SIGKILL');
    folder.remove();
  }
});

test(`members that are killed one or two at a time lose no acknowledged write (seed ${seed})`, async () => {
  const random = new SeededRandom(seed + 1);
  const target = await Target.start('quorate', 3);
  const ledger = new Ledger();
  try {
    for (let round = 1; round <= Math.ceil(rounds / 4); round++) {
      const load = startLoad(target.endpoints, ledger, round);
      await ledger.after(1 + randomInt(random, 500));
      const victims = [0, 1, 2].sort(() => randomInt(random, 3) - 1).slice(0, 1 + randomInt(random, 2));
      await Promise.all(victims.map((i) => target.killMember(i)));
      await Promise.all(victims.map((i) => target.startMember(i)));
      await ledger.after(10);
      await load.stop();
      for (const endpoint of target.endpoints) expect(await eventually('reads', () => lost(endpoint, ledger)), `round ${round}, seed ${seed}, ${endpoint}`).toEqual([]);
    }
  } finally {
    await target.stop();
  }
});
