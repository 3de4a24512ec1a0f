import { constants } from 'node:fs';
import { access, open, readdir, rm } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { BoltError } from '../bolt/format.ts';
import { openBolt, type BoltFile } from '../bolt/read.ts';
import { readingAhead } from '../bolt/read-ahead.ts';
import { memberPaths } from '../fleet/data-dir.ts';
import { checkInitialCluster, ConfigError, memberDefaults, parseInitialCluster } from '../member/config.ts';
import { normalUrl, PeerUrls } from '../member/peer-urls.ts';
import { nodeNames } from '../node/node-names.ts';
import { DatabaseError } from '../member/database/import.ts';
import { restoreMember, type RestoreConfig } from '../member/database/restore.ts';
import { checkSnapshotFile } from '../member/database/snapshot-file.ts';
import { databaseStatus } from '../member/database/status.ts';
import { diskFailure } from '../node/disk-failure.ts';
import { LmdbBackend } from '../node/lmdb-backend.ts';
import { nodeClock } from '../node/node-clock.ts';
import { nodeDisk, readFully } from '../node/node-disk.ts';
import { DiskError } from '../ports/disk.ts';
import { booleanFlag, flagHelp, numberFlag, parseFlags, UsageError, type FlagSpec } from './flags.ts';
import { jsonLog } from './log.ts';
import { formatStatus, statusFormats } from './snapshot-output.ts';

const statusSpec: FlagSpec = {
  'write-out': { kind: 'text', hint: "'simple'", help: "How to print it: 'fields', 'json', 'simple' or 'table'." },
  w: { kind: 'text', help: 'Short for --write-out.' },
  help: { kind: 'boolean', help: 'Print this help and exit.' },
};

const restoreSpec: FlagSpec = {
  'data-dir': { kind: 'text', hint: "'${name}.etcd'", help: 'Folder to make; it must be empty or missing.' },
  'wal-dir': { kind: 'text', hint: "''", help: 'Folder of the log, if it is to lie elsewhere; it must not exist.' },
  name: { kind: 'text', hint: "'default'", help: 'Human-readable name for this member.' },
  'initial-cluster': { kind: 'text', hint: "'default=http://localhost:2380'", help: 'Members of the new cluster: name=peer-url,name=peer-url.' },
  'initial-cluster-token': { kind: 'text', hint: "'etcd-cluster'", help: 'Keeps clusters apart that are begun with equal flags.' },
  'initial-advertise-peer-urls': { kind: 'text', hint: "'http://localhost:2380'", help: 'Peer URLs of this member for the others.' },
  'skip-hash-check': { kind: 'boolean', help: 'Take a file without a digest, such as one copied from a data folder.' },
  'bump-revision': { kind: 'text', hint: "'0'", help: 'Raise the newest revision by this, so that no client sees a revision come twice.' },
  'mark-compacted': { kind: 'boolean', help: 'Take all revisions up to the raised one for compacted; goes with --bump-revision.' },
  help: { kind: 'boolean', help: 'Print this help and exit.' },
};

const usage = `Tells what a snapshot file of etcd or Quorate holds, or makes a member's data folder of it.

Usage: quorate snapshot status FILE [flags]
       quorate snapshot restore FILE --data-dir DIR [flags]

status
${flagHelp(statusSpec)}

restore
${flagHelp(restoreSpec)}
`;

/** `quorate snapshot`: etcdutl's `snapshot`, for our data folders. */
export async function run(args: string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === 'status' || name === 'restore') {
    const { files, flags } = split(rest, name === 'status' ? statusSpec : restoreSpec);
    if (!booleanFlag(flags, 'help', false)) return attempt(() => (name === 'status' ? status(theFile(files, name), flags) : restore(theFile(files, name), flags)));
  } else if (name === undefined || !/^--?h(elp)?$|^help$/.test(name)) {
    throw new UsageError(name === undefined ? "say 'status' or 'restore'" : `there is no 'snapshot ${name}': use 'status' or 'restore'`);
  }
  process.stdout.write(usage);
  return 0;
}

/** File names may stand before, between and behind the flags. */
function split(args: readonly string[], spec: FlagSpec): { files: string[]; flags: Map<string, string> } {
  const files: string[] = [];
  const others: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (!/^-./.test(arg)) files.push(arg);
    else {
      others.push(arg);
      const takesNext = !arg.includes('=') && spec[arg.replace(/^--?/, '')]?.kind === 'text';
      if (takesNext && i + 1 < args.length) others.push(args[++i]!);
    }
  }
  return { files, flags: parseFlags(others, spec) };
}

function theFile(files: readonly string[], command: string): string {
  if (files.length !== 1) throw new UsageError(`snapshot ${command} requires exactly one argument`);
  return files[0]!;
}

/** Failures that lie with the file, the flags or the disk are told in one line. */
async function attempt(work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    const expected = error instanceof BoltError || error instanceof DatabaseError || error instanceof DiskError || error instanceof ConfigError;
    if (!expected && typeof (error as NodeJS.ErrnoException).syscall !== 'string') throw error;
    process.stderr.write(`quorate snapshot: ${(error as Error).message}\n`);
    return 1;
  }
}

