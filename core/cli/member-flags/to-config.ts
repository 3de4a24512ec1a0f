import { resolve } from 'node:path';
import { ConfigError, checkConfig, memberDefaults, parseInitialCluster, type MemberConfig } from '../../member/config.ts';
import { normalUrl } from '../../member/peer-urls.ts';
import type { LogOptions } from '../log.ts';
import { readRotation } from './log-rotation.ts';
import { flagRow } from './table.ts';
import type { Settings } from './settings.ts';
import { parseDuration, parseInteger, splitList, urlProblem } from './values.ts';

/** Source: etcd `defaultLeaseCheckpointInterval`. */
const leaseCheckpointIntervalMs = 5 * 60 * 1000;
/** What grpc-go has for a server that does not say, and the shortest interval that it takes. */
const grpcMinTimeMs = 5 * 60 * 1000;
const shortestKeepaliveMs = 1_000;

const above0 = (value: number, fallback: number): number => (value > 0 ? value : fallback);

/** Reads settings whose forms were checked; a flag that is not set has its default. */
class Reader {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  text(name: string): string {
    return this.#values.get(name) ?? flagRow.get(name)!.default;
  }

  boolean(name: string): boolean {
    return /^(1|t|true)$/i.test(this.text(name));
  }

  count(name: string): number {
    return parseInteger(this.text(name))!;
  }

  /** Milliseconds. */
  duration(name: string, fallback: number): number {
    const text = this.text(name);
    return text === '' ? fallback : parseDuration(text)!;
  }

  /** Whether a feature gate was turned on. */
  gate(name: string): boolean {
    const last = this.list('feature-gates').findLast((part) => part.startsWith(`${name}=`));
    return last !== undefined && /=(1|t|true)$/i.test(last);
  }

  list(name: string): string[] {
    return splitList(this.text(name));
  }

  /** Addresses to listen on: IP addresses or localhost, for a name may mean several. */
  listen(name: string): string[] {
    const urls = this.urls(name);
    for (const url of urls) {
      const host = /^http:\/\/(.*):\d*$/.exec(url)?.[1];
      if (host !== undefined && host !== 'localhost' && !/^(\d+\.\d+\.\d+\.\d+|\[[^\]]*\])$/.test(host)) throw new ConfigError(`--${name}: expected IP in URL for binding (${url})`);
    }
    return urls;
  }

  /** Addresses for others: a host is theirs to find. */
  advertised(name: string): string[] {
    const urls = this.urls(name);
    const hostless = urls.find((url) => url.startsWith('http://:'));
    if (hostless !== undefined) throw new ConfigError(`--${name} "${urls.join(',')}" must be "host:port" (unexpected empty host (${hostless}))`);
    return urls;
  }

  urls(name: string): string[] {
    const urls = this.list(name).map(normalUrl);
    for (const url of urls) {
      if (/^(https|unixs):/i.test(url)) throw new ConfigError(`--${name}: ${url} needs TLS, which is not available in this release; use http`);
    }
    return urls;
  }
}

/** Makes a member's configuration of the settings, as etcd would read them. Throws ConfigError. */
export function toConfig(settings: Settings): MemberConfig {
  const flags = new Reader(settings.values);
  const name = flags.text('name');
  const initialAdvertisePeerUrls = flags.advertised('initial-advertise-peer-urls');
  const dataDir = flags.text('data-dir');
  const walDir = flags.text('wal-dir');
  const config: MemberConfig = {
    ...memberDefaults,
    name,
    dataDir: resolve(dataDir === '' ? `${name}.etcd` : dataDir),
    walDir: walDir === '' ? '' : resolve(walDir),
    listenClientUrls: flags.listen('listen-client-urls'),
    listenClientHttpUrls: flags.listen('listen-client-http-urls'),
    listenMetricsUrls: flags.listen('listen-metrics-urls'),
    listenPeerUrls: peerUrls(flags.listen('listen-peer-urls'), 'listen-peer-urls'),
    advertiseClientUrls: advertised(settings, flags),
    initialAdvertisePeerUrls: peerUrls(initialAdvertisePeerUrls, 'initial-advertise-peer-urls'),
    initialCluster: parseInitialCluster(flags.has('initial-cluster') ? flags.text('initial-cluster') : initialAdvertisePeerUrls.map((url) => `${name}=${url}`).join(',')),
    initialClusterState: flags.text('initial-cluster-state') === 'existing' ? 'existing' : 'new',
    initialClusterToken: flags.text('initial-cluster-token'),
    forceNewCluster: flags.boolean('force-new-cluster'),
    ...timing(flags),
    ...storage(flags),
    ...serving(flags),
  };
  for (const { name: member, peerUrls: urls } of config.initialCluster) {
    const problem = urls.map(urlProblem).find((text) => text !== undefined);
    if (problem !== undefined) throw new ConfigError(`--initial-cluster: ${member}: ${problem}`);
  }
  const both = config.listenClientUrls.find((url) => config.listenClientHttpUrls.includes(url));
  if (both !== undefined) throw new ConfigError(`cannot bind both --listen-client-urls and --listen-client-http-urls on the same url ${both}`);
  checkConfig(config);
  return config;
}

