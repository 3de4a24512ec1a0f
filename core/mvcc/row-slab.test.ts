import { expect, test } from 'vitest';
import { KeyValue as KeyValueCodec } from '../proto/gen/kv.ts';
import { decodeRowKey, encodeRowKey } from './revision.ts';
import { RowSlab } from './row-slab.ts';
import type { KeyValue } from './types.ts';

test('rows of any size stay what they were made of, while others follow', () => {
  const slab = new RowSlab();
  const largest = Number.MAX_SAFE_INTEGER;
  const rows = Array.from({ length: 500 }, (_, i) => {
    const length = [0, 1, 127, 128, 5_000, 16_000, 70_000][i % 7]!;
    const kv: KeyValue = {
      key: new Uint8Array((i * 37) % 300).fill(i), createRevision: largest, modRevision: largest, version: largest,
      value: new Uint8Array(length).fill(i + 1), lease: -1n,
    };
    const revision = { main: i % 3 === 0 ? largest : i, sub: i % 5 === 0 ? largest : 0, tombstone: i % 2 === 1 };
    return { kv, revision, row: slab.row(revision.main, revision.sub, revision.tombstone, kv) };
  });
  for (const { kv, revision, row } of rows) {
    expect(decodeRowKey(row.key)).toEqual(revision);
    expect(row.key).toEqual(encodeRowKey(revision.main, revision.sub, revision.tombstone));
    expect(Buffer.from(row.value).equals(KeyValueCodec.encode(kv))).toBe(true);
  }
  expect(new Set(rows.map(({ row }) => row.value.buffer)).size).toBeLessThan(rows.length / 2);
});
