/** Everything a member is told when it starts: etcd's flags, parsed and checked. */
export interface MemberConfig {
  name: string;
  /** Absolute path. */
  dataDir: string;
  listenClientUrls: string[];
  advertiseClientUrls: string[];
  listenPeerUrls: string[];
  initialAdvertisePeerUrls: string[];
  initialCluster: { name: string; peerUrls: string[] }[];
  initialClusterState: 'new' | 'existing';
  initialClusterToken: string;
  heartbeatIntervalMs: number;
  electionTimeoutMs: number;
  /** Bytes; 0: etcd's default of 2 GiB; below 0: no quota. */
  quotaBackendBytes: number;
  /** Applied entries between two truncations of the log. */
  snapshotCount: number;
  /** Entries kept behind a truncation for followers that lag a little. */
  snapshotCatchupEntries: number;
}

/** etcd's defaults. Source: etcd `server/embed/config.go`. */
export const memberDefaults = {
  name: 'default',
  listenClientUrls: ['http://localhost:2379'],
  advertiseClientUrls: ['http://localhost:2379'],
  listenPeerUrls: ['http://localhost:2380'],
  initialAdvertisePeerUrls: ['http://localhost:2380'],
  initialClusterToken: 'etcd-cluster',
  heartbeatIntervalMs: 100,
  electionTimeoutMs: 1000,
  quotaBackendBytes: 0,
  snapshotCount: 10_000,
  snapshotCatchupEntries: 5_000,
} as const;

export const defaultQuotaBytes = 2 * 1024 ** 3;

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Checks the relations between settings that no single flag can check. Throws ConfigError. */
export function checkConfig(config: MemberConfig): void {
  const { heartbeatIntervalMs: heartbeat, electionTimeoutMs: election } = config;
  if (heartbeat < 1) throw new ConfigError(`--heartbeat-interval must be at least 1 ms, it is ${heartbeat}`);
  if (election < 5 * heartbeat) {
    throw new ConfigError(`--election-timeout[${election}ms] should be at least as 5 times as --heartbeat-interval[${heartbeat}ms]`);
  }
  if (election > 50_000) throw new ConfigError(`--election-timeout[${election}ms] is too long, and should be set less than 50000ms`);
  const self = config.initialCluster.filter((member) => member.name === config.name);
  if (self.length === 0) {
    const names = config.initialCluster.map((member) => member.name).join(', ') || 'no member';
    throw new ConfigError(`couldn't find local name "${config.name}" in the initial cluster configuration: --initial-cluster names ${names}; give --name one of them`);
  }
  checkAdvertised(config, self.flatMap((member) => member.peerUrls));
}

function checkAdvertised(config: MemberConfig, listed: string[]): void {
  const advertised = [...config.initialAdvertisePeerUrls].sort();
  if (advertised.join() === [...listed].sort().join()) return;
  throw new ConfigError(
    `--initial-cluster has ${config.name}=${listed.join(',')} but --initial-advertise-peer-urls is ${advertised.join(',')}: they must name the same URLs`,
  );
}

/** Parses `m1=http://a:2380,m2=http://b:2380`; a name given twice has several URLs. Throws ConfigError. */
export function parseInitialCluster(text: string): MemberConfig['initialCluster'] {
  const members = new Map<string, string[]>();
  for (const part of text.split(',').map((p) => p.trim()).filter((p) => p !== '')) {
    const at = part.indexOf('=');
    if (at <= 0) throw new ConfigError(`--initial-cluster: "${part}" is not of the form name=peer-url`);
    const name = part.slice(0, at);
    members.set(name, [...(members.get(name) ?? []), part.slice(at + 1)]);
  }
  return [...members].map(([name, peerUrls]) => ({ name, peerUrls }));
}