function peerUrls(urls: string[], flag: string): string[] {
  if (urls.length === 0) throw new ConfigError(`--${flag} is empty: name at least one URL`);
  return urls;
}

/** Whoever says where to listen must say how clients come there. */
function advertised(settings: Settings, flags: Reader): string[] {
  if (!settings.fromFile && flags.has('listen-client-urls') && !flags.has('advertise-client-urls')) {
    throw new ConfigError('--advertise-client-urls is required when --listen-client-urls is set explicitly');
  }
  return flags.advertised('advertise-client-urls');
}

function timing(flags: Reader) {
  return {
    heartbeatIntervalMs: flags.count('heartbeat-interval'),
    electionTimeoutMs: flags.count('election-timeout'),
    initialElectionTickAdvance: flags.boolean('initial-election-tick-advance'),
    preVote: flags.boolean('pre-vote'),
    strictReconfigCheck: flags.boolean('strict-reconfig-check'),
    raftReadTimeoutMs: Math.max(memberDefaults.raftReadTimeoutMs, flags.duration('raft-read-timeout', 0)),
    raftWriteTimeoutMs: Math.max(memberDefaults.raftWriteTimeoutMs, flags.duration('raft-write-timeout', 0)),
    maxLearners: flags.count('max-learners'),
    learnerAutoPromoteMs: autoPromotion(flags),
    watchProgressNotifyIntervalMs: flags.duration('watch-progress-notify-interval', memberDefaults.watchProgressNotifyIntervalMs) || memberDefaults.watchProgressNotifyIntervalMs,
    warningApplyDurationMs: flags.duration('warning-apply-duration', memberDefaults.warningApplyDurationMs),
    warningUnaryRequestDurationMs: flags.duration('warning-unary-request-duration', 0) || memberDefaults.warningUnaryRequestDurationMs,
  };
}

function autoPromotion(flags: Reader): number {
  const durationMs = flags.duration('experimental-learner-auto-promote', 0);
  if (durationMs < 0) throw new ConfigError(`--experimental-learner-auto-promote must be >=0 (set to ${flags.text('experimental-learner-auto-promote')})`);
  return durationMs;
}

function storage(flags: Reader) {
  if (flags.duration('compact-hash-check-time', 60_000) <= 0) throw new ConfigError(`--compact-hash-check-time must be >0 (set to ${flags.text('compact-hash-check-time')})`);
  return {
    quotaBackendBytes: flags.count('quota-backend-bytes'),
    backendBatchIntervalMs: Math.max(0, flags.duration('backend-batch-interval', 0)),
    backendBatchLimit: Math.max(0, flags.count('backend-batch-limit')),
    snapshotCount: flags.count('snapshot-count') || memberDefaults.snapshotCount,
    snapshotCatchupEntries: flags.count('snapshot-catchup-entries') || memberDefaults.snapshotCatchupEntries,
    maxSnapshots: flags.count('max-snapshots'),
    maxWals: flags.count('max-wals'),
    ...retention(flags.text('auto-compaction-mode'), flags.text('auto-compaction-retention')),
    compactionBatchLimit: flags.count('compaction-batch-limit') || memberDefaults.compactionBatchLimit,
    bootstrapDefragThresholdMegabytes: flags.count('bootstrap-defrag-threshold-megabytes'),
    compactionSleepIntervalMs: flags.duration('compaction-sleep-interval', 0) || memberDefaults.compactionSleepIntervalMs,
  };
}

