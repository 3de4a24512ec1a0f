import type { Kind } from '../../support/target.ts';

/** By what a server was asked: raw messages, npm etcd3, etcdctl, or JSON over HTTP. */
export type Client = 'raw' | 'etcd3' | 'etcdctl' | 'http';

/** One thing that was asked of a server, and how it ended. */
export interface Asked {
  server: Kind;
  client: Client;
  /** The path of an RPC, the words of an etcdctl command, or the path of a POST. */
  what: string;
  /** `open` for a stream that has brought something, `code text` of a status that the server sent, an HTTP status, an exit code. */
  outcome: string;
}

/** Where a spec file and a test leave what they have asked, for the reporter. */
declare module 'vitest' {
  interface TaskMeta {
    asked?: Asked[];
  }
}

export const sameAs = (a: Asked) => (b: Asked): boolean => a.server === b.server && a.client === b.client && a.what === b.what && a.outcome === b.outcome;
