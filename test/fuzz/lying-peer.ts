import { createServer, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pick, randomInt, type Random } from '../../core/base/random.ts';
import { newMessage } from '../../core/raft/message.ts';
import { MessageType } from '../../core/raft/types.ts';
import { encodeFrames } from '../../core/peer/message-codec.ts';
import { MsgAppEncoder } from '../../core/peer/msgapp-codec.ts';
import { mutated, randomBytes } from './http2-bytes.ts';

export interface LyingPeer {
  /** Streams that members have opened here. */
  readonly streams: number;
  close(): Promise<void>;
}

const u64 = (value: number): Buffer => {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(value));
  return out;
};

/** Appends of long ago, so that none is believed when it can be read. */
function appends(random: Random): Buffer {
  const entry = { type: 0 as const, term: 1, index: 1, data: randomBytes(random, 100) };
  const messages = Array.from({ length: 3 }, (_, i) => newMessage(MessageType.app, { from: 1n, to: 2n, term: 1, logTerm: 1, index: i, commit: 1, entries: [{ ...entry, index: i + 1 }] }));
  return Buffer.from(new MsgAppEncoder().encode(messages));
}

/** What a stream brings that is none: each is followed by silence, or by the end. */
function streamOf(random: Random): Buffer {
  switch (randomInt(random, 8)) {
    case 0:
      return randomBytes(random, randomInt(random, 5_000));
    case 1:
      return Buffer.concat([Buffer.from([2]), u64(pick(random, [2 ** 53, 512 * 1024 * 1024, 1 << 20, 100])), randomBytes(random, 50)]);
    case 2:
      return Buffer.concat([Buffer.from([1]), u64(pick(random, [2 ** 40, 1 << 20, 3])), u64(pick(random, [2 ** 40, 600 * 1024 * 1024, 10])), randomBytes(random, 50)]);
    case 3:
      return Buffer.alloc(5_000);
    case 4:
      return Buffer.concat([u64(pick(random, [2 ** 60, 1 << 29, 5])), randomBytes(random, 40)]);
    case 5:
      return appends(random).subarray(0, randomInt(random, 200));
    case 6:
      // The head of what is changed stays as it is: its term is over.
      return Buffer.concat([appends(random), mutated(random, randomBytes(random, 300))]);
    default:
      return Buffer.from(encodeFrames([newMessage(MessageType.snap, { from: 1n, to: 2n, term: 1 }), newMessage(MessageType.heartbeat, { from: 1n, to: 2n, term: 1, commit: 2 ** 40 })]));
  }
}

/** A member of the cluster in name only: whoever dials it is told nonsense, at all speeds. */
export async function lyingPeer(port: number, random: Random): Promise<LyingPeer> {
  let streams = 0;
  const sockets = new Set<Socket>();
  const answer = (response: ServerResponse, bytes: Buffer): void => {
    if (randomInt(random, 3) > 0) {
      response.write(bytes);
      if (randomInt(random, 2) === 0) setTimeout(() => response.destroy(), randomInt(random, 500));
      return;
    }
    // Byte by byte, or without an end.
    const endless = randomInt(random, 2) === 0 ? Buffer.alloc(1 << 16, 9) : undefined;
    let at = 0;
    const more = (): void => {
      if (response.destroyed || at > 300) return void response.destroy();
      response.write(endless ?? bytes.subarray(at, at + 1), () => setTimeout(more, 1));
      at++;
    };
    more();
  };
  const server = createServer((request, response) => {
    request.resume();
    response.on('error', () => {});
    const path = request.url ?? '';
    if (path.startsWith('/raft/stream/')) {
      streams++;
      if (randomInt(random, 10) === 0) response.writeHead(pick(random, [404, 412, 500, 204, 302]), { 'X-Etcd-Cluster-ID': 'zz' }).end(randomBytes(random, 200));
      else {
        response.writeHead(200);
        answer(response, streamOf(random));
      }
    } else if (randomInt(random, 2) === 0) response.writeHead(204).end();
    else answer(response.writeHead(pick(random, [200, 200, 403, 500])), pick(random, [Buffer.from('{"OK":true,"Now":"never"}'), Buffer.from('[{"id":1}]'), randomBytes(random, 100), Buffer.from('null')]));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    get streams() {
      return streams;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((done) => server.close(done));
    },
  };
}
