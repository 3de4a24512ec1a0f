/** The ids of a cluster's leases as a value: sorted, so that a row keeps its place. */
import type { HexId, LeaseNews } from '../../../core/contract/types.ts';

export interface LeaseList {
  /** Undefined until they have been read. */
  ids: readonly HexId[] | undefined;
  held: ReadonlySet<HexId>;
  /** Why they cannot be read now. */
  failure: string | undefined;
}

export const noLeases: LeaseList = { ids: undefined, held: new Set(), failure: undefined };

/** Ids have no leading zeros: the longer one is the larger. */
const compare = (a: HexId, b: HexId): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);

export function take(list: LeaseList, news: LeaseNews): LeaseList {
  switch (news.kind) {
    case 'all':
      return { ids: news.leases.toSorted(compare), held: new Set(news.held), failure: undefined };
    case 'changes': {
      const gone = new Set(news.removed);
      return { ids: merge((list.ids ?? []).filter((id) => !gone.has(id)), news.added.toSorted(compare)), held: new Set(news.held), failure: undefined };
    }
    case 'failed':
      return { ...list, failure: news.reason };
  }
}

function merge(a: readonly HexId[], b: readonly HexId[]): HexId[] {
  const out: HexId[] = [];
  let j = 0;
  for (const id of a) {
    while (j < b.length && compare(b[j]!, id) < 0) out.push(b[j++]!);
    out.push(id);
  }
  return [...out, ...b.slice(j)];
}
