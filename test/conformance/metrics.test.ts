import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { KVService, LeaseService, WatchCreateRequest, WatchRequest } from '../../core/proto/gen/rpc.ts';
import { Program, eventually, freePorts, tempFolder } from '../support/process.ts';
import { quorateArgs, Target } from '../support/target.ts';
import { etcdPath, missing } from '../support/tools.ts';

interface Sample {
  name: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** Reads the text that Prometheus scrapes; throws at a line that it would not take. */
function parse(text: string): { samples: Sample[]; types: Map<string, string> } {
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  for (const line of text.split('\n').filter((item) => item !== '')) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (type) types.set(type[1]!, type[2]!);
    if (line.startsWith('#')) continue;
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? ([-+]?(?:[\d.]+(?:e[-+]?\d+)?|Inf|NaN|Nan))$/.exec(line);
    if (!match) throw new Error(`no sample: ${line}`);
    const labels = Object.fromEntries([...(match[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name!, value!]));
    samples.push({ name: match[1]!, labels, value: Number(match[3]) });
  }
  return { samples, types };
}

const scrape = async (endpoint: string) => {
  const response = await fetch(`${endpoint}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return parse(await response.text());
};
type Scraped = Awaited<ReturnType<typeof scrape>>;
const value = ({ samples }: Scraped, name: string, labels: Record<string, string> = {}): number => {
  const found = samples.filter((sample) => sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text));
  expect(found.length, `${name} ${JSON.stringify(labels)}`).toBeGreaterThan(0);
  return found.reduce((sum, sample) => sum + sample.value, 0);
};

/** What dashboards and alerts of etcd's own mixin and of Kubernetes ask for. */
const wanted = [
  'etcd_server_has_leader', 'etcd_server_is_leader', 'etcd_server_is_learner', 'etcd_server_learner_promote_successes', 'etcd_server_learner_promote_failures', 'etcd_server_id', 'etcd_server_version', 'etcd_cluster_version', 'etcd_server_leader_changes_seen_total',
  'etcd_server_proposals_committed_total', 'etcd_server_proposals_applied_total', 'etcd_server_proposals_pending', 'etcd_server_proposals_failed_total', 'etcd_server_slow_apply_total',
  'etcd_server_slow_read_indexes_total', 'etcd_server_read_indexes_failed_total', 'etcd_server_heartbeat_send_failures_total', 'etcd_server_quota_backend_bytes',
  'etcd_server_health_success', 'etcd_server_health_failures', 'etcd_server_client_requests_total', 'etcd_disk_wal_fsync_duration_seconds', 'etcd_disk_backend_commit_duration_seconds',
  'etcd_disk_wal_write_bytes_total', 'etcd_mvcc_db_total_size_in_bytes', 'etcd_mvcc_db_total_size_in_use_in_bytes', 'etcd_mvcc_put_total', 'etcd_mvcc_delete_total',
  'etcd_mvcc_range_total', 'etcd_mvcc_txn_total', 'etcd_debugging_mvcc_keys_total', 'etcd_debugging_mvcc_watcher_total', 'etcd_debugging_mvcc_slow_watcher_total',
  'etcd_debugging_mvcc_watch_stream_total', 'etcd_network_client_grpc_received_bytes_total', 'etcd_network_client_grpc_sent_bytes_total', 'etcd_network_peer_sent_bytes_total',
  'etcd_network_peer_received_bytes_total', 'etcd_network_peer_round_trip_time_seconds', 'etcd_network_peer_sent_failures_total', 'etcd_network_active_peers', 'grpc_server_started_total',
  'grpc_server_handled_total', 'grpc_server_msg_received_total', 'grpc_server_msg_sent_total', 'process_resident_memory_bytes', 'process_open_fds', 'process_max_fds', 'process_cpu_seconds_total',
  'process_start_time_seconds',
];

describe('the metrics of a cluster', () => {
  let target: Target;
  let client: EtcdClient;
  beforeAll(async () => {
    target = await Target.start('quorate', 3);
    client = new EtcdClient(target.endpoints);
  });
  afterAll(async () => {
    client.close();
    await target.stop();
  });
  const all = () => Promise.all(target.endpoints.map(scrape));
  const sum = async (name: string, labels: Record<string, string> = {}) => (await all()).map((scraped) => value(scraped, name, labels)).reduce((a, b) => a + b, 0);

  test('every name that dashboards ask for, each with its type', async () => {
    for (const { types } of await all()) expect(wanted.filter((name) => !types.has(name))).toEqual([]);
  });

  test('one leads, all know it, each has an id', async () => {
    expect(await sum('etcd_server_is_leader')).toBe(1);
    expect(await sum('etcd_server_has_leader')).toBe(3);
    expect(await sum('etcd_server_is_learner')).toBe(0);
    expect(await sum('etcd_server_leader_changes_seen_total')).toBeGreaterThanOrEqual(3);
    const ids = (await all()).map(({ samples }) => samples.find(({ name }) => name === 'etcd_server_id')!.labels['server_id']);
    const { members } = await client.memberList();
    expect([...ids].sort()).toEqual(members.map(({ id }) => id.toString(16)).sort());
    for (const scraped of await all()) expect(value(scraped, 'etcd_cluster_version', { cluster_version: '3.6' })).toBe(1);
  });

  test('figures follow what is done', async () => {
    const endpoint = target.endpoints[0]!;
    const before = await scrape(endpoint);
    for (let i = 0; i < 20; i++) await client.write(KVService.put, { key: utf8(`k${i}`), value: utf8('0123456789') });
    await client.write(KVService.deleteRange, { key: utf8('k0'), rangeEnd: utf8('k2') });
    await client.range({ key: utf8('k'), rangeEnd: utf8('l'), serializable: true });
    await client.write(KVService.txn, { success: [], failure: [] });
    const failed = client.write(KVService.put, { key: utf8('') });
    await expect(failed).rejects.toThrow('key is not provided');
    await client.write(LeaseService.leaseGrant, { ttl: 60 });
    const stream = client.openWatch();
    stream.on('error', () => {});
    stream.write(WatchRequest.create({ createRequest: WatchCreateRequest.create({ key: utf8('k5') }) }));
    await eventually('a watcher', async () => expect(value(await scrape(endpoint), 'etcd_debugging_mvcc_watcher_total')).toBe(1));
    const after = await scrape(endpoint);
    const grown = (name: string, labels: Record<string, string> = {}): number => {
      const base = before.samples.some((sample) => sample.name === name && Object.entries(labels).every(([key, text]) => sample.labels[key] === text)) ? value(before, name, labels) : 0;
      return value(after, name, labels) - base;
    };
    expect(grown('etcd_mvcc_put_total')).toBe(20);
    expect(grown('etcd_mvcc_delete_total')).toBe(12);
    expect(grown('etcd_mvcc_txn_total')).toBe(21);
    expect(grown('etcd_debugging_mvcc_keys_total')).toBe(8);
    expect(grown('etcd_debugging_mvcc_total_put_size_in_bytes')).toBe(20 * 10 + 10 * 2 + 10 * 3);
    expect(grown('etcd_debugging_lease_granted_total')).toBe(1);
    expect(grown('etcd_debugging_mvcc_watch_stream_total')).toBe(1);
    expect(grown('etcd_server_proposals_applied_total')).toBeGreaterThanOrEqual(22);
    expect(grown('etcd_server_proposals_committed_total')).toBeGreaterThanOrEqual(22);
    expect(value(after, 'etcd_server_proposals_pending')).toBe(0);
    const put = { grpc_service: 'etcdserverpb.KV', grpc_method: 'Put' };
    expect(grown('grpc_server_started_total', put)).toBe(21);
    expect(grown('grpc_server_handled_total', { ...put, grpc_code: 'OK' })).toBe(20);
    expect(grown('grpc_server_handled_total', { ...put, grpc_code: 'InvalidArgument' })).toBe(1);
    expect(grown('etcd_network_client_grpc_received_bytes_total')).toBeGreaterThan(20 * 14);
    expect(grown('etcd_disk_wal_fsync_duration_seconds_count')).toBeGreaterThanOrEqual(20);
    expect(grown('etcd_disk_wal_write_bytes_total')).toBeGreaterThan(20 * 20);
    expect(value(after, 'etcd_mvcc_db_total_size_in_bytes')).toBeGreaterThan(0);
    expect(value(after, 'etcd_server_quota_backend_bytes')).toBe(2 * 1024 ** 3);
    stream.cancel();
    await eventually('no watcher', async () => expect(value(await scrape(endpoint), 'etcd_debugging_mvcc_watcher_total')).toBe(0));
  });

  test('peers: who is heard, what was sent, how long it takes', async () => {
    for (const scraped of await all()) {
      expect(value(scraped, 'etcd_network_known_peers')).toBe(2);
      expect(value(scraped, 'etcd_network_active_peers')).toBe(2);
      expect(value(scraped, 'etcd_network_peer_received_bytes_total')).toBeGreaterThan(0);
      expect(value(scraped, 'etcd_network_peer_sent_bytes_total')).toBeGreaterThan(0);
    }
    await eventually('a probe', async () => expect(await sum('etcd_network_peer_round_trip_time_seconds_count')).toBeGreaterThan(0));
  });

  test('a histogram’s buckets are cumulated up to its count', async () => {
    const scraped = await scrape(target.endpoints[0]!);
    const buckets = scraped.samples.filter(({ name }) => name === 'etcd_disk_wal_fsync_duration_seconds_bucket').map((sample) => sample.value);
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    expect(buckets).toHaveLength(15);
    expect(buckets.at(-1)).toBe(value(scraped, 'etcd_disk_wal_fsync_duration_seconds_count'));
  });

  test('health checks are counted', async () => {
    const endpoint = target.endpoints[1]!;
    for (let i = 0; i < 3; i++) await fetch(`${endpoint}/health`);
    await fetch(`${endpoint}/readyz`);
    const scraped = await scrape(endpoint);
    expect(value(scraped, 'etcd_server_health_success')).toBe(3);
    expect(value(scraped, 'etcd_server_healthchecks_total', { type: 'readyz', name: 'non_learner', status: 'success' })).toBe(1);
  });

  test.skipIf(missing(etcdPath) !== undefined)('a name of etcd’s is spelt as etcd spells it', async () => {
    const reference = await Target.start('etcd', 3);
    try {
      const theirs = await eventually('its cluster has a version', async () => {
        const { types } = await scrape(reference.endpoints[0]!);
        expect(types.has('etcd_cluster_version')).toBe(true);
        return types;
      });
      const ours = (await scrape(target.endpoints[0]!)).types;
      // Younger than the 3.4 that is compared with.
      const elsewhere = new Set([
        'etcd_server_client_requests_total', 'etcd_server_healthcheck', 'etcd_server_healthchecks_total', 'etcd_disk_wal_write_duration_seconds', 'etcd_disk_wal_write_bytes_total',
        'etcd_debugging_mvcc_total_put_size_in_bytes', 'etcd_network_known_peers', 'etcd_server_apply_duration_seconds',
        // There from 3.4 on, but not told before the first failure, loss or probe of a peer, or the first promotion that fails.
        'etcd_server_learner_promote_failures',
        'etcd_network_peer_sent_failures_total', 'etcd_network_disconnected_peers_total', 'etcd_network_peer_round_trip_time_seconds',
      ]);
      expect([...ours.keys()].filter((name) => name.startsWith('etcd_') && !theirs.has(name) && !elsewhere.has(name))).toEqual([]);
      for (const [name, type] of ours) if (theirs.has(name)) expect(`${name} ${type}`).toBe(`${name} ${theirs.get(name)!}`);
    } finally {
      await reference.stop();
    }
  });
});

test('extensive metrics, on an address of their own', async () => {
  const [client, peer, metrics] = await freePorts(3);
  const folder = tempFolder('metrics');
  const program = new Program('quorate member', process.execPath, [
    ...quorateArgs, 'member', '--data-dir', join(folder.path, 'data'), `--listen-client-urls=http://127.0.0.1:${client}`, `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`, `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`, `--listen-metrics-urls=http://127.0.0.1:${metrics}`, '--metrics=extensive',
  ]);
  try {
    await program.saying(/ready to serve/);
    const { types } = await scrape(`http://127.0.0.1:${metrics}`);
    expect(types.get('grpc_server_handling_seconds')).toBe('histogram');
    expect(types.get('nodejs_heap_size_used_bytes')).toBe('gauge');
    expect((await fetch(`http://127.0.0.1:${metrics}/version`)).status).toBe(404);
    expect((await fetch(`http://127.0.0.1:${metrics}/readyz`)).status).toBe(200);
  } finally {
    await program.end('SIGKILL');
    folder.remove();
  }
});
