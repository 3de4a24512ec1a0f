import { Worker } from 'node:worker_threads';
import type { MemberConfig } from '../member/config.ts';
import type { LogSink } from '../ports/log.ts';
import type { FromWorker, ToWorker, WorkerInit } from './worker-protocol.ts';
import { workerUrl } from './worker-url.ts';

export type ThreadState = 'stopped' | 'starting' | 'running' | 'stopping' | 'crashed';

/** A thread that does not end when it is asked to is ended by force after this long. */
const stopTimeoutMs = 5_000;
const killTimeoutMs = 2_000;

export interface MemberThreadOptions {
  log: LogSink;
  /** Called after every change of state. */
  changed(): void;
}

/** One hosted member and the thread it runs in. A crash of the thread is a state of it, never an error of the host. */
export class MemberThread {
  #config: MemberConfig;
  /** What the thread was started with. */
  #startedWith: MemberConfig | undefined;
  readonly #options: MemberThreadOptions;
  #worker: Worker | undefined;
  #state: ThreadState = 'stopped';
  #reason: string | undefined;
  #id: bigint | undefined;
  #sinceWallMs = Date.now();
  #readyWaiters: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #exited: Promise<void> = Promise.resolve();

  constructor(config: MemberConfig, options: MemberThreadOptions) {
    this.#config = config;
    this.#options = options;
  }

  /** What it starts with next; its name, folder and addresses are those that it has. */
  get config(): MemberConfig {
    return this.#config;
  }

  configure(config: MemberConfig): void {
    this.#config = config;
  }

  /** It runs with settings from before they were changed. */
  get outdated(): boolean {
    return this.#startedWith !== undefined && this.#startedWith.learnerAutoPromoteMs !== this.#config.learnerAutoPromoteMs;
  }

  get state(): ThreadState {
    return this.#state;
  }

  /** Why it crashed. */
  get reason(): string | undefined {
    return this.#reason;
  }

  get id(): bigint | undefined {
    return this.#id;
  }

  get sinceWallMs(): number {
    return this.#sinceWallMs;
  }

  #set(state: ThreadState, reason?: string): void {
    this.#state = state;
    this.#reason = reason;
    this.#sinceWallMs = Date.now();
    this.#options.changed();
  }

  /** Begins to start; `ready` tells when it serves. Nothing happens when it runs already. */
  start(): void {
    if (this.#worker) return;
    this.#startedWith = this.config;
    const workerData: WorkerInit = { config: this.config, logLevel: 'info' };
    const worker = new Worker(workerUrl(), { workerData, name: `member ${this.config.name}` });
    this.#worker = worker;
    this.#set('starting');
    let failure: string | undefined;
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'failed') failure = message.reason;
      else this.#take(message);
    });
    worker.on('error', (error) => {
      failure ??= error instanceof Error ? error.message : String(error);
    });
    this.#exited = new Promise((resolve) => {
      worker.on('exit', (code) => {
        this.#ended(failure ?? (code === 0 ? undefined : `the thread ended with code ${code}`));
        resolve();
      });
    });
  }

  #take(message: FromWorker): void {
    switch (message.kind) {
      case 'opened':
        this.#id = message.id;
        this.#options.changed();
        return;
      case 'ready':
        if (this.#state === 'starting') this.#set('running');
        this.#settle(undefined);
        return;
      case 'log':
        this.#options.log.log(message.level, message.message, { member: this.config.name, ...message.fields });
        return;
      case 'failed':
        return;
    }
  }

  #ended(reason: string | undefined): void {
    this.#worker = undefined;
    this.#startedWith = undefined;
    const asked = this.#state === 'stopping';
    if (asked || reason === undefined) this.#set('stopped');
    else this.#set('crashed', reason);
    this.#settle(new Error(reason ?? 'the member was stopped'));
  }

  #settle(error: Error | undefined): void {
    const waiters = this.#readyWaiters;
    this.#readyWaiters = [];
    for (const { resolve, reject } of waiters) {
      if (error) reject(error);
      else resolve();
    }
  }

  /** Resolves when the member serves clients; rejects when it ends first. */
  ready(): Promise<void> {
    if (this.#state === 'running') return Promise.resolve();
    if (!this.#worker) return Promise.reject(new Error(this.#reason ?? 'the member is not started'));
    return new Promise((resolve, reject) => this.#readyWaiters.push({ resolve, reject }));
  }

  /** Ends it cleanly; resolves when it is gone. */
  stop(): Promise<void> {
    return this.#end({ kind: 'stop' }, stopTimeoutMs);
  }

  /** Ends it as kill -9 would; resolves when it is gone. */
  kill(): Promise<void> {
    return this.#end({ kind: 'kill' }, killTimeoutMs);
  }

  async #end(message: ToWorker, timeoutMs: number): Promise<void> {
    const worker = this.#worker;
    if (!worker) {
      if (this.#state === 'crashed') this.#set('stopped');
      return;
    }
    this.#set('stopping');
    worker.postMessage(message);
    const forced = setTimeout(() => void worker.terminate(), timeoutMs);
    await this.#exited;
    clearTimeout(forced);
  }
}
