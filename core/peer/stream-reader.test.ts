import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { eventually } from '../../test/support/process.ts';
import { SimClock, Timeline } from '../../test/sim/sim-clock.ts';
import { SeededRandom } from '../base/random.ts';
import { nodeClock } from '../node/node-clock.ts';
import type { Clock } from '../ports/clock.ts';
import { newMessage } from '../raft/message.ts';
import { MessageType, type Message } from '../raft/types.ts';
import { MessageEncoder } from './message-codec.ts';
import { StreamReader } from './stream-reader.ts';
import { peerTiming } from './timing.ts';
import { UrlPicker } from './url-picker.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A peer port whose answers are written byte for byte. */
async function answering(text: () => Uint8Array | string): Promise<{ url: string; dialled: () => number }> {
  const sockets: Socket[] = [];
  const server: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {}).once('data', () => socket.write(text()));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, dialled: () => sockets.length };
}

interface Seen {
  messages: Message[];
  closed: string[];
}

function read(url: string, clock: Clock): Seen {
  const seen: Seen = { messages: [], closed: [] };
  const reader = new StreamReader({
    kind: 'message', self: { memberId: 1n, clusterId: 7n, version: '3.6.0', peerUrls: [] }, id: 2n, urls: new UrlPicker([url]), clock, random: new SeededRandom(1), timing: peerTiming(1_000),
    receive: (messages) => seen.messages.push(...messages), garbled: () => {}, opened: () => {}, closed: (reason) => seen.closed.push(reason), removed: () => {},
  });
  closing.push(() => reader.dispose());
  return seen;
}

const chunk = (bytes: Uint8Array): Buffer => Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]);

test('a refusal whose text never ends is not waited for', async () => {
  const timeline = new Timeline();
  const { url, dialled } = await answering(() => 'HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nerr');
  const seen = read(url, new SimClock(timeline, 1));
  await eventually('the first call', async () => expect(dialled()).toBe(1));
  await eventually('the second call', async () => {
    timeline.step(timeline.nowMs + 1_000);
    expect(dialled()).toBeGreaterThan(1);
  });
  expect(seen.closed[0]).toContain('no answer within 2000 ms');
});

test('nothing is read behind what is no message', async () => {
  const frame = new MessageEncoder().encode([newMessage(MessageType.heartbeat, { from: 2n, to: 1n, term: 9 })]);
  const { url } = await answering(() => Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'), chunk(frame), chunk(new Uint8Array(8).fill(0xff)), chunk(frame), chunk(frame)]));
  const seen = read(url, nodeClock);
  await eventually('the end of it', async () => expect(seen.closed[0]).toContain('over the limit'));
  expect(seen.messages.length).toBe(1);
});
