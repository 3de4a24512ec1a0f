import { join } from 'node:path';
import { memberDefaults, type MemberConfig } from '../member/config.ts';
import type { LogSink } from '../ports/log.ts';
import { MemberThread } from './member-thread.ts';
import type { PortPair } from './ports.ts';

/** What is kept of a hosted cluster. */
export interface ClusterDefinition {
  name: string;
  /** Keeps clusters of equal ports apart. */
  token: string;
  /** In order: m1, m2, … */
  ports: PortPair[];
}

const url = (port: number): string => `http://127.0.0.1:${port}`;

/** The configuration of each member, as its flags would say it. */
export function memberConfigs(definition: ClusterDefinition, folder: string): MemberConfig[] {
  const initialCluster = definition.ports.map(({ peer }, i) => ({ name: `m${i + 1}`, peerUrls: [url(peer)] }));
  return definition.ports.map(({ client, peer }, i) => ({
    ...memberDefaults,
    name: `m${i + 1}`,
    dataDir: join(folder, `m${i + 1}`),
    listenClientUrls: [url(client)],
    advertiseClientUrls: [url(client)],
    listenPeerUrls: [url(peer)],
    initialAdvertisePeerUrls: [url(peer)],
    initialCluster,
    initialClusterToken: definition.token,
  }));
}

/** A cluster whose members run in threads of this process. */
export class HostedCluster {
  readonly definition: ClusterDefinition;
  readonly members: readonly MemberThread[];

  constructor(definition: ClusterDefinition, folder: string, log: LogSink, changed: () => void) {
    this.definition = definition;
    this.members = memberConfigs(definition, folder).map((config) => new MemberThread(config, { log, changed }));
  }

  get endpoints(): string[] {
    return this.definition.ports.map(({ client }) => url(client));
  }

  start(): void {
    for (const member of this.members) member.start();
  }

  /** Resolves when every member serves; rejects with the first that cannot. */
  async ready(): Promise<void> {
    await Promise.all(this.members.map((member) => member.ready()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()));
  }
}
