import { textOf } from './byte-text.ts';

/** Bytes as one word of a POSIX shell, or of bash where they are no plain text; undefined: no program can be given a zero byte. */
export function shellWord(bytes: string): string | undefined {
  if (bytes.includes('\0')) return undefined;
  const text = textOf(bytes);
  // oxlint-disable-next-line no-control-regex
  if (text !== undefined && !/[\u0000-\u001f\u007f-\u009f]/.test(text)) return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
  return `$'${[...bytes].map((char) => (/[ -~]/.test(char) ? char.replace(/['\\]/, '\\$&') : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)).join('')}'`;
}
