/**
 * `npm run fuzz`: what no client and no peer should send, at both ports of a member whose third peer lies.
 *
 *   npm run fuzz -- --minutes 10            attacks of every kind, from a seed that is told
 *   npm run fuzz -- --only noise,gateway    these alone; --each tries every one alone, for --minutes each
 *   npm run fuzz -- --seed 42               the same attackers again; the timing is the machine's
 */
import { parseArgs } from 'node:util';
import { attackNames, fuzz, idle } from './run-fuzz.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' }, only: { type: 'string' }, each: { type: 'boolean', default: false }, connections: { type: 'string', default: '1000' } },
});
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const only = values.only?.split(',');
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function attack(what: string, names: readonly string[] | undefined, tell?: (text: string) => void): Promise<void> {
  const { attacks, rss, heap } = await fuzz({ seed, durationMs: Number(values.minutes) * 60_000, only: names, ...(tell ? { tell } : {}) });
  say(`${what}: ${attacks} attacks; memory ${mib(rss.before)} before, ${mib(rss.most)} at most, ${mib(rss.after)} after; heap ${mib(heap.before)} before, ${mib(heap.after)} after`);
}

async function stayIdle(): Promise<void> {
  const connections = Number(values.connections);
  const { heapPerConnection, slowestMs } = await idle(connections);
  say(`idle: ${connections} connections, ${(heapPerConnection / 1024).toFixed(0)} KiB each; a write and a read took ${slowestMs.toFixed(0)} ms at most`);
}

/** Tells a failure, and goes on. */
async function attempt(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    say(`fuzz failed: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

say(`seed ${seed}`);
const unknown = only?.filter((name) => !attackNames.includes(name)) ?? [];
if (unknown.length > 0) {
  say(`no such attack: ${unknown.join(', ')}; there are ${attackNames.join(', ')}`);
  process.exitCode = 1;
} else if (values.each) {
  for (const name of only ?? attackNames) await attempt(() => attack(name, [name]));
} else {
  await attempt(() => attack('fuzz', only, say));
  if (!only) await attempt(stayIdle);
}
