/** Raft's values in the transcripts' own words. */
import { sortedIds } from '../../core/raft/quorum/joint.ts';
import { asV2, decodeConfChange, decodeConfChangeV2 } from '../../core/raft/conf-change.ts';
import { appendThread, applyThread } from '../../core/raft/message.ts';
import type { RaftRole } from '../../core/raft/raft.ts';
import type { Ready } from '../../core/raft/raw-node.ts';
import type { Progress } from '../../core/raft/tracker/progress.ts';
import { ConfChangeType, EntryType, MessageType, type ConfChangeSingle, type ConfState, type Entry, type HardState, type Message, type Snapshot } from '../../core/raft/types.ts';

const pascal = (name: string): string => name[0]!.toUpperCase() + name.slice(1);
const messageNames = new Map<number, string>(Object.entries(MessageType).map(([name, value]) => [value, `Msg${pascal(name)}`]));
const entryNames = new Map<number, string>([[EntryType.normal, 'EntryNormal'], [EntryType.confChange, 'EntryConfChange'], [EntryType.confChangeV2, 'EntryConfChangeV2']]);
const changeLetters = new Map<number, string>([[ConfChangeType.addNode, 'v'], [ConfChangeType.addLearnerNode, 'l'], [ConfChangeType.removeNode, 'r'], [ConfChangeType.updateNode, 'u']]);

export function messageTypeByName(name: string): MessageType | undefined {
  for (const [value, known] of messageNames) if (known === name) return value as MessageType;
  return undefined;
}

export function describeRole(role: RaftRole): string {
  return `State${pascal(role)}`;
}

/** Go's %q of bytes that the transcripts use. */
function quote(data: Uint8Array): string {
  return JSON.stringify(new TextDecoder().decode(data));
}

export function describeChanges(changes: readonly ConfChangeSingle[]): string {
  return changes.map((change) => `${changeLetters.get(change.type)}${change.nodeId}`).join(' ');
}

export function describeEntry(entry: Entry): string {
  const text = ((): string => {
    switch (entry.type) {
      case EntryType.normal:
        return quote(entry.data);
      case EntryType.confChange:
        return describeChanges(asV2(decodeConfChange(entry.data)).changes);
      case EntryType.confChangeV2:
        return describeChanges(decodeConfChangeV2(entry.data).changes);
    }
  })();
  return `${entry.term}/${entry.index} ${entryNames.get(entry.type)}${text === '' ? '' : ` ${text}`}`;
}

function target(id: bigint): string {
  if (id === 0n) return 'None';
  if (id === appendThread) return 'AppendThread';
  return id === applyThread ? 'ApplyThread' : id.toString(16);
}

const list = (ids: readonly bigint[]): string => `[${ids.join(' ')}]`;

function describeConfState(state: ConfState): string {
  return `Voters:${list(state.voters)} VotersOutgoing:${list(state.votersOutgoing)} Learners:${list(state.learners)} LearnersNext:${list(state.learnersNext)} AutoLeave:${state.autoLeave}`;
}

export function describeSnapshot({ metadata }: Snapshot): string {
  return `Index:${metadata.index} Term:${metadata.term} ConfState:${describeConfState(metadata.confState)}`;
}

export function describeMessage(m: Message, indent = ''): string {
  const parts = [`${indent}${target(m.from)}->${target(m.to)} ${messageNames.get(m.type)} Term:${m.term} Log:${m.logTerm}/${m.index}`];
  if (m.reject) parts.push(` Rejected (Hint: ${m.rejectHint})`);
  if (m.commit !== 0) parts.push(` Commit:${m.commit}`);
  if (m.vote !== 0n) parts.push(` Vote:${m.vote}`);
  if (m.entries.length === 1) parts.push(` Entries:[${describeEntry(m.entries[0]!)}]`);
  else if (m.entries.length > 1) parts.push(` Entries:[${m.entries.map((entry) => `\n${indent}  ${describeEntry(entry)}`).join('')}\n${indent}]`);
  if (m.snapshot) parts.push(`\n${indent}  Snapshot: ${describeSnapshot(m.snapshot)}`);
  if (m.responses.length > 0) parts.push(` Responses:[${m.responses.map((response) => `\n${describeMessage(response, `${indent}  `)}`).join('')}\n${indent}]`);
  return parts.join('');
}

function describeHardState(state: HardState): string {
  return `Term:${state.term}${state.vote === 0n ? '' : ` Vote:${state.vote}`} Commit:${state.commit}`;
}

export function describeReady(ready: Ready): string[] {
  const lines: string[] = [];
  if (ready.softState) lines.push(`Lead:${ready.softState.lead} State:${describeRole(ready.softState.role)}`);
  if (ready.hardState) lines.push(`HardState ${describeHardState(ready.hardState)}`);
  if (ready.readStates.length > 0) lines.push(`ReadStates [${ready.readStates.map((state) => `{${state.index} [${state.context.join(' ')}]}`).join(' ')}]`);
  if (ready.entries.length > 0) lines.push('Entries:', ...ready.entries.map(describeEntry));
  if (ready.snapshot) lines.push(`Snapshot ${describeSnapshot(ready.snapshot)}`);
  if (ready.committedEntries.length > 0) lines.push('CommittedEntries:', ...ready.committedEntries.map(describeEntry));
  if (ready.messages.length > 0) lines.push('Messages:', ...ready.messages.flatMap((message) => describeMessage(message).split('\n')));
  return lines.length === 0 ? ['<empty Ready>'] : [`Ready MustSync=${ready.mustSync}:`, ...lines];
}

export function describeProgress(progress: Progress): string {
  const { count, full } = progress.inflights;
  return [
    `State${pascal(progress.state)} match=${progress.match} next=${progress.next}`,
    progress.isLearner ? ' learner' : '',
    progress.paused ? ' paused' : '',
    progress.pendingSnapshot > 0 ? ` pendingSnap=${progress.pendingSnapshot}` : '',
    progress.recentActive ? '' : ' inactive',
    count > 0 ? ` inflight=${count}${full ? '[full]' : ''}` : '',
  ].join('');
}

export function describeProgressMap(progress: ReadonlyMap<bigint, Progress>): string[] {
  return sortedIds(progress.keys()).map((id) => `${id}: ${describeProgress(progress.get(id)!)}`);
}
