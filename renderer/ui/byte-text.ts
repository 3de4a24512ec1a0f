/** Bytes as text and back. Keys and values are ByteStrings: one char per byte. */
import { bytesOf, byteString } from '../../core/base/bytes.ts';
import type { ByteString } from '../../core/contract/types.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of valid UTF-8; undefined when it is not, so that nothing is ever shown or saved as text that is not text. */
export function textOf(bytes: string): string | undefined {
  try {
    return strict.decode(bytesOf(bytes));
  } catch {
    return undefined;
  }
}

export function ofText(text: string): ByteString {
  return byteString(new TextEncoder().encode(text)) as ByteString;
}

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\\]/g;

const hexByte = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** A key for the eye: its text, with what cannot be shown as escapes; `parseEscapes` leads back to the same bytes. */
export function display(bytes: string): string {
  const text = textOf(bytes);
  if (text !== undefined) {
    return text.replace(unprintable, (char) => escapes[char] ?? (char.charCodeAt(0) < 0x80 ? hexByte(char) : [...ofText(char)].map(hexByte).join('')));
  }
  return [...bytes].map((char) => (char >= ' ' && char <= '~' ? (escapes[char] ?? char) : hexByte(char))).join('');
}

/** The beginning of a value in one line. A character that was `cut` in the middle does not make it look like bytes. */
export function previewText(bytes: string, cut: boolean): string {
  // A UTF-8 character has at most four bytes.
  for (let drop = 0; drop <= (cut ? 3 : 0) && drop < Math.max(1, bytes.length); drop++) {
    const text = textOf(bytes.slice(0, bytes.length - drop));
    if (text !== undefined) return display(ofText(text.replace(/\s+/g, ' ')));
  }
  return display(bytes);
}

export type Parsed = { ok: true; bytes: ByteString } | { ok: false; at: number };

/** Reads what `display` shows: `\n \r \t \\ \xNN`, everything else is itself in UTF-8. */
export function parseEscapes(text: string): Parsed {
  let out = '';
  for (let i = 0; i < text.length; ) {
    if (text[i] !== '\\') {
      const char = String.fromCodePoint(text.codePointAt(i)!);
      out += ofText(char);
      i += char.length;
      continue;
    }
    const simple = { n: '\n', r: '\r', t: '\t', '\\': '\\' }[text[i + 1] ?? ''];
    const hex = /^\\x([0-9a-fA-F]{2})/.exec(text.slice(i, i + 4));
    if (simple !== undefined) {
      out += simple;
      i += 2;
    } else if (hex) {
      out += String.fromCharCode(Number.parseInt(hex[1]!, 16));
      i += 4;
    } else return { ok: false, at: i };
  }
  return { ok: true, bytes: out as ByteString };
}

/** Pairs of digits, sixteen a line. */
export function toHex(bytes: string): string {
  const lines: string[] = [];
  for (let i = 0; i < bytes.length; i += 16) {
    lines.push([...bytes.slice(i, i + 16)].map((char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join(' '));
  }
  return lines.join('\n');
}

/** White space is free; undefined digits are told by where they are. */
export function parseHex(text: string): { ok: true; bytes: ByteString } | { ok: false; at: string } {
  const digits = text.replace(/\s+/g, '');
  const wrong = /[^0-9a-fA-F]/.exec(digits);
  if (wrong) return { ok: false, at: wrong[0] };
  if (digits.length % 2 === 1) return { ok: false, at: digits.slice(-1) };
  let out = '';
  for (let i = 0; i < digits.length; i += 2) out += String.fromCharCode(Number.parseInt(digits.slice(i, i + 2), 16));
  return { ok: true, bytes: out as ByteString };
}

export function toBase64(bytes: string): string {
  return btoa(bytes);
}

export function parseBase64(text: string): ByteString | undefined {
  try {
    return atob(text.replace(/\s+/g, '')) as ByteString;
  } catch {
    return undefined;
  }
}
