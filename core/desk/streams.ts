import { byteString, bytesOf } from '../base/bytes.ts';
import { idHex } from '../base/ids.ts';
import type { EtcdClient } from '../client/etcd-client.ts';
import { watchEvents, type WatchNews } from '../client/watch.ts';
import type { ChangesInput, WatchInput } from '../contract/inputs.ts';
import type { ByteString, KeyChange, KeyChanges, WatchEvent, WatchUpdate } from '../contract/types.ts';
import type { Event } from '../proto/gen/kv.ts';
import { keyMeta, prefixRange } from './tree.ts';
import { plainText } from './plain-text.ts';

/** Values that are longer are not sent with an event: they can be read when they are wanted. */
const previewBytes = 64 * 1024;
const noValue = 0n;
/** WatchCreateRequest.FilterType. */
const filterTypes = { noPut: 0, noDelete: 1 };

function changeOf(event: Event): KeyChange[] {
  return event.kv ? [{ type: event.type === 0 ? 'put' : 'delete', ...keyMeta(event.kv) }] : [];
}

/** What changes under a prefix: keys only. It ends with `reset` when the caller has to load anew. */
export async function* changes(client: EtcdClient, input: ChangesInput, signal: AbortSignal): AsyncGenerator<KeyChanges> {
  let connected = true;
  for await (const news of watchEvents(client, { ...prefixRange(input.prefix), startRevision: input.afterRevision + 1 }, signal)) {
    switch (news.kind) {
      case 'created':
        if (!connected) yield { kind: 'connected', revision: news.revision };
        connected = true;
        break;
      case 'events':
        yield { kind: 'changes', revision: news.revision, changes: news.events.flatMap(changeOf) };
        break;
      case 'disconnected':
        connected = false;
        yield { kind: 'disconnected', reason: plainText(news.reason) };
        break;
      case 'compacted':
        yield { kind: 'reset', reason: `the history up to revision ${news.compactRevision} was compacted` };
        return;
      case 'canceled':
        yield { kind: 'reset', reason: news.reason };
        return;
    }
  }
}

function preview(value: Uint8Array): ByteString | undefined {
  return value.length > previewBytes ? undefined : (byteString(value) as ByteString);
}

function eventOf(event: Event): WatchEvent[] {
  const { kv, prevKv } = event;
  if (!kv) return [];
  return [
    {
      type: event.type === 0 ? 'put' : 'delete', ...keyMeta(kv), lease: idHex(kv.lease ?? noValue),
      value: event.type === 0 ? preview(kv.value) : undefined, valueBytes: kv.value.length,
      previousValue: prevKv && preview(prevKv.value), previousValueBytes: prevKv?.value.length, atWallMs: Date.now(),
    },
  ];
}

function updateOf(news: WatchNews): WatchUpdate {
  if (news.kind === 'events') return { kind: 'events', revision: news.revision, events: news.events.flatMap(eventOf) };
  return news.kind === 'disconnected' ? { kind: 'disconnected', reason: plainText(news.reason) } : news;
}

export async function* watch(client: EtcdClient, input: WatchInput, signal: AbortSignal): AsyncGenerator<WatchUpdate> {
  const range = input.scope === 'prefix' ? prefixRange(input.key) : { key: bytesOf(input.key), rangeEnd: new Uint8Array(0) };
  const filters = [...(input.puts ? [] : [filterTypes.noPut]), ...(input.deletes ? [] : [filterTypes.noDelete])];
  for await (const news of watchEvents(client, { ...range, startRevision: input.startRevision, filters, prevKv: true }, signal)) yield updateOf(news);
}
