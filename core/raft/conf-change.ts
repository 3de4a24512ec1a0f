import { emptyBytes } from '../base/bytes.ts';
import {
  ConfChangeTransition, ConfChangeType, type ConfChange, type ConfChangeSingle, type ConfChangeV2,
} from './types.ts';

/**
 * Conf changes as entry data: raftpb's encoding, written by hand because raft sees `base` alone.
 * ConfChange {id 1, type 2, node_id 3, context 4}; ConfChangeV2 {transition 1, changes 2 {type 1, node_id 2}, context 3}.
 */
export class ConfChangeDecodeError extends Error {
  override readonly name = 'ConfChangeDecodeError';
}

function pushVarint(out: number[], value: bigint | number): void {
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    out.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  out.push(Number(rest));
}

function pushField(out: number[], field: number, value: bigint | number): void {
  out.push(field << 3);
  pushVarint(out, value);
}

function pushBytes(out: number[], field: number, bytes: ArrayLike<number>): void {
  out.push((field << 3) | 2);
  pushVarint(out, bytes.length);
  for (let i = 0; i < bytes.length; i++) out.push(bytes[i]!);
}

export function encodeConfChange(change: ConfChange): Uint8Array {
  const out: number[] = [];
  pushField(out, 1, change.id);
  pushField(out, 2, change.type);
  pushField(out, 3, change.nodeId);
  if (change.context.length > 0) pushBytes(out, 4, change.context);
  return Uint8Array.from(out);
}

export function encodeConfChangeV2(change: ConfChangeV2): Uint8Array {
  const out: number[] = [];
  pushField(out, 1, change.transition);
  for (const single of change.changes) {
    const inner: number[] = [];
    pushField(inner, 1, single.type);
    pushField(inner, 2, single.nodeId);
    pushBytes(out, 2, inner);
  }
  if (change.context.length > 0) pushBytes(out, 3, change.context);
  return Uint8Array.from(out);
}

/** Calls back for each field: a varint's value, or a length-delimited field's bytes. */
function eachField(data: Uint8Array, take: (field: number, value: bigint, bytes: Uint8Array) => void): void {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = data[at++];
      if (byte === undefined) throw new ConfChangeDecodeError('truncated conf change');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ConfChangeDecodeError('varint longer than 10 bytes');
  };
  while (at < data.length) {
    const tag = Number(varint());
    if ((tag & 7) === 0) take(tag >>> 3, varint(), emptyBytes);
    else if ((tag & 7) === 2) {
      const length = Number(varint());
      if (at + length > data.length) throw new ConfChangeDecodeError('truncated conf change');
      take(tag >>> 3, 0n, data.subarray(at, at + length));
      at += length;
    } else throw new ConfChangeDecodeError(`wire type ${tag & 7}`);
  }
}

function typeOf(value: bigint): ConfChangeType {
  if (value > 3n) throw new ConfChangeDecodeError(`conf change type ${value}`);
  return Number(value) as ConfChangeType;
}

/** Throws ConfChangeDecodeError. */
export function decodeConfChange(data: Uint8Array): ConfChange {
  const change: ConfChange = { id: 0n, type: ConfChangeType.addNode, nodeId: 0n, context: emptyBytes };
  eachField(data, (field, value, bytes) => {
    if (field === 1) change.id = value;
    else if (field === 2) change.type = typeOf(value);
    else if (field === 3) change.nodeId = value;
    else if (field === 4) change.context = bytes;
  });
  return change;
}

function decodeSingle(data: Uint8Array): ConfChangeSingle {
  const single: ConfChangeSingle = { type: ConfChangeType.addNode, nodeId: 0n };
  eachField(data, (field, value) => {
    if (field === 1) single.type = typeOf(value);
    else if (field === 2) single.nodeId = value;
  });
  return single;
}

/** Throws ConfChangeDecodeError. Empty data is the change that leaves a joint configuration. */
export function decodeConfChangeV2(data: Uint8Array): ConfChangeV2 {
  const change: ConfChangeV2 = { transition: ConfChangeTransition.auto, changes: [], context: emptyBytes };
  eachField(data, (field, value, bytes) => {
    if (field === 1) {
      if (value > 2n) throw new ConfChangeDecodeError(`transition ${value}`);
      change.transition = Number(value) as ConfChangeTransition;
    } else if (field === 2) change.changes.push(decodeSingle(bytes));
    else if (field === 3) change.context = bytes;
  });
  return change;
}

export function isV2(change: ConfChange | ConfChangeV2): change is ConfChangeV2 {
  return 'changes' in change;
}

export function asV2(change: ConfChange | ConfChangeV2): ConfChangeV2 {
  if (isV2(change)) return change;
  return { transition: ConfChangeTransition.auto, changes: [{ type: change.type, nodeId: change.nodeId }], context: change.context };
}

export function leavesJoint(change: ConfChangeV2): boolean {
  return change.transition === ConfChangeTransition.auto && change.changes.length === 0;
}

/** Whether the change needs a joint configuration, and whether that one is left by itself. */
export function entersJoint(change: ConfChangeV2): { autoLeave: boolean } | undefined {
  if (change.transition === ConfChangeTransition.auto && change.changes.length <= 1) return undefined;
  return { autoLeave: change.transition !== ConfChangeTransition.jointExplicit };
}
