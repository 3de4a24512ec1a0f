import { expect, test } from 'vitest';
import { bytesOf } from '../../core/base/bytes.ts';
import type { ByteString } from '../../core/contract/types.ts';
import { below, deletePrefix } from '../../core/desk/kv.ts';
import { KVService } from '../../core/proto/gen/rpc.ts';
import { eachServer } from './servers.ts';

/** What the app does when everything below a folder is deleted. */
eachServer('all keys of a prefix', 1, (server) => {
  const put = (...keys: string[]) => Promise.all(keys.map((key) => server.client.write(KVService.put, { key: bytesOf(key), value: bytesOf('v') })));
  const look = (prefix: string, limit = 10) => below(server.client, { cluster: 'c', prefix: prefix as ByteString, limit });
  const remove = (prefix: string, revision: number) => deletePrefix(server.client, { cluster: 'c', prefix: prefix as ByteString, revision });

  test('are counted and told from the first', async () => {
    await put('a/1', 'a/2', 'a/3', 'a', 'a0', 'b');
    const { revision } = await look('a/', 2).then((found) => {
      expect(found).toMatchObject({ count: 3, keys: ['a/1', 'a/2'] });
      return found;
    });
    expect(revision).toBeGreaterThanOrEqual(7);
  });

  test('are not deleted when one was changed or came since they were looked at', async () => {
    const { revision } = await look('a/');
    await put('b');
    await put('a/2');
    expect(await remove('a/', revision)).toEqual({ kind: 'conflict' });
    const { revision: later } = await look('a/');
    await put('a/new');
    expect(await remove('a/', later)).toEqual({ kind: 'conflict' });
    expect(await look('a/')).toMatchObject({ count: 4 });
  });

  test('are deleted in one revision, and their neighbours stay, whatever has happened elsewhere', async () => {
    const { revision } = await look('a/');
    await put('b');
    await server.client.write(KVService.deleteRange, { key: bytesOf('a/new') });
    expect(await remove('a/', revision)).toEqual({ kind: 'deleted', revision: revision + 3, count: 3 });
    expect(await look('a')).toMatchObject({ count: 2, keys: ['a', 'a0'] });
    expect(await remove('a/', revision + 3)).toMatchObject({ kind: 'deleted', count: 0 });
  });

  test('may be named by bytes that are no text, up to the last of all', async () => {
    await put('\xff', '\xff\xff', '\xff\x00\xfe');
    const { revision, count } = await look('\xff');
    expect(count).toBe(3);
    expect(await remove('\xff', revision)).toMatchObject({ kind: 'deleted', count: 3 });
  });
});
