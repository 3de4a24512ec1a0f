import { expect, test } from 'vitest';
import { randomInt, SeededRandom } from '../../base/random.ts';
import { jointCommitted, jointVote } from './joint.ts';
import { everythingCommitted, majorityCommitted, majorityVote } from './majority.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** By the definition: the largest index that more than half have reached. */
function slowCommitted(ids: readonly bigint[], acked: ReadonlyMap<bigint, number>): number {
  if (ids.length === 0) return everythingCommitted;
  const candidates = [0, ...acked.values()].filter((index) => ids.filter((id) => (acked.get(id) ?? 0) >= index).length * 2 > ids.length);
  return Math.max(...candidates);
}

/** By trying every way in which the missing votes could fall. */
function slowVote(ids: readonly bigint[], votes: ReadonlyMap<bigint, boolean>): string {
  if (ids.length === 0) return 'won';
  const missing = ids.filter((id) => !votes.has(id));
  const yes = ids.filter((id) => votes.get(id)).length;
  const outcomes = new Set(Array.from({ length: missing.length + 1 }, (_, more) => (yes + more) * 2 > ids.length));
  return outcomes.size === 2 ? 'pending' : outcomes.has(true) ? 'won' : 'lost';
}

test(`commit indexes and votes are those of the definition, in random configurations (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  const config = (): bigint[] => [...new Set(Array.from({ length: randomInt(random, 8) }, () => BigInt(1 + randomInt(random, 9))))];
  for (let round = 0; round < 20_000; round++) {
    const [a, b] = [config(), config()];
    const acked = new Map<bigint, number>();
    const votes = new Map<bigint, boolean>();
    for (const id of [...a, ...b]) {
      if (randomInt(random, 4) > 0) acked.set(id, randomInt(random, 12));
      if (randomInt(random, 4) > 0) votes.set(id, randomInt(random, 2) === 0);
    }
    const lookup = (id: bigint): number | undefined => acked.get(id);
    expect(majorityCommitted(new Set(a), lookup)).toBe(slowCommitted(a, acked));
    expect(majorityVote(new Set(a), votes)).toBe(slowVote(a, votes));
    const joint = { incoming: new Set(a), outgoing: new Set(b) };
    expect(jointCommitted(joint, lookup)).toBe(Math.min(slowCommitted(a, acked), slowCommitted(b, acked)));
    const halves = [slowVote(a, votes), slowVote(b, votes)];
    expect(jointVote(joint, votes)).toBe(halves.includes('lost') ? 'lost' : halves.includes('pending') ? 'pending' : 'won');
  }
});
