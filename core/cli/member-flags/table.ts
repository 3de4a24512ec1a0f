/**
 * etcd's flags: the one source of names, environment variables, keys of the configuration file, defaults and help.
 * Source: etcd `server/etcdmain/help.go` and `server/embed/config.go`, release 3.6.
 */
export type FlagKind =
  | 'text'
  | 'boolean'
  /** A whole number, not below 0. */
  | 'count'
  /** One of 32 bits. */
  | 'count32'
  | 'integer'
  /** As Go writes it: `1h30m`, `100ms`; in the configuration file a number of nanoseconds. */
  | 'duration'
  /** URLs separated by commas. */
  | 'urls'
  /** Texts separated by commas. */
  | 'list'
  /** Origins of web pages separated by commas; `*`: all. */
  | 'origins';

export type Standing =
  /** It does what it does in etcd. */
  | { is: 'honoured' }
  /** Taken, with a warning when it is not the default: it tunes a part that this member does not have. */
  | { is: 'inert'; because: string }
  /** Refused by name when it is not the default: what it asks for is not there. */
  | { is: 'absent'; feature: string };

export interface FlagRow {
  name: string;
  group: string;
  kind: FlagKind;
  default: string;
  help: string;
  standing: Standing;
  /** Where it is in the configuration file, when not under its own name: keys joined by dots. */
  fileKey?: string;
  choices?: readonly string[];
  /** The choices may be written in capitals. */
  anyCase?: true;
}

const honoured: Standing = { is: 'honoured' };
const inert = (because: string): Standing => ({ is: 'inert', because });
const absent = (feature: string): Standing => ({ is: 'absent', feature });

type More = Partial<Pick<FlagRow, 'standing' | 'fileKey' | 'choices' | 'anyCase'>>;
type Entry = readonly [name: string, kind: FlagKind, defaultText: string, help: string, more?: More];

const group = (name: string, entries: readonly Entry[]): FlagRow[] =>
  entries.map(([flag, kind, fallback, help, more]) => ({ name: flag, group: name, kind, default: fallback, help, standing: honoured, ...more }));

const tls = { standing: absent('TLS') };
const discovery = { standing: absent('discovery') };
const tracing = { standing: absent('distributed tracing') };
const auth = { standing: absent('authentication') };

const member = group('Member', [
  ['name', 'text', 'default', 'This member’s name, for people and for --initial-cluster.'],
  ['data-dir', 'text', '', 'Folder of the log and the store. Empty: the name with .etcd behind it.'],
  ['wal-dir', 'text', '', 'Folder of the log alone, for instance on a disk of its own.'],
  ['snapshot-count', 'count', '10000', 'Applied entries between two truncations of the log.'],
  ['heartbeat-interval', 'count', '100', 'Milliseconds between two heartbeats of a leader.'],
  ['election-timeout', 'count', '1000', 'Milliseconds without a leader before an election: 5 heartbeats or more, 50000 at most.'],
  ['initial-election-tick-advance', 'boolean', 'true', 'Hasten the first election after a start.'],
  ['listen-peer-urls', 'urls', 'http://localhost:2380', 'Where to meet the other members.'],
  ['listen-client-urls', 'urls', 'http://localhost:2379', 'Where to serve clients: gRPC, and HTTP unless that has URLs of its own. unix:// makes a socket file.'],
  ['listen-client-http-urls', 'urls', '', 'Where to serve HTTP to clients, and only there.'],
  ['max-snapshots', 'count', '5', 'Snapshot files that are kept; 0: all.'],
  ['max-wals', 'count', '5', 'Log files that are kept; 0: all.'],
  ['memory-mlock', 'boolean', 'false', 'Keep the member’s memory from being swapped out.', { standing: absent('locking of memory') }],
  ['quota-backend-bytes', 'integer', '0', 'Size of the store that raises the alarm NOSPACE; 0: 2 GiB; below 0: none.'],
  ['backend-bbolt-freelist-type', 'text', 'map', 'How bbolt keeps its free pages.', { standing: inert('the store keeps its own list of free pages'), choices: ['map', 'array'] }],
  ['backend-batch-interval', 'duration', '', 'The longest time between two commits of the store. Empty: 100ms.'],
  ['backend-batch-limit', 'integer', '0', 'Changes that are committed at once at the latest; 0: 10000.'],
  ['max-txn-ops', 'count', '128', 'Operations of one transaction.'],
  ['max-request-bytes', 'count', '1572864', 'Size of a client’s request.'],
  ['max-concurrent-streams', 'count32', '4294967295', 'Calls that one client connection may have open.'],
  ['grpc-keepalive-min-time', 'duration', '5s', 'How often a client with an open call may ping; one that does so more often is sent away.'],
  ['grpc-keepalive-interval', 'duration', '2h', 'A client connection that is silent for so long is pinged; 0: none is.'],
  ['grpc-keepalive-timeout', 'duration', '20s', 'How long the answer to a ping may take.'],
  ['socket-reuse-port', 'boolean', 'false', 'Listen on ports that other processes of this user listen on with the same flag. Not on Windows and macOS.', { fileKey: 'socket-options.reuse-port' }],
  ['socket-reuse-address', 'boolean', 'false', 'Bind to an address in TIME_WAIT, which is done without this flag, too. Not on Windows.', { fileKey: 'socket-options.reuse-address' }],
  ['enable-grpc-gateway', 'boolean', 'true', 'Serve the JSON gateway under /v3/.'],
  ['raft-read-timeout', 'duration', '5s', 'How long a connection with another member may bring nothing: 5s at least.'],
  ['raft-write-timeout', 'duration', '5s', 'How long one may take nothing: 5s at least.'],
  ['feature-gates', 'list', '', 'Features to turn on or off, Name=true,Name=false.'],
]);

