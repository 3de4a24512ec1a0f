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
const strictDecoder = new TextDecoder('utf-8', { fatal: true });
const two32 = 0x1_0000_0000;

const WireType = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

/** Go's names of a message's fields, by number: what etcd's texts call them. */
export type FieldNames = Readonly<Record<number, string>>;

const endOfInput = (): WireError => new WireError('unexpected EOF');
const invalidText = 'string field contains invalid UTF-8';
const overflow = (): WireError => new WireError('proto: integer overflow');
const negativeLength = (): WireError => new WireError('proto: negative length found during unmarshaling');

/** What does not decode gets the one text that Google's Go library has for it. */
export function asGoogles<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof WireError) || error.message === invalidText) throw error;
    throw new WireError('proto: cannot parse invalid wire-format data', { cause: error });
  }
}

/** Refuses what etcd's decoder refuses, in the same order and with its texts. Source: gogo/protobuf's generated `Unmarshal` and `skip`. */
export class Reader {
  readonly buffer: Uint8Array;
  position: number;
  /** Where the message that is being read ends. */
  limit: number;

  constructor(buffer: Uint8Array) {
    this.buffer = buffer;
    this.position = 0;
    this.limit = buffer.length;
  }

  /** Field number and wire type in one, or a negative number when it is no field of ours: `skip` knows what it was. There has to be a byte. */
  tag(): number {
    const { buffer, position } = this;
    const first = buffer[position]!;
    if (first < 0x80) {
      this.position = position + 1;
      return first;
    }
    if (position + 1 < this.limit) {
      const second = buffer[position + 1]!;
      if (second < 0x80) {
        this.position = position + 2;
        return (second << 7) | (first & 0x7f);
      }
    }
    return this.#longTag();
  }

  #longTag(): number {
    this.#varint64();
    const number = this.#tagNumber();
    const type = this.#low & 7;
    return number > 0 && number < 1 << 27 ? (number << 3) | type : -8 | type;
  }

  /** Go's `int32(wire >> 3)` of the varint read last. */
  #tagNumber(): number {
    return (this.#high << 29) | (this.#low >>> 3);
  }

  /** A varint's low 32 bits, unsigned. */
  uint32(): number {
    const buffer = this.buffer;
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.position >= this.limit) throw endOfInput();
      const byte = buffer[this.position++]!;
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw overflow();
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
      if (this.position >= this.limit) throw endOfInput();
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
    throw overflow();
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

  /** Throws WireError where `string` puts replacements. */
  checkedString(): string {
    try {
      return strictDecoder.decode(this.bytes());
    } catch (error) {
      throw error instanceof WireError ? error : new WireError(invalidText);
    }
  }

  /** Reads a length and returns where the field that it opens ends. */
  end(): number {
    const end = this.#pastLength();
    if (end > this.limit) throw endOfInput();
    return end;
  }

  /** As `end`, but the field may pass the end of its message. */
  #pastLength(): number {
    const { buffer, position, limit } = this;
    if (position < limit) {
      const first = buffer[position]!;
      if (first < 0x80) {
        this.position = position + 1;
        return position + 1 + first;
      }
      if (position + 1 < limit) {
        const second = buffer[position + 1]!;
        if (second < 0x80) {
          this.position = position + 2;
          return position + 2 + ((second << 7) | (first & 0x7f));
        }
      }
    }
    this.#varint64();
    // An int of Go's has 63 bits and a sign, and so has the sum with where it stands.
    if (this.#high >= 0x7fffffff && (this.#high > 0x7fffffff || this.#low + this.position >= two32)) throw negativeLength();
    return this.position + this.#high * two32 + this.#low;
  }

  /** Passes over a field that its message does not know. Throws WireError on one that it knows in another wire type. */
  skip(tag: number, message: string, fields: FieldNames): void {
    const type = tag & 7;
    const number = tag < 0 ? this.#tagNumber() : tag >>> 3;
    if (type === WireType.endGroup) throw new WireError(`proto: ${message}: wiretype end group for non-group`);
    if (number <= 0) throw new WireError(`proto: ${message}: illegal tag ${number} (wire type ${tag < 0 ? (BigInt(this.#high) << 32n) | BigInt(this.#low) : tag})`);
    const name = fields[number];
    if (name !== undefined) throw new WireError(`proto: wrong wireType = ${type} for field ${name}`);
    let depth = this.#skipValue(type);
    while (depth > 0) {
      this.#varint64();
      depth += this.#skipValue(this.#low & 7);
    }
    if (this.position > this.limit) throw endOfInput();
  }

  /** Returns by how much groups are nested deeper behind it. */
  #skipValue(type: number): -1 | 0 | 1 {
    switch (type) {
      case WireType.varint:
        this.#varint64();
        return 0;
      case WireType.fixed64:
        this.position += 8;
        return 0;
      case WireType.bytes:
        this.position = this.#pastLength();
        return 0;
      case WireType.startGroup:
        return 1;
      case WireType.endGroup:
        return -1;
      case WireType.fixed32:
        this.position += 4;
        return 0;
      default:
        throw new WireError(`proto: illegal wireType ${type}`);
    }
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
