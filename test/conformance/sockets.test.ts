import { join } from 'node:path';
import { expect, test } from 'vitest';
import { eventually, freePorts, Program, tempFolder } from '../support/process.ts';
import { calm, quorateArgs } from '../support/target.ts';
import { etcdctl, etcdctlPath, etcdPath, missing } from '../support/tools.ts';

const ready = /ready to serve client requests/;

/** A socket file's URL as etcd takes it: the file's name is its host and port, in the folder where its processes run. */
const socket = (i: number): string => `unix://localhost:${i}`;

test.skipIf(missing(etcdPath) !== undefined || missing(etcdctlPath) !== undefined)('members of both kinds meet on socket files, and one more joins there', async () => {
  const folder = tempFolder('sockets');
  const ports = await freePorts(4);
  const endpoint = (i: number): string => `http://127.0.0.1:${ports[i - 1]}`;
  const programs: Program[] = [];
  const launch = (i: number, kind: 'quorate' | 'etcd', of: number, state: string): Program => {
    const flags = [
      `--name=m${i}`, '--data-dir', join(folder.path, `m${i}`), `--listen-client-urls=${endpoint(i)}`, `--advertise-client-urls=${endpoint(i)}`,
      `--listen-peer-urls=${socket(i)}`, `--initial-advertise-peer-urls=${socket(i)}`, `--initial-cluster-state=${state}`,
      '--initial-cluster', Array.from({ length: of }, (_, n) => `m${n + 1}=${socket(n + 1)}`).join(','), ...calm,
    ];
    const [command, args] = kind === 'etcd' ? [etcdPath, flags] : [process.execPath, [...quorateArgs, 'member', ...flags]];
    const program = new Program(`${kind} m${i}`, command, args, {}, folder.path);
    programs.push(program);
    return program;
  };
  try {
    await Promise.all([launch(1, 'quorate', 3, 'new'), launch(2, 'etcd', 3, 'new'), launch(3, 'quorate', 3, 'new')].map((program) => program.saying(ready)));
    for (const i of [1, 2, 3]) expect((await etcdctl([endpoint(i)], ['put', `from${i}`, String(i)])).stdout).toBe('OK\n');
    for (const i of [1, 2, 3]) expect((await etcdctl([endpoint(i)], ['get', '--prefix', 'from', '--print-value-only'])).stdout).toBe('1\n2\n3\n');
    // Not before they have been connected for a while.
    await eventually('the addition', async () => {
      const { stdout, stderr } = await etcdctl([endpoint(2)], ['member', 'add', 'm4', `--peer-urls=${socket(4)}`, '--learner']);
      expect(stdout, stderr).toMatch(/added (as learner )?to cluster/);
    });
    await launch(4, 'quorate', 4, 'existing').saying(ready);
    expect((await etcdctl([endpoint(4)], ['get', 'from2', '--print-value-only', '--consistency=s'])).stdout).toBe('2\n');
  } finally {
    await Promise.all(programs.map((program) => program.end('SIGKILL')));
    folder.remove();
  }
});
