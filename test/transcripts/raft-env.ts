/** The commands of `raft/`: nodes, their messages and their storage work, driven by hand. */
import { concatBytes, utf8 } from '../../core/base/bytes.ts';
import { SeededRandom } from '../../core/base/random.ts';
import { decodeConfChange, decodeConfChangeV2 } from '../../core/raft/conf-change.ts';
import { appendThread, applyThread, isLocalTarget, newMessage } from '../../core/raft/message.ts';
import { MemoryStorage } from '../../core/raft/memory-storage.ts';
import type { RaftConfig, StepResult } from '../../core/raft/raft.ts';
import { RawNode } from '../../core/raft/raw-node.ts';
import { ConfChangeTransition, ConfChangeType, EntryType, MessageType, type ConfState, type Entry, type HardState, type Message, type Snapshot } from '../../core/raft/types.ts';
import { describeEntry, describeMessage, describeProgressMap, describeReady, describeRole, messageTypeByName } from './describe.ts';
import { parseChanges } from './leaf-rooms.ts';
import type { Command } from './parse.ts';

/** Snapshots are those of the newest applied state. */
class HistoryStorage extends MemoryStorage {
  readonly history: Snapshot[] = [];

  override snapshot(): Snapshot {
    return this.history.at(-1)!;
  }
}

interface Node {
  id: bigint;
  raw: RawNode;
  storage: HistoryStorage;
  async: boolean;
  electionTick: number;
  appendWork: Message[];
  applyWork: Message[];
}

const stepErrors = { dropped: 'raft proposal dropped', localMessage: 'raft: cannot step raft local message', peerNotFound: 'raft: cannot step as peer not found' } as const;
const electionTick = 3;
const isLocal = (m: Message): boolean => m.from === m.to || isLocalTarget(m.from) || isLocalTarget(m.to);

export class RaftEnv {
  readonly #nodes: Node[] = [];
  #messages: Message[] = [];
  #out: string[] = [];
  /** What a command itself failed with: shown even when everything else is silenced. */
  #errors: string[] = [];
  #quiet = false;

  run(command: Command): string[] {
    this.#out = [];
    this.#errors = [];
    this.#dispatch(command);
    const lines = this.#quiet || command.options.get('log-level')?.[0] === 'none' ? [] : this.#out;
    const all = [...lines, ...this.#errors];
    return all.length === 0 ? ['ok'] : all;
  }

  #node(id: string | bigint | undefined): Node {
    const node = this.#nodes[Number(id) - 1];
    if (!node) throw new Error(`no node ${String(id)}`);
    return node;
  }

