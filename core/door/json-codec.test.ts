import { describe, expect, test } from 'vitest';
import { utf8 } from '../base/bytes.ts';
import { messages, routes } from '../proto/gen/gateway.ts';
import {
  Compare, PutRequest, RangeRequest, RangeResponse, RequestOp, ResponseHeader, TxnRequest, WatchRequest, WatchResponse, LeaseGrantRequest, MemberListResponse,
} from '../proto/gen/rpc.ts';
import { fromJson, JsonError, toJson } from './json-codec.ts';
import { JsonValues } from './json-values.ts';

describe('to JSON', () => {
  test('bytes are base64, 64-bit integers are strings, zeros are left out, names are those of the .proto file', () => {
    const header = ResponseHeader.create({ clusterId: 2n ** 64n - 1n, memberId: 1n, revision: 5 });
    const kv = { key: utf8('a\xff'), createRevision: 2, modRevision: 2 ** 53 - 1, version: 1, value: new Uint8Array(0), lease: -1n };
    expect(toJson('RangeResponse', RangeResponse.create({ header, kvs: [kv], count: 1 }))).toEqual({
      header: { cluster_id: '18446744073709551615', member_id: '1', revision: '5' },
      kvs: [{ key: 'YcO/', create_revision: '2', mod_revision: '9007199254740991', version: '1', lease: '-1' }], count: '1',
    });
    expect(toJson('MemberListResponse', MemberListResponse.create({ members: [{ id: 7n, name: 'm', peerUrls: ['http://a:1'], clientUrls: [], isLearner: true }] }))).toEqual({
      members: [{ ID: '7', name: 'm', peerURLs: ['http://a:1'], isLearner: true }],
    });
  });

  test('enums go by name, and by number where there is none; a set message is told though it is empty', () => {
    const event = (type: number) => ({ type, kv: { key: utf8('k'), createRevision: 0, modRevision: 3, version: 0, value: new Uint8Array(0), lease: 0n }, prevKv: undefined });
    const response = WatchResponse.create({ events: [event(0), event(1), event(9)] });
    expect(toJson('WatchResponse', response)['events']).toEqual([{ kv: { key: 'aw==', mod_revision: '3' } }, { type: 'DELETE', kv: { key: 'aw==', mod_revision: '3' } }, { type: 9, kv: { key: 'aw==', mod_revision: '3' } }]);
    expect(toJson('WatchRequest', WatchRequest.create({ progressRequest: {} }))).toEqual({ progress_request: {} });
  });

  test('of a oneof the field that is set is told, zero or not', () => {
    expect(toJson('Compare', Compare.create({ key: utf8('k'), version: 0 }))).toEqual({ key: 'aw==', version: '0' });
  });
});

