import { expect, test } from 'vitest';
import { noLeases, take } from './lease-list.ts';

test('ids stay in order as leases come and go', () => {
  const all = take(noLeases, { kind: 'all', leases: ['7f', 'a1', '100', '9'], held: ['9'] });
  expect(all.ids).toEqual(['9', '7f', 'a1', '100']);
  const changed = take(all, { kind: 'changes', added: ['80', '8', 'fff'], removed: ['7f', '9'], held: [] });
  expect(changed.ids).toEqual(['8', '80', 'a1', '100', 'fff']);
  expect(changed.held.size).toBe(0);
});

test('a failure keeps what was known', () => {
  const failed = take(take(noLeases, { kind: 'all', leases: ['1'], held: [] }), { kind: 'failed', reason: 'no leader' });
  expect(failed).toMatchObject({ ids: ['1'], failure: 'no leader' });
  expect(take(failed, { kind: 'all', leases: [], held: [] })).toMatchObject({ ids: [], failure: undefined });
});
