/**
 * `npm run bench:churn`: an hour of a busy member, or of a cluster, run faster than the clock, under auto-compaction, with leases
 * and watchers. Prints what each member holds of memory and disk, and fails where the end is above the fifth minute by more than 15 %.
 *
 *   node test/bench/churn.ts [--minutes 60] [--speed 10] [--rate 100] [--members 1] [--keys 5000] [--value-bytes 1000] [--watchers 50] [--warm-up 40000]
 *
 * A minute of it takes 60 s / speed; `--rate` is writes in each of its seconds, and history of one of its minutes is kept. Before
 * the first minute come so many writes as it takes until caches and V8's heap have their size, which real minutes give time for.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { MaintenanceService } from '../../core/proto/gen/rpc.ts';
import { Target } from '../support/target.ts';
import { Churn } from './churn-load.ts';

const { values } = parseArgs({ options: {
  minutes: { type: 'string', default: '60' }, speed: { type: 'string', default: '10' }, rate: { type: 'string', default: '100' }, members: { type: 'string', default: '1' },
  keys: { type: 'string', default: '5000' }, 'value-bytes': { type: 'string', default: '1000' }, watchers: { type: 'string', default: '50' }, 'warm-up': { type: 'string', default: '40000' },
} });
const [minutes, speed, rate, members] = [values.minutes, values.speed, values.rate, values.members].map(Number) as [number, number, number, number];
const minuteMs = 60_000 / speed;
/** By how much the end may be above the fifth minute. */
const margin = 0.15;
const settledMinute = 5;
/** Of the writes that were due. */
const leastShare = 0.5;
/** Minutes whose samples stand for the fifth, and for the last. */
const span = 2;
/** The log goes up and down by its files: with one kept there are two at the most, of etcd's size. */
const mostLogMb = 2 * 64;
const keptSeconds = Math.max(1, Math.round(minuteMs / 1_000));

const flags = ['--auto-compaction-mode=periodic', `--auto-compaction-retention=${keptSeconds}s`, '--snapshot-count=5000', '--snapshot-catchup-entries=1000', '--max-wals=1', '--max-snapshots=1', '--log-level=warn'];

/** In MB. */
const columns = ['rss', 'own', 'heap', 'external', 'store', 'inUse', 'log'] as const;
type Sample = Record<(typeof columns)[number], number> & { minute: number };

const mb = (bytes: number): number => bytes / 1e6;

/** The process's own: the map of the store's file, which rss counts, is the system's to take back. */
function ownMemory(pid: number): number {
  return mb(Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024);
}

/** Bytes that the files take on the disk; one that goes while it is looked at counts nothing. */
function diskOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).reduce((sum, entry) => {
    const stat = entry.isFile() ? statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false }) : undefined;
    return sum + (stat ? stat.blocks * 512 : 0);
  }, 0);
}

async function sampleOf(target: Target, client: EtcdClient, i: number, minute: number): Promise<Sample> {
  const { dbSizeInUse } = await client.at(i, MaintenanceService.status, {}, { timeoutMs: 30_000 });
  const told = [...target.output(i).matchAll(/^memory (\{.*\})$/gm)].at(-1)?.[1];
  const { rss, heapUsed, external } = told ? (JSON.parse(told) as { rss: number; heapUsed: number; external: number }) : { rss: NaN, heapUsed: NaN, external: NaN };
  const folder = (name: string): number => mb(diskOf(join(target.folder, `m${i + 1}/member`, name)));
  return { minute, rss: mb(rss), own: ownMemory(target.pids[i]!), heap: mb(heapUsed), external: mb(external), store: folder('snap'), inUse: mb(dbSizeInUse), log: folder('wal') };
}

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >>> 1]!;
const around = (samples: readonly Sample[], from: number, to: number, column: keyof Sample): number => median(samples.filter(({ minute }) => minute > from && minute <= to).map((sample) => sample[column]));
const cells = (texts: readonly string[]): string => `${texts.map((text, i) => text.padStart(i === 0 ? 8 : 10)).join('')}\n`;

function judge(name: string, samples: readonly Sample[]): boolean {
  const judged: boolean[] = [];
  for (const column of ['own', 'heap', 'store'] as const) {
    const [before, after] = [around(samples, settledMinute - span / 2, settledMinute + span / 2, column), around(samples, minutes - span, minutes, column)];
    const growth = after / before - 1;
    process.stdout.write(`${name} ${column}: ${before.toFixed(0)} MB at minute ${settledMinute}, ${after.toFixed(0)} MB at minute ${minutes}: ${growth >= 0 ? '+' : ''}${(growth * 100).toFixed(1)} %${growth > margin && column !== 'heap' ? ', NOT bounded' : ''}\n`);
    // What lies on the heap until it is collected goes up and down; the process's own memory has all of it.
    if (column !== 'heap') judged.push(growth <= margin);
  }
  const most = Math.max(...samples.map(({ log }) => log));
  process.stdout.write(`${name} log: ${most.toFixed(0)} MB at the most${most > mostLogMb ? `, NOT bounded within ${mostLogMb} MB` : ''}\n`);
  return judged.every(Boolean) && most <= mostLogMb;
}

process.env['NODE_OPTIONS'] = `--import=${join(import.meta.dirname, 'tell-memory.ts')}`;
const target = await Target.start('quorate', members, { flags });
delete process.env['NODE_OPTIONS'];
try {
  const client = new EtcdClient(target.endpoints);
  const revision = async (): Promise<number> => (await client.at(0, MaintenanceService.status, {}, { timeoutMs: 30_000 })).header!.revision;
  const churn = await Churn.start({ endpoints: target.endpoints, rate: rate * speed, keys: Number(values.keys), valueBytes: Number(values['value-bytes']), watchers: Number(values.watchers), warmUpWrites: Number(values['warm-up']) });
  const samples: Sample[][] = Array.from({ length: members }, () => []);
  process.stdout.write(cells(['minute', 'member', ...columns.map((column) => `${column} MB`), 'writes', 'events']));
  await churn.warm();
  const [begun, warmedUp] = [performance.now(), churn.writes];
  // Four looks a minute.
  for (let look = 1; look <= minutes * 4; look++) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, begun + (look * minuteMs) / 4 - performance.now())));
    for (let i = 0; i < members; i++) samples[i]!.push(await sampleOf(target, client, i, look / 4));
    if (look % 20 !== 0) continue;
    samples.forEach((of, i) => {
      const sample = of.at(-1)!;
      process.stdout.write(cells([sample.minute, `m${i + 1}`, ...columns.map((column) => sample[column].toFixed(0)), churn.writes, churn.events].map(String)));
    });
  }
  const [writes, seconds] = [churn.writes - warmedUp, (performance.now() - begun) / 1_000];
  const share = writes / (seconds * rate * speed);
  await churn.stop(revision);
  process.stdout.write(`${writes} writes in ${seconds.toFixed(0)} s, ${(share * 100).toFixed(0)} % of the rate, ${churn.failed} failed, ${await revision()} revisions, ${churn.events} events\n`);
  client.close();
  const bounded = samples.map((of, i) => judge(`m${i + 1}`, of));
  if (share < leastShare) process.stdout.write('the machine did not keep up with the rate, and sizes go by that: choose a lower --rate or --speed\n');
  process.exitCode = bounded.every(Boolean) && churn.failed === 0 && share >= leastShare ? 0 : 1;
} finally {
  await target.stop();
}