describe('from JSON', () => {
  test.each([
    ['both alphabets, with padding or without', { key: '-_8=', value: '+/8' }, { key: new Uint8Array([251, 255]), value: new Uint8Array([251, 255]) }],
    ['integers as numbers, strings, bigints', { lease: '12', key: '' }, { lease: 12n, key: new Uint8Array(0) }],
    ['a number', { lease: 12 }, { lease: 12n }],
    ['a large number', { lease: 2n ** 62n }, { lease: 2n ** 62n }],
    ['both names of a field', { prevKv: true, ignore_lease: true }, { prevKv: true, ignoreLease: true }],
    ['null and unknown fields', { key: null, nope: { a: 1 } }, {}],
  ] as [string, unknown, object][])('%s', (_what, json, expected) => {
    expect(fromJson('PutRequest', json)).toEqual(expected);
  });

  test('enums by name and by number; a name that there is not is passed over', () => {
    expect(fromJson('RangeRequest', { sort_order: 'DESCEND', sort_target: 3 })).toEqual({ sortOrder: 2, sortTarget: 3 });
    expect(fromJson('RangeRequest', { sort_order: 'SIDEWAYS', limit: 1 })).toEqual({ limit: 1 });
    expect(fromJson('WatchCreateRequest', { filters: ['NOPE', 'NODELETE'] })).toEqual({ filters: [1] });
  });

  test.each([
    ['PutRequest', { key: '*' }, /PutRequest\.key: invalid value for bytes field key: "\*"/],
    ['PutRequest', { key: 5 }, /invalid value for bytes field/],
    ['PutRequest', { lease: '12x' }, /invalid value for int64 field lease/],
    ['PutRequest', { lease: 1.5 }, /invalid value for int64 field lease/],
    ['PutRequest', { lease: 2n ** 63n }, /invalid value for int64 field lease: "9223372036854775808"/],
    ['PutRequest', { prev_kv: 'true' }, /invalid value for bool field/],
    ['PutRequest', { prev_kv: true, prevKv: true }, /duplicate field/],
    ['PutRequest', [], /unexpected token \[\]/],
    ['PutRequest', 'x', /unexpected token "x"/],
    ['RangeRequest', { sort_order: 1.5 }, /invalid value for enum field/],
    ['MemberRemoveRequest', { ID: -1 }, /invalid value for uint64 field ID/],
    ['TxnRequest', { compare: {} }, /invalid value for message field compare/],
    ['Compare', { version: 1, mod_revision: 2 }, /oneof target_union is already set/],
    ['TxnRequest', { success: [{ request_put: { key: 1 } }] }, /TxnRequest\.success\[0\]\.request_put\.key/],
  ] as [string, unknown, RegExp][])('%s is not read: %#', (type, json, expected) => {
    expect(() => fromJson(type, json)).toThrow(JsonError);
    expect(() => fromJson(type, json)).toThrow(expected);
  });

  test('what is told comes back the same, through protobuf', () => {
    const txn = TxnRequest.create({
      compare: [Compare.create({ key: utf8('k'), createRevision: 0, result: 3 })],
      success: [RequestOp.create({ requestPut: PutRequest.create({ key: utf8('k'), value: utf8('v'), lease: 2n ** 60n + 1n }) })],
      failure: [RequestOp.create({ requestTxn: TxnRequest.create({ success: [RequestOp.create({ requestRange: RangeRequest.create({ key: utf8('a'), limit: 7, sortOrder: 1 }) })] }) })],
    });
    const back = fromJson('TxnRequest', JSON.parse(JSON.stringify(toJson('TxnRequest', txn))));
    expect(TxnRequest.decode(TxnRequest.encode(back))).toEqual(txn);
    expect(LeaseGrantRequest.decode(LeaseGrantRequest.encode(fromJson('LeaseGrantRequest', { TTL: '5', ID: 9 })))).toEqual({ ttl: 5, id: 9n });
  });
});

test('every message of a route is known, and every path is its own', () => {
  for (const { request, response } of routes) expect([messages[request.type], messages[response.type]]).not.toContain(undefined);
  expect(new Set(routes.map(({ post }) => post)).size).toBe(routes.length);
  // Of etcd's; the others are this project's own.
  expect(routes.filter(({ post }) => !post.startsWith('/v3/quorate/')).length).toBe(51);
});

describe('values that follow each other', () => {
  const values = (...texts: string[]): unknown[] => {
    const reader = new JsonValues(1000);
    const out = texts.flatMap((text) => reader.push(text));
    reader.end();
    return out;
  };

  test('cut anywhere, they are the same', () => {
    const text = ' {"a":"}\\"{\\\\","b":[{}]}\n{"c":{"d":1}}[1] ';
    const whole = values(text);
    expect(whole).toEqual([{ a: '}"{\\', b: [{}] }, { c: { d: 1 } }, [1]]);
    for (let at = 1; at < text.length; at++) expect(values(text.slice(0, at), text.slice(at))).toEqual(whole);
    expect(values(...text)).toEqual(whole);
  });

  test('whole numbers beyond a double are kept', () => {
    expect(values('{"ID":7587862094711632144,"TTL":5}')).toEqual([{ ID: 7587862094711632144n, TTL: 5 }]);
  });

  test.each([['nope'], ['"text"'], ['5'], ['}'], ['{"a":}'], ['{"a":1}]'], ['{'], [`{"a":"${'x'.repeat(2000)}`]])('%j is refused', (text) => {
    expect(() => values(text)).toThrow(JsonError);
  });
});
