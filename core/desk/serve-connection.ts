import { callTRPCProcedure, getTRPCErrorFromUnknown, getTRPCErrorShape } from '@trpc/server';
import type { DeskApi } from '../contract/desk-api.ts';
import { appRouter } from '../contract/router.ts';
import { initialCredits, type ClientMessage, type ServerMessage } from '../contract/wire.ts';

/** The server's end of a connection. */
export interface ServedConnection {
  send(message: ServerMessage): void;
}

export interface Served {
  /** Takes what the client sent, unchecked. */
  receive(raw: unknown): void;
  /** The connection is gone: everything under way ends. */
  close(): void;
}

/** Calls that one connection may have under way. */
const maxCalls = 1_000;

interface Call {
  abort: AbortController;
  credits: number;
  /** Wakes a subscription that waits for credit. */
  wake: () => void;
}

const kinds = new Set(['query', 'mutation', 'subscription', 'cancel', 'credit']);

function isMessage(raw: unknown): raw is ClientMessage {
  if (typeof raw !== 'object' || raw === null) return false;
  const { id, kind, path, count } = raw as Record<string, unknown>;
  if (!Number.isSafeInteger(id) || typeof kind !== 'string' || !kinds.has(kind)) return false;
  if (kind === 'credit') return Number.isSafeInteger(count) && (count as number) > 0;
  return kind === 'cancel' || typeof path === 'string';
}

/** Serves the contract on one connection: dispatches calls, streams subscriptions as far as the client has granted. */
export function serveConnection(desk: DeskApi, connection: ServedConnection): Served {
  const calls = new Map<number, Call>();
  let closed = false;

  const send = (message: ServerMessage): void => {
    if (!closed) connection.send(message);
  };

  const fail = (id: number, error: unknown, path: string, input: unknown, type: 'query' | 'mutation' | 'subscription'): void => {
    const shape = getTRPCErrorShape({ config: appRouter._def._config, error: getTRPCErrorFromUnknown(error), type, path, input, ctx: { desk } });
    send({ id, kind: 'error', error: { message: shape.message, data: shape.data } });
  };

  const stream = async (id: number, call: Call, items: AsyncIterable<unknown>): Promise<void> => {
    for await (const data of items) {
      while (call.credits === 0 && !call.abort.signal.aborted) {
        await new Promise<void>((resolve) => {
          call.wake = resolve;
        });
      }
      if (call.abort.signal.aborted) return;
      call.credits--;
      send({ id, kind: 'item', data });
    }
    send({ id, kind: 'end' });
  };

  const begin = async (message: ClientMessage & { path: string; input: unknown }): Promise<void> => {
    const { id, kind, path, input } = message as { id: number; kind: 'query' | 'mutation' | 'subscription'; path: string; input: unknown };
    const call: Call = { abort: new AbortController(), credits: initialCredits, wake: () => {} };
    calls.set(id, call);
    try {
      const result: unknown = await callTRPCProcedure({
        router: appRouter, path, getRawInput: async () => input, ctx: { desk }, type: kind, signal: call.abort.signal, batchIndex: 0,
      });
      if (kind === 'subscription') await stream(id, call, result as AsyncIterable<unknown>);
      else if (!call.abort.signal.aborted) send({ id, kind: 'result', data: result });
    } catch (error) {
      if (!call.abort.signal.aborted) fail(id, error, path, input, kind);
    } finally {
      calls.delete(id);
    }
  };

  const end = (call: Call): void => {
    call.abort.abort();
    call.wake();
  };

  return {
    receive(raw) {
      if (!isMessage(raw)) return;
      const call = calls.get(raw.id);
      switch (raw.kind) {
        case 'cancel':
          if (call) end(call);
          return;
        case 'credit':
          if (call) {
            call.credits += raw.count;
            call.wake();
          }
          return;
        default:
          // An id is used once, and their number is bounded: a client that breaks this has a bug.
          if (call || calls.size >= maxCalls) return;
          void begin(raw);
      }
    },
    close() {
      closed = true;
      for (const call of calls.values()) end(call);
    },
  };
}
