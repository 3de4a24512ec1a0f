import type { IncomingMessage } from 'node:http';
import { idHex } from '../base/ids.ts';

/** Who speaks on the peer port. */
export interface PeerIdentity {
  memberId: bigint;
  clusterId: bigint;
  /** Of the release whose protocol is spoken. */
  version: string;
}

/** The lowest cluster version that this release can speak with. */
export const minClusterVersion = '3.0.0';

export function peerHeaders(self: PeerIdentity, to?: bigint): Record<string, string> {
  return {
    'X-Server-From': idHex(self.memberId),
    'X-Server-Version': self.version,
    'X-Min-Cluster-Version': minClusterVersion,
    'X-Etcd-Cluster-ID': idHex(self.clusterId),
    ...(to === undefined ? {} : { 'X-Raft-To': idHex(to) }),
  };
}

export interface Refusal {
  status: number;
  text: string;
}

const majorMinor = (version: string): number => {
  const [major = '0', minor = '0'] = version.split('.');
  return Number(major) * 1000 + Number(minor);
};

/** Why a request of a peer must not be taken: another cluster, or a release too old or too new. */
export function refusePeer(request: IncomingMessage, self: PeerIdentity): Refusal | undefined {
  const header = (name: string): string => String(request.headers[name] ?? '');
  const cluster = header('x-etcd-cluster-id');
  if (cluster !== idHex(self.clusterId)) return { status: 412, text: 'cluster ID mismatch' };
  const version = header('x-server-version') || '2.0.0';
  const minimum = header('x-min-cluster-version') || '2.0.0';
  const compatible = majorMinor(version) >= majorMinor(minClusterVersion) && majorMinor(minimum) <= majorMinor(self.version);
  return compatible ? undefined : { status: 412, text: 'incompatible version' };
}
