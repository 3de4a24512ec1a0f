/**
 * The protobuf wire format. Generated codecs in `gen/` call these.
 * 64-bit fields are bigint (ids, leases) or number (revisions, indexes, sizes: marked `jstype = JS_NUMBER` in the .proto).
 * A number field that arrives beyond 2^53 is read as the nearest double: still greater than every real revision, so that
 * comparisons with it come out right; whoever stores such a field asserts its range.
 */
export class WireError extends Error {
  override readonly name = 'WireError';
}

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder();
const two32 = 0x1_0000_0000;

export class Reader {
  readonly buffer: Uint8Array;
  position: number;
  readonly limit: number;

  constructor(buffer: Uint8Array) {
    this.buffer = buffer;
    this.position = 0;
    this.limit = buffer.length;
  }

  /** A varint's low 32 bits, unsigned. */
  uint32(): number {
    const buffer = this.buffer;
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= this.limit) throw new WireError('truncated varint');
      const byte = buffer[this.position++]!;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new WireError('varint longer than 10 bytes');
  }

  int32(): number {
    return this.uint32() | 0;
  }

  bool(): boolean {
    this.#varint64();
    return (this.#low | this.#high) !== 0;
  }

  #low = 0;
  #high = 0;

  #varint64(): void {
    const buffer = this.buffer;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= this.limit) throw new WireError('truncated varint');
      const byte = buffer[this.position++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return;
      }
    }
    throw new WireError('varint longer than 10 bytes');
  }

  uint64Number(): number {
    this.#varint64();
    return this.#high * two32 + this.#low;
  }

  int64Number(): number {
    this.#varint64();
    return (this.#high | 0) * two32 + this.#low;
  }

  uint64(): bigint {
    this.#varint64();
    return this.#high === 0 ? BigInt(this.#low) : (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  int64(): bigint {
    return BigInt.asIntN(64, this.uint64());
  }

  /** A view on the input, not a copy: whoever keeps it long copies it. */
  bytes(): Uint8Array {
    const end = this.end();
    const out = this.buffer.subarray(this.position, end);
    this.position = end;
    return out;
  }

  string(): string {
    return textDecoder.decode(this.bytes());
  }

  /** Reads a length and returns where the field that it opens ends. */
  end(): number {
    const length = this.uint32();
    const end = this.position + length;
    if (end > this.limit) throw new WireError('truncated field');
    return end;
  }

  skip(tag: number): void {
    if (tag >>> 3 === 0) throw new WireError('field number 0');
    switch (tag & 7) {
      case 0:
        this.#varint64();
        return;
      case 1:
        this.position += 8;
        break;
      case 2:
        this.position = this.end();
        return;
      case 5:
        this.position += 4;
        break;
      default:
        throw new WireError(`wire type ${tag & 7} of field ${tag >>> 3}`);
    }
    if (this.position > this.limit) throw new WireError('truncated field');
  }
}

export class Writer {
  buffer = new Uint8Array(1024);
  length = 0;

  reset(): void {
    this.length = 0;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  #reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.buffer.length) return;
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2));
    grown.set(this.buffer.subarray(0, this.length));
    this.buffer = grown;
  }

  uint32(value: number): void {
    this.#reserve(5);
    const buffer = this.buffer;
    let rest = value >>> 0;
    while (rest > 0x7f) {
      buffer[this.length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    buffer[this.length++] = rest;
  }

  int32(value: number): void {
    if (value < 0) this.#varint64(value >>> 0, 0xffffffff);
    else this.uint32(value);
  }

  bool(value: boolean): void {
    this.uint32(value ? 1 : 0);
  }

  #varint64(low: number, high: number): void {
    this.#reserve(10);
    const buffer = this.buffer;
    let lowRest = low;
    let highRest = high;
    while (highRest > 0 || lowRest > 0x7f) {
      buffer[this.length++] = (lowRest & 0x7f) | 0x80;
      lowRest = ((lowRest >>> 7) | (highRest << 25)) >>> 0;
      highRest >>>= 7;
    }
    buffer[this.length++] = lowRest;
  }

  uint64Number(value: number): void {
    if (value >= 0 && value < two32) this.uint32(value);
    else if (Number.isSafeInteger(value)) this.#varint64(value >>> 0, Math.floor(value / two32) >>> 0);
    else this.uint64(BigInt(value));
  }

  int64Number(value: number): void {
    // The largest int64 is read as 2^63, and must not come out as the smallest.
    if (value >= 2 ** 63) this.#varint64(0xffffffff, 0x7fffffff);
    else this.uint64Number(value);
  }

  uint64(value: bigint): void {
    const unsigned = BigInt.asUintN(64, value);
    this.#varint64(Number(unsigned & 0xffffffffn), Number(unsigned >> 32n));
  }

  int64(value: bigint): void {
    this.uint64(value);
  }

  bytes(value: Uint8Array): void {
    this.uint32(value.length);
    this.raw(value);
  }

  /** Bytes as they are, without a length. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.buffer.set(value, this.length);
    this.length += value.length;
  }

  string(value: string): void {
    this.bytes(textEncoder.encode(value));
  }

  /** Opens a length-delimited field; `close` with the returned mark writes its length. */
  open(): number {
    this.#reserve(1);
    this.length += 1;
    return this.length;
  }

  close(mark: number): void {
    const size = this.length - mark;
    if (size < 0x80) {
      this.buffer[mark - 1] = size;
      return;
    }
    // The one byte reserved for the length is too short: move the field to the right.
    let extra = 0;
    for (let rest = size >>> 7; rest > 0; rest >>>= 7) extra++;
    this.#reserve(extra);
    this.buffer.copyWithin(mark + extra, mark, this.length);
    this.length = mark - 1;
    this.uint32(size);
    this.length += size;
  }
}
