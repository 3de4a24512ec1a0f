import { compareBytes } from '../base/bytes.ts';
import type { KeyPage } from './key-page.ts';

/** Most children of a branch, and the fewest, except of the root. */
export const maxChildren = 64;
export const minChildren = 16;

export interface Branch {
  leaf: false;
  children: Node[];
  /** One less than children: separator i is above all keys of child i and not above any of child i + 1. */
  separators: Uint8Array[];
  /** Keys in this subtree that exist now. */
  live: number;
  /** No key in this subtree has a later revision; a removal may leave it too high. */
  newest: number;
}

export type Node = KeyPage | Branch;

/** The child that holds `key`, or would: as many separators are not above it. */
export function childFor(branch: Branch, key: Uint8Array): number {
  const { separators } = branch;
  let low = 0;
  let high = separators.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareBytes(separators[middle]!, key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function branchOf(children: Node[], separators: Uint8Array[]): Branch {
  let live = 0;
  let newest = 0;
  for (const child of children) {
    live += child.live;
    newest = Math.max(newest, child.newest);
  }
  return { leaf: false, children, separators, live, newest };
}

/** The upper half goes into a branch of its own; the separator between them is taken out, to move up. */
export function splitBranch(branch: Branch): { upper: Branch; separator: Uint8Array } {
  const middle = branch.children.length >>> 1;
  const upper = branchOf(branch.children.splice(middle), branch.separators.splice(middle));
  const separator = branch.separators.pop()!;
  branch.live -= upper.live;
  return { upper, separator };
}

/** Takes in the branch that follows; `separator` was between them. */
export function joinBranch(left: Branch, separator: Uint8Array, right: Branch): void {
  left.children.push(...right.children);
  left.separators.push(separator, ...right.separators);
  left.live += right.live;
  left.newest = Math.max(left.newest, right.newest);
}
