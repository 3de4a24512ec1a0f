import { grant } from '../../core/api/lease.ts';
import { put } from '../../core/api/kv.ts';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { pick, randomInt, SeededRandom } from '../../core/base/random.ts';
import type { MemberHost } from '../../core/member/host.ts';
import type { CallContext } from '../../core/member/types.ts';
import { LeaseGrantRequest, PutRequest, WatchCreateRequest } from '../../core/proto/gen/rpc.ts';
import { Violation } from './violation.ts';
import type { World } from './world.ts';

/** Clocks run this much fast at most. */
const fastClock = 1.02;
/**
 * A leader that is cut off goes on for up to two election timeouts, and one that has handed over and was not told does so
 * beside its successor, which gives every lease one election timeout on top: so much of a promise may be lost.
 */
const slackMs = 1_100;
const prefix = 'lease/';

interface Held {
  id: bigint;
  ttl: number;
  /** The lease is promised until then. */
  safeUntilMs: number;
  renewalsLeft: number;
}

/** Clients that hold leases with a key each, renew them for a while through whatever member is up, and leave them then. */
export class Leases {
  readonly #world: World;
  readonly #random: SeededRandom;
  readonly #held = new Map<string, Held>();
  #made = 0;
  #resting = false;
  /** Leases that ended, as the watches told. */
  ended = 0;

  constructor(world: World, seed: number, count: number) {
    this.#world = world;
    // Of its own, so that what befalls the world does not depend on it.
    this.#random = new SeededRandom(seed ^ 0x1ea5e);
    for (let i = 0; i < count; i++) this.#later(randomInt(this.#random, 3_000), () => void this.#hold());
  }

  #later(ms: number, run: () => void): void {
    const { timeline } = this.#world;
    timeline.at(timeline.nowMs + ms, run);
  }

  get #nowMs(): number {
    return this.#world.timeline.nowMs;
  }

  #anyone(): MemberHost | undefined {
    return this.#world.up.length > 0 ? pick(this.#random, this.#world.up).running!.host : undefined;
  }

  /** Its client waits no longer than it has to: an answer after that is for nobody. */
  #context(host: MemberHost): CallContext {
    return { deadlineMs: host.requestTimeoutMs + this.#nowMs * fastClock, signal: undefined };
  }

  async #hold(): Promise<void> {
    if (this.#resting) return;
    const host = this.#anyone();
    const name = `${prefix}${++this.#made}`;
    const held: Held = { id: BigInt(1_000_000 + this.#made), ttl: 2 + randomInt(this.#random, 5), safeUntilMs: 0, renewalsLeft: randomInt(this.#random, 12) };
    const askedMs = this.#nowMs;
    try {
      if (!host) throw new Error('nobody is up');
      const { ttl } = await grant(host, LeaseGrantRequest.create({ id: held.id, ttl: held.ttl }), this.#context(host));
      this.#promise(held, askedMs, ttl);
      this.#held.set(name, held);
      await put(host, PutRequest.create({ key: utf8(name), value: utf8('held'), lease: held.id }), this.#context(host));
      this.#later(held.ttl * 300, () => void this.#renew(name, held));
    } catch {
      // Not answered: it may come to be, and ends by itself then.
      this.#later(500, () => void this.#hold());
    }
  }

  #promise(held: Held, askedMs: number, ttl: number): void {
    held.safeUntilMs = Math.max(held.safeUntilMs, askedMs + (ttl * 1000) / fastClock - slackMs);
  }

  async #renew(name: string, held: Held): Promise<void> {
    if (this.#resting || held.renewalsLeft-- <= 0) {
      this.#later(500, () => void this.#hold());
      return;
    }
    this.#later(held.ttl * (200 + randomInt(this.#random, 600)), () => void this.#renew(name, held));
    const host = this.#anyone();
    if (!host) return;
    const askedMs = this.#nowMs;
    const ttl = await host.leaseRenew(held.id, this.#context(host)).catch(() => undefined);
    if (ttl === undefined) return;
    if (ttl > 0) this.#promise(held, askedMs, ttl);
    else this.#gone(name, 'a renewal was answered with 0');
  }

  #gone(name: string, how: string): void {
    const held = this.#held.get(name);
    if (!held) return;
    this.#held.delete(name);
    held.renewalsLeft = 0;
    this.ended++;
    if (this.#nowMs < held.safeUntilMs) this.#world.broken(new Violation(`${name} was promised until ${held.safeUntilMs.toFixed(1)}, and at ${this.#nowMs.toFixed(1)} ${how}`));
  }

  /** Watches what a member does with the keys. */
  follow(host: MemberHost): void {
    const stream = host.watchHub.openStream({
      send: ({ events }) => {
        for (const { type, kv } of events) if (type === 1) this.#gone(utf8Text(kv!.key), `its key was deleted at revision ${kv!.modRevision}`);
        return true;
      },
    });
    stream.create(WatchCreateRequest.create({ key: utf8(prefix), rangeEnd: utf8('lease0') }));
  }

  /** No more grants and renewals: what is left runs out. */
  rest(): void {
    this.#resting = true;
  }

  /** Members at the same index have the same leases; to be called when all is quiet. */
  compare(): void {
    const known = new Map<number, { name: string; text: string }>();
    for (const { running, name } of this.#world.up) {
      const { lessor, store } = running!.host;
      const ids = lessor.list().sort((a, b) => (a < b ? -1 : 1));
      const text = ids.map((id) => `${id}: ${lessor.timeToLive(id, true, 0)!.grantedTtl} ${lessor.keysOf(id)!.map(utf8Text).join()}`).join('; ');
      const { appliedIndex } = running!.host.status();
      const other = known.get(appliedIndex);
      if (other && other.text !== text) throw new Violation(`leases differ at index ${appliedIndex}: ${name} has ${text || 'none'}; ${other.name} ${other.text || 'none'}`);
      known.set(appliedIndex, { name, text });
      const range = store.range(utf8(prefix), utf8('lease0'), { limit: 0, revision: 0, countOnly: false });
      if (!range.ok) throw range.error;
      for (const { key, lease } of range.result.kvs) {
        if (!lessor.keysOf(lease)?.some((attached) => utf8Text(attached) === utf8Text(key))) throw new Violation(`${name}: the key ${utf8Text(key)} hangs on lease ${lease}, which does not know it`);
      }
    }
  }

  /** Long after the last renewal nothing is left anywhere. */
  checkEnded(): void {
    for (const { running, name } of this.#world.up) {
      const { lessor, store } = running!.host;
      const range = store.range(utf8(prefix), utf8('lease0'), { limit: 0, revision: 0, countOnly: true });
      if (!range.ok || range.result.count > 0 || lessor.count > 0) throw new Violation(`${name} has ${lessor.count} leases left, and keys on them`);
    }
  }
}

/**
 * Longer than any lease can live on without a renewal, simulated: its six seconds begin anew, and one more, with a leader that is
 * elected in the meantime, which takes two; and a revocation that is lost is made again after three.
 */
export const longestLeaseMs = 13_000;
