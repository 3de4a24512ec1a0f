import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { utf8, utf8Text } from '../../core/base/bytes.ts';
import { SeededRandom, randomInt } from '../../core/base/random.ts';
import { EtcdClient } from '../../core/client/etcd-client.ts';
import { KVService } from '../../core/proto/gen/rpc.ts';
import { abandonedConnections, openFiles } from '../support/open-files.ts';
import { Program, eventually, freePorts, tempFolder } from '../support/process.ts';
import { quorateArgs } from '../support/target.ts';
import { attacks as rudeAttacks } from './attacks.ts';
import { deafAttacks } from './deaf-attacks.ts';
import { heapInUse, inspectable, inspectorOf } from './heap.ts';
import { frame, FrameType, preface } from './http2-bytes.ts';
import { lyingPeer, type LyingPeer } from './lying-peer.ts';
import { peerAttacks, type PeerVictim } from './peer-attacks.ts';

export interface FuzzResult {
  attacks: number;
  /** Bytes of resident memory: before, the most there was, and when all had left. */
  rss: { before: number; most: number; after: number };
  /** Bytes that the member's own objects take, before and when all had left. */
  heap: { before: number; after: number };
}

export interface FuzzOptions {
  seed: number;
  /** Ends after so many attacks, or so long, whichever comes first. */
  atMost?: number;
  durationMs?: number;
  /** Names of attacks; undefined: all. */
  only?: readonly string[] | undefined;
  tell?: (text: string) => void;
}

const attacks = { ...rudeAttacks, ...deafAttacks };
export const attackNames: readonly string[] = [...Object.keys(attacks), ...Object.keys(peerAttacks)];

/** Its heap has a limit of its own, so that a leak ends it instead of the machine. */
const heapLimitMb = 512;
const attackers = 12;
/** What may wait for one connection, with room for what that is made from: `core/door/h2/connection.ts` says 64 MiB of answers and 16 MiB on their way. */
const rssAllowance = attackers * 80 * 1024 * 1024;

interface Victim {
  program: Program;
  /** Of its heap. */
  inspector: string;
  endpoint: string;
  peerUrl: string;
  /** Who it is to its peers. */
  identity: PeerVictim;
  client: EtcdClient;
  /** What a peer of it was asked, that is none. */
  liar: LyingPeer;
  stop(): Promise<void>;
}

