import { idHex, type MemberId } from '../base/ids.ts';
import { etcdVersion, minClusterVersion, seriesOf } from '../base/version.ts';
import type { ClusterMember } from './types.ts';

/** A running cluster, as its members tell a newcomer. */
export interface ExistingCluster {
  clusterId: bigint;
  members: readonly ClusterMember[];
}

/** What a member without a log asks the others of `--initial-cluster`. */
export interface OtherMembers {
  /** What cluster they form; rejects with ConfigError when none answers. */
  find(): Promise<ExistingCluster>;
  /** Whether one of them knows that this member has run; false when none answers soon. */
  hasRun(id: MemberId): Promise<boolean>;
  /** The cluster version that the member at these URLs tells; rejects when it does not answer. */
  clusterVersion(peerUrls: readonly string[]): Promise<string>;
  /** Whether it knows of a downgrade under way; rejects when it does not say, as releases before 3.5. */
  downgrading(peerUrls: readonly string[]): Promise<boolean>;
}

/**
 * Why this release must not join: at least one of the others has to tell a cluster version, and none may tell one that this
 * release does not speak. One that is down is not waited for. Undefined: it may join. Source: etcd `isCompatibleWithCluster`.
 */
export async function incompatibility(others: readonly ClusterMember[], ask: Pick<OtherMembers, 'clusterVersion' | 'downgrading'>): Promise<string | undefined> {
  const [versions, downgrading] = await Promise.all([
    Promise.all(others.map(({ id, peerUrls }) => ask.clusterVersion(peerUrls).then((version) => ({ id, version }), () => ({ id, version: '' })))),
    Promise.any(others.map(({ peerUrls }) => ask.downgrading(peerUrls))).catch(() => false),
  ]);
  const own = seriesOf(etcdVersion)!;
  // While a cluster is being downgraded to this release it is still at the one above.
  const [lowest, highest] = downgrading ? [own + 1, own + 1] : [seriesOf(minClusterVersion)!, own];
  let told = false;
  for (const { id, version } of versions) {
    const series = seriesOf(version);
    if (series === undefined) continue;
    const tells = `member ${idHex(id)} tells cluster version ${version}`;
    if (series < lowest) return `${tells}, which is too low${downgrading ? ' while the cluster is being downgraded' : ''}`;
    if (series > highest) return `${tells}, which is too high: this member speaks ${etcdVersion}`;
    told = true;
  }
  return told ? undefined : 'none of the other members tells a cluster version';
}
