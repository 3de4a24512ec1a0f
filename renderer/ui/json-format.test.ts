import { expect, test } from 'vitest';
import { formatJson } from './json-format.ts';

test.each(['{}', '[]', '{"a":[],"b":{}}', '[1,[2,{"c":"x, {y}: \\" z"}],true,null]', '  { "a" : 1 , "b" : [ 1 , 2 ] }  '])('as JSON.stringify indents: %s', (text) => {
  expect(formatJson(text)).toBe(JSON.stringify(JSON.parse(text), undefined, 2));
});

test('numbers and escapes stay as they are written', () => {
  expect(formatJson('{"id":9007199254740993,"ratio":1.0,"big":1e400,"text":"\\u0041"}')).toBe('{\n  "id": 9007199254740993,\n  "ratio": 1.0,\n  "big": 1e400,\n  "text": "\\u0041"\n}');
});
