import { expect, test } from 'vitest';
import { etcdErrors } from '../base/etcd-error.ts';
import { Lessor } from '../lease/lessor.ts';
import type { InternalRaftRequest } from '../proto/gen/raft-internal.ts';
import { LeaseKeeper } from './lease-keeper.ts';
import { LeaseRouter, type LeaseForwarder } from './lease-router.ts';
import type { CallContext } from './types.ts';

const patient: CallContext = { deadlineMs: Infinity, signal: undefined };
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A leader whose log applies what is proposed when it is told to. */
function setUp(options: { checkpointIntervalMs?: number } = {}) {
  const clock = { nowMs: 0, timers: [] as { atMs: number; run: () => void }[] };
  const lessor = new Lessor({ minTtl: 2, nowMs: () => clock.nowMs, stage: () => {}, ...options });
  const log: { request: Partial<InternalRaftRequest>; done: (error?: Error) => void }[] = [];
  const proposed: string[] = [];
  let confirmations = 0;
  let confirm: () => Promise<void> = () => Promise.resolve();
  const keeper = new LeaseKeeper(lessor, {
    clock: { nowMs: () => clock.nowMs, soon: (run) => void setImmediate(run) },
    propose: (request) => new Promise((resolve, reject) => {
      proposed.push(request.leaseRevoke ? `revoke ${request.leaseRevoke.id}` : `checkpoint ${request.leaseCheckpoint!.checkpoints.map(({ id, remainingTtl }) => `${id}:${remainingTtl}`).sort().join()}`);
      log.push({ request, done: (error) => (error ? reject(error) : resolve({ kind: 'none' })) });
    }),
    confirmLeadership: () => {
      confirmations++;
      return confirm();
    },
    maxTickGapMs: 300, log: { log: () => {} },
  });
  /** Applies what was proposed. */
  const apply = async (): Promise<void> => {
    for (const { request, done } of log.splice(0)) {
      if (request.leaseRevoke) lessor.drop(request.leaseRevoke.id);
      for (const { id, remainingTtl } of request.leaseCheckpoint?.checkpoints ?? []) lessor.checkpoint(id, remainingTtl);
      done();
    }
    await settle();
  };
  const lead = (): void => {
    lessor.promote(clock.nowMs, 0);
    keeper.promoted();
  };
  /** Ticks as a running member does. */
  const pass = async (ms: number): Promise<void> => {
    for (const until = clock.nowMs + ms; clock.nowMs < until;) {
      clock.nowMs += Math.min(100, until - clock.nowMs);
      keeper.tick(clock.nowMs);
      for (const timer of clock.timers.filter(({ atMs }) => atMs <= clock.nowMs)) {
        clock.timers.splice(clock.timers.indexOf(timer), 1);
        timer.run();
      }
      await settle();
    }
  };
  return { clock, lessor, keeper, log, proposed, apply, lead, pass, confirmations: () => confirmations, setConfirm: (next: () => Promise<void>) => (confirm = next) };
}

test('expired leases go through the log, sixteen at a time, five hundred in half a second, none twice', async () => {
  const { lessor, lead, pass, apply, proposed, log } = setUp();
  lead();
  for (let id = 1n; id <= 1_200n; id++) lessor.grant(id, 2);
  await pass(2_100);
  expect(log).toHaveLength(16);
  const seen: number[] = [];
  for (let i = 0; i < 5; i++) {
    while (log.length > 0) await apply();
    seen.push(proposed.length);
    await pass(500);
  }
  expect(seen).toEqual([500, 1_000, 1_200, 1_200, 1_200]);
  expect(new Set(proposed).size).toBe(1_200);
  expect(lessor.count).toBe(0);
});

test('a revoke that was lost is proposed again', async () => {
  const { lessor, lead, pass, log, proposed } = setUp();
  lead();
  lessor.grant(1n, 2);
  await pass(2_100);
  log.splice(0)[0]!.done(etcdErrors.timeout());
  await settle();
  await pass(2_500);
  expect(proposed).toEqual(['revoke 1']);
  await pass(1_000);
  expect(proposed).toEqual(['revoke 1', 'revoke 1']);
});

