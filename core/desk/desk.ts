import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EtcdError } from '../base/etcd-error.ts';
import { etcdVersion, quorateVersion } from '../base/version.ts';
import { DeskError, type DeskApi } from '../contract/desk-api.ts';
import type {
  AddMemberInput, BelowInput, CompactInput, DeletePrefixInput, DisarmInput, SearchInput, SnapshotInput, TestEndpointsInput, UpdateMemberInput, UpdateProfileInput,
  ChangesInput, ChildrenInput, ConfigureClusterInput, ConnectInput, CountInput, CreateClusterInput, DeleteInput, GetInput, GrantInput, HistoryInput, HoldInput, LeaseDetailsInput,
  LeaseInput, LeaseKeysInput, PutInput, WatchInput,
} from '../contract/inputs.ts';
import type { AlarmView, AppInfo, CompactionState, EndpointTest, MemberHash, SnapshotProgress, ClusterKey, ClusterStatus, ClusterSummary, HexId, HistoryPage, KeyChanges, KeyDetail, KeysBelow, PrefixOutcome, SearchUpdate, LeaseDetail, LeaseKeys, LeaseNews, TreePage, WatchUpdate, WriteOutcome } from '../contract/types.ts';
import { keepAliveOnce } from '../client/keep-alive.ts';
import { writeAtomically } from '../fleet/files.ts';
import { Fleet, FleetError } from '../fleet/fleet.ts';
import type { MemberThread } from '../fleet/member-thread.ts';
import type { LogSink } from '../ports/log.ts';
import { ClusterSession } from './cluster-session.ts';
import * as kv from './kv.ts';
import { Latest } from './latest.ts';
import * as leases from './leases.ts';
import * as maintenance from './maintenance.ts';
import * as members from './members.ts';
import { plainText } from './plain-text.ts';
import { testEndpoints } from './reach.ts';
import { search } from './search.ts';
import { saveSnapshot } from './snapshot-file.ts';
import * as streams from './streams.ts';
import { children } from './tree.ts';

const profilesFile = 'remotes.json';
export const firstClusterName = 'local';

export interface DeskOptions {
  home: string;
  log: LogSink;
  transport: AppInfo['transport'];
}

interface RemoteProfile {
  name: string;
  endpoints: string[];
}

/** The app's back end: clusters hosted and remote, and what the UI does with them. */
export class Desk implements DeskApi {
  readonly #options: DeskOptions;
  readonly #fleet: Fleet;
  readonly #sessions = new Map<ClusterKey, ClusterSession>();
  readonly #list = new Latest<ClusterSummary[]>();

  private constructor(options: DeskOptions, fleet: Fleet) {
    this.#options = options;
    this.#fleet = fleet;
  }

  /** Opens the home folder; the first time, a three-member cluster is made. Hosted clusters begin to start. */
  static async open(options: DeskOptions): Promise<Desk> {
    let memberChanged = (): void => {};
    const fleet = await Fleet.open({ home: options.home, log: options.log, changed: () => memberChanged() });
    const desk = new Desk(options, fleet);
    memberChanged = () => desk.#memberChanged();
    if (fleet.fresh) await fleet.create(firstClusterName, 3);
    for (const hosted of fleet.list()) desk.#add(`hosted:${hosted.definition.name}`, hosted.definition.name, { kind: 'hosted', hosted });
    for (const { name, endpoints } of await readProfiles(options.home)) desk.#add(`remote:${name}`, name, { kind: 'remote', endpoints });
    desk.#publish();
    for (const session of desk.#sessions.values()) if (session.source.kind === 'hosted') void desk.#start(session).catch(() => {});
    return desk;
  }

  #add(key: ClusterKey, name: string, source: ClusterSession['source']): ClusterSession {
    const session = new ClusterSession({ key, name, source, changed: () => this.#publish() });
    this.#sessions.set(key, session);
    return session;
  }

  #publish(): void {
    this.#list.set([...this.#sessions.values()].map((session) => session.summary()));
  }

  #memberChanged(): void {
    for (const session of this.#sessions.values()) if (session.source.kind === 'hosted') session.refresh();
    this.#publish();
  }

  #session(key: ClusterKey): ClusterSession {
    const session = this.#sessions.get(key);
    if (!session) throw new DeskError('unknownCluster', `there is no cluster ${key} any more`);
    return session;
  }

