import { TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable, type Observer } from '@trpc/server/observable';
import type { AppRouter, ErrorData } from './router.ts';
import { initialCredits, type ClientMessage, type ServerMessage } from './wire.ts';

/** Something that carries messages to the desk and back: a WebSocket, or Electron's IPC. */
export interface Connection {
  send(message: ClientMessage): void;
  onMessage(take: (message: ServerMessage) => void): void;
  /** It is gone for good; a new one has to be made. */
  onClose(run: () => void): void;
  close(): void;
}

export type ConnectionState = 'connecting' | 'open' | 'closed';

export interface DeskLinkOptions {
  /** Resolves when a connection is open. */
  connect(): Promise<Connection>;
  /** Waits between two attempts, milliseconds. */
  retryMs: number;
  /** Schedules an attempt: the page's setTimeout. */
  after(delayMs: number, run: () => void): void;
  stateChanged(state: ConnectionState): void;
}

type Sink = Observer<{ result: { type: 'data'; data: unknown } }, TRPCClientError<AppRouter>>;

interface Call {
  sink: Sink;
  streaming: boolean;
  /** Items taken since the server was last granted more. */
  taken: number;
}

/** The desk's connection, as the calls see it: made again when it is lost. Calls under way then fail; the callers begin anew. */
export class DeskLink {
  readonly #options: DeskLinkOptions;
  readonly #calls = new Map<number, Call>();
  #connection: Connection | undefined;
  #waiting: (() => void)[] = [];
  #nextId = 1;
  #disposed = false;

  constructor(options: DeskLinkOptions) {
    this.#options = options;
    this.#connect();
  }

  #connect(): void {
    if (this.#disposed) return;
    this.#options.stateChanged('connecting');
    this.#options.connect().then(
      (connection) => this.#opened(connection),
      () => this.#retry(),
    );
  }

  #retry(): void {
    this.#options.after(this.#options.retryMs, () => this.#connect());
  }

  #opened(connection: Connection): void {
    if (this.#disposed) return connection.close();
    this.#connection = connection;
    connection.onMessage((message) => this.#take(message));
    connection.onClose(() => this.#lost());
    this.#options.stateChanged('open');
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const run of waiting) run();
  }

  #lost(): void {
    if (!this.#connection) return;
    this.#connection = undefined;
    this.#options.stateChanged('closed');
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const { sink } of calls) sink.error(failure('the connection to the desk was lost', { code: 'internal', grpcCode: undefined }));
    this.#retry();
  }

  #take(message: ServerMessage): void {
    const call = this.#calls.get(message.id);
    if (!call) return;
    switch (message.kind) {
      case 'result':
        this.#calls.delete(message.id);
        call.sink.next({ result: { type: 'data', data: message.data } });
        call.sink.complete();
        return;
      case 'item':
        call.sink.next({ result: { type: 'data', data: message.data } });
        if (++call.taken >= initialCredits / 2) {
          this.#connection?.send({ id: message.id, kind: 'credit', count: call.taken });
          call.taken = 0;
        }
        return;
      case 'end':
        this.#calls.delete(message.id);
        call.sink.complete();
        return;
      case 'error':
        this.#calls.delete(message.id);
        call.sink.error(failure(message.error.message, message.error.data as ErrorData));
        return;
    }
  }

  /** Begins a call, when there is a connection; returns what gives it up. */
  call(kind: 'query' | 'mutation' | 'subscription', path: string, input: unknown, sink: Sink): () => void {
    const id = this.#nextId++;
    let canceled = false;
    const begin = (): void => {
      if (canceled) return;
      this.#calls.set(id, { sink, streaming: kind === 'subscription', taken: 0 });
      this.#connection!.send({ id, kind, path, input });
    };
    if (this.#connection) begin();
    else this.#waiting.push(begin);
    return () => {
      canceled = true;
      if (this.#calls.delete(id)) this.#connection?.send({ id, kind: 'cancel' });
    };
  }

  dispose(): void {
    this.#disposed = true;
    this.#connection?.close();
  }
}

function failure(message: string, data: ErrorData): TRPCClientError<AppRouter> {
  return TRPCClientError.from({ error: { message, code: -32_600, data } }, {}) as TRPCClientError<AppRouter>;
}

/** The link for tRPC's client. */
export function deskLink(link: DeskLink): TRPCLink<AppRouter> {
  return () =>
    ({ op }) =>
      observable((sink) => link.call(op.type, op.path, op.input, sink as Sink));
}
