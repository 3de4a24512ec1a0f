import type { ServerResponse } from 'node:http';
import type { Disposable } from '../base/dispose.ts';
import { idHex, type MemberId } from '../base/ids.ts';
import type { Random } from '../base/random.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import type { SnapshotBody } from '../ports/network.ts';
import { MessageType, type Message } from '../raft/types.ts';
import { peerHeaders, type PeerIdentity } from './headers.ts';
import { plausible } from './plausible.ts';
import { Pipeline, PostRefused } from './pipeline.ts';
import { PeerStatus } from './peer-status.ts';
import { Prober } from './prober.ts';
import { postSnapshot, type SnapshotPost } from './snapshot-sender.ts';
import type { StreamKind } from './stream-codec.ts';
import { StreamReader } from './stream-reader.ts';
import { StreamWriter } from './stream-writer.ts';
import type { PeerTiming } from './timing.ts';
import { UrlPicker } from './url-picker.ts';

/** Which directions of a link are open; both, unless a fault is injected. */
export interface LinkGate {
  in: boolean;
  out: boolean;
}

export interface PeerLinkParts {
  self: PeerIdentity;
  id: MemberId;
  clock: Clock;
  random: Random;
  log: LogSink;
  timing: PeerTiming;
  receive(message: Message): void;
  unreachable(): void;
  snapshotSent(ok: boolean): void;
  removed(): void;
}

const kinds: readonly StreamKind[] = ['msgapp', 'message'];

/**
 * The link to one peer. What comes from it comes on two streams that we dial; what goes to it goes on two streams that it
 * dialled, appends on their own, and while there is none, by single posts. Snapshots go by posts of their own, however
 * small, so that nothing waits behind them. Source: etcd `rafthttp/peer.go`.
 */
export class PeerLink implements Disposable {
  readonly status: PeerStatus;
  readonly #parts: PeerLinkParts;
  readonly #urls: UrlPicker;
  readonly #writers: Record<StreamKind, StreamWriter>;
  readonly #pipeline: Pipeline;
  readonly #prober: Prober;
  readonly #snapshots = new Set<SnapshotPost>();
  #readers: StreamReader[] = [];
  #gate: LinkGate;
  #disposed = false;

