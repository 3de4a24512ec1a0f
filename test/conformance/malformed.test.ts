import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SeededRandom } from '../../core/base/random.ts';
import * as auth from '../../core/proto/gen/auth.ts';
import * as election from '../../core/proto/gen/election.ts';
import { HealthService } from '../../core/proto/gen/health.ts';
import * as lock from '../../core/proto/gen/lock.ts';
import * as rpc from '../../core/proto/gen/rpc.ts';
import { routes } from '../../core/proto/gen/gateway.ts';
import type { FieldNames } from '../../core/proto/wire.ts';
import { Target } from '../support/target.ts';
import { etcdctlPath, etcdMinor, etcdPath, missing } from '../support/tools.ts';
import { differing } from './differences.ts';
import { anyPieces, cutPieces, fieldPieces, nestedIn, several, within, withRefused, type Piece } from './malformed.ts';
import { framed, WireConnection } from './wire-call.ts';

const absent = missing(etcdPath, etcdctlPath);
const atOnce = 64;
const rounds = 40;
const unmarshalling = '13 grpc: error unmarshalling request: ';

const codecs = { ...rpc, ...auth, ...lock, ...election } as unknown as Readonly<Record<string, { goNames?: FieldNames }>>;
/** The fields that both know. */
function goNamesOf(type: string): FieldNames {
  const absent = differing('fieldsAbsent', 'etcd');
  return Object.fromEntries(Object.entries(codecs[type]?.goNames ?? {}).filter(([, name]) => !absent.some((one) => one === `${type}.${name}`)));
}

/** Every RPC that an etcd of each release has, with its request's type. */
const methods = [...new Map(routes.map(({ rpc: path, request }) => [path, request.type]))].filter(([path]) => !/quorate|AuthStatus|Downgrade/.test(path));

/** What is sent to a method: every field in every way, what no message may hold, the same within its messages, and mixtures. */
function bodiesFor(type: string, seed: number): Uint8Array[] {
  const random = new SeededRandom(seed);
  const names = goNamesOf(type);
  const own = [...fieldPieces(names), ...anyPieces];
  const deep = nestedIn(type, names).flatMap(({ field, type: inner }) => {
    const pieces = [...fieldPieces(goNamesOf(inner)), ...anyPieces, ...cutPieces(goNamesOf(inner))];
    const deeper = nestedIn(inner, goNamesOf(inner)).flatMap(({ field: below, type: innermost }) => fieldPieces(goNamesOf(innermost)).map((piece) => ({ ...piece, bytes: within(below, piece.bytes) })));
    return [...pieces, ...deeper].map((piece): Piece => ({ ...piece, bytes: within(field, piece.bytes) }));
  });
  const all = [...own, ...deep];
  const mixed = Array.from({ length: rounds }, () => several(all, random));
  const sent = (pieces: readonly Piece[]): Piece[] => pieces.filter(({ risky }) => !risky || etcdMinor() >= 5);
  return [...sent([...all, ...mixed]).map(({ bytes }) => withRefused(bytes)), ...sent(cutPieces(names)).map(({ bytes }) => new Uint8Array(bytes))];
}

describe.skipIf(absent !== undefined)('bodies that are no message', () => {
  const targets: Target[] = [];
  const wires: WireConnection[] = [];
  beforeAll(async () => {
    for (const kind of ['etcd', 'quorate'] as const) {
      const target = await Target.start(kind, 1);
      targets.push(target);
      wires.push(new WireConnection(target.endpoints[0]!));
    }
  });
  afterAll(async () => {
    for (const wire of wires) wire.close();
    await Promise.all(targets.map((target) => target.stop()));
  });

  /** An older gRPC library says it of a stream without a colon. */
  const etcdSays = (text: string): string => {
    const [theirs, ours] = [differing('streamUnmarshal', 'etcd'), differing('streamUnmarshal', 'quorate')].map((one) => one.replace('unexpected EOF', ''));
    return text.startsWith(theirs!) && theirs !== ours ? ours! + text.slice(theirs!.length) : text;
  };

  test.each(methods)('%s, of a %s', async (path, type) => {
    const bodies = bodiesFor(type, path.length);
    for (let i = 0; i < bodies.length; i += atOnce) {
      await Promise.all(bodies.slice(i, i + atOnce).map(async (body) => {
        const [theirs, ours] = await Promise.all(wires.map((wire) => wire.ask({ ':path': path }, framed(body))));
        expect(ours, Buffer.from(body).toString('hex')).toBe(etcdSays(theirs!));
        expect(theirs, Buffer.from(body).toString('hex')).toMatch(/^13 grpc: (error unmarshalling request|failed to unmarshal the received message)/);
      }));
    }
  });

  test('health, whose code is of another library', async () => {
    const ask = async (hex: string): Promise<string[]> => (await Promise.all(wires.map((wire) => wire.ask({ ':path': HealthService.check.path }, framed(Buffer.from(hex, 'hex')))))).map((text) => text.replace('proto:\u00a0', 'proto: '));
    for (const hex of ['0801', '0900000000000000000a00', '0a0161']) {
      const [theirs, ours] = await ask(hex);
      expect(ours, hex).toBe(theirs);
    }
    for (const hex of ['0a05', '0c', '0b', '20ffffffffffffffffffffff01', '0affffffffffffffffff01', '0000', 'be3e', 'bb3e08', '0a01ff']) {
      const [theirs, ours] = await ask(hex);
      const length = differing('googlesTexts', 'etcd') === 'many' ? unmarshalling.length : Infinity;
      expect(ours!.slice(0, length), hex).toBe(theirs!.slice(0, length));
      expect(ours, hex).toMatch(unmarshalling);
    }
  });

  test('of fields that exclude each other the last counts', async () => {
    const emptyKey = '3 etcdserver: key is not provided';
    const [range, rangeOfNothing, put, putOfNothing] = [within(1, within(1, [107])), within(1, []), within(2, within(1, [107])), within(2, [])];
    const cases: [readonly number[][], string][] = [[[put, range], '0'], [[put, putOfNothing], emptyKey], [[putOfNothing, range], '0'], [[put, rangeOfNothing], emptyKey], [[rangeOfNothing, put], '0'], [[range, putOfNothing], emptyKey]];
    for (const [parts, expected] of cases) {
      const answers = await Promise.all(wires.map((wire) => wire.ask({ ':path': rpc.KVService.txn.path }, framed(new Uint8Array(within(2, parts.flat()))))));
      expect(answers, JSON.stringify(parts)).toEqual([expected, expected]);
    }
  });
});
