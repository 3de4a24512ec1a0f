import { closeSync, createReadStream, createWriteStream, existsSync, fchmodSync, fchownSync, fstatSync, ftruncateSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { chown, readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** When a log file is full, and what becomes of the full ones. */
export interface Rotation {
  maxBytes: number;
  /** Backups that are older are removed; 0: none for its age. */
  maxAgeDays: number;
  /** The newest that are kept; 0: all. */
  maxBackups: number;
  /** Backups are named by the time here, not by UTC. */
  localTime: boolean;
  /** Backups are gzipped. */
  compress: boolean;
}

const msPerDay = 24 * 60 * 60 * 1000;
const compressedEnd = '.gz';
const timeForm = /^(\d{4})-(\d\d)-(\d\d)T(\d\d)-(\d\d)-(\d\d)\.(\d{3})$/;

interface Backup {
  name: string;
  atMs: number;
}

/**
 * A log file that is put aside as `name-2006-01-02T15-04-05.000.log` before a line would make it larger than the limit, after
 * lumberjack, which etcd uses. Whatever fails, lines go on into the file that is open, and a line is in a file whole or not at all.
 */
export class RotatingFile {
  readonly #path: string;
  readonly #rotation: Rotation;
  readonly #nowMs: () => number;
  readonly #closing = new AbortController();
  #file: number;
  #size: number;
  #tidying: Promise<void> | undefined;
  #tidyAgain = false;

  /** Throws when the file cannot be written, or is none that can be put aside. */
  constructor(path: string, rotation: Rotation, nowMs: () => number = Date.now) {
    this.#path = path;
    this.#rotation = rotation;
    this.#nowMs = nowMs;
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    this.#file = openSync(path, 'a', 0o600);
    const found = fstatSync(this.#file);
    if (!found.isFile()) {
      closeSync(this.#file);
      throw new Error('it is not a file that can be rotated');
    }
    this.#size = found.size;
    if (this.#size >= rotation.maxBytes) this.#rotate();
    this.#tidy();
  }

  write(line: string): void {
    if (this.#file < 0) return;
    const bytes = Buffer.from(line);
    // A line that is larger than all files may be has one to itself.
    if (this.#size > 0 && this.#size + bytes.length > this.#rotation.maxBytes) this.#rotate();
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(this.#file, bytes, done);
      this.#size += done;
    } catch {
      // A full disk must not end the member, and half a line is none.
      if (done > 0) this.#cutTo(this.#size);
    }
  }

  /** Lets go of the file; backups that are being compressed are so at the next start. */
  close(): void {
    this.#closing.abort();
    closeSync(this.#file);
    // A line that comes late must not go into what has this number next.
    this.#file = -1;
  }

  /** Resolves when the backups are as they should be. */
  get tidied(): Promise<void> {
    return this.#tidying ?? Promise.resolve();
  }

  #cutTo(size: number): void {
    try {
      ftruncateSync(this.#file, size);
    } catch {
      // It stays as it is then.
    }
  }

  #rotate(): void {
    const backup = this.#freeName();
    let moved = false;
    try {
      const { dev, ino, mode, uid, gid } = fstatSync(this.#file);
      const named = statSync(this.#path, { throwIfNoEntry: false });
      // What somebody else has put there is not ours to move.
      if (named?.ino === ino && named.dev === dev) {
        renameSync(this.#path, backup);
        moved = true;
      }
      const next = openSync(this.#path, 'a', mode & 0o777);
      giveTo(next, mode, uid, gid);
      closeSync(this.#file);
      this.#file = next;
      this.#size = fstatSync(next).size;
    } catch {
      if (moved) this.#moveBack(backup);
      return;
    }
    this.#tidy();
  }

  #moveBack(backup: string): void {
    try {
      renameSync(backup, this.#path);
    } catch {
      // What is open is written on, whatever its name.
    }
  }

  /** No backup takes the place of another, though two be made within a millisecond. */
  #freeName(): string {
    const { begin, end } = this.#nameParts();
    for (let atMs = this.#nowMs(); ; atMs++) {
      const name = join(dirname(this.#path), `${begin}${timeText(atMs, this.#rotation.localTime)}${end}`);
      if (!existsSync(name) && !existsSync(name + compressedEnd)) return name;
    }
  }

  /** What stands around the time. Go's extension begins at the last dot, though it be the first character. */
  #nameParts(): { begin: string; end: string } {
    const name = basename(this.#path);
    const dot = name.lastIndexOf('.');
    const end = dot < 0 ? '' : name.slice(dot);
    return { begin: `${name.slice(0, name.length - end.length)}-`, end };
  }

  /** Removes and compresses backups, beside what goes on; once more when one has come meanwhile. */
  #tidy(): void {
    const { maxAgeDays, maxBackups, compress } = this.#rotation;
    if (maxAgeDays === 0 && maxBackups === 0 && !compress) return;
    if (this.#tidying) {
      this.#tidyAgain = true;
      return;
    }
    const run = async (): Promise<void> => {
      do {
        this.#tidyAgain = false;
        await this.#tidyOnce().catch(() => {});
      } while (this.#tidyAgain && !this.#closing.signal.aborted);
      this.#tidying = undefined;
    };
    this.#tidying = run();
  }

  async #tidyOnce(): Promise<void> {
    const folder = dirname(this.#path);
    const kept: Backup[] = [];
    for (const backup of await this.#backups()) {
      const { maxAgeDays } = this.#rotation;
      if (this.#isTooMany(kept, backup) || (maxAgeDays > 0 && backup.atMs < this.#nowMs() - maxAgeDays * msPerDay)) await rm(join(folder, backup.name), { force: true });
      else kept.push(backup);
    }
    if (!this.#rotation.compress) return;
    for (const { name } of kept) {
      if (this.#closing.signal.aborted) return;
      // One that cannot be compressed does not keep the others from it.
      if (!name.endsWith(compressedEnd)) await compressFile(join(folder, name), this.#closing.signal).catch(() => {});
    }
  }

  /** A backup and what has been compressed of it are one. */
  #isTooMany(kept: readonly Backup[], { name }: Backup): boolean {
    const plain = (text: string): string => (text.endsWith(compressedEnd) ? text.slice(0, -compressedEnd.length) : text);
    const names = new Set([...kept.map((one) => plain(one.name)), plain(name)]);
    return this.#rotation.maxBackups > 0 && names.size > this.#rotation.maxBackups;
  }

  /** The newest first. */
  async #backups(): Promise<Backup[]> {
    const { begin, end } = this.#nameParts();
    const found: Backup[] = [];
    for (const name of await readdir(dirname(this.#path))) {
      const tail = [end, end + compressedEnd].find((one) => name.endsWith(one) && timeForm.test(name.slice(begin.length, name.length - one.length)));
      if (!name.startsWith(begin) || tail === undefined) continue;
      found.push({ name, atMs: timeOf(name.slice(begin.length, name.length - tail.length), this.#rotation.localTime) });
    }
    return found.sort((a, b) => b.atMs - a.atMs);
  }
}

/** The next file has the mode and the owner of the last, where this user may give them. */
function giveTo(file: number, mode: number, uid: number, gid: number): void {
  try {
    fchmodSync(file, mode & 0o777);
    fchownSync(file, uid, gid);
  } catch {
    // Its lines matter more.
  }
}

const digits = (value: number, count: number): string => String(value).padStart(count, '0');

function timeText(atMs: number, local: boolean): string {
  const at = new Date(atMs);
  if (!local) return at.toISOString().slice(0, -1).replaceAll(':', '-');
  const day = [at.getFullYear(), digits(at.getMonth() + 1, 2), digits(at.getDate(), 2)].join('-');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => digits(part, 2)).join('-');
  return `${day}T${time}.${digits(at.getMilliseconds(), 3)}`;
}

function timeOf(text: string, local: boolean): number {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, ms = 0] = timeForm.exec(text)!.slice(1).map(Number);
  return local ? new Date(year, month - 1, day, hour, minute, second, ms).getTime() : Date.UTC(year, month - 1, day, hour, minute, second, ms);
}

/** Puts a gzipped file in a file's place, with its mode. What is left of an attempt that did not end is written anew. */
async function compressFile(path: string, signal: AbortSignal): Promise<void> {
  const [{ createGzip }, { pipeline }] = await Promise.all([import('node:zlib'), import('node:stream/promises')]);
  const target = path + compressedEnd;
  try {
    await rm(target, { force: true });
    const { mode, uid, gid } = await stat(path);
    await pipeline(createReadStream(path), createGzip(), createWriteStream(target, { mode: mode & 0o777, flush: true }), { signal });
    await chown(target, uid, gid).catch(() => {});
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  }
  await rm(path);
}
