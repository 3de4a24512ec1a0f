import { idHex } from '../../core/base/ids.ts';
import { pick, randomInt, type Random } from '../../core/base/random.ts';
import { newMessage } from '../../core/raft/message.ts';
import { MessageType, type Message } from '../../core/raft/types.ts';
import { peerHeaders } from '../../core/peer/headers.ts';
import { encodeFrames } from '../../core/peer/message-codec.ts';
import { encodeMessage } from '../../core/wal/raft-codec.ts';
import { mutated, randomBytes } from './http2-bytes.ts';
import { deaf, http1, pieces, send } from './send.ts';

/** The member that is attacked, and another of its cluster, in whose name things are sent. */
export interface PeerVictim {
  clusterId: bigint;
  id: bigint;
  other: bigint;
}

/** One connection to the peer port that sends what a member should not. */
export type PeerAttack = (host: string, port: number, random: Random, victim: PeerVictim) => Promise<void>;

const someId = (random: Random, { id, other }: PeerVictim): bigint => pick(random, [id, other, other, 0n, 1n, BigInt(random.uint32()) << 32n, 0xffffffffffffffffn]);

const strangeUrls = ['http://127.0.0.1:1', 'http://[::bad/', 'ftp://x', `http://${'a'.repeat(3_000)}`, 'http://127.0.0.1:1,http://127.0.0.1:2', ',,,'];

/** Mostly what a member would say of itself; now and then one of them is wrong or missing. */
function headersOf(random: Random, victim: PeerVictim): string {
  const headers: Record<string, string> = peerHeaders({ memberId: someId(random, victim), clusterId: victim.clusterId, version: '3.6.0', peerUrls: [] }, victim.id);
  if (randomInt(random, 4) === 0) headers['X-PeerURLs'] = pick(random, strangeUrls);
  if (randomInt(random, 5) === 0) {
    const name = pick(random, Object.keys(headers));
    if (randomInt(random, 2) === 0) delete headers[name];
    else headers[name] = pick(random, ['', '0', 'zz', '99.99.99', '2.0.0', '-1', 'ffffffffffffffffff', '3.6.0; rm']);
  }
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
}

const post = (path: string, headers: string, body: Uint8Array, length: number | string = body.length): Buffer =>
  Buffer.concat([http1(`POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: ${length}\r\n\r\n`), body]);
