import { expect, test } from 'vitest';
import { jsonFault } from './go-json.ts';

test.each([
  ['', 'unexpected end of JSON input'],
  ['  ', 'unexpected end of JSON input'],
  ['{"a": ', 'unexpected end of JSON input'],
  ['{"a"', 'unexpected end of JSON input'],
  ['x', "invalid character 'x' looking for beginning of value"],
  ["{'a': 1}", String.raw`invalid character '\'' looking for beginning of object key string`],
  ['{"a": 1,}', "invalid character '}' looking for beginning of object key string"],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a": 1 "b"}', `invalid character '"' after object key:value pair`],
  ['[1 2]', "invalid character '2' after array element"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ['{} x', "invalid character 'x' after top-level value"],
  ['01', "invalid character '1' after top-level value"],
  ['-x', "invalid character 'x' in numeric literal"],
  ['1.x', "invalid character 'x' after decimal point in numeric literal"],
  ['1ex', "invalid character 'x' in exponent of numeric literal"],
  ['trye', "invalid character 'y' in literal true (expecting 'u')"],
  ['"a\nb"', String.raw`invalid character '\n' in string literal`],
  [String.raw`"\x"`, "invalid character 'x' in string escape code"],
  [String.raw`"\u00g0"`, String.raw`invalid character 'g' in \u hexadecimal character escape`],
])('%j', (text, fault) => {
  expect(jsonFault(text)).toBe(fault);
  expect(() => JSON.parse(text) as unknown).toThrow();
});

test.each(['{}', '[]', ' [1, -0.5e+3, "\\u00e9\\n", true, false, null, {"a": {"b": [[]]}}] ', '0', '"é"'])('%s is JSON', (text) => {
  expect(jsonFault(text)).toBeUndefined();
  expect(() => JSON.parse(text) as unknown).not.toThrow();
});
