import { expect, test } from 'vitest';
import { chance, randomInt, SeededRandom } from '../../base/random.ts';
import { Inflights } from './inflights.ts';
import { Progress } from './progress.ts';
import { ProgressTracker } from './tracker.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

test(`the window of appends under way is a plain list of them (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  for (let round = 0; round < 150; round++) {
    const maxMessages = 1 + randomInt(random, 20);
    const maxBytes = chance(random, 0.5) ? 0 : 1 + randomInt(random, 200);
    let ring = new Inflights(maxMessages, maxBytes);
    let list: { index: number; bytes: number }[] = [];
    let index = 0;
    for (let step = 0; step < 150; step++) {
      const full = list.length === maxMessages || (maxBytes > 0 && list.reduce((sum, item) => sum + item.bytes, 0) >= maxBytes);
      expect(ring.full).toBe(full);
      const dice = randomInt(random, 10);
      if (dice < 6 && !full) {
        index += randomInt(random, 3);
        const bytes = randomInt(random, 40);
        ring.add(index, bytes);
        list.push({ index, bytes });
      } else if (dice < 6) expect(() => ring.add(index, 1)).toThrow('full inflights');
      else if (dice < 9) {
        const upTo = index - randomInt(random, 12);
        ring.freeTo(upTo);
        list = list.filter((item) => item.index > upTo);
      } else if (chance(random, 0.3)) {
        ring.reset();
        list = [];
      } else ring = ring.clone();
      expect([ring.count, ring.bytes]).toEqual([list.length, list.reduce((sum, item) => sum + item.bytes, 0)]);
    }
  }
});

/**
 * A follower with a real log on the other side of a link that loses and delays. Whatever happens, the leader's view must never
 * claim more than the follower has, and once the link is good again it must find out everything.
 */
test(`a progress never claims what its follower lacks, and comes to know all that it has (seed ${seed})`, () => {
  const random = new SeededRandom(seed + 1);
  for (let round = 0; round < 150; round++) {
    const last = 30 + randomInt(random, 30);
    const firstKept = 1 + randomInt(random, 20);
    // The terms of the leader's log; the follower's is a piece of it, with another leader's end perhaps.
    const leaderTerms = Array.from({ length: last + 1 }, (_, i) => 1 + Math.floor(i / 7));
    let follower = leaderTerms.slice(0, 1 + randomInt(random, last));
    for (let i = randomInt(random, 8); i > 0; i--) follower.push(leaderTerms[follower.length - 1]!);
    const agreed = (): number => {
      let at = 0;
      while (at + 1 < follower.length && at + 1 <= last && follower[at + 1] === leaderTerms[at + 1]) at++;
      return at;
    };
    const progress = new Progress({ match: 0, next: last + 1, isLearner: false, recentActive: true, inflights: new Inflights(4, 0) });
    const acks: (() => void)[] = [];
    const append = (): void => {
      if (progress.paused || progress.next > last + 1) return;
      const prev = progress.next - 1;
      if (prev < firstKept - 1) {
        progress.becomeSnapshot(firstKept);
        return;
      }
      // Into a full window goes no entry, but an empty append may still be sent.
      const full = progress.state === 'replicate' && progress.inflights.full;
      const count = full ? 0 : Math.min(1 + randomInt(random, 4), last - prev);
      progress.sentEntries(count, 10);
      if (chance(random, 0.3)) return;
      // The follower takes or rejects it, and its answer may be lost or overtaken.
      if (follower[prev] !== leaderTerms[prev] && prev > 0) {
        let hint = Math.min(prev, follower.length - 1);
        while (hint > 0 && follower[hint]! > leaderTerms[prev]!) hint--;
        acks.push(() => {
          if (progress.maybeDecrTo(prev, hint) && progress.state === 'replicate') progress.becomeProbe();
        });
        return;
      }
      if (agreed() < prev + count) follower = leaderTerms.slice(0, prev + count + 1);
      const have = prev + count;
      acks.push(() => {
        if (!progress.maybeUpdate(have) && !(progress.match === have && progress.state === 'probe')) return;
        if (progress.state === 'replicate') progress.inflights.freeTo(have);
        else if (progress.state === 'probe' || progress.match + 1 >= firstKept) progress.becomeReplicate();
      });
    };
    const heal = (): void => {
      progress.msgAppFlowPaused = false;
    };
    for (let step = 0; step < 400; step++) {
      const calm = step > 200;
      const dice = randomInt(random, 10);
      if (dice < 5) append();
      else if (dice < 8 && acks.length > 0) {
        const [ack] = acks.splice(calm ? 0 : randomInt(random, acks.length), 1);
        if (calm || chance(random, 0.7)) ack!();
      } else if (dice === 8) heal();
      else if (progress.state === 'snapshot') {
        // Stored and reported, or failed.
        if (calm || chance(random, 0.5)) follower = agreed() >= firstKept ? follower : leaderTerms.slice(0, firstKept + 1);
        else progress.pendingSnapshot = 0;
        progress.becomeProbe();
        progress.msgAppFlowPaused = true;
      } else if (progress.state === 'replicate' && (!calm || chance(random, 0.2))) progress.becomeProbe();
      expect(progress.match).toBeLessThanOrEqual(agreed());
      expect(progress.next).toBeGreaterThan(progress.match);
      expect(progress.state === 'snapshot').toBe(progress.pendingSnapshot > 0);
    }
    for (let step = 0; step < 300 && progress.match < last; step++) {
      heal();
      if (progress.state === 'snapshot') {
        follower = agreed() >= firstKept ? follower : leaderTerms.slice(0, firstKept + 1);
        progress.becomeProbe();
      }
      append();
      while (acks.length > 0) acks.shift()!();
    }
    expect(progress.match).toBe(last);
  }
});

test(`votes and activity are counted of voters alone (seed ${seed})`, () => {
  const random = new SeededRandom(seed + 2);
  for (let round = 0; round < 2_000; round++) {
    const roles = Array.from({ length: 1 + randomInt(random, 7) }, () => randomInt(random, 3) > 0);
    roles[0] = true;
    const ids = roles.map((_, i) => BigInt(i + 1));
    const tracker = new ProgressTracker(4, 0);
    const active = roles.map(() => chance(random, 0.6));
    const progress = new Map(ids.map((id, i) => [id, new Progress({ match: randomInt(random, 9), next: 10, isLearner: !roles[i], recentActive: active[i]!, inflights: tracker.newInflights() })]));
    const voters = ids.filter((_, i) => roles[i]);
    tracker.replace({ incoming: new Set(voters), outgoing: new Set(), learners: new Set(ids.filter((_, i) => !roles[i])), learnersNext: new Set(), autoLeave: false }, progress);
    const votes = roles.map(() => randomInt(random, 3));
    for (const [i, vote] of votes.entries()) {
      if (vote === 2) continue;
      tracker.recordVote(ids[i]!, vote === 0);
      // Nobody votes twice.
      tracker.recordVote(ids[i]!, vote !== 0);
    }
    const granted = ids.filter((_, i) => roles[i] && votes[i] === 0).length;
    const rejected = ids.filter((_, i) => roles[i] && votes[i] === 1).length;
    const result = granted * 2 > voters.length ? 'won' : (voters.length - rejected) * 2 > voters.length ? 'pending' : 'lost';
    expect(tracker.tallyVotes()).toEqual({ granted, rejected, result });
    expect(tracker.quorumActive()).toBe(ids.filter((_, i) => roles[i] && active[i]).length * 2 > voters.length);
    const matches = voters.map((id) => progress.get(id)!.match).sort((a, b) => b - a);
    expect(tracker.committed()).toBe(matches[Math.floor(voters.length / 2)]);
  }
});
