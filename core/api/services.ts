import { etcdErrors, type EtcdError } from '../base/etcd-error.ts';
import type { CallContext, EtcdMember } from '../member/types.ts';
import { AuthService } from '../proto/gen/auth.ts';
import { ElectionService } from '../proto/gen/election.ts';
import { HealthService } from '../proto/gen/health.ts';
import { LockService } from '../proto/gen/lock.ts';
import { ReplicationService } from '../proto/gen/quorate.ts';
import { ClusterService, KVService, LeaseService, MaintenanceService, WatchService } from '../proto/gen/rpc.ts';
import { admit } from './admission.ts';
import * as auth from './auth.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogSink } from '../ports/log.ts';
import * as cluster from './cluster.ts';
import { downgrade } from './downgrade.ts';
import * as election from './election.ts';
import { Health } from './health.ts';
import * as kv from './kv.ts';
import * as lease from './lease.ts';
import { lock, unlock } from './lock.ts';
import * as maintenance from './maintenance.ts';
import { progress } from './replication.ts';
import { snapshot } from './snapshot.ts';
import type { ServerStream } from './stream.ts';
import { LeaderMonitor } from './leader-monitor.ts';
import { asksForLeader, watch } from './watch.ts';

export interface Codec<T> {
  encode(message: Partial<T>): Uint8Array;
  decode(bytes: Uint8Array): T;
}

export type Metadata = ReadonlyMap<string, string>;

/** One method of the API, with its types hidden: bytes in, bytes out. */
export type Method =
  | { kind: 'unary'; path: string; call(request: Uint8Array, metadata: Metadata, context: CallContext): Promise<Uint8Array> }
  | { kind: 'stream'; path: string; /** The client may send more than one message. */ requestStream: boolean; open(stream: ServerStream<Uint8Array, Uint8Array>, metadata: Metadata, context: CallContext): void };

interface Descriptor<In, Out> {
  path: string;
  requestStream: boolean;
  request: Codec<In>;
  response: Codec<Out>;
}

export interface ServiceOptions {
  /** What Status answers. */
  version: string;
  /** Requests that write and are larger are refused, bytes. */
  maxRequestBytes: number;
  /** Operations of one transaction. */
  maxTxnOps: number;
  clock: Pick<Clock, 'every'>;
  log: LogSink;
  /** gRPC's health service asks clients to stay away while a client has the member defragment. */
  pauseForDefragment: boolean;
}

const kvWrites = new Set<string>([KVService.put.path, KVService.deleteRange.path, KVService.txn.path]);

