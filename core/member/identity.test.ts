import { expect, test } from 'vitest';
import { idHex } from '../base/ids.ts';
import { clusterIdOf, memberIdOf } from './identity.ts';

test("a default member has etcd's well-known ids", () => {
  const id = memberIdOf(['http://localhost:2380'], 'etcd-cluster');
  expect(idHex(id)).toBe('8e9e05c52164694d');
  expect(idHex(clusterIdOf([id]))).toBe('cdf818194e3a8c32');
});

test('the order of URLs and of members does not matter', () => {
  expect(memberIdOf(['http://b:1', 'http://a:1'], 't')).toBe(memberIdOf(['http://a:1', 'http://b:1'], 't'));
  expect(clusterIdOf([2n, 1n])).toBe(clusterIdOf([1n, 2n]));
});
