/**
 * A database file is read, checked, and made into a store, without a network: megabytes a second, processor seconds, and the
 * most memory that it took, each step in a process of its own.
 *
 *   node test/bench/import.ts [--mib 512] [--value 16384] [--file FILE] [--steps leaves,index,import,receive,export,status] [--rounds 3]
 *
 * Memory is that of the heap and of buffers: pages of mapped files, which the system takes back when it likes, are not counted.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, openSync, readFileSync, readSync, rmSync, writeSync, closeSync, statSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { utf8 } from '../../core/base/bytes.ts';
import { layoutBoltInSteps, type BoltEntry } from '../../core/bolt/write.ts';
import { databaseTables } from '../../core/member/database/buckets.ts';
import { exportDatabase } from '../../core/member/database/export.ts';
import { importDatabase, openDatabase } from '../../core/member/database/import.ts';
import { databaseStatus } from '../../core/member/database/status.ts';
import { Preparation } from '../../core/member/preparation.ts';
import { ReceivedFile } from '../../core/member/received-file.ts';
import { Table } from '../../core/mvcc/backend.ts';
import { IndexBuilder } from '../../core/mvcc/index-builder.ts';
import { RowSlab } from '../../core/mvcc/row-slab.ts';
import { LmdbBackend } from '../../core/node/lmdb-backend.ts';
import { nodeClock } from '../../core/node/node-clock.ts';
import { nodeDisk } from '../../core/node/node-disk.ts';

const { values } = parseArgs({
  options: {
    mib: { type: 'string', default: '512' }, value: { type: 'string', default: '16384' }, file: { type: 'string' }, rounds: { type: 'string', default: '3' },
    steps: { type: 'string', default: 'leaves,index,import,receive,export,status' }, step: { type: 'string' }, folder: { type: 'string' },
  },
});

/** As `fill` of the snapshot's bench makes them. */
function* rows(total: number, valueBytes: number): Generator<BoltEntry> {
  const slab = new RowSlab();
  const value = new Uint8Array(valueBytes);
  for (let i = 0; i < total; i++) {
    const kv = { key: utf8(`fill/${String(i).padStart(9, '0')}`), value: value.fill(i), createRevision: i + 2, modRevision: i + 2, version: 1, lease: 0n };
    const row = slab.row(i + 2, 0, false, kv);
    yield [row.key, row.value];
  }
}

function make(file: string): void {
  const valueBytes = Number(values.value);
  const total = Math.ceil((Number(values.mib) * 1024 ** 2) / (valueBytes + 80));
  const steps = layoutBoltInSteps(databaseTables.map((table) => ({ name: utf8(table), entries: () => (table === Table.key ? rows(total, valueBytes) : []) })));
  let step = steps.next();
  while (!step.done) step = steps.next();
  const handle = openSync(file, 'w');
  for (const chunk of step.value.chunks()) writeSync(handle, chunk);
  closeSync(handle);
}

const soon = (run: () => void): void => nodeClock.soon(run);

