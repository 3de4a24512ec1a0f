/** How long a peer's connections wait, milliseconds. Sources: etcd `rafthttp/peer.go`, `PeerDialTimeout`. */
export interface PeerTiming {
  /** Until a dialled stream answers. */
  dialMs: number;
  /** A stream that brings nothing for this long is dead, and so is a post that is not answered. */
  readMs: number;
  /** So is a stream that takes nothing. */
  writeMs: number;
  /** Between two beats of an idle stream. An etcd at the other end gives it up after 5 s of silence. */
  linkHeartbeatMs: number;
  /** Before a lost stream is dialled again, and as much again at random. */
  redialMs: number;
  probeMs: number;
}

const etcdTimeoutMs = 5_000;

/** What an operator may ask for: no less than etcd's times, milliseconds. */
export interface PeerTimeouts {
  readTimeoutMs?: number;
  writeTimeoutMs?: number;
}

/** A connection is not given up before the cluster would give up a leader. */
export function peerTiming(electionTimeoutMs: number, { readTimeoutMs = 0, writeTimeoutMs = 0 }: PeerTimeouts = {}): PeerTiming {
  const patienceMs = Math.max(etcdTimeoutMs, electionTimeoutMs);
  return {
    dialMs: 1_000 + electionTimeoutMs, readMs: Math.max(patienceMs, readTimeoutMs), writeMs: Math.max(patienceMs, writeTimeoutMs),
    linkHeartbeatMs: etcdTimeoutMs / 3, redialMs: 100, probeMs: etcdTimeoutMs - 1_000,
  };
}
