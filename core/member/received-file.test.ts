import { expect, test } from 'vitest';
import { randomInt, SeededRandom } from '../base/random.ts';
import type { DiskFile } from '../ports/disk.ts';
import { writeReceived } from './received-file.ts';

const mib = 1 << 20;

/** Notes what is done to it; what it was given is looked at when the write ends, as a disk may. */
class SlowFile implements DiskFile {
  readonly path = '/f';
  readonly bytes = new Uint8Array(80 * mib);
  length = 0;
  readonly done: string[] = [];
  fail: (what: string, nth: number) => boolean = () => false;
  underWay = 0;

  async #operation(what: string, run: () => void): Promise<void> {
    this.underWay++;
    await new Promise((resolve) => setImmediate(resolve));
    this.underWay--;
    const nth = this.done.push(what);
    if (this.fail(what, nth)) throw new Error(`${what} failed`);
    run();
  }

  write(position: number, data: Uint8Array): Promise<void> {
    return this.#operation('write', () => {
      this.bytes.set(data, position);
      this.length = Math.max(this.length, position + data.length);
    });
  }

  datasync(): Promise<void> {
    return this.#operation('sync', () => {});
  }

  async size(): Promise<number> {
    return this.length;
  }

  async read(): Promise<Uint8Array> {
    throw new Error('not read');
  }

  async truncate(): Promise<void> {
    throw new Error('not truncated');
  }

  async close(): Promise<void> {}
}

async function* chunks(total: number, chunkBytes: () => number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < total; ) {
    const length = Math.min(total - at, chunkBytes());
    yield Uint8Array.from({ length }, (_, i) => (at + i) % 251);
    at += length;
  }
}

test.each([0, 1, 5_000, mib, mib + 1, 3 * mib - 7])('%d bytes arrive, and the last thing is a sync', async (total) => {
  const random = new SeededRandom(total);
  const file = new SlowFile();
  await writeReceived(file, chunks(total, () => 1 + randomInt(random, 100_000)));
  expect(file.length).toBe(total);
  expect(file.bytes.subarray(0, total).every((byte, at) => byte === at % 251)).toBe(true);
  expect(file.done.at(-1)).toBe('sync');
});

async function* large(): AsyncGenerator<Uint8Array> {
  const chunk = new Uint8Array(mib);
  for (let i = 0; i < 70; i++) yield chunk;
}

test('a long one is synced on the way, and a failure of that counts though the last sync has none', async () => {
  const good = new SlowFile();
  await writeReceived(good, large());
  expect(good.done.filter((what) => what === 'sync').length).toBeGreaterThan(2);
  const bad = new SlowFile();
  let failed = false;
  bad.fail = (what) => what === 'sync' && !failed && (failed = true);
  await expect(writeReceived(bad, large())).rejects.toThrow(/sync failed/);
  expect(bad.underWay).toBe(0);
});

test('a write that fails, and a body that breaks off, are told when nothing is under way any more', async () => {
  const file = new SlowFile();
  file.fail = (what, nth) => what === 'write' && nth === 2;
  await expect(writeReceived(file, chunks(9 * mib, () => mib))).rejects.toThrow(/write failed/);
  expect(file.underWay).toBe(0);
  const broken = new SlowFile();
  await expect(writeReceived(broken, (async function* () {
    yield* chunks(5 * mib, () => mib);
    throw new Error('the sender is gone');
  })())).rejects.toThrow(/sender is gone/);
  expect(broken.underWay).toBe(0);
});
