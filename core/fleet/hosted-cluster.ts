import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { memberDefaults, type MemberConfig } from '../member/config.ts';
import type { LogSink } from '../ports/log.ts';
import { MemberThread } from './member-thread.ts';
import type { PortPair } from './ports.ts';

/** A member that joined after the cluster was made. */
export interface AddedMember {
  /** As the cluster has given it, lowercase hex. */
  id: string;
  name: string;
  ports: PortPair;
  /** The members that it joins, itself among them; read only at its first start. */
  initialCluster: { name: string; peerUrls: string[] }[];
}

/** What is kept of a hosted cluster. */
export interface ClusterDefinition {
  name: string;
  /** Keeps clusters of equal ports apart. */
  token: string;
  /** Of the members that it was made with, in order: m1, m2, … */
  ports: PortPair[];
  /** Learners are promoted when they have been in sync for so long; none: by hand. */
  learnerAutoPromoteMs?: number;
  added?: AddedMember[];
  /** Names of members that were removed; none is given twice. */
  removed?: string[];
}

export const localUrl = (port: number): string => `http://127.0.0.1:${port}`;

/** The configuration of each member, as its flags would say it. */
export function memberConfigs(definition: ClusterDefinition, folder: string): MemberConfig[] {
  const initialCluster = definition.ports.map(({ peer }, i) => ({ name: `m${i + 1}`, peerUrls: [localUrl(peer)] }));
  const configOf = (name: string, { client, peer }: PortPair): MemberConfig => ({
    ...memberDefaults,
    name,
    dataDir: join(folder, name),
    listenClientUrls: [localUrl(client)],
    advertiseClientUrls: [localUrl(client)],
    listenPeerUrls: [localUrl(peer)],
    initialAdvertisePeerUrls: [localUrl(peer)],
    initialCluster,
    initialClusterToken: definition.token,
    learnerAutoPromoteMs: definition.learnerAutoPromoteMs ?? 0,
  });
  const first = definition.ports.map((ports, i) => configOf(`m${i + 1}`, ports)).filter(({ name }) => !definition.removed?.includes(name));
  const added = (definition.added ?? []).map((member): MemberConfig => ({ ...configOf(member.name, member.ports), initialCluster: member.initialCluster, initialClusterState: 'existing' }));
  return [...first, ...added];
}

function isNewcomer(config: MemberConfig): boolean {
  return config.initialClusterState === 'existing' && !existsSync(join(config.dataDir, 'member'));
}

/** A cluster whose members run in threads of this process. */
export class HostedCluster {
  readonly #folder: string;
  readonly #options: { log: LogSink; changed: () => void };
  #definition: ClusterDefinition;
  #members: readonly MemberThread[];

  constructor(definition: ClusterDefinition, folder: string, log: LogSink, changed: () => void) {
    this.#definition = definition;
    this.#folder = folder;
    this.#options = { log, changed };
    this.#members = memberConfigs(definition, folder).map((config) => this.#thread(config));
  }

  #thread(config: MemberConfig): MemberThread {
    return new MemberThread(config, this.#options);
  }

  get definition(): ClusterDefinition {
    return this.#definition;
  }

  get members(): readonly MemberThread[] {
    return this.#members;
  }

  get endpoints(): string[] {
    return this.members.flatMap((member) => member.config.advertiseClientUrls);
  }

  /** The name of the next member: one that no member has had. */
  nextName(): string {
    const names = [...this.members.map((member) => member.config.name), ...(this.#definition.removed ?? [])];
    return `m${1 + Math.max(0, ...names.map((name) => Number(name.slice(1))))}`;
  }

  /** Takes up a member that the cluster knows already; it is not started. */
  add(member: AddedMember): void {
    this.#define({ ...this.#definition, added: [...(this.#definition.added ?? []), member] });
  }

  /** Others may have come since a member was added that has never run: it joins those that are there now. */
  setInitialCluster(name: string, initialCluster: AddedMember['initialCluster']): void {
    this.#define({ ...this.#definition, added: (this.#definition.added ?? []).map((member) => (member.name === name ? { ...member, initialCluster } : member)) });
  }

  /** Members that run take it up when they are started again. */
  set learnerAutoPromoteMs(durationMs: number) {
    this.#define({ ...this.#definition, learnerAutoPromoteMs: durationMs });
  }

  /** Forgets a member that has ended. */
  remove(name: string): void {
    const { added = [], removed = [] } = this.#definition;
    this.#define({ ...this.#definition, added: added.filter((member) => member.name !== name), removed: [...removed, name] });
  }

  #define(definition: ClusterDefinition): void {
    this.#definition = definition;
    this.#members = memberConfigs(definition, this.#folder).map((config) => {
      const known = this.#members.find((member) => member.config.name === config.name);
      known?.configure(config);
      return known ?? this.#thread(config);
    });
    this.#options.changed();
  }

  /** Starts those that have run, or begin the cluster. One that is to join it is started by itself, when others can be asked. */
  start(): void {
    for (const member of this.members) if (!isNewcomer(member.config)) member.start();
  }

  /** Resolves when every member serves; rejects with the first that cannot. */
  async ready(): Promise<void> {
    await Promise.all(this.members.map((member) => member.ready()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()));
  }
}
