import { AssertionError } from '../base/assert.ts';
import type { KeyRevision } from './types.ts';

/**
 * A row's key in table `key`: main revision 8 B BE, `_`, sub 8 B BE; a tombstone has `t` appended.
 * Source: etcd `server/storage/mvcc/revision.go`.
 */
const rowKeyBytes = 17;
export const rowKeyMaxBytes = rowKeyBytes + 1;
const tombstoneMark = 0x74;
const separator = 0x5f;

export function encodeRowKey(main: number, sub: number, tombstone: boolean): Uint8Array {
  const out = new Uint8Array(tombstone ? rowKeyMaxBytes : rowKeyBytes);
  writeRowKey(out, 0, main, sub, tombstone);
  return out;
}

/** Writes a row's key and returns the position behind it. */
export function writeRowKey(out: Uint8Array, at: number, main: number, sub: number, tombstone: boolean): number {
  writeUint64(out, at, main);
  out[at + 8] = separator;
  writeUint64(out, at + 9, sub);
  if (!tombstone) return at + rowKeyBytes;
  out[at + rowKeyBytes] = tombstoneMark;
  return at + rowKeyMaxBytes;
}

// By hand: a row's key is made for every put, and read for every row at start, where a DataView costs more than the rest.

function writeUint64(out: Uint8Array, at: number, value: number): void {
  writeUint32(out, at, Math.floor(value / 0x1_0000_0000));
  writeUint32(out, at + 4, value >>> 0);
}

function writeUint32(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
}

function readUint64(bytes: Uint8Array, at: number): number {
  return readUint32(bytes, at) * 0x1_0000_0000 + readUint32(bytes, at + 4);
}

function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

export function decodeRowKey(bytes: Uint8Array): KeyRevision {
  const tombstone = bytes.length === rowKeyBytes + 1 && bytes[rowKeyBytes] === tombstoneMark;
  if ((bytes.length !== rowKeyBytes && !tombstone) || bytes[8] !== separator) throw new AssertionError(`not a revision: ${bytes.length} bytes`);
  const main = readUint64(bytes, 0);
  const sub = readUint64(bytes, 9);
  if (!Number.isSafeInteger(main) || !Number.isSafeInteger(sub)) throw new AssertionError(`revision ${main}.${sub} is beyond 2^53`);
  return { main, sub, tombstone };
}
