import { byteString, compareBytes } from '../base/bytes.ts';
import { etcdErrors, type EtcdError } from '../base/etcd-error.ts';
import type { RequestOp, TxnRequest } from '../proto/gen/rpc.ts';
import { checkDelete, checkPut, checkRange } from './check-request.ts';

/** Checks a transaction's form; `budget` is `--max-txn-ops`. Source: etcd `api/v3rpc/key.go`, checkTxnRequest and checkIntervals. */
export function checkTxn(request: TxnRequest, budget: number): EtcdError | undefined {
  const size = Math.max(request.compare.length, request.success.length, request.failure.length);
  if (size > budget) return etcdErrors.tooManyOps();
  if (request.compare.some((compare) => compare.key.length === 0)) return etcdErrors.emptyKey();
  for (const op of [...request.success, ...request.failure]) {
    // A nested transaction has what is left of the budget; siblings do not share it.
    const error = checkOp(op, budget - size);
    if (error) return error;
  }
  return undefined;
}

function checkOp(op: RequestOp, budget: number): EtcdError | undefined {
  if (op.requestRange) return checkRange(op.requestRange);
  if (op.requestPut) return checkPut(op.requestPut);
  if (op.requestDeleteRange) return checkDelete(op.requestDeleteRange);
  if (op.requestTxn) return checkTxn(op.requestTxn, budget);
  return etcdErrors.keyNotFound();
}

interface Touched {
  puts: Map<string, Uint8Array>;
  deletes: { key: Uint8Array; end: Uint8Array }[];
}

const covers = ({ key, end }: Touched['deletes'][number], put: Uint8Array): boolean =>
  end.length === 0 ? compareBytes(put, key) === 0 : compareBytes(put, key) >= 0 && compareBytes(put, end) < 0;

/**
 * A key is put at most once in a branch and not deleted in it as well, nested branches included; the two branches of one
 * nested transaction exclude each other. A delete "from key on" (range_end `\0`) is not seen as such, as in etcd.
 */
export function checkDuplicates(request: TxnRequest): EtcdError | undefined {
  return branch(request.success) && branch(request.failure) ? undefined : etcdErrors.duplicateKey();
}

function branch(ops: readonly RequestOp[]): Touched | undefined {
  const own: Touched = { puts: new Map(), deletes: [] };
  for (const op of ops) {
    if (op.requestDeleteRange) own.deletes.push({ key: op.requestDeleteRange.key, end: op.requestDeleteRange.rangeEnd });
  }
  for (const op of ops) {
    if (!op.requestTxn) continue;
    const then = branch(op.requestTxn.success);
    const otherwise = branch(op.requestTxn.failure);
    if (!then || !otherwise || clash(own, then) || clash(own, otherwise)) return undefined;
    for (const [name, key] of [...then.puts, ...otherwise.puts]) own.puts.set(name, key);
    own.deletes.push(...then.deletes, ...otherwise.deletes);
  }
  for (const op of ops) {
    if (!op.requestPut) continue;
    const name = byteString(op.requestPut.key);
    const { key } = op.requestPut;
    if (own.puts.has(name) || own.deletes.some((range) => covers(range, key))) return undefined;
    own.puts.set(name, key);
  }
  return own;
}

/** What a nested branch puts was put or deleted before; that it deletes what a sibling before it puts is not seen, as in etcd. */
function clash(before: Touched, nested: Touched): boolean {
  for (const [name, key] of nested.puts) if (before.puts.has(name) || before.deletes.some((range) => covers(range, key))) return true;
  return false;
}
