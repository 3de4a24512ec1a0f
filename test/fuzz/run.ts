/**
 * `npm run fuzz`: what no client and no peer should send, at both ports of a member whose third peer lies.
 *
 *   npm run fuzz -- --minutes 10            attacks of every kind, from a seed that is told
 *   npm run fuzz -- --seed 42               the same attackers again; the timing is the machine's
 */
import { parseArgs } from 'node:util';
import { fuzz, idle } from './run-fuzz.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' }, connections: { type: 'string', default: '1000' } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
process.stdout.write(`seed ${seed}\n`);
try {
  const result = await fuzz(seed, Number(values.minutes) * 60_000, (text) => void process.stdout.write(`${text}\n`));
  const { rss, files } = result;
  process.stdout.write(`fuzz: ${result.attacks} attacks; memory ${mib(rss.before)} before, ${mib(rss.most)} at most, ${mib(rss.after)} after; files ${files.before} before, ${files.after} after\n`);
  const connections = Number(values.connections);
  const { rssPerConnection, slowestMs } = await idle(connections);
  process.stdout.write(`idle: ${connections} connections, ${(rssPerConnection / 1024).toFixed(0)} KiB each; a write and a read took ${slowestMs.toFixed(0)} ms at most\n`);
} catch (error) {
  process.stdout.write(`fuzz failed: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
