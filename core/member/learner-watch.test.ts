import { expect, test } from 'vitest';
import type { MemberId } from '../base/ids.ts';
import type { ProgressState } from '../raft/tracker/progress.ts';
import { LearnerWatch } from './learner-watch.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const tickMs = 100;
const learner = 4n;

interface Peer {
  match: number;
  state: ProgressState;
  isLearner: boolean;
  recentActive: boolean;
}

/** A leader with a log of 1,000 entries and a learner that has all of them, heard of at every tick. */
class Leader {
  nowMs = 5_000;
  term: number | undefined = 2;
  activeSinceMs: number | undefined = 0;
  started = true;
  readonly asked: { id: MemberId; atMs: number }[] = [];
  readonly lines: string[] = [];
  /** What a promotion comes to; by default it is done. */
  outcome: () => Promise<void> = async () => {
    this.peer.isLearner = false;
  };
  readonly peer: Peer = { match: 1_000, state: 'replicate', isLearner: true, recentActive: true };
  readonly peers = new Map<MemberId, Peer>([[1n, { match: 1_000, state: 'replicate', isLearner: false, recentActive: true }], [learner, this.peer]]);
  readonly watch: LearnerWatch;

  constructor(autoPromoteMs: number) {
    this.watch = new LearnerWatch({
      memberId: 1n, autoPromoteMs, silenceMs: 1_000, nowMs: () => this.nowMs, log: { log: (level, message) => void this.lines.push(`${level} ${message}`) },
      progress: () => this.peers, activeSinceMs: (id) => (id === 1n ? undefined : this.activeSinceMs),
      started: () => this.started,
      promote: (id) => {
        this.asked.push({ id, atMs: this.nowMs });
        return this.outcome();
      },
    });
  }

  async pass(forMs: number): Promise<void> {
    for (const until = this.nowMs + forMs; this.nowMs < until; ) {
      this.nowMs += tickMs;
      this.watch.tick(this.nowMs, this.term);
      await turn();
    }
  }

  get times(): [inSyncMs: number | undefined, promotesInMs: number | undefined] {
    const { inSyncMs, promotesInMs } = this.watch.times(learner, this.nowMs);
    return [inSyncMs, promotesInMs];
  }
}

test('a learner is promoted once, when it has been in sync for the time', async () => {
  const leader = new Leader(10_000);
  await leader.pass(9_000);
  expect(leader.times).toEqual([8_900, 1_100]);
  await leader.pass(1_000);
  expect(leader.asked).toEqual([]);
  await leader.pass(60_000);
  expect(leader.asked).toEqual([{ id: learner, atMs: 15_100 }]);
  expect(leader.lines).toEqual(['info promoting a learner that has been in sync for long enough', 'info the learner is a voter now']);
  expect(leader.times).toEqual([undefined, undefined]);
});

test('off: the time is kept, nothing is promoted', async () => {
  const leader = new Leader(0);
  await leader.pass(600_000);
  expect(leader.times).toEqual([599_900, undefined]);
  expect(leader.asked).toEqual([]);
  expect(leader.lines).toEqual([]);
});

test('below nine tenths of the leader’s log nothing counts', async () => {
  const leader = new Leader(2_000);
  leader.peer.match = 899;
  await leader.pass(10_000);
  expect(leader.times).toEqual([undefined, undefined]);
  leader.peer.match = 900;
  await leader.pass(2_000);
  expect(leader.asked).toEqual([]);
  await leader.pass(100);
  expect(leader.asked).toHaveLength(1);
});

test.each<[string, (leader: Leader, broken: boolean) => void]>([
  ['it falls behind', ({ peer }, broken) => (peer.match = broken ? 899 : 1_000)],
  ['no messages come from it', (leader, broken) => (leader.activeSinceMs = broken ? undefined : leader.nowMs)],
  ['it has not started', (leader, broken) => (leader.started = !broken)],
  ['it is sent a snapshot', ({ peer }, broken) => (peer.state = broken ? 'snapshot' : 'replicate')],
  ['this member leads no more', (leader, broken) => (leader.term = broken ? undefined : 4)],
])('its time begins anew when %s', async (_what, set) => {
  const leader = new Leader(3_000);
  await leader.pass(2_900);
  set(leader, true);
  await leader.pass(100);
  expect(leader.times).toEqual([undefined, undefined]);
  set(leader, false);
  await leader.pass(3_000);
  expect(leader.asked).toEqual([]);
  await leader.pass(200);
  expect(leader.asked).toHaveLength(1);
});

test('a link that broke and came back between two ticks has broken the time', async () => {
  const leader = new Leader(3_000);
  await leader.pass(2_900);
  leader.activeSinceMs = leader.nowMs + 50;
  await leader.pass(200);
  expect(leader.times).toEqual([150, 2_850]);
});

test('so does an election that this member wins again', async () => {
  const leader = new Leader(3_000);
  await leader.pass(2_900);
  leader.term = 3;
  await leader.pass(100);
  expect(leader.times).toEqual([0, 3_000]);
});

test('one that stands still is not promoted, though its link is open and its log complete', async () => {
  const leader = new Leader(3_000);
  await leader.pass(2_800);
  leader.peer.recentActive = false;
  await leader.pass(1_000);
  // Raft looks once an election timeout: a moment without a sign breaks nothing, but nothing is done in it either.
  expect(leader.times).toEqual([3_700, 0]);
  await leader.pass(30_000);
  expect(leader.times).toEqual([undefined, undefined]);
  expect(leader.asked).toEqual([]);
  leader.peer.recentActive = true;
  await leader.pass(3_200);
  expect(leader.asked).toHaveLength(1);
});

test('a refusal is told, and tried again after a second, two, four, up to a minute', async () => {
  const leader = new Leader(1_000);
  leader.outcome = () => Promise.reject(new Error('not enough started members'));
  await leader.pass(300_000);
  const gaps = leader.asked.map(({ atMs }, i) => atMs - (leader.asked[i - 1]?.atMs ?? 0)).slice(1);
  expect(gaps).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect(leader.lines.filter((line) => line === 'warn the learner was not promoted')).toHaveLength(10);
  expect(leader.times[1]).toBeGreaterThan(0);
});

test('nothing else is asked while a promotion is under way', async () => {
  const leader = new Leader(1_000);
  let done = (): void => {};
  leader.outcome = () => new Promise((resolve) => (done = resolve));
  leader.peers.set(5n, { ...leader.peer });
  await leader.pass(20_000);
  expect(leader.asked).toHaveLength(1);
  leader.peer.isLearner = false;
  done();
  await turn();
  await leader.pass(100);
  expect(leader.asked.map(({ id }) => id)).toEqual([learner, 5n]);
});

test('one that is removed is forgotten', async () => {
  const leader = new Leader(3_000);
  await leader.pass(2_900);
  leader.peers.delete(learner);
  await leader.pass(100);
  leader.peers.set(learner, leader.peer);
  await leader.pass(100);
  expect(leader.times).toEqual([0, 3_000]);
});
