import type { Clock } from '../ports/clock.ts';
import { exchange } from './exchange.ts';
import { peerHeaders, type PeerIdentity } from './headers.ts';

const maxAnswerBytes = 4096;

export interface VersionQuestion {
  self: PeerIdentity;
  clock: Clock;
  timeoutMs: number;
  /** False while the link to the peer with this URL is cut. */
  reaches(peerUrl: string): boolean;
}

/** The release that a peer runs, asked on its peer port. Rejects when it does not answer at any of its URLs. */
export async function askVersion(peerUrls: readonly string[], { self, clock, timeoutMs, reaches }: VersionQuestion): Promise<string> {
  let failure: unknown = new Error('the links to its peer URLs are cut');
  for (const url of peerUrls.filter(reaches)) {
    try {
      const { status, body } = await exchange(url, '/version', { method: 'GET', headers: peerHeaders(self), clock, limitMs: timeoutMs, maxAnswerBytes });
      const { etcdserver } = JSON.parse(body.toString('utf8')) as { etcdserver?: unknown };
      if (status === 200 && typeof etcdserver === 'string') return etcdserver;
      failure = new Error(`the peer answered ${status}`);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
