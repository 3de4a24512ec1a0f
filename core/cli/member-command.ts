import { resolve } from 'node:path';
import { openMember } from '../fleet/compose-member.ts';
import { ConfigError, memberDefaults, parseInitialCluster, type MemberConfig } from '../member/config.ts';
import { ListenError } from '../node/listen.ts';
import { DiskError } from '../ports/disk.ts';
import { etcdVersion } from '../base/version.ts';
import { WalError } from '../wal/wal-error.ts';
import { flagHelp, numberFlag, parseFlags, UsageError, type FlagSpec } from './flags.ts';
import { isLogLevel, jsonLog } from './log.ts';
import { untilSignal } from './signals.ts';

const spec: FlagSpec = {
  name: { kind: 'text', hint: "'default'", help: 'Human-readable name for this member.' },
  'data-dir': { kind: 'text', hint: "'${name}.etcd'", help: 'Folder of the log and the store.' },
  'listen-client-urls': { kind: 'text', hint: "'http://localhost:2379'", help: 'URLs to serve clients on, separated by commas.' },
  'advertise-client-urls': { kind: 'text', hint: "'http://localhost:2379'", help: 'Client URLs that the other members tell.' },
  'listen-peer-urls': { kind: 'text', hint: "'http://localhost:2380'", help: 'URLs to meet other members on.' },
  'initial-advertise-peer-urls': { kind: 'text', hint: "'http://localhost:2380'", help: 'Peer URLs of this member for the others.' },
  'initial-cluster': { kind: 'text', hint: "'default=http://localhost:2380'", help: 'Members of the new cluster: name=peer-url,name=peer-url.' },
  'initial-cluster-state': { kind: 'text', hint: "'new'", help: "'new' or 'existing'. Ignored when the data folder holds a member." },
  'initial-cluster-token': { kind: 'text', hint: "'etcd-cluster'", help: 'Keeps clusters apart that are begun with equal flags.' },
  'heartbeat-interval': { kind: 'text', hint: "'100'", help: 'Milliseconds between heartbeats.' },
  'election-timeout': { kind: 'text', hint: "'1000'", help: 'Milliseconds without a leader before an election.' },
  'quota-backend-bytes': { kind: 'text', hint: "'0'", help: 'Size of the store that raises an alarm; 0: 2 GiB.' },
  'log-level': { kind: 'text', hint: "'info'", help: "'debug', 'info', 'warn' or 'error'." },
  version: { kind: 'boolean', help: 'Print the version and exit.' },
  help: { kind: 'boolean', help: 'Print this help and exit.' },
};

const urls = (text: string | undefined, fallback: readonly string[]): string[] =>
  text === undefined ? [...fallback] : text.split(',').map((url) => url.trim().replace(/\/$/, '')).filter((url) => url !== '');

function configOf(flags: Map<string, string>): MemberConfig {
  const name = flags.get('name') ?? memberDefaults.name;
  const initialAdvertisePeerUrls = urls(flags.get('initial-advertise-peer-urls'), memberDefaults.initialAdvertisePeerUrls);
  const state = flags.get('initial-cluster-state') ?? 'new';
  if (state !== 'new' && state !== 'existing') throw new UsageError(`invalid value "${state}" for flag -initial-cluster-state: use new or existing`);
  const initialCluster = flags.get('initial-cluster') ?? initialAdvertisePeerUrls.map((url) => `${name}=${url}`).join(',');
  return {
    ...memberDefaults,
    name,
    dataDir: resolve(flags.get('data-dir') ?? `${name}.etcd`),
    listenClientUrls: urls(flags.get('listen-client-urls'), memberDefaults.listenClientUrls),
    advertiseClientUrls: urls(flags.get('advertise-client-urls'), memberDefaults.advertiseClientUrls),
    listenPeerUrls: urls(flags.get('listen-peer-urls'), memberDefaults.listenPeerUrls),
    initialAdvertisePeerUrls,
    initialCluster: parseInitialCluster(initialCluster),
    initialClusterState: state,
    initialClusterToken: flags.get('initial-cluster-token') ?? memberDefaults.initialClusterToken,
    heartbeatIntervalMs: numberFlag(flags, 'heartbeat-interval', memberDefaults.heartbeatIntervalMs),
    electionTimeoutMs: numberFlag(flags, 'election-timeout', memberDefaults.electionTimeoutMs),
    quotaBackendBytes: numberFlag(flags, 'quota-backend-bytes', memberDefaults.quotaBackendBytes),
  };
}

/** Failures that a user can mend: told in one line, without a stack. */
export function isExpected(error: unknown): error is Error {
  return error instanceof ConfigError || error instanceof ListenError || error instanceof DiskError || error instanceof WalError;
}

export async function run(args: string[]): Promise<number> {
  const flags = parseFlags(args, spec);
  if (flags.has('help')) {
    process.stdout.write(`Runs one member of a cluster, with etcd's flags.\n\nUsage: quorate member [flags]\n\n${flagHelp(spec)}\n`);
    return 0;
  }
  if (flags.has('version')) {
    process.stdout.write(`etcd Version: ${etcdVersion}\n`);
    return 0;
  }
  const level = flags.get('log-level') ?? 'info';
  if (!isLogLevel(level)) throw new UsageError(`invalid value "${level}" for flag -log-level: use debug, info, warn or error`);
  const log = jsonLog(level);
  const signal = untilSignal();
  try {
    const config = configOf(flags);
    const member = await openMember(config, log);
    member.ready.then(
      // Told at any level: scripts and supervisors wait for this line.
      () => jsonLog('info').log('info', 'ready to serve client requests', { name: config.name, 'client-urls': config.listenClientUrls.join(',') }),
      () => {},
    );
    const reason = await Promise.race([signal.then(() => undefined), member.stopped]);
    if (reason) {
      process.stderr.write(`quorate member: ${reason.message}\n`);
      return 1;
    }
    await member.stop();
    return 0;
  } catch (error) {
    if (!isExpected(error)) throw error;
    process.stderr.write(`quorate member: ${error.message}\n`);
    return 1;
  }
}
