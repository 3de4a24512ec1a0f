import { afterEach } from 'vitest';
import { SeededRandom } from '../../core/base/random.ts';
import type { MemberId } from '../../core/base/ids.ts';
import { HttpPeerNetwork, type PeerNetworkOptions } from '../../core/peer/http-peer-network.ts';
import { nodeClock } from '../../core/node/node-clock.ts';
import { silentLog } from '../../core/ports/log.ts';
import type { PeerHandler, SnapshotBody } from '../../core/ports/network.ts';
import { newMessage, type MessageInit } from '../../core/raft/message.ts';
import type { Message, MessageType } from '../../core/raft/types.ts';

export const testClusterId = 0xcdf818194e3a8c32n;

/** A peer port on the loopback with nobody behind it but lists of what came. */
export class TestPeer implements PeerHandler {
  readonly id: MemberId;
  readonly network: HttpPeerNetwork;
  readonly received: Message[] = [];
  readonly lost: MemberId[] = [];
  /** How often it was told that it is no member any more. */
  removals = 0;
  readonly snapshotsSent: { id: MemberId; ok: boolean }[] = [];
  /** What becomes of a snapshot; takes it all unless a test says otherwise. */
  takeSnapshot = async (_message: Message, _byteLength: number | undefined, body: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const chunk of body) void chunk;
  };

  private constructor(id: MemberId, network: HttpPeerNetwork) {
    this.id = id;
    this.network = network;
  }

  static async listen(id: MemberId, options: Partial<PeerNetworkOptions> = {}): Promise<TestPeer> {
    const network = await HttpPeerNetwork.listen({
      self: { memberId: id, clusterId: testClusterId, version: '3.6.0', peerUrls: [] }, listenUrls: ['http://127.0.0.1:0'], electionTimeoutMs: 1_000, clock: nodeClock,
      random: new SeededRandom(1), log: silentLog,
      isRemoved: () => false, serve: () => false, ...options,
    });
    const peer = new TestPeer(id, network);
    network.deliverTo(peer);
    return peer;
  }

  get url(): string {
    return this.network.addresses[0]!;
  }

  /** Each learns the other's address. */
  static meet(a: TestPeer, b: TestPeer): void {
    a.network.addPeer(b.id, [b.url]);
    b.network.addPeer(a.id, [a.url]);
  }

  receive(message: Message): void {
    this.received.push(message);
  }

  unreachable(id: MemberId): void {
    this.lost.push(id);
  }

  removed(): void {
    this.removals++;
  }

  receiveSnapshot(message: Message, byteLength: number | undefined, body: AsyncIterable<Uint8Array>): Promise<void> {
    return this.takeSnapshot(message, byteLength, body);
  }

  snapshotSent(id: MemberId, ok: boolean): void {
    this.snapshotsSent.push({ id, ok });
  }

  message(type: MessageType, to: TestPeer, init: MessageInit = {}): Message {
    return newMessage(type, { from: this.id, to: to.id, term: 1, ...init });
  }
}

/** A body that counts what is pulled from it. */
export class TestBody implements SnapshotBody {
  readonly byteLength: number;
  readonly #chunks: () => Iterable<Uint8Array>;
  pulled = 0;
  closed = 0;

  constructor(byteLength: number, chunks: () => Iterable<Uint8Array>) {
    this.byteLength = byteLength;
    this.#chunks = chunks;
  }

  *chunks(): Iterable<Uint8Array> {
    for (const chunk of this.#chunks()) {
      this.pulled += chunk.length;
      yield chunk;
    }
  }

  close(): void {
    this.closed++;
  }
}

/** What a file of specs listens with: its peers are let go of after each test. */
export function listenForATest(): typeof TestPeer.listen {
  const peers: TestPeer[] = [];
  afterEach(async () => {
    await Promise.all(peers.splice(0).map((peer) => peer.network.dispose()));
  });
  return async (id, options) => {
    const peer = await TestPeer.listen(id, options);
    peers.push(peer);
    return peer;
  };
}
