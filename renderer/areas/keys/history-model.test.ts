import { expect, test } from 'vitest';
import type { HistoryEntry, HistoryPage } from '../../../core/contract/types.ts';
import { choose, emptyHistory, firstPage, lookAt, newerPage, olderPage } from './history-model.ts';

const entry = (modRevision: number): HistoryEntry => ({ kind: 'delete', modRevision });
const page = (revisions: number[], next?: number): HistoryPage => ({ entries: revisions.map(entry), next, floor: 0, revision: 99, certain: true, requests: 1 });
const revisions = (state: { entries: readonly HistoryEntry[] }): number[] => state.entries.map((item) => item.modRevision);

test('pages follow one another; the newest entry is compared with the one before it', () => {
  const first = firstPage(page([9], 9));
  expect(first).toMatchObject({ to: 9, from: undefined, next: 9 });
  const both = olderPage(first, page([7, 4]));
  expect(revisions(both)).toEqual([9, 7, 4]);
  expect(both).toMatchObject({ to: 9, from: 7, next: undefined });
});

test('what is new comes in front, and is followed by who looked at the newest', () => {
  const state = firstPage(page([9, 7, 4], 4));
  expect(newerPage(state, page([12, 9], 9))).toMatchObject({ to: 12, from: 9, next: 4 });
  expect(revisions(newerPage(state, page([12, 9], 9)))).toEqual([12, 9, 7, 4]);
  const elsewhere = newerPage(lookAt(state, 7), page([12, 9], 9));
  expect(elsewhere).toMatchObject({ to: 7, from: 4 });
  // A gap between the pages: begin anew.
  expect(revisions(newerPage(state, page([20, 18], 18)))).toEqual([20, 18]);
  expect(revisions(newerPage(emptyHistory, page([3])))).toEqual([3]);
});

test('the older of two is the one that is compared from', () => {
  const state = lookAt(firstPage(page([9, 7, 4])), 7);
  expect(choose(state, 'from', 9)).toMatchObject({ from: 7, to: 9 });
  expect(choose(state, 'to', 4)).toMatchObject({ from: 4, to: 4 });
  expect(choose(lookAt(state, 9), 'from', 4)).toMatchObject({ from: 4, to: 9 });
});
