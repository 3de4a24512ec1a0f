import { AssertionError } from '../base/assert.ts';
import type { KeyRevision } from './types.ts';

/**
 * A row's key in table `key`: main revision 8 B BE, `_`, sub 8 B BE; a tombstone has `t` appended.
 * Source: etcd `server/storage/mvcc/revision.go`.
 */
const rowKeyBytes = 17;
const tombstoneMark = 0x74;
const separator = 0x5f;

export function encodeRowKey(main: number, sub: number, tombstone: boolean): Uint8Array {
  const out = new Uint8Array(tombstone ? rowKeyBytes + 1 : rowKeyBytes);
  const view = new DataView(out.buffer);
  view.setUint32(0, Math.floor(main / 0x1_0000_0000));
  view.setUint32(4, main >>> 0);
  out[8] = separator;
  view.setUint32(9, Math.floor(sub / 0x1_0000_0000));
  view.setUint32(13, sub >>> 0);
  if (tombstone) out[rowKeyBytes] = tombstoneMark;
  return out;
}

export function decodeRowKey(bytes: Uint8Array): KeyRevision {
  const tombstone = bytes.length === rowKeyBytes + 1 && bytes[rowKeyBytes] === tombstoneMark;
  if ((bytes.length !== rowKeyBytes && !tombstone) || bytes[8] !== separator) throw new AssertionError(`not a revision: ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const main = view.getUint32(0) * 0x1_0000_0000 + view.getUint32(4);
  const sub = view.getUint32(9) * 0x1_0000_0000 + view.getUint32(13);
  if (!Number.isSafeInteger(main) || !Number.isSafeInteger(sub)) throw new AssertionError(`revision ${main}.${sub} is beyond 2^53`);
  return { main, sub, tombstone };
}
