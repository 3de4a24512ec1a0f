import { expect, test } from 'vitest';
import { formatStatus, humanBytes } from './snapshot-output.ts';

const status = { hash: 0xabc1234, revision: 7, totalKey: 5, totalSize: 20_480, version: '3.6.0' };

test('the formats of etcdutl', () => {
  expect(formatStatus(status, 'simple')).toBe('abc1234, 7, 5, 20 kB, 3.6.0\n');
  expect(formatStatus({ ...status, version: '' }, 'simple')).toBe('abc1234, 7, 5, 20 kB, \n');
  expect(formatStatus(status, 'json')).toBe('{"hash":180097588,"revision":7,"totalKey":5,"totalSize":20480,"version":"3.6.0"}\n');
  expect(formatStatus(status, 'fields')).toBe('"Hash" : 180097588\n"Revision" : 7\n"Keys" : 5\n"Size" : 20480\n"Version" : 3.6.0\n');
  expect(formatStatus(status, 'table')).toBe(
    '+---------+----------+------------+------------+---------+\n' +
      '|  HASH   | REVISION | TOTAL KEYS | TOTAL SIZE | VERSION |\n' +
      '+---------+----------+------------+------------+---------+\n' +
      '| abc1234 |        7 |          5 |      20 kB |   3.6.0 |\n' +
      '+---------+----------+------------+------------+---------+\n',
  );
});

test.each([
  [0, '0 B'], [9, '9 B'], [10, '10 B'], [999, '999 B'], [1000, '1.0 kB'], [1549, '1.5 kB'], [9950, '10 kB'], [10_500, '10 kB'], [11_500, '12 kB'], [20_480, '20 kB'], [62_709_760, '63 MB'], [1_620_000_000, '1.6 GB'],
])('%i bytes are %s', (bytes, text) => {
  expect(humanBytes(bytes)).toBe(text);
});
