import type { ServiceError } from '@grpc/grpc-js';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { EtcdError } from '../../core/base/etcd-error.ts';
import type { EtcdClient } from '../../core/client/etcd-client.ts';
import type { KeyValue } from '../../core/proto/gen/kv.ts';
import {
  Compare, DeleteRangeRequest, KVService, PutRequest, RangeRequest, RequestOp, TxnRequest, WatchCancelRequest, WatchCreateRequest, WatchProgressRequest, WatchRequest,
  type PutResponse, type WatchResponse,
} from '../../core/proto/gen/rpc.ts';
import { eventually } from '../support/process.ts';

/** `code text` of a failure; anything else that comes is the spec's failure. */
export async function failure(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (error) {
    if (error instanceof EtcdError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'succeeded';
}

export const refusals = {
  compacted: '11 etcdserver: mvcc: required revision has been compacted',
  futureRev: '11 etcdserver: mvcc: required revision is a future revision',
  emptyKey: '3 etcdserver: key is not provided',
  keyNotFound: '3 etcdserver: key not found',
  duplicateKey: '3 etcdserver: duplicate key given in txn request',
  tooManyOps: '3 etcdserver: too many operations in txn request',
  requestTooLarge: '3 etcdserver: request is too large',
  leaseNotFound: '5 etcdserver: requested lease not found',
} as const;

export const nul = new Uint8Array(1);

export const opPut = (key: string, value = 'v', more: Partial<PutRequest> = {}): RequestOp =>
  RequestOp.create({ requestPut: PutRequest.create({ key: utf8(key), value: utf8(value), ...more }) });
export const opDelete = (key: string, end: string | Uint8Array = '', more: Partial<DeleteRangeRequest> = {}): RequestOp =>
  RequestOp.create({ requestDeleteRange: DeleteRangeRequest.create({ key: utf8(key), rangeEnd: typeof end === 'string' ? utf8(end) : end, ...more }) });
export const opRange = (key: string, more: Partial<RangeRequest> = {}): RequestOp => RequestOp.create({ requestRange: RangeRequest.create({ key: utf8(key), ...more }) });
export const opTxn = (txn: Partial<TxnRequest>): RequestOp => RequestOp.create({ requestTxn: TxnRequest.create(txn) });
export const compare = (key: string, more: Partial<Compare>): Compare => Compare.create({ key: utf8(key), ...more });

export const put = (client: EtcdClient, key: string, value = 'v', more: Partial<PutRequest> = {}): Promise<PutResponse> =>
  client.write(KVService.put, { key: utf8(key), value: utf8(value), ...more });

/** The revision that a store is at. */
export async function revisionOf(client: EtcdClient): Promise<number> {
  return (await client.range({ key: utf8('\0none') })).header!.revision;
}

export const namesOf = (kvs: readonly KeyValue[]): string[] => kvs.map((kv) => utf8Text(kv.key));
export const valuesOf = (kvs: readonly KeyValue[]): string[] => kvs.map((kv) => utf8Text(kv.value));

/** One watch stream and all that it has brought. */
export class Watching {
  readonly seen: WatchResponse[] = [];
  readonly #stream;
  failure: { code: number; details: string } | undefined;

  constructor(client: EtcdClient, metadata: Readonly<Record<string, string>> = {}) {
    this.#stream = client.openWatch({ metadata });
    this.#stream.on('data', (response: WatchResponse) => this.seen.push(response));
    this.#stream.on('error', (error: ServiceError) => {
      this.failure = { code: Number(error.code), details: error.details };
    });
  }

  create(request: Partial<WatchCreateRequest>): void {
    this.#stream.write(WatchRequest.create({ createRequest: WatchCreateRequest.create(request) }));
  }

  cancel(watchId: bigint): void {
    this.#stream.write(WatchRequest.create({ cancelRequest: WatchCancelRequest.create({ watchId }) }));
  }

  progress(): void {
    this.#stream.write(WatchRequest.create({ progressRequest: WatchProgressRequest.create() }));
  }

  /** Waits until so many responses have come, and returns the last of them. */
  come(count: number): Promise<WatchResponse> {
    return this.until(`${count} responses`, () => this.seen.length >= count).then(() => this.seen[count - 1]!);
  }

  until(what: string, holds: () => boolean): Promise<void> {
    return eventually(what, async () => {
      if (!holds()) throw new Error(`${this.seen.length} responses: ${this.seen.map((one) => `${one.watchId} ${one.created ? 'created ' : ''}${one.canceled ? 'canceled ' : ''}${one.events.length}`).join(', ')}`);
    });
  }

  /** Sends no more; the server goes on. */
  half(): void {
    this.#stream.end();
  }

  /** Event texts of one watcher: `key=value` or `-key`, with its revision. */
  told(watchId: bigint): string[] {
    return this.seen.filter((one) => one.watchId === watchId).flatMap(({ events }) => events.map(({ type, kv }) => `${type === 1 ? '-' : ''}${utf8Text(kv!.key)}${type === 1 ? '' : `=${utf8Text(kv!.value)}`}@${kv!.modRevision}`));
  }

  close(): void {
    this.#stream.cancel();
  }
}
