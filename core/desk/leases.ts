import { byteString } from '../base/bytes.ts';
import { idHex, noLease, type LeaseId } from '../base/ids.ts';
import type { EtcdClient } from '../client/etcd-client.ts';
import type { GrantInput, LeaseDetailsInput, LeaseKeysInput } from '../contract/inputs.ts';
import type { ByteString, HexId, LeaseDetail, LeaseKeys, LeaseNews } from '../contract/types.ts';
import { LeaseService } from '../proto/gen/rpc.ts';
import type { LeaseHolder } from './lease-holder.ts';
import { plainText } from './plain-text.ts';

/** There is no watch for leases: the list is read anew from time to time, less often where that takes long. */
const againMs = 2_000;
const restFactor = 20;
/** Names shown with a lease in the list. */
const firstKeys = 3;
const atOnce = 8;

export const leaseIdOf = (id: HexId): LeaseId => BigInt.asIntN(64, BigInt(`0x${id}`));

async function list(client: EtcdClient, signal: AbortSignal): Promise<Set<HexId>> {
  const { leases } = await client.read(LeaseService.leaseLeases, {}, { signal });
  return new Set(leases.map(({ id }) => idHex(id)));
}

/** All leases' ids, then what comes and goes. `onWake` is told what to run to have it look again at once: something was done here. */
export async function* follow(client: EtcdClient, holder: LeaseHolder, onWake: (wake: () => void) => () => void, signal: AbortSignal): AsyncGenerator<LeaseNews> {
  const pause = new Pause(signal);
  const forget = onWake(() => pause.end());
  let known: Set<HexId> | undefined;
  let held: HexId[] = [];
  try {
    while (!signal.aborted) {
      const startedMs = performance.now();
      try {
        const now = await list(client, signal);
        const news = newsOf(known, now, held, holder.held);
        known = now;
        held = holder.held;
        if (news) yield news;
      } catch (error) {
        if (signal.aborted) return;
        known = undefined;
        yield { kind: 'failed', reason: plainText(error instanceof Error ? error.message : String(error)) };
        client.next();
      }
      await pause.of(Math.max(againMs, (performance.now() - startedMs) * restFactor));
    }
  } finally {
    forget();
  }
}

function newsOf(before: ReadonlySet<HexId> | undefined, now: ReadonlySet<HexId>, heldBefore: readonly HexId[], held: HexId[]): LeaseNews | undefined {
  if (!before) return { kind: 'all', leases: [...now], held };
  const added = [...now].filter((id) => !before.has(id));
  const removed = [...before].filter((id) => !now.has(id));
  return added.length + removed.length > 0 || held.join() !== heldBefore.join() ? { kind: 'changes', added, removed, held } : undefined;
}

/** A wait that can be ended early, also a moment before it begins. */
class Pause {
  readonly #signal: AbortSignal;
  #ended = false;
  #wake: () => void = () => {};

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  of(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', done);
        this.#ended = false;
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
      this.#signal.addEventListener('abort', done, { once: true });
      if (this.#ended || this.#signal.aborted) done();
    });
  }
}

/** Reads those that are in sight. One that is gone has no detail. */
export async function details(client: EtcdClient, input: LeaseDetailsInput, signal?: AbortSignal): Promise<LeaseDetail[]> {
  const found: LeaseDetail[] = [];
  const waiting = [...input.leases];
  const work = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const life = await client.read(LeaseService.leaseTimeToLive, { id: leaseIdOf(id), keys: true }, { signal });
      // -1: there is no such lease.
      if (life.ttl < 0 && life.grantedTtl === 0) continue;
      found.push({ id, ttl: life.ttl, grantedTtl: life.grantedTtl, keyCount: life.keys.length, keys: life.keys.slice(0, firstKeys).map(toByteString) });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, waiting.length) }, work));
  return found;
}

const toByteString = (key: Uint8Array): ByteString => byteString(key) as ByteString;

/** The keys under a lease, by name; a part of them, since there can be very many. */
export async function keys(client: EtcdClient, input: LeaseKeysInput, signal?: AbortSignal): Promise<LeaseKeys> {
  const life = await client.read(LeaseService.leaseTimeToLive, { id: leaseIdOf(input.lease), keys: true }, { signal });
  const names = life.keys.map(toByteString).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return { total: names.length, keys: names.slice(input.offset, input.offset + input.limit) };
}

export async function grant(client: EtcdClient, input: GrantInput): Promise<{ id: HexId; ttl: number }> {
  const { id, ttl } = await client.write(LeaseService.leaseGrant, { ttl: input.ttl, id: input.id === undefined ? noLease : leaseIdOf(input.id) });
  return { id: idHex(id), ttl };
}

export async function revoke(client: EtcdClient, id: HexId): Promise<void> {
  await client.write(LeaseService.leaseRevoke, { id: leaseIdOf(id) });
}
