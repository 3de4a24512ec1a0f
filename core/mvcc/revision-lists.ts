import { assert } from '../base/assert.ts';
import type { KeyRevision } from './types.ts';

interface List {
  /** Main revision, then sub × 2, plus 1 for a tombstone; the oldest first. */
  numbers: number[];
  /** Where the first that is kept begins. */
  from: number;
}

/** Position of the newest revision at or before `main`, in revisions from the first kept; −1 when there is none. */
function indexAt({ numbers, from }: List, main: number): number {
  let low = 0;
  let high = (numbers.length - from) >>> 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[from + middle * 2]! <= main) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function revisionOf({ numbers, from }: List, i: number): KeyRevision {
  const mark = numbers[from + i * 2 + 1]!;
  return { main: numbers[from + i * 2]!, sub: Math.floor(mark / 2), tombstone: mark % 2 === 1 };
}

/** The older revisions of the keys that have too many for their records, by the number that the record holds. */
export class RevisionLists {
  readonly #lists = new Map<number, List>();
  #next = 1;

  get count(): number {
    return this.#lists.size;
  }

  #list(id: number): List {
    const list = this.#lists.get(id);
    assert(list, 'a key names a list of revisions that is not there');
    return list;
  }

  /** Takes over main revisions and marks, oldest first; returns the list's id. */
  add(numbers: number[]): number {
    const id = this.#next++;
    this.#lists.set(id, { numbers, from: 0 });
    return id;
  }

  push(id: number, main: number, mark: number): void {
    this.#list(id).numbers.push(main, mark);
  }

  /** The newest revision at or before `main`. */
  at(id: number, main: number): KeyRevision | undefined {
    const list = this.#list(id);
    const i = indexAt(list, main);
    return i < 0 ? undefined : revisionOf(list, i);
  }

  /** Takes the oldest out, `most` of them, up to the newest at or before `main`, and tells them; that newest only if `drops` says so. */
  compact(id: number, main: number, most: number, drops: (newest: KeyRevision) => boolean, tell: (dropped: KeyRevision) => void): void {
    const list = this.#list(id);
    const newest = indexAt(list, main);
    if (newest < 0) return;
    const drop = Math.min(most, drops(revisionOf(list, newest)) ? newest + 1 : newest);
    for (let i = 0; i < drop; i++) tell(revisionOf(list, i));
    list.from += drop * 2;
    // What is dropped in small parts is moved as seldom as what is pushed.
    if (list.from * 2 > list.numbers.length) {
      list.numbers = list.numbers.slice(list.from);
      list.from = 0;
    }
  }

  length(id: number): number {
    const { numbers, from } = this.#list(id);
    return (numbers.length - from) >>> 1;
  }

  /** Gives the main revisions and marks back; the id is no more. */
  take(id: number): number[] {
    const { numbers, from } = this.#list(id);
    this.#lists.delete(id);
    return numbers.slice(from);
  }
}
