import { createHash } from 'node:crypto';
import type { ReadInto } from '../../bolt/source.ts';

/** What `etcdctl snapshot save` is sent at a time, bytes. Source: etcd `snapshotSendBufferSize`. */
const snapshotPieceBytes = 32 * 1024;
/** A snapshot file is a database, which is whole sectors, and its SHA-256. Source: etcd `hasChecksum`. */
const sectorBytes = 512;
const digestBytes = 32;
const checkBytes = 1 << 20;

export interface SnapshotPiece {
  blob: Uint8Array;
  /** Of the database, after this piece; the digest is not counted. */
  remainingBytes: number;
}

function hasDigest(fileBytes: number): boolean {
  return fileBytes % sectorBytes === digestBytes;
}

/** Where a snapshot file's database ends, and what is wrong with its digest, if anything is. */
export interface SnapshotFileCheck {
  databaseBytes: number;
  problem: string | undefined;
}

/** Reads all of it, unless `skipHashCheck`. Source: etcd `copyAndVerifyDB`. */
export async function checkSnapshotFile(read: ReadInto, fileBytes: number, skipHashCheck: boolean): Promise<SnapshotFileCheck> {
  const databaseBytes = hasDigest(fileBytes) ? fileBytes - digestBytes : fileBytes;
  if (skipHashCheck) return { databaseBytes, problem: undefined };
  if (databaseBytes === fileBytes) return { databaseBytes, problem: 'snapshot missing hash but --skip-hash-check=false' };
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafeSlow(Math.min(checkBytes, databaseBytes));
  for (let at = 0; at < databaseBytes; ) {
    const count = await read(at, piece.subarray(0, Math.min(checkBytes, databaseBytes - at)));
    if (count === 0) break;
    hash.update(piece.subarray(0, count));
    at += count;
  }
  const found = hash.digest('hex');
  const digest = Buffer.alloc(digestBytes);
  const expected = digest.subarray(0, await read(databaseBytes, digest)).toString('hex');
  return { databaseBytes, problem: found === expected ? undefined : `expected sha256 ${expected}, got ${found}` };
}

/** A snapshot file: the database in equal pieces, the last of them shorter, then the digest of it all. */
export function* snapshotPieces(database: { byteLength: number; chunks(): Iterable<Uint8Array> }): Generator<SnapshotPiece, void, undefined> {
  const hash = createHash('sha256');
  let remainingBytes = database.byteLength;
  let piece = new Uint8Array(Math.min(snapshotPieceBytes, remainingBytes));
  let filled = 0;
  for (const chunk of database.chunks()) {
    hash.update(chunk);
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + piece.length - filled);
      piece.set(part, filled);
      at += part.length;
      filled += part.length;
      if (filled < piece.length) continue;
      remainingBytes -= filled;
      yield { blob: piece, remainingBytes };
      piece = new Uint8Array(Math.min(snapshotPieceBytes, remainingBytes));
      filled = 0;
    }
  }
  yield { blob: hash.digest(), remainingBytes: 0 };
}