test('the renewal of a lease that has run out is answered with 0 when it is gone', async () => {
  const { clock, lessor, keeper, lead, pass, apply } = setUp();
  lead();
  lessor.grant(1n, 2);
  await pass(1_900);
  expect(await keeper.renew(1n)).toBe(2);
  expect(await keeper.renew(2n)).toBe(0);
  await pass(2_000);
  expect(lessor.state(1n, clock.nowMs)).toBe('expired');
  let answer: number | undefined;
  void keeper.renew(1n).then((ttl) => (answer = ttl));
  await settle();
  expect(answer).toBeUndefined();
  await pass(500);
  await apply();
  expect(answer).toBe(0);
});

test('after a pause of the process nothing is ended or renewed before a quorum has confirmed the leader', async () => {
  const { clock, lessor, keeper, lead, pass, apply, proposed, confirmations, setConfirm } = setUp();
  lead();
  lessor.grant(1n, 10);
  await pass(1_000);
  expect(confirmations()).toBe(0);
  let confirm: () => void = () => {};
  setConfirm(() => new Promise((resolve) => (confirm = resolve)));
  clock.nowMs += 5_000;
  let answer: number | undefined;
  void keeper.renew(1n).then((ttl) => (answer = ttl));
  keeper.tick(clock.nowMs);
  await settle();
  expect(answer).toBeUndefined();
  expect(confirmations()).toBe(1);
  confirm();
  await settle();
  expect(answer).toBe(10);
  await pass(1_000);
  expect(confirmations()).toBe(1);
  // It is no leader any more: its leases are another's to end.
  setConfirm(() => Promise.reject(etcdErrors.timeout()));
  clock.nowMs += 60_000;
  keeper.tick(clock.nowMs);
  await settle();
  await expect(keeper.renew(1n)).rejects.toThrow('request timed out');
  await apply();
  expect(proposed).toEqual([]);
});

test('checkpoints go in one entry, and a renewal takes its own back first', async () => {
  const { clock, lessor, keeper, lead, pass, apply, proposed } = setUp({ checkpointIntervalMs: 10_000 });
  lead();
  for (let id = 1n; id <= 3n; id++) lessor.grant(id, 100);
  lessor.grant(4n, 10);
  await pass(9_900);
  await keeper.renew(4n);
  await pass(200);
  expect(proposed.splice(0)).toEqual(['checkpoint 1:90,2:90,3:90']);
  await apply();
  const renewals = Promise.all([keeper.renew(1n), keeper.renew(3n), keeper.renew(1n)]);
  await settle();
  await settle();
  expect(proposed.splice(0)).toEqual(['checkpoint 1:0,3:0']);
  await apply();
  expect(await renewals).toEqual([100, 100, 100]);
  expect(await keeper.renew(1n)).toBe(100);
  expect(proposed).toEqual([]);
  // A new leader knows what was used of the lease that nobody renewed, and gives the others all of it.
  lessor.demote();
  lead();
  expect([1n, 2n, 3n].map((id) => lessor.timeToLive(id, false, clock.nowMs)!.ttl)).toEqual([100, 90, 100]);
});

test('a renewal waits for a checkpoint that is on its way, and takes it back', async () => {
  const { clock, lessor, keeper, lead, pass, apply, proposed } = setUp({ checkpointIntervalMs: 10_000 });
  lead();
  lessor.grant(1n, 100);
  lessor.grant(2n, 10);
  await pass(9_000);
  await keeper.renew(2n);
  await pass(1_100);
  expect(proposed.splice(0)).toEqual(['checkpoint 1:90']);
  let answer: number | undefined;
  void keeper.renew(1n).then((ttl) => (answer = ttl));
  expect(await keeper.renew(2n)).toBe(10);
  await settle();
  expect(answer).toBeUndefined();
  await apply();
  await settle();
  expect(proposed.splice(0)).toEqual(['checkpoint 1:0']);
  await apply();
  expect(answer).toBe(100);
  lessor.demote();
  lead();
  expect(lessor.timeToLive(1n, false, clock.nowMs)!.ttl).toBe(100);
});

