import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { utf8 } from '../../core/base/bytes.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { KVService, LeaseService, MaintenanceService, WatchCreateRequest, WatchRequest, type SnapshotRequest, type SnapshotResponse } from '../../core/proto/gen/rpc.ts';
import { Program, eventually, freePorts, tempFolder } from '../support/process.ts';
import { differing } from './differences.ts';
import { calm, quorateArgs, Target } from '../support/target.ts';
import { etcdMinor, etcdPath, missing } from '../support/tools.ts';

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
  'grpc_server_handled_total', 'grpc_server_msg_received_total', 'grpc_server_msg_sent_total', 'process_resident_memory_bytes', 'process_open_fds', 'process_max_fds', 'process_cpu_seconds_total', 'process_network_receive_bytes_total', 'process_network_transmit_bytes_total',
  'process_start_time_seconds',
];

/** What Debian's etcd tells and we do not. */
const notHere = [
  // Parts that this store does not have, or of which it knows no more than the whole.
  'etcd_debugging_disk_backend_commit_rebalance_duration_seconds', 'etcd_debugging_disk_backend_commit_spill_duration_seconds', 'etcd_debugging_disk_backend_commit_write_duration_seconds',
  'etcd_debugging_snap_save_marshalling_duration_seconds', 'etcd_server_go_version',
  // The proxy of etcd's, the v2 store, and users, which this release does not have.
  'etcd_grpc_proxy_cache_hits_total', 'etcd_grpc_proxy_cache_keys_total', 'etcd_grpc_proxy_cache_misses_total', 'etcd_grpc_proxy_events_coalescing_total', 'etcd_grpc_proxy_watchers_coalescing_total',
  'etcd_debugging_store_expires_total', 'etcd_debugging_store_reads_total', 'etcd_debugging_store_watch_requests_total', 'etcd_debugging_store_watchers', 'etcd_debugging_store_writes_total',
  'etcd_debugging_auth_revision',
  // A former name of what is there without `debugging`.
  'etcd_debugging_mvcc_range_total',
];

/** Further former names, which 3.5 has no more. */
const notHereBy = (minor: number): readonly string[] => (minor < 5 ? ['etcd_debugging_mvcc_db_total_size_in_bytes', 'etcd_debugging_mvcc_delete_total', 'etcd_debugging_mvcc_put_total', 'etcd_debugging_mvcc_txn_total'] : []);

/** What we tell and Debian's 3.4 does not: younger names of etcd's, and those that it does not tell before there was a failure, a loss, a probe or a snapshot. */
const younger = [
  'etcd_server_client_requests_total', 'etcd_server_healthcheck', 'etcd_server_healthchecks_total', 'etcd_server_range_duration_seconds', 'etcd_server_apply_duration_seconds', 'etcd_disk_wal_write_duration_seconds',
  'etcd_debugging_mvcc_db_compaction_last', 'etcd_network_known_peers', 'etcd_server_learner_promote_failures',
  'etcd_network_peer_sent_failures_total', 'etcd_network_peer_received_failures_total', 'etcd_debugging_server_alarms', 'etcd_network_disconnected_peers_total', 'etcd_network_peer_round_trip_time_seconds',
  'etcd_network_snapshot_send_inflights_total', 'etcd_network_snapshot_send_success', 'etcd_network_snapshot_send_failures', 'etcd_network_snapshot_send_total_duration_seconds',
  'etcd_network_snapshot_receive_inflights_total', 'etcd_network_snapshot_receive_success', 'etcd_network_snapshot_receive_failures', 'etcd_network_snapshot_receive_total_duration_seconds',
];

/** By name: the type, the labels that samples have, and the bounds of a histogram's buckets. */
type Shape = ReadonlyMap<string, { type: string; labels: readonly string[]; bounds: readonly number[] }>;

