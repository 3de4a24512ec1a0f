/** Keys below each folder: asked for once, then counted on by what the watch tells. */
import type { KeyChange } from '../../../core/contract/types.ts';

export interface FolderCount {
  count: number;
  /** The revision it was read at: changes up to it are in it. */
  revision: number;
}

/** By how much a change makes a count larger: a key's first version is a new key. */
function stepOf(change: KeyChange): number {
  if (change.type === 'delete') return -1;
  return change.version === 1 ? 1 : 0;
}

/** The count of one folder after what came since it was read. */
export function countOn(counted: FolderCount, prefix: string, changes: readonly KeyChange[]): FolderCount {
  let { count } = counted;
  for (const change of changes) if (change.modRevision > counted.revision && change.key.startsWith(prefix)) count += stepOf(change);
  return { count, revision: counted.revision };
}

/** The counts of all folders after a batch; the same map, where nothing is different. */
export function countAll(counts: ReadonlyMap<string, FolderCount>, root: string, separator: string, changes: readonly KeyChange[]): ReadonlyMap<string, FolderCount> {
  const next = new Map<string, FolderCount>();
  for (const change of changes) {
    const step = stepOf(change);
    if (step === 0 || !change.key.startsWith(root)) continue;
    for (let at = root.length; at >= 0; ) {
      const prefix = change.key.slice(0, at);
      const known = next.get(prefix) ?? counts.get(prefix);
      if (known && change.modRevision > known.revision) next.set(prefix, { ...known, count: known.count + step });
      const found = change.key.indexOf(separator, at);
      at = found < 0 ? -1 : found + separator.length;
    }
  }
  return next.size === 0 ? counts : new Map([...counts, ...next]);
}