function routed(forward: Partial<LeaseForwarder> = {}) {
  const world = setUp();
  const state = { leading: true, urls: undefined as string[] | undefined, ended: false, read: (): Promise<void> => Promise.resolve() };
  const refuse = (): Promise<never> => Promise.reject(new Error('connection refused'));
  const router = new LeaseRouter(world.lessor, world.keeper, { renew: refuse, timeToLive: refuse, ...forward }, {
    clock: {
      nowMs: () => world.clock.nowMs,
      after(delayMs, run) {
        world.clock.timers.push({ atMs: world.clock.nowMs + delayMs, run });
        return { dispose: () => {} };
      },
    },
    isLeader: () => state.leading, leaderUrls: () => state.urls, linearizableRead: () => state.read(), ended: () => state.ended, requestTimeoutMs: 7_000,
  });
  return { ...world, router, state };
}

const outcome = (run: Promise<unknown>): { value?: unknown; error?: string } => {
  const out: { value?: unknown; error?: string } = {};
  run.then(
    (value) => (out.value = value),
    (error: Error) => (out.error = error.message),
  );
  return out;
};

test('a leader that has not begun its term yet, and no leader at all, are waited for', async () => {
  const { lessor, router, state, lead, pass } = routed();
  lessor.grant(1n, 10);
  const early = outcome(router.renew(1n, patient));
  await pass(500);
  expect(early).toEqual({});
  lead();
  await pass(100);
  expect(early).toEqual({ value: 10 });
  state.leading = false;
  const orphan = outcome(router.renew(1n, patient));
  const life = outcome(router.timeToLive(1n, false, patient));
  await pass(6_000);
  expect(orphan).toEqual({});
  await pass(2_000);
  expect(orphan).toEqual({ error: 'etcdserver: no leader' });
  expect(life).toEqual({ error: 'etcdserver: no leader' });
});

test('a follower asks until the leader answers, at most as long as a request lasts', async () => {
  let refusals = 3;
  const asked: string[] = [];
  const { router, state, pass } = routed({
    renew: (urls) => {
      asked.push(urls.join());
      return refusals-- > 0 ? Promise.reject(new Error('connection refused')) : Promise.resolve(42);
    },
  });
  state.leading = false;
  state.urls = ['http://a:2380'];
  const renewal = outcome(router.renew(1n, patient));
  await pass(1_000);
  expect(renewal).toEqual({ value: 42 });
  expect(asked).toEqual(Array.from({ length: 4 }, () => 'http://a:2380'));
  refusals = Infinity;
  const failing = outcome(router.renew(1n, patient));
  await pass(8_000);
  expect(failing).toEqual({ error: 'etcdserver: request timed out' });
});

test('nobody is told that a lease is gone, or what it still has, before the leader has asked a quorum', async () => {
  const { lessor, router, state, lead, pass } = routed();
  lead();
  const asked: (() => void)[] = [];
  state.read = () => new Promise((resolve) => void asked.push(resolve));
  const renewal = outcome(router.renew(1n, patient));
  const gone = outcome(router.renew(2n, patient));
  const life = outcome(router.timeToLive(1n, true, patient));
  await pass(200);
  expect([renewal, gone, life]).toEqual([{}, {}, {}]);
  // Its grant was committed and not applied.
  lessor.grant(1n, 10);
  for (const answer of asked.splice(0)) answer();
  await pass(100);
  expect(renewal).toEqual({ value: 10 });
  expect(gone).toEqual({ value: 0 });
  expect(life).toMatchObject({ value: { ttl: 10, grantedTtl: 10 } });
  // A known one is renewed at once.
  expect(await router.renew(1n, patient)).toBe(10);
  expect(asked).toEqual([]);
});
