import { Code } from '../../core/base/etcd-error.ts';
import { etcdHas, etcdMinor } from '../support/tools.ts';
import type { Kind } from './servers.ts';

/**
 * Where Debian's etcd 3.4 answers otherwise than our members, which behave as 3.6, one by one. A spec that meets
 * one says both answers; nothing is left out on either side unless asking would end the 3.4 server. With `QUORATE_ETCD_BIN`
 * naming a later etcd, what has changed by then is held against it. A release that is named is the first that was asked, or that etcd's
 * list of changes says.
 */
const table = {
  invalidSort: { since: ['3.6'], etcd: undefined, quorate: '3 etcdserver: invalid sort option', because: 'refused since 3.6; 3.4 panics on it, so it is not asked' },
  negativeWatchStart: { since: ['3.5.24', '3.6.6'], etcd: false, quorate: true, because: 'refused as compacted since 3.5.24' },
  progressAlways: { since: ['3.5'], etcd: true, quorate: false, because: 'since 3.4.25 progress is told only when all watchers of a stream, of which there have to be some, are of the present' },
  progressBeforeStart: { since: ['3.5.30', '3.6'], etcd: true, quorate: false, because: 'later releases wait for watchers that are yet to begin, too' },
  downgradeVersion: { since: ['3.6'], etcd: '.0', quorate: '', because: 'told as major and minor since 3.6' },
  noDowngradeToCancel: { since: ['3.6'], etcd: '9 etcdserver: no inflight downgrade job', quorate: undefined, because: 'since 3.6 that is logged only' },
  unknownAlarmAction: { etcd: undefined, quorate: '3 quorate: no alarm has the action 9', because: 'it ends an etcd of any release, so it is not asked' },
  noneAlarm: { since: ['3.5'], etcd: false, quorate: true, because: 'raising no alarm does nothing since 3.5; it ends a 3.4 server, so it is not asked' },
  nestedPutNoSpace: { since: ['3.5.33', '3.6.14', '3.7.1'], etcd: false, quorate: true, because: 'what nested transactions put is counted since 3.5.33, 3.6.14 and 3.7.1' },
  updateKeepsLearner: { since: ['3.5.31', '3.6.12'], etcd: false, quorate: true, because: 'before 3.5.31 and 3.6.12 new peer URLs make a learner a voter, which would cost the quorum: not asked' },
  growBesideUnstarted: { since: ['3.5.30', '3.6.11'], etcd: '14 etcdserver: unhealthy cluster', quorate: 'succeeded', because: 'a quorum of connected voters is enough since 3.5.30 and 3.6.11; before, all had to be' },
  alarmHeader: { since: ['3.5'], etcd: false, quorate: true, because: 'filled in since 3.5' },
  hashRevision: { since: ['3.6'], etcd: false, quorate: true, because: 'a field of 3.6' },
  hashAtCompactRevision: { since: ['3.5'], etcd: false, quorate: true, because: 'readable since 3.5, as with Range' },
  hashesOfCompactions: { since: ['3.5'], etcd: false, quorate: true, because: 'kept since 3.5.5' },
  tombstoneAtCompactRevision: { since: ['3.5'], etcd: false, quorate: true, because: 'kept since 3.5.16 for watchers that begin there' },
  learnerRefusal: { since: ['3.6'], etcd: Code.unavailable, quorate: Code.failedPrecondition, because: 'the code changed in 3.6, the text did not' },
  learnerServesSnapshot: { since: ['3.5'], etcd: false, quorate: true, because: 'since 3.4.28' },
  statusOf36: { since: ['3.6'], etcd: false, quorate: true, because: 'storage version, quota and downgrade are fields of 3.6' },
  contextError: { since: ['3.5'], etcd: '2 context deadline exceeded', quorate: '4 context deadline exceeded', because: 'the gRPC library of later releases has codes for Go’s context errors' },
  authStatus: { since: ['3.5'], etcd: '12 unknown method AuthStatus for service etcdserverpb.Auth', quorate: 'succeeded', because: 'a method of 3.5' },
  noPermission: { since: ['3.5'], etcd: '9 etcdserver: role name not found', quorate: '3 etcdserver: permission not given', because: 'asked for since 3.5' },
  addUser: { etcd: 'succeeded', quorate: '12 quorate: storing users is not available in this release', because: 'authentication is not there yet: refused by name' },
  addRole: { etcd: 'succeeded', quorate: '12 quorate: storing roles is not available in this release', because: 'as with users' },
  downgrade: { since: ['3.5'], etcd: '12 unknown method Downgrade for service etcdserverpb.Maintenance', quorate: undefined, because: 'a method of 3.5' },
  invalidClientVersion: { since: ['3.6'], etcd: undefined, quorate: '3 etcdserver: invalid client api version', because: 'refused since 3.6; 3.4 panics on it, so it is not asked' },
  gatewayAbsent: { since: ['3.5'], etcd: ['/v3/auth/status', '/v3/maintenance/hashkv', '/v3/maintenance/downgrade'], quorate: [], because: 'paths of 3.5 and later' },
  gatewayOurs: { etcd: ['/v3/quorate/progress'], quorate: [], because: 'beyond etcd’s API' },
  gatewayFailedPrecondition: { since: ['3.5'], etcd: 412, quorate: 400, because: 'the gateway library of later releases calls it a bad request' },
  gatewayEnumName: { since: ['3.5'], etcd: '400 3 unknown value "NOPE" for enum etcdserverpb.RangeRequest_SortOrder', quorate: '200', because: 'names of enums that it does not know are passed over by the later JSON library, as unknown fields are' },
  gatewayErrorField: { since: ['3.5'], etcd: true, quorate: false, because: 'the older gateway says the text twice' },
  stopping: { etcd: undefined, quorate: '14 etcdserver: server stopped', because: 'an etcd that ends closes the connection, or says that raft has stopped, whichever comes first: not asked' },
  fieldsAbsent: { since: ['3.5'], etcd: ['AuthUserAddRequest.HashedPassword', 'AuthUserChangePasswordRequest.HashedPassword', 'MemberListRequest.Linearizable'], quorate: [], because: 'fields of 3.5: what no known field may be, an unknown one may' },
  googlesTexts: { since: ['3.5'], etcd: 'many', quorate: 'one', because: 'Google’s library has one text for all that does not decode, since it was written anew' },
  debugVars: { etcd: ['cmdline', 'file_descriptor_limit', 'memstats', 'raft.status'], quorate: ['cmdline', 'file_descriptor_limit', 'raft.status'], because: 'the one that is missing tells of Go’s memory' },
  escapedPaths: { since: ['3.6'], etcd: ['301', '301'], quorate: ['404', '404'], because: 'Go’s ServeMux looks at escaped paths since its 1.22, with which 3.6 is built' },
  healthList: { since: ['3.5.30', '3.6.9'], etcd: '12 unknown method List for service grpc.health.v1.Health', quorate: undefined, because: 'of a later gRPC library' },
  strayToken: { since: ['3.5'], etcd: '16 etcdserver: invalid auth token', quorate: '0', because: 'tokens are looked at only with authentication on since 3.5' },
  applyLabels: { etcd: ['le', 'op', 'success', 'version'], quorate: ['le'], because: 'ours is of a batch of entries, etcd’s since 3.5 of one' },
  malformedMethod: { since: ['3.5'], etcd: '8 malformed method name: "/nothing"', quorate: '12 malformed method name: "/nothing"', because: 'the gRPC library of later releases calls it unimplemented' },
  streamUnmarshal: {
    since: ['3.5'],
    etcd: '13 grpc: failed to unmarshal the received message unexpected EOF', quorate: '13 grpc: failed to unmarshal the received message: unexpected EOF', because: 'the gRPC library of later releases has a colon there',
  },
  otherContentType: { since: ['3.5'], etcd: 'reset 1', quorate: '415 3 invalid gRPC request content-type "application/json"', because: 'answered by the gRPC library of later releases' },
  otherVerb: { since: ['3.5'], etcd: '0', quorate: '405 13 Received a HEADERS frame with :method "PUT" which should be POST', because: 'looked at by the gRPC library of later releases' },
  timeoutUnit: { since: ['3.5'], etcd: 'reset 1', quorate: '400 13 malformed grpc-timeout: transport: timeout unit is not recognized: "5x"', because: 'as with content types' },
  timeoutLength: { since: ['3.5'], etcd: 'reset 1', quorate: '400 13 malformed grpc-timeout: transport: timeout string is too long: "123456789S"', because: 'as with content types' },
  gzip: { since: ['3.5'], etcd: '12 grpc: Decompressor is not installed for grpc-encoding "gzip"', quorate: '0', because: 'taken by the gRPC library of later releases' },
  emptyRotation: { etcd: false, quorate: true, because: 'an etcd ends with a nil pointer when the configuration of log rotation has no field; ours are the defaults' },
  cutHead: { until: ['3.5.30', '3.6.9'], etcd: '2 EOF', quorate: '2 unexpected EOF', because: 'the head of a message that breaks off; the gRPC library says so since some release of 2026' },
  noMessage: {
    until: ['3.5.30', '3.6.9'], etcd: '13 cardinality violation: received no request message from non-client-streaming RPC', quorate: '2 EOF',
    because: 'as with heads; that library counts the requests of a stream of answers, and waits for their end',
  },
  version: { etcd: /^3\.[456]\.\d+$/, quorate: /^3\.6\.\d+$/, because: 'each tells its own' },
} as const satisfies Record<string, { /** From this release on etcd answers as ours. */ since?: readonly string[]; /** Before this release it does. */ until?: readonly string[]; etcd: unknown; quorate: unknown; because: string }>;

/** Minor version of 3 that a server is. */
export const minorOf = (kind: Kind): number => (kind === 'etcd' ? etcdMinor() : 6);

/** What this server answers where the two differ. */
export function differing<N extends keyof typeof table>(name: N, kind: Kind): (typeof table)[N]['etcd'] | (typeof table)[N]['quorate'] {
  const difference: { since?: readonly string[]; until?: readonly string[]; etcd: unknown; quorate: unknown } = table[name];
  const { since, until } = difference;
  const alike = kind === 'etcd' && ((since !== undefined && etcdHas(since)) || (until !== undefined && !etcdHas(until)));
  return difference[alike ? 'quorate' : kind] as (typeof table)[N][Kind];
}
