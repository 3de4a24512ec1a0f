const encoder = new TextEncoder();
const decoder = new TextDecoder();

export const emptyBytes: Uint8Array = new Uint8Array(0);

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Decodes UTF-8 for display; invalid sequences become U+FFFD, so the result must never be written back. */
export function utf8Text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Unsigned byte order, shorter first on a tie: etcd's key order. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = a[i]! - b[i]!;
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Eight bytes, the highest first. */
export function uint64Bytes(value: bigint): Uint8Array {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, value);
  return out;
}

/** The inverse of `uint64Bytes`; undefined for other than eight bytes. */
export function uint64Of(bytes: Uint8Array): bigint | undefined {
  return bytes.length === 8 ? new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0) : undefined;
}

/**
 * The range_end that covers every key with this prefix: the prefix with its last byte raised,
 * 0xff bytes dropped with a carry; `\0` (from key to the end) where no such key exists.
 */
export function prefixEnd(prefix: Uint8Array): Uint8Array {
  for (let i = prefix.length - 1; i >= 0; i--) {
    if (prefix[i]! < 0xff) {
      const end = prefix.slice(0, i + 1);
      end[i] = end[i]! + 1;
      return end;
    }
  }
  return new Uint8Array(1);
}

/**
 * Bytes as a string whose char codes are the bytes (latin1). Equality, order and prefixes of such strings are those of
 * the bytes, so they serve as Map keys and cross JSON unharmed. It is an identity, never text to show.
 */
export function byteString(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 8192) out += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return out;
}

/** The inverse of `byteString`. Throws RangeError on a char code over 255. */
export function bytesOf(text: string): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255) throw new RangeError(`not a byte string: char code ${code} at ${i}`);
    out[i] = code;
  }
  return out;
}
