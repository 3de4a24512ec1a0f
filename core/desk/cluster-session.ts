import { idHex } from '../base/ids.ts';
import { addressOf, EtcdClient } from '../client/etcd-client.ts';
import type { ClusterKey, ClusterStatus, ClusterSummary, HexId, MemberView, UnreachableReason } from '../contract/types.ts';
import type { HostedCluster } from '../fleet/hosted-cluster.ts';
import type { MemberThread } from '../fleet/member-thread.ts';
import type { Member } from '../proto/gen/rpc.ts';
import { definedMembers, healthOf, statusOf, viewOf } from './cluster-status.ts';
import { KeyHistory } from './key-history.ts';
import { Latest } from './latest.ts';
import { LeaseHolder } from './lease-holder.ts';
import { MemberProbes } from './member-probes.ts';
import { reasonOf } from './reach.ts';
import { ReplicationProbe } from './replication.ts';

/** Between two looks at the members: soon while somebody watches, seldom for the health dot in the rail. */
const watchedMs = 500;
const restingMs = 3_000;

export type ClusterSource = { kind: 'hosted'; hosted: HostedCluster } | { kind: 'remote'; endpoints: string[] };

export interface SessionOptions {
  key: ClusterKey;
  name: string;
  source: ClusterSource;
  /** The summary has changed. */
  changed(): void;
}

/** One cluster as the app sees it: a client of it, and a look at its members from time to time. */
export class ClusterSession {
  readonly key: ClusterKey;
  readonly name: string;
  readonly source: ClusterSource;
  readonly client: EtcdClient;
  readonly history: KeyHistory;
  readonly leaseHolder: LeaseHolder;
  readonly probes = new MemberProbes();
  readonly #replication = new ReplicationProbe();
  readonly status = new Latest<ClusterStatus>();
  readonly #options: SessionOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking = false;
  #again = false;
  readonly #ended = new AbortController();
  #problem: string | undefined;
  #unreachable: ClusterSummary['unreachable'];

  constructor(options: SessionOptions) {
    this.#options = options;
    this.key = options.key;
    this.name = options.name;
    this.source = options.source;
    this.client = new EtcdClient(this.endpoints);
    this.history = new KeyHistory(this.client);
    this.leaseHolder = new LeaseHolder(this.client, () => this.leasesChanged());
    this.#schedule(0);
  }

  get endpoints(): string[] {
    return this.source.kind === 'hosted' ? this.source.hosted.endpoints : this.source.endpoints;
  }

  /** Aborts with the session, so that no stream outlives it. */
  until(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#ended.signal]);
  }

  set problem(text: string | undefined) {
    this.#problem = text;
    this.#options.changed();
  }

  summary(): ClusterSummary {
    const status = this.status.value;
    return {
      key: this.key, name: this.name, kind: this.source.kind, run: this.#run(), health: status ? healthOf(status.members) : 'unknown',
      memberCount: status?.members.length ?? this.endpoints.length, membersUp: status?.members.filter((member) => member.healthy).length ?? 0,
      endpoints: this.endpoints, problem: this.#problem ?? this.#crash(), unreachable: this.#unreachable,
      settings: this.source.kind === 'hosted' ? { learnerAutoPromoteMs: this.source.hosted.definition.learnerAutoPromoteMs ?? 0 } : undefined,
    };
  }