const clustering = group('Clustering', [
  ['initial-advertise-peer-urls', 'urls', 'http://localhost:2380', 'This member’s peer URLs, as the others reach them.'],
  ['initial-cluster', 'text', 'default=http://localhost:2380', 'The members of a new cluster: name=peer-url,name=peer-url.'],
  ['initial-cluster-state', 'text', 'new', 'new, or existing to join a running cluster. Means nothing once there is data.', { choices: ['new', 'existing'] }],
  ['initial-cluster-token', 'text', 'etcd-cluster', 'Keeps clusters apart that are begun with equal flags.'],
  ['advertise-client-urls', 'urls', 'http://localhost:2379', 'This member’s client URLs, as clients reach them. Needed when --listen-client-urls is given.'],
  ['discovery', 'text', '', 'v2 discovery.', discovery],
  ['discovery-token', 'text', '', 'Token of the cluster to be found.', { ...discovery, fileKey: 'discovery-config.token' }],
  ['discovery-endpoints', 'list', '', 'Where the discovery service answers.', { ...discovery, fileKey: 'discovery-config.client.endpoints' }],
  ['discovery-dial-timeout', 'duration', '2s', 'How long dialling it may take.', discovery],
  ['discovery-request-timeout', 'duration', '5s', 'How long its answers may take.', discovery],
  ['discovery-keepalive-time', 'duration', '2s', 'Between two pings of it.', discovery],
  ['discovery-keepalive-timeout', 'duration', '6s', 'How long their answers may take.', discovery],
  ['discovery-insecure-transport', 'boolean', 'true', 'Reach it without TLS.', discovery],
  ['discovery-insecure-skip-tls-verify', 'boolean', 'false', 'Take any certificate of it.', discovery],
  ['discovery-cert', 'text', '', 'Certificate shown to it.', discovery],
  ['discovery-key', 'text', '', 'Key of that certificate.', discovery],
  ['discovery-cacert', 'text', '', 'Who must have signed its certificate.', discovery],
  ['discovery-user', 'text', '', 'User name there.', discovery],
  ['discovery-password', 'text', '', 'Password there.', discovery],
  ['discovery-fallback', 'text', 'exit', 'What to do when discovery fails.', { ...discovery, choices: ['exit', 'proxy'] }],
  ['discovery-proxy', 'text', '', 'HTTP proxy on the way to it.', discovery],
  ['discovery-srv', 'text', '', 'Domain whose SRV records name the members.', { standing: absent('discovery by DNS') }],
  ['discovery-srv-name', 'text', '', 'Suffix of the name that is asked for.', { standing: absent('discovery by DNS') }],
  ['strict-reconfig-check', 'boolean', 'true', 'Refuse changes of members that would cost the quorum.'],
  ['pre-vote', 'boolean', 'true', 'Ask for votes on probation first, so that a returning member disturbs nobody.'],
  ['auto-compaction-retention', 'text', '0', 'History to keep; 0: all. A duration, hours without a unit; with --auto-compaction-mode revision a number.'],
  ['auto-compaction-mode', 'text', 'periodic', 'periodic or revision.'],
  ['max-learners', 'count', '1', 'Learners that the cluster may have. Give every member the same number.'],
  ['v2-deprecation', 'text', 'write-only', 'Phase of the v2 store’s end.', { standing: inert('there is no v2 store'), choices: ['write-only', 'write-only-skip-check', 'write-only-drop-data', 'gone'] }],
]);

