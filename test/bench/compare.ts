import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { Target } from '../support/target.ts';
import { etcdPath } from '../support/tools.ts';

/** One measurement, of either server. */
export interface Measure {
  name: string;
  perSecond: number;
  p50Ms?: number;
  p99Ms?: number;
  /** Processor time of the server for one, microseconds: what a busy machine does not change much. */
  cpuMicros?: number;
}

/** Runs a load in a process of its own, so that the measuring shares nothing with what starts the servers. */
function load(script: string, target: Target, args: readonly string[]): Promise<Measure[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, `--endpoint=${target.endpoints[0]}`, `--pid=${target.pids[0]}`, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.once('exit', (code) => (code === 0 ? resolve(JSON.parse(out) as Measure[]) : reject(new Error(`the load against ${target.kind} ended with ${code}`))));
  });
}

/** Resident megabytes of a process. */
const residentMb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;

/** Processor milliseconds that a process has used. Linux counts in hundredths of a second. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** Measures the server's processor time along with what `run` measures, for each of `count` things. */
export async function costing(pid: number, count: number, run: () => Promise<Measure>): Promise<Measure> {
  const before = cpuMs(pid);
  const measure = await run();
  return { ...measure, cpuMicros: ((cpuMs(pid) - before) * 1000) / count };
}

/** Puts the same load on Debian's etcd and on our member, one after the other, and prints both with their ratio. */
export async function compare(script: string, args: readonly string[]): Promise<void> {
  if (!existsSync(etcdPath)) {
    process.stderr.write(`bench: ${etcdPath} is not there, and ratios need it: apt-get install etcd-server\n`);
    process.exit(1);
  }
  const results = new Map<Target['kind'], { measures: Measure[]; mb: number }>();
  for (const kind of ['etcd', 'quorate'] as const) {
    const target = await Target.start(kind, 1);
    try {
      const measures = await load(script, target, args);
      results.set(kind, { measures, mb: residentMb(target.pids[0]!) });
    } finally {
      await target.stop();
    }
  }
  const ours = results.get('quorate')!;
  const etcd = results.get('etcd')!;
  const time = (ms: number | undefined): string => (ms === undefined ? '-' : ms.toFixed(2)).padStart(9);
  const micros = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(1)).padStart(8);
  process.stdout.write(`${''.padEnd(52)} ours /s   p50 ms    p99 ms   cpu µs    etcd /s   p50 ms    p99 ms   cpu µs   ratio\n`);
  ours.measures.forEach((mine, i) => {
    const theirs = etcd.measures[i]!;
    process.stdout.write(
      `${mine.name.padEnd(50)} ${String(Math.round(mine.perSecond)).padStart(9)} ${time(mine.p50Ms)} ${time(mine.p99Ms)} ${micros(mine.cpuMicros)}  ${String(Math.round(theirs.perSecond)).padStart(9)} ${time(theirs.p50Ms)} ${time(theirs.p99Ms)} ${micros(theirs.cpuMicros)}  ${(mine.perSecond / theirs.perSecond).toFixed(2).padStart(6)}\n`,
    );
  });
  process.stdout.write(`memory at the end, MB: ours ${Math.round(ours.mb)}, etcd ${Math.round(etcd.mb)}\n`);
}

/** Half and ninety-nine hundredths of the latencies, ms. */
export function percentiles(latencies: number[]): { p50Ms: number; p99Ms: number } {
  const sorted = latencies.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Runs `total` calls, `inflight` at a time. */
export function inParallel(total: number, inflight: number, call: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < total) await call(next++);
  };
  return Promise.all(Array.from({ length: Math.min(inflight, total) }, lane)).then(() => {});
}
