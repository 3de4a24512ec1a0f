import type { Clock } from '../ports/clock.ts';
import { exchange } from './exchange.ts';

const maxAnswerBytes = 4096;

export interface PeerQuestion {
  headers: Record<string, string>;
  clock: Clock;
  /** For each of the URLs. */
  timeoutMs: number;
  /** False while the link to the peer with this URL is cut. */
  reaches(peerUrl: string): boolean;
}

/** Releases as a member tells them, `X.Y.Z`. */
export interface PeerVersions {
  server: string;
  /** `not_decided` in a new cluster. */
  cluster: string;
}

/** Asked on the peer port. Rejects when none of a peer's URLs answers. */
export function askVersions(peerUrls: readonly string[], question: PeerQuestion): Promise<PeerVersions> {
  return askFirst(peerUrls, '/version', question, (text) => {
    const { etcdserver, etcdcluster } = JSON.parse(text) as { etcdserver?: unknown; etcdcluster?: unknown };
    return typeof etcdserver === 'string' ? { server: etcdserver, cluster: typeof etcdcluster === 'string' ? etcdcluster : '' } : undefined;
  });
}

/** Whether the cluster is being downgraded. Rejects when none of a peer's URLs tells. */
export function askDowngrading(peerUrls: readonly string[], question: PeerQuestion): Promise<boolean> {
  return askFirst(peerUrls, '/downgrade/enabled', question, (text) => (text === 'true' ? true : text === 'false' ? false : undefined));
}

async function askFirst<T>(peerUrls: readonly string[], path: string, { headers, clock, timeoutMs, reaches }: PeerQuestion, read: (text: string) => T | undefined): Promise<T> {
  let failure: unknown = new Error('the links to its peer URLs are cut');
  for (const url of peerUrls.filter(reaches)) {
    try {
      const { status, body } = await exchange(url, path, { method: 'GET', headers, clock, limitMs: timeoutMs, maxAnswerBytes });
      const told = status === 200 ? read(body.toString('utf8').trim()) : undefined;
      if (told !== undefined) return told;
      failure = new Error(`the peer answered ${status}`);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
