import { ConfigError } from '../member/config.ts';
import { ListenError } from '../node/listen.ts';
import { DiskError } from '../ports/disk.ts';
import { WalError } from '../wal/wal-error.ts';

/** Failures that a user can mend: told in one line, without a stack. */
export function isExpected(error: unknown): error is Error {
  return error instanceof ConfigError || error instanceof ListenError || error instanceof DiskError || error instanceof WalError;
}
