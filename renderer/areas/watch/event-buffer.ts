import type { WatchEvent, WatchUpdate } from '../../../core/contract/types.ts';

export const maxRows = 10_000;
/** Of keys and values in all rows: long values must not fill the page's memory. */
export const maxBytes = 64_000_000;

export type WatchRow =
  | { id: number; kind: 'event'; event: WatchEvent }
  | { id: number; kind: 'note'; note: Exclude<WatchUpdate, { kind: 'events' }>; atWallMs: number };

export interface EventBuffer {
  /** Newest last. */
  rows: readonly WatchRow[];
  /** While paused, what came since; shown when resumed. */
  held: readonly WatchRow[];
  /** Oldest rows that had to go. */
  dropped: number;
  paused: boolean;
  events: number;
  nextId: number;
}

export const emptyBuffer: EventBuffer = { rows: [], held: [], dropped: 0, paused: false, events: 0, nextId: 1 };

function bytesOfRow(row: WatchRow): number {
  if (row.kind === 'note') return 0;
  const { key, value, previousValue } = row.event;
  return key.length + (value?.length ?? 0) + (previousValue?.length ?? 0);
}

/** The newest of them, as many as there is room for. */
function bounded(rows: readonly WatchRow[]): { rows: readonly WatchRow[]; dropped: number } {
  let from = rows.length;
  for (let bytes = 0; from > 0 && rows.length - from < maxRows; from--) {
    bytes += bytesOfRow(rows[from - 1]!);
    if (bytes > maxBytes && from < rows.length) break;
  }
  return from > 0 ? { rows: rows.slice(from), dropped: from } : { rows, dropped: 0 };
}

/** Takes updates in; a paused buffer holds them back and loses none, up to its bound. */
export function push(buffer: EventBuffer, updates: readonly WatchUpdate[], nowMs: number): EventBuffer {
  let { nextId, events } = buffer;
  const added: WatchRow[] = [];
  for (const update of updates) {
    if (update.kind !== 'events') added.push({ id: nextId++, kind: 'note', note: update, atWallMs: nowMs });
    else {
      for (const event of update.events) added.push({ id: nextId++, kind: 'event', event });
      events += update.events.length;
    }
  }
  if (buffer.paused) {
    const { rows: held, dropped } = bounded([...buffer.held, ...added]);
    return { ...buffer, held, dropped: buffer.dropped + dropped, events, nextId };
  }
  const { rows, dropped } = bounded([...buffer.rows, ...added]);
  return { ...buffer, rows, dropped: buffer.dropped + dropped, events, nextId };
}

export function setPaused(buffer: EventBuffer, paused: boolean): EventBuffer {
  if (paused || !buffer.paused) return { ...buffer, paused };
  const { rows, dropped } = bounded([...buffer.rows, ...buffer.held]);
  return { ...buffer, rows, held: [], dropped: buffer.dropped + dropped, paused: false };
}

export function clear(buffer: EventBuffer): EventBuffer {
  return { ...emptyBuffer, paused: buffer.paused, nextId: buffer.nextId };
}
