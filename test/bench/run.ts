/**
 * `npm run bench`: our members and Debian's etcd under the same load, on this machine, in this run.
 *
 *   node test/bench/run.ts [--members 1,3] [--ops put,get,txn] [--total 60000] [--json]
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Target } from '../support/target.ts';
import { etcdPath } from '../support/tools.ts';
import { operations, type LoadResult, type Operation } from './load.ts';

const { values } = parseArgs({ options: { members: { type: 'string', default: '1,3' }, ops: { type: 'string', default: 'put,get,txn' }, total: { type: 'string', default: '60000' }, json: { type: 'boolean', default: false } } });
if (!existsSync(etcdPath)) {
  process.stderr.write(`bench: ${etcdPath} is not there, and ratios need it: apt-get install etcd-server\n`);
  process.exit(1);
}
const chosen = values.ops.split(',').map((name) => {
  const found = operations.find((known) => known === name);
  if (!found) {
    process.stderr.write(`bench: there is no operation ${name}: use ${operations.join(', ')}\n`);
    process.exit(2);
  }
  return found;
});

/** In a process of its own, so that the measuring shares nothing with what starts the servers. */
function load(target: Target, operation: Operation, total: number): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const args = ['test/bench/loadgen.ts', '--json', `--op=${operation}`, `--total=${total}`, `--endpoints=${target.endpoints.join(',')}`];
    const child = spawn(process.execPath, args, { cwd: `${import.meta.dirname}/../..`, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (chunk) => (out += String(chunk)));
    child.once('exit', () => (out === '' ? reject(new Error('the load generator left no result')) : resolve(JSON.parse(out) as LoadResult)));
  });
}

interface Row {
  members: number;
  ours: LoadResult;
  etcd: LoadResult;
}

const total = Number(values.total);
const rows: Row[] = [];
for (const members of values.members.split(',').map(Number)) {
  const results = new Map<Target['kind'], LoadResult[]>();
  // One server at a time: on a small machine an idle neighbour still ticks.
  for (const kind of ['etcd', 'quorate'] as const) {
    const target = await Target.start(kind, members);
    try {
      await load(target, 'put', Math.min(total, 20_000));
      const list: LoadResult[] = [];
      for (const operation of chosen) list.push(await load(target, operation, total));
      results.set(kind, list);
    } finally {
      await target.stop();
    }
  }
  chosen.forEach((_, i) => rows.push({ members, ours: results.get('quorate')![i]!, etcd: results.get('etcd')![i]! }));
}

const ms = (value: number): string => value.toFixed(2).padStart(8);
const rate = (value: number): string => String(Math.round(value)).padStart(8);
if (values.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
else {
  process.stdout.write('members op      ours req/s   p50 ms   p99 ms  etcd req/s   p50 ms   p99 ms   ratio  failed\n');
  for (const { members, ours, etcd } of rows) {
    process.stdout.write(
      `${String(members).padStart(7)} ${ours.operation.padEnd(6)}    ${rate(ours.perSecond)} ${ms(ours.p50Ms)} ${ms(ours.p99Ms)}    ${rate(etcd.perSecond)} ${ms(etcd.p50Ms)} ${ms(etcd.p99Ms)}   ${(ours.perSecond / etcd.perSecond).toFixed(2).padStart(5)}  ${ours.failed}/${etcd.failed}\n`,
    );
  }
}
process.exitCode = rows.some((row) => row.ours.failed > 0) ? 1 : 0;