  #run(): ClusterSummary['run'] {
    if (this.source.kind === 'remote') return 'running';
    const states = this.source.hosted.members.map((member) => member.state);
    if (states.every((state) => state === 'stopped' || state === 'crashed')) return 'stopped';
    if (states.includes('running')) return 'running';
    return states.includes('starting') ? 'starting' : 'stopping';
  }

  #crash(): string | undefined {
    if (this.source.kind === 'remote') return undefined;
    const crashed = this.source.hosted.members.find((member) => member.state === 'crashed');
    return crashed && `member ${crashed.config.name} ended: ${crashed.reason ?? 'for an unknown reason'}`;
  }

  /** A member's process has changed: look again now. */
  refresh(): void {
    if (this.#looking) this.#again = true;
    else this.#schedule(0);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#ended.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#look(), delayMs);
    // A process that is asked to end must not wait for the next look.
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    this.#again = false;
    try {
      await this.#update();
    } finally {
      this.#looking = false;
      this.#schedule(this.#again ? 0 : this.status.watched ? watchedMs : restingMs);
    }
  }

  async #update(): Promise<void> {
    const members = await this.#members();
    if (this.#ended.signal.aborted) return;
    // Members of a hosted cluster come and go; what a learner would refuse is not asked of it.
    if (this.source.kind === 'hosted') this.client.setEndpoints(members.filter((member) => !member.isLearner).flatMap((member) => member.clientUrls));
    const answers = await this.probes.ask(members, this.source.kind === 'hosted' ? [] : this.endpoints, (member) => this.#isDown(member));
    if (this.#ended.signal.aborted) return;
    const told = await this.#replication.ask(this.probes, answers);
    if (this.#ended.signal.aborted) return;
    const views: MemberView[] = members.map((member, i) => viewOf({ member, probe: answers[i], thread: this.#thread(member), told }));
    const before = JSON.stringify(this.summary());
    const failed = answers.find((answer) => !answer.ok);
    const nobody = this.source.kind === 'remote' && failed && !answers.some((answer) => answer.ok);
    this.#unreachable = nobody ? { endpoint: addressOf(members[answers.indexOf(failed)]?.clientUrls[0] ?? this.endpoints[0]!), ...this.#whyNot(failed.error) } : undefined;
    this.status.set(statusOf(this.summary(), views, answers, told, this.status.value));
    const summary = this.summary();
    this.status.value!.cluster = summary;
    if (JSON.stringify(summary) !== before) this.#options.changed();
  }

  /** Of an endpoint that has answered before it is not said that something else listens there. */
  #whyNot(error: string): { reason: UnreachableReason; text: string } {
    const reason = reasonOf(error);
    return reason === 'closed' && this.#lastMembers ? { reason: 'other', text: 'the connection was lost' } : { reason, text: error };
  }

  /** Asked of the cluster while it answers; else what was known last, or what the definition says. */
  async #members(): Promise<Member[]> {
    const hosted = this.source.kind === 'hosted' ? this.source.hosted : undefined;
    const known = (): Member[] => this.#lastMembers ?? (hosted ? definedMembers(hosted) : this.#unknownMembers());
    if (hosted && hosted.members.every((member) => member.state !== 'running')) return known();
    try {
      const { members } = await this.client.memberList({ timeoutMs: 1_500 });
      // In the order of their names; those without, which have not started, last.
      this.#lastMembers = members.sort((a, b) => Number(this.#nameOf(a) === '') - Number(this.#nameOf(b) === '') || this.#nameOf(a).localeCompare(this.#nameOf(b), 'en', { numeric: true }));
      return this.#lastMembers;
    } catch {
      this.client.next();
      return known();
    }
  }

  #lastMembers: Member[] | undefined;

  #unknownMembers(): Member[] {
    return this.endpoints.map((endpoint, i) => ({ id: BigInt(i), name: endpoint, peerUrls: [], clientUrls: [endpoint], isLearner: false }));
  }

  #nameOf(member: Member): string {
    return member.name || (this.#thread(member)?.config.name ?? '');
  }

  /** The thread of a hosted member, whether it has ever run or not. */
  threadOf(id: HexId): MemberThread | undefined {
    const member = this.#lastMembers?.find((other) => idHex(other.id) === id);
    const name = this.status.value?.members.find((other) => other.id === id)?.name;
    if (this.source.kind === 'remote') return undefined;
    return member ? this.#thread(member) : this.source.hosted.members.find((thread) => thread.config.name === name);
  }

  /** The members as the cluster has told them last. */
  get lastMembers(): readonly Member[] {
    return this.#lastMembers ?? [];
  }

  #thread(member: Member): MemberThread | undefined {
    if (this.source.kind === 'remote') return undefined;
    return this.source.hosted.members.find((thread) => thread.config.name === member.name || thread.config.initialAdvertisePeerUrls[0] === member.peerUrls[0]);
  }

  #isDown(member: Member): boolean {
    const state = this.#thread(member)?.state;
    return state === 'stopped' || state === 'crashed';
  }

  /** By its process as it is now; one that runs elsewhere by its last answer. */
  isServing(member: Member): boolean {
    const thread = this.#thread(member);
    return thread ? thread.state === 'running' : (this.status.value?.members.some(({ id, healthy }) => id === idHex(member.id) && healthy) ?? false);
  }

  readonly #leaseWatchers = new Set<() => void>();

  /** Runs when something was done to leases here; returns what ends that. */
  onLeasesChanged(run: () => void): () => void {
    this.#leaseWatchers.add(run);
    return () => this.#leaseWatchers.delete(run);
  }

  leasesChanged(): void {
    for (const run of this.#leaseWatchers) run();
  }

  close(): void {
    this.#ended.abort();
    this.leaseHolder.close();
    clearTimeout(this.#timer);
    this.client.close();
    this.probes.close();
  }
}