/** All that the member answers, in a form that any transport can bind. */
export function serviceTable(member: EtcdMember, options: ServiceOptions): Method[] {
  const monitor = new LeaderMonitor(member, options.clock);
  const health = new Health(options.log);
  const defragment = () => (options.pauseForDefragment ? health.pausedFor('defrag is active', () => maintenance.defragment(member)) : maintenance.defragment(member));
  const unary = <In, Out>(descriptor: Descriptor<In, Out>, call: (request: In, context: CallContext) => Out | Promise<Out>): Method => ({
    kind: 'unary',
    path: descriptor.path,
    async call(bytes, metadata, context) {
      admit(member, descriptor.path, bytes, metadata);
      if (bytes.length > options.maxRequestBytes && kvWrites.has(descriptor.path)) throw etcdErrors.requestTooLarge();
      return descriptor.response.encode(await call(descriptor.request.decode(bytes), context));
    },
  });
  const stream = <In, Out>(descriptor: Descriptor<In, Out>, open: (stream: ServerStream<In, Out>, context: CallContext) => void): Method => ({
    kind: 'stream',
    path: descriptor.path,
    requestStream: descriptor.requestStream,
    open(raw, metadata, context) {
      admit(member, descriptor.path, undefined, metadata);
      open(withCodec(asksForLeader(metadata) ? monitor.guard(raw) : raw, descriptor), context);
    },
  });
  const lookedUpInVain = (error: () => EtcdError) => (_request: unknown, context: CallContext) => auth.refuse(member, context, error);
  return [
    unary(KVService.range, (request, context) => kv.range(member, request, context)),
    unary(KVService.put, (request, context) => kv.put(member, request, context)),
    unary(KVService.deleteRange, (request, context) => kv.deleteRange(member, request, context)),
    unary(KVService.txn, (request, context) => kv.txn(member, request, context, options.maxTxnOps)),
    unary(KVService.compact, (request, context) => kv.compact(member, request, context)),
    stream(WatchService.watch, (raw) => watch(member, raw)),
    unary(LeaseService.leaseGrant, (request, context) => lease.grant(member, request, context)),
    unary(LeaseService.leaseRevoke, (request, context) => lease.revoke(member, request, context)),
    stream(LeaseService.leaseKeepAlive, (raw, context) => lease.keepAlive(member, raw, context)),
    unary(LeaseService.leaseTimeToLive, (request, context) => lease.timeToLive(member, request, context)),
    unary(LeaseService.leaseLeases, () => lease.leases(member)),
    unary(ClusterService.memberList, (request, context) => cluster.memberList(member, request, context)),
    unary(ClusterService.memberAdd, (request, context) => cluster.memberAdd(member, request, context)),
    unary(ClusterService.memberRemove, (request, context) => cluster.memberRemove(member, request, context)),
    unary(ClusterService.memberUpdate, (request, context) => cluster.memberUpdate(member, request, context)),
    unary(ClusterService.memberPromote, (request, context) => cluster.memberPromote(member, request, context)),
    unary(MaintenanceService.moveLeader, (request, context) => maintenance.moveLeader(member, request, context)),
    unary(MaintenanceService.status, () => maintenance.status(member, options.version)),
    unary(MaintenanceService.alarm, (request, context) => maintenance.alarm(member, request, context)),
    unary(MaintenanceService.hash, () => maintenance.hash(member)),
    stream(MaintenanceService.snapshot, (raw) => snapshot(member, raw)),
    unary(MaintenanceService.hashKv, (request) => maintenance.hashKv(member, request)),
    unary(MaintenanceService.defragment, defragment),
    unary(MaintenanceService.downgrade, (request, context) => downgrade(member, request, context)),
    unary(ReplicationService.progress, () => progress(member)),
    unary(LockService.lock, (request, context) => lock(member, request, context)),
    unary(LockService.unlock, (request, context) => unlock(member, request, context)),
    unary(ElectionService.campaign, (request, context) => election.campaign(member, request, context)),
    unary(ElectionService.proclaim, (request, context) => election.proclaim(member, request, context)),
    unary(ElectionService.leader, (request, context) => election.leader(member, request, context)),
    unary(ElectionService.resign, (request, context) => election.resign(member, request, context)),
    stream(ElectionService.observe, (raw, context) => election.observe(member, raw, context)),
    unary(HealthService.check, (request) => health.check(request)),
    unary(HealthService.list, () => health.list()),
    stream(HealthService.watch, (raw) => health.watch(raw)),
    unary(AuthService.authStatus, (_request, context) => auth.authStatus(member, context)),
    unary(AuthService.authEnable, lookedUpInVain(etcdErrors.rootUserNotExist)),
    unary(AuthService.authDisable, (_request, context) => auth.authDisable(member, context)),
    unary(AuthService.authenticate, lookedUpInVain(etcdErrors.authNotEnabled)),
    unary(AuthService.userAdd, auth.userAdd),
    unary(AuthService.userGet, lookedUpInVain(etcdErrors.userNotFound)),
    unary(AuthService.userList, (_request, context) => auth.userList(member, context)),
    unary(AuthService.userDelete, lookedUpInVain(etcdErrors.userNotFound)),
    unary(AuthService.userChangePassword, lookedUpInVain(etcdErrors.userNotFound)),
    unary(AuthService.userGrantRole, lookedUpInVain(etcdErrors.userNotFound)),
    unary(AuthService.userRevokeRole, lookedUpInVain(etcdErrors.userNotFound)),
    unary(AuthService.roleAdd, auth.roleAdd),
    unary(AuthService.roleGet, lookedUpInVain(etcdErrors.roleNotFound)),
    unary(AuthService.roleList, (_request, context) => auth.roleList(member, context)),
    unary(AuthService.roleDelete, lookedUpInVain(etcdErrors.roleNotFound)),
    unary(AuthService.roleGrantPermission, (request, context) => auth.roleGrantPermission(member, request, context)),
    unary(AuthService.roleRevokePermission, lookedUpInVain(etcdErrors.roleNotFound)),
  ];
}

function withCodec<In, Out>(raw: ServerStream<Uint8Array, Uint8Array>, codec: Descriptor<In, Out>): ServerStream<In, Out> {
  return {
    send: (message) => raw.send(codec.response.encode(message as Partial<Out>)),
    onMessage: (take) => raw.onMessage((bytes) => take(codec.request.decode(bytes))),
    pause: () => raw.pause(),
    resume: () => raw.resume(),
    onEnd: (run) => raw.onEnd(run),
    onDrain: (run) => raw.onDrain(run),
    onClose: (run) => raw.onClose(run),
    end: (error) => raw.end(error),
  };
}
