import { SeededRandom, randomInt } from '../../core/base/random.ts';
import { Compare, CompareCompareTarget, CompareCompareResult, KVService, PutRequest, RangeRequest, RequestOp, TxnRequest } from '../../core/proto/gen/rpc.ts';
import { H2Client } from './h2-client.ts';

export type Operation = 'put' | 'get' | 'sget' | 'range' | 'txn' | 'mixed';
export const operations: readonly Operation[] = ['put', 'get', 'sget', 'range', 'txn', 'mixed'];

export interface LoadOptions {
  endpoints: readonly string[];
  operation: Operation;
  connections: number;
  /** Calls under way on each connection, in a closed loop. */
  inflight: number;
  total: number;
  keys: number;
  valueBytes: number;
  seed: number;
  /** Calls a second in all: an open loop, in which latency counts from when a call was due. 0: a closed loop. */
  rate: number;
}

export const defaults: Omit<LoadOptions, 'endpoints' | 'operation'> = { connections: 8, inflight: 32, total: 60_000, keys: 100_000, valueBytes: 256, seed: 1, rate: 0 };

export interface LoadResult {
  operation: Operation;
  done: number;
  failed: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

type Request = { path: string; message: Uint8Array };

function requests(options: LoadOptions): () => Request {
  const random = new SeededRandom(options.seed);
  const value = new Uint8Array(options.valueBytes).fill(0x76);
  const key = (): Uint8Array => Buffer.from(`bench/${String(randomInt(random, options.keys)).padStart(12, '0')}`);
  const put = (): Request => ({ path: KVService.put.path, message: PutRequest.encode({ key: key(), value }) });
  const range = (serializable: boolean): Request => ({ path: KVService.range.path, message: RangeRequest.encode({ key: key(), serializable }) });
  const scan = (): Request => ({ path: KVService.range.path, message: RangeRequest.encode({ key: key(), rangeEnd: new Uint8Array(1), limit: 100 }) });
  const txn = (): Request => {
    const k = key();
    const compare = [Compare.create({ target: CompareCompareTarget.CREATE, result: CompareCompareResult.GREATER, key: k, createRevision: 0 })];
    const requestPut = PutRequest.create({ key: k, value });
    return { path: KVService.txn.path, message: TxnRequest.encode({ compare, success: [RequestOp.create({ requestPut })], failure: [RequestOp.create({ requestPut })] }) };
  };
  let turn = 0;
  const make: Readonly<Record<Operation, () => Request>> = { put, get: () => range(false), sget: () => range(true), range: scan, txn, mixed: () => (turn++ % 2 === 0 ? put() : range(false)) };
  return make[options.operation];
}

/** Runs the load to its end. */
export async function runLoad(options: LoadOptions): Promise<LoadResult> {
  const { endpoints, connections, total } = options;
  const clients = await Promise.all(Array.from({ length: connections }, (_, i) => H2Client.connect(endpoints[i % endpoints.length]!)));
  const next = requests(options);
  const latencies = new Float64Array(total);
  let started = 0;
  let done = 0;
  let failed = 0;
  const begunMs = performance.now();
  try {
    await new Promise<void>((resolve) => {
      const send = (client: H2Client, dueMs: number, again: boolean): void => {
        if (started >= total) return;
        started++;
        const { path, message } = next();
        client.call(path, message, (ok) => {
          if (!ok) failed++;
          latencies[done++] = performance.now() - dueMs;
          if (done === total) resolve();
          else if (again) send(client, performance.now(), true);
        });
      };
      if (options.rate === 0) for (const client of clients) for (let i = 0; i < options.inflight; i++) send(client, performance.now(), true);
      else pace(options, begunMs, (i, dueMs) => send(clients[i % clients.length]!, dueMs, false));
    });
  } finally {
    for (const client of clients) client.close();
  }
  const seconds = (performance.now() - begunMs) / 1000;
  const sorted = latencies.sort();
  const at = (share: number): number => sorted[Math.min(total - 1, Math.floor(total * share))]!;
  return { operation: options.operation, done, failed, perSecond: (done - failed) / seconds, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

function pace({ rate, total }: LoadOptions, begunMs: number, send: (i: number, dueMs: number) => void): void {
  let sent = 0;
  const tick = (): void => {
    const due = Math.min(total, Math.floor(((performance.now() - begunMs) / 1000) * rate));
    for (; sent < due; sent++) send(sent, begunMs + (sent / rate) * 1000);
    if (sent < total) setTimeout(tick, 1);
  };
  tick();
}
