import { createTRPCClient } from '@trpc/client';
import { expect, test } from 'vitest';
import { DeskError, type DeskApi } from '../contract/desk-api.ts';
import { DeskLink, deskLink, type Connection } from '../contract/link.ts';
import type { AppRouter } from '../contract/router.ts';
import type { ByteString, KeyChanges } from '../contract/types.ts';
import { initialCredits, type ClientMessage, type ServerMessage } from '../contract/wire.ts';
import { serveConnection, type Served } from './serve-connection.ts';

interface Pipe {
  connection: Connection;
  sent: ClientMessage[];
  got: ServerMessage[];
  break(): void;
}

/** The page's end and the desk's, joined as a WebSocket would join them. */
function pipe(desk: Partial<DeskApi>): Pipe {
  const sent: ClientMessage[] = [];
  const got: ServerMessage[] = [];
  let take: (message: ServerMessage) => void = () => {};
  let closed: () => void = () => {};
  const served: Served = serveConnection(desk as DeskApi, {
    send(message) {
      got.push(message);
      setImmediate(() => take(JSON.parse(JSON.stringify(message)) as ServerMessage));
    },
  });
  const connection: Connection = {
    send(message) {
      sent.push(message);
      setImmediate(() => served.receive(JSON.parse(JSON.stringify(message))));
    },
    onMessage: (next) => (take = next),
    onClose: (run) => (closed = run),
    close() {},
  };
  return {
    connection, sent, got,
    break() {
      served.close();
      closed();
    },
  };
}

function client(desk: Partial<DeskApi>) {
  const made = pipe(desk);
  const retries: (() => void)[] = [];
  const link = new DeskLink({ connect: async () => made.connection, retryMs: 1, after: (_ms, run) => void retries.push(run), stateChanged() {} });
  return { ...made, retries, api: createTRPCClient<AppRouter>({ links: [deskLink(link)] }) };
}

const key = 'k' as ByteString;
const turns = async (n = 20): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve));
};

test('a query brings its answer', async () => {
  const { api } = client({ count: async ({ prefix }) => ({ count: prefix.length, revision: 3 }) });
  expect(await api.keys.count.query({ cluster: 'c', prefix: 'abc' as ByteString, revision: 0 })).toEqual({ count: 3, revision: 3 });
});

test("the desk's own failures keep their code and text", async () => {
  const { api } = client({
    put: async () => {
      throw new DeskError('etcd', 'etcdserver: mvcc: database space exceeded', 8);
    },
  });
  const failure = await api.keys.put.mutate({ cluster: 'c', key, value: key, expectModRevision: 0 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ message: 'etcdserver: mvcc: database space exceeded', data: { code: 'etcd', grpcCode: 8 } });
});

test('input that breaks the contract never reaches the desk', async () => {
  let reached = false;
  const { api } = client({
    get: async () => {
      reached = true;
      return undefined;
    },
  });
  const failure = await api.keys.get.query({ cluster: 'c', key: '' as ByteString, revision: 0 }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ data: { code: 'badInput' } });
  expect((failure as Error).message).toContain('the key is empty');
  expect(reached).toBe(false);
});

test('a subscription is pulled: the source is not asked for more than the page has granted', async () => {
  let made = 0;
  const { api, got } = client({
    async *changes(): AsyncGenerator<KeyChanges> {
      while (made < 5_000) yield { kind: 'changes', revision: ++made, changes: [] };
    },
  });
  const seen: number[] = [];
  const stream = api.keys.changes.subscribe({ cluster: 'c', prefix: key, afterRevision: 0 }, { onData: (data) => seen.push(data.kind === 'changes' ? data.revision : 0) });
  await turns();
  stream.unsubscribe();
  await turns();
  const after = made;
  await turns();
  expect(made).toBe(after);
  expect(seen.length).toBeGreaterThan(initialCredits);
  expect(seen).toEqual(seen.map((_, i) => i + 1));
  expect(made - got.length).toBeLessThanOrEqual(1);
});

test('without credit a source stands still', async () => {
  let made = 0;
  const got: ServerMessage[] = [];
  const served = serveConnection(
    {
      async *changes(): AsyncGenerator<KeyChanges> {
        while (made < 5_000) yield { kind: 'changes', revision: ++made, changes: [] };
      },
    } as Partial<DeskApi> as DeskApi,
    { send: (message) => void got.push(message) },
  );
  served.receive({ id: 1, kind: 'subscription', path: 'keys.changes', input: { cluster: 'c', prefix: '', afterRevision: 0 } });
  await turns();
  expect(got).toHaveLength(initialCredits);
  served.receive({ id: 1, kind: 'credit', count: 3 });
  await turns();
  expect(got).toHaveLength(initialCredits + 3);
  served.close();
});

test('a source is closed when its subscriber leaves, and when the connection breaks', async () => {
  let open = 0;
  const desk: Partial<DeskApi> = {
    async *changes(_input, signal): AsyncGenerator<KeyChanges> {
      open++;
      try {
        yield { kind: 'connected', revision: 1 };
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      } finally {
        open--;
      }
    },
  };
  const first = client(desk);
  const stream = first.api.keys.changes.subscribe({ cluster: 'c', prefix: key, afterRevision: 0 }, { onData() {} });
  await turns();
  expect(open).toBe(1);
  stream.unsubscribe();
  await turns();
  expect(open).toBe(0);
  let failure: unknown;
  first.api.keys.changes.subscribe({ cluster: 'c', prefix: key, afterRevision: 0 }, { onError: (error) => (failure = error) });
  await turns();
  first.break();
  await turns();
  expect(open).toBe(0);
  expect(failure).toMatchObject({ message: 'the connection to the desk was lost' });
  expect(first.retries).toHaveLength(1);
});

test('calls that are made while there is no connection wait for it', async () => {
  const made = pipe({ count: async () => ({ count: 1, revision: 1 }) });
  let connected: (connection: Connection) => void = () => {};
  const link = new DeskLink({ connect: () => new Promise((resolve) => (connected = resolve)), retryMs: 1, after() {}, stateChanged() {} });
  const api = createTRPCClient<AppRouter>({ links: [deskLink(link)] });
  const answer = api.keys.count.query({ cluster: 'c', prefix: key, revision: 0 });
  await turns();
  expect(made.sent).toEqual([]);
  connected(made.connection);
  expect(await answer).toEqual({ count: 1, revision: 1 });
});

test('nonsense from a client is ignored', async () => {
  const got: ServerMessage[] = [];
  const served = serveConnection({} as DeskApi, { send: (message) => void got.push(message) });
  for (const raw of [null, 7, 'x', {}, { id: 'a', kind: 'query', path: 'info' }, { id: 1, kind: 'steal', path: 'info' }, { id: 1, kind: 'credit', count: -5 }, { id: 1.5, kind: 'query', path: 'info' }]) served.receive(raw);
  served.receive({ id: 1, kind: 'query', path: 'no.such.path', input: undefined });
  await turns();
  expect(got).toHaveLength(1);
  expect(got[0]).toMatchObject({ id: 1, kind: 'error' });
  served.close();
});
