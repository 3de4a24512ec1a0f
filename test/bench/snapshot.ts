/**
 * A newcomer is sent the whole store while a writer goes on: ours and Debian's etcd, one after the other.
 *
 *   node test/bench/snapshot.ts [--mib 1024] [--value 16384] [--only quorate|etcd]
 *
 * No election may happen meanwhile. A follower's writes are not timed: the slowest is what a client of the cluster would see.
 */
import { parseArgs } from 'node:util';
import { catchUp, fill, type CatchUp } from '../support/catch-up.ts';
import { Target } from '../support/target.ts';
import { cpuMs } from './compare.ts';

const { values } = parseArgs({ options: { mib: { type: 'string', default: '1024' }, value: { type: 'string', default: '16384' }, only: { type: 'string' } } });

interface Cost {
  /** Processor seconds that the newcomer used, and all others together. */
  newcomerS: number;
  othersS: number;
}

const cpuS = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + cpuMs(pid), 0) / 1000;

async function measure(kind: Target['kind']): Promise<CatchUp & Cost> {
  const quota = `--quota-backend-bytes=${8 * 1024 ** 3}`;
  const catchup = kind === 'quorate' ? ['--snapshot-catchup-entries=100'] : [];
  const target = await Target.start(kind, 3, { flags: ['--snapshot-count=500', quota, ...catchup] });
  try {
    await fill(target, Number(values.mib) * 1024 ** 2, Number(values.value));
    const before = cpuS(target.pids);
    const caught = await catchUp(target);
    return { ...caught, newcomerS: cpuS(target.pids.slice(-1)), othersS: cpuS(target.pids.slice(0, -1)) - before };
  } finally {
    await target.stop();
  }
}

process.stdout.write('server    database MiB   caught up s   MiB/s   writes meanwhile   slowest ms   elections   cpu s: newcomer   others\n');
const seconds = new Map<string, number>();
for (const kind of ['quorate', 'etcd'] as const) {
  if (values.only !== undefined && values.only !== kind) continue;
  const { bytes, milliseconds, writes, slowestMs, terms, newcomerS, othersS } = await measure(kind);
  const mib = bytes / 1024 ** 2;
  seconds.set(kind, milliseconds / 1000);
  const cells = [mib.toFixed(0).padStart(13), (milliseconds / 1000).toFixed(1).padStart(13), (mib / (milliseconds / 1000)).toFixed(0).padStart(7), String(writes).padStart(18), slowestMs.toFixed(0).padStart(12), String(terms[1] - terms[0]).padStart(11), newcomerS.toFixed(2).padStart(17), othersS.toFixed(2).padStart(8)];
  process.stdout.write(`${kind.padEnd(8)}${cells.join(' ')}\n`);
}
const [ours, theirs] = [seconds.get('quorate'), seconds.get('etcd')];
if (ours !== undefined && theirs !== undefined) process.stdout.write(`time to catch up: ${(ours / theirs).toFixed(2)} of etcd's\n`);
