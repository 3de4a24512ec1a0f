import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, memberDefaults, type MemberConfig } from '../../member/config.ts';
import { UsageError } from '../flags.ts';
import { readSettings } from './read.ts';
import type { Settings } from './settings.ts';
import { envName, flagRows, type FlagRow } from './table.ts';
import { retention, toConfig, toLogOptions } from './to-config.ts';
import { parseDuration } from './values.ts';

const folder = mkdtempSync(join(tmpdir(), 'quorate-flags-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function settingsOf(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Settings> {
  const asked = await readSettings(args, env);
  if (asked.kind !== 'settings') throw new Error(`a ${asked.kind} was asked for`);
  return asked.settings;
}

async function failure(args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  try {
    const settings = await settingsOf(args, env);
    toLogOptions(settings);
    toConfig(settings);
  } catch (error) {
    expect(error instanceof UsageError || error instanceof ConfigError).toBe(true);
    return `${error instanceof UsageError ? 2 : 1}: ${(error as Error).message}`;
  }
  return 'taken';
}

function fileOf(text: string): string {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.yml`);
  writeFileSync(path, text);
  return path;
}

test.each([
  [['--nope'], '2: flag provided but not defined: -nope'],
  [['--listen-client-url=http://127.0.0.1:1'], '2: flag provided but not defined: -listen-client-url (did you mean --listen-client-urls?)'],
  [['--dta-dir', 'x'], '2: flag provided but not defined: -dta-dir (did you mean --data-dir?)'],
  [['--name'], '2: flag needs an argument: -name'],
  [['--election-timeout=x'], '2: invalid value "x" for flag -election-timeout: parse error'],
  [['--pre-vote=maybe'], '2: invalid boolean value "maybe" for -pre-vote: parse error'],
  [['---name=x'], '2: bad flag syntax: ---name=x'],
  [['--', '--name=x'], "1: '--name=x' is not a valid flag"],
  [['--cors=https://a.example,nope'], '2: invalid value "https://a.example,nope" for flag -cors: not the origin of a page, as https://example.org:8443: nope'],
  [['--log-level=loud'], '2: invalid value "loud" for flag -log-level: use debug, info, warn, error, panic, fatal'],
  [['--max-wals=-1'], '2: invalid value "-1" for flag -max-wals: parse error'],
  [['--initial-cluster-state=old'], '2: invalid value "old" for flag -initial-cluster-state: use new, existing'],
  [['--listen-client-urls=127.0.0.1:2379'], '2: invalid value "127.0.0.1:2379" for flag -listen-client-urls: URL scheme must be http, https, unix, or unixs: 127.0.0.1:2379'],
  [['--listen-peer-urls=http://127.0.0.1'], '2: invalid value "http://127.0.0.1" for flag -listen-peer-urls: URL address does not have the form "host:port": http://127.0.0.1'],
  [['--listen-peer-urls=http://127.0.0.1:1/a'], '2: invalid value "http://127.0.0.1:1/a" for flag -listen-peer-urls: URL must not contain a path: http://127.0.0.1:1/a'],
  [['member'], "1: 'member' is not a valid flag"],
  [['--pre-vote', 'false'], "1: 'false' is not a valid flag"],
  [['--election-timeout=100'], '1: --election-timeout[100ms] should be at least as 5 times as --heartbeat-interval[100ms]'],
  [['--election-timeout=60000'], '1: --election-timeout[60000ms] is too long, and should be set less than 50000ms'],
  [['--heartbeat-interval=0'], '1: --heartbeat-interval must be >0 (set to 0ms)'],
  [['--listen-client-urls=http://127.0.0.1:1'], '1: --advertise-client-urls is required when --listen-client-urls is set explicitly'],
  [['--listen-metrics-urls=http://example.org:1'], '1: --listen-metrics-urls: expected IP in URL for binding (http://example.org:1)'],
  [['--advertise-client-urls=http://a:1,http://:2'], '1: --advertise-client-urls "http://a:1,http://:2" must be "host:port" (unexpected empty host (http://:2))'],
  [['--initial-advertise-peer-urls=http://:1'], '1: --initial-advertise-peer-urls "http://:1" must be "host:port" (unexpected empty host (http://:1))'],
  [['--listen-peer-urls=http://:1'], '1: --listen-peer-urls: expected IP in URL for binding (http://:1)'],
  [['--experimental-learner-auto-promote=-5s'], '1: --experimental-learner-auto-promote must be >=0 (set to -5s)'],
  [['--experimental-learner-auto-promote=10'], '2: invalid value "10" for flag -experimental-learner-auto-promote: parse error'],
  [['--auto-compaction-mode=sometimes'], '1: unknown auto-compaction-mode "sometimes"'],
  [['--logger=capnslog'], '1: --logger=capnslog is removed in v3.5'],
  [['--log-outputs=default,stdout'], '1: multi logoutput for "default" is not supported yet'],
  [['--enable-log-rotation'], '1: --log-outputs requires a single file path when --log-rotate-config-json is defined'],
  [['--enable-log-rotation', '--log-outputs=a.log', '--log-rotation-config-json={'], '1: improperly formatted log rotation config: unexpected end of JSON input'],
  [['--listen-client-urls=http://127.0.0.1:1', '--listen-client-http-urls=http://127.0.0.1:1', '--advertise-client-urls=http://a:1'], '1: cannot bind both --listen-client-urls and --listen-client-http-urls on the same url http://127.0.0.1:1'],
  [['-'], "1: '-' is not a valid flag"],
  [['--max-txn-ops=99999999999999999999'], '2: invalid value "99999999999999999999" for flag -max-txn-ops: value out of range'],
  [['--max-txn-ops=+5'], '2: invalid value "+5" for flag -max-txn-ops: parse error'],
  [['--max-txn-ops=08'], '2: invalid value "08" for flag -max-txn-ops: parse error'],
  [['--quota-backend-bytes=9223372036854775808'], '2: invalid value "9223372036854775808" for flag -quota-backend-bytes: value out of range'],
  [['--max-concurrent-streams=4294967296'], '2: invalid value "4294967296" for flag -max-concurrent-streams: strconv.ParseUint: parsing "4294967296": value out of range'],
  [['--max-concurrent-streams=x'], '2: invalid value "x" for flag -max-concurrent-streams: strconv.ParseUint: parsing "x": invalid syntax'],
  [['--v2-deprecation=not-yet'], '2: invalid value "not-yet" for flag -v2-deprecation: use write-only, write-only-skip-check, write-only-drop-data, gone'],
  [['--listen-client-urls=http://exa mple:1'], '2: invalid value "http://exa mple:1" for flag -listen-client-urls: parse "http://exa mple:1": invalid character " " in host name'],
  [
    ['--experimental-enable-lease-checkpoint', '--feature-gates=LeaseCheckpoint=false'],
    '1: cannot specify both flags: --experimental-enable-lease-checkpoint=true and --feature-gates=LeaseCheckpoint=false at the same time, please just use --feature-gates=LeaseCheckpoint=false',
  ],
  [['--feature-gates=Nope=true'], '1: unrecognized feature gate: Nope'],
  [['--feature-gates=LeaseCheckpointPersist=true'], '1: enabling feature gate LeaseCheckpointPersist requires enabling feature gate LeaseCheckpoint'],
  [['--cert-file=/x'], '1: --cert-file: TLS is not available in this release; leave the flag out'],
  [['--peer-auto-tls'], '1: --peer-auto-tls: TLS is not available in this release; leave the flag out'],
  [['--auth-token=jwt'], '1: --auth-token: authentication is not available in this release; leave the flag out'],
  [['--discovery-srv=example.org'], '1: --discovery-srv: discovery by DNS is not available in this release; leave the flag out'],
  [['--unsafe-no-fsync'], '1: --unsafe-no-fsync: writing without making it durable is not available in this release; leave the flag out'],
  [['--advertise-client-urls=https://a:1'], '1: --advertise-client-urls: https://a:1 needs TLS, which is not available in this release; use http'],
  [['--experimental-compaction-batch-limit=5', '--compaction-batch-limit=6'], '1: cannot set --experimental-compaction-batch-limit and --compaction-batch-limit at the same time, please use --compaction-batch-limit only'],
  [['--experimental-initial-corrupt-check'], '1: --feature-gates: InitialCorruptCheck is not available in this release; leave it out'],
])('%j is refused', async (args, expected) => {
  expect(await failure(args)).toBe(expected);
});

test('what is at its default is taken though the feature is not there', async () => {
  expect(await failure(['--auth-token=simple', '--client-cert-auth=false', '--enable-pprof=false', '--corrupt-check-time=0s', '--tls-min-version=TLS1.2'])).toBe('taken');
});

test('one dash and two, with and without an equals sign; the last one counts', async () => {
  const config = toConfig(await settingsOf(['-name', 'a', '--heartbeat-interval=50', '-pre-vote=false', '--initial-election-tick-advance=0', '--name=b']));
  expect(config).toMatchObject({ name: 'b', heartbeatIntervalMs: 50, preVote: false, initialElectionTickAdvance: false });
  expect(config.dataDir).toMatch(/\/b\.etcd$/);
});

test('nothing behind the end of flags is fine; levels of the log may be in capitals, as zap takes them', async () => {
  expect(toLogOptions(await settingsOf(['--log-level=WARN', '--'])).level).toBe('warn');
  expect(toLogOptions(await settingsOf([], { ETCD_LOG_LEVEL: 'Debug' })).level).toBe('debug');
  expect(toLogOptions(await settingsOf(['--config-file', fileOf('log-level: ERROR')])).level).toBe('error');
});

test('a flag beats its variable; the environment is told about', async () => {
  const { values, remarks } = await settingsOf(['--name=flag'], { ETCD_NAME: 'env', ETCD_MAX_WALS: '7', ETCD_NOPE: 'secret', ETCD_VERSION: '3', OTHER: '1', ETCD_DATA_DIR: '' });
  expect(Object.fromEntries(values)).toEqual({ name: 'flag', 'max-wals': '7' });
  expect(remarks.map(({ level, message, fields }) => `${level} ${message} ${JSON.stringify(fields)}`).sort()).toEqual([
    'info recognized and used environment variable {"variable-name":"ETCD_MAX_WALS","variable-value":"7"}',
    'warn cannot set special environment variable {"key":"ETCD_VERSION","value":"3"}',
    'warn conflicting environment variable is shadowed by corresponding command-line flag {"environment-variable":"ETCD_NAME"}',
    'warn unrecognized environment variable {"environment-variable":"ETCD_NOPE"}',
  ]);
  expect(await failure([], { ETCD_MAX_WALS: 'many' })).toBe('1: invalid value "many" for ETCD_MAX_WALS: parse error');
});

test('former names count, and are remarked on', async () => {
  const settings = await settingsOf(['--experimental-watch-progress-notify-interval=5m', '--experimental-txn-mode-write-with-shared-buffer=true', '-v']);
  expect(toConfig(settings).watchProgressNotifyIntervalMs).toBe(300_000);
  expect(settings.remarks.map(({ fields }) => fields?.['flag'])).toEqual(['--experimental-watch-progress-notify-interval', '--experimental-txn-mode-write-with-shared-buffer', '--v']);
});

test('a flag without effect is warned of', async () => {
  const { remarks } = await settingsOf(['--backend-bbolt-freelist-type=array', '--raft-read-timeout=5s']);
  expect(remarks).toEqual([{ level: 'warn', message: 'a flag has no effect here', fields: { flag: '--backend-bbolt-freelist-type', reason: 'the store keeps its own list of free pages' } }]);
});

/** A value beside the default, and how the file writes it. */
const samples: Readonly<Record<string, [text: string, inFile?: string]>> = {
  name: ['m7'], 'data-dir': ['/tmp/quorate-data'], 'wal-dir': ['/tmp/quorate-wal'], 'heartbeat-interval': ['20'], 'election-timeout': ['900'],
  'initial-cluster': ['default=http://10.0.0.9:2380,b=http://10.0.0.8:2380'], 'initial-cluster-state': ['existing'], 'initial-cluster-token': ['t'], 'auto-compaction-retention': ['12', "'12'"],
  'auto-compaction-mode': ['revision'], metrics: ['extensive'], cors: ['https://a.example,https://b.example'], 'host-whitelist': ['a.example,b.example'],
  'quota-backend-bytes': ['-1'], 'feature-gates': ['AllBeta=true'], logger: ['zap'], 'log-level': ['debug'], 'log-format': ['console'], 'log-outputs': ['stdout,stderr', '[stdout, stderr]'],
  'log-rotation-config-json': ['{"maxsize": 5}', `'{"maxsize": 5}'`],
};

function sampleOf(row: FlagRow): [string, string] {
  const [text, inFile] = samples[row.name] ?? {
    boolean: [row.default === 'true' ? 'false' : 'true'], count: ['17'], count32: ['17'], integer: ['17'], duration: ['1m30s', '90000000000'], urls: ['http://10.0.0.9:2380,unix:///tmp/q.sock'], list: ['x'], origins: ['https://a.example'], text: ['x'],
  }[row.kind] as [string, string?];
  return [text, inFile ?? text];
}

describe('each flag that is honoured reaches the configuration, the same way from everywhere', () => {
  const honoured = flagRows.filter(({ standing, name }) => standing.is === 'honoured' && !['config-file', 'version', 'help', 'feature-gates', 'logger'].includes(name));
  test.each(honoured.map((row): [string, FlagRow] => [row.name, row]))('%s', async (name, row) => {
    let [text, inFile] = sampleOf(row);
    const args: Record<string, string> = {};
    // What must not stand alone.
    if (/^(listen-peer|initial-advertise-peer)-urls$/.test(name)) [text, inFile] = ['http://10.0.0.9:2380', 'http://10.0.0.9:2380'];
    if (name === 'listen-client-urls') args['advertise-client-urls'] = 'http://10.0.0.9:2379';
    if (name === 'enable-log-rotation') args['log-outputs'] = 'member.log';
    if (name === 'log-rotation-config-json') Object.assign(args, { 'log-outputs': 'member.log', 'enable-log-rotation': 'true' });
    if (name === 'initial-cluster') args['initial-advertise-peer-urls'] = 'http://10.0.0.9:2380';
    const all = (settings: Settings): unknown => [toConfig(settings), toLogOptions(settings)];
    const byFlag = all(await settingsOf([`--${name}=${text}`, ...Object.entries(args).map(([key, value]) => `--${key}=${value}`)]));
    const env = Object.fromEntries([[envName(name), text], ...Object.entries(args).map(([key, value]) => [envName(key), value])]);
    const [key, inner] = (row.fileKey ?? name).split('.');
    const yaml = [inner === undefined ? `${key}: ${inFile}` : `${key}: { ${inner}: ${inFile} }`, ...Object.entries(args).map(([key, value]) => `${key}: ${value}`)].join('\n');
    expect(all(await settingsOf([], env))).toEqual(byFlag);
    expect(all(await settingsOf(['--config-file', fileOf(yaml), '--name=ignored']))).toEqual(byFlag);
    expect(byFlag).not.toEqual(all(await settingsOf(Object.entries(args).map(([key, value]) => `--${key}=${value}`))));
  });
});

test('lease checkpoints are made when their gate is opened, by its name of today or the one before', async () => {
  const intervalMs = async (...args: string[]): Promise<number> => toConfig(await settingsOf(args)).leaseCheckpointIntervalMs;
  expect(await intervalMs()).toBe(0);
  expect(await intervalMs('--feature-gates=LeaseCheckpoint=true')).toBe(300_000);
  expect(await intervalMs('--feature-gates=LeaseCheckpoint=false,AllBeta=true')).toBe(0);
  expect(await intervalMs('--experimental-enable-lease-checkpoint')).toBe(300_000);
});

test('numbers as large as etcd takes them, and in Go’s notations', async () => {
  const config = toConfig(await settingsOf(['--quota-backend-bytes=9223372036854775807', '--snapshot-count=18446744073709551615', '--max-txn-ops=0x1_0', '--max-wals=010', '--max-snapshots=1_0']));
  expect(config).toMatchObject({ quotaBackendBytes: Number.MAX_SAFE_INTEGER, snapshotCount: Number.MAX_SAFE_INTEGER, maxTxnOps: 16, maxWals: 8, maxSnapshots: 10 });
  expect(toConfig(await settingsOf(['--config-file', fileOf('quota-backend-bytes: 9223372036854775807')])).quotaBackendBytes).toBe(Number.MAX_SAFE_INTEGER);
});

test.each([
  ['max-wals: 1.5', 'max-wals must be a whole number, it is 1.5'], ['max-wals: -1', 'max-wals must be a whole number, it is -1'], ['quota-backend-bytes: 9223372036854775808', 'quota-backend-bytes must be right: value out of range, it is 9223372036854775808'],
  ['grpc-keepalive-interval: 1.5', 'grpc-keepalive-interval must be a number of nanoseconds, it is 1.5'], ['cors: [1]', 'cors must be a list of origins, it is [1]'], ['log-outputs: { a: 1 }', 'log-outputs must be a list of texts, it is {"a":1}'],
  ['pre-vote: 1', 'pre-vote must be true or false, it is 1'],
])('the configuration file: %s is refused', async (text, problem) => {
  expect(await failure(['--config-file', fileOf(text)])).toContain(problem);
});

test('checkpoints that a restart forgets are warned of', async () => {
  const warned = async (gates: string): Promise<boolean> => (await settingsOf([`--feature-gates=${gates}`])).remarks.some(({ message }) => message.startsWith('Detected that checkpointing is enabled without persistence.'));
  expect([await warned('LeaseCheckpoint=true'), await warned('LeaseCheckpoint=true,LeaseCheckpointPersist=true'), await warned('LeaseCheckpoint=true,LeaseCheckpoint=false')]).toEqual([true, false, false]);
});

test('the configuration file: features by their former names, TLS by every name', async () => {
  expect(toConfig(await settingsOf(['--config-file', fileOf('experimental-stop-grpc-service-on-defrag: true')])).stopGrpcServiceOnDefrag).toBe(true);
  expect(await failure(['--config-file', fileOf('experimental-initial-corrupt-check: true')])).toBe('1: --feature-gates: InitialCorruptCheck is not available in this release; leave it out');
  expect(await failure(['--config-file', fileOf('experimental-initial-corrupt-check: false')])).toBe('taken');
  expect(await failure(['--config-file', fileOf('client-transport-security: { allowed-cn: [x] }')])).toMatch(/client-transport-security\.allowed-cn: TLS is not available in this release; leave it out$/);
  expect(await failure(['--config-file', fileOf('client-transport-security: { allowed-cn: [], skip-client-san-verification: false }')])).toBe('taken');
  expect(await failure(['--config-file', fileOf('peer-transport-security: { allowed-cn: [x] }')])).toBe('1: --peer-cert-allowed-cn: TLS is not available in this release; leave the flag out');
});

test('timeouts between members are no shorter than etcd’s', async () => {
  const settings = await settingsOf(['--raft-read-timeout=1s', '--raft-write-timeout=7s']);
  expect(toConfig(settings)).toMatchObject({ raftReadTimeoutMs: 5_000, raftWriteTimeoutMs: 7_000 });
  expect(settings.remarks).toEqual([{ level: 'info', message: 'raft-read-timeout increased to minimum value: 5s' }]);
});

test('keep-alive times that gRPC does not take are those that it has instead', async () => {
  const times = async (minTime: string, interval: string, timeout: string): Promise<number[]> => {
    const config = toConfig(await settingsOf([`--grpc-keepalive-min-time=${minTime}`, `--grpc-keepalive-interval=${interval}`, `--grpc-keepalive-timeout=${timeout}`]));
    return [config.grpcKeepaliveMinTimeMs, config.grpcKeepaliveIntervalMs, config.grpcKeepaliveTimeoutMs];
  };
  expect(await times('10s', '30s', '1s')).toEqual([10_000, 30_000, 1_000]);
  expect(await times('0', '0', '0')).toEqual([300_000, 0, 20_000]);
  expect(await times('-1s', '10ms', '-1s')).toEqual([300_000, 1_000, 20_000]);
});

test('nothing given means etcd’s defaults', async () => {
  const { dataDir, initialCluster, ...rest } = toConfig(await settingsOf([]));
  expect(rest).toEqual(memberDefaults satisfies Omit<MemberConfig, 'dataDir' | 'initialCluster'>);
  expect(dataDir).toMatch(/\/default\.etcd$/);
  expect(initialCluster).toEqual([{ name: 'default', peerUrls: ['http://localhost:2380'] }]);
});

test('a name and an address alone begin a cluster of their own', async () => {
  const { initialCluster } = toConfig(await settingsOf(['--name=a', '--initial-advertise-peer-urls=http://10.0.0.1:2380,http://10.0.0.2:2380']));
  expect(initialCluster).toEqual([{ name: 'a', peerUrls: ['http://10.0.0.1:2380', 'http://10.0.0.2:2380'] }]);
});

test('the configuration file: groups, wrong types, unknown keys', async () => {
  const settings = await settingsOf(['--config-file', fileOf('name: f\nlisten-client-urls: http://127.0.0.1:1\npeer-transport-security:\n  auto-tls: false\nnope: 1\n')], { ETCD_NAME: 'env' });
  expect(toConfig(settings)).toMatchObject({ name: 'f', listenClientUrls: ['http://127.0.0.1:1'], advertiseClientUrls: ['http://localhost:2379'] });
  expect(settings.remarks.filter(({ level }) => level === 'warn').map(({ fields }) => fields?.['key'])).toEqual(['nope']);
  expect(await failure(['--config-file', fileOf('client-transport-security: { cert-file: /x }')])).toBe('1: --cert-file: TLS is not available in this release; leave the flag out');
  expect(await failure(['--config-file', fileOf('max-wals: many')])).toMatch(/^1: --config-file: .*: max-wals must be a whole number, it is "many"$/);
  expect(await failure(['--config-file', fileOf('- a\n- b')])).toMatch(/does not hold keys and values$/);
  expect(await failure(['--config-file', fileOf('a: [')])).toMatch(/^1: --config-file: .* cannot be read: /);
  expect(await failure(['--config-file', '/nowhere/at/all.yml'])).toMatch(/ENOENT/);
  expect((await settingsOf([], { ETCD_CONFIG_FILE: fileOf('name: by-variable') })).values.get('name')).toBe('by-variable');
  expect(toConfig(await settingsOf(['--config-file', fileOf('')])).name).toBe('default');
});

test('retention: hours, durations, revisions', () => {
  expect(retention('periodic', '0').autoCompactionRetention).toBe(0);
  expect(retention('periodic', '2').autoCompactionRetention).toBe(7_200_000);
  expect(retention('periodic', '30m').autoCompactionRetention).toBe(1_800_000);
  expect(retention('revision', '1000').autoCompactionRetention).toBe(1000);
  expect(() => retention('revision', '30m')).toThrow(/error parsing CompactionRetention/);
  expect(() => retention('', '1')).toThrow('undefined auto-compaction-mode');
});

test.each([['1h30m', 5_400_000], ['100ms', 100], ['1.5s', 1500], ['.5s', 500], ['90000000000ns', 90_000], ['0', 0], ['-2s', -2000], ['5', undefined], ['', undefined], ['1x', undefined], ['1 s', undefined]])(
  'duration %s', (text, ms) => expect(parseDuration(text)).toBe(ms),
);
