import { etcdErrors } from '../base/etcd-error.ts';
import type { Disposable } from '../base/dispose.ts';
import { noMember } from '../base/ids.ts';
import type { EtcdMember } from '../member/types.ts';
import type { Clock } from '../ports/clock.ts';
import type { ServerStream } from './stream.ts';

/** Election timeouts without a leader after which streams end. Source: etcd `maxNoLeaderCnt`. */
const patience = 3;

/**
 * Ends the streams of clients that asked for a leader (`hasleader`) when there has been none for three election timeouts.
 * Ending is dearer than refusing: each client comes back. Source: etcd `monitorLeader`.
 */
export class LeaderMonitor {
  readonly #member: Pick<EtcdMember, 'status' | 'electionTimeoutMs'>;
  readonly #clock: Pick<Clock, 'every'>;
  readonly #ends = new Set<() => void>();
  #ticking: Disposable | undefined;
  #missed = 0;

  constructor(member: Pick<EtcdMember, 'status' | 'electionTimeoutMs'>, clock: Pick<Clock, 'every'>) {
    this.#member = member;
    this.#clock = clock;
  }

  /** The stream as the service is to use it: after the monitor has ended it, nothing more is sent. */
  guard<In, Out>(stream: ServerStream<In, Out>): ServerStream<In, Out> {
    const closers: (() => void)[] = [];
    let open = true;
    const close = (): void => {
      if (!open) return;
      open = false;
      this.#forget(end);
      for (const run of closers) run();
    };
    const end = (): void => {
      if (open) stream.end(etcdErrors.noLeader());
      close();
    };
    stream.onClose(close);
    this.#watch(end);
    return {
      send: (message) => open && stream.send(message),
      onMessage: (take) => stream.onMessage((message) => {
        if (open) take(message);
      }),
      pause: () => stream.pause(),
      resume: () => stream.resume(),
      onEnd: (run) => stream.onEnd(run),
      onDrain: (run) => stream.onDrain(run),
      onClose: (run) => void closers.push(run),
      end: (error) => {
        if (open) stream.end(error);
      },
    };
  }

  #watch(end: () => void): void {
    this.#ends.add(end);
    if (this.#ticking) return;
    this.#missed = 0;
    this.#ticking = this.#clock.every(this.#member.electionTimeoutMs, () => this.#look());
  }

  #forget(end: () => void): void {
    this.#ends.delete(end);
    if (this.#ends.size > 0) return;
    this.#ticking?.dispose();
    this.#ticking = undefined;
  }

  #look(): void {
    this.#missed = this.#member.status().leader === noMember ? this.#missed + 1 : 0;
    if (this.#missed >= patience) for (const end of [...this.#ends]) end();
  }
}
