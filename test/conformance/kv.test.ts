import { expect, test } from 'vitest';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { CompareCompareResult as Is, CompareCompareTarget as Of, KVService, type RangeRequest } from '../../core/proto/gen/rpc.ts';
import { differing } from './differences.ts';
import { compare, failure, namesOf, nul, opDelete, opPut, opRange, opTxn, put, refusals, revisionOf, valuesOf } from './raw.ts';
import { eachServer } from './servers.ts';

eachServer('KV', 1, (server) => {
  const range = (request: Partial<RangeRequest>) => server.client.range(request);
  const txn = (request: Parameters<typeof server.client.txn>[0]) => server.client.txn(request);
  const del = (key: string, end = '', prevKv = false) => server.client.write(KVService.deleteRange, { key: utf8(key), rangeEnd: utf8(end), prevKv });
  const compact = (revision: number, physical = false) => server.client.write(KVService.compact, { revision, physical });
  const under = (prefix: string) => ({ key: utf8(prefix), rangeEnd: utf8(`${prefix.slice(0, -1)}0`) });

  test('malformed requests have etcd’s codes and texts', async () => {
    expect(await failure(range({}))).toBe(refusals.emptyKey);
    expect(await failure(put(server.client, ''))).toBe(refusals.emptyKey);
    expect(await failure(del(''))).toBe(refusals.emptyKey);
    expect(await failure(put(server.client, 'a', 'x', { ignoreValue: true }))).toBe('3 etcdserver: value is provided');
    expect(await failure(put(server.client, 'a', 'x', { lease: 5n, ignoreLease: true }))).toBe('3 etcdserver: lease is provided');
    expect(await failure(put(server.client, 'absent', '', { ignoreValue: true }))).toBe(refusals.keyNotFound);
    expect(await failure(put(server.client, 'absent', 'x', { ignoreLease: true }))).toBe(refusals.keyNotFound);
    expect(await failure(put(server.client, 'a', 'x', { lease: 12345n }))).toBe(refusals.leaseNotFound);
    // Both are missing: by itself a put is refused for its lease, in a transaction for its key.
    expect(await failure(put(server.client, 'absent', '', { lease: 12345n, ignoreValue: true }))).toBe(refusals.leaseNotFound);
    expect(await failure(txn({ success: [opPut('absent', '', { lease: 12345n, ignoreValue: true })] }))).toBe(refusals.keyNotFound);
    const invalidSort = differing('invalidSort', server.kind);
    if (invalidSort === undefined) return;
    expect(await failure(range({ key: utf8('a'), sortOrder: 9 }))).toBe(invalidSort);
    expect(await failure(range({ key: utf8('a'), sortTarget: 9 }))).toBe(invalidSort);
    expect(await failure(txn({ success: [opRange('a', { sortTarget: 9 })] }))).toBe(invalidSort);
  });

  test('a request may have 1.5 MiB, in what the log takes of it; a message 512 KiB more', async () => {
    const limit = 1_572_864;
    const big = (size: number) => server.client.write(KVService.put, { key: utf8('big'), value: new Uint8Array(size) });
    expect(await failure(big(limit - 64))).toBe('succeeded');
    expect(await failure(big(limit))).toBe(refusals.requestTooLarge);
    expect(await failure(txn({ success: [opPut('big', 'x'.repeat(limit))] }))).toBe(refusals.requestTooLarge);
    expect(await failure(txn({ success: [opPut('b1', 'x'.repeat(limit / 2)), opPut('b2', 'x'.repeat(limit / 2))] }))).toBe(refusals.requestTooLarge);
    // Tag and length of the key and of the value are ten bytes.
    expect(await failure(big(limit + 600_000))).toBe(`8 grpc: received message larger than max (${limit + 600_010} vs. ${limit + 524_288})`);
    // A read is not limited but by the message.
    expect(await failure(range({ key: new Uint8Array(limit + 1000).fill(1) }))).toBe('succeeded');
    expect((await range({ key: utf8('big') })).kvs[0]!.value).toHaveLength(limit - 64);
    await del('b', 'c');
  });

  test('put: versions, revisions, the previous one, values and leases that are kept', async () => {
    const first = await put(server.client, 'p', '1', { prevKv: true });
    expect(first.prevKv).toBeUndefined();
    const second = await put(server.client, 'p', '2', { prevKv: true });
    expect(second.header!.revision).toBe(first.header!.revision + 1);
    expect(second.prevKv).toMatchObject({ createRevision: first.header!.revision, modRevision: first.header!.revision, version: 1 });
    expect(utf8Text(second.prevKv!.value)).toBe('1');
    await put(server.client, 'p', '', { ignoreValue: true });
    const kept = (await range({ key: utf8('p') })).kvs[0]!;
    expect(kept).toMatchObject({ createRevision: first.header!.revision, version: 3 });
    expect(utf8Text(kept.value)).toBe('2');
    await del('p');
    await put(server.client, 'p', 'again');
    expect((await range({ key: utf8('p') })).kvs[0]).toMatchObject({ createRevision: kept.modRevision + 2, version: 1 });
  });

  test('delete: one revision for all, none for nothing, the previous ones in order', async () => {
    for (const key of ['d/1', 'd/2', 'd/3']) await put(server.client, key, key);
    const before = await revisionOf(server.client);
    const gone = await del('d/1', 'd/3', true);
    expect([gone.deleted, gone.header!.revision, ...namesOf(gone.prevKvs)]).toEqual([2, before + 1, 'd/1', 'd/2']);
    const nothing = await del('d/1', 'd/3', true);
    expect(nothing).toMatchObject({ deleted: 0, prevKvs: [], header: { revision: before + 1 } });
    expect((await del('d/9', 'd/1')).deleted).toBe(0);
    expect((await del('d/3')).deleted).toBe(1);
  });

  test('range ends: from-key, everything, prefix, empty and reversed ones', async () => {
    for (const [key, value] of [['r/1', 'c'], ['r/2', 'a'], ['r/3', 'b']] as const) await put(server.client, key, value);
    const keys = async (request: Partial<RangeRequest>) => namesOf((await range(request)).kvs);
    const everything = await keys({ key: nul, rangeEnd: nul });
    expect(everything).toEqual([...everything].sort());
    expect(await keys({ key: utf8('r/2'), rangeEnd: nul })).toEqual(everything.filter((key) => key >= 'r/2'));
    expect(await keys(under('r/'))).toEqual(['r/1', 'r/2', 'r/3']);
    expect(await keys({ key: utf8('r/2'), rangeEnd: utf8('r/2') })).toEqual([]);
    expect(await keys({ key: utf8('s'), rangeEnd: utf8('r') })).toEqual([]);
    expect(await range({ key: utf8('s'), rangeEnd: utf8('r') })).toMatchObject({ count: 0, more: false });
  });

  test('range: limits, orders and filters, and what is counted', async () => {
    for (const [key, value] of [['q/1', 'c'], ['q/2', 'a'], ['q/3', 'b']] as const) await put(server.client, key, value);
    const all = under('q/');
    const keys = async (request: Partial<RangeRequest>) => namesOf((await range({ ...all, ...request })).kvs);
    expect(await range({ ...all, limit: 2 })).toMatchObject({ more: true, count: 3 });
    expect(await range({ ...all, limit: 3 })).toMatchObject({ more: false, count: 3 });
    expect(await range({ ...all, limit: -1 })).toMatchObject({ more: false, count: 3 });
    expect(await range({ ...all, countOnly: true, limit: 1 })).toMatchObject({ more: false, count: 3, kvs: [] });
    expect(await keys({ sortTarget: 4, sortOrder: 1, limit: 1 })).toEqual(['q/2']);
    // Without an order, one more than the limit is fetched in key order, and then sorted.
    expect(await keys({ sortTarget: 4, limit: 2 })).toEqual(['q/2', 'q/3']);
    expect(await keys({ sortTarget: 4, limit: 1 })).toEqual(['q/2']);
    expect(await keys({ sortOrder: 2 })).toEqual(['q/3', 'q/2', 'q/1']);
    for (const sortTarget of [2, 3]) expect(await keys({ sortTarget, sortOrder: 2, limit: 2 })).toEqual(['q/3', 'q/2']);
    await put(server.client, 'q/1', 'z');
    expect(await keys({ sortTarget: 1, sortOrder: 2, limit: 1 })).toEqual(['q/1']);
    const { kvs } = await range({ ...all, keysOnly: true });
    expect(kvs.every((kv) => kv.value.length === 0 && kv.modRevision > 0 && kv.version > 0)).toBe(true);
    const last = kvs[2]!.modRevision;
    expect(await keys({ minModRevision: last })).toEqual(['q/1', 'q/3']);
    expect(await range({ ...all, maxModRevision: last - 1 })).toMatchObject({ count: 3, more: false });
    expect(await keys({ minCreateRevision: last - 1, limit: 1 })).toEqual(['q/2']);
    expect(await range({ ...all, maxCreateRevision: last, limit: 1 })).toMatchObject({ count: 3, more: true });
    expect((await range({ ...all, minModRevision: 1, maxModRevision: 1 })).kvs).toEqual([]);
  });

  test('the past: any kept revision, with the header of the present; compacted and future ones', async () => {
    const first = (await put(server.client, 'h', '1')).header!.revision;
    await put(server.client, 'h', '2');
    await del('h');
    const now = await revisionOf(server.client);
    const at = (revision: number, serializable = false) => range({ key: utf8('h'), revision, serializable });
    expect(valuesOf((await at(first)).kvs)).toEqual(['1']);
    expect(valuesOf((await at(first + 1, true)).kvs)).toEqual(['2']);
    expect(await at(first)).toMatchObject({ header: { revision: now } });
    expect((await at(now)).count).toBe(0);
    expect((await at(-7)).count).toBe(0);
    expect(await failure(at(now + 1))).toBe(refusals.futureRev);
    expect(await failure(at(now + 1, true))).toBe(refusals.futureRev);
    expect((await compact(first + 1)).header!.revision).toBe(now);
    expect(await failure(at(first))).toBe(refusals.compacted);
    expect(valuesOf((await at(first + 1)).kvs)).toEqual(['2']);
    expect(await failure(compact(first + 1))).toBe(refusals.compacted);
    expect(await failure(compact(now + 1))).toBe(refusals.futureRev);
    expect(await failure(compact(now, true))).toBe('succeeded');
    expect((await at(now)).count).toBe(0);
  });

  test('numbers at the end of their type are numbers', async () => {
    // Goes out as 2^63−1, which is also what a number as large comes in as.
    const most = 2 ** 63;
    await put(server.client, 'n', 'x');
    expect(await range({ key: utf8('n'), limit: most, maxModRevision: most })).toMatchObject({ count: 1, more: false });
    expect(await failure(range({ key: utf8('n'), revision: most }))).toBe(refusals.futureRev);
    expect(await failure(txn({ success: [opPut('n', 'y'), opRange('n', { revision: most })] }))).toBe(refusals.futureRev);
    expect(await failure(compact(most))).toBe(refusals.futureRev);
  });

  test('transactions: 128 comparisons, or operations of a branch, and for nested ones what is left', async () => {
    const ops = (count: number) => Array.from({ length: count }, (_, i) => opRange(`k${i}`));
    expect(await failure(txn({ success: ops(128), failure: ops(128) }))).toBe('succeeded');
    expect(await failure(txn({ success: ops(129) }))).toBe(refusals.tooManyOps);
    expect(await failure(txn({ failure: ops(129) }))).toBe(refusals.tooManyOps);
    expect(await failure(txn({ compare: Array.from({ length: 129 }, () => compare('a', { target: Of.VERSION })) }))).toBe(refusals.tooManyOps);
    expect(await failure(txn({ success: [...ops(99), opTxn({ success: ops(28) })] }))).toBe('succeeded');
    expect(await failure(txn({ success: [...ops(99), opTxn({ success: ops(29) })] }))).toBe(refusals.tooManyOps);
  });

  test('transactions: what is malformed in them', async () => {
    expect(await failure(txn({ success: [opTxn({ success: [{ requestRange: undefined, requestPut: undefined, requestDeleteRange: undefined, requestTxn: undefined }] })] }))).toBe(refusals.keyNotFound);
    expect(await failure(txn({ compare: [compare('', {})] }))).toBe(refusals.emptyKey);
    expect(await failure(txn({ failure: [opRange('')] }))).toBe(refusals.emptyKey);
    expect(await failure(txn({ failure: [opPut('a', 'x', { ignoreValue: true })] }))).toBe('3 etcdserver: value is provided');
    expect(await failure(txn({ success: [opPut('d'), opPut('d')] }))).toBe(refusals.duplicateKey);
    expect(await failure(txn({ failure: [opDelete('a', 'z'), opPut('d')] }))).toBe(refusals.duplicateKey);
    expect(await failure(txn({ success: [opPut('d'), opTxn({ failure: [opPut('d')] })] }))).toBe(refusals.duplicateKey);
    expect(await failure(txn({ success: [opTxn({ success: [opDelete('d')] }), opTxn({ success: [opPut('d')] })] }))).toBe(refusals.duplicateKey);
    expect(await failure(txn({ success: [opTxn({ success: [opPut('d')] }), opTxn({ success: [opDelete('d')] })] }))).toBe('succeeded');
    expect(await failure(txn({ success: [opDelete('m', nul), opPut('mm')] }))).toBe('succeeded');
    expect(await failure(txn({ success: [opDelete('a', 'z'), opDelete('b')] }))).toBe('succeeded');
  });

  test('transactions: one revision for all that they write, which later reads in them see', async () => {
    const before = await revisionOf(server.client);
    const { header, responses } = await txn({ success: [opRange('t'), opPut('t', '1'), opRange('t'), opPut('t2', '2'), opDelete('t2x'), opRange('t', { revision: before })] });
    expect(header!.revision).toBe(before + 1);
    expect(responses.map((one) => (one.responseRange ?? one.responsePut ?? one.responseDeleteRange)!.header!.revision)).toEqual([before, before + 1, before + 1, before + 1, before + 1, before + 1]);
    expect(responses.map((one) => one.responseRange?.count)).toEqual([0, undefined, 1, undefined, undefined, 0]);
    const { kvs } = await range({ key: utf8('t'), rangeEnd: utf8('t3') });
    expect(kvs.map((kv) => kv.modRevision)).toEqual([before + 1, before + 1]);
    expect((await txn({ success: [opDelete('t2x')] })).header!.revision).toBe(before + 1);
  });

  test('transactions: the state before them decides all comparisons, nested ones too', async () => {
    const { responses } = await txn({ success: [opPut('n1', 'x'), opTxn({ compare: [compare('n1', { target: Of.VERSION, version: 0 })], success: [opPut('n2', 'then')], failure: [opPut('n2', 'else')] }), opRange('n2')] });
    expect(responses[1]!.responseTxn).toMatchObject({ succeeded: true, header: { revision: 0, memberId: 0n } });
    expect(utf8Text(responses[2]!.responseRange!.kvs[0]!.value)).toBe('then');
  });

  test('comparisons: each target and result, unions that do not fit, missing keys, ranges', async () => {
    const { revision } = (await put(server.client, 'c1', 'm')).header!;
    await put(server.client, 'c2', 'm');
    const holds = async (key: string, more: Parameters<typeof compare>[1]) => (await txn({ compare: [compare(key, more)] })).succeeded;
    const order = async (more: Parameters<typeof compare>[1]) => Promise.all([Is.EQUAL, Is.GREATER, Is.LESS, Is.NOT_EQUAL].map((result) => holds('c1', { ...more, result })));
    const [equal, greater, less] = [[true, false, false, false], [false, true, false, true], [false, false, true, true]];
    expect(await order({ target: Of.VERSION, version: 1 })).toEqual(equal);
    expect(await order({ target: Of.CREATE, createRevision: revision - 1 })).toEqual(greater);
    expect(await order({ target: Of.MOD, modRevision: revision + 1 })).toEqual(less);
    expect(await order({ target: Of.VALUE, value: utf8('m') })).toEqual(equal);
    expect(await order({ target: Of.VALUE, value: utf8('l') })).toEqual(greater);
    expect(await order({ target: Of.LEASE, lease: 1n })).toEqual(less);
    // The union's other member is as if it were not given: 0, or nothing.
    expect(await order({ target: Of.VERSION, modRevision: 1 })).toEqual(greater);
    expect(await order({ target: Of.VALUE })).toEqual(greater);
    expect(await holds('nowhere', { target: Of.MOD, modRevision: 0 })).toBe(true);
    for (const result of [Is.EQUAL, Is.NOT_EQUAL, Is.LESS]) expect(await holds('nowhere', { target: Of.VALUE, result, value: utf8('x') })).toBe(false);
    const both = { rangeEnd: utf8('c3') };
    expect(await holds('c1', { ...both, target: Of.VALUE, value: utf8('m') })).toBe(true);
    expect(await holds('c1', { ...both, target: Of.CREATE, createRevision: revision })).toBe(false);
    expect(await holds('c5', { rangeEnd: utf8('c9'), target: Of.VERSION, version: 0 })).toBe(true);
    expect(await holds('c1', { target: 9, result: Is.EQUAL, version: 5 })).toBe(true);
    expect(await holds('c1', { target: Of.VERSION, result: 9 })).toBe(true);
  });

  test('transactions are checked before anything is changed', async () => {
    const before = await revisionOf(server.client);
    expect(await failure(txn({ success: [opPut('x1'), opRange('x1', { revision: before + 1 })] }))).toBe(refusals.futureRev);
    expect(await failure(txn({ success: [opPut('x1'), opPut('x2', 'v', { lease: 99n })] }))).toBe(refusals.leaseNotFound);
    // Made earlier in the same transaction, and yet not there for the check.
    expect(await failure(txn({ success: [opPut('x1'), opTxn({ success: [opPut('x1x', '', { ignoreValue: true })] })] }))).toBe(refusals.keyNotFound);
    // A negative revision is the newest in a range by itself, and compacted in a transaction, read-only ones included.
    expect(await failure(txn({ success: [opRange('x1', { revision: -1 })] }))).toBe(refusals.compacted);
    expect(await failure(txn({ success: [opPut('x1'), opRange('x1', { revision: -1 })] }))).toBe(refusals.compacted);
    expect(await revisionOf(server.client)).toBe(before);
    expect((await range({ key: utf8('x1') })).count).toBe(0);
    // The branch that is not taken is not looked at.
    expect(await failure(txn({ success: [], failure: [opPut('x2', 'v', { lease: 99n })] }))).toBe('succeeded');
    expect(await failure(txn({}))).toBe('succeeded');
  });
});
