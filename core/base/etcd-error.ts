/** gRPC status codes, by number. */
export const Code = {
  ok: 0, cancelled: 1, unknown: 2, invalidArgument: 3, deadlineExceeded: 4, notFound: 5, alreadyExists: 6,
  permissionDenied: 7, resourceExhausted: 8, failedPrecondition: 9, aborted: 10, outOfRange: 11, unimplemented: 12,
  internal: 13, unavailable: 14, dataLoss: 15, unauthenticated: 16,
} as const;
export type Code = (typeof Code)[keyof typeof Code];

/** An expected failure, as a client sees it: a gRPC code and etcd's exact text. */
export class EtcdError extends Error {
  override readonly name = 'EtcdError';
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }
}

const at = (code: Code, text: string) => (): EtcdError => new EtcdError(code, `etcdserver: ${text}`);

/**
 * etcd's error table: clients match on the exact string, so spelling and missing words are part of the API.
 * Source: etcd `api/v3rpc/rpctypes/error.go`. Each is a function, so that stacks point at the place of the failure.
 */
export const etcdErrors = {
  emptyKey: at(Code.invalidArgument, 'key is not provided'),
  keyNotFound: at(Code.invalidArgument, 'key not found'),
  valueProvided: at(Code.invalidArgument, 'value is provided'),
  leaseProvided: at(Code.invalidArgument, 'lease is provided'),
  tooManyOps: at(Code.invalidArgument, 'too many operations in txn request'),
  duplicateKey: at(Code.invalidArgument, 'duplicate key given in txn request'),
  invalidClientApiVersion: at(Code.invalidArgument, 'invalid client api version'),
  invalidSortOption: at(Code.invalidArgument, 'invalid sort option'),
  memberBadUrls: at(Code.invalidArgument, 'given member URLs are invalid'),
  requestTooLarge: at(Code.invalidArgument, 'request is too large'),
  userEmpty: at(Code.invalidArgument, 'user name is empty'),
  roleEmpty: at(Code.invalidArgument, 'role name is empty'),
  permissionNotGiven: at(Code.invalidArgument, 'permission not given'),
  wrongDowngradeVersionFormat: at(Code.invalidArgument, 'wrong downgrade target version format'),
  invalidDowngradeTargetVersion: at(Code.invalidArgument, 'invalid downgrade target version'),
  compacted: at(Code.outOfRange, 'mvcc: required revision has been compacted'),
  futureRev: at(Code.outOfRange, 'mvcc: required revision is a future revision'),
  leaseTtlTooLarge: at(Code.outOfRange, 'too large lease TTL'),
  noSpace: at(Code.resourceExhausted, 'mvcc: database space exceeded'),
  // Reaches the client as Unknown: etcd maps the client-side error value here.
  tooManyRequests: at(Code.unknown, 'too many requests'),
  leaseNotFound: at(Code.notFound, 'requested lease not found'),
  leaseExist: at(Code.failedPrecondition, 'lease already exists'),
  memberNotFound: at(Code.notFound, 'member not found'),
  memberExist: at(Code.failedPrecondition, 'member ID already exist'),
  peerUrlExist: at(Code.failedPrecondition, 'Peer URLs already exists'),
  // Unknown for the same reason as tooManyRequests.
  memberNotEnoughStarted: at(Code.unknown, 're-configuration failed due to not enough started members'),
  memberNotLearner: at(Code.failedPrecondition, 'can only promote a learner member'),
  learnerNotReady: at(Code.failedPrecondition, 'can only promote a learner member which is in sync with leader'),
  tooManyLearners: at(Code.failedPrecondition, 'too many learner members in cluster'),
  clusterIdMismatch: at(Code.failedPrecondition, 'cluster ID mismatch'),
  authNotEnabled: at(Code.failedPrecondition, 'authentication is not enabled'),
  rootUserNotExist: at(Code.failedPrecondition, 'root user does not exist'),
  userNotFound: at(Code.failedPrecondition, 'user name not found'),
  roleNotFound: at(Code.failedPrecondition, 'role name not found'),
  clusterVersionUnavailable: at(Code.failedPrecondition, 'cluster version not found during downgrade'),
  notLeader: at(Code.failedPrecondition, 'not leader'),
  notCapable: at(Code.failedPrecondition, 'not capable'),
  notSupportedForLearner: at(Code.failedPrecondition, 'rpc not supported for learner'),
  badLeaderTransferee: at(Code.failedPrecondition, 'bad leader transferee'),
  noLeader: at(Code.unavailable, 'no leader'),
  leaderChanged: at(Code.unavailable, 'leader changed'),
  stopped: at(Code.unavailable, 'server stopped'),
  timeout: at(Code.unavailable, 'request timed out'),
  timeoutLeaderFail: at(Code.unavailable, 'request timed out, possibly due to previous leader failure'),
  timeoutConnectionLost: at(Code.unavailable, 'request timed out, possibly due to connection lost'),
  // Unknown: etcd's table lacks it.
  timeoutLeaderTransfer: at(Code.unknown, 'request timed out, leader transfer took too long'),
  timeoutWaitApplied: at(Code.unavailable, 'request timed out, waiting for the applied index took too long'),
  unhealthy: at(Code.unavailable, 'unhealthy cluster'),
  corrupt: at(Code.dataLoss, 'corrupt cluster'),
  watchCanceled: at(Code.cancelled, 'watch canceled'),
  canceled: at(Code.cancelled, 'request canceled'),
  /** Raw context errors bypass etcd's table: no prefix on the wire. */
  deadlineExceeded: (): EtcdError => new EtcdError(Code.deadlineExceeded, 'context deadline exceeded'),
} as const;
