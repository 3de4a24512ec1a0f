import { idHex, type MemberId } from '../base/ids.ts';
import type { KnownMembers } from './database/import.ts';
import type { Membership } from './membership.ts';
import { parseMemberJson } from './member-json.ts';
import type { ClusterMember } from './types.ts';

interface Node {
  Path: string;
  CreatedIndex: number;
  ModifiedIndex: number;
  ExpireTime: string;
  Value: string;
  Children: Record<string, Node> | null;
}

const never = '0001-01-01T00:00:00Z';

function node(Path: string, Value: string, Children: Node['Children']): Node {
  return { Path, CreatedIndex: 0, ModifiedIndex: 0, ExpireTime: never, Value, Children };
}

function folder(path: string, children: Record<string, Node>): Node {
  return node(path, '', children);
}

function memberFolder(path: string, member: ClusterMember): Node {
  const raftAttributes = JSON.stringify({ peerURLs: member.peerUrls, ...(member.isLearner ? { isLearner: true } : {}) });
  const children: Record<string, Node> = { raftAttributes: node(`${path}/raftAttributes`, raftAttributes, null) };
  if (member.name !== '') {
    const attributes = JSON.stringify({ name: member.name, ...(member.clientUrls.length === 0 ? {} : { clientURLs: member.clientUrls }) });
    children['attributes'] = node(`${path}/attributes`, attributes, null);
  }
  return folder(path, children);
}

const keyed = <T>(items: readonly T[], id: (item: T) => MemberId, make: (hex: string, item: T) => Node): Record<string, Node> =>
  Object.fromEntries(items.map((item) => [idHex(id(item)), make(idHex(id(item)), item)]));

/**
 * The members as a tree of keys, which goes along with a snapshot in its message: releases up to 3.5 take them from there and
 * not from the database, and do not start again without it. Source: etcd `v2store`, `membership/store.go`.
 */
export function encodeTree(membership: Pick<Membership, 'list' | 'removed' | 'clusterVersion'>): string {
  const [members, removed, version] = [membership.list(), membership.removed(), membership.clusterVersion];
  const state: Record<string, Node> = {
    members: folder('/0/members', keyed(members, ({ id }) => id, (hex, member) => memberFolder(`/0/members/${hex}`, member))),
  };
  if (removed.length > 0) state['removed_members'] = folder('/0/removed_members', keyed(removed, (id) => id, (hex) => node(`/0/removed_members/${hex}`, '', null)));
  if (version !== '') state['version'] = node('/0/version', version, null);
  const root = folder('/', { 0: folder('/0', state), 1: folder('/1', {}) });
  return JSON.stringify({ Root: root, CurrentIndex: 0, CurrentVersion: 2 });
}

/**
 * The members that came along with a snapshot: what the tree says counts, for in databases of 3.5 names, addresses and
 * promotions may be missing. Undefined when the text is no such tree, which later releases may leave out.
 */
export function decodeTree(text: string): KnownMembers | undefined {
  const state = childrenOf(childrenOf(rootOf(text))['0']);
  const folders = Object.entries(childrenOf(state['members']));
  if (folders.length === 0) return undefined;
  try {
    return {
      members: folders.map(([hex, member]) => memberOf(hex, childrenOf(member))),
      removed: Object.keys(childrenOf(state['removed_members'])).map((hex) => BigInt(`0x${hex}`)),
      clusterVersion: state['version']?.Value ?? '',
    };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function rootOf(text: string): Partial<Node> | undefined {
  try {
    return (JSON.parse(text) as { Root?: Partial<Node> } | null)?.Root;
  } catch {
    return undefined;
  }
}

const childrenOf = (parent: Partial<Node> | undefined): Record<string, Partial<Node>> => parent?.Children ?? {};

/** Throws SyntaxError. */
function memberOf(hex: string, leaves: Record<string, Partial<Node>>): ClusterMember {
  const fields = [leaves['raftAttributes']?.Value, leaves['attributes']?.Value].map((value) => JSON.parse(value || '{}') as object);
  return parseMemberJson(`{"id":${BigInt(`0x${hex}`)},${JSON.stringify(Object.assign({}, ...fields)).slice(1)}`);
}
