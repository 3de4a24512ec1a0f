import { expect, test } from 'vitest';
import { decodeTree, encodeTree } from './legacy-tree.ts';

const known = {
  members: [
    { id: 10n, name: '', peerUrls: ['http://b:2380'], clientUrls: [], isLearner: true },
    { id: 0x8e9e05c52164694dn, name: 'm1', peerUrls: ['http://a:2380'], clientUrls: ['http://a:2379'], isLearner: false },
  ],
  removed: [0xdeadn, 0xffff_ffff_ffff_ffffn],
  clusterVersion: '3.5.0',
};

test('what is written is read again', () => {
  expect(decodeTree(encodeTree({ list: () => known.members, removed: () => known.removed, clusterVersion: known.clusterVersion }))).toEqual(known);
  const young = { ...known, removed: [], clusterVersion: '' };
  expect(decodeTree(encodeTree({ list: () => young.members, removed: () => [], clusterVersion: '' }))).toEqual(young);
});

test('a text that is no tree of members is none', () => {
  const whole = encodeTree({ list: () => known.members, removed: () => [], clusterVersion: '' });
  const spoiled = [whole.replace('\\"peerURLs\\":[', '\\"peerURLs\\":{'), whole.replace('"8e9e05c52164694d"', '"of no number"')];
  for (const text of spoiled) expect(text).not.toBe(whole);
  for (const text of ['', '{', 'null', '{"Root":{}}', '{"Root":{"Children":null}}', ...spoiled]) expect(decodeTree(text), text).toBeUndefined();
});

test("the members stand in the tree as etcd 3.4's own does, and leaves are no folders", () => {
  const tree = JSON.parse(encodeTree({
    list: () => [
      { id: 0x8e9e05c52164694dn, name: 'm1', peerUrls: ['http://a:2380'], clientUrls: ['http://a:2379'], isLearner: false },
      { id: 10n, name: '', peerUrls: ['http://b:2380'], clientUrls: [], isLearner: true },
    ],
    removed: () => [0xdeadn],
    clusterVersion: '3.4.0',
  })) as { Root: TreeNode; CurrentVersion: number };
  expect(tree.CurrentVersion).toBe(2);
  const leaves: Record<string, string> = {};
  const walk = (node: TreeNode): void => {
    expect(node.ExpireTime).toBe('0001-01-01T00:00:00Z');
    if (node.Children) for (const child of Object.values(node.Children)) walk(child);
    else leaves[node.Path] = node.Value;
  };
  walk(tree.Root);
  expect(leaves).toEqual({
    '/0/members/8e9e05c52164694d/raftAttributes': '{"peerURLs":["http://a:2380"]}',
    '/0/members/8e9e05c52164694d/attributes': '{"name":"m1","clientURLs":["http://a:2379"]}',
    '/0/members/a/raftAttributes': '{"peerURLs":["http://b:2380"],"isLearner":true}',
    '/0/removed_members/dead': '',
    '/0/version': '3.4.0',
  });
});

interface TreeNode {
  Path: string;
  ExpireTime: string;
  Value: string;
  Children: Record<string, TreeNode> | null;
}
