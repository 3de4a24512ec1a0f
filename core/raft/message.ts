import { emptyBytes } from '../base/bytes.ts';
import { noMember, type MemberId } from '../base/ids.ts';
import { MessageType, type Entry, type Message, type Snapshot } from './types.ts';

/** Targets of the messages that ask for local work when storage writes are asynchronous. */
export const appendThread: MemberId = 2n ** 64n - 1n;
export const applyThread: MemberId = 2n ** 64n - 2n;

export function isLocalTarget(id: MemberId): boolean {
  return id === appendThread || id === applyThread;
}

export interface MessageInit {
  to?: MemberId;
  from?: MemberId;
  term?: number;
  logTerm?: number;
  index?: number;
  entries?: Entry[];
  commit?: number;
  snapshot?: Snapshot | undefined;
  reject?: boolean;
  rejectHint?: number;
  context?: Uint8Array;
  vote?: MemberId;
  responses?: Message[];
}

const none: never[] = [];

/** All messages have all fields in one order: the engine sees one shape. */
export function newMessage(type: MessageType, init: MessageInit): Message {
  return {
    type,
    to: init.to ?? noMember,
    from: init.from ?? noMember,
    term: init.term ?? 0,
    logTerm: init.logTerm ?? 0,
    index: init.index ?? 0,
    entries: init.entries ?? none,
    commit: init.commit ?? 0,
    snapshot: init.snapshot,
    reject: init.reject ?? false,
    rejectHint: init.rejectHint ?? 0,
    context: init.context ?? emptyBytes,
    vote: init.vote ?? noMember,
    responses: init.responses ?? none,
  };
}

/** Messages that a member sends itself only: from the network they are refused. */
export function isLocalMessage(type: MessageType): boolean {
  switch (type) {
    case MessageType.hup:
    case MessageType.beat:
    case MessageType.unreachable:
    case MessageType.snapStatus:
    case MessageType.checkQuorum:
    case MessageType.storageAppend:
    case MessageType.storageAppendResp:
    case MessageType.storageApply:
    case MessageType.storageApplyResp:
      return true;
    default:
      return false;
  }
}

export function isResponseMessage(type: MessageType): boolean {
  switch (type) {
    case MessageType.appResp:
    case MessageType.voteResp:
    case MessageType.heartbeatResp:
    case MessageType.unreachable:
    case MessageType.readIndexResp:
    case MessageType.preVoteResp:
    case MessageType.storageAppendResp:
    case MessageType.storageApplyResp:
      return true;
    default:
      return false;
  }
}
