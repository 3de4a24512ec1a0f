/** The key tree as a value: levels that were loaded, what is open, and how changes of the cluster act on them. */
import type { ByteString, KeyChange, KeyMeta, TreeItem, TreePage } from '../../../core/contract/types.ts';

export interface Level {
  items: TreeItem[];
  next: ByteString | undefined;
  /** The newest revision that a page of it was read at: older changes are in it already. */
  revision: number;
  state: 'loading' | 'ready' | 'error';
  error: string | undefined;
}

export interface TreeState {
  root: ByteString;
  separator: string;
  levels: ReadonlyMap<string, Level>;
  open: ReadonlySet<string>;
  /** Keys and folders that changed a moment ago, with how often: the row flashes anew each time. */
  flashes: ReadonlyMap<string, number>;
  /** Deleted a moment ago: still shown, struck through. */
  leaving: ReadonlySet<string>;
}

export type Row =
  | { kind: 'item'; id: string; depth: number; item: TreeItem; open: boolean; position: number; size: number }
  | { kind: 'more'; id: string; depth: number; prefix: ByteString; loading: boolean }
  | { kind: 'loading'; id: string; depth: number }
  | { kind: 'error'; id: string; depth: number; prefix: ByteString; text: string };

export const idOf = (item: TreeItem): string => (item.kind === 'folder' ? item.prefix : item.key);
/** A key and a folder can have one name: their rows must not. */
export const rowId = (item: TreeItem): string => `${item.kind}:${idOf(item)}`;

export function emptyTree(root: ByteString, separator: string): TreeState {
  return { root, separator, levels: new Map(), open: new Set(), flashes: new Map(), leaving: new Set() };
}

const withLevel = (state: TreeState, prefix: string, level: Level): TreeState => ({ ...state, levels: new Map(state.levels).set(prefix, level) });

export function beginLoad(state: TreeState, prefix: string): TreeState {
  const known = state.levels.get(prefix);
  return withLevel(state, prefix, { items: known?.items ?? [], next: known?.next, revision: known?.revision ?? 0, state: 'loading', error: undefined });
}

export function failLoad(state: TreeState, prefix: string, error: string): TreeState {
  const known = state.levels.get(prefix);
  return withLevel(state, prefix, { items: known?.items ?? [], next: known?.next, revision: known?.revision ?? 0, state: 'error', error });
}

/** `fresh`: the first page, which replaces what was there. */
export function addPage(state: TreeState, prefix: string, page: TreePage, fresh: boolean): TreeState {
  const known = fresh ? [] : (state.levels.get(prefix)?.items ?? []);
  const seen = new Set(known.map(rowId));
  const items = [...known, ...page.items.filter((item) => !seen.has(rowId(item)))];
  return withLevel(state, prefix, { items, next: page.next, revision: Math.max(page.revision, state.levels.get(prefix)?.revision ?? 0), state: 'ready', error: undefined });
}

export function toggle(state: TreeState, prefix: string): TreeState {
  const open = new Set(state.open);
  if (!open.delete(prefix)) open.add(prefix);
  return { ...state, open };
}

export function closeFolder(state: TreeState, prefix: string): TreeState {
  const open = new Set(state.open);
  open.delete(prefix);
  return { ...state, open };
}

/** The rows that are to be seen, in order. */
export function rowsOf(state: TreeState): Row[] {
  const rows: Row[] = [];
  const add = (prefix: ByteString, depth: number): void => {
    const level = state.levels.get(prefix);
    if (!level) return;
    level.items.forEach((item, i) => {
      const open = item.kind === 'folder' && state.open.has(item.prefix);
      rows.push({ kind: 'item', id: rowId(item), depth, item, open, position: i + 1, size: level.next === undefined ? level.items.length : -1 });
      if (item.kind === 'folder' && open) add(item.prefix, depth + 1);
    });
    if (level.state === 'error') rows.push({ kind: 'error', id: `error:${prefix}`, depth, prefix, text: level.error ?? '' });
    else if (level.state === 'loading' && level.items.length === 0) rows.push({ kind: 'loading', id: `loading:${prefix}`, depth });
    else if (level.next !== undefined) rows.push({ kind: 'more', id: `more:${prefix}`, depth, prefix, loading: level.state === 'loading' });
  };
  add(state.root, 0);
  return rows;
}

/** The child of the prefix that a key belongs to. */
function childOf(change: KeyMeta, prefix: string, separator: string): TreeItem {
  const at = change.key.indexOf(separator, prefix.length);
  if (at >= 0) {
    const folder = change.key.slice(0, at + separator.length);
    return { kind: 'folder', name: folder.slice(prefix.length) as ByteString, prefix: folder as ByteString };
  }
  const { key, createRevision, modRevision, version, lease } = change;
  return { kind: 'key', name: key.slice(prefix.length) as ByteString, key, createRevision, modRevision, version, lease };
}

function placeOf(items: readonly TreeItem[], item: TreeItem): { at: number; found: boolean } {
  const id = idOf(item);
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (idOf(items[middle]!) < id) low = middle + 1;
    else high = middle;
  }
  const found = items[low] !== undefined && rowId(items[low]!) === rowId(item);
  return { at: low, found };
}

/** What a batch of changes does, and which folders' counts it makes untrue. */
export interface Effect {
  state: TreeState;
  stale: string[];
  /** Rows that are on their way out: to be removed in a moment. */
  left: string[];
}

export function applyChanges(state: TreeState, changes: readonly KeyChange[]): Effect {
  const levels = new Map(state.levels);
  const flashes = new Map(state.flashes);
  const leaving = new Set(state.leaving);
  const stale = new Set<string>();
  const left: string[] = [];
  for (const change of changes) {
    for (const [prefix, level] of levels) {
      if (!change.key.startsWith(prefix) || change.modRevision <= level.revision) continue;
      const child = childOf(change, prefix, state.separator);
      const { at, found } = placeOf(level.items, child);
      // Behind the last loaded row: it comes with its page.
      if (!found && level.next !== undefined && at === level.items.length) continue;
      if (child.kind === 'folder') stale.add(child.prefix);
      if (change.type === 'delete') {
        if (child.kind === 'key' && found) {
          leaving.add(rowId(child));
          left.push(rowId(child));
        }
        continue;
      }
      leaving.delete(rowId(child));
      if (child.kind === 'key' || !found) levels.set(prefix, { ...level, items: [...level.items.slice(0, at), child, ...level.items.slice(found ? at + 1 : at)] });
      flashes.set(rowId(child), (flashes.get(rowId(child)) ?? 0) + 1);
    }
  }
  return { state: { ...state, levels, flashes, leaving }, stale: [...stale], left };
}

/** Takes out rows that have left; one that came back meanwhile stays. */
export function removeRows(state: TreeState, ids: readonly string[]): TreeState {
  const gone = new Set(ids.filter((id) => state.leaving.has(id)));
  if (gone.size === 0) return state;
  const levels = new Map<string, Level>();
  for (const [prefix, level] of state.levels) levels.set(prefix, { ...level, items: level.items.filter((item) => !gone.has(rowId(item))) });
  return { ...state, levels, leaving: new Set([...state.leaving].filter((id) => !gone.has(id))) };
}

/** A folder without keys is not a folder. */
export function removeFolder(state: TreeState, prefix: string): TreeState {
  const id = `folder:${prefix}`;
  return removeRows({ ...state, leaving: new Set(state.leaving).add(id) }, [id]);
}
