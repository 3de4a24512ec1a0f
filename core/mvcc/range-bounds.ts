import { compareBytes } from '../base/bytes.ts';
import type { RangeEnd } from './types.ts';

/** A key range in one form: [start, end); `end` undefined is open, `single` is the one key `start`. */
export interface Bounds {
  start: Uint8Array;
  end: Uint8Array | undefined;
  single: boolean;
}

export function isFromKey(end: RangeEnd): boolean {
  return end.length === 1 && end[0] === 0;
}

export function boundsOf(key: Uint8Array, end: RangeEnd): Bounds {
  if (end.length > 0) return { start: key, end: isFromKey(end) ? undefined : end, single: false };
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return { start: key, end: next, single: true };
}

export function contains(bounds: Bounds, key: Uint8Array): boolean {
  return compareBytes(key, bounds.start) >= 0 && (bounds.end === undefined || compareBytes(key, bounds.end) < 0);
}
