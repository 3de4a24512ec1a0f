import { expect, test } from 'vitest';
import { randomInt, SeededRandom } from '../../base/random.ts';
import { encodeHeaders, HpackDecoder, HpackError, type Header } from './hpack.ts';
import { decodeHuffman } from './huffman.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

test('the requests of RFC 7541, appendix C.4: Huffman strings and a table that grows', () => {
  const decoder = new HpackDecoder(4_096);
  const first: Header[] = [[':method', 'GET'], [':scheme', 'http'], [':path', '/'], [':authority', 'www.example.com']];
  expect(decoder.decode(hex('8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff'))).toEqual(first);
  expect(decoder.decode(hex('8286 84be 5886 a8eb 1064 9cbf'))).toEqual([...first, ['cache-control', 'no-cache']]);
  expect(decoder.decode(hex('8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf'))).toEqual([
    [':method', 'GET'], [':scheme', 'https'], [':path', '/index.html'], [':authority', 'www.example.com'], ['custom-key', 'custom-value'],
  ]);
});

test('a literal that is not to be kept is not, and a table size takes effect', () => {
  const decoder = new HpackDecoder(4_096);
  expect(decoder.decode(hex('040c 2f73 616d 706c 652f 7061 7468'))).toEqual([[':path', '/sample/path']]);
  expect(() => decoder.decode(hex('be'))).toThrow(HpackError);
  const small = new HpackDecoder(4_096);
  small.decode(hex('400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572'));
  expect(small.decode(hex('be'))).toEqual([['custom-key', 'custom-header']]);
  expect(() => small.decode(hex('20be'))).toThrow('no header 62');
  expect(() => small.decode(hex('3fe1 ff03'))).toThrow('not allowed');
});

test('what is encoded is decoded again', () => {
  const headers: Header[] = [[':status', '200'], ['content-type', 'application/grpc'], ['grpc-message', 'x'.repeat(300)], ['grpc-status', '0']];
  const decoder = new HpackDecoder(4_096);
  expect(decoder.decode(encodeHeaders(headers))).toEqual(headers);
  expect(decoder.decode(encodeHeaders(headers))).toEqual(headers);
});

test('headers that are too long are refused, however small they come', () => {
  const decoder = new HpackDecoder(1_000);
  decoder.decode(hex('400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572'));
  expect(() => decoder.decode(Buffer.alloc(100, 0xbe))).toThrow('longer than 1000 bytes');
});

test('the end of a Huffman string is ones, fewer than eight', () => {
  const text = (bytes: Buffer): string | undefined => decodeHuffman(bytes, 0, bytes.length);
  expect(text(hex('1f'))).toBe('a');
  expect(text(hex('18'))).toBeUndefined();
  expect(text(hex('1fff'))).toBeUndefined();
  expect(text(hex('ffffffff'))).toBeUndefined();
  expect(text(Buffer.alloc(0))).toBe('');
});

test(`no bytes make it do anything but decode or refuse (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  let refused = 0;
  for (let round = 0; round < 20_000; round++) {
    const bytes = Buffer.from(Array.from({ length: randomInt(random, 40) }, () => randomInt(random, 256)));
    try {
      for (const [name, value] of new HpackDecoder(4_096).decode(bytes)) expect(name.length + value.length).toBeLessThan(4_096);
    } catch (error) {
      if (!(error instanceof HpackError)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(1_000);
});
