import { addressOf, EtcdClient } from '../client/etcd-client.ts';
import type { Member } from '../proto/gen/rpc.ts';
import { probe, type Probe } from './cluster-status.ts';

/**
 * Asks members for their status, each at its own address. What answers is known by the id that it tells: an advertised
 * address may not be reachable from here, or lead to another member, while one that the user gave leads to this one.
 */
export class MemberProbes {
  #client: EtcdClient | undefined;
  #addresses: string[] = [];
  readonly #places = new Map<bigint, number>();

  /** One probe a member, in their order. `isDown`: not asked, since it is known not to run. */
  async ask(members: readonly Member[], given: readonly string[], isDown: (member: Member) => boolean): Promise<Probe[]> {
    const own = members.filter((member) => !isDown(member)).flatMap((member) => member.clientUrls.slice(0, 1));
    const addresses = [...new Set([...own, ...given].map(addressOf))];
    const client = this.#clientOf(addresses);
    const answers = await Promise.all(addresses.map((_, i) => probe(client, i)));
    this.#places.clear();
    answers.forEach((answer, i) => {
      const id = answer.ok ? answer.response.header?.memberId : undefined;
      if (id !== undefined && !this.#places.has(id)) this.#places.set(id, i);
    });
    return members.map((member) => {
      if (isDown(member)) return stoppedProbe;
      const place = this.#places.get(member.id);
      if (place !== undefined) return answers[place]!;
      const address = addressOf(member.clientUrls[0] ?? '');
      const answer = answers[addresses.indexOf(address)];
      if (!answer) return { ok: false, error: 'it has not told a client address' };
      return answer.ok && !isPosition(member.id, members) ? { ok: false, error: `${address} is answered by another member` } : answer;
    });
  }

  /** A client and the position of the endpoint that the member answered at last. */
  at(member: bigint): { client: EtcdClient; endpoint: number } | undefined {
    const endpoint = this.#places.get(member);
    return this.#client && endpoint !== undefined ? { client: this.#client, endpoint } : undefined;
  }

  #clientOf(addresses: string[]): EtcdClient {
    if (this.#client && addresses.join() === this.#addresses.join()) return this.#client;
    this.#client?.close();
    this.#addresses = addresses;
    this.#client = new EtcdClient(addresses);
    return this.#client;
  }

  close(): void {
    this.#client?.close();
  }
}

const stoppedProbe: Probe = { ok: false, error: 'the member is stopped' };

/** Before the cluster has told its members, endpoints stand for them, numbered. */
const isPosition = (id: bigint, members: readonly Member[]): boolean => id < BigInt(members.length);
