import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { byteString, utf8 } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { ordersProgress } from '../../core/client/past.ts';
import type { ByteString, HistoryEntry, HistoryPage } from '../../core/contract/types.ts';
import { KeyHistory } from '../../core/desk/key-history.ts';
import { KVService, PutRequest, RequestOp } from '../../core/proto/gen/rpc.ts';
import { Target } from '../support/target.ts';
import { etcdPath, missing } from '../support/tools.ts';

const absent = missing(etcdPath);

test('which servers order their progress', () => {
  expect(['3.4.23', '3.4.25', '3.5.7', '3.5.8', '3.6.0', '3.6.5-rc.1', '4.0.0'].map(ordersProgress)).toEqual([false, true, false, true, true, true, true]);
});

describe.skipIf(absent !== undefined).each(['etcd', 'quorate'] as const)('what was done to a key [%s]', (kind) => {
  let target: Target;
  let client: EtcdClient;
  let history: KeyHistory;
  beforeAll(async () => {
    target = await Target.start(kind, 1);
    client = new EtcdClient(target.endpoints);
    history = new KeyHistory(client);
  });
  afterAll(async () => {
    client?.close();
    await target?.stop();
  });

  const put = async (key: string, value: string | Uint8Array): Promise<number> =>
    (await client.write(KVService.put, { key: utf8(key), value: typeof value === 'string' ? utf8(value) : value })).header!.revision;
  const del = async (key: string): Promise<number> => (await client.write(KVService.deleteRange, { key: utf8(key) })).header!.revision;
  const read = (key: string, before = 0, limit = 100): Promise<HistoryPage> => history.page({ cluster: 'c', key: key as ByteString, before, limit }, undefined);
  const short = (entry: HistoryEntry): string => (entry.kind === 'delete' ? `${entry.modRevision} deleted` : `${entry.modRevision} v${entry.version} ${entry.preview}`);
  const all = async (key: string, limit: number): Promise<{ rows: string[]; last: HistoryPage; pages: number }> => {
    const rows: string[] = [];
    for (let before = 0, pages = 1; ; pages++) {
      const page = await read(key, before, limit);
      rows.push(...page.entries.map(short));
      if (page.next === undefined) return { rows, last: page, pages };
      before = page.next;
    }
  };

  test.each([1, 3, 100])('every life of it, newest first, in pages of %i', async (limit) => {
    const key = `lives-${limit}`;
    const expected: string[] = [];
    for (let life = 0; life < 3; life++) {
      for (let version = 1; version <= 3; version++) expected.unshift(`${await put(key, `${life}.${version}`)} v${version} ${life}.${version}`);
      await put('other', 'between');
      if (life < 2) expected.unshift(`${await del(key)} deleted`);
    }
    const { rows, last } = await all(key, limit);
    expect(rows).toEqual(expected);
    expect(last.floor).toBe(0);
    // What came in the meantime is told as well, the remembered deletions not being the whole of it any more.
    expected.unshift(`${await del(key)} deleted`);
    expect((await all(key, limit)).rows).toEqual(expected);
  });

  test('a deleted key, and one that never was', async () => {
    const first = await put('gone', 'x');
    const deleted = await del('gone');
    expect((await read('gone')).entries.map(short)).toEqual([`${deleted} deleted`, `${first} v1 x`]);
    expect(await read('never')).toMatchObject({ entries: [], next: undefined });
  });

  test('one request a version, however many there are', async () => {
    for (let i = 0; i < 300; i++) await put('counter', String(i));
    const { entries, requests, next } = await read('counter', 0, 50);
    expect(requests).toBe(50);
    expect(entries.map((entry) => entry.kind === 'put' && entry.preview)).toEqual(Array.from({ length: 50 }, (_, i) => String(299 - i)));
    expect(next).toBe(entries.at(-1)!.modRevision);
  });

  test('bytes are kept', async () => {
    const value = Uint8Array.from({ length: 256 }, (_, i) => i);
    await put('binary', value);
    const [entry] = (await read('binary')).entries;
    expect(entry).toMatchObject({ kind: 'put', valueBytes: 256, preview: byteString(value.subarray(0, 200)) });
  });

  test('the compaction floor is told, and nothing below it is looked for', async () => {
    await put('cut', '1');
    await put('cut', '2');
    const deleted = await del('cut');
    await put('cut', '3');
    const kept = await put('cut', '4');
    const last = await put('cut', '5');
    const revision = (await client.range({ key: utf8('cut') })).header!.revision;
    await client.write(KVService.compact, { revision: kept, physical: true });
    const page = await read('cut');
    expect(page.entries.map(short)).toEqual([`${last} v3 5`, `${kept} v2 4`]);
    expect(page).toMatchObject({ floor: kept, next: undefined, revision });
    expect(deleted).toBeLessThan(kept);
    // A page that begins below the floor is empty, not a failure.
    expect(await read('cut', deleted)).toMatchObject({ entries: [], next: undefined, floor: kept });
    // Its life before the floor is told by nothing, so nothing is made up.
    expect((await read('gone')).entries).toEqual([]);
  });

  test('several keys in one revision are told apart', async () => {
    const success = ['t/a', 't/b'].map((key) => RequestOp.create({ requestPut: PutRequest.create({ key: utf8(key), value: utf8(key) }) }));
    const { header } = await client.txn({ success });
    expect((await read('t/a')).entries.map(short)).toEqual([`${header!.revision} v1 t/a`]);
  });
});
