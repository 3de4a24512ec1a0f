import { expect, test } from 'vitest';
import { readLeaseId } from './lease-id.ts';

test('leading zeros and capitals are one id; zero, which stands for none, and what is no hex are not ids', () => {
  expect(['7c', ' 00000000000000000007C ', 'ffffffffffffffff'].map(readLeaseId)).toEqual(['7c', '7c', 'ffffffffffffffff']);
  expect(['', '0', '000', '7g', '0x7c', '1ffffffffffffffff'].map(readLeaseId)).toEqual([undefined, undefined, undefined, undefined, undefined, undefined]);
});
