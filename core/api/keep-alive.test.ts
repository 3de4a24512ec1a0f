import { expect, test } from 'vitest';
import type { EtcdMember } from '../member/types.ts';
import type { LeaseKeepAliveRequest, LeaseKeepAliveResponse } from '../proto/gen/rpc.ts';
import { keepAlive } from './lease.ts';

const context = { deadlineMs: Infinity, signal: undefined };
const turns = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** A client's stream, and a member whose renewals the test answers. */
function keptAlive() {
  const renewals: ((ttl: number) => void)[] = [];
  const seen = { ids: [] as bigint[], paused: false, ended: 0 };
  let ask: (request: LeaseKeepAliveRequest) => void = () => {};
  let leave = (): void => {};
  const member = { clusterId: 1n, id: 2n, store: { currentRevision: 3 }, status: () => ({ term: 4 }), leaseRenew: () => new Promise((resolve) => renewals.push(resolve)) };
  keepAlive(member as unknown as EtcdMember, {
    send: ({ id }: LeaseKeepAliveResponse) => seen.ids.push(id) > 0,
    onMessage: (take) => (ask = take),
    pause: () => (seen.paused = true),
    resume: () => (seen.paused = false),
    onEnd() {}, onDrain() {},
    onClose: (run) => (leave = run),
    end: () => seen.ended++,
  }, context);
  return { renewals, seen, ask: (count: number) => Array.from({ length: count }, (_, i) => ask({ id: BigInt(i) })), leave: () => leave() };
}

test('renewals go one after another, and whoever sends a thousand that wait is asked to wait', async () => {
  const { renewals, seen, ask } = keptAlive();
  ask(999);
  await turns();
  expect(renewals).toHaveLength(1);
  expect(seen.paused).toBe(false);
  ask(2);
  expect(seen.paused).toBe(true);
  for (let i = 0; i < 3; i++) {
    renewals[i]!(5);
    await turns();
  }
  expect(seen.paused).toBe(false);
  expect(seen.ids).toEqual([0n, 1n, 2n]);
});

test('what waits for a client that has left is not asked of the leader', async () => {
  const { renewals, seen, ask, leave } = keptAlive();
  ask(100);
  await turns();
  leave();
  renewals[0]!(5);
  await turns();
  expect(renewals).toHaveLength(1);
  expect(seen.paused).toBe(false);
});
