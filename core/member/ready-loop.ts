import { MessageType, EntryType, type Entry, type Message, type Snapshot } from '../raft/types.ts';
import type { RawNode, Ready } from '../raft/raw-node.ts';
import type { HostParts } from './host-parts.ts';
import type { Snapshots } from './snapshots.ts';

export interface ReadyLoopPorts {
  leads(): boolean;
  /** Who leads, and which reads are confirmed, before anything of this Ready is carried out. */
  observe(ready: Ready): void;
  apply(entries: readonly Entry[]): void;
  /** Puts the store of a snapshot in the place of this one. */
  install(snapshot: Snapshot): Promise<void>;
  /** Raft knows that everything given to `apply` so far is applied, but for what waits behind a snapshot. */
  advanced(): void;
  /** A broken invariant or a failed disk: the member cannot go on. */
  failed(error: unknown): void;
}

/**
 * Carries out what raft says in the order that safety asks: persist, then send (a leader's appends may leave before its own
 * write is durable), then apply, then advance. One Ready at a time; only the installation of a snapshot goes on beside.
 */
export class ReadyLoop {
  readonly #parts: HostParts;
  readonly #node: RawNode;
  readonly #snapshots: Snapshots;
  readonly #ports: ReadyLoopPorts;
  #scheduled = false;
  #running: Promise<void> | undefined;
  #installing: Promise<void> | undefined;
  /** Entries that raft has committed while a snapshot is being installed. */
  #held: Entry[] = [];
  #ended = false;

  constructor(parts: HostParts, node: RawNode, snapshots: Snapshots, ports: ReadyLoopPorts) {
    this.#parts = parts;
    this.#node = node;
    this.#snapshots = snapshots;
    this.#ports = ports;
  }

  /** A snapshot is on its way into the store. */
  get installing(): boolean {
    return this.#installing !== undefined || this.#node.hasSnapshot();
  }

  /** Runs at the end of this batch of events, so that one write and one message serve all that came in it. */
  kick(): void {
    if (this.#scheduled || this.#running || this.#ended) return;
    this.#scheduled = true;
    this.#parts.clock.soon(() => {
      this.#scheduled = false;
      if (this.#ended || this.#running) return;
      this.#running = this.#run()
        .catch((error: unknown) => this.#ports.failed(error))
        .finally(() => {
          this.#running = undefined;
          if (!this.#ended && this.#hasWork()) this.kick();
        });
    });
  }

  /** Begins nothing more. */
  end(): void {
    this.#ended = true;
  }

  /** Resolves when nothing is under way any more, after `end`. */
  async idle(): Promise<void> {
    await this.#running;
    await this.#installing;
  }

  #hasWork(): boolean {
    return this.#node.hasReady() || this.#snapshots.hasPoint;
  }

  async #run(): Promise<void> {
    while (!this.#ended && this.#hasWork()) {
      if (this.#snapshots.hasPoint) await this.#snapshots.notePoint();
      if (!this.#ended && this.#node.hasReady()) await this.#carryOut(this.#node.ready());
    }
  }

  async #carryOut(ready: Ready): Promise<void> {
    this.#ports.observe(ready);
    const leading = this.#ports.leads();
    if (leading) this.#send(ready.messages);
    const early = this.#isDurable(ready);
    if (early) await this.#take(ready.committedEntries);
    await this.#persist(ready);
    if (this.#ended) return;
    if (!leading) this.#send(ready.messages);
    if (ready.snapshot) this.#install(ready.snapshot);
    if (!early) await this.#take(ready.committedEntries);
    if (this.#ended) return;
    this.#node.advance();
    this.#ports.advanced();
  }

  /** Committed entries that this member has on disk already may be applied before this Ready's own write. */
  #isDurable(ready: Ready): boolean {
    const last = ready.committedEntries.at(-1);
    // By its term too: another leader's entry may still stand there.
    return last !== undefined && ready.snapshot === undefined && this.#parts.raftStorage.term(last.index) === last.term;
  }

  async #persist(ready: Ready): Promise<void> {
    const { wal, raftStorage } = this.#parts;
    if (ready.snapshot) {
      // One at a time: its files must be whole before a newer one takes their place.
      await this.#installing;
      await this.#snapshots.accept(ready.snapshot);
      raftStorage.applySnapshot(ready.snapshot);
    }
    // The store will be at the snapshot for good: that it is committed must not be lost, or the log would be behind the store.
    const sync = ready.mustSync || ready.snapshot !== undefined;
    if (ready.hardState || ready.entries.length > 0) await wal.save(ready.hardState, ready.entries, sync);
    if (ready.hardState) raftStorage.setHardState(ready.hardState);
    if (ready.entries.length > 0) raftStorage.append(ready.entries);
  }

  #send(messages: readonly Message[]): void {
    const others: Message[] = [];
    for (const message of messages) {
      if (message.type === MessageType.snap) void this.#snapshots.send(message);
      else others.push(message);
    }
    if (others.length > 0) this.#parts.network.send(others);
  }

  /** While a snapshot is being installed, entries wait behind it; raft goes on, for its leader and its peers count on it. */
  async #take(entries: readonly Entry[]): Promise<void> {
    if (this.#installing) {
      for (const entry of entries) this.#held.push(entry);
      // A change of members must be known before anything more is sent: votes would be counted wrongly.
      if (entries.some((entry) => entry.type !== EntryType.normal)) await this.#installing;
    } else this.#ports.apply(entries);
  }

  #install(snapshot: Snapshot): void {
    this.#installing = this.#ports
      .install(snapshot)
      .then(() => this.#release())
      .catch((error: unknown) => this.#ports.failed(error))
      .finally(() => this.kick());
  }

  #release(): void {
    this.#installing = undefined;
    const held = this.#held;
    this.#held = [];
    if (!this.#ended) this.#ports.apply(held);
  }
}