  #chosen(command: Command): Node[] {
    return command.words.length === 0 ? this.#nodes : command.words.map((word) => this.#node(word));
  }

  #note(result: StepResult): void {
    if (!result.ok) this.#errors.push(stepErrors[result.error]);
  }

  #dispatch(command: Command): void {
    const { name, words, options } = command;
    const first = (): Node => this.#node(words[0]);
    switch (name) {
      case 'add-nodes':
        for (let i = 0; i < Number(words[0]); i++) this.#addNode(options);
        return;
      case 'log-level':
        this.#quiet = words[0]!.toLowerCase() === 'none';
        return;
      case 'campaign':
        first().raw.campaign();
        return;
      case 'propose':
        this.#note(first().raw.propose(utf8(words[1]!)));
        return;
      case 'propose-conf-change':
        this.#proposeConfChange(command);
        return;
      case 'process-ready':
        this.#each(command, 'handling Ready', (node) => this.#processReady(node));
        return;
      case 'deliver-msgs':
        this.#deliverCommand(command);
        return;
      case 'stabilize':
        this.#stabilize(command);
        return;
      case 'process-append-thread':
        this.#each(command, 'processing append thread', (node) => this.#appendThread(node));
        return;
      case 'process-apply-thread':
        this.#each(command, 'processing apply thread', (node) => this.#applyThread(node));
        return;
      case 'tick-heartbeat':
        first().raw.tick();
        return;
      case 'tick-election':
        for (let i = 0; i < electionTick; i++) first().raw.tick();
        return;
      case 'forget-leader':
        first().raw.forgetLeader();
        return;
      case 'transfer-leadership':
        this.#node(options.get('from')![0]).raw.transferLeader(BigInt(options.get('to')![0]!));
        return;
      case 'report-unreachable':
        first().raw.reportUnreachable(BigInt(words[1]!));
        return;
      case 'set-randomized-election-timeout':
        first().raw.raft.setRandomizedElectionTimeout(Number(options.get('timeout')![0]));
        return;
      case 'send-snapshot':
        this.#sendSnapshot(first(), BigInt(words[1]!));
        return;
      case 'compact':
        first().storage.compact(Number(words[1]));
        this.#out.push(...this.#log(first()));
        return;
      case 'raft-log':
        this.#out.push(...this.#log(first()));
        return;
      case 'raft-state':
        for (const node of this.#nodes) this.#out.push(this.#state(node));
        return;
      case 'status':
        this.#out.push(...describeProgressMap(first().raw.status().progress));
        return;
      default:
        throw new Error(`unknown command ${name}`);
    }
  }

  #addNode(options: Command['options']): void {
    const id = BigInt(this.#nodes.length + 1);
    const storage = new HistoryStorage();
    const flag = (name: string): boolean => options.get(name)?.[0] === 'true';
    const number = (name: string): number | undefined => (options.has(name) ? Number(options.get(name)![0]) : undefined);
    const ids = (name: string): bigint[] => (options.get(name) ?? []).map(BigInt);
    const index = number('index') ?? 0;
    const confState: ConfState = { voters: ids('voters'), learners: ids('learners'), votersOutgoing: [], learnersNext: [], autoLeave: false };
    const snapshot: Snapshot = { data: utf8(options.get('content')?.[0] ?? ''), metadata: { index, term: index > 0 ? 1 : 0, confState } };
    if (index > 0) storage.applySnapshot(snapshot);
    storage.history.push(snapshot);
    const config: RaftConfig = {
      id, electionTick, heartbeatTick: 1, storage, applied: index, maxInflightMsgs: number('inflight') ?? 0x7fff_ffff, checkQuorum: flag('checkquorum'),
      preVote: flag('prevote'), asyncStorageWrites: flag('async-storage-writes'), disableConfChangeValidation: flag('disable-conf-change-validation'),
      stepDownOnRemoval: flag('step-down-on-removal'), readOnlyOption: options.get('read-only')?.[0] === 'lease-based' ? 'leaseBased' : 'safe',
      random: new SeededRandom(Number(id)), maxCommittedSizePerReady: number('max-committed-size-per-ready') ?? Infinity,
    };
    // The reference's lease option does not ask for CheckQuorum in its tests of forgetting a leader.
    if (config.readOnlyOption === 'leaseBased') config.checkQuorum = true;
    this.#nodes.push({ id, raw: new RawNode(config), storage, async: flag('async-storage-writes'), electionTick, appendWork: [], applyWork: [] });
  }

  #proposeConfChange({ words, options, input }: Command): void {
    const changes = parseChanges(input);
    const { raw } = this.#node(words[0]);
    if (options.get('v1')?.[0] === 'true') {
      const change = changes[0] ?? { type: ConfChangeType.addNode, nodeId: 0n };
      this.#note(raw.proposeConfChange({ id: 0n, type: change.type, nodeId: change.nodeId, context: new Uint8Array(0) }));
      return;
    }
    const transitions = { auto: ConfChangeTransition.auto, implicit: ConfChangeTransition.jointImplicit, explicit: ConfChangeTransition.jointExplicit };
    const transition = transitions[(options.get('transition')?.[0] ?? 'auto') as keyof typeof transitions];
    this.#note(raw.proposeConfChange({ transition, changes, context: new Uint8Array(0) }));
  }

  // --- Ready

  /** Several nodes have a heading each. */
  #each(command: Command, what: string, run: (node: Node) => string[]): void {
    const nodes = this.#chosen(command);
    for (const node of nodes) {
      if (nodes.length > 1) this.#out.push(`> ${node.id} ${what}`);
      const lines = run(node);
      this.#out.push(...(nodes.length > 1 ? indent(lines) : lines));
    }
  }

  #processReady(node: Node): string[] {
    const ready = node.raw.ready();
    const lines = describeReady(ready);
    if (node.async) {
      for (const message of ready.messages) {
        if (message.to === appendThread) node.appendWork.push(message);
        else if (message.to === applyThread) node.applyWork.push(message);
        else this.#messages.push(message);
      }
      return lines;
    }
    this.#append(node, ready.hardState, ready.entries, ready.snapshot);
    this.#apply(node, ready.committedEntries);
    this.#messages.push(...ready.messages);
    node.raw.advance();
    return lines;
  }

  #append(node: Node, hardState: HardState | undefined, entries: readonly Entry[], snapshot: Snapshot | undefined): void {
    if (hardState) node.storage.setHardState(hardState);
    if (snapshot) {
      node.storage.applySnapshot(snapshot);
      node.storage.history.push(snapshot);
    } else node.storage.append(entries);
  }

  /** The state machine appends what entries carry. */
  #apply(node: Node, entries: readonly Entry[]): void {
    for (const entry of entries) {
      let update = entry.data;
      let confState: ConfState | undefined;
      if (entry.type !== EntryType.normal) {
        const change = entry.type === EntryType.confChange ? decodeConfChange(entry.data) : decodeConfChangeV2(entry.data);
        update = change.context;
        confState = node.raw.applyConfChange(change);
      }
      const last = node.storage.history.at(-1)!;
      node.storage.history.push({
        data: concatBytes([last.data, update]),
        metadata: { index: entry.index, term: entry.term, confState: confState ?? last.metadata.confState },
      });
    }
  }

  #appendThread(node: Node): string[] {
    const message = node.appendWork.shift();
    if (!message) return ['no append work to perform'];
    const { term, vote, commit } = message;
    this.#append(node, term === 0 && vote === 0n && commit === 0 ? undefined : { term, vote, commit }, message.entries, message.snapshot);
    return this.#finishWork(message);
  }

  #applyThread(node: Node): string[] {
    const message = node.applyWork.shift();
    if (!message) return ['no apply work to perform'];
    this.#apply(node, message.entries);
    return this.#finishWork(message);
  }

  #finishWork(message: Message): string[] {
    this.#messages.push(...message.responses);
    const texts = ['Processing:', describeMessage({ ...message, responses: [] }), 'Responses:', ...message.responses.map((response) => describeMessage(response))];
    return texts.flatMap((text) => text.split('\n'));
  }

  // --- messages

  #take(to: bigint, type: MessageType | undefined, drop: boolean): Message[] {
    const taken = this.#messages.filter((m) => m.to === to && !(drop && isLocal(m)) && (type === undefined || m.type === type));
    this.#messages = this.#messages.filter((m) => !taken.includes(m));
    return taken;
  }

  #deliverCommand({ words, options }: Command): void {
    const type = options.has('type') ? messageTypeByName(options.get('type')![0]!) : undefined;
    const recipients = [...words.map((word) => ({ id: BigInt(word), drop: false })), ...(options.get('drop') ?? []).map((id) => ({ id: BigInt(id), drop: true }))];
    const lines = recipients.flatMap(({ id, drop }) => this.#deliver(id, type, drop));
    this.#out.push(...(lines.length === 0 ? ['no messages'] : lines));
  }

  #deliver(to: bigint, type: MessageType | undefined, drop: boolean): string[] {
    const lines: string[] = [];
    for (const message of this.#take(to, type, drop)) {
      lines.push(...`${drop ? 'dropped: ' : ''}${describeMessage(message)}`.split('\n'));
      if (drop) continue;
      const result = this.#node(to).raw.step(message);
      if (!result.ok) lines.push(stepErrors[result.error]);
    }
    return lines;
  }

  #stabilize(command: Command): void {
    const nodes = this.#chosen(command);
    const section = (node: Node, what: string, lines: string[]): void => {
      this.#out.push(`> ${node.id} ${what}`, ...indent(lines));
    };
    const round = (): boolean => {
      let busy = false;
      for (const node of nodes) {
        if (!node.raw.hasReady()) continue;
        busy = true;
        section(node, 'handling Ready', this.#processReady(node));
      }
      for (const node of nodes) {
        if (!this.#messages.some((m) => m.to === node.id)) continue;
        busy = true;
        section(node, 'receiving messages', this.#deliver(node.id, undefined, false));
      }
      for (const [what, work, run] of [['append', 'appendWork', (n: Node) => this.#appendThread(n)], ['apply', 'applyWork', (n: Node) => this.#applyThread(n)]] as const) {
        for (const node of nodes) {
          if (node[work].length === 0) continue;
          busy = true;
          const lines: string[] = [];
          while (node[work].length > 0) lines.push(...run(node));
          section(node, `processing ${what} thread`, lines);
        }
      }
      return busy;
    };
    while (round());
  }

  // --- looking

  #sendSnapshot(from: Node, to: bigint): void {
    const { hardState } = from.raw.basicStatus();
    const message = newMessage(MessageType.snap, { from: from.id, to, term: hardState.term, snapshot: from.storage.snapshot() });
    this.#messages.push(message);
    this.#out.push(...describeMessage(message).split('\n'));
  }

  #log({ storage }: Node): string[] {
    const first = storage.firstIndex();
    const last = storage.lastIndex();
    if (last < first) return [`log is empty: first index=${first}, last index=${last}`];
    const entries = storage.entries(first, last + 1, Infinity);
    return typeof entries === 'string' ? [entries] : entries.map(describeEntry);
  }

  #state(node: Node): string {
    const status = node.raw.status();
    const voter = status.voters.includes(node.id) ? '(Voter)' : '(Non-Voter)';
    return `${node.id}: ${describeRole(status.role)} ${voter} Term:${status.hardState.term} Lead:${status.lead}`;
  }
}

const indent = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
