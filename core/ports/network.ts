import type { MemberId } from '../base/ids.ts';
import type { Message } from '../raft/types.ts';

/** What the member host sends and learns through. Addresses are peer URLs. */
export interface PeerNetwork {
  /** Never blocks and never throws: what cannot be sent is dropped and reported as unreachable. */
  send(messages: readonly Message[]): void;
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
}
