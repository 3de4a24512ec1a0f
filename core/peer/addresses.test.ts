import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listenForATest, TestBody, type TestPeer } from '../../test/support/peers.ts';
import { eventually, tempFolder } from '../../test/support/process.ts';
import { MessageType } from '../raft/types.ts';

const listen = listenForATest();

const active = (peer: TestPeer, id: bigint): Promise<void> => eventually('an active peer', async () => expect(peer.network.activeSinceMs(id)).toBeDefined());
const confState = { voters: [1n, 2n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
const snapshot = { data: new Uint8Array(0), metadata: { index: 9, term: 1, confState } };

/** What the log may tell a member: etcd takes any scheme of its own from `member add`, and all that there is from `member update`. */
const undialled = ['https://127.0.0.1:1', 'unixs://x:1', 'nonsense', 'http://127.0.0.1:99999', 'http://[fe80::1%25lo]:1', ''];

test.each([...undialled.map((url) => [url]), [[]]])('a peer at %j is one that cannot be reached, and nothing worse', async (...urls) => {
  const a = await listen(1n);
  const b = await listen(2n);
  a.network.addPeer(2n, urls.flat());
  a.network.send([a.message(MessageType.heartbeat, b)]);
  const body = new TestBody(1, () => [new Uint8Array(1)]);
  a.network.sendSnapshot(a.message(MessageType.snap, b, { snapshot }), body);
  await eventually('both told of', async () => {
    expect(a.lost.length).toBeGreaterThanOrEqual(2);
    expect(a.snapshotsSent).toEqual([{ id: 2n, ok: false }]);
  });
  expect(body.closed).toBe(1);
  // It moves to where it can be.
  a.network.addPeer(2n, [...urls.flat(), b.url]);
  b.network.addPeer(1n, [a.url]);
  await active(a, 2n);
  a.network.addPeer(2n, urls.flat());
  await eventually('the loss', async () => expect(a.network.activeSinceMs(2n)).toBeUndefined());
});

test('members meet on socket files, with messages, posts and a snapshot', async () => {
  const folder = tempFolder('peers');
  // When the peers are let go of.
  onTestFinished(() => folder.remove());
  const path = join(folder.path, 'm2.sock:0');
  const a = await listen(1n);
  const b = await listen(2n, { listenUrls: [`unix://${path}`] });
  a.network.addPeer(2n, [`unix://${path}`]);
  // Without a stream it goes by a post.
  a.network.send([a.message(MessageType.heartbeat, b)]);
  await eventually('the post', async () => expect(b.received).toHaveLength(1));
  b.network.addPeer(1n, [a.url]);
  await active(a, 2n);
  await eventually('messages back', async () => {
    b.network.send([b.message(MessageType.heartbeat, a)]);
    expect(a.received.length).toBeGreaterThan(0);
  });
  const body = new TestBody(100_000, () => [new Uint8Array(100_000)]);
  a.network.sendSnapshot(a.message(MessageType.snap, b, { snapshot }), body);
  await eventually('the snapshot', async () => expect(a.snapshotsSent).toEqual([{ id: 2n, ok: true }]));
});
