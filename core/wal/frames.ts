import { crc32c } from '../base/crc32c.ts';
import { Record } from '../proto/gen/wal.ts';
import { WireError, Writer } from '../proto/wire.ts';

/** Source of the format: etcd `server/storage/wal`. */
export const RecordType = { metadata: 1, entry: 2, state: 3, crc: 4, snapshot: 5 } as const;

const sectorBytes = 512;
const lengthBytes = 8;

/** Frames records into one buffer and keeps the CRC chain over their data. */
export class FrameWriter {
  crc: number;
  readonly #out = new Writer();
  readonly #record = new Writer();

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
    this.#write({ type, crc: this.crc, data });
  }

  /** The record that opens a segment: the chain's value so far, and no data. */
  crcRecord(): void {
    this.#write({ type: RecordType.crc, crc: this.crc, data: new Uint8Array(0) });
  }

  #write(record: Record): void {
    this.#record.reset();
    Record.write(record, this.#record);
    const size = this.#record.length;
    const padding = (8 - (size % 8)) % 8;
    const head = new Uint8Array(lengthBytes);
    const view = new DataView(head.buffer);
    view.setUint32(0, size, true);
    if (padding > 0) head[7] = 0x80 | padding;
    this.#out.raw(head);
    this.#out.raw(this.#record.buffer.subarray(0, size));
    if (padding > 0) this.#out.raw(new Uint8Array(padding));
  }
}

export type FrameResult =
  | { kind: 'record'; record: Record; next: number }
  /** Nothing was written from here on. */
  | { kind: 'end' }
  /** A write that did not reach the disk whole. */
  | { kind: 'torn' }
  | { kind: 'corrupt'; reason: string };

/** Reads the frame at `offset`; `crc` is the chain's value before it. */
export function readFrame(file: Uint8Array, offset: number, crc: number): FrameResult {
  if (offset + lengthBytes > file.length) return offset >= file.length ? { kind: 'end' } : { kind: 'torn' };
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const low = view.getUint32(offset, true);
  const high = view.getUint32(offset + 4, true);
  if (low === 0 && high === 0) return { kind: 'end' };
  const padding = high & 0x8000_0000 ? (high >>> 24) & 0x7 : 0;
  const size = (high & 0x00ff_ffff) * 0x1_0000_0000 + low;
  const start = offset + lengthBytes;
  const next = start + size + padding;
  if (next > file.length) return { kind: 'torn' };
  const body = file.subarray(start, start + size);
  const problem = check(body, crc);
  if (typeof problem !== 'string') return { kind: 'record', record: problem, next };
  return hasZeroSector(file, start, next) ? { kind: 'torn' } : { kind: 'corrupt', reason: problem };
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
