import type { Histogram } from '../base/histogram.ts';
import { idHex, noMember, type MemberId } from '../base/ids.ts';
import type { Transfers } from '../base/transfers.ts';
import type { EtcdMember } from '../member/types.ts';
import { AlarmType } from '../proto/gen/rpc.ts';
import type { DiskFigures } from '../node/measured.ts';
import type { HealthFigures } from './health-paths.ts';
import { processSamples } from './process-figures.ts';
import type { RpcFigures } from './rpc-figures.ts';

/** What is known of the link to one peer. */
export interface PeerSample {
  id: MemberId;
  activeSinceMs: number | undefined;
  sentBytes: number;
  receivedBytes: number;
  sendFailures: number;
  receiveFailures: number;
  disconnects: number;
  roundTrips: Histogram;
  snapshotsOut: Transfers;
  snapshotsIn: Transfers;
}

/** Where the figures come from: each room counts its own, and they are read when somebody asks. */
export interface MetricSources {
  member: EtcdMember;
  serverVersion: string;
  disk: DiskFigures;
  rpc: RpcFigures;
  health: HealthFigures;
  peers(): readonly PeerSample[];
  /** Histograms of calls, and the runtime's own figures. */
  extensive: boolean;
}

export type Labels = Readonly<Record<string, string | number>>;
type Sample = readonly [value: number, labels?: Labels];

export interface Family {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  read(): readonly Sample[] | readonly (readonly [Histogram, Labels?])[];
}

const counter = (name: string, help: string, read: () => number): Family => ({ name, help, type: 'counter', read: () => [[read()]] });
const gauge = (name: string, help: string, read: () => number): Family => ({ name, help, type: 'gauge', read: () => [[read()]] });
const histogram = (name: string, help: string, read: () => Histogram): Family => ({ name, help, type: 'histogram', read: () => [[read()]] });
const labelled = (type: 'counter' | 'gauge' | 'histogram', name: string, help: string, read: Family['read']): Family => ({ name, help, type, read });

/** What etcd's dashboards and alerts read, under its names. */
export function families(sources: MetricSources): Family[] {
  return [...serverFamilies(sources), ...storeFamilies(sources), ...networkFamilies(sources), ...callFamilies(sources), ...processFamilies()];
}

