import { expect, test } from 'vitest';
import { SimClock, Timeline } from '../../test/sim/sim-clock.ts';
import { silentLog } from '../ports/log.ts';
import { PeerUrls } from './peer-urls.ts';

const known: Readonly<Record<string, string>> = { m1: '10.0.0.1', m2: '10.0.0.2', six: '2001:db8:0:0::1' };

interface World {
  timeline: Timeline;
  asked: string[];
  urls: PeerUrls;
}

function world(address: (host: string, asked: number) => Promise<string>): World {
  const timeline = new Timeline();
  const asked: string[] = [];
  const names = {
    address: (host: string) => {
      asked.push(host);
      return address(host, asked.length);
    },
  };
  return { timeline, asked, urls: new PeerUrls({ names, clock: new SimClock(timeline, 1), log: silentLog }) };
}

const resolving = (): World => world((host) => (known[host] ? Promise.resolve(known[host]) : Promise.reject(new Error(`no ${host}`))));

/** Lets time pass until it is decided. */
async function decided<T>({ timeline }: World, answer: Promise<T>): Promise<T> {
  let over = false;
  void answer.finally(() => (over = true)).catch(() => {});
  for (;;) {
    for (let i = 0; i < 5; i++) await new Promise(setImmediate);
    if (over) return answer;
    timeline.step(timeline.nowMs + 60_000);
  }
}

test.each([
  [['http://m1:2380'], ['http://10.0.0.1:2380'], undefined],
  [['http://10.0.0.2:2380', 'http://m1:2380'], ['http://10.0.0.1:2380', 'http://m2:02380'], undefined],
  [['http://six:1'], ['http://[2001:DB8::1]:1'], undefined],
  [['unix://m1:1'], ['unix://m1:1'], undefined],
  [['http://m1:2380'], ['http://m2:2380'], 'resolved urls: "http://10.0.0.1:2380" != "http://10.0.0.2:2380"'],
  [['http://m1:2380'], ['http://m1:2381'], 'resolved urls: "http://10.0.0.1:2380" != "http://10.0.0.1:2381"'],
  [['http://m1:2380'], ['https://10.0.0.1:2380'], 'resolved urls: "http://10.0.0.1:2380" != "https://10.0.0.1:2380"'],
  // As in etcd, though it resolves.
  [['http://localhost:2380'], ['http://127.0.0.1:2380'], 'resolved urls: "http://localhost:2380" != "http://127.0.0.1:2380"'],
  [['unix://m1:1'], ['unix://10.0.0.1:1'], 'resolved urls: "unix://m1:1" != "unix://10.0.0.1:1"'],
  [['http://m1:2380'], ['http://m1:2380', 'http://m2:2380'], 'len(["http://m1:2380"]) != len(["http://m1:2380" "http://m2:2380"])'],
])('%j and %j: %s', async (a, b, difference) => {
  expect(await resolving().urls.difference(a, b)).toBe(difference);
});

test('what is written alike is not looked up, whatever its order', async () => {
  const { urls, asked } = resolving();
  expect(await urls.difference(['http://gone:1', 'http://m1:1'], ['http://m1:1', 'http://gone:1'])).toBeUndefined();
  expect(asked).toEqual([]);
});

test('a name is asked for again each second until it resolves, and once then', async () => {
  const late = world((host, asked) => (asked < 4 ? Promise.reject(new Error(`no ${host}`)) : Promise.resolve('10.0.0.1')));
  expect(await decided(late, late.urls.difference(['http://m1:2380'], ['http://10.0.0.1:2380']))).toBeUndefined();
  expect(late.timeline.nowMs).toBe(3_000);
  expect(await late.urls.difference(['http://m1:1'], ['http://10.0.0.1:1'])).toBeUndefined();
  expect(late.asked).toHaveLength(4);
});

test('thirty seconds are for all that is compared, whether a resolver refuses or never answers', async () => {
  const refused = resolving();
  expect(await decided(refused, refused.urls.difference(['http://gone:1'], ['http://10.0.0.1:1']))).toBe('failed to resolve "http://gone:1" (no gone)');
  expect(refused.timeline.nowMs).toBe(30_000);
  expect(await decided(refused, refused.urls.difference(['http://lost:1'], ['http://10.0.0.1:1']))).toBe('failed to resolve "http://lost:1" (context deadline exceeded)');
  expect(refused.timeline.nowMs).toBe(30_000);
  const silent = world(() => new Promise(() => {}));
  expect(await decided(silent, silent.urls.difference(['http://m1:1'], ['http://10.0.0.1:1']))).toBe('failed to resolve "http://m1:1" (i/o timeout)');
  expect(silent.timeline.nowMs).toBe(30_000);
});
