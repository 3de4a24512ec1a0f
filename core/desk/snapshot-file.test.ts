import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { tempFolder, type TempFolder } from '../../test/support/process.ts';
import type { EtcdClient } from '../client/etcd-client.ts';
import type { SnapshotProgress } from '../contract/types.ts';
import { saveSnapshot } from './snapshot-file.ts';

const database = new Uint8Array(3_000_000).map((_, i) => i * 7);
const whole = Buffer.concat([database, createHash('sha256').update(database).digest()]);

let folder: TempFolder;
beforeEach(() => {
  folder = tempFolder('snapshot-file');
});
afterEach(() => folder.remove());

/** A member that sends these bytes in pieces, and calls `between` before each. */
function sending(bytes: Uint8Array, between: () => void = () => {}): EtcdClient {
  const member: Pick<EtcdClient, 'serverStream'> = {
    async *serverStream() {
      for (let at = 0; at < bytes.length; at += 40_000) {
        between();
        yield { blob: bytes.subarray(at, at + 40_000), remainingBytes: Math.max(0, bytes.length - at - 40_000) } as never;
      }
    },
  };
  return member as EtcdClient;
}

async function save(client: EtcdClient, path: string, signal = new AbortController().signal): Promise<SnapshotProgress[]> {
  const told: SnapshotProgress[] = [];
  for await (const progress of saveSnapshot(client, 0, path, signal)) told.push(progress);
  return told;
}

test('what came whole is there under its name, in folders that are made for it, and how far it was is told on the way', async () => {
  const path = join(folder.path, 'a', 'b', 'copy.db');
  const told = await save(sending(whole), path);
  expect(readFileSync(path).equals(whole)).toBe(true);
  expect(readdirSync(join(folder.path, 'a', 'b'))).toEqual(['copy.db']);
  expect(told.at(-1)).toEqual({ kind: 'saved', bytes: whole.length, path, download: undefined });
  expect(told.length).toBeGreaterThan(2);
  for (const progress of told.slice(0, -1)) expect(progress).toMatchObject({ kind: 'progress', totalBytes: whole.length });
});

test.each([
  ['a byte of it', Buffer.from(whole).fill(1, 5_000, 5_001)],
  ['its end', whole.subarray(0, -1)],
  ['all but its hash', whole.subarray(database.length)],
  ['everything', new Uint8Array(0)],
])('a snapshot that lacks %s is not saved', async (_what, bytes) => {
  await expect(save(sending(bytes), join(folder.path, 'copy.db'))).rejects.toThrow(/its hash does not match. Nothing was saved/);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('one that is given up leaves nothing, and one whose name was taken meanwhile takes nothing away', async () => {
  const path = join(folder.path, 'copy.db');
  const stop = new AbortController();
  await save(sending(whole, () => stop.abort()), path, stop.signal);
  expect(readdirSync(folder.path)).toEqual([]);
  await expect(save(sending(whole, () => writeFileSync(path, 'precious')), path)).rejects.toThrow(/exists already/);
  expect(readFileSync(path, 'utf8')).toBe('precious');
  expect(existsSync(`${path}.part`)).toBe(false);
});

test('where no file can be is told with its name', async () => {
  writeFileSync(join(folder.path, 'file'), '');
  const below = join(folder.path, 'file', 'copy.db');
  await expect(save(sending(whole), below)).rejects.toMatchObject({ code: 'badInput', message: expect.stringContaining(`${below} cannot be saved: `) as string });
  await expect(save(sending(whole), 'copy.db')).rejects.toThrow(/not an absolute path/);
});

test.skipIf(process.platform !== 'linux')('a folder in a file system that takes none is refused, though Node would try for ever', async () => {
  await expect(save(sending(whole), '/proc/quorate/copy.db')).rejects.toMatchObject({ code: 'badInput', message: expect.stringContaining('/proc/quorate/copy.db cannot be saved: cannot create the folder /proc/quorate') as string });
});
