import { expect, test } from 'vitest';
import { utf8 } from '../base/bytes.ts';
import { SeededRandom } from '../base/random.ts';
import { MemoryStorage } from './memory-storage.ts';
import { newMessage } from './message.ts';
import { RawNode } from './raw-node.ts';
import { ConfChangeType, EntryType, MessageType, type Entry, type Message } from './types.ts';

const entry = (index: number, term: number): Entry => ({ type: EntryType.normal, term, index, data: utf8(`${term}/${index}`) });

/** A member of a cluster of three, with this log, at this term. */
function member(log: readonly Entry[], term: number, options: { preVote?: boolean; checkQuorum?: boolean } = {}): { node: RawNode; storage: MemoryStorage } {
  const storage = new MemoryStorage();
  storage.applySnapshot({ data: new Uint8Array(0), metadata: { index: 1, term: 1, confState: { voters: [1n, 2n, 3n], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false } } });
  storage.append(log);
  storage.setHardState({ term, vote: 0n, commit: 1 });
  const node = new RawNode({
    id: 1n, electionTick: 10, heartbeatTick: 1, storage, applied: 1, maxInflightMsgs: 16, preVote: options.preVote ?? false, checkQuorum: options.checkQuorum ?? false,
    random: new SeededRandom(1),
  });
  return { node, storage };
}

/** Carries out what is ready, as a host would; returns what was sent. */
function work({ node, storage }: ReturnType<typeof member>): Message[] {
  const sent: Message[] = [];
  while (node.hasReady()) {
    const ready = node.ready();
    if (ready.hardState) storage.setHardState(ready.hardState);
    storage.append(ready.entries);
    sent.push(...ready.messages);
    node.advance();
  }
  return sent;
}

const vote = (from: bigint, term: number, index: number, logTerm: number) => newMessage(MessageType.vote, { from, to: 1n, term, index, logTerm });

function elect(it: ReturnType<typeof member>): void {
  it.node.campaign();
  work(it);
  it.node.step(newMessage(MessageType.voteResp, { from: 2n, to: 1n, term: it.node.basicStatus().hardState.term }));
  work(it);
  expect(it.node.basicStatus().role).toBe('leader');
}

test('§5.2: one vote a term, to whoever asks first', () => {
  const it = member([], 1);
  it.node.step(vote(2n, 2, 1, 1));
  it.node.step(vote(3n, 2, 1, 1));
  const answers = work(it).map((m) => [m.to, m.reject]);
  expect(answers).toEqual([[2n, false], [3n, true]]);
});

test('§5.4.1: no vote for a log that is behind, by term first, then by length', () => {
  const ask = (index: number, logTerm: number): boolean => {
    const it = member([entry(2, 1), entry(3, 2)], 2);
    it.node.step(vote(2n, 3, index, logTerm));
    return !work(it)[0]!.reject;
  };
  expect([ask(3, 2), ask(9, 1), ask(2, 2), ask(2, 3)]).toEqual([true, false, false, true]);
});

test('§5.4.2: an entry of an older term is committed only with one of the leader’s own', () => {
  const it = member([entry(2, 1), entry(3, 2)], 2);
  elect(it);
  // A majority has the entries of before, and nothing is committed by that.
  it.node.step(newMessage(MessageType.appResp, { from: 2n, to: 1n, term: 3, index: 3 }));
  work(it);
  expect(it.node.basicStatus().hardState.commit).toBe(1);
  it.node.step(newMessage(MessageType.appResp, { from: 2n, to: 1n, term: 3, index: 4 }));
  work(it);
  expect(it.node.basicStatus().hardState.commit).toBe(4);
});

test('§5.3: a follower refuses what does not follow its log, and says where it may', () => {
  const it = member([entry(2, 1), entry(3, 1)], 1);
  it.node.step(newMessage(MessageType.app, { from: 2n, to: 1n, term: 4, index: 6, logTerm: 3, entries: [entry(7, 4)] }));
  expect(work(it)[0]).toMatchObject({ type: MessageType.appResp, reject: true, index: 6, rejectHint: 3, logTerm: 1 });
});

test('§5.3: entries that conflict are replaced, with all behind them', () => {
  const it = member([entry(2, 1), entry(3, 1), entry(4, 1)], 1);
  it.node.step(newMessage(MessageType.app, { from: 2n, to: 1n, term: 2, index: 2, logTerm: 1, entries: [entry(3, 2)] }));
  work(it);
  expect(it.storage.entries(2, 4, Infinity)).toEqual([entry(2, 1), entry(3, 2)]);
  expect(it.storage.lastIndex()).toBe(3);
});

