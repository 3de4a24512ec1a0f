import { expect, test } from 'vitest';
import { randomInt, SeededRandom } from '../base/random.ts';
import type { DiskFile } from '../ports/disk.ts';
import { ReceivedFile } from './received-file.ts';

const mib = 1 << 20;

/** Notes what is done to it; what it was given is looked at when the write ends, as a disk may. */
class SlowFile implements DiskFile {
  readonly path = '/f';
  readonly bytes = new Uint8Array(80 * mib);
  length = 0;
  readonly done: string[] = [];
  fail: (what: string, nth: number) => boolean = () => false;
  underWay = 0;
  reads = 0;

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

  async read(position: number, into: Uint8Array): Promise<number> {
    await new Promise((resolve) => setImmediate(resolve));
    this.reads++;
    const bytes = this.bytes.subarray(position, Math.max(position, Math.min(position + into.length, this.length)));
    into.set(bytes);
    return bytes.length;
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
  await new ReceivedFile(file).write(chunks(total, () => 1 + randomInt(random, 100_000)));
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
  await new ReceivedFile(good).write(large());
  expect(good.done.filter((what) => what === 'sync').length).toBeGreaterThan(2);
  const bad = new SlowFile();
  let failed = false;
  bad.fail = (what) => what === 'sync' && !failed && (failed = true);
  await expect(new ReceivedFile(bad).write(large())).rejects.toThrow(/sync failed/);
  expect(bad.underWay).toBe(0);
});

test('a write that fails, and a body that breaks off, are told when nothing is under way any more', async () => {
  const file = new SlowFile();
  file.fail = (what, nth) => what === 'write' && nth === 2;
  await expect(new ReceivedFile(file).write(chunks(9 * mib, () => mib))).rejects.toThrow(/write failed/);
  expect(file.underWay).toBe(0);
  const broken = new SlowFile();
  await expect(new ReceivedFile(broken).write((async function* () {
    yield* chunks(5 * mib, () => mib);
    throw new Error('the sender is gone');
  })())).rejects.toThrow(/sender is gone/);
  expect(broken.underWay).toBe(0);
});

const byteAt = (at: number): number => at % 251;

/** What is there, as bytes of its own. */
async function read(received: ReceivedFile, position: number, length: number): Promise<Uint8Array> {
  const into = new Uint8Array(length);
  return into.subarray(0, await received.read(position, into));
}

function expectBytes(bytes: Uint8Array, position: number): void {
  const wrong = bytes.findIndex((byte, i) => byte !== byteAt(position + i));
  if (wrong >= 0) throw new Error(`byte ${position + wrong} differs`);
}

test.each([1, 2, 3, 4, 5])('who reads while it comes, front to back or anywhere, gets what was sent, seed %d', async (seed) => {
  const random = new SeededRandom(seed);
  const total = 40_000 + randomInt(random, 40_000);
  const file = new SlowFile();
  const received = new ReceivedFile(file, 1024);
  const slowly = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks(total, () => 1 + randomInt(random, 3000))) {
      if (randomInt(random, 3) === 0) await new Promise((resolve) => setImmediate(resolve));
      yield chunk;
    }
  };
  const reader = async (): Promise<void> => {
    let at = 0;
    for (let i = 0; i < 300; i++) {
      const length = 1 + randomInt(random, randomInt(random, 10) === 0 ? 5000 : 700);
      // Back to what is not kept any more, ahead to what has not come, and past the end.
      if (randomInt(random, 6) === 0) at = randomInt(random, total + 100);
      const bytes = await read(received, at, length);
      expect(bytes.length).toBe(Math.max(0, Math.min(length, total - at)));
      expectBytes(bytes, at);
      at += length;
    }
  };
  await Promise.all([received.write(slowly()), reader(), reader()]);
  expect(file.reads).toBeGreaterThan(0);
});

test('what has just come is read from memory, and what has not come is waited for', async () => {
  const file = new SlowFile();
  const received = new ReceivedFile(file, 1024);
  let more = (): void => {};
  const written = received.write((async function* () {
    yield Uint8Array.from({ length: 2048 }, (_, i) => byteAt(i));
    await new Promise<void>((resolve) => (more = resolve));
    yield Uint8Array.from({ length: 100 }, (_, i) => byteAt(2048 + i));
  })());
  expectBytes(await read(received, 1000, 1000), 1000);
  let came = false;
  const late = read(received, 2040, 20).then((bytes) => {
    came = true;
    return bytes;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(came).toBe(false);
  more();
  await written;
  expectBytes(await late, 2040);
  expect((await late).length).toBe(20);
  expect(file.reads).toBe(0);
});

test('the file is not read before what was written to it is there', async () => {
  let end = (): void => {};
  class Gated extends SlowFile {
    override async write(position: number, data: Uint8Array): Promise<void> {
      if (position === 8 * 1024) await new Promise<void>((resolve) => (end = resolve));
      await super.write(position, data);
    }
  }
  const received = new ReceivedFile(new Gated(), 1024);
  const written = received.write(chunks(9 * 1024, () => 1024));
  // From what is not kept any more up to what is being written.
  const late = read(received, 0, 9 * 1024);
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setImmediate(resolve));
  end();
  const bytes = await late;
  expect(bytes.length).toBe(9 * 1024);
  expectBytes(bytes, 0);
  await written;
});

test('reads that wait, and later ones, fail with what the body failed with, or when they are stopped', async () => {
  const broken = new ReceivedFile(new SlowFile(), 1024);
  const waiting = expect(read(broken, 5000, 1)).rejects.toThrow(/sender is gone/);
  await expect(broken.write((async function* () {
    yield new Uint8Array(3000);
    throw new Error('the sender is gone');
  })())).rejects.toThrow(/sender is gone/);
  await waiting;
  await expect(read(broken, 0, 1)).rejects.toThrow(/sender is gone/);
  const stopped = new ReceivedFile(new SlowFile(), 1024);
  const before = expect(read(stopped, 0, 1)).rejects.toThrow(/enough/);
  stopped.stopReading(new Error('enough'));
  await before;
  await stopped.write(chunks(5000, () => 500));
  await expect(read(stopped, 0, 1)).rejects.toThrow(/enough/);
});
