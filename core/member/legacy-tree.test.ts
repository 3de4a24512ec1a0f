import { expect, test } from 'vitest';
import { encodeTree } from './legacy-tree.ts';

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
