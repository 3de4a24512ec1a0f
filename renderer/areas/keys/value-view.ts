import type { ByteString } from '../../../core/contract/types.ts';
import { ofText, parseBase64, parseHex, textOf, toBase64, toHex } from '../../ui/byte-text.ts';

export type ViewMode = 'text' | 'hex' | 'base64';

/** How a value opens: as text only when it is valid UTF-8, else in hex, so that no byte can be lost. */
export function modeFor(value: string): ViewMode {
  return textOf(value) === undefined ? 'hex' : 'text';
}

export function render(value: string, mode: ViewMode): string {
  switch (mode) {
    case 'text':
      return textOf(value) ?? '';
    case 'hex':
      return toHex(value);
    case 'base64':
      return toBase64(value);
  }
}

export type Read = { ok: true; value: ByteString } | { ok: false; at: string };

/** The bytes that an edited text stands for. */
export function read(text: string, mode: ViewMode): Read {
  if (mode === 'text') return { ok: true, value: ofText(text) };
  if (mode === 'hex') {
    const parsed = parseHex(text);
    return parsed.ok ? { ok: true, value: parsed.bytes } : parsed;
  }
  const value = parseBase64(text);
  return value === undefined ? { ok: false, at: '' } : { ok: true, value };
}

export function isJson(text: string): boolean {
  const first = text.trimStart()[0];
  if (first !== '{' && first !== '[') return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export function looksLikeJson(text: string): boolean {
  const trimmed = text.trim();
  return (trimmed.startsWith('{') && trimmed.endsWith('}')) || (trimmed.startsWith('[') && trimmed.endsWith(']'));
}
