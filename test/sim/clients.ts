import { put, range, txn } from '../../core/api/kv.ts';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { chance, pick, randomInt } from '../../core/base/random.ts';
import type { CallContext, EtcdMember } from '../../core/member/types.ts';
import { WatchCreateRequest, Compare, CompareCompareTarget, PutRequest, RangeRequest, RequestOp, TxnRequest } from '../../core/proto/gen/rpc.ts';
import { isLinearizable, type Operation } from './linearizable.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

const keys = ['a', 'b', 'c', 'd'];
const patience: CallContext = { deadlineMs: Infinity, signal: undefined };
/** More on one key would make the search slow. */
const maxPerKey = 60;

/** Clients that put, get and swap through the services of whatever member is up, and remember what they were told. */
export class Clients {
  readonly #world: World;
  readonly history = new Map<string, Operation[]>(keys.map((key) => [key, []]));
  #values = 0;
  answered = 0;

  constructor(world: World, count: number) {
    this.#world = world;
    for (let i = 0; i < count; i++) this.#next();
  }

  #next(): void {
    const { timeline, random } = this.#world;
    timeline.at(timeline.nowMs + 5 + randomInt(random, 400), () => this.#act());
  }

  #act(): void {
    const { random, timeline } = this.#world;
    const member = this.#world.up.length > 0 ? pick(random, this.#world.up).running!.host : undefined;
    const key = pick(random, keys);
    const ops = this.history.get(key)!;
    if (!member || ops.length >= maxPerKey) return this.#next();
    const op: Operation = { kind: pick(random, ['put', 'put', 'get', 'get', 'swap'] as const), value: `v${++this.#values}`, expected: '', result: '', start: timeline.nowMs, end: Infinity };
    if (op.kind === 'swap') op.expected = chance(random, 0.7) ? (ops.findLast((item) => item.kind !== 'get')?.value ?? '') : '';
    ops.push(op);
    void this.#perform(member, key, op).then(
      (result) => {
        op.result = result;
        op.end = timeline.nowMs;
        this.answered++;
        this.#next();
      },
      // Not answered: it may happen yet, or never.
      () => this.#next(),
    );
  }

  async #perform(member: EtcdMember, key: string, op: Operation): Promise<string> {
    const name = utf8(key);
    switch (op.kind) {
      case 'put':
        await put(member, PutRequest.create({ key: name, value: utf8(op.value) }), patience);
        return '';
      case 'get': {
        const { kvs } = await range(member, RangeRequest.create({ key: name }), patience);
        return kvs[0] ? utf8Text(kvs[0].value) : '';
      }
      case 'swap': {
        const compare = op.expected === '' ? Compare.create({ target: CompareCompareTarget.VERSION, key: name, version: 0 }) : Compare.create({ target: CompareCompareTarget.VALUE, key: name, value: utf8(op.expected) });
        const success = [RequestOp.create({ requestPut: PutRequest.create({ key: name, value: utf8(op.value) }) })];
        const { succeeded } = await txn(member, TxnRequest.create({ compare: [compare], success }), patience, 128);
        return succeeded ? 'yes' : 'no';
      }
    }
  }

  /** Each key by itself: that is enough for histories of single keys. */
  check(): void {
    for (const [key, ops] of this.history) {
      if (!isLinearizable(ops)) throw new Violation(`the history of key ${key} is not linearizable:\n${ops.map((op) => JSON.stringify(op)).join('\n')}`);
    }
  }
}

/** A watch on every member for as long as it lives: every revision comes once, in order and whole, and all members tell the same. */
export class Watchers {
  readonly #told = new Map<number, string>();
  readonly #lasts = new Map<EtcdMember, () => number>();

  /** The world is at rest: each of these members has told all that it has. */
  checkWhole(members: readonly EtcdMember[]): void {
    for (const member of members) {
      const last = this.#lasts.get(member)?.() ?? 1;
      if (last !== member.store.currentRevision) throw new Violation(`a watch was told up to revision ${last} of ${member.store.currentRevision}`);
    }
  }

  follow(host: EtcdMember): void {
    // Nothing has happened at revision 1.
    let last = 1;
    // A revision that was compacted may have had no event but deletions.
    let floor = 0;
    this.#lasts.set(host, () => Math.max(last, floor));
    const from = (startRevision: number): WatchCreateRequest => WatchCreateRequest.create({ rangeEnd: new Uint8Array(1), startRevision });
    const stream = host.watchHub.openStream({
      send: (response) => {
        for (const [revision, text] of groups(response.events)) {
          if (revision <= last || (revision > last + 1 && revision > floor + 1)) throw new Violation(`a watch told revision ${revision} after ${last}, with all before ${floor} compacted`);
          last = revision;
          const known = this.#told.get(revision);
          if (known !== undefined && known !== text) throw new Violation(`revision ${revision} was told as ${known} and as ${text}`);
          this.#told.set(revision, text);
        }
        // What it asked for is compacted: it goes on at the floor.
        if (response.canceled && response.compactRevision > 0) {
          if (response.compactRevision <= last) throw new Violation(`a watch that was told revision ${last} lost its place to a compaction at ${response.compactRevision}`);
          floor = response.compactRevision;
          stream.create(from(floor));
        }
        return true;
      },
    });
    stream.create(from(1));
  }
}

function groups(events: readonly { type: number; kv: { key: Uint8Array; value: Uint8Array; modRevision: number } | undefined }[]): Map<number, string> {
  const out = new Map<number, string>();
  for (const { type, kv } of events) out.set(kv!.modRevision, `${out.get(kv!.modRevision) ?? ''}${type}:${utf8Text(kv!.key)}=${utf8Text(kv!.value)};`);
  return out;
}
