/** A key's history as a value: pages that were loaded, newest first, and which two entries are compared. */
import type { HistoryEntry, HistoryPage } from '../../../core/contract/types.ts';

export interface HistoryState {
  entries: readonly HistoryEntry[];
  next: number | undefined;
  floor: number;
  certain: boolean;
  state: 'loading' | 'ready' | 'error';
  error: string | undefined;
  /** Revisions of the entries that are compared: older, newer. */
  from: number | undefined;
  to: number | undefined;
}

export const emptyHistory: HistoryState = { entries: [], next: undefined, floor: 0, certain: true, state: 'loading', error: undefined, from: undefined, to: undefined };

const older = (entries: readonly HistoryEntry[], revision: number | undefined): number | undefined => entries[entries.findIndex((entry) => entry.modRevision === revision) + 1]?.modRevision;

/** The first page, which replaces what was there. */
export function firstPage(page: HistoryPage): HistoryState {
  const to = page.entries[0]?.modRevision;
  return { entries: page.entries, next: page.next, floor: page.floor, certain: page.certain, state: 'ready', error: undefined, to, from: older(page.entries, to) };
}

export function olderPage(state: HistoryState, page: HistoryPage): HistoryState {
  const entries = [...state.entries, ...page.entries];
  return { ...state, entries, next: page.next, floor: page.floor, certain: state.certain && page.certain, state: 'ready', error: undefined, from: state.from ?? older(entries, state.to) };
}

/** A newest page over what is known; where the two do not meet, there is more between them than was read. */
export function newerPage(state: HistoryState, page: HistoryPage): HistoryState {
  const newest = state.entries[0]?.modRevision ?? 0;
  const meets = page.next === undefined || page.entries.some((entry) => entry.modRevision <= newest);
  if (!meets || newest === 0) return firstPage(page);
  const added = page.entries.filter((entry) => entry.modRevision > newest);
  const entries = [...added, ...state.entries];
  // Whoever looked at the newest entry goes on looking at the newest.
  const follow = state.to === newest && added.length > 0;
  const to = follow ? added[0]!.modRevision : state.to;
  return { ...state, entries, floor: page.floor, certain: state.certain && page.certain, state: 'ready', error: undefined, to, from: follow ? older(entries, to) : state.from };
}

/** Shows what one entry changed: it is compared with the one before it. */
export function lookAt(state: HistoryState, revision: number): HistoryState {
  return { ...state, to: revision, from: older(state.entries, revision) };
}

/** Chooses one side; the older revision is always the one that is compared from. */
export function choose(state: HistoryState, side: 'from' | 'to', revision: number): HistoryState {
  const other = side === 'from' ? state.to : state.from;
  if (other === undefined || other === revision) return { ...state, [side]: revision };
  return { ...state, from: Math.min(other, revision), to: Math.max(other, revision) };
}
