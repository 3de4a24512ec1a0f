// Generated from core/proto/*.proto by build/proto/generate.ts; do not edit.
import type { JsonField, JsonRoute } from '../json-types.ts';
import { AuthDisableRequest, AuthDisableResponse, AuthEnableRequest, AuthEnableResponse, AuthRoleAddRequest, AuthRoleAddResponse, AuthRoleDeleteRequest, AuthRoleDeleteResponse, AuthRoleGetRequest, AuthRoleGetResponse, AuthRoleGrantPermissionRequest, AuthRoleGrantPermissionResponse, AuthRoleListRequest, AuthRoleListResponse, AuthRoleRevokePermissionRequest, AuthRoleRevokePermissionResponse, AuthStatusRequest, AuthStatusResponse, AuthUserAddRequest, AuthUserAddResponse, AuthUserChangePasswordRequest, AuthUserChangePasswordResponse, AuthUserDeleteRequest, AuthUserDeleteResponse, AuthUserGetRequest, AuthUserGetResponse, AuthUserGrantRoleRequest, AuthUserGrantRoleResponse, AuthUserListRequest, AuthUserListResponse, AuthUserRevokeRoleRequest, AuthUserRevokeRoleResponse, AuthenticateRequest, AuthenticateResponse } from './auth.ts';
import { CampaignRequest, CampaignResponse, LeaderRequest, LeaderResponse, ProclaimRequest, ProclaimResponse, ResignRequest, ResignResponse } from './election.ts';
import { LockRequest, LockResponse, UnlockRequest, UnlockResponse } from './lock.ts';
import { ProgressRequest, ProgressResponse } from './quorate.ts';
import { AlarmRequest, AlarmResponse, CompactionRequest, CompactionResponse, DefragmentRequest, DefragmentResponse, DeleteRangeRequest, DeleteRangeResponse, DowngradeRequest, DowngradeResponse, HashKVRequest, HashKVResponse, HashRequest, HashResponse, LeaseGrantRequest, LeaseGrantResponse, LeaseKeepAliveRequest, LeaseKeepAliveResponse, LeaseLeasesRequest, LeaseLeasesResponse, LeaseRevokeRequest, LeaseRevokeResponse, LeaseTimeToLiveRequest, LeaseTimeToLiveResponse, MemberAddRequest, MemberAddResponse, MemberListRequest, MemberListResponse, MemberPromoteRequest, MemberPromoteResponse, MemberRemoveRequest, MemberRemoveResponse, MemberUpdateRequest, MemberUpdateResponse, MoveLeaderRequest, MoveLeaderResponse, PutRequest, PutResponse, RangeRequest, RangeResponse, SnapshotRequest, SnapshotResponse, StatusRequest, StatusResponse, TxnRequest, TxnResponse, WatchRequest, WatchResponse } from './rpc.ts';

