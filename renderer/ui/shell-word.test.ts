import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { byteString, bytesOf, utf8 } from '../../core/base/bytes.ts';
import { shellWord } from './shell-word.ts';

test('plain words are left as they are, others are quoted', () => {
  expect(shellWord('/registry/pods/web-0')).toBe('/registry/pods/web-0');
  expect(shellWord("it's $HOME")).toBe("'it'\\''s $HOME'");
  expect(shellWord('')).toBe("''");
  expect(shellWord('a\0b')).toBeUndefined();
});

test.skipIf(!existsSync('/bin/bash'))('bash reads every byte back', () => {
  const every = Array.from({ length: 255 }, (_, i) => String.fromCharCode(i + 1)).join('');
  for (const bytes of [every, byteString(utf8('服务/配置 "x"')), "\\x41'\n", '\xff\xfeA1', '!!']) {
    const said = execFileSync('/bin/bash', ['-c', `printf %s ${shellWord(bytes)}`]);
    expect(new Uint8Array(said)).toEqual(bytesOf(bytes));
  }
});
