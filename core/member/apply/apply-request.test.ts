import { expect, test } from 'vitest';
import { InternalRaftRequest } from '../../proto/gen/raft-internal.ts';
import { applyRequest, AuthEnabledError, type ApplyTarget } from './apply-request.ts';

test('a member does not go on in a cluster that has enabled authentication', () => {
  // Field 1000 of etcd's InternalRaftRequest, an empty AuthEnableRequest.
  const entry = InternalRaftRequest.decode(Uint8Array.of(0xc2, 0x3e, 0x00));
  expect(() => applyRequest({} as ApplyTarget, entry)).toThrow(AuthEnabledError);
});
