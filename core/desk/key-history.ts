import { byteString, bytesOf } from '../base/bytes.ts';
import { Code, EtcdError } from '../base/etcd-error.ts';
import { idHex } from '../base/ids.ts';
import type { EtcdClient } from '../client/etcd-client.ts';
import { compactionFloor, deletionsOf, isCompacted, type Deletions } from '../client/past.ts';
import type { HistoryInput } from '../contract/inputs.ts';
import type { ByteString, HistoryEntry, HistoryPage } from '../contract/types.ts';
import type { KeyValue } from '../proto/gen/kv.ts';

const previewBytes = 200;
/** Values that one page may read; it ends early when they are large. */
const maxPageBytes = 8 * 1024 * 1024;
/** Keys whose deletions are remembered. */
const maxRemembered = 16;

/**
 * What was done to a key, told newest first from what the API can: a read at the revision before a version gives the one
 * before it, one request each. Where the key did not exist, a watch for its deletions from the compaction floor finds the
 * end of its life before; those are remembered, since the past does not change.
 */
export class KeyHistory {
  readonly #client: EtcdClient;
  readonly #deletions = new Map<string, Deletions>();

  constructor(client: EtcdClient) {
    this.#client = client;
  }

  async page(input: HistoryInput, outer: AbortSignal | undefined): Promise<HistoryPage> {
    const signal = outer ?? new AbortController().signal;
    const floor = await compactionFloor(this.#client, bytesOf(input.key), signal);
    const walk = new Walk(this.#client, input, floor, (at) => this.#deletedBefore(input.key, at, floor, signal), signal);
    try {
      return await walk.run();
    } catch (error) {
      // A compaction came in between: what is left can be read from the new floor on.
      if (!isCompacted(error)) throw error;
      return walk.endAt(await compactionFloor(this.#client, bytesOf(input.key), signal));
    }
  }

  /** The key's last deletion at this revision or before. */
  async #deletedBefore(key: ByteString, at: number, floor: number, signal: AbortSignal): Promise<{ revision: number | undefined; certain: boolean }> {
    let known = this.#deletions.get(key);
    while (!known || known.through < at) {
      const more: Deletions = await this.#search(bytesOf(key), Math.max(known ? known.through + 1 : floor, 1), signal);
      known = known ? { revisions: [...known.revisions, ...more.revisions], through: more.through, certain: known.certain && more.certain } : more;
      this.#remember(key, known);
    }
    return { revision: known.revisions.findLast((revision) => revision <= at), certain: known.certain };
  }

  /** Asks the next endpoint when one is unavailable. */
  async #search(key: Uint8Array, from: number, signal: AbortSignal): Promise<Deletions> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await deletionsOf(this.#client, key, from, signal);
      } catch (error) {
        if (!(error instanceof EtcdError) || error.code !== Code.unavailable || attempt >= this.#client.endpoints.length) throw error;
        this.#client.next();
      }
    }
  }

  #remember(key: string, deletions: Deletions): void {
    this.#deletions.delete(key);
    this.#deletions.set(key, deletions);
    if (this.#deletions.size > maxRemembered) this.#deletions.delete(this.#deletions.keys().next().value!);
  }
}

type FindDeletion = (at: number) => Promise<{ revision: number | undefined; certain: boolean }>;

/** One page on its way back in time. */
class Walk {
  readonly #client: EtcdClient;
  readonly #input: HistoryInput;
  readonly #floor: number;
  readonly #findDeletion: FindDeletion;
  readonly #signal: AbortSignal;
  readonly #entries: HistoryEntry[] = [];
  #revision = 0;
  #requests = 0;
  #bytes = 0;
  #certain = true;

  constructor(client: EtcdClient, input: HistoryInput, floor: number, findDeletion: FindDeletion, signal: AbortSignal) {
    this.#client = client;
    this.#input = input;
    this.#floor = floor;
    this.#findDeletion = findDeletion;
    this.#signal = signal;
  }

  async run(): Promise<HistoryPage> {
    const oldest = Math.max(this.#floor, 1);
    // 0 reads at the present revision, which the answer tells.
    let at = this.#input.before === 0 ? 0 : this.#input.before - 1;
    if (this.#input.before === 1) return this.#page(undefined, this.#floor);
    while (this.#entries.length < this.#input.limit && this.#bytes < maxPageBytes) {
      if (at !== 0 && at < oldest) return this.#page(undefined, this.#floor);
      const kv = await this.#read(at);
      if (at === 0) at = this.#revision;
      const entry = kv ? putOf(kv) : await this.#deletion(at);
      if (!entry) return this.#page(undefined, this.#floor);
      this.#entries.push(entry);
      at = entry.modRevision - 1;
      // Revision 0 holds nothing.
      if (at === 0) return this.#page(undefined, this.#floor);
    }
    return this.#page(at < oldest ? undefined : at + 1, this.#floor);
  }

  /** What was read so far is all that there is. */
  endAt(floor: number): HistoryPage {
    return this.#page(undefined, floor);
  }

  async #read(revision: number): Promise<KeyValue | undefined> {
    this.#requests++;
    const response = await this.#client.range({ key: bytesOf(this.#input.key), revision }, { signal: this.#signal });
    this.#revision = response.header?.revision ?? 0;
    const kv = response.kvs[0];
    this.#bytes += kv?.value.length ?? 0;
    return kv;
  }

  async #deletion(at: number): Promise<HistoryEntry | undefined> {
    const { revision, certain } = await this.#findDeletion(at);
    this.#certain &&= certain;
    return revision === undefined ? undefined : { kind: 'delete', modRevision: revision };
  }

  #page(next: number | undefined, floor: number): HistoryPage {
    return { entries: this.#entries, next, floor, revision: this.#revision, certain: this.#certain, requests: this.#requests };
  }
}

function putOf(kv: KeyValue): HistoryEntry {
  return {
    kind: 'put', createRevision: kv.createRevision, modRevision: kv.modRevision, version: kv.version, lease: idHex(kv.lease), valueBytes: kv.value.length,
    preview: byteString(kv.value.subarray(0, previewBytes)) as ByteString,
  };
}
