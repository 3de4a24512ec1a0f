import { EtcdError } from '../../core/base/etcd-error.ts';
import { EtcdClient, type UnaryMethod } from '../../core/client/etcd-client.ts';
import type { Target } from '../support/target.ts';

/** One of the two clusters under comparison, asked at one of its members. */
export class Side {
  readonly target: Target;
  readonly #clients: readonly EtcdClient[];
  position = 0;

  constructor(target: Target) {
    this.target = target;
    this.#clients = target.endpoints.map((endpoint) => new EtcdClient([endpoint]));
  }

  /** Of the member at `position` alone. */
  get client(): EtcdClient {
    return this.#clients[this.position]!;
  }

  get size(): number {
    return this.#clients.length;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.target.stop();
  }
}

/** What the reference has told so far: later requests aim around it. */
export interface World {
  readonly members: number;
  revision: number;
  compactRevision: number;
  /** Of all compactions. */
  readonly compactions: number[];
}

export interface Refusal {
  error: string;
}

/** One thing done to both servers. Its outcome is a decoded message, or the refusal. */
export interface Step {
  name: string;
  /** Another way than a raw message, for the tally. */
  way?: string;
  /** The path of its method, when it is one call. */
  rpc?: string;
  request: unknown;
  act(side: Side): Promise<unknown>;
}

export async function orRefusal<T>(run: Promise<T>): Promise<T | Refusal> {
  try {
    return await run;
  } catch (error) {
    if (error instanceof EtcdError) return { error: `${error.code} ${error.message}` };
    throw error;
  }
}

export function isRefusal(outcome: unknown): outcome is Refusal {
  return typeof outcome === 'object' && outcome !== null && 'error' in outcome && Object.keys(outcome).length === 1;
}

export function call<In, Out>(name: string, method: UnaryMethod<In, Out>, request: Partial<In>): Step {
  return { name, rpc: method.path, request, act: ({ client }) => orRefusal(client.at(0, method, request)) };
}
