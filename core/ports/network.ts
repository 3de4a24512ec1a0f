import type { MemberId } from '../base/ids.ts';
import type { Message } from '../raft/types.ts';

/** The store's image on its way to one peer. */
export interface SnapshotBody {
  /** Of all chunks together. */
  readonly byteLength: number;
  /** Pulled as fast as the peer takes them, at most once from the start; a chunk is good until the next is pulled. */
  chunks(): Iterable<Uint8Array>;
  /** Called once, whatever came of it. */
  close(): void;
}

/** What the member host sends and learns through. Addresses are peer URLs. */
export interface PeerNetwork {
  /** Never blocks and never throws: what cannot be sent is dropped and reported as unreachable. */
  send(messages: readonly Message[]): void;
  /**
   * Sends a MsgSnap with the store behind it. Never throws; the handler's `snapshotSent` tells once what came of it,
   * and only then may the peer be sent another.
   */
  sendSnapshot(message: Message, body: SnapshotBody): void;
  /** Connects to a peer; a known one gets the new addresses. */
  addPeer(id: MemberId, peerUrls: readonly string[]): void;
  removePeer(id: MemberId): void;
  /** Monotonic milliseconds since when messages from this peer flow; undefined: they do not. */
  activeSinceMs(id: MemberId): number | undefined;
  /** Cuts or mends a link, for fault injection. */
  setLink(id: MemberId, link: { in: boolean; out: boolean }): void;
  dispose(): Promise<void>;
}

/** Where a network delivers. */
export interface PeerHandler {
  receive(message: Message): void;
  unreachable(id: MemberId): void;
  /**
   * A MsgSnap and the store behind it. Resolves when the member has stored the body and stepped the message; rejects when
   * it has not, and the sender learns so. The body throws when the sender breaks off or falls silent.
   * `byteLength` is undefined when the sender did not say it: etcd does not.
   */
  receiveSnapshot(message: Message, byteLength: number | undefined, body: AsyncIterable<Uint8Array>): Promise<void>;
  /** A peer says that this member was removed from the cluster. */
  removed(): void;
  /** A snapshot that was given to `sendSnapshot` is stored there, or is not. */
  snapshotSent(id: MemberId, ok: boolean): void;
}
