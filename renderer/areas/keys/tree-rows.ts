/** The tree as a list of rows, which are made when they are looked at: a level of a million costs no more than one of ten. */
import type { ByteString, TreeItem } from '../../../core/contract/types.ts';
import { idOf, isFlat, placeOf, rowId, type Level, type TreeState } from './tree-model.ts';

export type Row =
  | { kind: 'item'; id: string; depth: number; item: TreeItem; /** What follows the level's prefix. */ name: string; open: boolean; position: number; size: number }
  | { kind: 'more'; id: string; depth: number; prefix: ByteString; loading: boolean; /** Rows of the level so far. */ loaded: number; /** They are all keys. */ flat: boolean }
  | { kind: 'loading'; id: string; depth: number }
  | { kind: 'error'; id: string; depth: number; prefix: ByteString; text: string };

/** Rows that follow each other: items of one level, or a note. */
interface Part {
  first: number;
  count: number;
  depth: number;
  prefix: ByteString;
  level: Level;
  /** Index of the first item; undefined: a note. */
  from: number | undefined;
}

export class Rows {
  readonly length: number;
  readonly #parts: readonly Part[];
  readonly #open: ReadonlySet<string>;

  constructor(parts: readonly Part[], open: ReadonlySet<string>) {
    const last = parts.at(-1);
    this.length = last ? last.first + last.count : 0;
    this.#parts = parts;
    this.#open = open;
  }

  #part(i: number): Part | undefined {
    let low = 0;
    let high = this.#parts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#parts[middle]!.first + this.#parts[middle]!.count <= i) low = middle + 1;
      else high = middle;
    }
    return this.#parts[low];
  }

  at(i: number): Row | undefined {
    const part = i < 0 ? undefined : this.#part(i);
    if (!part) return undefined;
    const { depth, level, prefix } = part;
    if (part.from === undefined) return noteOf(part);
    const at = part.from + i - part.first;
    const item = level.items[at]!;
    return {
      kind: 'item', id: rowId(item), depth, item, name: idOf(item).slice(prefix.length), open: item.kind === 'folder' && this.#open.has(item.prefix),
      position: at + 1, size: level.next === undefined ? level.items.length : -1,
    };
  }

  /** Where a row is; -1: it is not there. */
  indexOf(id: string): number {
    const colon = id.indexOf(':');
    const name = id.slice(colon + 1) as ByteString;
    const wanted: TreeItem | undefined = id.startsWith('key:') ? { kind: 'key', key: name } : id.startsWith('folder:') ? { kind: 'folder', prefix: name } : undefined;
    for (const part of this.#parts) {
      if (part.from === undefined) {
        if (noteOf(part).id === id) return part.first;
      } else if (wanted && name.startsWith(part.prefix)) {
        const { at, found } = placeOf(part.level.items, wanted);
        if (found && at >= part.from && at < part.from + part.count) return part.first + at - part.from;
      }
    }
    return -1;
  }

  /** The row of the folder that a row lies in; -1: it lies in the root. */
  parentOf(i: number): number {
    const part = this.#part(i);
    return part && part.depth > 0 ? this.indexOf(`folder:${part.prefix}`) : -1;
  }
}

function noteOf({ level, prefix, depth }: Part): Row {
  if (level.state === 'error') return { kind: 'error', id: `error:${prefix}`, depth, prefix, text: level.error ?? '' };
  if (level.items.length === 0) return { kind: 'loading', id: `loading:${prefix}`, depth };
  return { kind: 'more', id: `more:${prefix}`, depth, prefix, loading: level.state === 'loading', loaded: level.items.length, flat: isFlat(level) };
}

/** Open folders directly below a prefix, in their order. */
function openBelow({ open, separator }: TreeState, prefix: string, { items }: Level): { at: number; child: ByteString }[] {
  const found: { at: number; child: ByteString }[] = [];
  for (const child of open) {
    if (!child.startsWith(prefix) || child.length === prefix.length || child.indexOf(separator, prefix.length) !== child.length - separator.length) continue;
    const place = placeOf(items, { kind: 'folder', prefix: child as ByteString });
    if (place.found) found.push({ at: place.at, child: child as ByteString });
  }
  return found.sort((a, b) => a.at - b.at);
}

/** The rows that are to be seen, in order. */
export function rowsOf(state: TreeState): Rows {
  const parts: Part[] = [];
  let length = 0;
  const add = (prefix: ByteString, depth: number): void => {
    const level = state.levels.get(prefix);
    if (!level) return;
    const part = (count: number, from: number | undefined): void => {
      if (count > 0) parts.push({ first: length, count, depth, prefix, level, from });
      length += count;
    };
    let from = 0;
    for (const { at, child } of openBelow(state, prefix, level)) {
      part(at + 1 - from, from);
      from = at + 1;
      add(child, depth + 1);
    }
    part(level.items.length - from, from);
    if (level.state === 'error' || level.next !== undefined || (level.state === 'loading' && level.items.length === 0)) part(1, undefined);
  };
  add(state.root, 0);
  return new Rows(parts, state.open);
}
