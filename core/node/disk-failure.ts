import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { getSystemErrorName } from 'node:util';
import { DiskError } from '../ports/disk.ts';

/** What is wrong and what to do, for those codes that a user can do something about. */
const advice: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full (ENOSPC): free space on it, then start again',
  EDQUOT: 'the disk quota of this user is used up (EDQUOT): free space or raise it, then start again',
  EACCES: 'permission denied (EACCES): let the user that runs the member write there',
  EPERM: 'permission denied (EPERM): let the user that runs the member write there',
  EROFS: 'the file system is read-only (EROFS): mount it writable, then start again',
  EIO: 'the disk reports an input/output error (EIO): look into the system log, and replace the disk or restore the folder if it is broken',
  EFBIG: 'the file has reached the largest size allowed (EFBIG): raise the limit (ulimit -f), then start again',
  EMFILE: 'too many files are open (EMFILE): raise the limit (ulimit -n), then start again',
  ENFILE: 'too many files are open on this machine (ENFILE): raise its limit, then start again',
};

/** `what` goes between "cannot" and the path. */
export function diskFailure(path: string, what: string, error: unknown): DiskError {
  if (error instanceof DiskError) return error;
  const code = codeOf(path, error);
  const text = error instanceof Error ? error.message : String(error);
  return new DiskError(code, path, `cannot ${what} ${path}: ${advice[code] ?? (text.includes(code) ? text : `${text} (${code})`)}`);
}

function codeOf(path: string, error: unknown): string {
  const { code } = error as { code?: unknown };
  // LMDB's errors carry the number; its own ones are negative.
  const name = typeof code === 'string' ? code : typeof code === 'number' && code > 0 ? getSystemErrorName(-code) : 'EUNKNOWN';
  // A write that was cut short is an input/output error to LMDB; on a full disk that is all it says.
  return name === 'EIO' && isFull(path) ? 'ENOSPC' : name;
}

function isFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < 1 << 20;
  } catch {
    return false;
  }
}