function serverFamilies({ member, serverVersion, health }: MetricSources): Family[] {
  const totals = () => member.totals();
  return [
    gauge('etcd_server_has_leader', 'Whether this member knows a leader.', () => Number(member.status().leader !== noMember)),
    gauge('etcd_server_is_leader', 'Whether this member leads.', () => Number(member.status().leader === member.id)),
    gauge('etcd_server_is_learner', 'Whether this member is a learner.', () => Number(member.status().isLearner)),
    counter('etcd_server_learner_promote_successes', 'Promotions of learners that this member made as the leader.', () => totals().promotions.successes),
    labelled('counter', 'etcd_server_learner_promote_failures', 'Promotions of learners that failed while this member led, by reason.', () =>
      [...totals().promotions.failures].map(([Reason, count]): Sample => [count, { Reason }])),
    labelled('gauge', 'etcd_server_id', 'The id of this member.', () => [[1, { server_id: idHex(member.id) }]]),
    labelled('gauge', 'etcd_server_version', 'The release whose behaviour this member shows.', () => [[1, { server_version: serverVersion }]]),
    labelled('gauge', 'etcd_cluster_version', 'The version that the cluster has agreed on.', () => [[1, { cluster_version: member.clusterVersion.split('.').slice(0, 2).join('.') }]]),
    counter('etcd_server_leader_changes_seen_total', 'Changes of leader that this member has seen.', () => totals().leaderChanges),
    gauge('etcd_server_proposals_committed_total', 'Proposals that are committed.', () => member.status().committedIndex),
    gauge('etcd_server_proposals_applied_total', 'Proposals that are applied.', () => member.status().appliedIndex),
    gauge('etcd_server_proposals_pending', 'Proposals of this member that wait to be applied.', () => totals().pendingProposals),
    counter('etcd_server_proposals_failed_total', 'Proposals of this member that were dropped or not applied in time.', () => totals().failedProposals),
    counter('etcd_server_slow_apply_total', 'Batches of entries whose application took longer than --warning-apply-duration.', () => totals().slowApplies),
    histogram('etcd_server_apply_duration_seconds', 'How long the application of a batch of entries took.', () => totals().applies),
    counter('etcd_server_slow_read_indexes_total', 'Linearizable reads that were not confirmed in time.', () => totals().slowReadIndexes),
    counter('etcd_server_read_indexes_failed_total', 'Rounds of linearizable reads that a change of leader ended.', () => totals().failedReadIndexes),
    counter('etcd_server_heartbeat_send_failures_total', 'Heartbeats that this member sent late as the leader.', () => totals().lateHeartbeats),
    gauge('etcd_server_snapshot_apply_in_progress_total', 'Whether a snapshot that was received takes the store’s place now.', () => member.database.figures.installing),
    gauge('etcd_server_quota_backend_bytes', 'Size of the store that raises the alarm NOSPACE.', () => member.dbSize().quota),
    labelled('gauge', 'etcd_debugging_server_alarms', 'Alarms that are on, by the member that they are of.', () => member.alarms().map(({ memberId, alarm }) => [1, { server_id: idHex(memberId), alarm_type: alarmName(alarm) }])),
    counter('etcd_server_health_success', 'Health checks that found this member well.', () => health.successes),
    counter('etcd_server_health_failures', 'Health checks that did not.', () => health.failures),
    labelled('gauge', 'etcd_server_healthcheck', 'What each check of /livez and /readyz found last.', () => checksOf(health).map(({ type, name, last }) => [Number(last), { type, name }])),
    labelled('counter', 'etcd_server_healthchecks_total', 'How often each check was made, by outcome.', () =>
      checksOf(health).flatMap(({ type, name, success, error }): Sample[] => [[success, { type, name, status: 'success' }], [error, { type, name, status: 'error' }]])),
    counter('etcd_debugging_server_lease_expired_total', 'Leases that ran out.', () => totals().leasesExpired),
    counter('etcd_debugging_lease_granted_total', 'Leases granted.', () => member.lessor.totals.granted),
    counter('etcd_debugging_lease_revoked_total', 'Leases revoked.', () => member.lessor.totals.revoked),
    counter('etcd_debugging_lease_renewed_total', 'Renewals of leases, on the leader.', () => member.lessor.totals.renewed),
    histogram('etcd_debugging_lease_ttl_total', 'Seconds that leases were granted for.', () => member.lessor.totals.ttls),
  ];
}

const alarmName = (alarm: number): string => Object.entries(AlarmType).find(([, number]) => number === alarm)?.[0] ?? String(alarm);

function checksOf(health: HealthFigures): { type: string; name: string; success: number; error: number; last: boolean }[] {
  return [...health.checks].map(([key, check]) => {
    const [type = '', name = ''] = key.split(' ');
    return { type, name, ...check };
  });
}