const security = group('Security', [
  ['cert-file', 'text', '', 'Certificate for clients.', { ...tls, fileKey: 'client-transport-security.cert-file' }],
  ['key-file', 'text', '', 'Its key.', { ...tls, fileKey: 'client-transport-security.key-file' }],
  ['client-cert-auth', 'boolean', 'false', 'Ask clients for a certificate.', { ...tls, fileKey: 'client-transport-security.client-cert-auth' }],
  ['client-cert-file', 'text', '', 'Certificate of this member as a client.', { ...tls, fileKey: 'client-transport-security.client-cert-file' }],
  ['client-key-file', 'text', '', 'Its key.', { ...tls, fileKey: 'client-transport-security.client-key-file' }],
  ['client-crl-file', 'text', '', 'Client certificates that were revoked.', tls],
  ['client-cert-allowed-hostname', 'list', '', 'Host names that a client’s certificate must have.', { ...tls, fileKey: 'client-transport-security.allowed-hostname' }],
  ['trusted-ca-file', 'text', '', 'Who must have signed a client’s certificate.', { ...tls, fileKey: 'client-transport-security.trusted-ca-file' }],
  ['auto-tls', 'boolean', 'false', 'Make a certificate for clients.', { ...tls, fileKey: 'client-transport-security.auto-tls' }],
  ['peer-cert-file', 'text', '', 'Certificate for the other members.', { ...tls, fileKey: 'peer-transport-security.cert-file' }],
  ['peer-key-file', 'text', '', 'Its key.', { ...tls, fileKey: 'peer-transport-security.key-file' }],
  ['peer-client-cert-auth', 'boolean', 'false', 'Ask the other members for a certificate.', { ...tls, fileKey: 'peer-transport-security.client-cert-auth' }],
  ['peer-client-cert-file', 'text', '', 'Certificate of this member towards the others.', { ...tls, fileKey: 'peer-transport-security.client-cert-file' }],
  ['peer-client-key-file', 'text', '', 'Its key.', { ...tls, fileKey: 'peer-transport-security.client-key-file' }],
  ['peer-trusted-ca-file', 'text', '', 'Who must have signed the other members’ certificates.', { ...tls, fileKey: 'peer-transport-security.trusted-ca-file' }],
  ['peer-cert-allowed-cn', 'list', '', 'Common names that their certificates must have.', { ...tls, fileKey: 'peer-transport-security.allowed-cn' }],
  ['peer-cert-allowed-hostname', 'list', '', 'Host names that their certificates must have.', { ...tls, fileKey: 'peer-transport-security.allowed-hostname' }],
  ['peer-auto-tls', 'boolean', 'false', 'Make a certificate for the other members.', { ...tls, fileKey: 'peer-transport-security.auto-tls' }],
  ['peer-skip-client-san-verification', 'boolean', 'false', 'Do not look at the host names in them.', { ...tls, fileKey: 'peer-transport-security.skip-client-san-verification' }],
  ['self-signed-cert-validity', 'count', '1', 'Years that a certificate of --auto-tls is valid.', tls],
  ['peer-crl-file', 'text', '', 'Member certificates that were revoked.', tls],
  ['cipher-suites', 'list', '', 'TLS ciphers to use.', tls],
  ['tls-min-version', 'text', 'TLS1.2', 'Oldest TLS to use.', tls],
  ['tls-max-version', 'text', '', 'Newest TLS to use.', tls],
  ['cors', 'origins', '*', 'Origins whose pages may use the HTTP paths; * or nothing: all.'],
  ['host-whitelist', 'list', '*', 'Host names that an HTTP request may name; * or nothing: all.'],
  ['auth-token', 'text', 'simple', 'Kind of the tokens of users.', auth],
  ['bcrypt-cost', 'count', '10', 'Cost of hashing a password.', auth],
  ['auth-token-ttl', 'count', '300', 'Seconds that a token lives.', auth],
]);

