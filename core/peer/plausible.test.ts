import { expect, test } from 'vitest';
import { isLocalMessage, newMessage } from '../raft/message.ts';
import { MessageType } from '../raft/types.ts';
import { plausible } from './plausible.ts';

const entry = (index: number) => ({ type: 0 as const, term: 3, index, data: new Uint8Array(1) });

test('only what is passed on to the leader may come without a term', () => {
  const without = Object.values(MessageType).filter((type) => plausible(newMessage(type, { from: 2n })));
  expect(without).toEqual([MessageType.prop, MessageType.readIndex]);
  for (const type of Object.values(MessageType)) expect(plausible(newMessage(type, { from: 2n, to: 1n, term: 3 })), String(type)).toBe(!isLocalMessage(type));
});

test('nobody speaks to himself over the network, and no disk does', () => {
  for (const type of Object.values(MessageType)) expect(plausible(newMessage(type, { from: 1n, to: 1n, term: 3 })), String(type)).toBe(false);
  // The answers of the storage threads, which raft believes without a check.
  for (const type of [MessageType.hup, MessageType.unreachable, MessageType.storageAppendResp, MessageType.storageApplyResp]) expect(plausible(newMessage(type, { from: 2n ** 64n - 1n, to: 1n, term: 3 })), String(type)).toBe(false);
});

test('the entries of an append follow each other', () => {
  const append = (...indexes: number[]) => plausible(newMessage(MessageType.app, { from: 2n, term: 3, index: 7, entries: indexes.map(entry) }));
  expect([append(), append(8), append(8, 9, 10)]).toEqual([true, true, true]);
  expect([append(7), append(9), append(8, 10), append(8, 8)]).toEqual([false, false, false, false]);
  // A proposal's have no index yet.
  expect(plausible(newMessage(MessageType.prop, { from: 2n, entries: [entry(0), entry(0)] }))).toBe(true);
});