function storeFamilies({ member, disk }: MetricSources): Family[] {
  const { store, watchHub, database } = member;
  return [
    histogram('etcd_disk_wal_fsync_duration_seconds', 'How long making the log durable took.', () => disk.walSyncs),
    histogram('etcd_disk_wal_write_duration_seconds', 'How long a write of the log took.', () => disk.walWrites),
    gauge('etcd_disk_wal_write_bytes_total', 'Bytes written to the log.', () => disk.walBytes),
    histogram('etcd_disk_backend_commit_duration_seconds', 'How long a commit of the store took.', () => disk.backendCommits),
    histogram('etcd_disk_backend_defrag_duration_seconds', 'How long a defragmentation of the store took.', () => disk.defragmentations),
    gauge('etcd_disk_defrag_inflight', 'Whether the store is defragmented now.', () => disk.defragmenting),
    histogram('etcd_disk_backend_snapshot_duration_seconds', 'How long writing the whole store out took.', () => database.figures.exports),
    histogram('etcd_snap_fsync_duration_seconds', 'How long making a snapshot’s mark durable took.', () => disk.snapSyncs),
    histogram('etcd_debugging_snap_save_total_duration_seconds', 'How long writing a snapshot’s mark took.', () => disk.snapSaves),
    histogram('etcd_snap_db_fsync_duration_seconds', 'How long making a received database durable took.', () => disk.snapDbSyncs),
    histogram('etcd_snap_db_save_total_duration_seconds', 'How long receiving a database took.', () => disk.snapDbSaves),
    gauge('etcd_mvcc_db_open_read_transactions', 'Views of the store that are open now.', () => disk.openViews),
    histogram('etcd_mvcc_hash_duration_seconds', 'How long a hash of the whole store took.', () => database.figures.hashes),
    histogram('etcd_mvcc_hash_rev_duration_seconds', 'How long a hash up to a revision took.', () => database.figures.hashesByRevision),
    counter('etcd_debugging_mvcc_db_compaction_keys_total', 'Rows that compactions deleted.', () => store.compactions.rows),
    gauge('etcd_debugging_mvcc_db_compaction_last', 'When the last compaction ended, Unix time; 0: there was none since the start.', () => store.compactions.lastSeconds),
    histogram('etcd_debugging_mvcc_db_compaction_total_duration_milliseconds', 'How long a compaction took.', () => store.compactions.totals),
    histogram('etcd_debugging_mvcc_db_compaction_pause_duration_milliseconds', 'How long one commit of a compaction took.', () => store.compactions.batches),
    histogram('etcd_debugging_mvcc_index_compaction_pause_duration_milliseconds', 'How long a compaction held the index.', () => store.compactions.indexPauses),
    gauge('etcd_mvcc_db_total_size_in_bytes', 'Size of the store’s file.', () => member.dbSize().total),
    gauge('etcd_mvcc_db_total_size_in_use_in_bytes', 'What of it is in use.', () => member.dbSize().inUse),
    counter('etcd_mvcc_put_total', 'Keys put.', () => store.totals.puts),
    counter('etcd_mvcc_delete_total', 'Keys deleted.', () => store.totals.deletes),
    counter('etcd_mvcc_range_total', 'Ranges read.', () => store.totals.ranges),
    counter('etcd_mvcc_txn_total', 'Transactions that changed something.', () => store.totals.txns),
    gauge('etcd_debugging_mvcc_total_put_size_in_bytes', 'Bytes of keys and values put.', () => store.totals.putBytes),
    counter('etcd_debugging_mvcc_events_total', 'Events of keys.', () => store.totals.events),
    gauge('etcd_debugging_mvcc_keys_total', 'Keys that there are.', () => store.keyCount),
    gauge('etcd_debugging_mvcc_current_revision', 'The newest revision.', () => store.currentRevision),
    gauge('etcd_debugging_mvcc_compact_revision', 'The revision that was compacted last.', () => store.compactRevision),
    gauge('etcd_debugging_mvcc_watcher_total', 'Watchers.', () => watchHub.watcherCount),
    gauge('etcd_debugging_mvcc_slow_watcher_total', 'Watchers that are behind.', () => watchHub.slowWatcherCount),
    gauge('etcd_debugging_mvcc_pending_events_total', 'Events that are about to be sent to watchers.', () => watchHub.pendingEventCount),
    gauge('etcd_debugging_mvcc_watch_stream_total', 'Streams of watchers.', () => watchHub.streamCount),
  ];
}

