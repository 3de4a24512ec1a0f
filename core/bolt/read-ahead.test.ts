import { expect, test } from 'vitest';
import { readingBytes } from '../../test/support/bolt-file.ts';
import { randomInt, SeededRandom } from '../base/random.ts';
import { readingAhead } from './read-ahead.ts';
import type { ReadInto } from './source.ts';

const mib = 1 << 20;
const random = new SeededRandom(7);
const file = Uint8Array.from({ length: 5 * mib + 777 }, () => random.uint32());

const readFile = readingBytes(file) as (position: number, into: Uint8Array) => number;

/** As many bytes as there are. */
async function bytesOf(read: ReadInto, position: number, length: number): Promise<Uint8Array> {
  const into = new Uint8Array(length);
  return into.subarray(0, await read(position, into));
}

interface Reads {
  read(position: number, into: Uint8Array): Promise<number>;
  asked: string[];
}

function reads(fail: (position: number) => boolean = () => false): Reads {
  const asked: string[] = [];
  return {
    asked,
    async read(position, into) {
      asked.push(`${position}+${into.length}`);
      if (fail(position)) throw new Error('input/output error');
      await new Promise((resolve) => setImmediate(resolve));
      return readFile(position, into);
    },
  };
}

test('whatever is asked for, the bytes are those of the file', async () => {
  const read = readingAhead(reads().read, file.length);
  let at = 0;
  for (let i = 0; i < 4_000; i++) {
    const length = 1 + randomInt(random, randomInt(random, 50) === 0 ? 2 * mib : 9_000);
    // Mostly forward, as pages lie; now and then elsewhere.
    if (randomInt(random, 20) === 0 || at + length > file.length) at = randomInt(random, file.length - length);
    const bytes = await bytesOf(read, at, length);
    if (Buffer.compare(bytes, file.subarray(at, at + length)) !== 0) throw new Error(`${length} bytes at ${at} differ`);
    at += length;
  }
});

test('who reads front to back is one piece ahead, and past the end nothing is read', async () => {
  const { read, asked } = reads();
  const ahead = readingAhead(read, file.length);
  await bytesOf(ahead, 0, 4096);
  expect(asked).toEqual([`0+${mib}`, `${mib}+${mib}`]);
  for (let at = 4096; at < file.length; at += 4096) await bytesOf(ahead, at, Math.min(4096, file.length - at));
  expect(asked).toEqual([0, 1, 2, 3, 4, 5].map((piece) => `${piece * mib}+${mib}`));
});

test('a jump is answered by a read of its own, and going on from there is reading front to back', async () => {
  const { read, asked } = reads();
  const ahead = readingAhead(read, file.length);
  await bytesOf(ahead, 3 * mib, 4096);
  expect(asked).toEqual([`${3 * mib}+4096`]);
  await bytesOf(ahead, 3 * mib + 4096, 4096);
  expect(asked.slice(1)).toEqual([`${3 * mib + 4096}+${mib}`, `${4 * mib + 4096}+${mib}`]);
});

test('a failure ahead is told to who comes there, and to nobody before', async () => {
  const ahead = readingAhead(reads((position) => position === mib).read, file.length);
  await bytesOf(ahead, 0, 4096);
  expect((await bytesOf(ahead, mib - 10, 10)).length).toBe(10);
  await expect(bytesOf(ahead, mib, 4096)).rejects.toThrow(/input\/output/);
});
