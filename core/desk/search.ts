import { byteString } from '../base/bytes.ts';
import type { EtcdClient } from '../client/etcd-client.ts';
import { maxFoundKeys } from '../contract/limits.ts';
import type { SearchInput } from '../contract/inputs.ts';
import type { ByteString, SearchUpdate } from '../contract/types.ts';
import { prefixRange, successor } from './tree.ts';

/** Keys of a first page, which tells how long they are. */
const firstBatch = 1_000;
const largestBatch = 10_000;
/** Of keys and what comes with them: far below what a client takes as one answer. */
const pageBytes = 1_000_000;
const rowBytes = 40;

/** ASCII letters alone: other bytes may be a part of any character. */
const folded = (bytes: string): string => bytes.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/**
 * Looks through all keys below a prefix, in order and as of one revision, for those that have all the words, in ASCII letters of either case.
 * Values are never read. It ends with the last key, or when enough are found.
 */
export async function* search(client: EtcdClient, { prefix, words }: SearchInput, signal: AbortSignal): AsyncGenerator<SearchUpdate, void, undefined> {
  const { key: start, rangeEnd } = prefixRange(prefix);
  const wanted = words.map(folded);
  let from = start;
  let limit = firstBatch;
  let revision = 0;
  let total = 0;
  let looked = 0;
  let found = 0;
  for (;;) {
    const { kvs, more, count, header } = await client.range({ key: from, rangeEnd, limit, keysOnly: true, revision }, { signal });
    if (revision === 0) {
      revision = header?.revision ?? 0;
      total = count;
    }
    looked += kvs.length;
    const keys: ByteString[] = [];
    let bytes = 0;
    for (const kv of kvs) {
      const key = byteString(kv.key);
      bytes += key.length + rowBytes;
      const text = folded(key);
      if (!wanted.every((word) => text.includes(word))) continue;
      found++;
      if (found <= maxFoundKeys) keys.push(key as ByteString);
    }
    const last = kvs.at(-1);
    const ended = !more || !last;
    const full = found > maxFoundKeys || (found === maxFoundKeys && !ended);
    yield { keys, looked, total, revision, state: full ? 'full' : ended ? 'ended' : 'going' };
    if (ended || full) return;
    from = successor(last.key);
    limit = Math.min(largestBatch, Math.max(100, Math.floor((pageBytes * kvs.length) / bytes)));
  }
}
