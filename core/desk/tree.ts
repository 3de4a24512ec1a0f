import { byteString, bytesOf, prefixEnd } from '../base/bytes.ts';
import { idHex } from '../base/ids.ts';
import type { EtcdClient } from '../client/etcd-client.ts';
import type { ChildrenInput } from '../contract/inputs.ts';
import type { ByteString, KeyMeta, TreeItem, TreePage } from '../contract/types.ts';
import type { KeyValue } from '../proto/gen/kv.ts';

/** First batch of a page; it grows while only plain keys are met, and shrinks where folders are skipped. */
const firstBatch = 20;
const largestBatch = 1_000;

export function keyMeta(kv: KeyValue): KeyMeta {
  return {
    key: byteString(kv.key) as ByteString, createRevision: kv.createRevision, modRevision: kv.modRevision, version: kv.version,
    lease: idHex(kv.lease),
  };
}

/** Everything from the prefix's first key, or the first of all, to the prefix's end. */
export function prefixRange(prefix: string): { key: Uint8Array; rangeEnd: Uint8Array } {
  if (prefix === '') return { key: new Uint8Array(1), rangeEnd: new Uint8Array(1) };
  const key = bytesOf(prefix);
  return { key, rangeEnd: prefixEnd(key) };
}

/** The child of the prefix that a key belongs to. */
export function childOf(key: string, prefix: string, separator: string): { folder: string } | { leaf: string } {
  const at = key.indexOf(separator, prefix.length);
  return at < 0 ? { leaf: key } : { folder: key.slice(0, at + separator.length) };
}

/**
 * One page of the keys and folders directly below a prefix. A folder is jumped over as soon as its first key is seen, so
 * the cost is in what is shown, not in what lies below. Values are never read.
 */
export async function children(client: EtcdClient, input: ChildrenInput, signal?: AbortSignal): Promise<TreePage> {
  const { prefix, separator, limit } = input;
  const { key: start, rangeEnd } = prefixRange(prefix);
  const items: TreeItem[] = [];
  let from: Uint8Array | undefined = input.after === undefined ? start : behindItem(input.after, separator, prefix);
  let revision = input.revision;
  let requests = 0;
  // Behind a key there are more keys, as a rule.
  let batch = input.after === undefined || isFolder(input.after, separator, prefix) ? firstBatch : Math.min(largestBatch, limit);
  while (from !== undefined && items.length < limit) {
    const response = await client.range({ key: from, rangeEnd, limit: batch, keysOnly: true, revision }, { signal });
    requests++;
    // The first answer decides at which revision the whole page is read.
    if (revision === 0) revision = response.header?.revision ?? 0;
    const { whole, folder } = take(response.kvs, input, items);
    if (whole && !response.more) return { items, next: undefined, revision, requests };
    if (!whole) break;
    from = folder === undefined ? successor(response.kvs.at(-1)!.key) : behindPrefix(folder);
    batch = folder === undefined ? Math.min(largestBatch, batch * 4, limit - items.length) : firstBatch;
  }
  const last = items.at(-1);
  const next = from === undefined || !last ? undefined : last.kind === 'folder' ? last.prefix : last.key;
  return { items, next, revision, requests };
}

/**
 * Adds what the keys show until the page is full; not `whole`: it was full before the keys ended.
 * `folder`: the one that the last key lies in, which may hold more.
 */
function take(kvs: readonly KeyValue[], input: ChildrenInput, items: TreeItem[]): { whole: boolean; folder: string | undefined } {
  const { prefix, separator, limit } = input;
  let folder: string | undefined;
  for (const kv of kvs) {
    const key = byteString(kv.key) as ByteString;
    const child = childOf(key, prefix, separator);
    if ('folder' in child && child.folder === folder) continue;
    if (items.length >= limit) return { whole: false, folder };
    folder = 'folder' in child ? child.folder : undefined;
    items.push(folder === undefined ? { kind: 'key', key } : { kind: 'folder', prefix: folder as ByteString });
  }
  return { whole: true, folder };
}

/** The first key behind all that begin with the prefix; undefined: there can be none. */
function behindPrefix(prefix: string): Uint8Array | undefined {
  const end = prefixEnd(bytesOf(prefix));
  return end.length === 1 && end[0] === 0 ? undefined : end;
}

/** Whether an item that a page ended with is a folder of this level. */
function isFolder(name: string, separator: string, prefix: string): boolean {
  return name.length > prefix.length && name.endsWith(separator) && name.indexOf(separator, prefix.length) === name.length - separator.length;
}

/** Where a listing goes on behind an item: a folder is passed whole, a key is passed alone. */
function behindItem(after: string, separator: string, prefix: string): Uint8Array | undefined {
  return isFolder(after, separator, prefix) ? behindPrefix(after) : successor(bytesOf(after));
}

/** The smallest key behind this one. */
export function successor(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}
