import { afterAll, beforeAll, describe } from 'vitest';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { MaintenanceService, type StatusResponse } from '../../core/proto/gen/rpc.ts';
import { eventually } from '../support/process.ts';
import { calm, Target, type TargetOptions } from '../support/target.ts';
import { etcdctlPath, etcdPath, missing } from '../support/tools.ts';

export type Kind = Target['kind'];

/** The servers that every spec is run against: the reference, and ours. */
export const kinds: readonly Kind[] = ['etcd', 'quorate'];

/** A cluster under test, there from a spec's start to its end. */
export class Server {
  readonly kind: Kind;
  #target: Target | undefined;
  #client: EtcdClient | undefined;

  constructor(kind: Kind) {
    this.kind = kind;
  }

  get target(): Target {
    return this.#target!;
  }

  /** Raw gRPC, over all endpoints. */
  get client(): EtcdClient {
    return this.#client!;
  }

  async start(members: number, options: TargetOptions): Promise<void> {
    this.#target = await Target.start(this.kind, members, options);
    this.connect();
  }

  /** To the endpoints that there are now. */
  connect(): void {
    this.#client?.close();
    this.#client = new EtcdClient(this.target.endpoints);
  }

  /** A client of one endpoint; its user closes it. */
  clientOf(endpoint: number): EtcdClient {
    return new EtcdClient([this.target.endpoints[endpoint]!]);
  }

  status(endpoint: number): Promise<StatusResponse> {
    return this.client.at(endpoint, MaintenanceService.status, {});
  }

  /** Positions of the leader and of the others, once they agree on who leads. */
  roles(positions = this.target.endpoints.map((_, i) => i)): Promise<{ leader: number; followers: number[] }> {
    return eventually('a leader', async () => {
      const all = await Promise.all(positions.map((i) => this.status(i)));
      const leader = all.findIndex((one) => one.header!.memberId === one.leader);
      if (leader < 0 || all.some((one) => one.leader !== all[leader]!.leader)) throw new Error('they do not agree');
      return { leader: positions[leader]!, followers: positions.filter((_, i) => i !== leader) };
    });
  }

  async stop(): Promise<void> {
    this.#client?.close();
    await this.#target?.stop();
  }
}

const absent = missing(etcdPath, etcdctlPath);

/** The same specs against each server, whose members keep their leader unless a spec takes it from them; `[etcd]` and `[quorate]` in their names are what the reporter counts by. */
export function eachServer(what: string, members: number, specs: (server: Server) => void, options: TargetOptions = members > 1 ? { flags: calm } : {}): void {
  describe.skipIf(absent !== undefined).each(kinds)(`${what} [%s]`, (kind) => {
    const server = new Server(kind);
    beforeAll(() => server.start(members, options));
    afterAll(() => server.stop());
    specs(server);
  });
}
