import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesOf, utf8, byteString } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { maxFoundKeys } from '../../core/contract/limits.ts';
import type { ByteString, SearchUpdate } from '../../core/contract/types.ts';
import { search } from '../../core/desk/search.ts';
import { KVService, PutRequest, RequestOp } from '../../core/proto/gen/rpc.ts';
import { Target } from '../support/target.ts';
import { etcdPath, missing } from '../support/tools.ts';

const absent = missing(etcdPath);
const filling = 3_000;

describe.skipIf(absent !== undefined).each(['etcd', 'quorate'] as const)('a search through all keys [%s]', (kind) => {
  let target: Target;
  let client: EtcdClient;
  const put = (key: string) => RequestOp.create({ requestPut: PutRequest.create({ key: bytesOf(key), value: bytesOf('v') }) });
  beforeAll(async () => {
    target = await Target.start(kind, 1);
    client = new EtcdClient(target.endpoints);
    for (let i = 0; i < filling; i += 100) await client.txn({ success: Array.from({ length: 100 }, (_, j) => put(`fill/${String(i + j).padStart(5, '0')}`)) });
    await client.txn({ success: ['a/Payments/web', 'fill/01500-Web', 'z/web/payments', '\xff\xfeWEB', byteString(utf8('服务/配置'))].map(put) });
  }, 60_000);
  afterAll(async () => {
    client?.close();
    await target?.stop();
  });

  const run = async (prefix: string, ...words: string[]): Promise<SearchUpdate[]> => {
    const updates: SearchUpdate[] = [];
    for await (const update of search(client, { cluster: 'c', prefix: prefix as ByteString, words: words as ByteString[] }, new AbortController().signal)) updates.push(update);
    return updates;
  };
  const keys = (updates: SearchUpdate[]): string[] => updates.flatMap((update) => update.keys);

  test('finds a part anywhere in a name, in letters of either case, in order, over many pages', async () => {
    const updates = await run('', 'wEb');
    expect(keys(updates)).toEqual(['a/Payments/web', 'fill/01500-Web', 'z/web/payments', '\xff\xfeWEB']);
    expect(updates.length).toBeGreaterThan(1);
    expect(updates.at(-1)).toMatchObject({ looked: filling + 5, total: filling + 5, state: 'ended' });
    expect(updates.slice(0, -1).every(({ state }) => state === 'going')).toBe(true);
  });

  test('wants all the parts, and stays below its prefix', async () => {
    expect(keys(await run('', 'pay', 'WEB'))).toEqual(['a/Payments/web', 'z/web/payments']);
    expect(keys(await run('z/', 'pay', 'web'))).toEqual(['z/web/payments']);
    expect(await run('none/', 'web')).toEqual([{ keys: [], looked: 0, total: 0, revision: expect.any(Number), state: 'ended' }]);
  });

  test('compares bytes: parts of characters, and capitals of other alphabets, are themselves', async () => {
    expect(keys(await run('', byteString(utf8('配置'))))).toHaveLength(1);
    expect(keys(await run('', '\xfe'))).toEqual(['\xff\xfeWEB']);
    // ß's bytes in latin1 are another's capital.
    expect(keys(await run('', '\xde'))).toEqual([]);
  });

  test('ends when enough are found', async () => {
    const updates = await run('', 'fill');
    expect(keys(updates)).toHaveLength(maxFoundKeys);
    expect(updates.at(-1)!.state).toBe('full');
  });

  test('tells the keys of one revision, whatever is written meanwhile', async () => {
    const updates: SearchUpdate[] = [];
    for await (const update of search(client, { cluster: 'c', prefix: '' as ByteString, words: ['z/' as ByteString] }, new AbortController().signal)) {
      updates.push(update);
      await client.write(KVService.put, { key: utf8(`z/late-${updates.length}`), value: utf8('v') });
    }
    expect(keys(updates)).toEqual(['z/web/payments']);
    expect(new Set(updates.map(({ revision }) => revision)).size).toBe(1);
  });
});
