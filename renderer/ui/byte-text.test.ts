import { expect, test } from 'vitest';
import { display, ofText, parseBase64, parseEscapes, parseHex, previewText, textOf, toBase64, toHex } from './byte-text.ts';

const keys = ['/a/b', 'a//b', '', 'zwölf 中文', '\u0000\u0001', '\u00ff\u00fe', 'a\\b', 'line\nbreak\ttab', '\u00c3', 'mixed \u00ff end'];

test.each(keys.map((key, i) => [i < 4 ? ofText(key) : key]))('what is shown of a key leads back to its bytes: %j', (key) => {
  expect(parseEscapes(display(key))).toEqual({ ok: true, bytes: key });
});

test('printable text is shown as it is, other bytes as escapes', () => {
  expect(display(ofText('中文/ä'))).toBe('中文/ä');
  expect(display('\u00ff/a')).toBe('\\xff/a');
  expect(display('a\nb')).toBe('a\\nb');
});

test('an unknown escape is refused with its place', () => {
  expect(parseEscapes('ab\\q')).toEqual({ ok: false, at: 2 });
  expect(parseEscapes('\\x4')).toEqual({ ok: false, at: 0 });
});

test('invalid UTF-8 is never text, and a byte order mark is kept', () => {
  expect(textOf('\u00ff')).toBeUndefined();
  expect(ofText(textOf(ofText('\ufeffx'))!)).toBe(ofText('\ufeffx'));
});

test('hex and base64 keep all bytes', () => {
  const all = Array.from({ length: 256 }, (_, i) => String.fromCharCode(i)).join('');
  expect(parseHex(toHex(all))).toEqual({ ok: true, bytes: all });
  expect(parseBase64(toBase64(all))).toBe(all);
  expect(parseHex('0g')).toEqual({ ok: false, at: 'g' });
  expect(parseHex('012')).toEqual({ ok: false, at: '2' });
  expect(parseBase64('***')).toBeUndefined();
});

test('the beginning of a value is one line, and a character cut in two is left out', () => {
  expect(previewText(ofText('{\n  "a": 1\n}'), false)).toBe('{ "a": 1 }');
  expect(previewText(ofText('中文').slice(0, 5), true)).toBe('中');
  expect(previewText(ofText('中文').slice(0, 5), false)).toMatch(/\\x/);
  expect(previewText('\u00ff\u00fe', true)).toBe('\\xff\\xfe');
});