type ReadFile = (position: number, into: Uint8Array) => Promise<number>;

/** What is wrong with the file is told with its name. */
async function withFile<T>(path: string, work: (read: ReadFile, size: number) => Promise<T>): Promise<T> {
  const failed = (error: unknown): never => {
    throw diskFailure(path, 'read', error);
  };
  const handle = await open(path, 'r').catch(failed);
  try {
    return await work((position, into) => readFully(handle, position, into).catch(failed), (await handle.stat()).size);
  } catch (error) {
    if (error instanceof BoltError || error instanceof DatabaseError) error.message = `${path}: ${error.message}`;
    throw error;
  } finally {
    await handle.close();
  }
}

const databaseIn = (read: ReadFile, bytes: number): Promise<BoltFile> => openBolt(readingAhead(read, bytes), bytes);

async function status(file: string, flags: Map<string, string>): Promise<void> {
  const wanted = flags.get('write-out') ?? flags.get('w') ?? 'simple';
  const format = statusFormats.find((known) => known === wanted);
  if (!format) throw new UsageError(`unsupported output format "${wanted}": use ${statusFormats.join(', ')}`);
  await withFile(file, async (read, size) => {
    const { databaseBytes } = await checkSnapshotFile(read, size, true);
    process.stdout.write(formatStatus(await databaseStatus(await databaseIn(read, databaseBytes)), format));
  });
}

interface RestoreFlags {
  config: RestoreConfig;
  dataDir: string;
  walDir: string;
  skipHashCheck: boolean;
}

async function restoreFlags(flags: Map<string, string>): Promise<RestoreFlags> {
  const name = flags.get('name') ?? memberDefaults.name;
  const bumpRevision = numberFlag(flags, 'bump-revision', 0);
  if (bumpRevision < 0) throw new UsageError(`invalid value "${bumpRevision}" for flag -bump-revision: not below 0`);
  if (booleanFlag(flags, 'mark-compacted', false) !== bumpRevision > 0) throw new UsageError('--mark-compacted required if --bump-revision > 0');
  const dataDir = resolve(flags.get('data-dir') ?? `${name}.etcd`);
  const config = {
    ...memberDefaults, name, dataDir, initialClusterState: 'new' as const, bumpRevision,
    initialAdvertisePeerUrls: (flags.get('initial-advertise-peer-urls') ?? 'http://localhost:2380').split(',').map((url) => normalUrl(url).replace(/\/$/, '')),
    initialCluster: parseInitialCluster(flags.get('initial-cluster') ?? `${memberDefaults.name}=http://localhost:2380`),
    initialClusterToken: flags.get('initial-cluster-token') ?? memberDefaults.initialClusterToken,
  };
  await checkInitialCluster(config, new PeerUrls({ names: nodeNames, clock: nodeClock, log: jsonLog('info') }));
  const walDir = flags.get('wal-dir');
  return { config, dataDir, walDir: walDir ? resolve(walDir) : '', skipHashCheck: booleanFlag(flags, 'skip-hash-check', false) };
}

async function restore(file: string, flags: Map<string, string>): Promise<void> {
  const { config, dataDir, walDir, skipHashCheck } = await restoreFlags(flags);
  const existed = await access(dataDir, constants.F_OK).then(() => true, () => false);
  const inside = await readdir(dataDir).catch((error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? [] : [error.code]));
  if (inside.length > 0) throw new ConfigError(`data-dir "${dataDir}" not empty or could not be read`);
  if (walDir && (await access(walDir, constants.F_OK).then(() => true, () => false))) throw new ConfigError(`wal-dir "${walDir}" exists`);
  const paths = memberPaths({ dataDir, walDir });
  if (!relative(paths.walDir, paths.snapDir).startsWith('..')) throw new ConfigError(`wal-dir "${walDir}" must be a folder of its own: the member's other data would lie in it, in ${paths.snapDir}`);
  const log = jsonLog('info');
  const told = { path: file, 'wal-dir': paths.walDir, 'data-dir': dataDir, 'snap-dir': paths.snapDir };
  await withFile(file, async (read, size) => {
    const { databaseBytes, problem } = await checkSnapshotFile(read, size, skipHashCheck);
    if (problem !== undefined) throw new DatabaseError(problem);
    log.log('info', 'restoring snapshot', told);
    await nodeDisk.mkdir(paths.snapDir);
    try {
      const lock = await nodeDisk.lock(dataDir);
      const backend = LmdbBackend.open(paths.store);
      try {
        const target = { disk: nodeDisk, walDir: paths.walDir, snapDir: paths.snapDir, backend, soon: (next: () => void) => nodeClock.soon(next) };
        await restoreMember(await databaseIn(read, databaseBytes), config, target);
      } finally {
        await backend.close();
        await lock.release();
      }
    } catch (error) {
      // Half a member is worse than none: the folder is as it was, empty or missing.
      for (const made of [paths.walDir, `${paths.walDir}.tmp`, existed ? join(dataDir, 'member') : dataDir]) await rm(made, { recursive: true, force: true });
      throw error;
    }
    log.log('info', 'restored snapshot', told);
  });
}
