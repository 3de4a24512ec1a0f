import { BoltError, bucketElement, elementBytes, getUint64, PageFlag, pageHeaderBytes, viewOf, type PageHeader } from './format.ts';

export function readPageHeader(bytes: Uint8Array): PageHeader | undefined {
  const view = viewOf(bytes);
  const id = getUint64(view, 0);
  if (id === undefined) return undefined;
  return { id, flags: view.getUint16(8, true), count: view.getUint16(10, true), overflow: view.getUint32(12, true) };
}

export interface LeafRow {
  key: Uint8Array;
  value: Uint8Array;
  /** The value is a bucket. */
  bucket: boolean;
}

/** A page with all that overflows from it, or the page within an inline bucket. Every access checks its bounds. */
export class Page {
  readonly kind: 'branch' | 'leaf';
  readonly count: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #header: PageHeader;
  /** For messages: which page, and at which byte of the file. */
  readonly #place: string;

  /** Throws BoltError when it is neither branch nor leaf, or cannot hold its elements. */
  constructor(bytes: Uint8Array, header: PageHeader, place: string) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
    this.#header = header;
    this.#place = place;
    this.count = header.count;
    if (header.flags === PageFlag.branch) this.kind = 'branch';
    else if (header.flags === PageFlag.leaf) this.kind = 'leaf';
    else throw this.error(`its flags are 0x${header.flags.toString(16)}, which is neither a branch nor a leaf`);
    if (pageHeaderBytes + header.count * elementBytes > bytes.length) throw this.error(`it is said to have ${header.count} elements, more than fit`);
  }

  /** The same page on a copy of its bytes. */
  copied(copy: (bytes: Uint8Array) => Uint8Array): Page {
    return new Page(copy(this.#bytes), this.#header, this.#place);
  }

  error(text: string): BoltError {
    return new BoltError(`${this.#place}: ${text}`);
  }

  leafRow(i: number): LeafRow {
    const at = pageHeaderBytes + i * elementBytes;
    const flags = this.#view.getUint32(at, true);
    const keyAt = at + this.#view.getUint32(at + 4, true);
    const keyLength = this.#view.getUint32(at + 8, true);
    const valueLength = this.#view.getUint32(at + 12, true);
    this.#requireInside(i, keyAt, keyLength + valueLength);
    if (keyLength === 0) throw this.error(`element ${i} has an empty key`);
    const valueAt = keyAt + keyLength;
    return {
      key: this.#bytes.subarray(keyAt, valueAt), value: this.#bytes.subarray(valueAt, valueAt + valueLength),
      bucket: (flags & bucketElement) !== 0,
    };
  }

  branchKey(i: number): Uint8Array {
    const at = pageHeaderBytes + i * elementBytes;
    const keyAt = at + this.#view.getUint32(at, true);
    const keyLength = this.#view.getUint32(at + 4, true);
    this.#requireInside(i, keyAt, keyLength);
    return this.#bytes.subarray(keyAt, keyAt + keyLength);
  }

  branchChild(i: number): number {
    const id = getUint64(this.#view, pageHeaderBytes + i * elementBytes + 8);
    if (id === undefined) throw this.error(`element ${i} names a page beyond 2^53`);
    return id;
  }

  #requireInside(i: number, from: number, length: number): void {
    if (from < pageHeaderBytes + this.count * elementBytes || from + length > this.#bytes.length) {
      throw this.error(`element ${i} lies at bytes ${from} to ${from + length} of ${this.#bytes.length}`);
    }
  }
}
