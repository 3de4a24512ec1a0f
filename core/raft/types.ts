import type { MemberId } from '../base/ids.ts';

/** Numbers are raftpb's. */
export const EntryType = { normal: 0, confChange: 1, confChangeV2: 2 } as const;
export type EntryType = (typeof EntryType)[keyof typeof EntryType];

export interface Entry {
  type: EntryType;
  term: number;
  index: number;
  data: Uint8Array;
}

/** What must survive a crash besides the log. `vote` 0n: none. */
export interface HardState {
  term: number;
  vote: MemberId;
  commit: number;
}

export interface ConfState {
  voters: MemberId[];
  learners: MemberId[];
  votersOutgoing: MemberId[];
  learnersNext: MemberId[];
  autoLeave: boolean;
}

export interface SnapshotMetadata {
  confState: ConfState;
  index: number;
  term: number;
}

export interface Snapshot {
  data: Uint8Array;
  metadata: SnapshotMetadata;
}

/** Numbers are raftpb's. 0, 1, 10–12 and 19–23 never cross the network. */
export const MessageType = {
  hup: 0, beat: 1, prop: 2, app: 3, appResp: 4, vote: 5, voteResp: 6, snap: 7, heartbeat: 8, heartbeatResp: 9,
  unreachable: 10, snapStatus: 11, checkQuorum: 12, transferLeader: 13, timeoutNow: 14, readIndex: 15,
  readIndexResp: 16, preVote: 17, preVoteResp: 18, storageAppend: 19, storageAppendResp: 20, storageApply: 21,
  storageApplyResp: 22, forgetLeader: 23,
} as const;
export type MessageType = (typeof MessageType)[keyof typeof MessageType];

export interface Message {
  type: MessageType;
  to: MemberId;
  from: MemberId;
  term: number;
  logTerm: number;
  index: number;
  entries: Entry[];
  commit: number;
  snapshot: Snapshot | undefined;
  reject: boolean;
  rejectHint: number;
  context: Uint8Array;
  vote: MemberId;
  responses: Message[];
}

/** V1 and V2 share the numbers. */
export const ConfChangeType = { addNode: 0, removeNode: 1, updateNode: 2, addLearnerNode: 3 } as const;
export type ConfChangeType = (typeof ConfChangeType)[keyof typeof ConfChangeType];

export interface ConfChange {
  id: bigint;
  type: ConfChangeType;
  nodeId: MemberId;
  context: Uint8Array;
}

export const ConfChangeTransition = { auto: 0, jointImplicit: 1, jointExplicit: 2 } as const;
export type ConfChangeTransition = (typeof ConfChangeTransition)[keyof typeof ConfChangeTransition];

export interface ConfChangeSingle {
  type: ConfChangeType;
  nodeId: MemberId;
}

export interface ConfChangeV2 {
  transition: ConfChangeTransition;
  changes: ConfChangeSingle[];
  context: Uint8Array;
}
