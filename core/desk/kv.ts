import { byteString, bytesOf } from '../base/bytes.ts';
import type { EtcdClient } from '../client/etcd-client.ts';
import type { BelowInput, CountInput, DeleteInput, DeletePrefixInput, GetInput, PutInput } from '../contract/inputs.ts';
import type { ByteString, KeyDetail, KeysBelow, PrefixOutcome, WriteOutcome } from '../contract/types.ts';
import type { KeyValue } from '../proto/gen/kv.ts';
import {
  CompareCompareResult as Result, CompareCompareTarget as Target, Compare, DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, type TxnResponse,
} from '../proto/gen/rpc.ts';
import { keyMeta, prefixRange } from './tree.ts';

function toDetail(kv: KeyValue, revision: number): KeyDetail {
  return { ...keyMeta(kv), value: byteString(kv.value) as ByteString, revision };
}

export async function count(client: EtcdClient, input: CountInput, signal?: AbortSignal): Promise<{ count: number; revision: number }> {
  const response = await client.range({ ...prefixRange(input.prefix), countOnly: true, revision: input.revision }, { signal });
  return { count: response.count, revision: response.header?.revision ?? 0 };
}

export async function get(client: EtcdClient, input: GetInput, signal?: AbortSignal): Promise<KeyDetail | undefined> {
  const response = await client.range({ key: bytesOf(input.key), revision: input.revision }, { signal });
  const kv = response.kvs[0];
  return kv && toDetail(kv, response.header?.revision ?? 0);
}

/** One transaction: the write, if the key still is as the caller saw it; else the key as it is now. */
async function guarded(client: EtcdClient, key: Uint8Array, expectModRevision: number, write: RequestOp): Promise<WriteOutcome> {
  const response = await client.txn({
    compare: [Compare.create({ target: Target.MOD, key, modRevision: expectModRevision })],
    success: [write],
    failure: [RequestOp.create({ requestRange: RangeRequest.create({ key }) })],
  });
  const revision = response.header?.revision ?? 0;
  if (response.succeeded) return { kind: 'written', revision };
  const kv = currentOf(response);
  return { kind: 'conflict', current: kv && toDetail(kv, revision) };
}

const currentOf = (response: TxnResponse): KeyValue | undefined => response.responses[0]?.responseRange?.kvs[0];

export async function put(client: EtcdClient, input: PutInput): Promise<WriteOutcome> {
  const key = bytesOf(input.key);
  const request = PutRequest.create({ key, value: bytesOf(input.value) });
  // Without a word on the lease, an existing key keeps the one it has.
  if (input.lease !== undefined) request.lease = BigInt.asIntN(64, BigInt(`0x${input.lease}`));
  else request.ignoreLease = input.expectModRevision > 0;
  return guarded(client, key, input.expectModRevision, RequestOp.create({ requestPut: request }));
}

export async function deleteKey(client: EtcdClient, input: DeleteInput): Promise<WriteOutcome> {
  const key = bytesOf(input.key);
  return guarded(client, key, input.expectModRevision, RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key }) }));
}

export async function below(client: EtcdClient, { prefix, limit }: BelowInput, signal?: AbortSignal): Promise<KeysBelow> {
  const { count: all, kvs, header } = await client.range({ ...prefixRange(prefix), limit, keysOnly: true }, { signal });
  return { count: all, revision: header?.revision ?? 0, keys: kvs.map(({ key }) => byteString(key) as ByteString) };
}

/** A server compares and deletes many keys at once; it answers when it is done. */
const prefixTimeoutMs = 10 * 60_000;

/** etcd compares all keys of a range: each must have been changed last at the revision or before, so that none was changed or came since. */
export async function deletePrefix(client: EtcdClient, { prefix, revision }: DeletePrefixInput): Promise<PrefixOutcome> {
  const range = prefixRange(prefix);
  const response = await client.txn({
    compare: [Compare.create({ ...range, target: Target.MOD, result: Result.LESS, modRevision: revision + 1 })],
    success: [RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create(range) })],
  }, { timeoutMs: prefixTimeoutMs });
  if (!response.succeeded) return { kind: 'conflict' };
  return { kind: 'deleted', revision: response.header?.revision ?? 0, count: response.responses[0]?.responseDeleteRange?.deleted ?? 0 };
}
