import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { DiskError } from '../ports/disk.ts';

/** Source of the layout: LMDB `mdb.c`, MDB_page_header and MDB_meta of data version 2; all little-endian where we run. */
const magic = 0xbeef_c0de;
const dataVersion = 2;
const at = { magic: 24, version: 28, pageSize: 48, freeRoot: 88, mainRoot: 136, transaction: 152 };
const metaBytes = 160;
const noPage = 0xffff_ffff_ffff_ffffn;

/**
 * Looks at what LMDB relies on when it opens a file, for on one that is not its own it does not fail but ends the process:
 * the two pages that begin it, of which one is whole at any time, and that the trees of the newer one begin within the file.
 * A missing or empty file is a new one. Throws DiskError, EDAMAGED.
 */
export function checkLmdbFile(path: string): void {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    const { size } = fstatSync(handle);
    if (size === 0) return;
    const reason = damage(size, (position) => {
      const page = Buffer.alloc(metaBytes);
      return readSync(handle, page, 0, metaBytes, position) === metaBytes ? page : undefined;
    });
    if (reason === undefined) return;
    throw new DiskError('EDAMAGED', path, `${path} is damaged: ${reason}: restore this member's folder from a snapshot, or remove the member and add it anew`);
  } finally {
    closeSync(handle);
  }
}

function damage(size: number, metaAt: (position: number) => Buffer | undefined): string | undefined {
  const first = metaAt(0);
  if (!first || !isMeta(first)) return 'it does not begin as a store does';
  const pageSize = first.readUInt32LE(at.pageSize);
  if (pageSize < 512 || pageSize > 65_536 || (pageSize & (pageSize - 1)) !== 0) return `its pages have ${pageSize} bytes`;
  const second = metaAt(pageSize);
  if (!second || !isMeta(second)) return 'its second page is not that of a store';
  const newer = second.readBigUInt64LE(at.transaction) > first.readBigUInt64LE(at.transaction) ? second : first;
  for (const root of [newer.readBigUInt64LE(at.freeRoot), newer.readBigUInt64LE(at.mainRoot)]) {
    if (root !== noPage && (root + 1n) * BigInt(pageSize) > BigInt(size)) return `it ends at byte ${size}, before page ${root} of ${pageSize} bytes`;
  }
  return undefined;
}

const isMeta = (page: Buffer): boolean => page.readUInt32LE(at.magic) === magic && (page.readUInt32LE(at.version) & 0xffff) === dataVersion;