  async #start(session: ClusterSession): Promise<void> {
    session.problem = undefined;
    try {
      await this.#fleet.start(session.name);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      session.problem = text;
      throw new DeskError('startFailed', text);
    }
  }

  // --- clusters

  info(): AppInfo {
    return { version: quorateVersion, etcdVersion, dataFolder: this.#options.home, transport: this.#options.transport };
  }

  clusters(signal: AbortSignal): AsyncIterable<ClusterSummary[]> {
    return this.#list.stream(signal);
  }

  async createCluster(input: CreateClusterInput): Promise<ClusterSummary> {
    try {
      const hosted = await this.#fleet.create(input.name, input.members, input.learnerAutoPromoteMs > 0 ? { learnerAutoPromoteMs: input.learnerAutoPromoteMs } : {});
      const session = this.#add(`hosted:${input.name}`, input.name, { kind: 'hosted', hosted });
      await this.#start(session);
      this.#publish();
      return session.summary();
    } catch (error) {
      if (error instanceof FleetError) throw new DeskError('nameTaken', error.message);
      throw error;
    }
  }

  async connectCluster(input: ConnectInput): Promise<ClusterSummary> {
    const key = `remote:${input.name}`;
    if (this.#sessions.has(key)) throw new DeskError('nameTaken', `there is a cluster named ${input.name} already: choose another name`);
    const session = this.#add(key, input.name, { kind: 'remote', endpoints: input.endpoints });
    await this.#saveProfiles();
    this.#publish();
    return session.summary();
  }

  testEndpoints(input: TestEndpointsInput): Promise<EndpointTest[]> {
    return testEndpoints(input.endpoints);
  }

  async updateProfile(input: UpdateProfileInput): Promise<ClusterSummary> {
    const old = this.#session(input.cluster);
    if (old.source.kind === 'hosted') throw new DeskError('badInput', `${old.name} is hosted here: its endpoints are those of its members`);
    const key = `remote:${input.name}`;
    if (key !== old.key && this.#sessions.has(key)) throw new DeskError('nameTaken', `there is a cluster named ${input.name} already: choose another name`);
    const session = this.#replace(old, key, input.name, input.endpoints);
    await this.#saveProfiles();
    this.#publish();
    return session.summary();
  }

  async reconnectCluster(key: ClusterKey): Promise<void> {
    const old = this.#session(key);
    if (old.source.kind === 'hosted') throw new DeskError('badInput', `${old.name} is hosted here: there is no connection to be lost`);
    this.#replace(old, key, old.name, old.source.endpoints);
    this.#publish();
  }

  /** A remote cluster's session gives way to another, in its place of the list. Streams of the old one end, and their callers begin anew; leases that it keeps alive live on. */
  #replace(old: ClusterSession, key: ClusterKey, name: string, endpoints: string[]): ClusterSession {
    const sessions = [...this.#sessions];
    this.#sessions.clear();
    for (const [other, session] of sessions) {
      if (session === old) this.#add(key, name, { kind: 'remote', endpoints });
      else this.#sessions.set(other, session);
    }
    const session = this.#session(key);
    session.leaseHolder.adopt(old.leaseHolder.held.map(leases.leaseIdOf));
    old.close();
    return session;
  }

  async startCluster(key: ClusterKey): Promise<void> {
    const session = this.#session(key);
    if (session.source.kind === 'remote') throw new DeskError('notHosted', `${session.name} is not hosted here: start it where it runs`);
    await this.#start(session);
  }

  async stopCluster(key: ClusterKey): Promise<void> {
    const session = this.#session(key);
    if (session.source.kind === 'remote') throw new DeskError('notHosted', `${session.name} is not hosted here: stop it where it runs`);
    await session.source.hosted.stop();
  }

  async configureCluster({ cluster, learnerAutoPromoteMs }: ConfigureClusterInput): Promise<void> {
    const session = this.#session(cluster);
    if (session.source.kind === 'remote') throw new DeskError('notHosted', `${session.name} is not hosted here: its members are configured where they run`);
    await this.#fleet.setLearnerAutoPromote(session.name, learnerAutoPromoteMs);
  }

  async removeCluster(key: ClusterKey): Promise<void> {
    const session = this.#session(key);
    if (session.source.kind === 'hosted') {
      await this.#fleet.remove(session.name).catch((error: unknown) => {
        throw error instanceof FleetError ? new DeskError('notStopped', error.message) : error;
      });
    }
    this.#sessions.delete(key);
    session.close();
    if (session.source.kind === 'remote') await this.#saveProfiles();
    this.#publish();
  }

  async #saveProfiles(): Promise<void> {
    const remotes: RemoteProfile[] = [...this.#sessions.values()].flatMap(({ name, source }) => (source.kind === 'remote' ? [{ name, endpoints: source.endpoints }] : []));
    await writeAtomically(join(this.#options.home, profilesFile), JSON.stringify({ version: 1, remotes }, undefined, 2));
  }

  async *status(key: ClusterKey, signal: AbortSignal): AsyncIterable<ClusterStatus> {
    const session = this.#session(key);
    session.refresh();
    yield* session.status.stream(session.until(signal));
  }

  // --- hosted members

  #thread(key: ClusterKey, id: HexId): MemberThread {
    const session = this.#session(key);
    if (session.source.kind === 'remote') throw new DeskError('notHosted', `${session.name} is not hosted here: its members are started and stopped where they run`);
    const thread = session.threadOf(id);
    if (!thread) throw new DeskError('unknownMember', `cluster ${session.name} has no member ${id}`);
    return thread;
  }

  async startMember(key: ClusterKey, id: HexId): Promise<void> {
    await members.prepareStart(this.#session(key), this.#fleet, id);
    this.#thread(key, id).start();
  }

  async stopMember(key: ClusterKey, id: HexId): Promise<void> {
    await this.#thread(key, id).stop();
  }

  async killMember(key: ClusterKey, id: HexId): Promise<void> {
    await this.#thread(key, id).kill();
  }

  async restartMember(key: ClusterKey, id: HexId): Promise<void> {
    await members.restart(this.#session(key), this.#thread(key, id), id);
  }

  // --- membership

  addMember(input: AddMemberInput): Promise<{ member: HexId }> {
    return this.#on(input.cluster, (session) => members.add(session, this.#fleet, input));
  }

  removeMember(key: ClusterKey, id: HexId): Promise<void> {
    return this.#on(key, (session) => members.remove(session, this.#fleet, id));
  }

  updateMember(input: UpdateMemberInput): Promise<void> {
    return this.#on(input.cluster, (session) => members.update(session, input));
  }

  promoteMember(key: ClusterKey, id: HexId): Promise<void> {
    return this.#on(key, (session) => members.promote(session, id));
  }

  moveLeader(key: ClusterKey, id: HexId): Promise<void> {
    return this.#on(key, (session) => members.moveLeader(session, id));
  }

  // --- keys

  /** Runs a use case on the cluster's client; the cluster's own errors become DeskErrors that say so. */
  async #on<T>(key: ClusterKey, run: (session: ClusterSession) => Promise<T>): Promise<T> {
    const session = this.#session(key);
    try {
      return await run(session);
    } catch (error) {
      throw told(error);
    }
  }

  children(input: ChildrenInput, signal: AbortSignal | undefined): Promise<TreePage> {
    return this.#on(input.cluster, ({ client }) => children(client, input, signal));
  }

  count(input: CountInput, signal: AbortSignal | undefined): Promise<{ count: number; revision: number }> {
    return this.#on(input.cluster, ({ client }) => kv.count(client, input, signal));
  }

  get(input: GetInput, signal: AbortSignal | undefined): Promise<KeyDetail | undefined> {
    return this.#on(input.cluster, ({ client }) => kv.get(client, input, signal));
  }

  history(input: HistoryInput, signal: AbortSignal | undefined): Promise<HistoryPage> {
    return this.#on(input.cluster, ({ history }) => history.page(input, signal));
  }

  put(input: PutInput): Promise<WriteOutcome> {
    return this.#on(input.cluster, ({ client }) => kv.put(client, input));
  }

  deleteKey(input: DeleteInput): Promise<WriteOutcome> {
    return this.#on(input.cluster, ({ client }) => kv.deleteKey(client, input));
  }

  async *search(input: SearchInput, signal: AbortSignal): AsyncIterable<SearchUpdate> {
    const session = this.#session(input.cluster);
    try {
      yield* search(session.client, input, session.until(signal));
    } catch (error) {
      throw told(error);
    }
  }

  below(input: BelowInput, signal: AbortSignal | undefined): Promise<KeysBelow> {
    return this.#on(input.cluster, ({ client }) => kv.below(client, input, signal));
  }

  deletePrefix(input: DeletePrefixInput): Promise<PrefixOutcome> {
    return this.#on(input.cluster, ({ client }) => kv.deletePrefix(client, input));
  }

  changes(input: ChangesInput, signal: AbortSignal): AsyncIterable<KeyChanges> {
    const session = this.#session(input.cluster);
    return streams.changes(session.client, input, session.until(signal));
  }

  watch(input: WatchInput, signal: AbortSignal): AsyncIterable<WatchUpdate> {
    const session = this.#session(input.cluster);
    return streams.watch(session.client, input, session.until(signal));
  }

  // --- leases

  async *leases(key: ClusterKey, signal: AbortSignal): AsyncIterable<LeaseNews> {
    const session = this.#session(key);
    yield* leases.follow(session.client, session.leaseHolder, (wake) => session.onLeasesChanged(wake), session.until(signal));
  }

  leaseDetails(input: LeaseDetailsInput, signal: AbortSignal | undefined): Promise<LeaseDetail[]> {
    return this.#on(input.cluster, ({ client }) => leases.details(client, input, signal));
  }

  leaseKeys(input: LeaseKeysInput, signal: AbortSignal | undefined): Promise<LeaseKeys> {
    return this.#on(input.cluster, ({ client }) => leases.keys(client, input, signal));
  }

  grantLease(input: GrantInput): Promise<{ id: HexId; ttl: number }> {
    return this.#onLeases(input.cluster, ({ client }) => leases.grant(client, input));
  }

  keepLeaseAlive(input: LeaseInput): Promise<{ ttl: number }> {
    return this.#onLeases(input.cluster, async ({ client }) => ({ ttl: await keepAliveOnce(client, leases.leaseIdOf(input.lease)) }));
  }

  holdLease(input: HoldInput): Promise<void> {
    const id = leases.leaseIdOf(input.lease);
    return this.#onLeases(input.cluster, async ({ leaseHolder }) => (input.held ? leaseHolder.hold(id) : leaseHolder.release(id)));
  }

  revokeLease(input: LeaseInput): Promise<void> {
    return this.#onLeases(input.cluster, async ({ client, leaseHolder }) => {
      leaseHolder.release(leases.leaseIdOf(input.lease));
      await leases.revoke(client, input.lease);
    });
  }

  /** As `#on`; then whoever looks at the leases looks again. */
  async #onLeases<T>(key: ClusterKey, run: (session: ClusterSession) => Promise<T>): Promise<T> {
    try {
      return await this.#on(key, run);
    } finally {
      this.#sessions.get(key)?.leasesChanged();
    }
  }

  // --- maintenance

  compaction(key: ClusterKey, signal: AbortSignal | undefined): Promise<CompactionState> {
    return this.#on(key, (session) => maintenance.compaction(session, signal ?? new AbortController().signal));
  }

  compact(input: CompactInput): Promise<void> {
    return this.#on(input.cluster, (session) => maintenance.compact(session, input));
  }

  defragment(key: ClusterKey, member: HexId): Promise<{ tookMs: number }> {
    return this.#on(key, (session) => maintenance.defragment(session, member));
  }

  alarms(key: ClusterKey): Promise<AlarmView[]> {
    return this.#on(key, maintenance.alarms);
  }

  disarm(input: DisarmInput): Promise<void> {
    return this.#on(input.cluster, (session) => maintenance.disarm(session, input));
  }

  hashes(key: ClusterKey, signal: AbortSignal | undefined): Promise<MemberHash[]> {
    return this.#on(key, (session) => maintenance.hashes(session, signal ?? new AbortController().signal));
  }

  readonly #downloads = new Map<string, string>();

  async *saveSnapshot({ cluster, member, path }: SnapshotInput, signal: AbortSignal): AsyncIterable<SnapshotProgress> {
    const { client, endpoint } = maintenance.endpointOf(this.#session(cluster), member);
    try {
      for await (const progress of saveSnapshot(client, endpoint, path, signal)) yield progress.kind === 'saved' ? { ...progress, download: this.#offer(path) } : progress;
    } catch (error) {
      throw error instanceof EtcdError ? new DeskError('etcd', error.message, error.code) : error;
    }
  }

  /** A browser is offered what was saved, under a name that nobody guesses; the app's own window has no use for that. */
  #offer(path: string): string | undefined {
    if (this.#options.transport !== 'websocket') return undefined;
    const id = randomBytes(16).toString('base64url');
    this.#downloads.set(id, path);
    return `/download/${id}`;
  }

  /** The file that was offered; undefined: none was. */
  downloadPath(id: string): string | undefined {
    return this.#downloads.get(id);
  }

  /** Stops hosted clusters cleanly and lets go of everything. */
  async close(): Promise<void> {
    for (const session of this.#sessions.values()) session.close();
    await this.#fleet.close();
  }
}

/** What a cluster refuses, as the page is told of it. */
function told(error: unknown): unknown {
  return error instanceof EtcdError ? new DeskError('etcd', plainText(error.message), error.code) : error;
}

async function readProfiles(home: string): Promise<RemoteProfile[]> {
  const path = join(home, profilesFile);
  try {
    return (JSON.parse(await readFile(path, 'utf8')) as { remotes: RemoteProfile[] }).remotes;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new DeskError('internal', `${path} cannot be read (${error instanceof Error ? error.message : String(error)}): mend it, or move it away`);
  }
}