const steps: Readonly<Record<string, (file: string, folder: string) => Promise<void>>> = {
  async leaves(path) {
    const file = await nodeDisk.open(path);
    const bolt = await openDatabase(file);
    let bytes = 0;
    for (const name of await bolt.buckets()) for await (const [key, value] of (await bolt.bucket(name))!.entries()) bytes += key.length + value.length;
    await file.close();
    if (bytes === 0) throw new Error('the file has no rows');
  },
  async index(path) {
    const file = await nodeDisk.open(path);
    const built = new IndexBuilder();
    for await (const [key, value] of (await (await openDatabase(file)).bucket(utf8('key')))!.entries()) built.add(key, value);
    await file.close();
  },
  async import(path, folder) {
    const file = await nodeDisk.open(path);
    const backend = LmdbBackend.open(join(folder, 'store.lmdb'));
    const built = new IndexBuilder();
    await importDatabase(await openDatabase(file), backend, { soon, row: (key, row) => built.add(key, row) });
    await file.close();
    await backend.close();
  },
  async receive(path, folder) {
    const { size } = statSync(path);
    const backend = LmdbBackend.open(join(folder, 'store.lmdb'));
    const file = await nodeDisk.open(join(folder, 'received'), { create: true });
    const received = new ReceivedFile(file);
    const snapshot = { data: new Uint8Array(0), metadata: { index: 1, term: 1, confState: { voters: [], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false } } };
    const preparation = new Preparation(snapshot, received, size, { backend, clock: nodeClock, log: { log() {} } });
    await received.write(inChunks(path, size));
    const prepared = await preparation.store;
    if (!prepared) throw new Error('it was not prepared');
    await prepared.database.finish(snapshot.metadata);
    await backend.close();
    await file.close();
  },
  async export(path, folder) {
    const backend = LmdbBackend.open(join(folder, 'store.lmdb'));
    const file = await nodeDisk.open(path);
    await importDatabase(await openDatabase(file), backend, { soon });
    begun = begin();
    const exported = await exportDatabase({ backend, flush: async () => {}, soon });
    let bytes = 0;
    for (const chunk of exported.chunks()) {
      bytes += chunk.length;
      await new Promise<void>((resolve) => soon(resolve));
    }
    exported.close();
    await backend.close();
    await file.close();
    if (bytes !== exported.byteLength) throw new Error('it is not as long as it was said');
  },
  async status(path) {
    const file = await nodeDisk.open(path);
    await databaseStatus(await openDatabase(file));
    await file.close();
  },
};

/** As a socket gives them: each chunk a buffer of its own. */
async function* inChunks(path: string, size: number): AsyncGenerator<Uint8Array> {
  const handle = openSync(path, 'r');
  for (let at = 0; at < size; ) {
    const chunk = Buffer.allocUnsafeSlow(64 * 1024);
    const read = readSync(handle, chunk, 0, chunk.length, at);
    at += read;
    yield chunk.subarray(0, read);
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
  closeSync(handle);
}

const anonymousKiB = (): number => Number(/RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]);

interface Begun {
  cpu: NodeJS.CpuUsage;
  wall: number;
  kiB: number;
}

const begin = (): Begun => ({ cpu: process.cpuUsage(), wall: performance.now(), kiB: anonymousKiB() });
let begun = begin();

async function runStep(name: string, path: string, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  let peakKiB = 0;
  let turn = performance.now();
  let longest = 0;
  const watch = (): void => {
    peakKiB = Math.max(peakKiB, anonymousKiB());
    const now = performance.now();
    longest = Math.max(longest, now - turn);
    turn = now;
  };
  const timer = setInterval(watch, 5);
  begun = begin();
  await steps[name]!(path, folder);
  const cpu = process.cpuUsage(begun.cpu);
  const seconds = (performance.now() - begun.wall) / 1000;
  clearInterval(timer);
  watch();
  process.stdout.write(JSON.stringify({ seconds, user: cpu.user / 1e6, system: cpu.system / 1e6, peakMiB: (peakKiB - begun.kiB) / 1024, longest }));
}

if (values.step !== undefined) await runStep(values.step, values.file!, values.folder!);
else {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-import-'));
  try {
    const file = values.file ?? join(folder, 'database');
    if (!existsSync(file)) make(file);
    const mib = statSync(file).size / 1024 ** 2;
    process.stdout.write(`${mib.toFixed(0)} MiB      MiB/s   user s   system s   most memory MiB   longest turn ms\n`);
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const step of values.steps.split(',')) {
        const within = join(folder, step);
        const ran = spawnSync(process.execPath, [...process.execArgv, import.meta.filename, '--step', step, '--file', file, '--folder', within], { stdio: ['ignore', 'pipe', 'inherit'] });
        rmSync(within, { recursive: true, force: true });
        const { seconds, user, system, peakMiB, longest } = JSON.parse(String(ran.stdout)) as Record<string, number>;
        process.stdout.write(`${step.padEnd(10)} ${(mib / seconds!).toFixed(0).padStart(8)} ${user!.toFixed(2).padStart(8)} ${system!.toFixed(2).padStart(10)} ${peakMiB!.toFixed(0).padStart(17)} ${longest!.toFixed(0).padStart(17)}\n`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
