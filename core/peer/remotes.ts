import type { Disposable } from '../base/dispose.ts';
import type { MemberId } from '../base/ids.ts';
import type { Clock } from '../ports/clock.ts';
import type { Message } from '../raft/types.ts';
import type { PeerIdentity } from './headers.ts';
import { Pipeline } from './pipeline.ts';
import type { PeerTiming } from './timing.ts';
import { UrlPicker } from './url-picker.ts';

export interface RemotesParts {
  self: PeerIdentity;
  clock: Clock;
  timing: PeerTiming;
  removed(): void;
}

const maxRemotes = 32;

/**
 * Senders that the log does not name yet, or not here: a member that joins, or whom others have added since this one last
 * heard. They are answered by posts to the URLs that they say are theirs. Source: etcd `rafthttp/remote.go`.
 */
export class Remotes implements Disposable {
  readonly #parts: RemotesParts;
  /** The oldest first. */
  readonly #known = new Map<MemberId, { urls: UrlPicker; pipeline: Pipeline }>();

  constructor(parts: RemotesParts) {
    this.#parts = parts;
  }

  add(id: MemberId, peerUrls: readonly string[]): void {
    const known = this.#known.get(id);
    if (known) {
      known.urls.update(peerUrls);
      return;
    }
    if (this.#known.size >= maxRemotes) this.remove(this.#known.keys().next().value!);
    const urls = new UrlPicker(peerUrls);
    // Raft keeps no progress of it that a failure could pause.
    const pipeline = new Pipeline({ ...this.#parts, urls, delivered: () => {}, failed: () => {} });
    this.#known.set(id, { urls, pipeline });
  }

  send(id: MemberId, messages: readonly Message[]): void {
    const known = this.#known.get(id);
    if (known) for (const message of messages) known.pipeline.send(message);
  }

  remove(id: MemberId): void {
    this.#known.get(id)?.pipeline.dispose();
    this.#known.delete(id);
  }

  dispose(): void {
    for (const id of [...this.#known.keys()]) this.remove(id);
  }
}
