import { utf8Text } from '../base/bytes.ts';
import { EtcdError } from '../base/etcd-error.ts';
import { noMember, type MemberId } from '../base/ids.ts';
import { InternalRaftRequest } from '../proto/gen/raft-internal.ts';
import type { AlarmMember } from '../proto/gen/rpc.ts';
import { decodeConfChange } from '../raft/conf-change.ts';
import type { RawNode } from '../raft/raw-node.ts';
import { ConfChangeType, EntryType, type Entry } from '../raft/types.ts';
import { assert } from '../base/assert.ts';
import { applyRequest, type ApplyTarget } from './apply/apply-request.ts';
import type { Alarms } from './apply/alarms.ts';
import { parseMemberJson } from './member-json.ts';
import type { ApplyResponse, ClusterMember } from './types.ts';

export interface AppliedEntry {
  /** Of the request that the entry carried. */
  requestId?: bigint;
  result?: ApplyResponse | EtcdError;
  removedSelf?: boolean;
}

export interface EntryApplierParts extends ApplyTarget {
  node: RawNode;
  memberId: MemberId;
  appliedIndex: number;
  alarms: Alarms;
  /** The members have changed: links to peers follow. */
  membersChanged(id: MemberId): void;
}

/**
 * Applies committed entries in order. An entry that the store has already, from before a restart, is not applied to it
 * again; raft's own configuration is not kept in the store, and is always brought up to date.
 */
export class EntryApplier {
  readonly #parts: EntryApplierParts;
  #appliedIndex: number;

  constructor(parts: EntryApplierParts) {
    this.#parts = parts;
    this.#appliedIndex = parts.appliedIndex;
  }

  get appliedIndex(): number {
    return this.#appliedIndex;
  }

  alarms(): AlarmMember[] {
    return this.#parts.alarms.list();
  }

  apply(entry: Entry): AppliedEntry {
    assert(entry.index === this.#appliedIndex + 1, 'entries are applied in order', () => `${entry.index} after ${this.#appliedIndex}`);
    const { store } = this.#parts;
    const fresh = entry.index > store.consistentIndex;
    const applied = entry.type === EntryType.normal ? this.#applyNormal(entry, fresh) : this.#applyConfChange(entry, fresh);
    if (fresh) store.setConsistentIndex(entry.index, entry.term);
    this.#appliedIndex = entry.index;
    return applied;
  }

  #applyNormal(entry: Entry, fresh: boolean): AppliedEntry {
    if (entry.data.length === 0 || !fresh) return {};
    const request = InternalRaftRequest.decode(entry.data);
    return { requestId: request.header?.id ?? request.id, result: applyRequest(this.#parts, request) };
  }

  #applyConfChange(entry: Entry, fresh: boolean): AppliedEntry {
    assert(entry.type === EntryType.confChange, 'only changes of one member are proposed', () => `entry ${entry.index} has type ${entry.type}`);
    const { node, membership, memberId, membersChanged } = this.#parts;
    const change = decodeConfChange(entry.data);
    const member: ClusterMember | undefined = change.context.length > 0 ? parseMemberJson(utf8Text(change.context)) : undefined;
    // The store has judged and taken it before the restart; what it refused then had no effect on it.
    const known = fresh || change.type === ConfChangeType.removeNode ? undefined : membership.get(change.nodeId);
    const refusal = fresh ? membership.refusal(change, member) : undefined;
    if (refusal) {
      node.applyConfChange({ ...change, nodeId: noMember });
      return { requestId: change.id, result: refusal };
    }
    node.applyConfChange(change);
    if (fresh) {
      membership.apply(change, member);
      membersChanged(change.nodeId);
    } else if (known) membersChanged(change.nodeId);
    return { requestId: change.id, result: { kind: 'none' }, removedSelf: fresh && change.type === ConfChangeType.removeNode && change.nodeId === memberId };
  }
}