function networkFamilies({ member, rpc, peers }: MetricSources): Family[] {
  const perPeer = (label: 'To' | 'From', read: (peer: PeerSample) => number) => (): Sample[] => peers().map((peer) => [read(peer), { [label]: idHex(peer.id) }]);
  const local = idHex(member.id);
  const snapshots = (way: 'send' | 'receive', label: 'To' | 'From', of: (peer: PeerSample) => Transfers): Family[] => [
    labelled('gauge', `etcd_network_snapshot_${way}_inflights_total`, 'Snapshots that are under way now.', perPeer(label, (peer) => of(peer).inFlight)),
    labelled('counter', `etcd_network_snapshot_${way}_success`, 'Snapshots that arrived.', perPeer(label, (peer) => of(peer).succeeded)),
    labelled('counter', `etcd_network_snapshot_${way}_failures`, 'Snapshots that did not.', perPeer(label, (peer) => of(peer).failed)),
    labelled('histogram', `etcd_network_snapshot_${way}_total_duration_seconds`, 'How long those that arrived took.', () => peers().map((peer) => [of(peer).seconds, { [label]: idHex(peer.id) }] as const)),
  ];
  return [
    ...snapshots('send', 'To', (peer) => peer.snapshotsOut),
    ...snapshots('receive', 'From', (peer) => peer.snapshotsIn),
    counter('etcd_network_client_grpc_received_bytes_total', 'Bytes of messages from gRPC clients.', () => rpc.receivedBytes),
    counter('etcd_network_client_grpc_sent_bytes_total', 'Bytes of messages to gRPC clients.', () => rpc.sentBytes),
    labelled('counter', 'etcd_network_peer_sent_bytes_total', 'Bytes sent to a peer.', perPeer('To', (peer) => peer.sentBytes)),
    labelled('counter', 'etcd_network_peer_received_bytes_total', 'Bytes received from a peer.', perPeer('From', (peer) => peer.receivedBytes)),
    labelled('counter', 'etcd_network_peer_sent_failures_total', 'Messages that could not be sent to a peer.', perPeer('To', (peer) => peer.sendFailures)),
    labelled('counter', 'etcd_network_peer_received_failures_total', 'Messages from a peer that were dropped, and what came from it and was none.', perPeer('From', (peer) => peer.receiveFailures)),
    labelled('histogram', 'etcd_network_peer_round_trip_time_seconds', 'Round trips to a peer and back.', () => peers().map((peer) => [peer.roundTrips, { To: idHex(peer.id) }] as const)),
    labelled('gauge', 'etcd_network_known_peers', 'Peers that this member knows.', () => peers().map((peer) => [1, { Local: local, Remote: idHex(peer.id) }])),
    labelled('gauge', 'etcd_network_active_peers', 'Peers that this member hears.', () => peers().map((peer) => [Number(peer.activeSinceMs !== undefined), { Local: local, Remote: idHex(peer.id) }])),
    labelled('counter', 'etcd_network_disconnected_peers_total', 'How often a peer was lost.', () => peers().map((peer) => [peer.disconnects, { Local: local, Remote: idHex(peer.id) }])),
  ];
}

const codeNames = [
  'OK', 'Canceled', 'Unknown', 'InvalidArgument', 'DeadlineExceeded', 'NotFound', 'AlreadyExists', 'PermissionDenied', 'ResourceExhausted', 'FailedPrecondition', 'Aborted',
  'OutOfRange', 'Unimplemented', 'Internal', 'Unavailable', 'DataLoss', 'Unauthenticated',
];

function callFamilies({ rpc, extensive }: MetricSources): Family[] {
  const methods = [...rpc.methods].map(([path, figures]) => {
    const [, service = '', method = ''] = path.split('/');
    return { figures, labels: { grpc_type: figures.type, grpc_service: service, grpc_method: method } };
  });
  const each = (read: (figures: (typeof methods)[number]['figures']) => number) => (): Sample[] => methods.map(({ figures, labels }) => [read(figures), labels]);
  const handled = (): Sample[] => methods.flatMap(({ figures, labels }) => figures.handled.map((count, code): Sample => [count, { ...labels, grpc_code: codeNames[code]! }]));
  return [
    labelled('counter', 'grpc_server_started_total', 'Calls begun.', each(({ started }) => started)),
    labelled('counter', 'grpc_server_handled_total', 'Calls ended, by outcome.', handled),
    labelled('counter', 'grpc_server_msg_received_total', 'Messages from clients.', each(({ received }) => received)),
    labelled('counter', 'grpc_server_msg_sent_total', 'Messages to clients.', each(({ sent }) => sent)),
    ...(extensive ? [labelled('histogram', 'grpc_server_handling_seconds', 'How long calls took.', () => methods.map(({ figures, labels }) => [figures.handling, labels] as const))] : []),
    labelled('histogram', 'etcd_server_range_duration_seconds', 'How long ranges took.', () => [[rpc.ranges.answered, { success: 'true' }], [rpc.ranges.failed, { success: 'false' }]]),
    labelled('counter', 'etcd_server_client_requests_total', 'Calls by the version that clients say they are of.', () =>
      [...rpc.clients].flatMap(([version, { unary, stream }]): Sample[] => [[unary, { type: 'unary', client_api_version: version }], [stream, { type: 'stream', client_api_version: version }]])),
  ];
}

function processFamilies(): Family[] {
  return processSamples().map(({ name, help, type, read }) => labelled(type, name, help, () => {
    const value = read();
    return value === undefined ? [] : [[value]];
  }));
}