const get = (path: string, headers: string): Buffer => http1(`GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);

const someIndex = (random: Random): number => pick(random, [0, 1, 2, 5, 100, randomInt(random, 10_000), 2 ** 31, 2 ** 53 - 1]);

/**
 * A message that can be read, and that no member would send now: its term is none, or over long ago. What a member says in its own term is
 * believed, here as in etcd.
 */
function lie(random: Random, victim: PeerVictim): Message {
  const index = someIndex(random);
  const confState = { voters: [victim.id], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  // A proposal has no term, and is believed of whoever makes it.
  const types = Array.from({ length: 24 }, (_, type) => type as MessageType).filter((type) => type !== MessageType.prop);
  return newMessage(pick(random, types), {
    from: someId(random, victim), to: pick(random, [victim.id, victim.id, victim.id, victim.other, 0n]), term: randomInt(random, 2), logTerm: randomInt(random, 3), index, commit: someIndex(random),
    entries: Array.from({ length: randomInt(random, 4) }, (_, i) => ({ type: randomInt(random, 3) as 0, term: randomInt(random, 3), index: pick(random, [index + 1 + i, someIndex(random)]), data: randomBytes(random, randomInt(random, 50)) })),
    reject: randomInt(random, 2) === 0, rejectHint: someIndex(random), context: randomBytes(random, randomInt(random, 20)),
    ...(randomInt(random, 4) === 0 ? { snapshot: { data: randomBytes(random, 20), metadata: { confState, index: 1 + someIndex(random) % 1000, term: randomInt(random, 3) } } } : {}),
  });
}

/** The head of a snapshot that says nothing new, so that raft has no use for what follows it. */
function snapshotHead(random: Random, victim: PeerVictim): Uint8Array {
  const confState = { voters: [victim.id], learners: [], votersOutgoing: [], learnersNext: [], autoLeave: false };
  const metadata = { confState, index: 1 + randomInt(random, 1_000_000), term: 1 };
  return encodeFrames([newMessage(pick(random, [MessageType.snap, MessageType.snap, MessageType.snap, MessageType.app]), {
    from: someId(random, victim), to: pick(random, [victim.id, victim.id, victim.other]), term: 1, snapshot: { data: randomBytes(random, 30), metadata },
  })]);
}

const paths = ['/raft', '/raft/snapshot', '/raft/probing', '/raft/stream/msgapp/1', '/raft/stream/message/zz', '/raft/stream/', '/raft/stream/msgapp/', '/members', '/members/hashkv', '/members/promote/1', '/members/promote/x', '/leases', '/leases/internal', '/version', '/downgrade/enabled'];

/** By name, so that a failure can say who was at it. */
export const peerAttacks: Readonly<Record<string, PeerAttack>> = {
  peerNoise: (host, port, random) => send(host, port, pieces(random, randomBytes(random, randomInt(random, 4_000)))),
  peerHttp1: (host, port, random, victim) => {
    const path = pick(random, [...paths, '////', 'http://[::bad/leases', '*', '/%zz', `/${'a'.repeat(30_000)}`, '//members', '/leases?x=%ff', '?', 'leases']);
    const verb = pick(random, ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'PRI', 'BREW']);
    const more = pick(random, ['', 'Expect: 100-continue\r\n', 'Upgrade: h2c\r\nConnection: upgrade\r\n', 'Transfer-Encoding: chunked\r\n', 'Connection: close\r\n', 'x: y\r\n'.repeat(randomInt(random, 3_000))]);
    return send(host, port, pieces(random, http1(`${verb} ${path} HTTP/1.${randomInt(random, 3)}\r\nHost: x\r\n${headersOf(random, victim)}${more}\r\n${'ffffffff\r\nx'.repeat(randomInt(random, 2))}`)));
  },
  peerMutatedRequests: (host, port, random, victim) => {
    const requests = Array.from({ length: 1 + randomInt(random, 4) }, () => post(pick(random, paths), headersOf(random, victim), encodeMessage(lie(random, victim))));
    // What is changed is the head: a message must not come to be believed by chance.
    return send(host, port, pieces(random, Buffer.concat(requests.map((bytes) => (randomInt(random, 2) === 0 ? mutated(random, bytes.subarray(0, 200)) : bytes)))));
  },
  peerLies: (host, port, random, victim) => send(host, port, Array.from({ length: 1 + randomInt(random, 10) }, () => post('/raft', headersOf(random, victim), encodeMessage(lie(random, victim))))),
  peerRandomMessages: (host, port, random, victim) => send(host, port, Array.from({ length: 5 }, () => post(pick(random, ['/raft', '/leases', '/leases/internal', '/members/hashkv']), headersOf(random, victim), randomBytes(random, randomInt(random, 300))))),
  peerHalfMessages: (host, port, random, victim) => {
    const body = encodeMessage(lie(random, victim));
    return send(host, port, [post('/raft', headersOf(random, victim), body.subarray(0, randomInt(random, body.length + 1)), body.length + 1 + randomInt(random, 100_000))], { linger: randomInt(random, 1_000) });
  },
  peerHugeBodies: (host, port, random, victim) =>
    send(host, port, [post(pick(random, ['/raft', '/leases', '/members/hashkv']), headersOf(random, victim), randomBytes(random, 10), pick(random, ['9007199254740993', '1073741824', '67108865', '-1', '1e9', '0x10'])), ...Array.from({ length: 40 }, () => Buffer.alloc(1 << 16, 7))]),
  peerSlowSender: (host, port, random, victim) => send(host, port, [...post('/raft', headersOf(random, victim), encodeMessage(lie(random, victim)))].slice(0, 500).map((byte) => Buffer.from([byte])), { pauseMs: 3 }),
  peerStreams: (host, port, random, victim) =>
    send(host, port, [get(`/raft/stream/${pick(random, ['msgapp', 'message', 'nothing'])}/${pick(random, [idHex(someId(random, victim)), 'zz', '', '../../raft'])}`, headersOf(random, victim)), randomBytes(random, randomInt(random, 500))], { read: randomInt(random, 2) === 0, linger: randomInt(random, 1_500) }),
  peerHalfSnapshots: (host, port, random, victim) => {
    const head = snapshotHead(random, victim);
    const body = randomBytes(random, randomInt(random, 5_000));
    return send(host, port, [post('/raft/snapshot', headersOf(random, victim), Buffer.concat([head, body]), head.length + body.length + 1 + randomInt(random, 1 << 30))], { linger: randomInt(random, 500) });
  },
  peerGarbageSnapshots: (host, port, random, victim) => send(host, port, pieces(random, post('/raft/snapshot', headersOf(random, victim), Buffer.concat([snapshotHead(random, victim), randomBytes(random, randomInt(random, 20_000))])))),
  peerSnapshotsWithoutEnd: (host, port, random, victim) =>
    send(host, port, [http1(`POST /raft/snapshot HTTP/1.1\r\nHost: x\r\n${headersOf(random, victim)}Transfer-Encoding: chunked\r\n\r\n`),
      ...[snapshotHead(random, victim), ...Array.from({ length: 20 }, () => Buffer.alloc(1 << 16, 9))].map((part) => Buffer.concat([http1(`${part.length.toString(16)}\r\n`), part, http1('\r\n')]))]),
  peerSnapshotHeads: (host, port, random, victim) => {
    const head = pick(random, [Buffer.alloc(8, 255), Buffer.from([0, 0, 0, 0, 4, 0, 0, 0]), Buffer.alloc(8), mutated(random, Buffer.from(snapshotHead(random, victim).subarray(0, 8))), Buffer.alloc(3)]);
    return send(host, port, [post('/raft/snapshot', headersOf(random, victim), Buffer.concat([head, randomBytes(random, 200)]), 100_000)], { linger: 200 });
  },
  peerPipelined: (host, port, random, victim) => {
    const one = (): Buffer => pick(random, [
      get(pick(random, ['/members', '/version', '/raft/probing', '/leases', '/nothing']), ''), get(`/raft/stream/message/${idHex(victim.other)}`, headersOf(random, victim)), post('/raft', headersOf(random, victim), encodeMessage(lie(random, victim))),
      post('/leases/internal', '', randomBytes(random, 20)), post('/raft', headersOf(random, victim), Buffer.alloc(randomInt(random, 100_000)), 1 << 20),
    ]);
    return send(host, port, [Buffer.concat(Array.from({ length: 1 + randomInt(random, 300) }, one))], deaf(random));
  },
  peerLeavers: (host, port, random, victim) => send(host, port, pieces(random, pick(random, [
    get('/members', ''), get(`/raft/stream/msgapp/${idHex(victim.other)}`, `${headersOf(random, victim)}Content-Length: 100000000\r\n`), post('/leases', '', randomBytes(random, 100_000), 1 << 30),
    post('/raft/snapshot', headersOf(random, victim), Buffer.concat([snapshotHead(random, victim), Buffer.alloc(200_000)]), 1 << 30), post('/members/promote/1', '', Buffer.alloc(100_000), 1 << 30),
  ])), deaf(random)),
};
