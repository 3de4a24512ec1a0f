/** Whole numbers below 2^53 as varints: seven bits a byte, the lowest first; one byte below 128, eight at most. */

/** Writes a number and returns the position behind it. */
export function writeNumber(out: Uint8Array, at: number, value: number): number {
  let rest = value;
  let next = at;
  // Bit operators hold 32 bits only.
  while (rest > 0x7fff_ffff) {
    out[next++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest > 0x7f) {
    out[next++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[next++] = rest;
  return next;
}

export function readNumber(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return first;
  let value = first & 0x7f;
  let scale = 128;
  for (let i = at + 1; ; i++) {
    const byte = bytes[i]!;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 128;
  }
}

/** Bytes that the number takes. */
export function numberSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  if (value < 0x1000_0000) return 4;
  let size = 4;
  for (let rest = value / 0x1000_0000; rest >= 1; rest /= 128) size++;
  return size;
}
