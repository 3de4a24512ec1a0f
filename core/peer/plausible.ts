import { isLocalMessage } from '../raft/message.ts';
import { MessageType, type Message } from '../raft/types.ts';

/**
 * Whether a message can have come from a member. Raft takes what has no term for its own, so that only a proposal or a read
 * that is passed on to the leader may come without one; what it tells itself, or hears from its own disk, never crosses; and the
 * entries of an append follow each other. What a member says in a term of its own is believed, as in etcd: whoever knows the
 * cluster's id and reaches this port is one.
 */
export function plausible({ type, from, to, term, index, entries }: Message): boolean {
  if (from === to || isLocalMessage(type)) return false;
  if (term === 0 && type !== MessageType.prop && type !== MessageType.readIndex) return false;
  return type !== MessageType.app || entries.every((entry, i) => entry.index === index + i + 1);
}
