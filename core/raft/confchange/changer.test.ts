import { expect, test } from 'vitest';
import { randomInt, SeededRandom } from '../../base/random.ts';
import { ProgressTracker, type TrackerConfig } from '../tracker/tracker.ts';
import { ConfChangeType, type ConfChangeSingle } from '../types.ts';
import { Changer, type ChangeOutcome } from './changer.ts';
import { restoreConfig } from './restore.ts';

const seed = Number(process.env['QUORATE_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

type Wish = 'voter' | 'learner' | 'nothing';

/**
 * The twin knows nothing of drafts and progress. To it a change is a wish for one member, the last wish counts, and a
 * configuration is what the wishes of all members come to.
 */
class Twin {
  /** What each member is to be, once no joint configuration stands in between. */
  wishes = new Map<bigint, Wish>();
  outgoing = new Set<bigint>();
  autoLeave = false;

  voters(): Set<bigint> {
    return new Set([...this.wishes].filter(([, wish]) => wish === 'voter').map(([id]) => id));
  }

  /** Undefined: it must be refused. */
  change(changes: readonly ConfChangeSingle[], joint: 'enter' | 'leave' | undefined, autoLeave: boolean): Twin | undefined {
    const next = new Twin();
    next.wishes = new Map(this.wishes);
    if (joint === 'leave') return this.outgoing.size === 0 ? undefined : next;
    if (this.outgoing.size > 0 || (joint === 'enter' && this.voters().size === 0)) return undefined;
    for (const { type, nodeId } of changes) {
      if (nodeId === 0n || type === ConfChangeType.updateNode) continue;
      next.wishes.set(nodeId, type === ConfChangeType.addNode ? 'voter' : type === ConfChangeType.addLearnerNode ? 'learner' : 'nothing');
    }
    const [before, after] = [this.voters(), next.voters()];
    if (after.size === 0) return undefined;
    if (joint === 'enter') {
      next.outgoing = before;
      next.autoLeave = autoLeave;
    } else if ([...before, ...after].filter((id) => !before.has(id) || !after.has(id)).length > 1) return undefined;
    return next;
  }

  config(): TrackerConfig {
    const learners = [...this.wishes].filter(([, wish]) => wish === 'learner').map(([id]) => id);
    return {
      incoming: this.voters(), outgoing: this.outgoing, autoLeave: this.autoLeave,
      learners: new Set(learners.filter((id) => !this.outgoing.has(id))), learnersNext: new Set(learners.filter((id) => this.outgoing.has(id))),
    };
  }
}

const plain = (config: TrackerConfig): unknown => ({
  ...Object.fromEntries((['incoming', 'outgoing', 'learners', 'learnersNext'] as const).map((name) => [name, [...config[name]].sort((a, b) => Number(a - b))])),
  autoLeave: config.autoLeave,
});

/** Any two sets that could decide must have a member in common, or two leaders could commit different things. */
function decidingSetsMeet(a: TrackerConfig, b: TrackerConfig): boolean {
  const ids = [...new Set([...a.incoming, ...a.outgoing, ...b.incoming, ...b.outgoing])];
  const decides = (mask: number, half: ReadonlySet<bigint>): boolean => half.size === 0 || ids.filter((id, i) => half.has(id) && (mask >> i) & 1).length * 2 > half.size;
  const minimal: [number[], number[]] = [[], []];
  for (let mask = 0; mask < 2 ** ids.length; mask++) {
    if (decides(mask, a.incoming) && decides(mask, a.outgoing)) minimal[0].push(mask);
    if (decides(mask, b.incoming) && decides(mask, b.outgoing)) minimal[1].push(mask);
  }
  return minimal[0].every((one) => minimal[1].every((other) => (one & other) !== 0));
}

test(`every sequence of changes leads where the members' last wishes lead, and quorums before and after meet (seed ${seed})`, () => {
  const random = new SeededRandom(seed);
  let taken = 0;
  for (let round = 0; round < 300; round++) {
    const tracker = new ProgressTracker(8, 0);
    let twin = new Twin();
    for (let step = 0; step < 30; step++) {
      const count = randomInt(random, 4);
      const changes = Array.from({ length: count }, (): ConfChangeSingle => ({ type: randomInt(random, 4) as ConfChangeType, nodeId: BigInt(randomInt(random, 6)) }));
      const joint = ([undefined, undefined, 'enter', 'leave'] as const)[randomInt(random, 4)];
      const autoLeave = randomInt(random, 2) === 0;
      const lastIndex = randomInt(random, 50);
      const changer = new Changer(tracker, lastIndex);
      const outcome: ChangeOutcome = joint === 'enter' ? changer.enterJoint(autoLeave, changes) : joint === 'leave' ? changer.leaveJoint() : changer.simple(changes);
      const expected = twin.change(changes, joint, autoLeave);
      expect(outcome.ok).toBe(expected !== undefined);
      if (!outcome.ok || !expected) continue;
      expect(plain(outcome.config)).toEqual(plain(expected.config()));
      const { incoming, outgoing, learners } = outcome.config;
      expect(new Set(outcome.progress.keys())).toEqual(new Set([...incoming, ...outgoing, ...learners]));
      for (const [id, progress] of outcome.progress) {
        expect(progress.isLearner).toBe(learners.has(id));
        // Removed and added again in one go it is another member to the leader.
        const gone = changes.some((change) => change.type === ConfChangeType.removeNode && change.nodeId === id);
        const known = gone ? undefined : tracker.progress.get(id);
        // A change of members forgets nothing that is known of a follower's log.
        if (known) expect([progress.match, progress.next]).toEqual([known.match, known.next]);
        else if (!gone) expect([progress.match, progress.next, progress.recentActive]).toEqual([0, Math.max(lastIndex, 1), true]);
      }
      if (tracker.config.incoming.size > 0) expect(decidingSetsMeet(tracker.config, outcome.config)).toBe(true);
      tracker.replace(outcome.config, outcome.progress);
      twin = expected;
      taken++;
      const again = new ProgressTracker(8, 0);
      restoreConfig(again, lastIndex, tracker.confState());
      expect(plain(again.config)).toEqual(plain(tracker.config));
    }
  }
  expect(taken).toBeGreaterThan(1_000);
});