export const routes: readonly JsonRoute[] = [
  { post: '/v3/auth/enable', rpc: '/etcdserverpb.Auth/AuthEnable', request: { type: 'AuthEnableRequest', codec: AuthEnableRequest }, response: { type: 'AuthEnableResponse', codec: AuthEnableResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/disable', rpc: '/etcdserverpb.Auth/AuthDisable', request: { type: 'AuthDisableRequest', codec: AuthDisableRequest }, response: { type: 'AuthDisableResponse', codec: AuthDisableResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/status', rpc: '/etcdserverpb.Auth/AuthStatus', request: { type: 'AuthStatusRequest', codec: AuthStatusRequest }, response: { type: 'AuthStatusResponse', codec: AuthStatusResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/authenticate', rpc: '/etcdserverpb.Auth/Authenticate', request: { type: 'AuthenticateRequest', codec: AuthenticateRequest }, response: { type: 'AuthenticateResponse', codec: AuthenticateResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/user/add', rpc: '/etcdserverpb.Auth/UserAdd', request: { type: 'AuthUserAddRequest', codec: AuthUserAddRequest }, response: { type: 'AuthUserAddResponse', codec: AuthUserAddResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/user/get', rpc: '/etcdserverpb.Auth/UserGet', request: { type: 'AuthUserGetRequest', codec: AuthUserGetRequest }, response: { type: 'AuthUserGetResponse', codec: AuthUserGetResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/user/list', rpc: '/etcdserverpb.Auth/UserList', request: { type: 'AuthUserListRequest', codec: AuthUserListRequest }, response: { type: 'AuthUserListResponse', codec: AuthUserListResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/user/delete', rpc: '/etcdserverpb.Auth/UserDelete', request: { type: 'AuthUserDeleteRequest', codec: AuthUserDeleteRequest }, response: { type: 'AuthUserDeleteResponse', codec: AuthUserDeleteResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/user/changepw', rpc: '/etcdserverpb.Auth/UserChangePassword', request: { type: 'AuthUserChangePasswordRequest', codec: AuthUserChangePasswordRequest }, response: { type: 'AuthUserChangePasswordResponse', codec: AuthUserChangePasswordResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/user/grant', rpc: '/etcdserverpb.Auth/UserGrantRole', request: { type: 'AuthUserGrantRoleRequest', codec: AuthUserGrantRoleRequest }, response: { type: 'AuthUserGrantRoleResponse', codec: AuthUserGrantRoleResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/user/revoke', rpc: '/etcdserverpb.Auth/UserRevokeRole', request: { type: 'AuthUserRevokeRoleRequest', codec: AuthUserRevokeRoleRequest }, response: { type: 'AuthUserRevokeRoleResponse', codec: AuthUserRevokeRoleResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/role/add', rpc: '/etcdserverpb.Auth/RoleAdd', request: { type: 'AuthRoleAddRequest', codec: AuthRoleAddRequest }, response: { type: 'AuthRoleAddResponse', codec: AuthRoleAddResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/role/get', rpc: '/etcdserverpb.Auth/RoleGet', request: { type: 'AuthRoleGetRequest', codec: AuthRoleGetRequest }, response: { type: 'AuthRoleGetResponse', codec: AuthRoleGetResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/role/list', rpc: '/etcdserverpb.Auth/RoleList', request: { type: 'AuthRoleListRequest', codec: AuthRoleListRequest }, response: { type: 'AuthRoleListResponse', codec: AuthRoleListResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/role/delete', rpc: '/etcdserverpb.Auth/RoleDelete', request: { type: 'AuthRoleDeleteRequest', codec: AuthRoleDeleteRequest }, response: { type: 'AuthRoleDeleteResponse', codec: AuthRoleDeleteResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/role/grant', rpc: '/etcdserverpb.Auth/RoleGrantPermission', request: { type: 'AuthRoleGrantPermissionRequest', codec: AuthRoleGrantPermissionRequest }, response: { type: 'AuthRoleGrantPermissionResponse', codec: AuthRoleGrantPermissionResponse }, requestStream: false, responseStream: false },
  { post: '/v3/auth/role/revoke', rpc: '/etcdserverpb.Auth/RoleRevokePermission', request: { type: 'AuthRoleRevokePermissionRequest', codec: AuthRoleRevokePermissionRequest }, response: { type: 'AuthRoleRevokePermissionResponse', codec: AuthRoleRevokePermissionResponse }, requestStream: false, responseStream: false },
  { post: '/v3/kv/range', rpc: '/etcdserverpb.KV/Range', request: { type: 'RangeRequest', codec: RangeRequest }, response: { type: 'RangeResponse', codec: RangeResponse }, requestStream: false, responseStream: false },
  { post: '/v3/kv/put', rpc: '/etcdserverpb.KV/Put', request: { type: 'PutRequest', codec: PutRequest }, response: { type: 'PutResponse', codec: PutResponse }, requestStream: false, responseStream: false },
  { post: '/v3/kv/deleterange', rpc: '/etcdserverpb.KV/DeleteRange', request: { type: 'DeleteRangeRequest', codec: DeleteRangeRequest }, response: { type: 'DeleteRangeResponse', codec: DeleteRangeResponse }, requestStream: false, responseStream: false },
  { post: '/v3/kv/txn', rpc: '/etcdserverpb.KV/Txn', request: { type: 'TxnRequest', codec: TxnRequest }, response: { type: 'TxnResponse', codec: TxnResponse }, requestStream: false, responseStream: false },
  { post: '/v3/kv/compaction', rpc: '/etcdserverpb.KV/Compact', request: { type: 'CompactionRequest', codec: CompactionRequest }, response: { type: 'CompactionResponse', codec: CompactionResponse }, requestStream: false, responseStream: false },
  { post: '/v3/watch', rpc: '/etcdserverpb.Watch/Watch', request: { type: 'WatchRequest', codec: WatchRequest }, response: { type: 'WatchResponse', codec: WatchResponse }, requestStream: true, responseStream: true },
  { post: '/v3/lease/grant', rpc: '/etcdserverpb.Lease/LeaseGrant', request: { type: 'LeaseGrantRequest', codec: LeaseGrantRequest }, response: { type: 'LeaseGrantResponse', codec: LeaseGrantResponse }, requestStream: false, responseStream: false },
  { post: '/v3/lease/revoke', rpc: '/etcdserverpb.Lease/LeaseRevoke', request: { type: 'LeaseRevokeRequest', codec: LeaseRevokeRequest }, response: { type: 'LeaseRevokeResponse', codec: LeaseRevokeResponse }, requestStream: false, responseStream: false },
  { post: '/v3/kv/lease/revoke', rpc: '/etcdserverpb.Lease/LeaseRevoke', request: { type: 'LeaseRevokeRequest', codec: LeaseRevokeRequest }, response: { type: 'LeaseRevokeResponse', codec: LeaseRevokeResponse }, requestStream: false, responseStream: false },
  { post: '/v3/lease/keepalive', rpc: '/etcdserverpb.Lease/LeaseKeepAlive', request: { type: 'LeaseKeepAliveRequest', codec: LeaseKeepAliveRequest }, response: { type: 'LeaseKeepAliveResponse', codec: LeaseKeepAliveResponse }, requestStream: true, responseStream: true },
  { post: '/v3/lease/timetolive', rpc: '/etcdserverpb.Lease/LeaseTimeToLive', request: { type: 'LeaseTimeToLiveRequest', codec: LeaseTimeToLiveRequest }, response: { type: 'LeaseTimeToLiveResponse', codec: LeaseTimeToLiveResponse }, requestStream: false, responseStream: false },
  { post: '/v3/kv/lease/timetolive', rpc: '/etcdserverpb.Lease/LeaseTimeToLive', request: { type: 'LeaseTimeToLiveRequest', codec: LeaseTimeToLiveRequest }, response: { type: 'LeaseTimeToLiveResponse', codec: LeaseTimeToLiveResponse }, requestStream: false, responseStream: false },
  { post: '/v3/lease/leases', rpc: '/etcdserverpb.Lease/LeaseLeases', request: { type: 'LeaseLeasesRequest', codec: LeaseLeasesRequest }, response: { type: 'LeaseLeasesResponse', codec: LeaseLeasesResponse }, requestStream: false, responseStream: false },
  { post: '/v3/kv/lease/leases', rpc: '/etcdserverpb.Lease/LeaseLeases', request: { type: 'LeaseLeasesRequest', codec: LeaseLeasesRequest }, response: { type: 'LeaseLeasesResponse', codec: LeaseLeasesResponse }, requestStream: false, responseStream: false },
  { post: '/v3/cluster/member/add', rpc: '/etcdserverpb.Cluster/MemberAdd', request: { type: 'MemberAddRequest', codec: MemberAddRequest }, response: { type: 'MemberAddResponse', codec: MemberAddResponse }, requestStream: false, responseStream: false },
  { post: '/v3/cluster/member/remove', rpc: '/etcdserverpb.Cluster/MemberRemove', request: { type: 'MemberRemoveRequest', codec: MemberRemoveRequest }, response: { type: 'MemberRemoveResponse', codec: MemberRemoveResponse }, requestStream: false, responseStream: false },
  { post: '/v3/cluster/member/update', rpc: '/etcdserverpb.Cluster/MemberUpdate', request: { type: 'MemberUpdateRequest', codec: MemberUpdateRequest }, response: { type: 'MemberUpdateResponse', codec: MemberUpdateResponse }, requestStream: false, responseStream: false },
  { post: '/v3/cluster/member/list', rpc: '/etcdserverpb.Cluster/MemberList', request: { type: 'MemberListRequest', codec: MemberListRequest }, response: { type: 'MemberListResponse', codec: MemberListResponse }, requestStream: false, responseStream: false },
  { post: '/v3/cluster/member/promote', rpc: '/etcdserverpb.Cluster/MemberPromote', request: { type: 'MemberPromoteRequest', codec: MemberPromoteRequest }, response: { type: 'MemberPromoteResponse', codec: MemberPromoteResponse }, requestStream: false, responseStream: false },
  { post: '/v3/maintenance/alarm', rpc: '/etcdserverpb.Maintenance/Alarm', request: { type: 'AlarmRequest', codec: AlarmRequest }, response: { type: 'AlarmResponse', codec: AlarmResponse }, requestStream: false, responseStream: false },
  { post: '/v3/maintenance/status', rpc: '/etcdserverpb.Maintenance/Status', request: { type: 'StatusRequest', codec: StatusRequest }, response: { type: 'StatusResponse', codec: StatusResponse }, requestStream: false, responseStream: false },
  { post: '/v3/maintenance/defragment', rpc: '/etcdserverpb.Maintenance/Defragment', request: { type: 'DefragmentRequest', codec: DefragmentRequest }, response: { type: 'DefragmentResponse', codec: DefragmentResponse }, requestStream: false, responseStream: false },
  { post: '/v3/maintenance/hash', rpc: '/etcdserverpb.Maintenance/Hash', request: { type: 'HashRequest', codec: HashRequest }, response: { type: 'HashResponse', codec: HashResponse }, requestStream: false, responseStream: false },
  { post: '/v3/maintenance/hashkv', rpc: '/etcdserverpb.Maintenance/HashKV', request: { type: 'HashKVRequest', codec: HashKVRequest }, response: { type: 'HashKVResponse', codec: HashKVResponse }, requestStream: false, responseStream: false },
  { post: '/v3/maintenance/snapshot', rpc: '/etcdserverpb.Maintenance/Snapshot', request: { type: 'SnapshotRequest', codec: SnapshotRequest }, response: { type: 'SnapshotResponse', codec: SnapshotResponse }, requestStream: false, responseStream: true },
  { post: '/v3/maintenance/transfer-leadership', rpc: '/etcdserverpb.Maintenance/MoveLeader', request: { type: 'MoveLeaderRequest', codec: MoveLeaderRequest }, response: { type: 'MoveLeaderResponse', codec: MoveLeaderResponse }, requestStream: false, responseStream: false },
  { post: '/v3/maintenance/downgrade', rpc: '/etcdserverpb.Maintenance/Downgrade', request: { type: 'DowngradeRequest', codec: DowngradeRequest }, response: { type: 'DowngradeResponse', codec: DowngradeResponse }, requestStream: false, responseStream: false },
  { post: '/v3/election/campaign', rpc: '/v3electionpb.Election/Campaign', request: { type: 'CampaignRequest', codec: CampaignRequest }, response: { type: 'CampaignResponse', codec: CampaignResponse }, requestStream: false, responseStream: false },
  { post: '/v3/election/proclaim', rpc: '/v3electionpb.Election/Proclaim', request: { type: 'ProclaimRequest', codec: ProclaimRequest }, response: { type: 'ProclaimResponse', codec: ProclaimResponse }, requestStream: false, responseStream: false },
  { post: '/v3/election/leader', rpc: '/v3electionpb.Election/Leader', request: { type: 'LeaderRequest', codec: LeaderRequest }, response: { type: 'LeaderResponse', codec: LeaderResponse }, requestStream: false, responseStream: false },
  { post: '/v3/election/observe', rpc: '/v3electionpb.Election/Observe', request: { type: 'LeaderRequest', codec: LeaderRequest }, response: { type: 'LeaderResponse', codec: LeaderResponse }, requestStream: false, responseStream: true },
  { post: '/v3/election/resign', rpc: '/v3electionpb.Election/Resign', request: { type: 'ResignRequest', codec: ResignRequest }, response: { type: 'ResignResponse', codec: ResignResponse }, requestStream: false, responseStream: false },
  { post: '/v3/lock/lock', rpc: '/v3lockpb.Lock/Lock', request: { type: 'LockRequest', codec: LockRequest }, response: { type: 'LockResponse', codec: LockResponse }, requestStream: false, responseStream: false },
  { post: '/v3/lock/unlock', rpc: '/v3lockpb.Lock/Unlock', request: { type: 'UnlockRequest', codec: UnlockRequest }, response: { type: 'UnlockResponse', codec: UnlockResponse }, requestStream: false, responseStream: false },
  { post: '/v3/quorate/progress', rpc: '/quorate.Replication/Progress', request: { type: 'ProgressRequest', codec: ProgressRequest }, response: { type: 'ProgressResponse', codec: ProgressResponse }, requestStream: false, responseStream: false },
];

export const messages: Readonly<Record<string, readonly JsonField[]>> = {
  AlarmMember: [
    { name: 'memberID', as: 'memberId', kind: 'uint64' },
    { name: 'alarm', as: 'alarm', kind: 'enum', of: 'AlarmType' },
  ],
  AlarmRequest: [
    { name: 'action', as: 'action', kind: 'enum', of: 'AlarmRequestAlarmAction' },
    { name: 'memberID', as: 'memberId', kind: 'uint64' },
    { name: 'alarm', as: 'alarm', kind: 'enum', of: 'AlarmType' },
  ],
  AlarmResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'alarms', as: 'alarms', kind: 'message', of: 'AlarmMember', repeated: true },
  ],
  AuthDisableRequest: [],
  AuthDisableResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  AuthEnableRequest: [],
  AuthEnableResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  AuthRoleAddRequest: [
    { name: 'name', as: 'name', kind: 'string' },
  ],
  AuthRoleAddResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  AuthRoleDeleteRequest: [
    { name: 'role', as: 'role', kind: 'string' },
  ],
  AuthRoleDeleteResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  AuthRoleGetRequest: [
    { name: 'role', as: 'role', kind: 'string' },
  ],
  AuthRoleGetResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'perm', as: 'perm', kind: 'message', of: 'Permission', repeated: true },
  ],
  AuthRoleGrantPermissionRequest: [
    { name: 'name', as: 'name', kind: 'string' },
    { name: 'perm', as: 'perm', kind: 'message', of: 'Permission' },
  ],
  AuthRoleGrantPermissionResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  AuthRoleListRequest: [],
  AuthRoleListResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'roles', as: 'roles', kind: 'string', repeated: true },
  ],
  AuthRoleRevokePermissionRequest: [
    { name: 'role', as: 'role', kind: 'string' },
    { name: 'key', as: 'key', kind: 'bytes' },
    { name: 'range_end', as: 'rangeEnd', kind: 'bytes' },
  ],
  AuthRoleRevokePermissionResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  AuthStatusRequest: [],
  AuthStatusResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'enabled', as: 'enabled', kind: 'bool' },
    { name: 'authRevision', as: 'authRevision', kind: 'uint64', number: true },
  ],
  AuthUserAddRequest: [
    { name: 'name', as: 'name', kind: 'string' },
    { name: 'password', as: 'password', kind: 'string' },
    { name: 'options', as: 'options', kind: 'message', of: 'UserAddOptions' },
    { name: 'hashedPassword', as: 'hashedPassword', kind: 'string' },
  ],
  AuthUserAddResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  AuthUserChangePasswordRequest: [
    { name: 'name', as: 'name', kind: 'string' },
    { name: 'password', as: 'password', kind: 'string' },
    { name: 'hashedPassword', as: 'hashedPassword', kind: 'string' },
  ],
  AuthUserChangePasswordResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  AuthUserDeleteRequest: [
    { name: 'name', as: 'name', kind: 'string' },
  ],
  AuthUserDeleteResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  AuthUserGetRequest: [
    { name: 'name', as: 'name', kind: 'string' },
  ],
  AuthUserGetResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'roles', as: 'roles', kind: 'string', repeated: true },
  ],
  AuthUserGrantRoleRequest: [
    { name: 'user', as: 'user', kind: 'string' },
    { name: 'role', as: 'role', kind: 'string' },
  ],
  AuthUserGrantRoleResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  AuthUserListRequest: [],
  AuthUserListResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'users', as: 'users', kind: 'string', repeated: true },
  ],
  AuthUserRevokeRoleRequest: [
    { name: 'name', as: 'name', kind: 'string' },
    { name: 'role', as: 'role', kind: 'string' },
  ],
  AuthUserRevokeRoleResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  AuthenticateRequest: [
    { name: 'name', as: 'name', kind: 'string' },
    { name: 'password', as: 'password', kind: 'string' },
  ],
  AuthenticateResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'token', as: 'token', kind: 'string' },
  ],
  CampaignRequest: [
    { name: 'name', as: 'name', kind: 'bytes' },
    { name: 'lease', as: 'lease', kind: 'int64' },
    { name: 'value', as: 'value', kind: 'bytes' },
  ],
  CampaignResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'leader', as: 'leader', kind: 'message', of: 'LeaderKey' },
  ],
  CompactionRequest: [
    { name: 'revision', as: 'revision', kind: 'int64', number: true },
    { name: 'physical', as: 'physical', kind: 'bool' },
  ],
  CompactionResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  Compare: [
    { name: 'result', as: 'result', kind: 'enum', of: 'CompareCompareResult' },
    { name: 'target', as: 'target', kind: 'enum', of: 'CompareCompareTarget' },
    { name: 'key', as: 'key', kind: 'bytes' },
    { name: 'version', as: 'version', kind: 'int64', number: true, oneof: 'target_union' },
    { name: 'create_revision', as: 'createRevision', kind: 'int64', number: true, oneof: 'target_union' },
    { name: 'mod_revision', as: 'modRevision', kind: 'int64', number: true, oneof: 'target_union' },
    { name: 'value', as: 'value', kind: 'bytes', oneof: 'target_union' },
    { name: 'lease', as: 'lease', kind: 'int64', oneof: 'target_union' },
    { name: 'range_end', as: 'rangeEnd', kind: 'bytes' },
  ],
  DefragmentRequest: [],
  DefragmentResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  DeleteRangeRequest: [
    { name: 'key', as: 'key', kind: 'bytes' },
    { name: 'range_end', as: 'rangeEnd', kind: 'bytes' },
    { name: 'prev_kv', as: 'prevKv', kind: 'bool' },
  ],
  DeleteRangeResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'deleted', as: 'deleted', kind: 'int64', number: true },
    { name: 'prev_kvs', as: 'prevKvs', kind: 'message', of: 'KeyValue', repeated: true },
  ],
  DowngradeInfo: [
    { name: 'enabled', as: 'enabled', kind: 'bool' },
    { name: 'targetVersion', as: 'targetVersion', kind: 'string' },
  ],
  DowngradeRequest: [
    { name: 'action', as: 'action', kind: 'enum', of: 'DowngradeRequestDowngradeAction' },
    { name: 'version', as: 'version', kind: 'string' },
  ],
  DowngradeResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'version', as: 'version', kind: 'string' },
  ],
  Event: [
    { name: 'type', as: 'type', kind: 'enum', of: 'EventEventType' },
    { name: 'kv', as: 'kv', kind: 'message', of: 'KeyValue' },
    { name: 'prev_kv', as: 'prevKv', kind: 'message', of: 'KeyValue' },
  ],
  HashKVRequest: [
    { name: 'revision', as: 'revision', kind: 'int64', number: true },
  ],
  HashKVResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'hash', as: 'hash', kind: 'uint32' },
    { name: 'compact_revision', as: 'compactRevision', kind: 'int64', number: true },
    { name: 'hash_revision', as: 'hashRevision', kind: 'int64', number: true },
  ],
  HashRequest: [],
  HashResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'hash', as: 'hash', kind: 'uint32' },
  ],
  KeyValue: [
    { name: 'key', as: 'key', kind: 'bytes' },
    { name: 'create_revision', as: 'createRevision', kind: 'int64', number: true },
    { name: 'mod_revision', as: 'modRevision', kind: 'int64', number: true },
    { name: 'version', as: 'version', kind: 'int64', number: true },
    { name: 'value', as: 'value', kind: 'bytes' },
    { name: 'lease', as: 'lease', kind: 'int64' },
  ],
  LeaderKey: [
    { name: 'name', as: 'name', kind: 'bytes' },
    { name: 'key', as: 'key', kind: 'bytes' },
    { name: 'rev', as: 'rev', kind: 'int64', number: true },
    { name: 'lease', as: 'lease', kind: 'int64' },
  ],
  LeaderRequest: [
    { name: 'name', as: 'name', kind: 'bytes' },
  ],
  LeaderResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'kv', as: 'kv', kind: 'message', of: 'KeyValue' },
  ],
  LeaseGrantRequest: [
    { name: 'TTL', as: 'ttl', kind: 'int64', number: true },
    { name: 'ID', as: 'id', kind: 'int64' },
  ],
  LeaseGrantResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'ID', as: 'id', kind: 'int64' },
    { name: 'TTL', as: 'ttl', kind: 'int64', number: true },
    { name: 'error', as: 'error', kind: 'string' },
  ],
  LeaseKeepAliveRequest: [
    { name: 'ID', as: 'id', kind: 'int64' },
  ],
  LeaseKeepAliveResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'ID', as: 'id', kind: 'int64' },
    { name: 'TTL', as: 'ttl', kind: 'int64', number: true },
  ],
  LeaseLeasesRequest: [],
  LeaseLeasesResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'leases', as: 'leases', kind: 'message', of: 'LeaseStatus', repeated: true },
  ],
  LeaseRevokeRequest: [
    { name: 'ID', as: 'id', kind: 'int64' },
  ],
  LeaseRevokeResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  LeaseStatus: [
    { name: 'ID', as: 'id', kind: 'int64' },
  ],
  LeaseTimeToLiveRequest: [
    { name: 'ID', as: 'id', kind: 'int64' },
    { name: 'keys', as: 'keys', kind: 'bool' },
  ],
  LeaseTimeToLiveResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'ID', as: 'id', kind: 'int64' },
    { name: 'TTL', as: 'ttl', kind: 'int64', number: true },
    { name: 'grantedTTL', as: 'grantedTtl', kind: 'int64', number: true },
    { name: 'keys', as: 'keys', kind: 'bytes', repeated: true },
  ],
  LockRequest: [
    { name: 'name', as: 'name', kind: 'bytes' },
    { name: 'lease', as: 'lease', kind: 'int64' },
  ],
  LockResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'key', as: 'key', kind: 'bytes' },
  ],
  Member: [
    { name: 'ID', as: 'id', kind: 'uint64' },
    { name: 'name', as: 'name', kind: 'string' },
    { name: 'peerURLs', as: 'peerUrls', kind: 'string', repeated: true },
    { name: 'clientURLs', as: 'clientUrls', kind: 'string', repeated: true },
    { name: 'isLearner', as: 'isLearner', kind: 'bool' },
  ],
  MemberAddRequest: [
    { name: 'peerURLs', as: 'peerUrls', kind: 'string', repeated: true },
    { name: 'isLearner', as: 'isLearner', kind: 'bool' },
  ],
  MemberAddResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'member', as: 'member', kind: 'message', of: 'Member' },
    { name: 'members', as: 'members', kind: 'message', of: 'Member', repeated: true },
  ],
  MemberListRequest: [
    { name: 'linearizable', as: 'linearizable', kind: 'bool' },
  ],
  MemberListResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'members', as: 'members', kind: 'message', of: 'Member', repeated: true },
  ],
  MemberProgress: [
    { name: 'ID', as: 'id', kind: 'uint64' },
    { name: 'is_learner', as: 'isLearner', kind: 'bool' },
    { name: 'match', as: 'match', kind: 'uint64', number: true },
    { name: 'ratio_ppm', as: 'ratioPpm', kind: 'uint32' },
    { name: 'state', as: 'state', kind: 'enum', of: 'MemberProgressState' },
    { name: 'recent_active', as: 'recentActive', kind: 'bool' },
    { name: 'active_ms', as: 'activeMs', kind: 'int64', number: true, oneof: '_active_ms' },
    { name: 'in_sync_ms', as: 'inSyncMs', kind: 'int64', number: true, oneof: '_in_sync_ms' },
    { name: 'promotes_in_ms', as: 'promotesInMs', kind: 'int64', number: true, oneof: '_promotes_in_ms' },
    { name: 'snapshot', as: 'snapshot', kind: 'message', of: 'SnapshotInFlight' },
  ],
  MemberPromoteRequest: [
    { name: 'ID', as: 'id', kind: 'uint64' },
  ],
  MemberPromoteResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'members', as: 'members', kind: 'message', of: 'Member', repeated: true },
  ],
  MemberRemoveRequest: [
    { name: 'ID', as: 'id', kind: 'uint64' },
  ],
  MemberRemoveResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'members', as: 'members', kind: 'message', of: 'Member', repeated: true },
  ],
  MemberUpdateRequest: [
    { name: 'ID', as: 'id', kind: 'uint64' },
    { name: 'peerURLs', as: 'peerUrls', kind: 'string', repeated: true },
  ],
  MemberUpdateResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'members', as: 'members', kind: 'message', of: 'Member', repeated: true },
  ],
  MoveLeaderRequest: [
    { name: 'targetID', as: 'targetId', kind: 'uint64' },
  ],
  MoveLeaderResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  Permission: [
    { name: 'permType', as: 'permType', kind: 'enum', of: 'PermissionType' },
    { name: 'key', as: 'key', kind: 'bytes' },
    { name: 'range_end', as: 'rangeEnd', kind: 'bytes' },
  ],
  ProclaimRequest: [
    { name: 'leader', as: 'leader', kind: 'message', of: 'LeaderKey' },
    { name: 'value', as: 'value', kind: 'bytes' },
  ],
  ProclaimResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  ProgressRequest: [],
  ProgressResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'leader', as: 'leader', kind: 'uint64' },
    { name: 'leader_match', as: 'leaderMatch', kind: 'uint64', number: true },
    { name: 'max_learners', as: 'maxLearners', kind: 'uint32' },
    { name: 'learner_auto_promote_ms', as: 'learnerAutoPromoteMs', kind: 'int64', number: true },
    { name: 'members', as: 'members', kind: 'message', of: 'MemberProgress', repeated: true },
  ],
  PutRequest: [
    { name: 'key', as: 'key', kind: 'bytes' },
    { name: 'value', as: 'value', kind: 'bytes' },
    { name: 'lease', as: 'lease', kind: 'int64' },
    { name: 'prev_kv', as: 'prevKv', kind: 'bool' },
    { name: 'ignore_value', as: 'ignoreValue', kind: 'bool' },
    { name: 'ignore_lease', as: 'ignoreLease', kind: 'bool' },
  ],
  PutResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'prev_kv', as: 'prevKv', kind: 'message', of: 'KeyValue' },
  ],
  RangeRequest: [
    { name: 'key', as: 'key', kind: 'bytes' },
    { name: 'range_end', as: 'rangeEnd', kind: 'bytes' },
    { name: 'limit', as: 'limit', kind: 'int64', number: true },
    { name: 'revision', as: 'revision', kind: 'int64', number: true },
    { name: 'sort_order', as: 'sortOrder', kind: 'enum', of: 'RangeRequestSortOrder' },
    { name: 'sort_target', as: 'sortTarget', kind: 'enum', of: 'RangeRequestSortTarget' },
    { name: 'serializable', as: 'serializable', kind: 'bool' },
    { name: 'keys_only', as: 'keysOnly', kind: 'bool' },
    { name: 'count_only', as: 'countOnly', kind: 'bool' },
    { name: 'min_mod_revision', as: 'minModRevision', kind: 'int64', number: true },
    { name: 'max_mod_revision', as: 'maxModRevision', kind: 'int64', number: true },
    { name: 'min_create_revision', as: 'minCreateRevision', kind: 'int64', number: true },
    { name: 'max_create_revision', as: 'maxCreateRevision', kind: 'int64', number: true },
  ],
  RangeResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'kvs', as: 'kvs', kind: 'message', of: 'KeyValue', repeated: true },
    { name: 'more', as: 'more', kind: 'bool' },
    { name: 'count', as: 'count', kind: 'int64', number: true },
  ],
  RequestOp: [
    { name: 'request_range', as: 'requestRange', kind: 'message', of: 'RangeRequest', oneof: 'request' },
    { name: 'request_put', as: 'requestPut', kind: 'message', of: 'PutRequest', oneof: 'request' },
    { name: 'request_delete_range', as: 'requestDeleteRange', kind: 'message', of: 'DeleteRangeRequest', oneof: 'request' },
    { name: 'request_txn', as: 'requestTxn', kind: 'message', of: 'TxnRequest', oneof: 'request' },
  ],
  ResignRequest: [
    { name: 'leader', as: 'leader', kind: 'message', of: 'LeaderKey' },
  ],
  ResignResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  ResponseHeader: [
    { name: 'cluster_id', as: 'clusterId', kind: 'uint64' },
    { name: 'member_id', as: 'memberId', kind: 'uint64' },
    { name: 'revision', as: 'revision', kind: 'int64', number: true },
    { name: 'raft_term', as: 'raftTerm', kind: 'uint64', number: true },
  ],
  ResponseOp: [
    { name: 'response_range', as: 'responseRange', kind: 'message', of: 'RangeResponse', oneof: 'response' },
    { name: 'response_put', as: 'responsePut', kind: 'message', of: 'PutResponse', oneof: 'response' },
    { name: 'response_delete_range', as: 'responseDeleteRange', kind: 'message', of: 'DeleteRangeResponse', oneof: 'response' },
    { name: 'response_txn', as: 'responseTxn', kind: 'message', of: 'TxnResponse', oneof: 'response' },
  ],
  SnapshotInFlight: [
    { name: 'sent_bytes', as: 'sentBytes', kind: 'int64', number: true },
    { name: 'total_bytes', as: 'totalBytes', kind: 'int64', number: true },
  ],
  SnapshotRequest: [],
  SnapshotResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'remaining_bytes', as: 'remainingBytes', kind: 'uint64', number: true },
    { name: 'blob', as: 'blob', kind: 'bytes' },
    { name: 'version', as: 'version', kind: 'string' },
  ],
  StatusRequest: [],
  StatusResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'version', as: 'version', kind: 'string' },
    { name: 'dbSize', as: 'dbSize', kind: 'int64', number: true },
    { name: 'leader', as: 'leader', kind: 'uint64' },
    { name: 'raftIndex', as: 'raftIndex', kind: 'uint64', number: true },
    { name: 'raftTerm', as: 'raftTerm', kind: 'uint64', number: true },
    { name: 'raftAppliedIndex', as: 'raftAppliedIndex', kind: 'uint64', number: true },
    { name: 'errors', as: 'errors', kind: 'string', repeated: true },
    { name: 'dbSizeInUse', as: 'dbSizeInUse', kind: 'int64', number: true },
    { name: 'isLearner', as: 'isLearner', kind: 'bool' },
    { name: 'storageVersion', as: 'storageVersion', kind: 'string' },
    { name: 'dbSizeQuota', as: 'dbSizeQuota', kind: 'int64', number: true },
    { name: 'downgradeInfo', as: 'downgradeInfo', kind: 'message', of: 'DowngradeInfo' },
  ],
  TxnRequest: [
    { name: 'compare', as: 'compare', kind: 'message', of: 'Compare', repeated: true },
    { name: 'success', as: 'success', kind: 'message', of: 'RequestOp', repeated: true },
    { name: 'failure', as: 'failure', kind: 'message', of: 'RequestOp', repeated: true },
  ],
  TxnResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'succeeded', as: 'succeeded', kind: 'bool' },
    { name: 'responses', as: 'responses', kind: 'message', of: 'ResponseOp', repeated: true },
  ],
  UnlockRequest: [
    { name: 'key', as: 'key', kind: 'bytes' },
  ],
  UnlockResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
  ],
  UserAddOptions: [
    { name: 'no_password', as: 'noPassword', kind: 'bool' },
  ],
  WatchCancelRequest: [
    { name: 'watch_id', as: 'watchId', kind: 'int64' },
  ],
  WatchCreateRequest: [
    { name: 'key', as: 'key', kind: 'bytes' },
    { name: 'range_end', as: 'rangeEnd', kind: 'bytes' },
    { name: 'start_revision', as: 'startRevision', kind: 'int64', number: true },
    { name: 'progress_notify', as: 'progressNotify', kind: 'bool' },
    { name: 'filters', as: 'filters', kind: 'enum', of: 'WatchCreateRequestFilterType', repeated: true },
    { name: 'prev_kv', as: 'prevKv', kind: 'bool' },
    { name: 'watch_id', as: 'watchId', kind: 'int64' },
    { name: 'fragment', as: 'fragment', kind: 'bool' },
  ],
  WatchProgressRequest: [],
  WatchRequest: [
    { name: 'create_request', as: 'createRequest', kind: 'message', of: 'WatchCreateRequest', oneof: 'request_union' },
    { name: 'cancel_request', as: 'cancelRequest', kind: 'message', of: 'WatchCancelRequest', oneof: 'request_union' },
    { name: 'progress_request', as: 'progressRequest', kind: 'message', of: 'WatchProgressRequest', oneof: 'request_union' },
  ],
  WatchResponse: [
    { name: 'header', as: 'header', kind: 'message', of: 'ResponseHeader' },
    { name: 'watch_id', as: 'watchId', kind: 'int64' },
    { name: 'created', as: 'created', kind: 'bool' },
    { name: 'canceled', as: 'canceled', kind: 'bool' },
    { name: 'compact_revision', as: 'compactRevision', kind: 'int64', number: true },
    { name: 'cancel_reason', as: 'cancelReason', kind: 'string' },
    { name: 'fragment', as: 'fragment', kind: 'bool' },
    { name: 'events', as: 'events', kind: 'message', of: 'Event', repeated: true },
  ],
};

export const enums: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AlarmRequestAlarmAction: { GET: 0, ACTIVATE: 1, DEACTIVATE: 2 },
  AlarmType: { NONE: 0, NOSPACE: 1, CORRUPT: 2 },
  CompareCompareResult: { EQUAL: 0, GREATER: 1, LESS: 2, NOT_EQUAL: 3 },
  CompareCompareTarget: { VERSION: 0, CREATE: 1, MOD: 2, VALUE: 3, LEASE: 4 },
  DowngradeRequestDowngradeAction: { VALIDATE: 0, ENABLE: 1, CANCEL: 2 },
  EventEventType: { PUT: 0, DELETE: 1 },
  MemberProgressState: { PROBE: 0, REPLICATE: 1, SNAPSHOT: 2 },
  PermissionType: { READ: 0, WRITE: 1, READWRITE: 2 },
  RangeRequestSortOrder: { NONE: 0, ASCEND: 1, DESCEND: 2 },
  RangeRequestSortTarget: { KEY: 0, VERSION: 1, CREATE: 2, MOD: 3, VALUE: 4 },
  WatchCreateRequestFilterType: { NOPUT: 0, NODELETE: 1 },
};
