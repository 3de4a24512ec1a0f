import type { MemberHash } from '../../../core/contract/types.ts';

/**
 * What members' hashes say. Those that were compacted at different revisions keep different histories of the same data,
 * so their hashes are not comparable; one hash alone is compared with nothing.
 */
export type Verdict = 'same' | 'differ' | 'compactions' | 'alone' | 'none';

export function verdictOf(hashes: readonly MemberHash[]): Verdict {
  const answered = hashes.filter((item) => item.hash !== undefined);
  if (answered.length === 0) return 'none';
  if (answered.length === 1) return 'alone';
  if (new Set(answered.map((item) => item.compactRevision)).size > 1) return 'compactions';
  return new Set(answered.map((item) => item.hash)).size > 1 ? 'differ' : 'same';
}
