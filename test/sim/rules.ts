import { crc32c } from '../../core/base/crc32c.ts';
import { idHex, type MemberId } from '../../core/base/ids.ts';
import { EntryType, MessageType, type ConfState, type Message } from '../../core/raft/types.ts';
import { Violation } from './violation.ts';
import type { Running, SimMember } from './world.ts';

/** What must hold of all members at every step, whatever has befallen them. */
export class Rules {
  readonly #members: readonly SimMember[];
  readonly #leaders = new Map<number, MemberId>();
  /** By index: term and checksum of what was applied there, the same for all, for ever. */
  readonly #applied = new Map<number, string>();
  /** By applied index: the configuration there. */
  readonly #configurations = new Map<number, ConfState>();
  /** The highest index that any leader has committed, and its term. */
  #committed = 0;
  #committedTerm = 0;

  constructor(members: readonly SimMember[]) {
    this.#members = members;
  }

  /** A term that was told, and a vote that was given, are never taken back. */
  observe(message: Message): void {
    const member = this.#members.find((item) => item.id === message.from);
    if (!member) return;
    const speaksOfNext = message.type === MessageType.preVote || (message.type === MessageType.preVoteResp && !message.reject);
    // An answer that waited for the disk may be of an older term than one that did not: what counts is the highest told.
    if (!speaksOfNext && message.type !== MessageType.prop && message.type !== MessageType.readIndex) member.toldTerm = Math.max(member.toldTerm, message.term);
    if (message.type === MessageType.voteResp && !message.reject) {
      const given = member.votes.get(message.term);
      if (given !== undefined && given !== message.to) throw new Violation(`${member.name} voted for ${idHex(given)} and for ${idHex(message.to)} in term ${message.term}`);
      member.votes.set(message.term, message.to);
    }
  }

  /** Changes of members that took effect somewhere. */
  get changes(): number {
    return new Set([...this.#configurations.values()].map(tell)).size - 1;
  }

  check(): void {
    for (const member of this.#members) {
      if (!member.running) continue;
      this.#checkLeader(member, member.running);
      this.#checkApplied(member, member.running);
      this.#checkConfiguration(member, member.running);
    }
  }

  #checkLeader(member: SimMember, running: Running): void {
    const { role, term, committedIndex, isLearner, id } = running.host.status();
    if (term < member.toldTerm) throw new Violation(`${member.name} is at term ${term} and has told ${member.toldTerm}`);
    if (role !== 'leader') return;
    const known = this.#leaders.get(term);
    if (known !== undefined && known !== id) throw new Violation(`two leaders in term ${term}: ${idHex(known)} and ${idHex(id)}`);
    if (isLearner) throw new Violation(`${member.name} leads and is a learner`);
    // One of an older term, who learns late that it was elected, can harm nobody.
    if (known === undefined && term > this.#committedTerm) this.#checkComplete(member, running);
    this.#leaders.set(term, id);
    if (committedIndex <= this.#committed) return;
    this.#checkQuorum(member, running, committedIndex);
    this.#committed = committedIndex;
    const termThere = running.state.raftStorage.term(committedIndex);
    this.#committedTerm = typeof termThere === 'number' ? termThere : 0;
  }

  /** Whoever is elected has everything that was committed in earlier terms (leader completeness). */
  #checkComplete(leader: SimMember, { state }: Running): void {
    const held = state.raftStorage.term(this.#committed);
    if (held === 'compacted' || this.#committedTerm === 0 || held === this.#committedTerm) return;
    throw new Violation(`${leader.name} was elected without the committed entry ${this.#committed} of term ${this.#committedTerm}: it has ${held}`);
  }

  /**
   * What a leader calls committed is on the disks of a majority of its voters, and of theirs alone. It may have counted
   * before a change of members that it has applied since, so the configuration of the step before will do as well.
   */
  #checkQuorum(leader: SimMember, { host, state, configuration, startedWith }: Running, index: number): void {
    const term = state.raftStorage.term(index);
    // Its own disk may be the last to have it; and an older term's entry was committed by another, perhaps with other voters.
    if (term !== host.status().term) return;
    const configurations = [host.configuration(), configuration ?? startedWith];
    const held = configurations.some(({ voters }) => voters.filter((id) => this.#holds(id, index, term)).length > voters.length / 2);
    if (held) return;
    const who = this.#members.filter((member) => member.id !== undefined && this.#holds(member.id, index, term)).map((member) => member.name);
    throw new Violation(`${leader.name} calls ${index} (term ${term}) committed with ${configurations.map(tell).join(' or ')}; on disk it is with ${who.join(', ') || 'nobody'}`);
  }

  #holds(id: MemberId | undefined, index: number, term: number): boolean {
    const member = this.#members.find((item) => item.id === id);
    const log = member?.log;
    if (!log) return false;
    const held = log.term(index);
    return held === term || held === 'compacted';
  }

  /** What one member has applied at an index, every member applies there. */
  #checkApplied(member: SimMember, running: Running): void {
    const { appliedIndex } = running.host.status();
    const log = running.state.raftStorage;
    // What came with a snapshot, or is compacted already, was applied by others before.
    const behind = Math.min(appliedIndex, log.firstIndex() - 1);
    if (running.checkedTo < behind) {
      running.checkedTo = behind;
      running.restored = true;
    }
    while (running.checkedTo < appliedIndex) {
      const index = running.checkedTo + 1;
      const entries = log.entries(index, index + 1, Infinity);
      if (typeof entries === 'string') throw new Violation(`${member.name} applied ${index}, which its log lacks: ${entries}`);
      const entry = entries[0]!;
      if (entry.type !== EntryType.normal) running.changesApplied++;
      const mark = `${entry.term}/${entry.type}/${crc32c(entry.data)}`;
      const known = this.#applied.get(index);
      if (known !== undefined && known !== mark) throw new Violation(`${member.name} applied ${mark} at ${index}, another ${known}`);
      this.#applied.set(index, mark);
      running.checkedTo = index;
    }
  }

  /** Equal at equal applied indexes; never joint; and each differs from the one before it in one member alone. */
  #checkConfiguration(member: SimMember, running: Running): void {
    if (running.host.installing) return;
    const { appliedIndex } = running.host.status();
    if (running.configuration && running.configurationAt === appliedIndex) return;
    const now = running.host.configuration();
    if (now.votersOutgoing.length > 0) throw new Violation(`${member.name} is in a joint configuration, which nobody has asked for`);
    const known = this.#configurations.get(appliedIndex);
    if (known && !same(known, now)) throw new Violation(`at index ${appliedIndex} ${member.name} has the configuration ${tell(now)}, another ${tell(known)}`);
    this.#configurations.set(appliedIndex, now);
    const before = running.configuration;
    const changes = running.changesApplied - running.changesChecked;
    if (before && before.voters.length > 0 && !running.restored && distance(before, now) > changes) {
      throw new Violation(`${member.name} went from ${tell(before)} to ${tell(now)} by ${changes} changes`);
    }
    running.restored = false;
    running.changesChecked = running.changesApplied;
    running.configuration = now;
    running.configurationAt = appliedIndex;
  }
}

const tell = ({ voters, learners }: ConfState): string => `voters ${voters.map(idHex).join(' ')}; learners ${learners.map(idHex).join(' ')}`;
const same = (a: ConfState, b: ConfState): boolean => tell(a) === tell(b);

/** Voters that came or went. */
function distance(a: ConfState, b: ConfState): number {
  return a.voters.filter((id) => !b.voters.includes(id)).length + b.voters.filter((id) => !a.voters.includes(id)).length;
}
