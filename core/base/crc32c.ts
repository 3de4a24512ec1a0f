const table = new Uint32Array(8 * 256);
for (let i = 0; i < 256; i++) {
  let crc = i;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  table[i] = crc;
}
for (let slice = 1; slice < 8; slice++) {
  for (let i = 0; i < 256; i++) {
    const previous = table[(slice - 1) * 256 + i]!;
    table[slice * 256 + i] = (previous >>> 8) ^ table[previous & 0xff]!;
  }
}

/** CRC-32C (Castagnoli), continuing from `crc` (0 to begin), as Go's crc32.Update does. */
export function crc32c(data: Uint8Array, crc = 0): number {
  let state = ~crc;
  let i = 0;
  for (const bulk = data.length - 7; i < bulk; i += 8) {
    state ^= data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24);
    state =
      table[1792 + (state & 0xff)]! ^
      table[1536 + ((state >>> 8) & 0xff)]! ^
      table[1280 + ((state >>> 16) & 0xff)]! ^
      table[1024 + (state >>> 24)]! ^
      table[768 + data[i + 4]!]! ^
      table[512 + data[i + 5]!]! ^
      table[256 + data[i + 6]!]! ^
      table[data[i + 7]!]!;
  }
  for (; i < data.length; i++) state = (state >>> 8) ^ table[(state ^ data[i]!) & 0xff]!;
  return ~state >>> 0;
}