function shapeOf({ samples, types }: Scraped): Shape {
  return new Map([...types].sort().map(([name, type]) => {
    const own = samples.filter((sample) => sample.name === name || (type === 'histogram' && sample.name === `${name}_bucket`));
    const labels = [...new Set(own.flatMap((sample) => Object.keys(sample.labels)))].sort();
    const bounds = [...new Set(own.flatMap(({ labels: { le } }) => (le === undefined ? [] : [le === '+Inf' ? Infinity : Number(le)])))];
    return [name, { type, labels, bounds }];
  }));
}

describe('the metrics of a cluster', () => {
  let target: Target;
  let client: EtcdClient;
  beforeAll(async () => {
    target = await Target.start('quorate', 3, { flags: calm });
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
    await eventually('the cluster has a version', async () => {
      for (const scraped of await all()) expect(value(scraped, 'etcd_cluster_version', { cluster_version: '3.6' })).toBe(1);
    });
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

  test('work on the store as a whole is counted and timed', async () => {
    const one = new EtcdClient([target.endpoints[0]!]);
    for (let i = 0; i < 5; i++) await one.write(KVService.put, { key: utf8('again'), value: utf8(String(i)) });
    const { header } = await one.range({ key: utf8('again') });
    const before = await scrape(target.endpoints[0]!);
    await one.write(KVService.compact, { revision: header!.revision, physical: true });
    await one.read(MaintenanceService.hash, {});
    await one.read(MaintenanceService.hashKv, {});
    await one.write(MaintenanceService.defragment, {});
    for await (const _part of one.serverStream<SnapshotRequest, SnapshotResponse>(0, MaintenanceService.snapshot, {}, new AbortController().signal));
    await one.write(LeaseService.leaseGrant, { ttl: 60 });
    await expect(one.range({ key: utf8('again'), revision: 1 })).rejects.toThrow('compacted');
    one.close();
    const after = await scrape(target.endpoints[0]!);
    const grown = (name: string, labels: Record<string, string> = {}): number => value(after, name, labels) - value(before, name, labels);
    expect(grown('etcd_debugging_mvcc_db_compaction_keys_total')).toBeGreaterThanOrEqual(4);
    expect(value(after, 'etcd_debugging_mvcc_db_compaction_last')).toBeGreaterThan(Date.now() / 1000 - 600);
    for (const name of [
      'etcd_debugging_mvcc_db_compaction_total_duration_milliseconds', 'etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds', 'etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds',
      'etcd_mvcc_hash_duration_seconds', 'etcd_mvcc_hash_rev_duration_seconds', 'etcd_disk_backend_defrag_duration_seconds', 'etcd_disk_backend_snapshot_duration_seconds', 'etcd_debugging_lease_ttl_total',
    ]) expect(grown(`${name}_count`), name).toBe(1);
    expect(grown('etcd_debugging_lease_ttl_total_sum')).toBe(60);
    expect(grown('grpc_server_started_total', { grpc_type: 'server_stream', grpc_method: 'Snapshot' })).toBe(1);
    expect(grown('etcd_server_range_duration_seconds_count', { success: 'false' })).toBe(1);
    for (const name of ['etcd_disk_defrag_inflight', 'etcd_mvcc_db_open_read_transactions', 'etcd_server_snapshot_apply_in_progress_total']) expect(value(after, name), name).toBe(0);
  });

  test('alarms that are on, by member', async () => {
    const endpoint = target.endpoints[0]!;
    const memberId = (await client.memberList()).members[1]!.id;
    const alarm = async (action: number): Promise<void> => void (await client.write(MaintenanceService.alarm, { action, memberId, alarm: 1 }));
    const told = async () => (await scrape(endpoint)).samples.filter(({ name }) => name === 'etcd_debugging_server_alarms').map(({ labels, value: one }) => [labels, one]);
    expect(await told()).toEqual([]);
    await alarm(1);
    await eventually('it is told', async () => expect(await told()).toEqual([[{ server_id: memberId.toString(16), alarm_type: 'NOSPACE' }, 1]]));
    await alarm(2);
    await eventually('it is told no more', async () => expect(await told()).toEqual([]));
  });

  test('peers: who is heard, what was sent, how long it takes', async () => {
    await eventually('all are connected', async () => {
      for (const scraped of await all()) {
        expect(value(scraped, 'etcd_network_known_peers')).toBe(2);
        expect(value(scraped, 'etcd_network_active_peers')).toBe(2);
        expect(value(scraped, 'etcd_network_peer_received_bytes_total')).toBeGreaterThan(0);
        expect(value(scraped, 'etcd_network_peer_sent_bytes_total')).toBeGreaterThan(0);
      }
    });
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

  describe.skipIf(missing(etcdPath) !== undefined)('beside Debian’s etcd', () => {
    let theirs: Shape;
    let ours: Shape;
    beforeAll(async () => {
      const reference = await Target.start('etcd', 3, { flags: calm });
      try {
        theirs = await eventually('its cluster has a version', async () => {
          const scraped = await scrape(reference.endpoints[0]!);
          expect(scraped.types.has('etcd_cluster_version')).toBe(true);
          return shapeOf(scraped);
        });
      } finally {
        await reference.stop();
      }
      ours = shapeOf(await scrape(target.endpoints[0]!));
    });

    test('what is missing here is what has no meaning here, or is no longer there in 3.6', () => {
      const lacking = [...theirs.keys()].filter((name) => !ours.has(name) && !/^(go|promhttp)_/.test(name));
      if (etcdMinor() < 6) expect(lacking).toEqual([...notHere, ...notHereBy(etcdMinor())].sort());
      // 3.6 has fewer of those, and tells its feature gates, which are settings and no figures.
      else expect(lacking.filter((name) => !notHere.includes(name))).toEqual(['etcd_server_feature_enabled']);
    });

    test('nothing of our own goes under etcd’s name', () => {
      expect([...ours.keys()].filter((name) => name.startsWith('etcd_') && !theirs.has(name) && !younger.includes(name))).toEqual([]);
    });

    test('types, labels and the bounds of histograms are the same', () => {
      const both = [...ours.keys()].filter((name) => theirs.has(name));
      expect(both.length).toBeGreaterThan(50);
      for (const name of both) {
        const labels = name === 'etcd_server_apply_duration_seconds' ? { labels: differing('applyLabels', 'quorate') } : {};
        expect({ name, ...ours.get(name) }).toEqual({ name, ...theirs.get(name), ...labels });
      }
    });
  });
});

test('a snapshot to a peer is counted by both', async () => {
  const target = await Target.start('quorate', 3, { flags: [...calm, '--snapshot-count=50', '--snapshot-catchup-entries=10'] });
  const client = new EtcdClient(target.endpoints.slice(0, 2));
  try {
    await target.killMember(2);
    for (let i = 0; i < 120; i++) await eventually('a put', () => client.write(KVService.put, { key: utf8('k'), value: utf8(String(i)) }));
    await target.startMember(2);
    await eventually('it arrives', async () => {
      const taken = await scrape(target.endpoints[2]!);
      expect(value(taken, 'etcd_network_snapshot_receive_success')).toBe(1);
      expect(value(taken, 'etcd_network_snapshot_receive_total_duration_seconds_count')).toBe(1);
      for (const name of ['etcd_snap_db_fsync_duration_seconds_count', 'etcd_snap_db_save_total_duration_seconds_count']) expect(value(taken, name), name).toBe(1);
      for (const name of ['etcd_snap_fsync_duration_seconds_count', 'etcd_debugging_snap_save_total_duration_seconds_count']) expect(value(taken, name), name).toBeGreaterThanOrEqual(1);
      const sent = await Promise.all(target.endpoints.slice(0, 2).map(scrape));
      expect(sent.map((one) => value(one, 'etcd_network_snapshot_send_success')).sort()).toEqual([0, 1]);
      expect(sent.map((one) => value(one, 'etcd_disk_backend_snapshot_duration_seconds_count')).sort()).toEqual([0, 1]);
    });
  } finally {
    client.close();
    await target.stop();
  }
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
