/**
 * How long a member with many keys takes to come back: the same keys are written to our member and to Debian's etcd, both are
 * stopped, and the time from exec to the first linearizable read that is answered is taken, on this machine, in this run; with
 * it, on Linux, the processor time until then, which neighbours disturb less.
 *
 *   node test/bench/restart.ts [--keys 1000000] [--val 256] [--runs 3] [--kill] [--only quorate|etcd] [--json]
 */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { KVService, PutRequest, RangeRequest } from '../../core/proto/gen/rpc.ts';
import { Target } from '../support/target.ts';
import { etcdPath } from '../support/tools.ts';
import { H2Client } from './h2-client.ts';

const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '1000000' }, val: { type: 'string', default: '256' }, runs: { type: 'string', default: '3' },
    kill: { type: 'boolean', default: false }, only: { type: 'string' }, json: { type: 'boolean', default: false },
  },
});
const keyCount = Number(values.keys);
const runs = Number(values.runs);
const connections = 8;
const inflight = 64;
const answerTimeoutMs = 120_000;

/** Distinct keys of 40 bytes; `step` is prime to the count, so that they come in no order. */
const step = 611_953;
function keyAt(i: number): Uint8Array {
  return Buffer.from(`registry/pods/namespace-${String((i * step) % keyCount).padStart(16, '0')}`);
}

async function fill(endpoint: string): Promise<void> {
  const clients = await Promise.all(Array.from({ length: connections }, () => H2Client.connect(endpoint)));
  const value = new Uint8Array(Number(values.val)).fill(0x76);
  let sent = 0;
  let done = 0;
  await new Promise<void>((resolve, reject) => {
    const send = (client: H2Client): void => {
      if (sent === keyCount) return;
      client.call(KVService.put.path, PutRequest.encode({ key: keyAt(sent++), value }), (ok) => {
        if (!ok) reject(new Error(`a put failed after ${done}`));
        else if (++done === keyCount) resolve();
        else send(client);
      });
    };
    for (const client of clients) for (let i = 0; i < inflight; i++) send(client);
  });
  for (const client of clients) client.close();
}

/** True once a linearizable get was answered; false when nobody listens, or the call failed. */
async function reads(endpoint: string): Promise<boolean> {
  const client = await H2Client.connect(endpoint).catch(() => undefined);
  if (!client) return false;
  const ok = await new Promise<boolean>((resolve) => client.call(KVService.range.path, RangeRequest.encode({ key: keyAt(0) }), resolve));
  client.close();
  return ok;
}

/** Of all threads of a process, so far; undefined where the system does not tell it. */
function processorMs(pid: number): number | undefined {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  // The name, in brackets, may hold anything; behind it user and system time are the 12th and 13th, in hundredths of a second.
  const fields = readFileSync(path, 'utf8').split(') ').at(-1)!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

interface Restart {
  wallMs: number;
  cpuMs: number | undefined;
}

async function restart(target: Target): Promise<Restart> {
  await (values.kill ? target.killMember(0) : target.stopMember(0));
  const begun = performance.now();
  const program = target.launchMember(0, 'new');
  while (!(await reads(target.endpoints[0]!))) {
    const late = performance.now() - begun > answerTimeoutMs;
    if (late || !program.running) throw new Error(`${target.kind} answers no read after ${Math.round(performance.now() - begun)} ms:\n${target.output(0).slice(-2000)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return { wallMs: performance.now() - begun, cpuMs: processorMs(program.child.pid!) };
}

async function measure(kind: Target['kind']): Promise<{ fillMs: number; restarts: Restart[] }> {
  const target = await Target.start(kind, 1);
  try {
    const begun = performance.now();
    await fill(target.endpoints[0]!);
    const fillMs = performance.now() - begun;
    const restarts: Restart[] = [];
    for (let i = 0; i < runs; i++) restarts.push(await restart(target));
    return { fillMs, restarts };
  } finally {
    await target.stop();
  }
}

const median = (list: readonly number[]): number => Math.round(list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!);
const kinds = (['etcd', 'quorate'] as const).filter((kind) => values.only === undefined || values.only === kind);
if (kinds.includes('etcd') && !existsSync(etcdPath)) {
  process.stderr.write(`restart: ${etcdPath} is not there, and the ratio needs it: apt-get install etcd-server\n`);
  process.exit(1);
}
const wall: Partial<Record<Target['kind'], number>> = {};
const cpu: Partial<Record<Target['kind'], number>> = {};
for (const kind of kinds) {
  const { fillMs, restarts } = await measure(kind);
  wall[kind] = median(restarts.map(({ wallMs }) => wallMs));
  const cpuMs = restarts.flatMap((one) => (one.cpuMs === undefined ? [] : [one.cpuMs]));
  if (cpuMs.length > 0) cpu[kind] = median(cpuMs);
  const wallMs = restarts.map((one) => Math.round(one.wallMs));
  if (values.json) process.stdout.write(`${JSON.stringify({ kind, keys: keyCount, fillMs: Math.round(fillMs), wallMs, cpuMs })}\n`);
  else process.stdout.write(`${kind}: ${keyCount} keys written in ${(fillMs / 1000).toFixed(1)} s; exec to first read ${wallMs.join(', ')} ms, processor time ${cpuMs.join(', ')} ms\n`);
}
const ratio = (what: string, { quorate, etcd }: Partial<Record<Target['kind'], number>>): void => {
  if (quorate !== undefined && etcd !== undefined && !values.json) process.stdout.write(`${what}: ${quorate} ms, etcd ${etcd} ms, ratio ${(quorate / etcd).toFixed(2)}\n`);
};
ratio('restart', wall);
ratio('processor time of it', cpu);
