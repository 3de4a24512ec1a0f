/**
 * `npm run bench:startup`: from exec to the ready line, fresh members, ours and Debian's etcd.
 *
 *   -- --rounds 10 --members 1,3
 *
 * Wall time on a busy machine tells of the machine; the CPU time that the members have used by then tells of them.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Program, freePorts, tempFolder } from '../support/process.ts';
import { quorateArgs } from '../support/target.ts';
import { etcdPath } from '../support/tools.ts';

type Kind = 'quorate' | 'etcd';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '10' }, members: { type: 'string', default: '1,3' } } });
/** All threads of a process, from the scheduler's own count, which is in nanoseconds. */
function cpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6, 0);
}

async function start(kind: Kind, count: number): Promise<{ wallMs: number; cpuMs: number }> {
  const folder = tempFolder('startup');
  const ports = await freePorts(count * 2);
  const cluster = Array.from({ length: count }, (_, i) => `m${i}=http://127.0.0.1:${ports[i * 2 + 1]}`).join(',');
  const begun = performance.now();
  const programs = Array.from({ length: count }, (_, i) => {
    const [client, peer] = [`http://127.0.0.1:${ports[i * 2]}`, `http://127.0.0.1:${ports[i * 2 + 1]}`];
    const flags = [
      `--name=m${i}`, `--data-dir=${join(folder.path, `m${i}`)}`, `--listen-client-urls=${client}`, `--advertise-client-urls=${client}`, `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`, `--initial-cluster=${cluster}`,
    ];
    return kind === 'etcd' ? new Program(`etcd m${i}`, etcdPath, flags) : new Program(`quorate m${i}`, process.execPath, [...quorateArgs, 'member', ...flags]);
  });
  try {
    await Promise.all(programs.map((program) => program.saying(/ready to serve client requests/, 60_000)));
    return { wallMs: performance.now() - begun, cpuMs: programs.reduce((sum, { child }) => sum + cpuMs(child.pid!), 0) };
  } finally {
    await Promise.all(programs.map((program) => program.end('SIGKILL')));
    folder.remove();
  }
}

const at = (sorted: readonly number[], part: number): string => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(0).padStart(6);

process.stdout.write('members            ready after, ms              CPU by then, ms\n                   least  median    most         least  median\n');
for (const count of values.members.split(',').map(Number)) {
  for (const kind of ['quorate', 'etcd'] as const) {
    if (kind === 'etcd' && !existsSync(etcdPath)) continue;
    const results = [];
    for (let round = 0; round < Number(values.rounds); round++) results.push(await start(kind, count));
    const [wall, cpu] = [results.map((r) => r.wallMs).sort((a, b) => a - b), results.map((r) => r.cpuMs).sort((a, b) => a - b)];
    process.stdout.write(`${count} ${kind.padEnd(15)} ${at(wall, 0)}  ${at(wall, 0.5)}  ${at(wall, 1)}        ${at(cpu, 0)}  ${at(cpu, 0.5)}\n`);
  }
}
