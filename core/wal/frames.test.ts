import { expect, test } from 'vitest';
import { concatBytes, utf8 } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import { FrameWriter, readFrame, RecordType, type FrameResult } from './frames.ts';

/** A segment of records in a file with a preallocated end. */
function segment(data: readonly Uint8Array[], spareBytes = 4096): { file: Uint8Array; starts: number[] } {
  const writer = new FrameWriter(0);
  const starts: number[] = [];
  for (const item of data) {
    starts.push(writer.length);
    writer.frame(RecordType.entry, item);
  }
  return { file: concatBytes([writer.bytes(), new Uint8Array(spareBytes)]), starts: [...starts, writer.length] };
}

/** The data of all whole records, and what ended the reading. */
function readAll(file: Uint8Array): { data: Uint8Array[]; last: FrameResult; at: number } {
  const data: Uint8Array[] = [];
  let crc = 0;
  for (let at = 0; ; ) {
    const frame = readFrame(file, at, crc);
    if (frame.kind !== 'record') return { data, last: frame, at };
    data.push(frame.record.data);
    crc = frame.record.crc;
    at = frame.next;
  }
}

const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * 37 + length) % 255 + 1);
const samples = [0, 1, 2, 7, 8, 300, 511, 512, 513, 1500, 3].map(noise);

test('a frame is a length word with its padding, the record, and zeros up to eight bytes', () => {
  const { file } = segment([utf8('ab')], 0);
  const crc = crc32c(utf8('ab'));
  const varint = [crc & 0x7f | 0x80, (crc >>> 7) & 0x7f | 0x80, (crc >>> 14) & 0x7f | 0x80, (crc >>> 21) & 0x7f | 0x80, crc >>> 28];
  const record = [0x08, 2, 0x10, ...varint, 0x1a, 2, 0x61, 0x62];
  expect([...file]).toEqual([record.length, 0, 0, 0, 0, 0, 0, 0x84, ...record, 0, 0, 0, 0]);
});

test('records of every length are read back, and the zeros behind them end the log', () => {
  const { file, starts } = segment(samples);
  const { data, last, at } = readAll(file);
  expect(data).toEqual(samples);
  expect(last.kind).toBe('end');
  expect(at).toBe(starts.at(-1));
});

test('a file cut at any byte gives the whole records before the cut, and says that the rest is torn', () => {
  const { file, starts } = segment(samples, 0);
  for (let size = 0; size < file.length; size++) {
    const { data, last, at } = readAll(file.slice(0, size));
    const whole = starts.findLastIndex((start) => start <= size);
    expect(data.length).toBe(whole);
    expect(at).toBe(starts[whole]);
    expect(last.kind).toBe(size === starts[whole] ? 'end' : 'torn');
  }
});

test('a record that has lost a sector of its last write is torn, not corrupt', () => {
  const { file, starts } = segment([noise(100), noise(2000)]);
  file.fill(0, 1024, 1536);
  const { data, last, at } = readAll(file);
  expect(data.length).toBe(1);
  expect([last.kind, at]).toEqual(['torn', starts[1]]);
});

test('a write of several records that lost a sector of its first is torn, though the others are whole', () => {
  const { file } = segment([noise(2000), noise(300), noise(20)]);
  file.fill(0, 512, 1024);
  expect(readAll(file).last.kind).toBe('torn');
});

test('no damage to a byte of the length word passes for the end or for a torn write while records follow', () => {
  // Zeros in the data, so that a length that covers too little or too much meets empty sectors.
  const { file, starts } = segment([noise(100), new Uint8Array(1600), noise(60), noise(40)]);
  for (const start of starts.slice(0, 3)) {
    for (let at = start; at < start + 8; at++) {
      for (let bit = 0; bit < 8; bit++) {
        file[at]! ^= 1 << bit;
        expect(readAll(file).last.kind, `bit ${bit} of byte ${at - start} of the word at ${start}`).toBe('corrupt');
        file[at]! ^= 1 << bit;
      }
    }
  }
});

test('damaged data in a record without an empty sector is corruption, with the checksums in the reason', () => {
  const { file, starts } = segment([noise(100), noise(700), noise(50)]);
  file[starts[1]! + 400]! ^= 4;
  const { last, at } = readAll(file);
  expect(at).toBe(starts[1]);
  expect(last).toMatchObject({ kind: 'corrupt', reason: expect.stringMatching(/^crc mismatch: the record says \d+, its data give \d+$/) });
});