/** A number without a unit is hours or revisions, by the mode. Source: etcd `server/embed/etcd.go` parseCompactionRetention. */
export function retention(mode: string, text: string): Pick<MemberConfig, 'autoCompactionMode' | 'autoCompactionRetention'> {
  if (mode === '') throw new ConfigError('undefined auto-compaction-mode');
  if (mode !== 'periodic' && mode !== 'revision') throw new ConfigError(`unknown auto-compaction-mode "${mode}"`);
  const number = parseInteger(text);
  if (number !== undefined && number >= 0) return { autoCompactionMode: mode, autoCompactionRetention: mode === 'periodic' ? number * 3_600_000 : number };
  const durationMs = mode === 'periodic' ? parseDuration(text) : undefined;
  if (durationMs === undefined || durationMs < 0) throw new ConfigError(`error parsing CompactionRetention: "${text}" is not ${mode === 'periodic' ? 'a duration' : 'a number of revisions'}`);
  return { autoCompactionMode: mode, autoCompactionRetention: durationMs };
}

function serving(flags: Reader) {
  const all = (list: string[]): string[] => (list.length === 0 ? ['*'] : list);
  const keepaliveIntervalMs = flags.duration('grpc-keepalive-interval', memberDefaults.grpcKeepaliveIntervalMs);
  if (flags.gate('LeaseCheckpointPersist') && !flags.gate('LeaseCheckpoint')) throw new ConfigError('enabling feature gate LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint');
  return {
    stopGrpcServiceOnDefrag: flags.gate('StopGRPCServiceOnDefrag'),
    leaseCheckpointIntervalMs: flags.gate('LeaseCheckpoint') ? leaseCheckpointIntervalMs : 0,
    maxTxnOps: flags.count('max-txn-ops'),
    maxRequestBytes: flags.count('max-request-bytes'),
    maxConcurrentStreams: flags.count('max-concurrent-streams'),
    grpcKeepaliveMinTimeMs: above0(flags.duration('grpc-keepalive-min-time', 0), grpcMinTimeMs),
    grpcKeepaliveIntervalMs: keepaliveIntervalMs <= 0 ? 0 : Math.max(shortestKeepaliveMs, keepaliveIntervalMs),
    socketReusePort: flags.boolean('socket-reuse-port'),
    socketReuseAddress: flags.boolean('socket-reuse-address'),
    grpcKeepaliveTimeoutMs: above0(flags.duration('grpc-keepalive-timeout', 0), memberDefaults.grpcKeepaliveTimeoutMs),
    enableGrpcGateway: flags.boolean('enable-grpc-gateway'),
    cors: all(flags.list('cors')),
    hostWhitelist: all(flags.list('host-whitelist')),
    metrics: flags.text('metrics') === 'extensive' ? ('extensive' as const) : ('basic' as const),
  };
}

/** Where and how the log goes. Throws ConfigError. */
export function toLogOptions(settings: Settings): LogOptions {
  const flags = new Reader(settings.values);
  const logger = flags.text('logger');
  if (logger === 'capnslog') throw new ConfigError('--logger=capnslog is removed in v3.5');
  if (logger !== 'zap') throw new ConfigError(`unknown logger option "${logger}"`);
  const outputs = flags.list('log-outputs');
  if (outputs.length > 1 && outputs.includes('default')) throw new ConfigError('multi logoutput for "default" is not supported yet');
  const rotation = flags.boolean('enable-log-rotation') ? readRotation(outputs, flags.text('log-rotation-config-json')) : undefined;
  if (outputs.includes('systemd/journal')) throw new ConfigError('--log-outputs: systemd/journal is not available in this release; journald keeps what goes to stderr');
  return { level: flags.text('log-level').toLowerCase() as LogOptions['level'], format: flags.text('log-format') as LogOptions['format'], outputs, rotation };
}
