import { newTally, Pair, type Failure } from './pair.ts';

/** Runs these steps on fresh servers. */
export async function attempt(seed: number, members: number, indexes: readonly number[]): Promise<Failure | undefined> {
  const pair = await Pair.start(members);
  try {
    return await pair.run(seed, indexes, newTally());
  } finally {
    await pair.stop();
  }
}

/**
 * Leaves out what the failure at the last of these steps does not need: first the beginning, then piece by piece.
 * Revisions in requests are chosen around those reached, so a shorter run may fail otherwise; any failure will do.
 */
export async function shrink(seed: number, members: number, last: number, budgetMs: number, tell: (text: string) => void): Promise<number[]> {
  const until = performance.now() + budgetMs;
  const from = (length: number): number[] => Array.from({ length: Math.min(length, last + 1) }, (_, i) => Math.max(0, last - length + 1) + i);
  let best = from(last + 1);
  for (let length = 1; length <= last; length *= 4) {
    if (performance.now() > until) return best;
    const failure = await attempt(seed, members, from(length));
    if (!failure) continue;
    best = from(length).filter((index) => index <= failure.index);
    break;
  }
  tell(`fails with ${best.length} steps`);
  for (let piece = Math.ceil(best.length / 2); piece >= 1; piece = Math.floor(piece / 2)) {
    for (let at = best.length - piece; at >= 0; at -= piece) {
      if (performance.now() > until) return best;
      const without = [...best.slice(0, at), ...best.slice(at + piece)];
      const failure = without.length > 0 ? await attempt(seed, members, without) : undefined;
      if (failure) best = without.filter((index) => index <= failure.index);
    }
    tell(`fails with ${best.length} steps`);
  }
  return best;
}
