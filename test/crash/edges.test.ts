import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { randomInt, SeededRandom } from '../../core/base/random.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { openMember } from '../../core/fleet/compose-member.ts';
import { memberDefaults, type MemberConfig } from '../../core/member/config.ts';
import { LmdbBackend } from '../../core/node/lmdb-backend.ts';
import { nodeDisk } from '../../core/node/node-disk.ts';
import { silentLog } from '../../core/ports/log.ts';
import { KVService, MaintenanceService } from '../../core/proto/gen/rpc.ts';
import { eventually, freePorts, Program, tempFolder } from '../support/process.ts';
import type { EdgeMemberOptions } from './edge-member.ts';
import type { EdgeMode } from './edges.ts';
import { Ledger, lost } from './load.ts';

/** `QUORATE_SEED` repeats a run; `QUORATE_EDGES=all` walks over every edge, a number over as many, and `=17,18` over those. */
const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const wanted = process.env['QUORATE_EDGES'] ?? '8';
/** Small, so that the workload comes to a second segment. */
const segmentBytes = 8_192;
/** The sources as Node has compiled them, from the first member that ends in peace: the others start in half the time. */
const compiled = tempFolder('edges-compiled');
afterAll(() => compiled.remove());

async function configIn(dataDir: string): Promise<MemberConfig> {
  const [client, peer] = (await freePorts(2)).map((port) => `http://127.0.0.1:${port}`);
  return {
    ...memberDefaults, name: 'm', dataDir, listenClientUrls: [client!], advertiseClientUrls: [client!], listenPeerUrls: [peer!], initialAdvertisePeerUrls: [peer!],
    initialCluster: [{ name: 'm', peerUrls: [peer!] }], heartbeatIntervalMs: 20, electionTimeoutMs: 200, backendBatchIntervalMs: 20, snapshotCount: 5, snapshotCatchupEntries: 3,
    maxSnapshots: 1, maxWals: 1, compactionBatchLimit: 5,
  };
}

/** Writes, a compaction, a defragmentation and writes again, one after the other; ends at the first that is not acknowledged. */
async function work(endpoint: string, ledger: Ledger, puts = [4, 3]): Promise<void> {
  const client = new EtcdClient([endpoint]);
  let n = 0;
  const put = async (): Promise<number> => {
    const key = `w0/k${n % 5}`;
    const { header } = await client.at(0, KVService.put, { key: utf8(key), value: utf8(String(n)) }, { timeoutMs: 10_000 });
    // A key and a value of so much make the segment full in time.
    await client.at(0, KVService.put, { key: utf8(`filler${n % 3}`), value: new Uint8Array(900) }, { timeoutMs: 10_000 });
    ledger.note(key, n++, header!.revision);
    return header!.revision;
  };
  try {
    for (let i = 0; i < puts[0]!; i++) await put();
    const revision = await put();
    await client.at(0, KVService.compact, { revision, physical: true }, { timeoutMs: 10_000 });
    await client.at(0, MaintenanceService.defragment, {}, { timeoutMs: 10_000 });
    for (let i = 0; i < puts[1]!; i++) await put();
  } finally {
    client.close();
  }
}

const struck = (output: string): boolean => /^edge \d+:/m.test(output);

interface Outcome {
  output: string;
  code: number | null;
}

/** Runs the workload against a member that strikes at the edge, until it is over or the member is. */
async function run(options: EdgeMemberOptions, ledger: Ledger): Promise<Outcome> {
  const program = new Program('edge member', process.execPath, [join(import.meta.dirname, 'edge-member.ts'), JSON.stringify(options)], { NODE_COMPILE_CACHE: compiled.path });
  try {
    const ready = await program.saying(/^ready$/m).catch(() => undefined);
    if (ready) await Promise.race([work(options.config.listenClientUrls[0]!, ledger).catch(() => {}), program.exited]);
    // A member whose disk fails ends by itself, if only at the next write: a defragmentation may fail without harm.
    // Past the workload an edge may lie in what goes on in the background, or in the end.
    if (struck(program.output) && options.mode === 'EIO') {
      await work(options.config.listenClientUrls[0]!, new Ledger(), [1, 0]).catch(() => {});
      await program.saying(/^ended: /m).then(() => program.exited);
    }
    else await program.end('SIGTERM');
    return { output: program.output, code: (await program.exited).code };
  } finally {
    await program.end('SIGKILL');
  }
}

/** The member starts again, on a disk that is in order, and has all of the ledger; and it takes writes. */
async function mustHave(config: MemberConfig, ledger: Ledger, where: string): Promise<void> {
  const member = await openMember(config, silentLog, { disk: nodeDisk, openBackend: (path) => LmdbBackend.open(path), wal: { segmentBytes } });
  try {
    await member.ready;
    const [endpoint] = config.listenClientUrls;
    expect(await eventually('reads', () => lost(endpoint!, ledger)), where).toEqual([]);
    await work(endpoint!, new Ledger(), [1, 1]);
  } finally {
    await member.stop();
  }
}

async function strike(at: number, mode: EdgeMode): Promise<Outcome> {
  const folder = tempFolder('edge');
  try {
    const config = await configIn(join(folder.path, 'data'));
    const ledger = new Ledger();
    const outcome = await run({ config, at, mode, segmentBytes }, ledger);
    await mustHave(config, ledger, `QUORATE_EDGES=${at}, ${mode}: ${outcome.output}`);
    return outcome;
  } finally {
    folder.remove();
  }
}

function chosen(edges: number): number[] {
  const all = Array.from({ length: edges }, (_, i) => i + 1);
  if (wanted === 'all') return all;
  if (wanted.includes(',')) return wanted.split(',').map(Number);
  const random = new SeededRandom(seed);
  // One in each part of the way.
  const parts = Math.min(edges, Number(wanted));
  return Array.from({ length: parts }, (_, i) => Math.floor((i * edges) / parts) + 1 + randomInt(random, Math.max(1, Math.floor(edges / parts))));
}

test.each(['kill', 'EIO'] as const)('whatever edge of the disk a member meets its end at, it comes back with all that it acknowledged (%s)', async (mode) => {
  const whole = await strike(0, mode);
  const edges = Number(/edges (\d+)/.exec(whole.output)?.[1]);
  expect(edges, whole.output).toBeGreaterThan(60);
  const points = chosen(edges);
  process.stdout.write(`edges: seed ${seed}, ${points.length} of ${edges}, ${mode}\n`);
  let met = 0;
  for (const at of points) {
    const { output, code } = await strike(at, mode);
    // How many edges there are depends a little on time: the last ones may not come.
    if (!struck(output)) continue;
    met++;
    // A signal may find a process that is on its way out.
    if (mode === 'kill') expect(code, output).toBeNull();
    // Struck on its way out after the workload, it ends as it was told to; what it had acknowledged was looked for all the same.
    else if (!/^edges \d+/m.test(output)) {
      expect([1, null], output).toContain(code);
      expect(output).toMatch(/ended: cannot .* \/.*: the disk reports an input\/output error \(EIO\): look into the system log/);
    }
  }
  expect(met).toBeGreaterThanOrEqual(Math.ceil(points.length * 0.8));
}, wanted === 'all' ? 7_200_000 : 900_000);
