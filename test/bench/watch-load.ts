/** The load of `watch.ts` on one endpoint; prints its measures as JSON. */
import { parseArgs } from 'node:util';
import { KVService, PutRequest, WatchCreateRequest, WatchRequest, WatchResponse, WatchService } from '../../core/proto/gen/rpc.ts';
import { costing, inParallel, percentiles, type Measure } from './compare.ts';
import { H2Client, type Stream } from './h2-client.ts';

const { values } = parseArgs({ options: { endpoint: { type: 'string' }, pid: { type: 'string' }, watchers: { type: 'string' }, hot: { type: 'string' }, replay: { type: 'string' } } });
const endpoint = values.endpoint!;
const connections = 8;
/** Puts for each watcher of a prefix, and of the key that many watch. */
const rounds = 3;
const hotPuts = 200;
/** Longer without an event, ms, and something was lost. */
const silenceMs = 60_000;

const value = new Uint8Array(256).fill(0x76);
const prefixOf = (i: number): string => `w/${String(i).padStart(6, '0')}/`;
const bytes = (text: string): Uint8Array => Buffer.from(text);
/** The end of the range that has this prefix, which ends in a slash. */
const endOf = (prefix: string): Uint8Array => bytes(`${prefix.slice(0, -1)}0`);

/** Events in an encoded WatchResponse: its fields with number 11. */
function countEvents(message: Buffer): number {
  let count = 0;
  let at = 0;
  const varint = (): number => {
    let result = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[at++]!;
      result += (byte & 0x7f) * shift;
      if (byte < 0x80) return result;
    }
  };
  while (at < message.length) {
    const tag = varint();
    if ((tag & 7) === 0) varint();
    else {
      const length = varint();
      if (tag >>> 3 === 11) count++;
      at += length;
    }
  }
  return count;
}

const clients = await Promise.all(Array.from({ length: connections }, () => H2Client.connect(endpoint)));

const put = (key: string, i = 0): Promise<void> =>
  new Promise((resolve, reject) => {
    clients[i % connections]!.call(KVService.put.path, PutRequest.encode({ key: bytes(key), value }), (ok) => (ok ? resolve() : reject(new Error(`put of ${key} failed`))));
  });

/** Watch streams with watchers shared out among them; resolves when all are created. */
async function watchers(requests: Partial<WatchCreateRequest>[], streams: number, take: (message: Buffer) => void): Promise<void> {
  let created = 0;
  await new Promise<void>((resolve, reject) => {
    const open = (i: number): Stream => {
      let toCome = requests.filter((_, n) => n % streams === i).length;
      return clients[i % connections]!.stream(WatchService.watch.path, (message) => {
        if (toCome > 0 && WatchResponse.decode(message).created) {
          toCome--;
          if (++created === requests.length) resolve();
        } else take(message);
      }, () => reject(new Error('a watch stream ended')));
    };
    const all = Array.from({ length: streams }, (_, i) => open(i));
    requests.forEach((request, n) => all[n % streams]!.send(WatchRequest.encode({ createRequest: WatchCreateRequest.create(request) })));
  });
}

/** Resolves when `total` events have come; rejects after a long silence. */
function awaiting(total: number): { add(count: number): void; all: Promise<void> } {
  let got = 0;
  let add: (count: number) => void = () => {};
  const all = new Promise<void>((resolve, reject) => {
    let before = -1;
    const timer = setInterval(() => {
      if (got === before) reject(new Error(`${got} of ${total} events, and then none for ${silenceMs} ms`));
      before = got;
    }, silenceMs);
    add = (count) => {
      got += count;
      if (got < total) return;
      clearInterval(timer);
      resolve();
    };
  });
  return { add: (count) => add(count), all };
}

/** Watchers on prefixes of their own, an event for each in turn. */
async function prefixes(count: number): Promise<Measure> {
  const sent = new Map<string, number>();
  const latencies: number[] = [];
  const events = awaiting(count * rounds);
  const requests = Array.from({ length: count }, (_, i) => ({ key: bytes(prefixOf(i)), rangeEnd: endOf(prefixOf(i)) }));
  await watchers(requests, 100, (message) => {
    const response = WatchResponse.decode(message);
    for (const { kv } of response.events) latencies.push(performance.now() - sent.get(Buffer.from(kv!.key).toString())!);
    events.add(response.events.length);
  });
  const begunMs = performance.now();
  await inParallel(count * rounds, 128, (i) => {
    const key = `${prefixOf(i % count)}${Math.floor(i / count)}`;
    sent.set(key, performance.now());
    return put(key, i);
  });
  await events.all;
  return { name: `${count} watchers on prefixes of their own, events`, perSecond: (count * rounds * 1000) / (performance.now() - begunMs), ...percentiles(latencies) };
}

/** Watchers of one key, which is put over and over. */
async function hot(count: number): Promise<Measure> {
  const events = awaiting(count * hotPuts);
  await watchers(Array.from({ length: count }, () => ({ key: bytes('hot') })), 100, (message) => events.add(countEvents(message)));
  const begunMs = performance.now();
  await inParallel(hotPuts, 4, (i) => put('hot', i));
  await events.all;
  return { name: `${count} watchers of one key, events`, perSecond: (count * hotPuts * 1000) / (performance.now() - begunMs) };
}

/** Watchers of everything, from the first revision on. */
async function replay(count: number, revisions: number): Promise<Measure> {
  const events = awaiting(count * revisions);
  const begunMs = performance.now();
  const request = { key: bytes('w/'), rangeEnd: endOf('w/'), startRevision: 2 };
  await watchers(Array.from({ length: count }, () => request), count, (message) => events.add(countEvents(message)));
  await events.all;
  return { name: `${count} watchers replay ${revisions} revisions, events`, perSecond: (count * revisions * 1000) / (performance.now() - begunMs) };
}

/** The same puts with nobody watching: what the watchers cost is the difference. */
async function unwatched(total: number): Promise<Measure> {
  const begunMs = performance.now();
  await inParallel(total, 128, (i) => put(`u/${i}`, i));
  return { name: 'nobody watches, puts', perSecond: (total * 1000) / (performance.now() - begunMs) };
}

const measures: Measure[] = [];
const count = Number(values.watchers);
const pid = Number(values.pid);
const hotWatchers = Number(values.hot);
const replaying = Number(values.replay);
measures.push(await costing(pid, count, () => unwatched(count)));
measures.push(await costing(pid, count * rounds, () => prefixes(count)));
measures.push(await costing(pid, hotWatchers * hotPuts, () => hot(hotWatchers)));
measures.push(await costing(pid, replaying * count * rounds, () => replay(replaying, count * rounds)));
process.stdout.write(JSON.stringify(measures));
for (const client of clients) client.close();
