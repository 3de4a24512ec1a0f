import { utf8 } from '../../core/base/bytes.ts';
import { chance, pick, randomInt, type Random } from '../../core/base/random.ts';
import { Compare, CompareCompareTarget as Of, PutRequest, RequestOp, TxnRequest, type DeleteRangeRequest, type RangeRequest } from '../../core/proto/gen/rpc.ts';
import { isFromKey } from '../../core/mvcc/range-bounds.ts';
import { pickKey, pickRange } from './keys.ts';
import type { World } from './step.ts';

export const leaseIds: readonly bigint[] = [1n, 2n, 3n, 4n, 0x7fff_ffff_ffff_ffffn, -1n];

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

export function pickRevision(random: Random, world: World): number {
  const { revision, compactRevision } = world;
  switch (randomInt(random, 12)) {
    case 0:
      return revision;
    case 1:
      return revision + 1;
    case 2:
      return revision + 1000;
    case 3:
      return compactRevision;
    case 4:
      return compactRevision - 1;
    case 5:
      return compactRevision + 1;
    case 6:
      return pick(random, [-1, 0, 1]);
    default: {
      const from = Math.max(1, compactRevision);
      return from + randomInt(random, revision - from + 1);
    }
  }
}

function pickValue(random: Random): Uint8Array {
  return chance(random, 0.9) ? utf8(pick(random, ['', 'x', 'y', 'xx', '\0'])) : new Uint8Array(randomInt(random, 400)).fill(randomInt(random, 256));
}

export function pickPut(random: Random, key = pickKey(random)): PutRequest {
  const ignoreValue = chance(random, 0.1);
  const ignoreLease = chance(random, 0.1);
  return {
    key: chance(random, 0.01) ? utf8('') : key, value: ignoreValue && chance(random, 0.9) ? utf8('') : pickValue(random),
    lease: chance(random, ignoreLease ? 0.05 : 0.3) ? pick(random, leaseIds) : 0n, prevKv: chance(random, 0.4), ignoreValue, ignoreLease,
  };
}

export function pickDelete(random: Random): DeleteRangeRequest {
  const { key, rangeEnd } = chance(random, 0.5) ? { key: pickKey(random), rangeEnd: utf8('') } : pickRange(random);
  return { key: chance(random, 0.01) ? utf8('') : key, rangeEnd, prevKv: chance(random, 0.5) };
}

export function pickRangeRequest(random: Random, world: World, revisionChance = 0.4): RangeRequest {
  const { key, rangeEnd } = pickRange(random);
  const filter = (): number => (chance(random, 0.07) ? pickRevision(random, world) : 0);
  return {
    key: chance(random, 0.01) ? utf8('') : key, rangeEnd, limit: chance(random, 0.4) ? pick(random, [1, 2, 3, 5, 20, -1, Number.MAX_SAFE_INTEGER]) : 0,
    revision: chance(random, revisionChance) ? pickRevision(random, world) : 0, sortOrder: chance(random, 0.3) ? randomInt(random, 3) : 0,
    sortTarget: chance(random, 0.3) ? randomInt(random, 5) : 0, serializable: chance(random, 0.3), keysOnly: chance(random, 0.15), countOnly: chance(random, 0.1),
    minModRevision: filter(), maxModRevision: filter(), minCreateRevision: filter(), maxCreateRevision: filter(),
  };
}

function pickCompare(random: Random, world: World): Compare {
  const { key, rangeEnd } = chance(random, 0.7) ? { key: pickKey(random), rangeEnd: utf8('') } : pickRange(random);
  const target = chance(random, 0.02) ? 9 : randomInt(random, 5);
  const compare = Compare.create({ key: chance(random, 0.01) ? utf8('') : key, rangeEnd, target, result: chance(random, 0.02) ? 9 : randomInt(random, 4) });
  // Now and then the union names another target, or nothing.
  const union = chance(random, 0.9) ? target : randomInt(random, 7);
  if (union === Of.VERSION) compare.version = randomInt(random, 4);
  else if (union === Of.CREATE) compare.createRevision = chance(random, 0.4) ? 0 : pickRevision(random, world);
  else if (union === Of.MOD) compare.modRevision = chance(random, 0.4) ? 0 : pickRevision(random, world);
  else if (union === Of.VALUE) compare.value = pickValue(random);
  else if (union === Of.LEASE) compare.lease = chance(random, 0.4) ? 0n : pick(random, leaseIds);
  return compare;
}

interface TxnShape {
  depth: number;
  /** Keys put so far: chosen twice only now and then, or nearly every transaction would be refused. */
  put: Set<Uint8Array>;
  deletes: boolean;
}

function pickOp(random: Random, world: World, shape: TxnShape): RequestOp {
  const kind = randomInt(random, 20);
  if (kind === 0 && chance(random, 0.1)) return RequestOp.create();
  if (kind < 7) return RequestOp.create({ requestRange: pickRangeRequest(random, world, 0.1) });
  if (kind < 13) {
    let key = pickKey(random);
    for (let i = 0; i < 4 && shape.put.has(key) && chance(random, 0.9); i++) key = pickKey(random);
    shape.put.add(key);
    return RequestOp.create({ requestPut: pickPut(random, key) });
  }
  if (kind < 16 && (shape.deletes || chance(random, 0.1))) return RequestOp.create({ requestDeleteRange: pickDelete(random) });
  if (kind >= 16 && shape.depth < 3) return RequestOp.create({ requestTxn: pickAnyTxn(random, world, { ...shape, depth: shape.depth + 1 }) });
  return RequestOp.create({ requestRange: pickRangeRequest(random, world, 0.05) });
}

/** A transaction that ends or splits no cluster: see `notAsked`. */
export function pickTxn(random: Random, world: World): TxnRequest {
  const request = pickAnyTxn(random, world, { depth: 0, put: new Set(), deletes: chance(random, 0.3) });
  const ops = allOps(request);
  if (ops.some(({ requestDeleteRange }) => requestDeleteRange && isFromKey(requestDeleteRange.rangeEnd))) {
    for (const { requestPut } of ops) if (requestPut) requestPut.ignoreValue = requestPut.ignoreLease = false;
  }
  const topmost = [...request.success, ...request.failure];
  if (world.members > 1 && topmost.some(({ requestRange }) => !requestRange)) for (const { requestRange } of topmost) if (requestRange) requestRange.revision = 0;
  return request;
}

function allOps({ success, failure }: TxnRequest): RequestOp[] {
  return [...success, ...failure].flatMap((op) => [op, ...(op.requestTxn ? allOps(op.requestTxn) : [])]);
}

function pickAnyTxn(random: Random, world: World, shape: TxnShape): TxnRequest {
  const readOnly = chance(random, 0.15);
  const op = (): RequestOp => (readOnly ? RequestOp.create({ requestRange: pickRangeRequest(random, world, 0.2) }) : pickOp(random, world, shape));
  const count = (): number => (shape.depth === 0 && chance(random, 0.01) ? 120 + randomInt(random, 12) : randomInt(random, 5));
  return { compare: times(randomInt(random, 3), () => pickCompare(random, world)), success: times(count(), op), failure: times(count(), op) };
}

/** Fills the many keys, a page of them at a time. */
export function pickFill(random: Random, keys: readonly Uint8Array[]): TxnRequest {
  const from = randomInt(random, keys.length);
  const some = keys.slice(from, from + 10 + randomInt(random, 60));
  return TxnRequest.create({ success: some.map((key) => RequestOp.create({ requestPut: PutRequest.create({ key, value: pickValue(random) }) })) });
}
