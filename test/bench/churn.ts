/**
 * `npm run bench:churn`: keys come, change and go on one member for two minutes, with leases and a watcher, while old revisions
 * are compacted away every two seconds. Prints what it holds of memory and disk as it goes, and whether that has stayed bounded.
 *
 *   node test/bench/churn.ts [--seconds 120] [--inflight 64] [--value-bytes 1000] [--keys 5000] [--every 10]
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { utf8 } from '../../core/base/bytes.ts';
import { randomInt, SeededRandom } from '../../core/base/random.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { KVService, LeaseService, MaintenanceService } from '../../core/proto/gen/rpc.ts';
import { Target } from '../support/target.ts';

const { values } = parseArgs({ options: {
  seconds: { type: 'string', default: '120' }, inflight: { type: 'string', default: '64' }, 'value-bytes': { type: 'string', default: '1000' },
  keys: { type: 'string', default: '5000' }, every: { type: 'string', default: '10' },
} });
const [seconds, inflight, valueBytes, keys, every] = [values.seconds, values.inflight, values['value-bytes'], values.keys, values.every].map(Number) as [number, number, number, number, number];
/** By how much the end may be above the time after the warm-up and still count as bounded. */
const margin = 0.15;
/** The log goes up and down by its files: with one kept there are two at the most, of etcd's size. */
const mostLogMb = 2 * 64;
/** The first half warms up: caches fill, and the log reaches the length at which its oldest files go. */
const warmUpPart = 0.5;

const flags = ['--auto-compaction-mode=periodic', '--auto-compaction-retention=2s', '--snapshot-count=5000', '--snapshot-catchup-entries=1000', '--max-wals=1', '--max-snapshots=1', '--log-level=warn'];

interface Sample {
  atS: number;
  /** Memory that is the process's own, MB: the map of the store's file is the system's to take back. */
  memory: number;
  store: number;
  log: number;
  inUse: number;
  revisions: number;
}

const mb = (bytes: number): number => bytes / 1e6;

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

/** Puts, deletes and leases, so many at a time, over a window of names that moves on. */
function churn(client: EtcdClient): { writes(): number; stop(): Promise<void> } {
  const random = new SeededRandom(1);
  const value = new Uint8Array(valueBytes).fill(0x76);
  let writes = 0;
  let stopped = false;
  const name = (n: number): Uint8Array => utf8(`churn/${String(n).padStart(12, '0')}`);
  const step = async (): Promise<void> => {
    const n = writes++;
    const newest = keys + Math.floor(n / 4);
    if (n % 4 === 0) await client.at(0, KVService.put, { key: name(newest), value });
    else if (n % 4 === 1) await client.at(0, KVService.deleteRange, { key: name(newest - keys) });
    else if (n % 1000 === 2) {
      const { id } = await client.at(0, LeaseService.leaseGrant, { ttl: 60 });
      await client.at(0, KVService.put, { key: utf8(`leased/${n}`), value, lease: id });
      await client.at(0, LeaseService.leaseRevoke, { id });
    } else await client.at(0, KVService.put, { key: name(newest - randomInt(random, keys)), value });
  };
  const running = Promise.all(Array.from({ length: inflight }, async () => {
    while (!stopped) await step();
  }));
  return {
    writes: () => writes,
    async stop() {
      stopped = true;
      await running;
    },
  };
}

const median = (numbers: number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >>> 1]!;

function judge(what: string, samples: readonly Sample[], of: (sample: Sample) => number): boolean {
  const settled = samples.filter(({ atS }) => atS >= seconds * warmUpPart);
  const quarter = Math.max(1, Math.floor(settled.length / 4));
  const before = median(settled.slice(0, quarter).map(of));
  const after = median(settled.slice(-quarter).map(of));
  const growth = after / before - 1;
  const verdict = growth <= margin ? 'bounded' : 'NOT bounded';
  process.stdout.write(`${what}: ${before.toFixed(0)} MB after the warm-up, ${after.toFixed(0)} MB at the end: ${growth >= 0 ? '+' : ''}${(growth * 100).toFixed(1)} %, ${verdict} within ${margin * 100} %\n`);
  return growth <= margin;
}

function judgeLog(samples: readonly Sample[]): boolean {
  const most = Math.max(...samples.map(({ log }) => log));
  process.stdout.write(`log: ${most.toFixed(0)} MB at the most, ${most <= mostLogMb ? 'bounded' : 'NOT bounded'} within ${mostLogMb} MB\n`);
  return most <= mostLogMb;
}

const target = await Target.start('quorate', 1, { flags });
try {
  const client = new EtcdClient(target.endpoints);
  const load = churn(client);
  const samples: Sample[] = [];
  process.stdout.write('   s  memory MB  store MB  in use MB   log MB  revisions  writes/s\n');
  let before = 0;
  for (let atS = 1; atS <= seconds; atS++) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const status = await client.at(0, MaintenanceService.status, {});
    const sample: Sample = {
      atS, memory: ownMemory(target.pids[0]!), store: mb(diskOf(join(target.folder, 'm1/member/snap'))), log: mb(diskOf(join(target.folder, 'm1/member/wal'))),
      inUse: mb(status.dbSizeInUse), revisions: status.header!.revision,
    };
    samples.push(sample);
    if (atS % every !== 0) continue;
    const cells = [sample.atS, sample.memory.toFixed(0), sample.store.toFixed(0), sample.inUse.toFixed(0), sample.log.toFixed(0), sample.revisions, Math.round((load.writes() - before) / every)];
    process.stdout.write(`${cells.map((cell, i) => String(cell).padStart([4, 11, 10, 11, 9, 11, 10][i]!)).join('')}\n`);
    before = load.writes();
  }
  await load.stop();
  client.close();
  const bounded = [judge('memory', samples, (sample) => sample.memory), judge('store', samples, (sample) => sample.store), judgeLog(samples)];
  process.exitCode = bounded.every(Boolean) ? 0 : 1;
} finally {
  await target.stop();
}
