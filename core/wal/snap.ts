import { crc32c } from '../base/crc32c.ts';
import type { Disk } from '../ports/disk.ts';
import { SnapshotFile } from '../proto/gen/snap.ts';
import { WireError } from '../proto/wire.ts';
import type { Snapshot } from '../raft/types.ts';
import { decodeSnapshot, encodeSnapshot } from './raft-codec.ts';

/** Source of the format: etcd `server/etcdserver/api/snap`. */
export interface SnapName {
  term: number;
  index: number;
}

export interface FoundSnap {
  name: string;
  snapshot: Snapshot;
}

const hex16 = (value: number): string => value.toString(16).padStart(16, '0');

function snapName({ term, index }: SnapName): string {
  return `${hex16(term)}-${hex16(index)}.snap`;
}

/** The name of a received store that waits to be installed. */
export function snapDbName(index: number): string {
  return `${hex16(index)}.snap.db`;
}

/** The snapshot files, newest first; other files are left alone. ENOENT when the folder is missing. */
export async function listSnaps(disk: Disk, dir: string): Promise<(SnapName & { name: string })[]> {
  const found: (SnapName & { name: string })[] = [];
  for (const name of await disk.list(dir)) {
    const match = /^([0-9a-f]{16})-([0-9a-f]{16})\.snap$/.exec(name);
    if (match) found.push({ name, term: Number.parseInt(match[1]!, 16), index: Number.parseInt(match[2]!, 16) });
  }
  return found.sort((a, b) => b.term - a.term || b.index - a.index);
}

/** Writes a snapshot file, whole or not at all, and returns its name. It is durable when this resolves. */
export async function saveSnap(disk: Disk, dir: string, snapshot: Snapshot): Promise<string> {
  const data = encodeSnapshot(snapshot);
  const name = snapName(snapshot.metadata);
  const temporary = `${dir}/${name}.tmp`;
  if (await disk.exists(temporary)) await disk.remove(temporary);
  const file = await disk.open(temporary, { create: true });
  try {
    await file.write(0, SnapshotFile.encode({ crc: crc32c(data), data }));
    await file.datasync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, `${dir}/${name}`);
  await disk.syncDir(dir);
  return name;
}

/**
 * The newest snapshot that is whole and that `usable` takes (the log must have a record of it); undefined: there is none.
 * Files that cannot be read as snapshots are renamed to `.broken` and named in `broken`.
 */
export async function loadNewestSnap(disk: Disk, dir: string, usable: (name: SnapName) => boolean = () => true): Promise<{ found: FoundSnap | undefined; broken: string[] }> {
  const broken: string[] = [];
  for (const { name, term, index } of await listSnaps(disk, dir)) {
    if (!usable({ term, index })) continue;
    const snapshot = parseSnap(await disk.readFile(`${dir}/${name}`));
    if (snapshot && snapshot.metadata.term === term && snapshot.metadata.index === index) return { found: { name, snapshot }, broken };
    await disk.rename(`${dir}/${name}`, `${dir}/${name}.broken`);
    broken.push(name);
  }
  if (broken.length > 0) await disk.syncDir(dir);
  return { found: undefined, broken };
}

function parseSnap(file: Uint8Array): Snapshot | undefined {
  try {
    const { crc, data } = SnapshotFile.decode(file);
    return data.length > 0 && crc32c(data) === crc ? decodeSnapshot(data) : undefined;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** Removes all but the newest `keep` snapshot files, and what a crash left of writing one. Returns the names. */
export async function purgeSnaps(disk: Disk, dir: string, keep: number): Promise<string[]> {
  const old = (await listSnaps(disk, dir)).slice(keep).map(({ name }) => name);
  const unfinished = (await disk.list(dir)).filter((name) => name.endsWith('.snap.tmp'));
  const names = [...old, ...unfinished];
  for (const name of names) await disk.remove(`${dir}/${name}`);
  if (names.length > 0) await disk.syncDir(dir);
  return names;
}
