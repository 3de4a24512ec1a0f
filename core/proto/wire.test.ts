import { expect, test } from 'vitest';
import { PutRequest, RangeRequest, TxnRequest } from './gen/rpc.ts';
import { Message } from './gen/raft.ts';
import { Reader, WireError, Writer } from './wire.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('64-bit integers keep every bit, negative ones included', () => {
  const w = new Writer();
  const bigints = [0n, 1n, 127n, 128n, 2n ** 32n, 2n ** 53n + 1n, 2n ** 63n - 1n, -1n, -(2n ** 63n)];
  for (const value of bigints) w.int64(value);
  const numbers = [0, 1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, -1, -(2 ** 40)];
  for (const value of numbers) w.int64Number(value);
  w.uint64(2n ** 64n - 1n);
  const r = new Reader(w.finish());
  for (const value of bigints) expect(r.int64()).toBe(value);
  for (const value of numbers) expect(r.int64Number()).toBe(value);
  expect(r.uint64()).toBe(2n ** 64n - 1n);
  expect(r.position).toBe(r.limit);
});

test('a number field beyond 2^53 is read as the nearest double', () => {
  const w = new Writer();
  w.int64(2n ** 62n + 1n);
  expect(new Reader(w.finish()).int64Number()).toBe(2 ** 62);
});

test('the largest int64 stays the largest where a number passes it on', () => {
  const w = new Writer();
  w.int64(2n ** 63n - 1n);
  const passed = new Writer();
  passed.int64Number(new Reader(w.finish()).int64Number());
  expect(new Reader(passed.finish()).int64()).toBe(2n ** 63n - 1n);
});

test('messages encode as protobuf says', () => {
  expect(hex(PutRequest.encode({ key: new Uint8Array([97]), lease: -1n, prevKv: true }))).toBe('0a016118ffffffffffffffffff012001');
  expect(hex(RangeRequest.encode({ revision: 300 }))).toBe('20ac02');
});

test('a field longer than 127 bytes moves to make room for its length', () => {
  const value = new Uint8Array(70_000).fill(7);
  const nested = TxnRequest.encode({ success: [{ requestPut: PutRequest.create({ key: value, value }), requestRange: undefined, requestDeleteRange: undefined, requestTxn: undefined }] });
  const back = TxnRequest.decode(nested);
  expect(back.success[0]?.requestPut?.key).toEqual(value);
  expect(back.success[0]?.requestPut?.value).toEqual(value);
});

test('presence is kept where proto has it', () => {
  expect(TxnRequest.decode(new Uint8Array([0x12, 0x02, 0x0a, 0x00])).success[0]?.requestRange).toBeDefined();
  expect(TxnRequest.decode(new Uint8Array([0x12, 0x00])).success[0]?.requestRange).toBeUndefined();
});

test('fields that always carry zeros, as older releases write them, are accepted', () => {
  const tail = Buffer.from('080810011802200028003000' + '40004a0a12080a0228001000180050005800', 'hex');
  const m = Message.decode(tail);
  expect(m).toMatchObject({ type: 8, to: 1n, from: 2n, commit: 0, reject: false, rejectHint: 0 });
  expect(m.snapshot?.metadata?.index).toBe(0);
});

test.each([
  ['a length past the end', '0a05', 'unexpected EOF'],
  ['a length of more than 32 bits', '0a8380808010616263', 'unexpected EOF'],
  ['a negative length', '0affffffffffffffffff01', 'proto: negative length found during unmarshaling'],
  ['an endless varint', '20ffffffffffffffffffffff01', 'proto: integer overflow'],
  ['a cut varint', '20ff', 'unexpected EOF'],
  ['a known field as a group', '0b', 'proto: wrong wireType = 3 for field Key'],
  ['a known field of another wire type', '1a00', 'proto: wrong wireType = 2 for field Limit'],
  ['the end of no group', '0c', 'proto: RangeRequest: wiretype end group for non-group'],
  ['a group without an end', 'bb3e0801', 'unexpected EOF'],
  ['an unknown wire type', 'be3e', 'proto: illegal wireType 6'],
  ['field number 0', '0000', 'proto: RangeRequest: illegal tag 0 (wire type 0)'],
  ['a negative field number', 'f8ffffffffffffffff01', 'proto: RangeRequest: illegal tag -1 (wire type 18446744073709551608)'],
  ['a fixed64 past the end', '7900', 'unexpected EOF'],
])('%s is refused', (_what, text, why) => {
  expect(() => RangeRequest.decode(Buffer.from(text, 'hex'))).toThrow(new WireError(why));
});

test('a field that passes the end of its message is refused, though there is more behind it', () => {
  expect(() => TxnRequest.decode(Buffer.from('12040a020a056162636465', 'hex'))).toThrow(new WireError('unexpected EOF'));
});

test('of fields that exclude each other the last counts, and a message that comes twice is merged with itself', () => {
  const { success } = TxnRequest.decode(new Uint8Array(Buffer.from('120a' + '0a030a0161' + '12030a0162', 'hex')));
  expect(success[0]).toEqual(expect.objectContaining({ requestPut: expect.objectContaining({ key: new Uint8Array([98]) }), requestRange: undefined }));
  expect(Message.decode(new Uint8Array(Buffer.from('4a030a0161' + '4a0412021005', 'hex'))).snapshot).toMatchObject({ data: new Uint8Array([97]), metadata: { index: 5 } });
});

test('unknown fields are skipped', () => {
  const w = new Writer();
  w.uint32((1000 << 3) | 2);
  w.bytes(new Uint8Array(3));
  w.uint32((20 << 3) | 1);
  w.finish();
  const group = [...Buffer.from('bb3e' + '0b' + '1200' + '0c' + 'bc3e', 'hex')];
  const bytes = new Uint8Array([...w.finish(), ...new Uint8Array(8), ...group, ...RangeRequest.encode({ limit: 9 })]);
  expect(RangeRequest.decode(bytes).limit).toBe(9);
});
