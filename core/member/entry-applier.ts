import { utf8Text } from '../base/bytes.ts';
import { EtcdError, etcdErrors } from '../base/etcd-error.ts';
import { noMember, type MemberId } from '../base/ids.ts';
import { AlarmType, type AlarmMember } from '../proto/gen/rpc.ts';
import { decodeConfChange } from '../raft/conf-change.ts';
import type { RawNode } from '../raft/raw-node.ts';
import { ConfChangeType, EntryType, type Entry } from '../raft/types.ts';
import { assert } from '../base/assert.ts';
import { applyRequest, type ApplyTarget } from './apply/apply-request.ts';
import type { Alarms } from './apply/alarms.ts';
import { parseChangeContext } from './member-json.ts';
import { decodeRequest } from './request-codec.ts';
import type { ApplyResponse } from './types.ts';

export interface AppliedEntry {
  /** Of the request that the entry carried. */
  requestId?: bigint;
  result?: ApplyResponse | EtcdError;
  removedSelf?: boolean;
  /** This member has no room for what it did: the alarm must come before the answer. */
  overQuota?: boolean;
}

export interface EntryApplierParts extends ApplyTarget {
  node: RawNode;
  memberId: MemberId;
  appliedIndex: number;
  alarms: Alarms;
  /** The members have changed: links to peers follow. */
  membersChanged(id: MemberId): void;
}

/** A leader begins its term with an empty entry; those of former terms look the same. */
export const opensTerm = (entry: Entry, term: number): boolean => entry.type === EntryType.normal && entry.data.length === 0 && entry.term === term;

/** Applies committed entries in order, each once: the store says at start where to go on. */
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

  /** The store's content was replaced by one that has everything up to this index. */
  restored(index: number): void {
    this.#appliedIndex = index;
  }

  /** What it throws is a broken invariant: the store is given up, for it may have half of what the entry says. */
  apply(entry: Entry): AppliedEntry {
    try {
      assert(entry.index === this.#appliedIndex + 1, 'entries are applied in order', () => `${entry.index} after ${this.#appliedIndex}`);
      const applied = entry.type === EntryType.normal ? this.#applyNormal(entry) : this.#applyConfChange(entry);
      this.#parts.store.setConsistentIndex(entry.index, entry.term);
      this.#appliedIndex = entry.index;
      return applied;
    } catch (error) {
      this.#parts.store.giveUp(error);
      throw error;
    }
  }

  #applyNormal(entry: Entry): AppliedEntry {
    if (entry.data.length === 0) return {};
    const { id, request } = decodeRequest(entry.data);
    const result: ApplyResponse | EtcdError = request ? applyRequest(this.#parts, request) : { kind: 'none' };
    const overQuota = result instanceof EtcdError && result.message === etcdErrors.noSpace().message && !this.#parts.alarms.has(AlarmType.NOSPACE);
    return { requestId: id, result, overQuota };
  }

  #applyConfChange(entry: Entry): AppliedEntry {
    assert(entry.type === EntryType.confChange, 'only changes of one member are proposed', () => `entry ${entry.index} has type ${entry.type}`);
    const { node, membership, memberId, membersChanged } = this.#parts;
    const change = decodeConfChange(entry.data);
    const context = change.context.length > 0 ? parseChangeContext(utf8Text(change.context)) : undefined;
    const refusal = membership.refusal(change, context);
    // Raft hears of a refused change too, as one that changes nothing: it waits for every change to be applied.
    membership.setConfState(node.applyConfChange(refusal ? { ...change, nodeId: noMember } : change));
    if (refusal) return { requestId: change.id, result: refusal };
    membership.apply(change, context);
    membersChanged(change.nodeId);
    return { requestId: change.id, result: { kind: 'none' }, removedSelf: change.type === ConfChangeType.removeNode && change.nodeId === memberId };
  }
}
