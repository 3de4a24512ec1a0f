import { expect, test } from 'vitest';
import { utf8 } from '../base/bytes.ts';
import { WireError } from '../proto/wire.ts';
import { InternalRaftRequest } from '../proto/gen/raft-internal.ts';
import { PutRequest } from '../proto/gen/rpc.ts';
import { decodeRequest, encodeRequest } from './request-codec.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const text = (field: number, value: string): string => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(field * 8 + 2, bytes.length), bytes]).toString('hex');
};
/** As etcd 3.4 writes it: every field, set or not. */
const tail = '28003200380048005000580060006800700078008001 00'.replace(' ', '');
const of34 = (method: string, path: string, val: string): Buffer => hex(`08a3b59dc8f0c1f2b712${text(2, method)}${text(3, path)}${text(4, val)}${tail}`);

const attributes = { memberId: 0x8e9e05c52164694dn, memberAttributes: { name: 'm1', clientUrls: ['http://127.0.0.1:2379'] } };
const json = '{"name":"m1","clientURLs":["http://127.0.0.1:2379"]}';

test('what etcd 3.4 writes of members and of the cluster version is understood', () => {
  const published = decodeRequest(of34('PUT', '/0/members/8e9e05c52164694d/attributes', json));
  expect(published.request?.clusterMemberAttrSet).toEqual(attributes);
  expect(decodeRequest(of34('PUT', '/0/version', '3.4.0')).request?.clusterVersionSet).toEqual({ ver: '3.4.0' });
  // Wrapped, as releases before 3.0 have it.
  const inner = of34('PUT', '/0/version', '3.4.0');
  expect(decodeRequest(Buffer.concat([Buffer.of(0x12, inner.length), inner])).request?.clusterVersionSet).toEqual({ ver: '3.4.0' });
});

test.each([
  ['another key', 'PUT', '/1/foo', 'bar'], ['a deletion', 'DELETE', '/0/version', ''], ['a sync', 'SYNC', '', ''], ['no id of a member', 'PUT', '/0/members/xyz/attributes', json],
  ['no JSON', 'PUT', '/0/members/1/attributes', 'garbage'], ['no object', 'PUT', '/0/members/1/attributes', 'null'],
])('%s changes nothing, and is no failure', (_name, method, path, val) => {
  expect(decodeRequest(of34(method, path, val)).request).toBeUndefined();
});

test.each(['', '3.0.0', '3.4.0'])('at cluster version "%s" members are published as 3.4 reads it', (version) => {
  const data = Buffer.from(encodeRequest({ clusterMemberAttrSet: attributes }, 5n, version));
  expect(data.toString('hex')).toBe(`0805${text(2, 'PUT')}${text(3, '/0/members/8e9e05c52164694d/attributes')}${text(4, json)}`);
  expect(decodeRequest(data)).toEqual({ id: 5n, request: InternalRaftRequest.create({ clusterMemberAttrSet: attributes }) });
});

test.each(['3.5.0', '3.6.0', '4.0.0'])('at cluster version %s they are requests', (version) => {
  const data = encodeRequest({ clusterMemberAttrSet: attributes }, 5n, version);
  expect(InternalRaftRequest.decode(data)).toMatchObject({ header: { id: 5n }, clusterMemberAttrSet: attributes });
  expect(decodeRequest(data)).toMatchObject({ id: 5n, request: { clusterMemberAttrSet: attributes } });
});

test('the first cluster version is written so that whoever has it can read it', () => {
  expect(encodeRequest({ clusterVersionSet: { ver: '3.4.0' } }, 5n, '')[2]).toBe(0x12);
  expect(InternalRaftRequest.decode(encodeRequest({ clusterVersionSet: { ver: '3.6.0' } }, 5n, '')).clusterVersionSet).toEqual({ ver: '3.6.0' });
  // On the way up, the old one still counts.
  expect(encodeRequest({ clusterVersionSet: { ver: '3.6.0' } }, 5n, '3.4.0')[2]).toBe(0x12);
});

test('all else is a request at every version, whatever its bytes', () => {
  const put = PutRequest.create({ key: utf8('PUT'), value: utf8('\x12\x03PUT') });
  for (const version of ['', '3.4.0', '3.6.0']) {
    const data = encodeRequest({ put }, 0x1212121212121212n, version);
    expect(decodeRequest(data)).toMatchObject({ id: 0x1212121212121212n, request: { put: { key: put.key, value: put.value } } });
  }
  // The id in its own field, as 3.0 wrote it.
  expect(decodeRequest(InternalRaftRequest.encode({ id: 7n, put })).id).toBe(7n);
  expect(decodeRequest(of34('PUT', '/0/version', '3.4.0')).id).toBe(0x126fca0f09075aa3n);
  expect(() => decodeRequest(hex('0805120350555a'))).toThrow(WireError);
  expect(() => decodeRequest(hex('08ffffffff'))).toThrow(WireError);
});