/** The first of three members; the second is well, and the third is no member at all. */
async function startVictim(seed: number): Promise<Victim> {
  const [clientA, clientB, peerA, peerB, peerC] = await freePorts(5);
  const folder = tempFolder('fuzz');
  const liar = await lyingPeer(peerC!, new SeededRandom(seed));
  const url = (port: number | undefined): string => `http://127.0.0.1:${port}`;
  const cluster = `a=${url(peerA)},b=${url(peerB)},c=${url(peerC)}`;
  const start = (name: string, client: number | undefined, peer: number | undefined): Program => new Program(`quorate member ${name}`, process.execPath, [
    `--max-old-space-size=${heapLimitMb}`, ...inspectable, ...quorateArgs, 'member', '--name', name, '--data-dir', join(folder.path, name), `--listen-client-urls=${url(client)}`, `--advertise-client-urls=${url(client)}`,
    `--listen-peer-urls=${url(peer)}`, `--initial-advertise-peer-urls=${url(peer)}`, `--initial-cluster=${cluster}`, '--log-level=warn',
  ]);
  const [program, second] = [start('a', clientA, peerA), start('b', clientB, peerB)];
  const stop = async (): Promise<void> => {
    await Promise.all([program.end('SIGKILL'), second.end('SIGKILL'), liar.close()]);
    folder.remove();
  };
  try {
    const inspector = await inspectorOf(program);
    await Promise.all([program, second].map((one) => one.saying(/ready to serve client requests/)));
    const client = new EtcdClient([url(clientA)]);
    const { header, members } = await client.memberList();
    const id = (name: string): bigint => members.find((member) => member.name === name)!.id;
    return {
      program, inspector, endpoint: url(clientA), peerUrl: url(peerA), client, liar, identity: { clusterId: header!.clusterId, id: id('a'), other: id('b') },
      async stop() {
        client.close();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The sum of a metric over its labels. */
async function figure(endpoint: string, name: string): Promise<number> {
  const text = await (await fetch(`${endpoint}/metrics`)).text();
  return [...text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))].reduce((sum, [, value]) => sum + Number(value), 0);
}

/** What a member has open beside connections; it may go on to a further segment of its log. */
const filesOf = ({ program }: Victim): Set<string> => new Set(openFiles(program.child.pid!).filter((name) => !name.startsWith('socket:') && !/\/member\/wal\/[^/]+$/.test(name)));

/** Until the member has no connection whose other end is gone, no file that it had not before, and serves nobody who is gone: whatever stays is a leak. */
function allLetGo(victim: Victim, before: ReadonlySet<string>): Promise<void> {
  const { program, endpoint } = victim;
  return eventually('it lets go of all who are gone', async () => {
    const left = [...abandonedConnections(program.child.pid!), ...[...filesOf(victim)].filter((name) => !before.has(name)).map((name) => `${name} is open`)];
    for (const name of ['etcd_debugging_mvcc_watch_stream_total', 'etcd_debugging_mvcc_watcher_total']) {
      const count = await figure(endpoint, name);
      if (count > 0) left.push(`${name} is ${count}`);
    }
    const calls = (await figure(endpoint, 'grpc_server_started_total')) - (await figure(endpoint, 'grpc_server_handled_total'));
    if (calls !== 0) left.push(`${calls} calls have not ended`);
    if (left.length > 0) throw new Error(left.join('; '));
  });
}

/** A write and a read of it, as any client would, who asks again when a leader changed: whoever takes a peer's place on a stream can bring that about. */
function works(victim: Victim, round: number): Promise<void> {
  return eventually('it serves', () => worksAtOnce(victim, round));
}

async function worksAtOnce({ client }: Victim, round: number): Promise<void> {
  await client.write(KVService.put, { key: utf8('alive'), value: utf8(String(round)) }, { timeoutMs: 20_000 });
  const { kvs } = await client.range({ key: utf8('alive') }, { timeoutMs: 20_000 });
  if (utf8Text(kvs[0]!.value) !== String(round)) throw new Error(`the member forgot a write: it has ${utf8Text(kvs[0]!.value)} for ${round}`);
}

/** Throws what clients should not send at a member, and looks after it. Rejects with the reason and the seed. */
export async function fuzz({ seed, atMost = Infinity, durationMs = Infinity, only, tell = () => {} }: FuzzOptions): Promise<FuzzResult> {
  const victim = await startVictim(seed);
  const { program, endpoint, peerUrl, identity, inspector } = victim;
  const until = performance.now() + durationMs;
  const names = only ?? attackNames;
  const recent: string[] = [];
  let count = 0;
  try {
    await works(victim, 0);
    const before = { heap: await heapInUse(inspector), rss: await figure(endpoint, 'process_resident_memory_bytes'), files: filesOf(victim) };
    let most = before.rss;
    const done = (): boolean => count >= atMost || performance.now() >= until;
    const { hostname, port } = new URL(endpoint);
    const peerPort = Number(new URL(peerUrl).port);
    const attack = async (worker: number): Promise<void> => {
      const random = new SeededRandom(seed * 1000 + worker);
      while (!done() && program.running) {
        const name = names[randomInt(random, names.length)]!;
        recent.push(name);
        if (recent.length > 50) recent.shift();
        await (attacks[name]?.(hostname, Number(port), random) ?? peerAttacks[name]!(hostname, peerPort, random, identity));
        count++;
      }
    };
    const look = async (): Promise<void> => {
      for (let round = 1; !done(); round++) {
        if (!program.running) throw new Error(`the member has ended:\n${program.output.slice(-3_000)}`);
        await works(victim, round);
        most = Math.max(most, await figure(endpoint, 'process_resident_memory_bytes'));
        if (most - before.rss > rssAllowance) throw new Error(`the member takes ${(most / 2 ** 20).toFixed(0)} MiB, ${(before.rss / 2 ** 20).toFixed(0)} before`);
        if (round % 20 === 0) tell(`${count} attacks, ${(most / 2 ** 20).toFixed(0)} MiB at most`);
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
    };
    await Promise.all([look(), ...Array.from({ length: attackers }, (_, i) => attack(i))]);
    await allLetGo(victim, before.files);
    if (/request failed|uncaught|unhandled/i.test(program.output)) throw new Error(`the member met what it did not expect:\n${/.*(request failed|uncaught|unhandled).*/i.exec(program.output)![0].slice(0, 2_000)}`);
    const heap = await heapInUse(inspector);
    const rss = await figure(endpoint, 'process_resident_memory_bytes');
    if (victim.liar.streams === 0) throw new Error('no member has asked the lying peer for a stream');
    return { attacks: count, rss: { before: before.rss, most, after: rss }, heap: { before: before.heap, after: heap } };
  } catch (error) {
    // A member that has just died may not have said so yet.
    await Promise.race([program.exited, new Promise((resolve) => setTimeout(resolve, 1_000))]);
    const state = program.running ? '' : `; the member has ended:\n${program.output.slice(-4_000)}`;
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    throw new Error(`seed ${seed}, after ${count} attacks (the last: ${recent.slice(-12).join(', ')}): ${error instanceof Error ? error.message : String(error)}${cause}${state}`, { cause: error });
  } finally {
    await victim.stop();
  }
}

/** Opens so many connections that say little or nothing, and keeps them: others must be served as ever. */
export async function idle(connections: number): Promise<{ heapPerConnection: number; slowestMs: number }> {
  const victim = await startVictim(connections);
  const { endpoint, peerUrl, inspector } = victim;
  const sockets: Socket[] = [];
  try {
    await works(victim, 0);
    const before = { heap: await heapInUse(inspector), files: filesOf(victim) };
    for (let i = 0; i < connections; i++) {
      // Every fourth at the peer port.
      const { hostname, port } = new URL(i % 4 === 3 ? peerUrl : endpoint);
      const socket = connect(Number(port), hostname);
      socket.on('error', () => {});
      socket.resume();
      sockets.push(socket);
      await new Promise((resolve) => socket.once('connect', resolve));
      if (i % 4 !== 3 && i % 3 === 1) socket.write(Buffer.concat([preface, frame(FrameType.settings, 0, 0)]));
      if (i % 3 === 2) socket.write('GET /health?serializable=true HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n');
    }
    let slowestMs = 0;
    for (let round = 1; round <= 20; round++) {
      const startedMs = performance.now();
      await works(victim, round);
      slowestMs = Math.max(slowestMs, performance.now() - startedMs);
    }
    const heap = await heapInUse(inspector);
    for (const socket of sockets) socket.destroy();
    await allLetGo(victim, before.files);
    await works(victim, 21);
    return { heapPerConnection: (heap - before.heap) / connections, slowestMs };
  } finally {
    for (const socket of sockets) socket.destroy();
    await victim.stop();
  }
}
