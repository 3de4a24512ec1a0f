import { decodeHuffman } from './huffman.ts';

/** Source: RFC 7541, Appendix A; index 1 is the first. */
const staticTable: readonly (readonly [string, string])[] = [
  [':authority', ''], [':method', 'GET'], [':method', 'POST'], [':path', '/'], [':path', '/index.html'], [':scheme', 'http'], [':scheme', 'https'],
  [':status', '200'], [':status', '204'], [':status', '206'], [':status', '304'], [':status', '400'], [':status', '404'], [':status', '500'],
  ['accept-charset', ''], ['accept-encoding', 'gzip, deflate'], ['accept-language', ''], ['accept-ranges', ''], ['accept', ''],
  ['access-control-allow-origin', ''], ['age', ''], ['allow', ''], ['authorization', ''], ['cache-control', ''], ['content-disposition', ''],
  ['content-encoding', ''], ['content-language', ''], ['content-length', ''], ['content-location', ''], ['content-range', ''], ['content-type', ''],
  ['cookie', ''], ['date', ''], ['etag', ''], ['expect', ''], ['expires', ''], ['from', ''], ['host', ''], ['if-match', ''], ['if-modified-since', ''],
  ['if-none-match', ''], ['if-range', ''], ['if-unmodified-since', ''], ['last-modified', ''], ['link', ''], ['location', ''], ['max-forwards', ''],
  ['proxy-authenticate', ''], ['proxy-authorization', ''], ['range', ''], ['referer', ''], ['refresh', ''], ['retry-after', ''], ['server', ''],
  ['set-cookie', ''], ['strict-transport-security', ''], ['transfer-encoding', ''], ['user-agent', ''], ['vary', ''], ['via', ''], ['www-authenticate', ''],
];
/** What an entry costs beside its text, by the standard. */
const entryOverhead = 32;
/** The size of the table that clients may use; we never announce another. */
const tableBytes = 4_096;

/** The header block breaks the rules: the connection's state is lost with it. */
export class HpackError extends Error {
  override readonly name = 'HpackError';
}

export type Header = readonly [name: string, value: string];

/** Decodes the header blocks of one connection, in order. Names and values are latin1 text. */
export class HpackDecoder {
  readonly #maxListBytes: number;
  /** Newest last. */
  #entries: Header[] = [];
  #bytes = 0;
  #limit = tableBytes;
  #block: Uint8Array = new Uint8Array(0);
  #at = 0;

  /** `maxListBytes`: the headers of one block must not be longer, counted as RFC 9113 §6.5.2 counts. */
  constructor(maxListBytes: number) {
    this.#maxListBytes = maxListBytes;
  }

  /** Throws HpackError. */
  decode(block: Uint8Array): Header[] {
    this.#block = block;
    this.#at = 0;
    const headers: Header[] = [];
    let listBytes = 0;
    while (this.#at < block.length) {
      const first = block[this.#at]!;
      if ((first & 0xe0) === 0x20) {
        if (headers.length > 0) throw new HpackError('a table size within a block');
        this.#resize(this.#integer(5));
        continue;
      }
      const header = (first & 0x80) !== 0 ? this.#indexed(this.#integer(7)) : this.#literal(first);
      listBytes += header[0].length + header[1].length + entryOverhead;
      if (listBytes > this.#maxListBytes) throw new HpackError(`the headers are longer than ${this.#maxListBytes} bytes`);
      headers.push(header);
    }
    return headers;
  }

  #literal(first: number): Header {
    const kept = (first & 0x40) !== 0;
    const index = this.#integer(kept ? 6 : 4);
    const name = index === 0 ? this.#string() : this.#indexed(index)[0];
    const header: Header = [name, this.#string()];
    if (kept) this.#keep(header);
    return header;
  }

  #indexed(index: number): Header {
    const found = index <= staticTable.length ? staticTable[index - 1] : this.#entries[this.#entries.length - (index - staticTable.length)];
    if (!found) throw new HpackError(`there is no header ${index}`);
    return found;
  }

  #keep(header: Header): void {
    this.#entries.push(header);
    this.#bytes += sizeOf(header);
    this.#evict();
  }

  #resize(limit: number): void {
    if (limit > tableBytes) throw new HpackError(`a table of ${limit} bytes was not allowed`);
    this.#limit = limit;
    this.#evict();
  }

  #evict(): void {
    let gone = 0;
    while (this.#bytes > this.#limit) this.#bytes -= sizeOf(this.#entries[gone++]!);
    if (gone > 0) this.#entries.splice(0, gone);
  }

  #integer(bits: number): number {
    const mask = 2 ** bits - 1;
    let value = this.#byte() & mask;
    if (value < mask) return value;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) break;
      if (shift >= 28) throw new HpackError('an integer is too long');
    }
    if (value > 2 ** 31) throw new HpackError('an integer is too large');
    return value;
  }

  #byte(): number {
    const byte = this.#block[this.#at++];
    if (byte === undefined) throw new HpackError('the block is cut off');
    return byte;
  }

  #string(): string {
    const huffman = (this.#block[this.#at] ?? 0) >= 0x80;
    const length = this.#integer(7);
    const start = this.#at;
    const end = start + length;
    if (end > this.#block.length) throw new HpackError('the block is cut off');
    this.#at = end;
    if (!huffman) return Buffer.from(this.#block.buffer, this.#block.byteOffset + start, length).toString('latin1');
    // A code has five bits at least: text cannot be longer than this, whatever comes.
    const text = decodeHuffman(this.#block, start, end);
    if (text === undefined) throw new HpackError('a string is no Huffman code');
    return text;
  }
}

const sizeOf = ([name, value]: Header): number => name.length + value.length + entryOverhead;

/** A header block of literals that leave no trace in the peer's table. Static names and `:status 200` are known by number. */
export function encodeHeaders(headers: readonly Header[]): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of headers) {
    const whole = staticTable.findIndex((entry) => entry[0] === name && entry[1] === value && value !== '');
    if (whole >= 0) {
      parts.push(Buffer.from([0x80 | (whole + 1)]));
      continue;
    }
    const named = staticTable.findIndex((entry) => entry[0] === name);
    parts.push(named >= 0 ? integer(named + 1, 4) : Buffer.concat([Buffer.from([0]), string(name)]), string(value));
  }
  return Buffer.concat(parts);
}

function integer(value: number, bits: number): Buffer {
  const mask = 2 ** bits - 1;
  if (value < mask) return Buffer.from([value]);
  const bytes = [mask];
  let rest = value - mask;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

function string(text: string): Buffer {
  const bytes = Buffer.from(text, 'latin1');
  return Buffer.concat([integer(bytes.length, 7), bytes]);
}
