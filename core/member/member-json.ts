import type { ConfState } from '../raft/types.ts';
import type { ClusterMember } from './types.ts';

/**
 * A member as etcd writes it into conf-change contexts, the members table and the peers' `/members`:
 * `id` is a bare uint64, which JSON.parse would round, so it is cut out before parsing.
 */
export function memberToJson(member: ClusterMember): string {
  const rest = {
    peerURLs: member.peerUrls,
    ...(member.isLearner ? { isLearner: true } : {}),
    ...(member.name === '' ? {} : { name: member.name }),
    ...(member.clientUrls.length === 0 ? {} : { clientURLs: member.clientUrls }),
  };
  return `{"id":${member.id},${JSON.stringify(rest).slice(1)}`;
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);

/** The context of the conf change that makes a learner a voter. */
export function promotionJson(id: bigint): string {
  return `{"id":${id},"peerURLs":null,"isPromote":true}`;
}

/** Throws SyntaxError when the text is not a member. */
export function parseMemberJson(text: string): ClusterMember {
  return parseChangeContext(text).member;
}

/** A list of members, as `/members` on a peer port answers. Throws SyntaxError. */
export function parseMembersJson(text: string): ClusterMember[] {
  const raw = parseExact(text);
  if (!Array.isArray(raw)) throw new SyntaxError(`not a list of members: ${text.slice(0, 200)}`);
  return raw.map((item) => readMember(item).member);
}

export interface ChangeContext {
  member: ClusterMember;
  /** The change makes a learner a voter; of the member only the id counts. */
  isPromote: boolean;
}

/** What a conf change says of its member. Throws SyntaxError. */
export function parseChangeContext(text: string): ChangeContext {
  return readMember(parseExact(text));
}

/** JSON, with ids as texts. A quote within a text has a backslash before it, so that only a key can look like this. */
function parseExact(text: string): unknown {
  return JSON.parse(text.replace(/"id"\s*:\s*(\d+)/g, '"id":"$1"'));
}

function readMember(raw: unknown): ChangeContext {
  const fields = (typeof raw === 'object' && raw !== null ? raw : {}) as Record<string, unknown>;
  const id = fields['id'];
  if (typeof id !== 'string' || !/^\d+$/.test(id)) throw new SyntaxError(`not a member: ${JSON.stringify(raw).slice(0, 200)}`);
  return {
    member: {
      id: BigInt(id),
      name: typeof fields['name'] === 'string' ? fields['name'] : '',
      peerUrls: strings(fields['peerURLs']),
      clientUrls: strings(fields['clientURLs']),
      isLearner: fields['isLearner'] === true,
    },
    isPromote: fields['isPromote'] === true,
  };
}

/** raftpb.ConfState as Go's encoding/json writes it: ids are bare numbers. */
export function confStateToJson(state: ConfState): string {
  const list = (name: string, ids: readonly bigint[]): string => (ids.length === 0 ? '' : `"${name}":[${ids.join(',')}],`);
  const lists = list('voters', state.voters) + list('learners', state.learners) + list('voters_outgoing', state.votersOutgoing);
  return `{${lists}${list('learners_next', state.learnersNext)}"auto_leave":${state.autoLeave}}`;
}

export function parseConfStateJson(text: string): ConfState {
  const list = (name: string): bigint[] => {
    const digits = new RegExp(`"${name}":\\[([\\d,]*)\\]`).exec(text)?.[1] ?? '';
    return digits === '' ? [] : digits.split(',').map(BigInt);
  };
  return {
    voters: list('voters'), learners: list('learners'), votersOutgoing: list('voters_outgoing'), learnersNext: list('learners_next'),
    autoLeave: /"auto_leave":true/.test(text),
  };
}
