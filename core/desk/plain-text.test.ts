import { expect, test } from 'vitest';
import { plainText } from './plain-text.ts';

test('what the transport says is put plainly, and the words of the cluster are left alone', () => {
  expect(plainText('No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:2379. Resolution note: ')).toBe('127.0.0.1:2379 refuses connections');
  expect(plainText('Deadline exceeded after 1.502s,LB pick: 0.003s,remote_addr=127.0.0.1:30466')).toBe('127.0.0.1:30466 did not answer in time');
  expect(plainText('context deadline exceeded')).toBe('no answer in time');
  expect(plainText('No connection established. Last error: read ECONNRESET. Resolution note: ')).toBe('read ECONNRESET');
  for (const own of ['etcdserver: no leader', 'etcdserver: request timed out', 'etcdserver: mvcc: database space exceeded']) expect(plainText(own)).toBe(own);
});
