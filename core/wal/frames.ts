import { assert } from '../base/assert.ts';
import { emptyBytes } from '../base/bytes.ts';
import { crc32c } from '../base/crc32c.ts';
import { Record } from '../proto/gen/wal.ts';
import { Reader, WireError, Writer } from '../proto/wire.ts';

/** Source of the format: etcd `server/storage/wal`. */
export const RecordType = { metadata: 1, entry: 2, state: 3, crc: 4, snapshot: 5 } as const;

const sectorBytes = 512;
const wordBytes = 8;
const emptyWord = new Uint8Array(wordBytes);
const maxRecordBytes = 0xffff_ffff;

/** Frames records into one buffer, which is used again and again, and keeps the CRC chain over their data. */
export class FrameWriter {
  crc: number;
  readonly #out = new Writer();

  constructor(crc: number) {
    this.crc = crc;
  }

  get length(): number {
    return this.#out.length;
  }

  reset(): void {
    this.#out.reset();
  }

  /** A view that the next frame invalidates. */
  bytes(): Uint8Array {
    return this.#out.buffer.subarray(0, this.#out.length);
  }

  frame(type: number, data: Uint8Array): void {
    this.crc = crc32c(data, this.crc);
    this.#write(type, data);
  }

  /** The record that opens a segment: the chain's value so far, and no data. */
  crcRecord(): void {
    this.#write(RecordType.crc, emptyBytes);
  }

  /** Zeros behind the last frame, which read as the end of the log. */
  zeros(bytes: number): void {
    this.#out.raw(new Uint8Array(bytes));
  }

  #write(type: number, data: Uint8Array): void {
    const out = this.#out;
    const start = out.length;
    out.raw(emptyWord);
    Record.write({ type, crc: this.crc, data }, out);
    const size = out.length - start - wordBytes;
    assert(size <= maxRecordBytes, 'a record is too long for its frame', () => `${size} bytes`);
    const padding = paddingOf(size);
    if (padding > 0) out.raw(emptyWord.subarray(0, padding));
    const { buffer } = out;
    buffer[start] = size;
    buffer[start + 1] = size >>> 8;
    buffer[start + 2] = size >>> 16;
    buffer[start + 3] = size >>> 24;
    if (padding > 0) buffer[start + 7] = 0x80 | padding;
  }
}

const paddingOf = (size: number): number => (8 - (size % 8)) % 8;

export type FrameResult =
  | { kind: 'record'; record: Record; next: number }
  /** Nothing was written from here on. */
  | { kind: 'end' }
  /** A write that did not reach the disk whole. */
  | { kind: 'torn' }
  | { kind: 'corrupt'; reason: string };

/**
 * Reads the frame at `offset`; `crc` is the chain's value before it. `record.data` is a view on `file`.
 * A length word lies in one disk sector, so a cut write leaves it whole or not at all: a wrong one is corruption.
 */
export function readFrame(file: Uint8Array, offset: number, crc: number): FrameResult {
  if (offset + wordBytes > file.length) return offset >= file.length ? { kind: 'end' } : { kind: 'torn' };
  const size = readWord(file, offset);
  if (size === 'zero') return { kind: 'end' };
  if (size === 'invalid') return { kind: 'corrupt', reason: 'the length word is damaged' };
  const start = offset + wordBytes;
  const next = start + size + paddingOf(size);
  const body = file.subarray(start, start + size);
  let problem: string | undefined;
  if (next <= file.length) {
    const checked = check(body, crc);
    if (typeof checked !== 'string') return { kind: 'record', record: checked, next };
    if (!hasZeroSector(file, start, next)) problem = checked;
  }
  if (problem === undefined && goesOnElsewhere(file, start, next)) problem = 'the length word is damaged: the log goes on at another place than it says';
  return problem === undefined ? { kind: 'torn' } : { kind: 'corrupt', reason: problem };
}

/** Bytes of the record behind the length word. */
function readWord(file: Uint8Array, at: number): number | 'zero' | 'invalid' {
  const size = (file[at]! | (file[at + 1]! << 8) | (file[at + 2]! << 16) | (file[at + 3]! << 24)) >>> 0;
  const middle = file[at + 4]! | file[at + 5]! | file[at + 6]!;
  const top = file[at + 7]!;
  if (size === 0) return middle === 0 && top === 0 ? 'zero' : 'invalid';
  const padding = paddingOf(size);
  return middle === 0 && top === (padding === 0 ? 0 : 0x80 | padding) ? size : 'invalid';
}

/**
 * Whether a record that continues the chain from the broken one stands anywhere but at `next`, where the broken one claims
 * to end. Then the write was whole, and its length is what is wrong: cutting it off would lose what was acknowledged.
 */
function goesOnElsewhere(file: Uint8Array, start: number, next: number): boolean {
  const crc = ownCrc(file, start);
  if (crc === undefined) return false;
  for (let at = start + (8 - (start % 8)) % 8; at + wordBytes < file.length; at += 8) {
    // Type and CRC come first in a record: a glance that rules out nearly all places.
    if (file[at + 8] !== 0x08 || file[at + 10] !== 0x10 || at === next) continue;
    const size = readWord(file, at);
    if (typeof size === 'string' || at + wordBytes + size > file.length) continue;
    const record = check(file.subarray(at + wordBytes, at + wordBytes + size), crc);
    if (typeof record !== 'string' && record.type !== RecordType.crc && record.data.length > 0) return true;
  }
  return false;
}

/** The CRC that a record states, even if its end is missing. */
function ownCrc(file: Uint8Array, start: number): number | undefined {
  const reader = new Reader(file.subarray(start, start + 16));
  try {
    if (reader.uint32() !== 0x08) return undefined;
    reader.uint32();
    return reader.uint32() === 0x10 ? reader.uint32() : undefined;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function check(body: Uint8Array, crc: number): Record | string {
  let record: Record;
  try {
    record = Record.decode(body);
  } catch (error) {
    if (error instanceof WireError) return error.message;
    throw error;
  }
  if (record.type === RecordType.crc) return record;
  const expected = crc32c(record.data, crc);
  return record.crc === expected ? record : `crc mismatch: the record says ${record.crc}, its data give ${expected}`;
}

/** Whether a disk sector of the frame is all zeros: the mark of a write that a crash cut short. */
function hasZeroSector(file: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; ) {
    const stop = Math.min(end, (Math.floor(at / sectorBytes) + 1) * sectorBytes);
    let zero = true;
    for (let i = at; i < stop && zero; i++) zero = file[i] === 0;
    if (zero) return true;
    at = stop;
  }
  return false;
}
