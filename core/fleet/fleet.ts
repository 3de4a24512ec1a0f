import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskLock } from '../ports/disk.ts';
import type { LogSink } from '../ports/log.ts';
import { nodeDisk } from '../node/node-disk.ts';
import { makeFolder, writeAtomically } from './files.ts';
import { HostedCluster, type AddedMember, type ClusterDefinition } from './hosted-cluster.ts';
import type { MemberThread } from './member-thread.ts';
import { choosePorts, isFree, type PortPair } from './ports.ts';

const fileName = 'clusters.json';
const usualClientPort = 2379;

export interface FleetOptions {
  /** Folder that holds the definitions and the members' data; owned by one process at a time. */
  home: string;
  log: LogSink;
  /** Called after every change of any member's state. */
  changed(): void;
}

/** An expected failure: names what is at fault and says what to do. */
export class FleetError extends Error {
  override readonly name = 'FleetError';
}

/** The clusters that this machine hosts. */
export class Fleet {
  readonly #options: FleetOptions;
  readonly #lock: DiskLock;
  #fresh = false;
  readonly #clusters = new Map<string, HostedCluster>();

  private constructor(options: FleetOptions, lock: DiskLock) {
    this.#options = options;
    this.#lock = lock;
  }

  static async open(options: FleetOptions): Promise<Fleet> {
    await makeFolder(options.home);
    const lock = await nodeDisk.lock(options.home);
    const fleet = new Fleet(options, lock);
    try {
      const kept = await readDefinitions(options.home);
      fleet.#fresh = kept === undefined;
      for (const definition of kept ?? []) fleet.#add(definition);
    } catch (error) {
      await lock.release();
      throw error;
    }
    return fleet;
  }

  #add(definition: ClusterDefinition): HostedCluster {
    const { home, log, changed } = this.#options;
    const cluster = new HostedCluster(definition, join(home, 'clusters', definition.name), log, changed);
    this.#clusters.set(definition.name, cluster);
    return cluster;
  }

  /** No cluster was ever made here: this is the first start. */
  get fresh(): boolean {
    return this.#fresh;
  }

  list(): HostedCluster[] {
    return [...this.#clusters.values()];
  }

  get(name: string): HostedCluster | undefined {
    return this.#clusters.get(name);
  }

  /** Makes a cluster of 1 to 7 members and remembers it; it is not started. */
  async create(name: string, members: number, options: Pick<ClusterDefinition, 'learnerAutoPromoteMs'> = {}): Promise<HostedCluster> {
    if (this.#clusters.has(name)) throw new FleetError(`there is a cluster named ${name} already: choose another name`);
    const ports = await choosePorts(members, this.#taken());
    const cluster = this.#add({ name, token: `quorate-${randomBytes(6).toString('hex')}`, ports, ...options });
    await this.#save();
    return cluster;
  }

  #taken(): Set<number> {
    return new Set(this.list().flatMap((cluster) => cluster.members.flatMap(portsOf)));
  }

  /** A name and ports for one more member, for the cluster to be told of. */
  async reserveMember(name: string): Promise<{ name: string; ports: PortPair }> {
    const [ports] = await choosePorts(1, this.#taken());
    return { name: this.#clusters.get(name)!.nextName(), ports: ports! };
  }

  /** Remembers a member that the cluster has taken in; it is not started. */
  async addMember(name: string, member: AddedMember): Promise<void> {
    this.#clusters.get(name)!.add(member);
    await this.#save();
  }

  /** Before the first start of a member that was added: whom it joins. */
  async setInitialCluster(name: string, member: string, initialCluster: AddedMember['initialCluster']): Promise<void> {
    this.#clusters.get(name)!.setInitialCluster(member, initialCluster);
    await this.#save();
  }

  /** For how long a learner has to be in sync to be promoted, milliseconds; 0: by hand. Members that run take it up at their next start. */
  async setLearnerAutoPromote(name: string, durationMs: number): Promise<void> {
    this.#clusters.get(name)!.learnerAutoPromoteMs = durationMs;
    await this.#save();
  }

  /** Ends a member that the cluster has removed, and its data with it. */
  async removeMember(name: string, member: string): Promise<void> {
    const cluster = this.#clusters.get(name)!;
    await cluster.members.find((thread) => thread.config.name === member)?.stop();
    cluster.remove(member);
    await this.#save();
    await rm(join(this.#options.home, 'clusters', name, member), { recursive: true, force: true });
  }

  /** Starts all members; rejects at once when one of the ports is in use by another program. */
  async start(name: string): Promise<void> {
    const cluster = this.#clusters.get(name)!;
    for (const member of cluster.members) {
      if (member.state !== 'stopped' && member.state !== 'crashed') continue;
      for (const port of portsOf(member)) {
        if (!(await isFree(port))) throw new FleetError(`port ${port} of member ${member.config.name} is used by another program: stop that one, then start the cluster again`);
      }
    }
    cluster.start();
  }

  /** Forgets a stopped cluster and removes its data. */
  async remove(name: string): Promise<void> {
    const cluster = this.#clusters.get(name)!;
    if (cluster.members.some((member) => member.state !== 'stopped' && member.state !== 'crashed')) {
      throw new FleetError(`cluster ${name} is running: stop it before it is removed`);
    }
    this.#clusters.delete(name);
    await this.#save();
    await rm(join(this.#options.home, 'clusters', name), { recursive: true, force: true });
  }

  /** What a person should know about a cluster's ports: undefined when they are the usual ones. */
  static portNotice(cluster: HostedCluster): string | undefined {
    const first = cluster.definition.ports[0]!.client;
    return first === usualClientPort ? undefined : `port ${usualClientPort} was taken when this cluster was made: its first member serves clients on ${first}`;
  }

  async #save(): Promise<void> {
    await writeAtomically(join(this.#options.home, fileName), JSON.stringify({ version: 1, clusters: this.list().map((cluster) => cluster.definition) }, undefined, 2));
  }

  /** Stops everything, then lets go of the folder. */
  async close(): Promise<void> {
    await Promise.all(this.list().map((cluster) => cluster.stop()));
    await this.#lock.release();
  }
}

function portsOf({ config }: MemberThread): number[] {
  return [...config.listenClientUrls, ...config.listenPeerUrls].map((url) => Number(new URL(url).port));
}

/** Undefined: nothing was ever kept here. */
async function readDefinitions(home: string): Promise<ClusterDefinition[] | undefined> {
  const path = join(home, fileName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { clusters } = JSON.parse(text) as { clusters: ClusterDefinition[] };
    for (const { name, token, ports } of clusters) {
      if (typeof name !== 'string' || typeof token !== 'string' || !Array.isArray(ports)) throw new SyntaxError('a cluster lacks its name, token or ports');
    }
    return clusters;
  } catch (error) {
    throw new FleetError(`${path} cannot be read (${error instanceof Error ? error.message : String(error)}): mend it, or move it away to begin anew`);
  }
}
