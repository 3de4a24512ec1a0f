/** The commands of `quorum/` and `confchange/`. */
import { Changer, describeConfig, type ChangeOutcome } from '../../core/raft/confchange/changer.ts';
import { jointCommitted, jointVote, jointVoters } from '../../core/raft/quorum/joint.ts';
import { majorityCommitted, majorityVote, type VoteResult } from '../../core/raft/quorum/majority.ts';
import { ProgressTracker } from '../../core/raft/tracker/tracker.ts';
import { ConfChangeType, type ConfChangeSingle } from '../../core/raft/types.ts';
import { describeProgressMap } from './describe.ts';
import type { Command } from './parse.ts';

const resultNames: Readonly<Record<VoteResult, string>> = { won: 'VoteWon', lost: 'VoteLost', pending: 'VotePending' };

/** `cfgj=zero` is a joint configuration whose other half is empty. */
function voters(command: Command): { incoming: bigint[]; outgoing: bigint[] | undefined } {
  const ids = (name: string): bigint[] | undefined => command.options.get(name)?.filter((id) => id !== 'zero').map(BigInt);
  return { incoming: ids('cfg') ?? [], outgoing: ids('cfgj') };
}

/** Values belong to the voters in the order in which they are first named. */
function assign(command: Command, key: string): Map<bigint, string> {
  const { incoming, outgoing } = voters(command);
  const ids = [...new Set([...incoming, ...(outgoing ?? [])])];
  const values = command.options.get(key) ?? [];
  return new Map(ids.flatMap((id, i) => (values[i] === undefined || values[i] === '_' ? [] : [[id, values[i]] as const])));
}

/** The chart: how far each voter is, longer for those that are further. */
function chart(ids: readonly bigint[], acked: ReadonlyMap<bigint, number>): string[] {
  if (ids.length === 0) return ['<empty majority quorum>'];
  const size = ids.length;
  const byIndex = ids.map((id) => ({ id, index: acked.get(id) ?? 0, bar: 0 })).sort((a, b) => a.index - b.index || Number(a.id - b.id));
  byIndex.forEach((item, i) => {
    if (i > 0) item.bar = byIndex[i - 1]!.index < item.index ? i : byIndex[i - 1]!.bar;
  });
  const rows = byIndex.sort((a, b) => Number(a.id - b.id)).map(({ id, index, bar }) => {
    const mark = acked.has(id) ? `${'x'.repeat(bar)}>${' '.repeat(size - bar)}` : `?${' '.repeat(size)}`;
    return `${mark} ${String(index).padStart(5)}    (id=${id})`;
  });
  return [`${' '.repeat(size)}    idx`, ...rows];
}

export function runQuorum(command: Command): string[] {
  const { incoming, outgoing } = voters(command);
  const config = { incoming: new Set(incoming), outgoing: new Set(outgoing ?? []) };
  if (command.name === 'vote') {
    const votes = new Map([...assign(command, 'votes')].map(([id, vote]) => [id, vote === 'y']));
    return [resultNames[outgoing ? jointVote(config, votes) : majorityVote(config.incoming, votes)]];
  }
  const acked = new Map([...assign(command, 'idx')].map(([id, index]) => [id, Number(index)]));
  const lookup = (id: bigint): number | undefined => acked.get(id);
  const index = outgoing ? jointCommitted(config, lookup) : majorityCommitted(config.incoming, lookup);
  const text = index === Infinity ? '∞' : String(index);
  const lines = chart(jointVoters(config), acked);
  // The empty quorum's sentence has no line end of its own.
  return lines.length === 1 ? [`${lines[0]}${text}`] : [...lines, text];
}

const letters: Readonly<Record<string, ConfChangeType>> = { v: ConfChangeType.addNode, l: ConfChangeType.addLearnerNode, r: ConfChangeType.removeNode, u: ConfChangeType.updateNode };

export function parseChanges(input: readonly string[]): ConfChangeSingle[] {
  return input.join(' ').split(/\s+/).filter((word) => word !== '').map((word) => ({ type: letters[word[0]!]!, nodeId: BigInt(word.slice(1)) }));
}

export class ConfChangeRunner {
  readonly #tracker = new ProgressTracker(10, 0);
  #lastIndex = 0;

  run(command: Command): string[] {
    const changer = new Changer(this.#tracker, this.#lastIndex++);
    const changes = parseChanges(command.input);
    let outcome: ChangeOutcome;
    if (command.name === 'simple') outcome = changer.simple(changes);
    else if (command.name === 'enter-joint') outcome = changer.enterJoint(command.options.get('autoleave')?.[0] === 'true', changes);
    else outcome = changer.leaveJoint();
    if (!outcome.ok) return [outcome.error];
    this.#tracker.replace(outcome.config, outcome.progress);
    return [describeConfig(outcome.config), ...describeProgressMap(outcome.progress)];
  }
}
