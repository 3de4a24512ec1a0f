import { compareBytes, prefixEnd, utf8 } from '../../core/base/bytes.ts';
import { chance, pick, randomInt, type Random } from '../../core/base/random.ts';

/** Few, so that requests collide, and with the bytes that ranges trip over: prefixes of each other, NUL, 0xff. */
const narrow: readonly Uint8Array[] = [
  ...['a', 'aa', 'ab', 'a\0', 'b', 'b/1', 'b/2', 'c'].map(utf8), new Uint8Array([0]), new Uint8Array([0xff]), new Uint8Array([0xff, 0xff]),
];
/** Many, so that an index of them has more than one page. */
const wide: readonly Uint8Array[] = Array.from({ length: 80 }, (_, i) => utf8(`w/${String(i).padStart(2, '0')}`));

export const allKeys: readonly Uint8Array[] = [...narrow, ...wide].sort(compareBytes);
const empty = new Uint8Array(0);
const nul = new Uint8Array([0]);

export function pickKey(random: Random): Uint8Array {
  return pick(random, chance(random, 0.85) ? narrow : wide);
}

export interface KeyRange {
  key: Uint8Array;
  rangeEnd: Uint8Array;
}

export function pickRange(random: Random): KeyRange {
  const key = pickKey(random);
  switch (randomInt(random, 10)) {
    case 0:
    case 1:
    case 2:
      return { key, rangeEnd: empty };
    case 3:
      return { key, rangeEnd: prefixEnd(key) };
    case 4:
      return { key, rangeEnd: nul };
    case 5:
      return { key: nul, rangeEnd: nul };
    case 6:
      return { key: utf8('w/'), rangeEnd: utf8('w0') };
    default:
      // The end may be at or before the key: an empty range.
      return { key, rangeEnd: pickKey(random) };
  }
}
