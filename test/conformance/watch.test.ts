import { afterEach, expect, test } from 'vitest';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { KVService, type WatchCreateRequest } from '../../core/proto/gen/rpc.ts';
import { differing } from './differences.ts';
import { nul, opDelete, opPut, put, revisionOf, Watching } from './raw.ts';
import { eachServer } from './servers.ts';

eachServer('Watch', 1, (server) => {
  const open = new Set<Watching>();
  const watch = (...creates: Partial<WatchCreateRequest>[]): Watching => {
    const watching = new Watching(server.client);
    open.add(watching);
    for (const create of creates) watching.create(create);
    return watching;
  };
  const del = (key: string) => server.client.write(KVService.deleteRange, { key: utf8(key) });
  const under = (prefix: string) => ({ key: utf8(prefix), rangeEnd: utf8(`${prefix.slice(0, -1)}0`) });
  afterEach(() => {
    for (const watching of open) watching.close();
    open.clear();
  });

  test('ids: the next free one from 0, one’s own, none that is taken; free again after a cancel', async () => {
    const key = utf8('ids');
    const stream = watch({ key });
    expect(await stream.come(1)).toMatchObject({ watchId: 0n, created: true, canceled: false, header: { revision: await revisionOf(server.client) } });
    stream.create({ key, watchId: 1n });
    stream.create({ key });
    expect((await stream.come(3)).watchId).toBe(2n);
    stream.create({ key, watchId: 1n });
    const refused = await stream.come(4);
    expect(refused).toMatchObject({ watchId: -1n, created: true, canceled: true, cancelReason: 'mvcc: duplicate watch ID provided on the WatchStream', compactRevision: 0 });
    stream.cancel(1n);
    expect(await stream.come(5)).toMatchObject({ watchId: 1n, canceled: true, created: false, cancelReason: '', compactRevision: 0 });
    stream.create({ key, watchId: 1n });
    expect(await stream.come(6)).toMatchObject({ watchId: 1n, created: true, canceled: false });
  });

  test('an empty range is refused on the stream, which stays open; a cancel of nothing is passed over', async () => {
    const stream = watch({ key: utf8('b'), rangeEnd: utf8('a') }, { key: utf8('b'), rangeEnd: utf8('b') });
    for (const count of [1, 2]) expect(await stream.come(count)).toMatchObject({ watchId: -1n, created: true, canceled: true, cancelReason: 'mvcc: watcher range is empty' });
    stream.cancel(12345n);
    stream.create({ key: utf8('fine') });
    expect(await stream.come(3)).toMatchObject({ created: true, canceled: false });
    expect(stream.seen).toHaveLength(3);
  });

  test('live events: in order, one response to a revision, with the revision they had', async () => {
    const stream = watch(under('live/'));
    await stream.come(1);
    const first = (await put(server.client, 'live/1', 'x')).header!.revision;
    await server.client.txn({ success: [opPut('live/2', 'y'), opPut('live/3', 'z'), opDelete('live/1'), opPut('other', 'w')] });
    await del('live/2');
    await stream.come(4);
    expect(stream.told(0n)).toEqual([`live/1=x@${first}`, `live/2=y@${first + 1}`, `live/3=z@${first + 1}`, `-live/1@${first + 1}`, `-live/2@${first + 2}`]);
    expect(stream.seen.slice(1).map(({ header, events }) => [header!.revision - first, events.length])).toEqual([[0, 1], [1, 3], [2, 1]]);
    const gone = stream.seen[3]!.events[0]!.kv!;
    expect(gone).toMatchObject({ createRevision: 0, version: 0, lease: 0n });
    expect(gone.value).toHaveLength(0);
  });

  test('the past is told from the revision asked for, then the present', async () => {
    const first = (await put(server.client, 'past', '1')).header!.revision;
    await put(server.client, 'past', '2');
    await del('past');
    const stream = watch({ key: utf8('past'), startRevision: first + 1 });
    await stream.until('the deletion', () => stream.told(0n).length === 2);
    await put(server.client, 'past', '4');
    await stream.until('the present', () => stream.told(0n).length === 3);
    expect(stream.told(0n)).toEqual([`past=2@${first + 1}`, `-past@${first + 2}`, `past=4@${first + 3}`]);
  });

  test('a watch that begins in the future is told nothing before', async () => {
    const now = await revisionOf(server.client);
    const stream = watch({ key: utf8('future'), startRevision: now + 3 });
    await stream.come(1);
    for (const value of ['1', '2', '3', '4']) await put(server.client, 'future', value);
    await stream.until('two events', () => stream.told(0n).length === 2);
    expect(stream.told(0n)).toEqual([`future=3@${now + 3}`, `future=4@${now + 4}`]);
  });

  test('filters, and previous values', async () => {
    const key = utf8('f');
    const stream = watch({ key, filters: [0] }, { key, filters: [1] }, { key, filters: [0, 1] }, { key, prevKv: true });
    await stream.come(4);
    const first = (await put(server.client, 'f', '1')).header!.revision;
    await put(server.client, 'f', '2');
    await del('f');
    await put(server.client, 'f', '3');
    await stream.until('all', () => stream.told(3n).length === 4);
    expect(stream.told(0n)).toEqual([`-f@${first + 2}`]);
    expect(stream.told(1n)).toEqual([`f=1@${first}`, `f=2@${first + 1}`, `f=3@${first + 3}`]);
    expect(stream.told(2n)).toEqual([]);
    const before = stream.seen.filter(({ watchId, created }) => watchId === 3n && !created).flatMap(({ events }) => events.map(({ prevKv }) => prevKv && utf8Text(prevKv.value)));
    expect(before).toEqual([undefined, '1', '2', undefined]);
    expect(stream.seen.filter(({ watchId }) => watchId !== 3n).every(({ events }) => events.every(({ prevKv }) => prevKv === undefined))).toBe(true);
  });

  test('ranges: from key on, and everything for an empty key with such an end', async () => {
    const stream = watch({ key: utf8('y'), rangeEnd: nul }, { rangeEnd: nul }, { key: utf8('y1'), rangeEnd: utf8('y3') });
    await stream.come(3);
    for (const key of ['x', 'y1', 'y3', 'z']) await put(server.client, key);
    const keys = (id: bigint) => stream.told(id).map((text) => text.split('=')[0]);
    await stream.until('all', () => keys(1n).length === 4 && keys(0n).length === 3 && keys(2n).length === 1);
    expect([keys(0n), keys(1n), keys(2n)]).toEqual([['y1', 'y3', 'z'], ['x', 'y1', 'y3', 'z'], ['y1']]);
  });

  test('a compacted start ends the watcher with the compact revision, and no reason', async () => {
    const first = (await put(server.client, 'comp', '1')).header!.revision;
    for (const value of ['2', '3']) await put(server.client, 'comp', value);
    await server.client.write(KVService.compact, { revision: first + 1, physical: true });
    const stream = watch({ key: utf8('comp'), startRevision: first });
    expect(await stream.come(1)).toMatchObject({ watchId: 0n, created: true, canceled: false });
    expect(await stream.come(2)).toMatchObject({ watchId: 0n, canceled: true, created: false, compactRevision: first + 1, cancelReason: '', events: [], header: { revision: 0 } });
    // The compact revision itself can be watched from.
    stream.create({ key: utf8('comp'), startRevision: first + 1, watchId: 7n });
    await stream.until('both', () => stream.told(7n).length === 2);
    expect(stream.told(7n)).toEqual([`comp=2@${first + 1}`, `comp=3@${first + 2}`]);
    // Its id stays taken until the client cancels it.
    stream.create({ key: utf8('comp'), watchId: 7n });
    expect(await stream.come(5)).toMatchObject({ watchId: -1n, canceled: true });
  });

  test('a deletion at the compact revision', async () => {
    await put(server.client, 'tomb', '1');
    const { header } = await del('tomb');
    await put(server.client, 'tomb', '2');
    await server.client.write(KVService.compact, { revision: header!.revision, physical: true });
    const stream = watch({ key: utf8('tomb'), startRevision: header!.revision });
    await stream.until('the last', () => stream.told(0n).length > 0);
    const kept = differing('tombstoneAtCompactRevision', server.kind) ? [`-tomb@${header!.revision}`] : [];
    expect(stream.told(0n)).toEqual([...kept, `tomb=2@${header!.revision + 1}`]);
  });

  test('a negative start', async () => {
    const stream = watch({ key: utf8('w'), startRevision: -5 });
    const answer = await stream.come(1);
    if (differing('negativeWatchStart', server.kind)) {
      expect(answer).toMatchObject({ watchId: -1n, created: true, canceled: true, cancelReason: 'etcdserver: mvcc: required revision has been compacted' });
    } else expect(answer).toMatchObject({ watchId: 0n, created: true, canceled: false });
  });

  test('progress on request: the stream’s, at the revision that was reached', async () => {
    const stream = watch({ key: utf8('g') }, { key: utf8('other') });
    await stream.come(2);
    const { header } = await put(server.client, 'g', '1');
    await stream.come(3);
    stream.progress();
    expect(await stream.come(4)).toMatchObject({ watchId: -1n, events: [], created: false, canceled: false, header: { revision: header!.revision } });
  });

  test('progress on request: of a stream without watchers, and with one that is yet to begin', async () => {
    const none = watch();
    none.progress();
    none.create({ key: utf8('g') });
    const always = differing('progressAlways', server.kind);
    // What is told of a stream comes in the order of its requests.
    await none.come(always ? 2 : 1);
    expect(none.seen.map(({ created, watchId }) => (created ? 'created' : watchId))).toEqual(always ? [-1n, 'created'] : ['created']);
    const now = await revisionOf(server.client);
    const later = watch({ key: utf8('g'), startRevision: now + 2 });
    await later.come(1);
    later.progress();
    later.create({ key: utf8('g'), watchId: 9n });
    await later.until('the second', () => later.seen.some(({ watchId }) => watchId === 9n));
    expect(later.seen.filter(({ watchId }) => watchId === -1n)).toHaveLength(differing('progressBeforeStart', server.kind) ? 1 : 0);
  });

  test('the previous value of a first event is gone when it is compacted', async () => {
    await put(server.client, 'pv', '1');
    const { header } = await put(server.client, 'pv', '2');
    await put(server.client, 'pv', '3');
    await server.client.write(KVService.compact, { revision: header!.revision, physical: true });
    const stream = watch({ key: utf8('pv'), startRevision: header!.revision, prevKv: true });
    await stream.until('both', () => stream.told(0n).length === 2);
    expect(stream.seen.flatMap(({ events }) => events.map(({ prevKv }) => prevKv && utf8Text(prevKv.value)))).toEqual([undefined, '2']);
  });

  test('large revisions come whole, or in fragments where the watcher asked for them', async () => {
    const stream = watch({ ...under('frag/'), fragment: true }, under('frag/'));
    await stream.come(2);
    const value = 'x'.repeat(700_000);
    // One revision of more than a response may hold: the previous values make it so.
    for (const key of ['frag/1', 'frag/2']) await put(server.client, key, value);
    const first = watch({ ...under('frag/'), fragment: true, prevKv: true }, { ...under('frag/'), prevKv: true });
    await first.come(2);
    const { header } = await server.client.txn({ success: [opPut('frag/1', value), opPut('frag/2', value)] });
    await first.until('both watchers', () => first.told(0n).length === 2 && first.told(1n).length === 2);
    const pieces = first.seen.filter(({ watchId, created }) => watchId === 0n && !created);
    expect(pieces.map(({ fragment, events, header: { revision } = { revision: 0 } }) => [fragment, events.length, revision])).toEqual([[true, 1, header!.revision], [false, 1, header!.revision]]);
    expect(first.seen.filter(({ watchId, created }) => watchId === 1n && !created).map(({ fragment, events }) => [fragment, events.length])).toEqual([[false, 2]]);
  });

  test('a client that has no more to ask is told on; one that leaves ends its stream', async () => {
    const stream = watch({ key: utf8('half') });
    await stream.come(1);
    stream.half();
    const { header } = await put(server.client, 'half', '1');
    await stream.come(2);
    expect(stream.told(0n)).toEqual([`half=1@${header!.revision}`]);
    stream.close();
    await stream.until('the end', () => stream.failure !== undefined);
    expect(stream.failure!.code).toBe(1);
  });
});
