import { expect, test } from 'vitest';
import { DiskError } from '../ports/disk.ts';
import { diskFailure } from './disk-failure.ts';

test.each([
  ['a code', { code: 'ENOSPC' }, 'ENOSPC', /^cannot write to \/d\/f: the disk is full \(ENOSPC\): free space/],
  ['a number, as LMDB has it', { code: 28 }, 'ENOSPC', /the disk is full/],
  ['a read-only file system', { code: 30 }, 'EROFS', /mount it writable/],
  ['a missing permission', { code: 'EACCES' }, 'EACCES', /let the user that runs the member write there/],
  ['a broken disk', { code: 'EIO' }, 'EIO', /look into the system log/],
  ['another code of the system', Object.assign(new Error('ENOTDIR: not a directory'), { code: 'ENOTDIR' }), 'ENOTDIR', /^cannot write to \/d\/f: ENOTDIR: not a directory$/],
  ['an error of LMDB', Object.assign(new Error('MDB_CORRUPTED: Located page was wrong type'), { code: -30796 }), 'EUNKNOWN', /MDB_CORRUPTED.*\(EUNKNOWN\)$/],
  ['something without a code', new Error('what'), 'EUNKNOWN', /what \(EUNKNOWN\)$/],
])('%s is told by name and path', (_what, error, code, message) => {
  expect(diskFailure('/d/f', 'write to', error)).toMatchObject({ name: 'DiskError', code, path: '/d/f', message: expect.stringMatching(message) as string });
});

test('what is told already stays as it is', () => {
  const known = new DiskError('ELOCKED', '/d', 'in use');
  expect(diskFailure('/d/f', 'open', known)).toBe(known);
});
