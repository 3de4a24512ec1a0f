import { expect, test } from 'vitest';
import { confStateToJson, memberToJson, parseConfStateJson, parseMemberJson, parseMembersJson } from './member-json.ts';

test('ids beyond 2^53 survive, and empty attributes are left out as etcd leaves them out', () => {
  const member = { id: 0x8e9e05c52164694dn, name: '', peerUrls: ['http://localhost:2380'], clientUrls: [], isLearner: false };
  expect(memberToJson(member)).toBe('{"id":10276657743932975437,"peerURLs":["http://localhost:2380"]}');
  expect(parseMemberJson(memberToJson(member))).toEqual(member);
});

test('attributes and the learner flag are kept', () => {
  const member = { id: 1n, name: 'a "quoted" name', peerUrls: ['http://a:1', 'http://b:2'], clientUrls: ['http://c:3'], isLearner: true };
  expect(parseMemberJson(memberToJson(member))).toEqual(member);
});

test('a list of members is read whatever their names are', () => {
  const members = ['a}{b', '"id":7', '\\"id":7,', '{"id":9}'].map((name, i) => ({ id: 2n ** 64n - 1n - BigInt(i), name, peerUrls: ['http://a:1'], clientUrls: [], isLearner: i === 1 }));
  expect(parseMembersJson(`[${members.map(memberToJson).join(',')}]\n`)).toEqual(members);
  expect(parseMembersJson('[]')).toEqual([]);
  for (const none of ['{}', '[{}]', '[1]', '[null]', '[{"id":-1}]']) expect(() => parseMembersJson(none), none).toThrow(SyntaxError);
});

test('what is not a member is refused', () => {
  expect(() => parseMemberJson('{"name":"x"}')).toThrow(SyntaxError);
  expect(() => parseMemberJson('[1]')).toThrow(SyntaxError);
});

test('a configuration keeps its ids', () => {
  const state = { voters: [0x8e9e05c52164694dn, 2n], learners: [3n], votersOutgoing: [], learnersNext: [4n], autoLeave: true };
  expect(confStateToJson(state)).toBe('{"voters":[10276657743932975437,2],"learners":[3],"learners_next":[4],"auto_leave":true}');
  expect(parseConfStateJson(confStateToJson(state))).toEqual(state);
});
