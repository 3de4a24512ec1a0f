import { utf8 } from '../../core/base/bytes.ts';
import { chance, randomInt, type Random } from '../../core/base/random.ts';
import type { Event } from '../../core/proto/gen/kv.ts';
import { DeleteRangeRequest, KVService, PutRequest, RequestOp, WatchCreateRequest, WatchProgressRequest, WatchRequest, type WatchResponse } from '../../core/proto/gen/rpc.ts';
import { boundsOf, contains } from '../../core/mvcc/range-bounds.ts';
import { eventually } from '../support/process.ts';
import { allKeys, pickKey, pickRange } from './keys.ts';
import { pickRevision } from './requests.ts';
import type { Side, Step, World } from './step.ts';

export interface WatchPlan {
  creates: WatchCreateRequest[];
  /** What is written while they watch. */
  writes: Step[];
  /** Watchers that begin before it are ended. */
  compactRevision: number;
}

export interface WatcherOutcome {
  created: WatchResponse | undefined;
  ended: WatchResponse | undefined;
  /** Events by the response that brought them, for watchers of the present; how a catch-up is cut is the server's affair. */
  live: { revision: number; events: Event[] }[];
  past: Event[];
}

export function pickWatchPlan(random: Random, world: World, writes: Step[]): WatchPlan {
  const creates = Array.from({ length: 1 + randomInt(random, 6) }, (_, i) => {
    const { key, rangeEnd } = chance(random, 0.4) ? { key: pickKey(random), rangeEnd: utf8('') } : pickRange(random);
    const startRevision = chance(random, 0.4) ? 0 : Math.max(0, pickRevision(random, world));
    const filters = [...(chance(random, 0.15) ? [0] : []), ...(chance(random, 0.15) ? [1] : [])];
    return WatchCreateRequest.create({
      key: chance(random, 0.05) ? utf8('') : key, rangeEnd, startRevision, filters, prevKv: chance(random, 0.5),
      // Ids of one's own, and the next free one; now and then one that is taken.
      watchId: chance(random, 0.3) ? BigInt(randomInt(random, 4)) : chance(random, 0.3) ? BigInt(100 + i) : 0n, fragment: chance(random, 0.2),
    });
  });
  return { creates, writes, compactRevision: world.compactRevision };
}

/** The last revisions of a watch step: every key is put in the first, and deleted in the second. */
async function finish({ client }: Side): Promise<{ putAt: number; deletedAt: number }> {
  const success = allKeys.map((key) => RequestOp.create({ requestPut: PutRequest.create({ key, value: utf8('last') }) }));
  const put = await client.txn({ success });
  const nul = new Uint8Array(1);
  const deleted = await client.write(KVService.deleteRange, DeleteRangeRequest.create({ key: nul, rangeEnd: nul }));
  return { putAt: put.header!.revision, deletedAt: deleted.header!.revision };
}

/** Opens a stream of watchers, writes, and returns what each was told up to the last write. */
async function watch(side: Side, { creates, writes, compactRevision }: WatchPlan): Promise<WatcherOutcome[]> {
  const stream = side.client.openWatch();
  const seen: WatchResponse[] = [];
  let failure: Error | undefined;
  stream.on('data', (response: WatchResponse) => seen.push(response));
  stream.on('error', (error) => {
    failure = error;
  });
  const until = (what: string, holds: () => boolean) =>
    eventually(what, async () => {
      if (failure) throw failure;
      if (!holds()) throw new Error(`seen so far: ${seen.length} responses`);
    });
  /** All are told of everything by now, up to the last write: so says the stream, as soon as it has seen that. */
  const progress = async (revision: number): Promise<void> => {
    const told = (): WatchResponse | undefined => seen.find(({ watchId, created }) => watchId === -1n && !created);
    await until('progress', () => {
      stream.write(WatchRequest.create({ progressRequest: WatchProgressRequest.create() }));
      return told() !== undefined;
    });
    if (told()!.header!.revision !== revision || told()!.events.length > 0) throw new Error(`progress at revision ${told()!.header!.revision}`);
  };
  try {
    // One after the other, so that each is answered before the next.
    for (const [i, createRequest] of creates.entries()) {
      stream.write(WatchRequest.create({ createRequest }));
      await until(`watcher ${i} is answered`, () => seen.filter((response) => response.created).length > i);
    }
    const answers = seen.filter((response) => response.created);
    for (const step of writes) await step.act(side);
    const last = await finish(side);
    for (const [i, request] of creates.entries()) {
      if (answers[i]!.canceled) continue;
      const { startRevision } = request;
      const ends = startRevision !== 0 && startRevision < compactRevision;
      const awaited = lastFor(request, last);
      if (!ends && awaited === 0) continue;
      await until(ends ? `watcher ${i} is ended` : `watcher ${i} sees revision ${awaited}`, () =>
        seen.some(({ watchId, created, canceled, events }) => watchId === answers[i]!.watchId && !created && (ends ? canceled : (events.at(-1)?.kv!.modRevision ?? 0) >= awaited)),
      );
    }
    // Told only when there are watchers, all of the present; 3.4 tells it always.
    const watched = creates.filter((_, i) => !answers[i]!.canceled);
    const atPresent = ({ startRevision }: WatchCreateRequest): boolean => startRevision === 0 || (startRevision >= compactRevision && startRevision <= last.deletedAt);
    if (watched.length > 0 && watched.every(atPresent)) await progress(last.deletedAt);
    return creates.map((request, i) => outcomeOf(request, answers[i]!, seen));
  } finally {
    stream.cancel();
  }
}

/** The revision of the last event that this watcher gets; 0: none at all. */
function lastFor({ key, rangeEnd, filters, startRevision }: WatchCreateRequest, last: { putAt: number; deletedAt: number }): number {
  const bounds = boundsOf(key.length === 0 ? new Uint8Array(1) : key, rangeEnd);
  if (!allKeys.some((candidate) => contains(bounds, candidate))) return 0;
  if (!filters.includes(1) && startRevision <= last.deletedAt) return last.deletedAt;
  return !filters.includes(0) && startRevision <= last.putAt ? last.putAt : 0;
}

function outcomeOf(request: WatchCreateRequest, created: WatchResponse, seen: readonly WatchResponse[]): WatcherOutcome {
  const mine = created.canceled ? [] : seen.filter((response) => response.watchId === created.watchId && !response.created);
  const told = mine.filter((response) => !response.canceled);
  const live = request.startRevision === 0;
  return {
    created,
    ended: mine.find((response) => response.canceled),
    live: live ? told.map(({ header, events }) => ({ revision: header!.revision, events })) : [],
    past: live ? [] : told.flatMap(({ events }) => events),
  };
}

export function watchStep(plan: WatchPlan): Step {
  return { name: 'watch', request: { creates: plan.creates, writes: plan.writes.map(({ name, request }) => ({ name, request })) }, act: (side) => watch(side, plan) };
}
