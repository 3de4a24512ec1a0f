/** The key tree as a value: levels that were loaded, what is open, and how changes of the cluster act on them. */
import type { ByteString, KeyChange, TreeItem, TreePage } from '../../../core/contract/types.ts';

export interface Level {
  /** In the order of their bytes. Pages are added in place; all else makes a new list. */
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
  /** Rows that changed a moment ago, with the number of the batch: a row flashes anew each time. */
  flashes: ReadonlyMap<string, number>;
  /** Deleted a moment ago: still shown, struck through. */
  leaving: ReadonlySet<string>;
  /** Batches of changes so far. */
  batch: number;
}

export const idOf = (item: TreeItem): ByteString => (item.kind === 'folder' ? item.prefix : item.key);
/** A key and a folder can have one name: their rows must not. */
export const rowId = (item: TreeItem): string => `${item.kind}:${idOf(item)}`;

export function emptyTree(root: ByteString, separator: string): TreeState {
  return { root, separator, levels: new Map(), open: new Set(), flashes: new Map(), leaving: new Set(), batch: 0 };
}

/** All keys, which a server reads in a row; folders cost requests. */
export const isFlat = ({ items }: Level): boolean => items[0]?.kind === 'key' && items.at(-1)!.kind === 'key';

const noLevel = (): Level => ({ items: [], next: undefined, revision: 0, state: 'ready', error: undefined });
const changeLevel = (state: TreeState, prefix: string, change: (level: Level) => Level): TreeState => ({ ...state, levels: new Map(state.levels).set(prefix, change(state.levels.get(prefix) ?? noLevel())) });

export function beginLoad(state: TreeState, prefix: string): TreeState {
  return changeLevel(state, prefix, (level) => ({ ...level, state: 'loading', error: undefined }));
}

export function failLoad(state: TreeState, prefix: string, error: string): TreeState {
  return changeLevel(state, prefix, (level) => ({ ...level, state: 'error', error }));
}

/** `fresh`: the first page, which replaces what was there. */
export function addPage(state: TreeState, prefix: string, page: TreePage, fresh: boolean): TreeState {
  return changeLevel(state, prefix, (level) => {
    const items = fresh ? [] : level.items;
    // The list grows in place: copies of it, page by page, would cost the square of its length.
    for (const item of page.items) if (!placeOf(items, item).found) items.push(item);
    return { items, next: page.next, revision: Math.max(page.revision, level.revision), state: 'ready', error: undefined };
  });
}

/** Folders that stay open when everything is read again. */
const maxKept = 30;

/** To be read again from the beginning: what is open stays open, and is shown as it was until its pages come. */
export function stale(state: TreeState): TreeState {
  const open = new Set([...state.open].slice(0, maxKept));
  const levels = [...state.levels].filter(([prefix]) => prefix === state.root || open.has(prefix));
  return { ...emptyTree(state.root, state.separator), open, levels: new Map(levels.map(([prefix, level]) => [prefix, { ...level, state: 'ready', error: undefined }])) };
}

export function openFolder(state: TreeState, prefix: string): TreeState {
  return { ...state, open: new Set(state.open).add(prefix) };
}

/** A closed folder is not followed: its level, and those below it, are loaded anew when it is opened again. */
export function closeFolder(state: TreeState, prefix: string): TreeState {
  const below = (name: string): boolean => name.startsWith(prefix);
  return { ...state, open: new Set([...state.open].filter((name) => !below(name))), levels: new Map([...state.levels].filter(([name]) => !below(name))) };
}

/** The child of the prefix that a key belongs to. */
function childOf(key: ByteString, prefix: string, separator: string): TreeItem {
  const at = key.indexOf(separator, prefix.length);
  return at < 0 ? { kind: 'key', key } : { kind: 'folder', prefix: key.slice(0, at + separator.length) as ByteString };
}

/** Where an item is, or where it would be: by its bytes, which are its chars. */
export function placeOf(items: readonly TreeItem[], item: TreeItem): { at: number; found: boolean } {
  const id = idOf(item);
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (idOf(items[middle]!) < id) low = middle + 1;
    else high = middle;
  }
  const there = items[low];
  return { at: low, found: there !== undefined && idOf(there) === id && there.kind === item.kind };
}

/** Two sorted lists as one. */
function merge(items: readonly TreeItem[], added: readonly TreeItem[]): TreeItem[] {
  const out: TreeItem[] = [];
  let from = 0;
  for (const item of added) {
    const { at } = placeOf(items, item);
    for (; from < at; from++) out.push(items[from]!);
    out.push(item);
  }
  for (; from < items.length; from++) out.push(items[from]!);
  return out;
}

/** What a batch of changes does. */
export interface Effect {
  state: TreeState;
  /** Rows that are on their way out: to be removed in a moment. */
  left: string[];
}

/** Its cost is in the changes, and once in the rows of a level that gets new ones. */
export function applyChanges(state: TreeState, changes: readonly KeyChange[]): Effect {
  const batch = state.batch + 1;
  const flashes = new Map(state.flashes);
  const leaving = new Set(state.leaving);
  const left: string[] = [];
  const added = new Map<string, Map<string, TreeItem>>();
  for (const change of changes) {
    for (const [prefix, level] of state.levels) {
      if (!change.key.startsWith(prefix) || change.modRevision <= level.revision) continue;
      const child = childOf(change.key, prefix, state.separator);
      const id = rowId(child);
      const { at, found } = placeOf(level.items, child);
      // Behind the last loaded row: it comes with its page.
      if (!found && level.next !== undefined && at === level.items.length) continue;
      if (change.type === 'delete') {
        if (child.kind === 'key' && (found || added.get(prefix)?.has(id))) {
          leaving.add(id);
          left.push(id);
        }
        continue;
      }
      leaving.delete(id);
      flashes.set(id, batch);
      if (!found) added.set(prefix, (added.get(prefix) ?? new Map<string, TreeItem>()).set(id, child));
    }
  }
  const levels = new Map(state.levels);
  for (const [prefix, items] of added) {
    const level = levels.get(prefix)!;
    levels.set(prefix, { ...level, items: merge(level.items, [...items.values()].toSorted((a, b) => (idOf(a) < idOf(b) ? -1 : idOf(a) > idOf(b) ? 1 : a.kind < b.kind ? 1 : -1))) });
  }
  return { state: { ...state, levels, flashes, leaving, batch }, left };
}

/** Rows that changed in batches up to this one flash no more. */
export function endFlashes(state: TreeState, batch: number): TreeState {
  return { ...state, flashes: new Map([...state.flashes].filter(([, last]) => last > batch)) };
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
  return removeRows({ ...closeFolder(state, prefix), leaving: new Set(state.leaving).add(id) }, [id]);
}
