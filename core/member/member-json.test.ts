import { expect, test } from 'vitest';
import { memberToJson, parseMemberJson } from './member-json.ts';

test('ids beyond 2^53 survive, and empty attributes are left out as etcd leaves them out', () => {
  const member = { id: 0x8e9e05c52164694dn, name: '', peerUrls: ['http://localhost:2380'], clientUrls: [], isLearner: false };
  expect(memberToJson(member)).toBe('{"id":10276657743932975437,"peerURLs":["http://localhost:2380"]}');
  expect(parseMemberJson(memberToJson(member))).toEqual(member);
});

test('attributes and the learner flag are kept', () => {
  const member = { id: 1n, name: 'a "quoted" name', peerUrls: ['http://a:1', 'http://b:2'], clientUrls: ['http://c:3'], isLearner: true };
  expect(parseMemberJson(memberToJson(member))).toEqual(member);
});

test('what is not a member is refused', () => {
  expect(() => parseMemberJson('{"name":"x"}')).toThrow(SyntaxError);
  expect(() => parseMemberJson('[1]')).toThrow(SyntaxError);
});
