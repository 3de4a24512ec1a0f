import type { IncomingMessage } from 'node:http';
import { idHex, parseIdHex, type MemberId } from '../base/ids.ts';
import { minClusterVersion, seriesOf } from '../base/version.ts';

/** Who speaks on the peer port. */
export interface PeerIdentity {
  memberId: bigint;
  clusterId: bigint;
  /** Of the release whose protocol is spoken. */
  version: string;
  /** Where others reach this member; they learn it from requests, before the log tells them. */
  peerUrls: readonly string[];
}

export function peerHeaders(self: PeerIdentity, to?: bigint): Record<string, string> {
  return {
    'X-Server-From': idHex(self.memberId),
    'X-Server-Version': self.version,
    'X-Min-Cluster-Version': minClusterVersion,
    'X-Etcd-Cluster-ID': idHex(self.clusterId),
    ...(self.peerUrls.length === 0 ? {} : { 'X-PeerURLs': self.peerUrls.join(',') }),
    ...(to === undefined ? {} : { 'X-Raft-To': idHex(to) }),
  };
}

export interface Refusal {
  status: number;
  text: string;
}

const series = (version: string): number => seriesOf(version) ?? 0;

const header = (request: IncomingMessage, name: string): string => String(request.headers[name] ?? '');

/** Why a request of a peer must not be taken: another cluster, or a release too old or too new. */
export function refusePeer(request: IncomingMessage, self: PeerIdentity): Refusal | undefined {
  const version = header(request, 'x-server-version') || '2.0.0';
  const minimum = header(request, 'x-min-cluster-version') || '2.0.0';
  const compatible = series(version) >= series(minClusterVersion) && series(minimum) <= series(self.version);
  if (!compatible) return { status: 412, text: 'incompatible version' };
  return header(request, 'x-etcd-cluster-id') === idHex(self.clusterId) ? undefined : { status: 412, text: 'cluster ID mismatch' };
}

/** The member that asks, as it says. */
export function senderOf(request: IncomingMessage): MemberId | undefined {
  return parseIdHex(header(request, 'x-server-from'));
}

/** The sender's own peer URLs, as it says; those that are none are left out. */
export function senderUrls(request: IncomingMessage): string[] {
  return header(request, 'x-peerurls').split(',').filter((url) => /^(http|unix):\/\/./.test(url));
}
