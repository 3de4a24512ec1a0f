import { utf8, utf8Text } from '../base/bytes.ts';
import { etcdErrors, type EtcdError } from '../base/etcd-error.ts';
import { idHex, type MemberId } from '../base/ids.ts';
import { defaultMaxLearners } from '../base/membership-rules.ts';
import { etcdVersion, seriesOf } from '../base/version.ts';
import { Table, type BackendOp, type BackendPut, type BackendReader } from '../mvcc/backend.ts';
import { ConfChangeType, type ConfChange, type ConfState } from '../raft/types.ts';
import { ConfigError } from './config.ts';
import { confStateToJson, memberToJson, parseConfStateJson, parseMemberJson, type ChangeContext } from './member-json.ts';
import type { ClusterMember } from './types.ts';

const versionKey = utf8('clusterVersion');
const confStateKey = utf8('confState');

export const memberRow = (member: ClusterMember): BackendPut => ({ kind: 'put', table: Table.members, key: utf8(idHex(member.id)), value: utf8(memberToJson(member)) });
export const removedRow = (id: MemberId): BackendPut => ({ kind: 'put', table: Table.membersRemoved, key: utf8(idHex(id)), value: utf8('removed') });
export const versionRow = (version: string): BackendPut => ({ kind: 'put', table: Table.cluster, key: versionKey, value: utf8(version) });

/** A cluster that has risen above a release may say what that one cannot read. Source: etcd `MustDetectDowngrade`. */
function checked(version: string): string {
  const needed = seriesOf(version);
  if (needed === undefined || needed <= seriesOf(etcdVersion)!) return version;
  throw new ConfigError(`the cluster is at version ${version} and cannot be downgraded to ${etcdVersion}, which this member speaks: run it with a newer release`);
}

/**
 * The members of the cluster as the log has made them: deterministic, driven by applied entries only.
 * Rows go to the store through `stage`, so that they are committed with the entry that wrote them.
 */
export class Membership {
  readonly clusterId: bigint;
  readonly #stage: (op: BackendOp) => void;
  readonly #maxLearners: number;
  #members = new Map<MemberId, ClusterMember>();
  #removed = new Set<MemberId>();
  #clusterVersion = '';

  constructor(clusterId: bigint, stage: (op: BackendOp) => void, maxLearners: number = defaultMaxLearners) {
    this.clusterId = clusterId;
    this.#stage = stage;
    this.#maxLearners = maxLearners;
  }

  /** Reads what the store holds, which a former run or a snapshot has left there. */
  load(backend: BackendReader): void {
    this.#members.clear();
    this.#removed.clear();
    this.#clusterVersion = '';
    const start = new Uint8Array(0);
    for (const row of backend.scan(Table.members, start)) {
      const member = parseMemberJson(utf8Text(row.value));
      this.#members.set(member.id, member);
    }
    for (const row of backend.scan(Table.membersRemoved, start)) this.#removed.add(BigInt(`0x${utf8Text(row.key)}`));
    const version = backend.get(Table.cluster, versionKey);
    if (version) this.#clusterVersion = checked(utf8Text(version));
  }

  /** Ascending by id, as every list of members is. */
  list(): ClusterMember[] {
    return [...this.#members.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(id: MemberId): ClusterMember | undefined {
    return this.#members.get(id);
  }

  removed(): MemberId[] {
    return [...this.#removed];
  }

  isRemoved(id: MemberId): boolean {
    return this.#removed.has(id);
  }

  voters(): ClusterMember[] {
    return this.list().filter((member) => !member.isLearner);
  }

  learners(): ClusterMember[] {
    return this.list().filter((member) => member.isLearner);
  }

  get clusterVersion(): string {
    return this.#clusterVersion;
  }

  /** Why this change must not take effect, by etcd's apply-time rules; undefined when it may. */
  refusal(change: ConfChange, context: ChangeContext | undefined): EtcdError | undefined {
    const id = change.nodeId;
    const member = context?.member;
    if (this.#removed.has(id)) return etcdErrors.memberNotFound();
    switch (change.type) {
      case ConfChangeType.addNode:
      case ConfChangeType.addLearnerNode: {
        const known = this.#members.get(id);
        if (context?.isPromote) {
          if (!known) return etcdErrors.memberNotFound();
          return known.isLearner ? undefined : etcdErrors.memberNotLearner();
        }
        if (known) return etcdErrors.memberExist();
        if (this.#urlTaken(member, id)) return etcdErrors.peerUrlExist();
        return member?.isLearner && this.learners().length >= this.#maxLearners ? etcdErrors.tooManyLearners() : undefined;
      }
      case ConfChangeType.updateNode:
        if (!this.#members.has(id)) return etcdErrors.memberNotFound();
        return this.#urlTaken(member, id) ? etcdErrors.peerUrlExist() : undefined;
      case ConfChangeType.removeNode: {
        const known = this.#members.get(id);
        if (!known) return etcdErrors.memberNotFound();
        // Without the strict check etcd lets this through, and all its members end with it: raft has no such configuration.
        return known.isLearner || this.voters().length > 1 ? undefined : etcdErrors.memberNotEnoughStarted();
      }
    }
  }

  #urlTaken(member: ClusterMember | undefined, except: MemberId): boolean {
    const wanted = new Set(member?.peerUrls ?? []);
    return this.list().some((other) => other.id !== except && other.peerUrls.some((url) => wanted.has(url)));
  }

  /** Carries out a change that `refusal` let pass. */
  apply(change: ConfChange, context: ChangeContext | undefined): void {
    const id = change.nodeId;
    if (change.type === ConfChangeType.removeNode) {
      this.#members.delete(id);
      this.#removed.add(id);
      this.#stage({ kind: 'delete', table: Table.members, key: utf8(idHex(id)) });
      this.#stage(removedRow(id));
      return;
    }
    if (!context) return;
    const { member, isPromote } = context;
    const known = this.#members.get(id);
    if (known && isPromote) this.#put({ ...known, isLearner: false });
    // An update changes the peer URLs alone.
    else if (known && change.type === ConfChangeType.updateNode) this.#put({ ...known, peerUrls: member.peerUrls });
    else this.#put({ ...member, id });
  }

  setAttributes(id: MemberId, attributes: { name: string; clientUrls: string[] }): void {
    const member = this.#members.get(id);
    // A member that was removed in the meantime may still publish: etcd ignores it.
    if (member) this.#put({ ...member, ...attributes });
  }

  /** Raft's configuration as of the entry being applied; a restart begins with it. */
  setConfState(state: ConfState): void {
    this.#stage({ kind: 'put', table: Table.meta, key: confStateKey, value: utf8(confStateToJson(state)) });
  }

  /**
   * After a snapshot: raft's configuration says who learns. A database of etcd 3.4 does not have it, and in one of 3.5 a
   * learner that was promoted may still stand as one.
   */
  follow(state: ConfState): void {
    this.setConfState(state);
    for (const member of this.list()) {
      const isLearner = state.learners.includes(member.id);
      if (member.isLearner !== isLearner) this.#put({ ...member, isLearner });
    }
  }

  static loadConfState(backend: BackendReader): ConfState | undefined {
    const row = backend.get(Table.meta, confStateKey);
    return row && parseConfStateJson(utf8Text(row));
  }

  /** Throws ConfigError when this release is too old for it. */
  setVersion(version: string): void {
    this.#clusterVersion = checked(version);
    this.#stage(versionRow(version));
  }

  #put(member: ClusterMember): void {
    this.#members.set(member.id, member);
    this.#stage(memberRow(member));
  }
}
