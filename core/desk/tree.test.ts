import { expect, test } from 'vitest';
import { bytesOf, compareBytes } from '../base/bytes.ts';
import type { EtcdClient } from '../client/etcd-client.ts';
import type { ByteString, TreeItem } from '../contract/types.ts';
import { boundsOf, contains } from '../mvcc/range-bounds.ts';
import { KeyValue } from '../proto/gen/kv.ts';
import { RangeResponse, ResponseHeader, type RangeRequest } from '../proto/gen/rpc.ts';
import { children } from './tree.ts';

/** A cluster that holds these keys, at revision 7. */
function clusterWith(keys: readonly string[]): { client: EtcdClient; asked: () => number; revisions: number[] } {
  const sorted = keys.map(bytesOf).sort(compareBytes);
  let asked = 0;
  const revisions: number[] = [];
  const client = {
    async range(request: Partial<RangeRequest>) {
      asked++;
      revisions.push(request.revision ?? 0);
      const bounds = boundsOf(request.key!, request.rangeEnd!);
      const inside = sorted.filter((key) => contains(bounds, key));
      const limit = request.limit || inside.length;
      const kvs = inside.slice(0, limit).map((key) => KeyValue.create({ key, modRevision: 3, createRevision: 2, version: 1 }));
      return RangeResponse.create({ header: ResponseHeader.create({ revision: 7 }), kvs, more: inside.length > limit, count: inside.length });
    },
  } as unknown as EtcdClient;
  return { client, asked: () => asked, revisions };
}

const b = (text: string): ByteString => text as ByteString;
const name = (item: TreeItem, prefix: string): string => (item.kind === 'folder' ? `${item.prefix.slice(prefix.length)}…` : item.key.slice(prefix.length));

async function list(client: EtcdClient, prefix: string, limit = 1000, separator = '/'): Promise<string[]> {
  const out: string[] = [];
  let after: ByteString | undefined;
  do {
    const page = await children(client, { cluster: 'c', prefix: b(prefix), separator: b(separator), after, limit, revision: 0 });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    out.push(...page.items.map((item) => name(item, prefix)));
    after = page.next;
  } while (after !== undefined);
  return out;
}

const tricky = ['/a/b', 'a//b', 'a/b', 'a', 'a/', '\u00ff', '\u00ff\u00ff/x', '\u0000', 'b/c/d', 'b/c/e', 'c'];

test.each([1, 2, 3, 1000])('keys that differ only in separators are different rows, in pages of %i', async (limit) => {
  const { client } = clusterWith(tricky);
  expect(await list(client, '', limit)).toEqual(['\u0000', '/…', 'a', 'a/…', 'b/…', 'c', '\u00ff', '\u00ff\u00ff/…']);
  expect(await list(client, '/', limit)).toEqual(['a/…']);
  // The key that equals the prefix stands there with an empty name.
  expect(await list(client, 'a/', limit)).toEqual(['', '/…', 'b']);
  expect(await list(client, 'a//', limit)).toEqual(['b']);
  expect(await list(client, 'b/', limit)).toEqual(['c/…']);
  expect(await list(client, 'nothing', limit)).toEqual([]);
});

test('separators of several bytes, and none found', async () => {
  const { client } = clusterWith(['x::y::z', 'x::y', 'x:y']);
  expect(await list(client, '', 10, '::')).toEqual(['x::…', 'x:y']);
  expect(await list(client, 'x::', 10, '::')).toEqual(['y', 'y::…']);
});

test('a level costs what it shows, not what lies below it', async () => {
  const keys = Array.from({ length: 100_000 }, (_, i) => `folder-${i % 50}/key-${i}`);
  const { client, asked } = clusterWith(keys);
  const page = await children(client, { cluster: 'c', prefix: b(''), separator: b('/'), after: undefined, limit: 200, revision: 0 });
  expect(page.items).toHaveLength(50);
  expect(page.requests).toBe(asked());
  expect(page.requests).toBeLessThanOrEqual(51);
});

test('many plain keys come in few, growing batches, and a page is no longer than asked for', async () => {
  const { client, asked } = clusterWith(Array.from({ length: 10_000 }, (_, i) => `k${String(i).padStart(5, '0')}`));
  const page = await children(client, { cluster: 'c', prefix: b(''), separator: b('/'), after: undefined, limit: 500, revision: 0 });
  expect(page.items).toHaveLength(500);
  expect(asked()).toBeLessThanOrEqual(5);
  expect(page.next).toBe('k00499');
});

test('all of a page is read at the revision of its first answer', async () => {
  const { client, revisions } = clusterWith(Array.from({ length: 300 }, (_, i) => `f${i}/x`));
  const page = await children(client, { cluster: 'c', prefix: b(''), separator: b('/'), after: undefined, limit: 50, revision: 0 });
  expect(page.revision).toBe(7);
  expect(revisions[0]).toBe(0);
  expect(new Set(revisions.slice(1))).toEqual(new Set([7]));
});

test('the pages behind a key cost one request each', async () => {
  const { client, asked } = clusterWith(Array.from({ length: 5_000 }, (_, i) => `k${String(i).padStart(5, '0')}`));
  const page = await children(client, { cluster: 'c', prefix: b(''), separator: b('/'), after: b('k00999'), limit: 1_000, revision: 0 });
  expect(page.items).toHaveLength(1_000);
  expect(page.next).toBe('k01999');
  expect(asked()).toBe(1);
});
