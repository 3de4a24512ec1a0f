import { etcdErrors, type EtcdError } from '../base/etcd-error.ts';
import type { CallContext, EtcdMember } from '../member/types.ts';
import {
  AuthDisableResponse, AuthRoleListResponse, AuthStatusResponse, AuthUserListResponse, type AuthRoleAddRequest, type AuthRoleGrantPermissionRequest,
  type AuthUserAddRequest,
} from '../proto/gen/auth.ts';
import { notAvailable } from './absent.ts';
import { headerOf } from './header.ts';

/**
 * The Auth service of a cluster without users: what only reads, or needs something that is not there, is answered as etcd
 * answers it with authentication off; what would make a user or a role is refused by name.
 * Source: etcd `server/auth/store.go`.
 */

/** A store of users begins at this revision, and nothing here moves it. */
const authRevision = 1;

export async function authStatus(member: EtcdMember, context: CallContext): Promise<AuthStatusResponse> {
  await member.linearizableRead(context);
  return AuthStatusResponse.create({ header: headerOf(member), enabled: false, authRevision });
}

/** Disabling what is disabled succeeds. */
export async function authDisable(member: EtcdMember, context: CallContext): Promise<AuthDisableResponse> {
  await member.linearizableRead(context);
  return AuthDisableResponse.create({ header: headerOf(member) });
}

export async function userList(member: EtcdMember, context: CallContext): Promise<AuthUserListResponse> {
  await member.linearizableRead(context);
  return AuthUserListResponse.create({ header: headerOf(member) });
}

export async function roleList(member: EtcdMember, context: CallContext): Promise<AuthRoleListResponse> {
  await member.linearizableRead(context);
  return AuthRoleListResponse.create({ header: headerOf(member) });
}

/** Fails as etcd does where it looks for a user or a role in vain. */
export async function refuse(member: EtcdMember, context: CallContext, error: () => EtcdError): Promise<never> {
  await member.linearizableRead(context);
  throw error();
}

export function userAdd(request: AuthUserAddRequest): never {
  if (request.name === '') throw etcdErrors.userEmpty();
  throw notAvailable('storing users');
}

export function roleAdd(request: AuthRoleAddRequest): never {
  if (request.name === '') throw etcdErrors.roleEmpty();
  throw notAvailable('storing roles');
}

export function roleGrantPermission(member: EtcdMember, request: AuthRoleGrantPermissionRequest, context: CallContext): Promise<never> {
  return refuse(member, context, request.perm ? etcdErrors.roleNotFound : etcdErrors.permissionNotGiven);
}
