import { Services } from 'etcd3/lib/rpc.js';
import { etcdErrors } from '../../../core/base/etcd-error.ts';
import * as auth from '../../../core/proto/gen/auth.ts';
import * as election from '../../../core/proto/gen/election.ts';
import { routes } from '../../../core/proto/gen/gateway.ts';
import * as health from '../../../core/proto/gen/health.ts';
import * as lock from '../../../core/proto/gen/lock.ts';
import * as quorate from '../../../core/proto/gen/quorate.ts';
import * as rpc from '../../../core/proto/gen/rpc.ts';
import type { Kind } from '../../support/target.ts';

interface Service {
  readonly [method: string]: { readonly path: string };
}

/** Paths of all RPCs that a member serves, from the generated service tables. */
export const rpcPaths: readonly string[] = [auth, election, health, lock, quorate, rpc]
  .flatMap((module) => Object.entries(module).filter(([name]) => name.endsWith('Service')))
  .flatMap(([, service]) => Object.values(service as unknown as Service).map(({ path }) => path));

/** Paths of the JSON gateway, and the RPC of each. */
export const gatewayPaths: ReadonlyMap<string, string> = new Map(routes.map(({ post, rpc: path }) => [post, path]));

const etcd3Methods = new Set(Object.values(Services).flatMap(({ prototype }) => Object.getOwnPropertyNames(prototype).map((name) => name.toLowerCase())));
/** Paths of the RPCs that npm etcd3 has a method for; its own `hashKV` calls a name that its gRPC library does not make. */
export const etcd3Paths: readonly string[] = rpcPaths.filter((path) => path.startsWith('/etcdserverpb.') && etcd3Methods.has(path.split('/')[2]!.toLowerCase()) && !path.endsWith('/HashKV'));

/** The commands of `etcdctl help` that ask a server. */
export function commandsIn(help: string): string[] {
  const listed = /COMMANDS:\n([\s\S]*?)\n\n/.exec(help)?.[1] ?? '';
  const all = listed.split('\n').map((line) => line.trim().split('\t')[0]!.trim());
  return all.filter((command) => command !== '' && !Object.keys(commandsLeftOut).some((left) => command === left || command.startsWith(`${left} `)));
}

/** Why a command is not asked of the servers. */
const commandsLeftOut: Readonly<Record<string, string>> = {
  completion: 'asks no server', help: 'asks no server', version: 'asks no server',
  migrate: 'reads the v2 store of a data folder',
  'check perf': 'takes a minute and judges the machine',
};

/** RPCs that our member refuses whatever is asked, and why: they need users, roles or authentication, which are not there yet. */
export const refusedAlways: ReadonlySet<string> = new Set([
  'AuthEnable', 'Authenticate', 'UserAdd', 'UserGet', 'UserDelete', 'UserChangePassword', 'UserGrantRole', 'UserRevokeRole',
  'RoleAdd', 'RoleGet', 'RoleDelete', 'RoleGrantPermission', 'RoleRevokePermission',
].map((name) => `/etcdserverpb.Auth/${name}`));

/** Paths of the gateway that are refused in every spec, though the RPC behind them is not. */
export const gatewayRefused: Readonly<Record<string, string>> = {
  '/v3/cluster/member/promote': 'a learner that runs is promoted by raw gRPC, which goes the same way',
};

/** etcd's errors by their names in our table: `code text`. */
export const errors: ReadonlyMap<string, string> = new Map(Object.entries(etcdErrors).map(([name, make]) => [name, `${make().code} ${make().message}`]));

export interface Unmet {
  /** The servers that no spec makes say it. */
  on: readonly Kind[];
  because: string;
  /** A server that stands still for a moment, or is ending, may say it all the same. */
  byChance?: true;
}

const both: readonly Kind[] = ['etcd', 'quorate'];

/** Errors of the table that no spec provokes, and why. */
export const unprovoked: Readonly<Partial<Record<keyof typeof etcdErrors, Unmet>>> = {
  tooManyRequests: { on: both, byChance: true, because: 'said while five thousand committed entries wait to be applied: no client can hold a member back so far' },
  clusterIdMismatch: { on: both, because: 'said to peers, never to clients' },
  clusterVersionUnavailable: { on: both, byChance: true, because: 'said from the start of a member to its first cluster version, which is there before it serves' },
  notCapable: { on: both, byChance: true, because: 'as with clusterVersionUnavailable' },
  timeoutWaitApplied: { on: both, byChance: true, because: 'said by a leader that is more than a second behind its own log' },
  canceled: { on: both, byChance: true, because: 'said to a caller that has gone' },
  watchCanceled: { on: both, byChance: true, because: 'said to a caller that has gone' },
  stopped: { on: ['etcd'], byChance: true, because: 'a server that ends mostly closes its connections first' },
  invalidSortOption: { on: ['etcd'], because: 'since 3.6; 3.4 panics on it, so it is not asked' },
  invalidClientApiVersion: { on: ['etcd'], because: 'since 3.6; 3.4 panics on it, so it is not asked' },
  permissionNotGiven: { on: ['etcd'], because: 'since 3.5' },
  wrongDowngradeVersionFormat: { on: ['etcd'], because: 'the method is of 3.5' },
  invalidDowngradeTargetVersion: { on: ['etcd'], because: 'the method is of 3.5' },
};

/** Errors of etcd's table that our member has no words for yet: each needs a user, a role, a token, or a downgrade under way. */
export const ofLaterWork: readonly string[] = [
  'authentication failed, invalid user ID or password', 'invalid auth management', 'revision of auth store is old', 'root user does not have root role',
  'user name already exists', 'role name already exists', 'role is not granted to the user', 'permission is not granted to the role',
  'permission denied', 'invalid auth token', 'cluster has a downgrade job in progress', 'no inflight downgrade job',
].map((text) => `etcdserver: ${text}`);
