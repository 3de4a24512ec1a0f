import { byteString } from '../../core/base/bytes.ts';

const isDefault = (value: unknown): boolean =>
  value === undefined || value === 0 || value === 0n || value === false || value === '' || ((value instanceof Uint8Array || Array.isArray(value)) && value.length === 0);

/** A message as one line: bytes as escaped text, fields at their defaults left out. */
export function show(value: unknown): string {
  if (value instanceof Uint8Array) {
    const text = byteString(value);
    return text.length > 40 ? `${JSON.stringify(text.slice(0, 12))}…${text.length}` : JSON.stringify(text);
  }
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  return `{${Object.entries(value).filter(([, field]) => !isDefault(field)).map(([name, field]) => `${name}: ${show(field)}`).join(', ')}}`;
}