test('§6.4: a new leader’s reads wait until it has committed in its term, then for a quorum', () => {
  const it = member([entry(2, 1)], 1);
  elect(it);
  it.node.readIndex(utf8('read'));
  expect(work(it).some((m) => m.type === MessageType.heartbeat && m.context.length > 0)).toBe(false);
  it.node.step(newMessage(MessageType.appResp, { from: 2n, to: 1n, term: 2, index: 3 }));
  const heartbeat = work(it).find((m) => m.type === MessageType.heartbeat && m.context.length > 0)!;
  expect(heartbeat).toBeDefined();
  it.node.step(newMessage(MessageType.heartbeatResp, { from: heartbeat.to, to: 1n, term: 2, context: heartbeat.context }));
  expect(it.node.ready().readStates).toEqual([{ index: 3, context: utf8('read') }]);
});

test('§9.6: a pre-vote changes neither term nor vote', () => {
  const it = member([], 5, { preVote: true });
  it.node.campaign();
  expect(work(it).map((m) => [m.type, m.term])).toEqual([[MessageType.preVote, 6], [MessageType.preVote, 6]]);
  expect(it.node.basicStatus()).toMatchObject({ role: 'preCandidate', hardState: { term: 5, vote: 0n } });
});

test('§4.2.3: who hears a leader grants no vote, unless the leader itself hands over', () => {
  const it = member([], 2, { checkQuorum: true });
  it.node.step(newMessage(MessageType.heartbeat, { from: 2n, to: 1n, term: 2 }));
  work(it);
  it.node.step(vote(3n, 9, 9, 2));
  expect(work(it)).toEqual([]);
  expect(it.node.basicStatus().hardState.term).toBe(2);
  it.node.step({ ...vote(3n, 9, 9, 2), context: utf8('CampaignTransfer') });
  expect(work(it)[0]).toMatchObject({ type: MessageType.voteResp, reject: false, term: 9 });
});

test('a leader without its quorum steps down', () => {
  const it = member([], 1, { checkQuorum: true });
  elect(it);
  for (let tick = 0; tick < 21; tick++) it.node.tick();
  expect(it.node.basicStatus().role).toBe('follower');
});

test('a change of members that is committed but not applied keeps its holder from standing for election', () => {
  const change = { ...entry(2, 1), type: EntryType.confChange };
  const it = member([], 1);
  it.node.step(newMessage(MessageType.app, { from: 2n, to: 1n, term: 1, index: 1, logTerm: 1, commit: 2, entries: [change] }));
  const ready = it.node.ready();
  it.storage.append(ready.entries);
  it.node.campaign();
  expect(it.node.basicStatus()).toMatchObject({ role: 'follower', hardState: { term: 1, commit: 2 } });
  it.node.advance();
  it.node.campaign();
  expect(it.node.basicStatus()).toMatchObject({ role: 'candidate', hardState: { term: 2 } });
});

test('local messages from the network, and answers of strangers, are refused', () => {
  const { node } = member([], 1);
  expect(node.step(newMessage(MessageType.hup, { from: 2n }))).toEqual({ ok: false, error: 'localMessage' });
  expect(node.step(newMessage(MessageType.appResp, { from: 9n, term: 1 }))).toEqual({ ok: false, error: 'peerNotFound' });
  expect(node.propose(utf8('x'))).toEqual({ ok: false, error: 'dropped' });
});

test('dissertation §4.1: a change of members is not let in before the one before it is applied', () => {
  const it = member([], 1);
  elect(it);
  it.node.step(newMessage(MessageType.appResp, { from: 2n, to: 1n, term: 2, index: 2 }));
  work(it);
  const proposed = (nodeId: bigint): EntryType => {
    expect(it.node.proposeConfChange({ id: nodeId, type: ConfChangeType.addLearnerNode, nodeId, context: utf8('') })).toEqual({ ok: true });
    work(it);
    const last = it.storage.entries(it.storage.lastIndex(), it.storage.lastIndex() + 1, Infinity);
    if (typeof last === 'string') throw new Error(last);
    return last[0]!.type;
  };
  expect(proposed(4n)).toBe(EntryType.confChange);
  // What comes too early stands in the log as nothing.
  expect(proposed(5n)).toBe(EntryType.normal);
  it.node.step(newMessage(MessageType.appResp, { from: 2n, to: 1n, term: 2, index: it.storage.lastIndex() }));
  work(it);
  expect(proposed(6n)).toBe(EntryType.confChange);
});
