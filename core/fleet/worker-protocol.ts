import type { MemberConfig } from '../member/config.ts';
import type { LogFields, LogLevel } from '../ports/log.ts';

/** What the host tells a member's thread. */
export type ToWorker =
  | { kind: 'stop' }
  /** As kill -9: the thread closes its sockets, flushes nothing, and is gone. */
  | { kind: 'kill' }
  | { kind: 'setLink'; peer: bigint; link: { in: boolean; out: boolean } };

/** What a member's thread tells its host. */
export type FromWorker =
  | { kind: 'opened'; id: bigint; clusterId: bigint }
  | { kind: 'ready' }
  /** The member could not be opened, or ended by itself. The thread ends next. */
  | { kind: 'failed'; reason: string }
  | { kind: 'log'; level: LogLevel; message: string; fields: LogFields | undefined };

export interface WorkerInit {
  config: MemberConfig;
  logLevel: LogLevel;
}