  constructor(parts: PeerLinkParts, urls: readonly string[], gate: LinkGate) {
    const { self, clock, log, timing } = parts;
    this.#parts = parts;
    this.#urls = new UrlPicker(urls);
    this.#gate = gate;
    this.status = new PeerStatus(parts.id, clock, log);
    this.#writers = { msgapp: this.#newWriter('msgapp'), message: this.#newWriter('message') };
    this.#pipeline = new Pipeline({
      self, urls: this.#urls, clock, timing,
      delivered: (bytes) => this.#sent(bytes),
      failed: (reason) => this.#failed(reason),
      removed: () => parts.removed(),
    });
    this.#prober = new Prober({ self, urls: this.#urls, clock, timing, status: this.status, mayAsk: () => this.#gate.in && this.#gate.out });
    if (gate.in) this.#listen();
  }

  #newWriter(kind: StreamKind): StreamWriter {
    const { clock, timing } = this.#parts;
    return new StreamWriter({ kind, clock, timing, sent: (bytes) => this.#sent(bytes), lost: () => this.#failed(`the ${kind} stream to it broke with messages in it`) });
  }

  get urls(): readonly string[] {
    return this.#urls.all;
  }

  get gate(): LinkGate {
    return this.#gate;
  }

  get activeSinceMs(): number | undefined {
    return this.status.activeSinceMs;
  }

  setUrls(urls: readonly string[]): void {
    if (this.#urls.update(urls)) for (const reader of this.#readers) reader.restart();
  }

  setGate(gate: LinkGate): void {
    this.#gate = gate;
    if (!gate.in) this.#deafen();
    else if (this.#readers.length === 0) this.#listen();
    if (!gate.out) {
      for (const kind of kinds) this.#writers[kind].dispose();
      for (const post of this.#snapshots) post.dispose();
      this.#pipeline.clear();
    }
    this.#judge('the link was cut');
  }

  // --- from the peer

  #listen(): void {
    const { self, id, clock, random, timing, receive } = this.#parts;
    this.#readers = kinds.map((kind) => new StreamReader({
      kind, self, id, urls: this.#urls, clock, random, timing,
      receive: (messages, bytes) => {
        this.status.figures.receivedBytes += bytes;
        for (const message of messages) {
          if (message.type === MessageType.snap || !plausible(message)) this.status.figures.receiveFailures++;
          else if (this.#gate.in) receive(message);
        }
      },
      garbled: () => void this.status.figures.receiveFailures++,
      opened: () => this.#judge(''),
      closed: (reason) => this.#judge(reason),
      removed: () => this.#parts.removed(),
    }));
  }

  #deafen(): void {
    for (const reader of this.#readers) reader.dispose();
    this.#readers = [];
  }

  /** A peer counts as active while one of its streams is here and the link is open both ways. */
  #judge(reason: string): void {
    const heard = this.#gate.in && this.#gate.out && this.#readers.some((reader) => reader.open);
    if (heard) this.status.activate();
    else this.status.deactivate(reason);
  }

  // --- to the peer

  /** The peer has dialled one of the streams; its headers are sent. */
  attach(kind: StreamKind, response: ServerResponse): void {
    this.#writers[kind].attach(response);
  }

  send(messages: readonly Message[]): void {
    if (!this.#gate.out) return;
    const appends = messages.filter((message) => message.type === MessageType.app);
    if (appends.length === 0 || !this.#writers.msgapp.open) this.#sendOthers(messages);
    else {
      if (appends.length < messages.length) this.#sendOthers(messages.filter((message) => message.type !== MessageType.app));
      if (!this.#writers.msgapp.send(appends)) this.#failed('it does not keep up with the appends');
    }
  }

  #sendOthers(messages: readonly Message[]): void {
    const sent = this.#writers.message.open ? this.#writers.message.send(messages) : messages.map((message) => this.#pipeline.send(message)).every(Boolean);
    if (!sent) this.#failed('it does not keep up with the messages');
  }

  sendSnapshot(message: Message, body: SnapshotBody): void {
    const { self, id, clock, log } = this.#parts;
    const base = this.#urls.pick();
    const facts = { peer: idHex(id), index: message.snapshot?.metadata.index, bytes: body.byteLength };
    log.log('info', 'sending a snapshot', facts);
    const post = postSnapshot(base, peerHeaders(self), message, body, clock);
    this.#snapshots.add(post);
    if (!this.#gate.out) post.dispose();
    this.status.figures.snapshotsOut.count(() => clock.nowMs(), post.done).then(
      () => {
        log.log('info', 'the peer has the snapshot', facts);
        this.#sent(body.byteLength);
        this.#parts.snapshotSent(true);
      },
      (error: unknown) => {
        if (this.#disposed) return;
        log.log('warn', 'the snapshot was not sent', { ...facts, error: error instanceof Error ? error.message : String(error) });
        this.#urls.unreachable(base);
        if (error instanceof PostRefused && error.removed) this.#parts.removed();
        this.#failed('the snapshot was not sent');
        this.#parts.snapshotSent(false);
      },
    ).finally(() => this.#snapshots.delete(post));
  }

  #sent(bytes: number): void {
    this.status.figures.sentBytes += bytes;
  }

  #failed(reason: string): void {
    this.status.figures.sendFailures++;
    this.status.failed(reason);
    this.#parts.unreachable();
  }

  dispose(): void {
    this.#disposed = true;
    this.#deafen();
    this.#prober.dispose();
    this.#pipeline.dispose();
    for (const kind of kinds) this.#writers[kind].dispose();
    for (const post of this.#snapshots) post.dispose();
  }
}
