import { utf8 } from '../../core/base/bytes.ts';
import { randomInt, SeededRandom } from '../../core/base/random.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { keepAliveOnce } from '../../core/client/keep-alive.ts';
import { watchEvents } from '../../core/client/watch.ts';
import { DeleteRangeRequest, KVService, LeaseService, PutRequest } from '../../core/proto/gen/rpc.ts';
import { H2Client } from './h2-client.ts';

export interface ChurnOptions {
  endpoints: readonly string[];
  /** Writes a second, once the warm-up is over, which goes as fast as it can. */
  rate: number;
  warmUpWrites: number;
  /** Of keys that exist at a time, and of each value. */
  keys: number;
  valueBytes: number;
  watchers: number;
}

/** Under way at a time; what is due beyond waits. */
const maxInflight = 256;
const tickMs = 10;
/** A lease is granted with so many keys, that many times a second. */
const leasesPerSecond = 20;
const keysOfLease = 5;
const leaseSeconds = 5;
/** Watchers that end, and are put up anew some revisions back, a second. */
const watchersPerSecond = 2;
const behind = 200;

const nameOf = (n: number): string => `churn/${String(n % 64).padStart(2, '0')}/${String(n).padStart(12, '0')}`;

/**
 * Keys that come, change and go, over a window of names that moves on; leases that end by themselves, are renewed or revoked, with
 * their keys; watchers of all, of parts, and of what was a while ago.
 */
export class Churn {
  readonly #options: ChurnOptions;
  readonly #random = new SeededRandom(1);
  readonly #value: Uint8Array;
  readonly #leasesClient: EtcdClient;
  readonly #lives: { end: AbortController; done: Promise<void> }[] = [];
  #clients: H2Client[] = [];
  #timers: NodeJS.Timeout[] = [];
  #inflight = 0;
  #due = 0;
  #started = 0;
  writes = 0;
  failed = 0;
  /** Events that watchers have got, all together, and the newest revision that the watcher of everything has seen. */
  events = 0;
  seen = 0;

  private constructor(options: ChurnOptions) {
    this.#options = options;
    this.#value = new Uint8Array(options.valueBytes).fill(0x76);
    this.#leasesClient = new EtcdClient([...options.endpoints]);
  }

  static async start(options: ChurnOptions): Promise<Churn> {
    const churn = new Churn(options);
    churn.#clients = await Promise.all(Array.from({ length: 2 * options.endpoints.length }, (_, i) => H2Client.connect(options.endpoints[i % options.endpoints.length]!)));
    churn.#watch({ key: utf8('churn/'), rangeEnd: utf8('churn0') }, true);
    for (let i = 1; i < options.watchers; i++) churn.#watchPart(0);
    churn.#every(tickMs, () => churn.#tick());
    churn.#every(1_000 / leasesPerSecond, () => void churn.#lease().catch((error: unknown) => {
      // On a busy machine one may end before its keys are there.
      if (!/lease not found/.test(String(error))) churn.failed++;
    }));
    churn.#every(1_000 / watchersPerSecond, () => churn.#renewWatcher());
    return churn;
  }

  #every(ms: number, run: () => void): void {
    this.#timers.push(setInterval(run, ms));
  }

  #tick(): void {
    const { rate, warmUpWrites } = this.#options;
    this.#due = this.#started < warmUpWrites ? maxInflight : Math.min(this.#due + (rate * tickMs) / 1_000, maxInflight);
    while (this.#due >= 1 && this.#inflight < maxInflight) {
      this.#due--;
      this.#write();
    }
  }

  #write(): void {
    const { keys } = this.#options;
    const n = this.#started++;
    const newest = keys + Math.floor(n / 4);
    const key = utf8(nameOf(n % 4 === 0 ? newest : n % 4 === 1 ? newest - keys : newest - randomInt(this.#random, keys)));
    const [path, message] = n % 4 === 1 ? [KVService.deleteRange.path, DeleteRangeRequest.encode({ key })] : [KVService.put.path, PutRequest.encode({ key, value: this.#value })];
    this.#inflight++;
    this.#clients[n % this.#clients.length]!.call(path, message, (ok) => {
      this.#inflight--;
      if (ok) this.writes++;
      else this.failed++;
    });
  }

  /** One of three ends by itself, one a little later, one is revoked. */
  async #lease(): Promise<void> {
    const turn = randomInt(this.#random, this.#options.endpoints.length);
    const { id } = await this.#leasesClient.at(turn, LeaseService.leaseGrant, { ttl: leaseSeconds });
    for (let i = 0; i < keysOfLease; i++) await this.#leasesClient.at(turn, KVService.put, { key: utf8(`leased/${id}/${i}`), value: this.#value, lease: id });
    const fate = randomInt(this.#random, 3);
    if (fate === 1) await keepAliveOnce(this.#leasesClient, id);
    else if (fate === 2) await this.#leasesClient.at(turn, LeaseService.leaseRevoke, { id });
  }

  #watchPart(startRevision: number): void {
    const part = `churn/${String(randomInt(this.#random, 64)).padStart(2, '0')}`;
    this.#watch({ key: utf8(`${part}/`), rangeEnd: utf8(`${part}0`), startRevision, prevKv: true }, false);
  }

  #watch(request: Parameters<typeof watchEvents>[1], all: boolean): void {
    const end = new AbortController();
    const client = new EtcdClient([this.#options.endpoints[this.#lives.length % this.#options.endpoints.length]!]);
    const done = (async () => {
      for await (const news of watchEvents(client, request, end.signal)) {
        if (news.kind !== 'events') continue;
        this.events += news.events.length;
        if (all) this.seen = news.revision;
      }
    })().finally(() => client.close());
    this.#lives.push({ end, done });
  }

  /** The first one, of everything, stays. */
  #renewWatcher(): void {
    const [oldest] = this.#lives.splice(1, 1);
    if (!oldest) return;
    oldest.end.abort();
    this.#watchPart(Math.max(1, this.seen - behind));
  }

  async warm(): Promise<void> {
    while (this.#started < this.#options.warmUpWrites) await new Promise((resolve) => setTimeout(resolve, tickMs));
  }

  /** Ends the load; the watcher of everything goes on until it has seen the last write. */
  async stop(lastRevision: () => Promise<number>): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    while (this.#inflight > 0) await new Promise((resolve) => setTimeout(resolve, tickMs));
    // A write of its own, for leases write too, elsewhere.
    await this.#leasesClient.at(0, KVService.put, { key: utf8('churn/end'), value: this.#value });
    const last = await lastRevision();
    const until = performance.now() + 60_000;
    while (this.seen < last - keysOfLease * leasesPerSecond * leaseSeconds && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, tickMs));
    for (const { end, done } of this.#lives) {
      end.abort();
      await done;
    }
    for (const client of this.#clients) client.close();
    this.#leasesClient.close();
  }
}
