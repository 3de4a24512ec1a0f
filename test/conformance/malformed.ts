import { chance, randomInt, type Random } from '../../core/base/random.ts';
import { messages } from '../../core/proto/gen/gateway.ts';
import type { FieldNames } from '../../core/proto/wire.ts';
import { Writer } from '../../core/proto/wire.ts';

/** Ends of groups where there is no group: no decoder gets past them, and what stands before swallows some of them at most. */
const refused = Array.from({ length: 40 }, () => 0x0c);

/** Beside bytes, `risky` tells that an etcd 3.4 panics on them. */
export interface Piece {
  bytes: readonly number[];
  risky?: boolean;
}

function varint(value: bigint): number[] {
  const w = new Writer();
  w.uint64(value);
  return [...w.finish()];
}

const tag = (field: number, type: number): number[] => varint(BigInt(field) * 8n + BigInt(type));
const endless = Array.from({ length: 10 }, () => 0xff);
const most = 2n ** 63n - 1n;
/** A field number that no message has. */
const stranger = 999;

/** Values by wire type that are whole. */
const whole: readonly (readonly number[])[] = [[1], [1, 2, 3, 4, 5, 6, 7, 8], [0], [...tag(3, 0), 5, ...tag(stranger, 4)], [], [1, 2, 3, 4], [], []];

/** Each of a message's fields in each wire type, and in those that it has, broken in every way. */
export function fieldPieces(goNames: FieldNames): Piece[] {
  return [...Object.keys(goNames), stranger, 2 ** 28 - 1, 2 ** 28, 2 ** 31 - 1].flatMap((name) => {
    const field = Number(name);
    const all = whole.map((value, type): Piece => ({ bytes: [...tag(field, type), ...value] }));
    const varints = [[...endless, 1], [...endless.slice(1), 0x7f], [...endless.slice(1), 0x80, 0], [0x80, 0x80, 0x00]];
    for (const value of varints) all.push({ bytes: [...tag(field, 0), ...value] });
    for (const length of [-1n, -(2n ** 63n), 2n ** 31n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 62n]) all.push({ bytes: [...tag(field, 2), ...varint(length), 0] });
    for (const length of [most, most - 1n]) all.push({ bytes: [...tag(field, 2), ...varint(length), 0], risky: true });
    all.push({ bytes: [...tag(field, 2), ...endless, 1] }, { bytes: [...tag(field, 2), 0x80, 0x00] });
    return all;
  });
}

/** What is wrong, or odd, in any message. */
export const anyPieces: readonly Piece[] = [
  [0], [1], [3], [4], [7], [0x80, 0], [0x82, 0x80, 0],
  // Field numbers are 32 bits of a tag of 64: what is above does not count, and the sign does.
  varint((1n << 35n) | BigInt(stranger * 8)), varint((1n << 34n) | 0n), [...varint(2n ** 64n - 8n), 1], varint(2n ** 64n - 1n), varint(2n ** 35n), [...endless, 1], [...endless.slice(1), 0x7f],
  // Groups in groups, one that has no end, and one whose inside is none.
  [...tag(stranger, 3), ...tag(1, 3), ...tag(2, 5), 1, 2, 3, 4, ...tag(1, 4), ...tag(5, 4)], [...tag(stranger, 3), ...tag(1, 3), ...tag(1, 4)],
  [...tag(stranger, 3), ...tag(2, 6)], [...tag(stranger, 3), ...tag(2, 2), ...varint(-1n)], [...tag(stranger, 3), 0x80],
].map((bytes) => ({ bytes }));

/** Bodies cut off within their last field: nothing comes behind them. */
export const cutPieces = (goNames: FieldNames): Piece[] => [...Object.keys(goNames), stranger].flatMap((name) => {
  const field = Number(name);
  return [[...tag(field, 0), 0xff], [...tag(field, 1), 1], [...tag(field, 2)], [...tag(field, 2), 5, 1], [...tag(field, 2), 0xff], [...tag(field, 3), 8], [...tag(field, 5), 1, 2], tag(field, 0)]
    .map((bytes) => ({ bytes }));
});

export const withRefused = (bytes: readonly number[]): Uint8Array => new Uint8Array([...bytes, ...refused]);

/** A few of them, one behind another. */
export function several(pieces: readonly Piece[], random: Random): Piece {
  const chosen = [pieces[randomInt(random, pieces.length)]!];
  while (chance(random, 0.7)) chosen.push(pieces[randomInt(random, pieces.length)]!);
  return { bytes: chosen.flatMap(({ bytes }) => bytes), risky: chosen.some(({ risky }) => risky) };
}

/** Inside of a field of the message, and what comes after is the outer message's. */
export const within = (field: number, bytes: readonly number[]): number[] => [...tag(field, 2), ...varint(BigInt(bytes.length)), ...bytes];

/** The messages in a message's fields: numbers and types. */
export function nestedIn(type: string, goNames: FieldNames): { field: number; type: string }[] {
  const numbers = Object.keys(goNames).map(Number);
  return (messages[type] ?? []).flatMap((field, i) => (field.kind === 'message' ? [{ field: numbers[i]!, type: field.of! }] : []));
}