const monitoring = group('Monitoring', [
  ['enable-pprof', 'boolean', 'false', 'Serve runtime profiles.', { standing: absent('profiling as in Go') }],
  ['metrics', 'text', 'basic', 'basic, or extensive for call durations and figures of the runtime as well.', { choices: ['basic', 'extensive'] }],
  ['listen-metrics-urls', 'urls', '', 'Further places for /metrics and the health checks.'],
  ['enable-distributed-tracing', 'boolean', 'false', 'Send traces to a collector.', tracing],
  ['distributed-tracing-address', 'text', 'localhost:4317', 'Where the collector is.', tracing],
  ['distributed-tracing-service-name', 'text', 'etcd', 'Name of the service in traces.', tracing],
  ['distributed-tracing-instance-id', 'text', '', 'Name of this member in traces.', tracing],
  ['distributed-tracing-sampling-rate', 'integer', '0', 'Samples per million spans.', tracing],
]);

const logging = group('Logging', [
  ['logger', 'text', 'zap', 'Only zap: structured lines.'],
  ['log-outputs', 'list', 'default', 'stderr, stdout or paths of files; default is stderr.'],
  ['log-level', 'text', 'info', 'debug, info, warn, error, panic or fatal.', { choices: ['debug', 'info', 'warn', 'error', 'panic', 'fatal'], anyCase: true }],
  ['log-format', 'text', 'json', 'json or console.', { choices: ['json', 'console'] }],
  ['enable-log-rotation', 'boolean', 'false', 'Put the log file aside when it is full, and begin a new one. One file among --log-outputs.'],
  [
    'log-rotation-config-json', 'text', '{"maxsize": 100, "maxage": 0, "maxbackups": 0, "localtime": false, "compress": false}',
    'When: megabytes. What is kept: days, files; 0: all. Names by local time; gzip.',
  ],
  ['warning-unary-request-duration', 'duration', '300ms', 'Slower requests are logged.'],
  ['warning-apply-duration', 'duration', '100ms', 'Slower applications of entries are logged.'],
]);

const features = group('Features', [
  ['corrupt-check-time', 'duration', '0s', 'Between two comparisons of the members’ data; 0: none.', { standing: absent('the periodic corruption check') }],
  ['compact-hash-check-time', 'duration', '1m', 'Between two comparisons of compacted data.', { standing: inert('the check is off') }],
  ['compaction-batch-limit', 'count', '1000', 'Revisions that a compaction deletes at a time.'],
  ['compaction-sleep-interval', 'duration', '', 'Pause between two such batches. Empty: 10ms.'],
  ['watch-progress-notify-interval', 'duration', '10m', 'Between two notices of progress to watchers that asked for them.'],
  ['bootstrap-defrag-threshold-megabytes', 'count', '0', 'Defragment at start when that frees so much; 0: never.'],
  ['downgrade-check-time', 'duration', '5s', 'Between two looks at a running downgrade.', { standing: inert('downgrades are only validated') }],
  ['snapshot-catchup-entries', 'count', '5000', 'Entries kept behind a truncation for slow followers.'],
  [
    'experimental-learner-auto-promote', 'duration', '0s',
    'Not in etcd. The leader promotes a learner that has been in sync with it for so long without a break; 0: only when it is asked to. Give every member the same.',
  ],
]);

