import { expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { KeyValue } from '../../core/proto/gen/kv.ts';
import { RangeRequest, RangeResponse, ResponseHeader, TxnResponse } from '../../core/proto/gen/rpc.ts';
import { mismatches } from './compare.ts';
import { differences } from './differences.ts';
import type { Step } from './step.ts';

const kv = (key: string, modRevision: number) => KeyValue.create({ key: utf8(key), modRevision });
const header = (revision: number, clusterId = 1n) => ResponseHeader.create({ revision, clusterId });

test('every field counts, but for who answered', () => {
  const response = (revision: number, clusterId: bigint, ...kvs: KeyValue[]) => RangeResponse.create({ header: header(revision, clusterId), kvs, count: kvs.length });
  expect(mismatches(response(2, 1n, kv('a', 2)), response(2, 9n, kv('a', 2)))).toEqual([]);
  expect(mismatches(response(2, 1n), response(3, 1n))).toEqual([{ path: '.header.revision', etcd: 2, ours: 3 }]);
  expect(mismatches(response(2, 1n, kv('a', 2)), response(2, 1n, kv('b', 2))).map(({ path }) => path)).toEqual(['.kvs[0].key']);
  expect(mismatches(response(2, 1n, kv('a', 2)), response(2, 1n)).map(({ path }) => path)).toEqual(['.kvs.length', '.count']);
  expect(mismatches(TxnResponse.create({ header: header(0, 0n) }), TxnResponse.create())).toHaveLength(1);
  expect(mismatches({ error: '3 x' }, response(2, 1n)).length).toBeGreaterThan(0);
});

test('equals of a sorted range may change places, and nothing else may', () => {
  const ties = differences.find(({ name }) => name === 'order of equals in a sorted range')!;
  const step: Step = { name: 'range', request: RangeRequest.create({ sortTarget: 3 }), act: () => Promise.resolve() };
  const world = { members: 1, revision: 1, compactRevision: -1, compactions: [] };
  const many = Array.from({ length: 13 }, (_, i) => kv(`k${i}`, 5));
  const response = (...kvs: KeyValue[]) => RangeResponse.create({ header: header(9), kvs, count: kvs.length });
  const left = (a: RangeResponse, b: RangeResponse) => mismatches(...(ties.settle(a, b, step, world) ?? [a, b])).length;
  expect(left(response(...many), response(...[...many].reverse()))).toBe(0);
  expect(left(response(...many), response(...many.slice(1), kv('other', 5)))).toBeGreaterThan(0);
  expect(left(response(...many, kv('z', 6)), response(kv('z', 6), ...many))).toBeGreaterThan(0);
  expect(left(response(...many.slice(0, 12)), response(...many.slice(0, 12).reverse()))).toBeGreaterThan(0);
});
