import { expect, test } from 'vitest';
import type { Method } from '../api/services.ts';
import type { ServerStream } from '../api/stream.ts';
import { Code, etcdErrors, type EtcdError } from '../base/etcd-error.ts';
import type { CallContext } from '../member/types.ts';
import { WireError } from '../proto/wire.ts';
import type { Clock } from '../ports/clock.ts';
import { countCalls, RpcFigures } from './rpc-figures.ts';

const context: CallContext = { deadlineMs: Infinity, signal: undefined };
const bytes = (length: number): Uint8Array => new Uint8Array(length);

function counting(method: Method, tookMs = 0) {
  const figures = new RpcFigures();
  const warnings: unknown[] = [];
  let nowMs = 0;
  const clock = { nowMs: () => (nowMs += tookMs) } as unknown as Clock;
  const log = { log: (_level: string, _message: string, fields?: object) => void warnings.push(fields) };
  const [counted] = countCalls([method], { clock, log, figures, warningRequestMs: 300 });
  return { counted: counted!, figures, warnings, of: () => figures.methods.get(method.path)! };
}

function unary(answer: () => Promise<Uint8Array>, tookMs = 0) {
  const made = counting({ kind: 'unary', path: '/s/M', call: answer }, tookMs);
  const { counted } = made;
  if (counted.kind !== 'unary') throw new Error('a unary method became another');
  return { ...made, call: (metadata: ReadonlyMap<string, string> = new Map()) => counted.call(bytes(3), metadata, context) };
}

test('a unary call counts its messages, their bytes, its outcome and its client', async () => {
  const { call, figures, of } = unary(() => Promise.resolve(bytes(5)));
  expect(await call(new Map([['client-api-version', '3.6']]))).toEqual(bytes(5));
  await call();
  expect(of()).toMatchObject({ started: 2, received: 2, sent: 2 });
  expect(of().handled[Code.ok]).toBe(2);
  expect(of().handling.count).toBe(2);
  expect([figures.receivedBytes, figures.sentBytes]).toEqual([6, 10]);
  expect([...figures.clients]).toEqual([['unknown', { unary: 1, stream: 0 }], ['3.6', { unary: 1, stream: 0 }]]);
});

test.each([
  [etcdErrors.emptyKey(), Code.invalidArgument],
  [new WireError('truncated'), Code.internal],
  [new TypeError('a bug'), Code.unknown],
])('a failure passes through as it is, and counts by its code: %s', async (error, code) => {
  const { call, of, figures } = unary(() => Promise.reject(error));
  await expect(call()).rejects.toBe(error);
  expect(of().handled[code]).toBe(1);
  expect(of().sent).toBe(0);
  expect(figures.sentBytes).toBe(0);
});

test('only what takes longer than it should is warned of', async () => {
  const slow = unary(() => Promise.resolve(bytes(0)), 301);
  await slow.call();
  expect(slow.warnings).toEqual([{ path: '/s/M', 'took-ms': 301, 'expected-duration-ms': 300, code: 0 }]);
  const quick = unary(() => Promise.resolve(bytes(0)), 300);
  await quick.call();
  expect(quick.warnings).toEqual([]);
});

test('clients that make up versions are not told apart without end', () => {
  const figures = new RpcFigures();
  for (let i = 0; i < 1000; i++) figures.client(`v${i}`, 'unary');
  expect(figures.clients.size).toBe(32);
  expect(figures.clients.get('unknown')).toEqual({ unary: 969, stream: 0 });
  figures.client('v0', 'stream');
  expect(figures.clients.get('v0')).toEqual({ unary: 1, stream: 1 });
});

/** A transport's stream whose other end the test plays. */
function streaming(open: (stream: ServerStream<Uint8Array, Uint8Array>) => void) {
  const made = counting({ kind: 'stream', requestStream: true, path: '/s/S', open });
  const ends: (EtcdError | undefined)[] = [];
  const sent: Uint8Array[] = [];
  let take = (_message: Uint8Array): void => {};
  const closers: (() => void)[] = [];
  const raw: ServerStream<Uint8Array, Uint8Array> = {
    send: (message) => sent.push(message) > 0,
    onMessage: (run) => {
      take = run;
    },
    pause() {},
    resume() {},
    onEnd() {},
    onDrain() {},
    onClose: (run) => void closers.push(run),
    end: (error) => {
      ends.push(error);
      for (const run of closers) run();
    },
  };
  const { counted } = made;
  if (counted.kind !== 'stream') throw new Error('a streaming method became another');
  return { ...made, ends, sent, begin: () => counted.open(raw, new Map(), context), receive: (message: Uint8Array) => take(message), close: () => closers.forEach((run) => run()) };
}

test('a stream counts each message, and its end once', () => {
  const { begin, receive, of, ends, sent, figures } = streaming((stream) => stream.onMessage((message) => {
    stream.send(message);
    if (message.length === 9) stream.end();
  }));
  begin();
  receive(bytes(4));
  receive(bytes(9));
  expect(of()).toMatchObject({ started: 1, received: 2, sent: 2 });
  expect(sent.map((message) => message.length)).toEqual([4, 9]);
  expect([figures.receivedBytes, figures.sentBytes]).toEqual([13, 13]);
  expect(of().handled[Code.ok]).toBe(1);
  expect(of().handled[Code.cancelled]).toBe(0);
  expect(ends).toEqual([undefined]);
});

test('a stream that its client leaves, one that fails, and one that is refused at once', () => {
  const left = streaming(() => {});
  left.begin();
  left.close();
  expect(left.of().handled[Code.cancelled]).toBe(1);
  const failed = streaming((stream) => stream.end(etcdErrors.noLeader()));
  failed.begin();
  expect(failed.of().handled[Code.unavailable]).toBe(1);
  const refused = streaming(() => {
    throw etcdErrors.notSupportedForLearner();
  });
  expect(refused.begin).toThrow('not supported for learner');
  expect(refused.of().handled[Code.failedPrecondition]).toBe(1);
});
