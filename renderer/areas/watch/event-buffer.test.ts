import { expect, test } from 'vitest';
import type { WatchEvent, WatchUpdate } from '../../../core/contract/types.ts';
import { clear, emptyBuffer, maxBytes, maxRows, push, setPaused } from './event-buffer.ts';

const events = (from: number, count: number): WatchUpdate => ({
  kind: 'events', revision: from + count - 1, events: Array.from({ length: count }, (_, i) => ({ modRevision: from + i, key: '' }) as WatchEvent),
});
const revisions = (buffer: typeof emptyBuffer): number[] => buffer.rows.flatMap((row) => (row.kind === 'event' ? [row.event.modRevision] : []));

test('a pause holds events back and loses none', () => {
  let buffer = push(emptyBuffer, [events(1, 2)], 0);
  buffer = push(setPaused(buffer, true), [events(3, 2)], 0);
  expect(revisions(buffer)).toEqual([1, 2]);
  expect(buffer.held).toHaveLength(2);
  expect(revisions(setPaused(buffer, false))).toEqual([1, 2, 3, 4]);
});

test('the oldest rows go first, and that is counted', () => {
  const buffer = push(push(emptyBuffer, [events(1, maxRows)], 0), [events(maxRows + 1, 5)], 0);
  expect(buffer.rows).toHaveLength(maxRows);
  expect(buffer.dropped).toBe(5);
  expect(revisions(buffer)[0]).toBe(6);
  expect(buffer.events).toBe(maxRows + 5);
});

test('long values leave room for fewer rows', () => {
  const value = 'x'.repeat(maxBytes / 4) as WatchEvent['key'];
  const long = events(1, 6);
  if (long.kind === 'events') for (const event of long.events) Object.assign(event, { value });
  const buffer = push(emptyBuffer, [long, events(7, 2)], 0);
  expect(revisions(buffer)).toEqual([3, 4, 5, 6, 7, 8]);
  expect(buffer.dropped).toBe(2);
});

test('clearing keeps the pause, and ids go on', () => {
  const buffer = clear(setPaused(push(emptyBuffer, [events(1, 1)], 0), true));
  expect(buffer).toMatchObject({ rows: [], held: [], dropped: 0, paused: true, nextId: 2 });
});

test('marks of compaction and disconnection are rows of their own', () => {
  const buffer = push(emptyBuffer, [{ kind: 'compacted', compactRevision: 7 }, events(8, 1)], 5);
  expect(buffer.rows.map((row) => row.kind)).toEqual(['note', 'event']);
});