/** What etcd does not have. */
export const ownFlags: ReadonlySet<string> = new Set(['experimental-learner-auto-promote']);

const unsafe = group('Unsafe', [
  ['force-new-cluster', 'boolean', 'false', 'Keep the data and forget the other members: for when the quorum is lost for good.'],
  ['unsafe-no-fsync', 'boolean', 'false', 'Write without making it durable.', { standing: absent('writing without making it durable') }],
]);

const general = group('General', [
  ['config-file', 'text', '', 'A YAML file of these names. All other flags and variables mean nothing then.'],
  ['version', 'boolean', 'false', 'Print the version and exit.'],
  ['help', 'boolean', 'false', 'Print this help and exit.'],
]);

export const flagRows: readonly FlagRow[] = [...general, ...member, ...clustering, ...security, ...monitoring, ...logging, ...features, ...unsafe];

export const flagRow: ReadonlyMap<string, FlagRow> = new Map(flagRows.map((row) => [row.name, row]));

export const envName = (flag: string): string => `ETCD_${flag.toUpperCase().replaceAll('-', '_')}`;

/**
 * Names up to release 3.5 that 3.6 still takes: another flag, or a feature gate written `gate:Name`.
 * Source: etcd 3.6 `server/embed/config.go`.
 */
export const formerNames: ReadonlyMap<string, string> = new Map([
  ...[
    'enable-distributed-tracing', 'distributed-tracing-address', 'distributed-tracing-service-name', 'distributed-tracing-instance-id',
    'distributed-tracing-sampling-rate', 'corrupt-check-time', 'compact-hash-check-time', 'compaction-batch-limit', 'peer-skip-client-san-verification',
    'watch-progress-notify-interval', 'warning-apply-duration', 'bootstrap-defrag-threshold-megabytes', 'warning-unary-request-duration', 'max-learners',
    'compaction-sleep-interval', 'downgrade-check-time', 'memory-mlock', 'snapshot-catchup-entries',
  ].map((name): [string, string] => [`experimental-${name}`, name]),
  ['experimental-snapshot-catch-up-entries', 'snapshot-catchup-entries'],
  ['experimental-initial-corrupt-check', 'gate:InitialCorruptCheck'],
  ['experimental-compact-hash-check-enabled', 'gate:CompactHashCheck'],
  ['experimental-enable-lease-checkpoint', 'gate:LeaseCheckpoint'],
  ['experimental-enable-lease-checkpoint-persist', 'gate:LeaseCheckpointPersist'],
  ['experimental-txn-mode-write-with-shared-buffer', 'gate:TxnModeWriteWithSharedBuffer'],
  ['experimental-stop-grpc-service-on-defrag', 'gate:StopGRPCServiceOnDefrag'],
]);

/** Flags of releases before 2.0 that etcd still swallows. */
export const forgottenFlags: ReadonlySet<string> = new Set([
  'cluster-active-size', 'cluster-remove-delay', 'cluster-sync-interval', 'config', 'force', 'max-result-buffer', 'max-retry-attempts',
  'peer-heartbeat-interval', 'peer-election-timeout', 'retry-interval', 'snapshot', 'v', 'vv',
]);

/** Feature gates that can be turned on here, though they are off by default. */
export const openGates: ReadonlySet<string> = new Set(['AllBeta', 'LeaseCheckpoint', 'LeaseCheckpointPersist', 'StopGRPCServiceOnDefrag']);

/** Feature gates of release 3.6 and their defaults; those that are on here can be named, the others are refused when turned on. */
export const featureGates: ReadonlyMap<string, boolean> = new Map([
  ['AllAlpha', false], ['AllBeta', false], ['CompactHashCheck', false], ['InitialCorruptCheck', false], ['LeaseCheckpoint', false],
  ['LeaseCheckpointPersist', false], ['SetMemberLocalAddr', false], ['StopGRPCServiceOnDefrag', false], ['TxnModeWriteWithSharedBuffer', true],
]);
