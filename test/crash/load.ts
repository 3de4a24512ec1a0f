import { EtcdError } from '../../core/base/etcd-error.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { KVService } from '../../core/proto/gen/rpc.ts';

/** Writes that the cluster has acknowledged: the value of each key, and the revision it was written at. */
export class Ledger {
  readonly acknowledged = new Map<string, { value: number; revision: number }>();
  readonly #watchers = new Set<() => void>();
  count = 0;

  note(key: string, value: number, revision: number): void {
    this.acknowledged.set(key, { value, revision });
    this.count++;
    for (const look of this.#watchers) look();
  }

  /** Resolves when this many writes more were acknowledged. */
  after(more: number): Promise<void> {
    const goal = this.count + more;
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.count < goal) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
    });
  }
}

/** Writers that each own their keys and count up, so that what is lost can be told. */
export function startLoad(endpoints: readonly string[], ledger: Ledger, round: number, writers = 16): { stop(): Promise<void> } {
  const client = new EtcdClient(endpoints);
  let stopped = false;
  const write = async (writer: number): Promise<void> => {
    for (let n = 0; !stopped; n++) {
      const key = `w${writer}/k${n % 8}`;
      const value = round * 1_000_000 + n;
      try {
        const response = await client.write(KVService.put, { key: utf8(key), value: utf8(String(value)) }, { timeoutMs: 10_000 });
        ledger.note(key, value, response.header!.revision);
      } catch (error) {
        // Not acknowledged: it may or may not have been written, and is allowed to be either.
        if (!(error instanceof EtcdError)) throw error;
        if (!stopped) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  };
  const running = Promise.all(Array.from({ length: writers }, (_, i) => write(i)));
  return {
    async stop() {
      stopped = true;
      client.close();
      await running;
    },
  };
}

/** What the endpoint has lost of the ledger; an unacknowledged later write of the same key is no loss. */
export async function lost(endpoint: string, ledger: Ledger): Promise<string[]> {
  const client = new EtcdClient([endpoint]);
  try {
    const losses: string[] = [];
    const response = await client.range({ key: utf8('w'), rangeEnd: utf8('x') }, { timeoutMs: 20_000 });
    const found = new Map(response.kvs.map((kv) => [utf8Text(kv.key), kv]));
    for (const [key, { value, revision }] of ledger.acknowledged) {
      const kv = found.get(key);
      if (!kv) losses.push(`${key}: acknowledged at ${revision}, not there`);
      else if (kv.modRevision < revision) losses.push(`${key}: acknowledged at ${revision}, found at ${kv.modRevision}`);
      else if (kv.modRevision === revision && utf8Text(kv.value) !== String(value)) losses.push(`${key}: at ${revision} it is ${utf8Text(kv.value)}, acknowledged was ${value}`);
    }
    return losses;
  } finally {
    client.close();
  }
}
