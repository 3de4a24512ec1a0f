import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually, tempFolder, type TempFolder } from '../../test/support/process.ts';
import { DiskError } from '../ports/disk.ts';
import { lockAddress, nodeDisk } from './node-disk.ts';

let folder: TempFolder;
let dir: string;
beforeEach(async () => {
  folder = tempFolder('node-disk');
  dir = join(folder.path, 'data');
  await nodeDisk.mkdir(dir);
});
afterEach(() => folder.remove());

const code = (error: unknown): string => (error instanceof DiskError ? error.code : String(error));
/** Takes the lock of the folder and says so, or says the error's code. */
const lockSource = `
  import { nodeDisk } from ${JSON.stringify(new URL('./node-disk.ts', import.meta.url).href)};
  const said = await nodeDisk.lock(process.env.LOCK_DIR).then(() => 'locked', (error) => error.code);
`;

function lockInProcess(): { said: Promise<string>; kill(): Promise<unknown> } {
  const child = spawn(process.execPath, ['--input-type=module', '-e', `${lockSource} console.log(said); setInterval(() => {}, 1000);`], {
    stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, LOCK_DIR: dir },
  });
  const said = once(child.stdout, 'data').then(([chunk]) => String(chunk).trim());
  return {
    said,
    kill: () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      return gone;
    },
  };
}

async function lockInThread(): Promise<{ said: string; terminate(): Promise<unknown> }> {
  const url = new URL(`data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'; ${lockSource} parentPort.postMessage(said); setInterval(() => {}, 1000);`)}`);
  const worker = new Worker(url, { env: { ...process.env, LOCK_DIR: dir } });
  const [said] = (await once(worker, 'message')) as [string];
  return { said, terminate: () => worker.terminate() };
}

test('folders are made with their parents, and are there already when they are', async () => {
  const deep = join(dir, 'a', 'b', 'c');
  await Promise.all([nodeDisk.mkdir(deep), nodeDisk.mkdir(join(dir, 'a', 'b', 'd'))]);
  await nodeDisk.mkdir(deep);
  expect(await nodeDisk.list(join(dir, 'a', 'b'))).toEqual(['c', 'd']);
  expect(statSync(deep).mode & 0o777).toBe(0o700);
});

test('a folder that cannot be is refused, by the platform’s code', async () => {
  writeFileSync(join(dir, 'file'), '');
  expect(await nodeDisk.mkdir(join(dir, 'file')).catch(code)).toBe('EEXIST');
  expect(await nodeDisk.mkdir(join(dir, 'file', 'below')).catch(code)).toBe('ENOTDIR');
});

test.skipIf(process.platform !== 'linux')('a folder in a file system that takes none is refused, though Node would try for ever', async () => {
  expect(await nodeDisk.mkdir('/proc/quorate/data').catch(code)).toBe('ENOENT');
});

test('a folder is locked once in a process, and again after the release', async () => {
  const lock = await nodeDisk.lock(dir);
  await expect(nodeDisk.lock(dir)).rejects.toMatchObject({ code: 'ELOCKED', path: dir });
  await lock.release();
  await (await nodeDisk.lock(dir)).release();
});

test('another name of the same folder is the same lock', async () => {
  const link = join(folder.path, 'link');
  symlinkSync(dir, link);
  const lock = await nodeDisk.lock(dir);
  expect(await nodeDisk.lock(link).catch(code)).toBe('ELOCKED');
  expect(await nodeDisk.lock(`${dir}/../data/`).catch(code)).toBe('ELOCKED');
  await lock.release();
});

test('another process is refused, and its SIGKILL frees the folder', async () => {
  const child = lockInProcess();
  try {
    expect(await child.said).toBe('locked');
    expect(await nodeDisk.lock(dir).catch(code)).toBe('ELOCKED');
  } finally {
    await child.kill();
  }
  await (await nodeDisk.lock(dir)).release();
});

test('another thread is refused, and its end frees the folder', async () => {
  const first = await lockInThread();
  expect(first.said).toBe('locked');
  const second = await lockInThread();
  expect(second.said).toBe('ELOCKED');
  await second.terminate();
  expect(await nodeDisk.lock(dir).catch(code)).toBe('ELOCKED');
  await first.terminate();
  const lock = await eventually('the lock of a thread that ended', () => nodeDisk.lock(dir));
  await lock.release();
});

test('a folder that is missing cannot be locked', async () => {
  expect(await nodeDisk.lock(join(dir, 'none')).catch(code)).toBe('ENOENT');
});

test('bytes are written and read at their places; a file grows with zeros and can be cut', async () => {
  const path = join(dir, 'file');
  const file = await nodeDisk.open(path, { create: true });
  await file.truncate(100);
  await file.write(98, Uint8Array.of(1, 2, 3, 4));
  await file.datasync();
  expect(await file.size()).toBe(102);
  const into = new Uint8Array(100).fill(9);
  expect(await file.read(96, into)).toBe(6);
  expect([...into.subarray(0, 7)]).toEqual([0, 0, 1, 2, 3, 4, 9]);
  await file.truncate(99);
  await file.close();
  expect((await nodeDisk.readFile(path)).length).toBe(99);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
});

test('names are listed in order, renamed over what is there, and removed', async () => {
  for (const name of ['b', 'c', 'a']) await (await nodeDisk.open(join(dir, name), { create: true })).close();
  await nodeDisk.rename(join(dir, 'c'), join(dir, 'a'));
  await nodeDisk.syncDir(dir);
  expect(await nodeDisk.list(dir)).toEqual(['a', 'b']);
  await nodeDisk.remove(join(dir, 'a'));
  expect(await nodeDisk.exists(join(dir, 'a'))).toBe(false);
});

test('failures carry the code of the platform and the path', async () => {
  const path = join(dir, 'none');
  expect(await nodeDisk.readFile(path).catch(code)).toBe('ENOENT');
  expect(await nodeDisk.list(path).catch(code)).toBe('ENOENT');
  expect(await nodeDisk.open(path).catch(code)).toBe('ENOENT');
  await (await nodeDisk.open(path, { create: true })).close();
  expect(await nodeDisk.open(path, { create: true }).catch(code)).toBe('EEXIST');
  await expect(nodeDisk.list(path)).rejects.toMatchObject({ code: 'ENOTDIR', path, message: expect.stringContaining(path) });
});

test('the address of a lock is one that the system takes', () => {
  const home = '/Users/someone/Library/Application Support/quorate';
  expect(lockAddress('linux', 'a-b', home)).toBe('\0quorate-a-b');
  expect(lockAddress('win32', 'a-b', home)).toBe('\\\\.\\pipe\\quorate-a-b');
  expect(lockAddress('darwin', 'a-b', home)).toBe(`${home}/.lock.sock`);
  // macOS: a member of a cluster of a long name, and letters of several bytes, would pass the 103 bytes that a socket may have.
  for (const folder of [`${home}/clusters/${'n'.repeat(40)}/m1`, `/Users/${'名'.repeat(30)}`]) expect(lockAddress('darwin', 'a-b', folder)).toBe('/tmp/quorate-a-b.sock');
});
