import { enums, messages } from '../proto/gen/gateway.ts';
import type { JsonField } from '../proto/json-types.ts';

/** A text that is no message of the wanted type; says where. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
}

type Message = Record<string, unknown>;

/**
 * Protobuf's JSON mapping: bytes as base64, 64-bit integers as strings, enums by name, fields under their names of the
 * .proto file, and what has its zero value left out. Source: https://protobuf.dev/programming-guides/json/
 */
export function toJson(type: string, message: object): Message {
  const out: Message = {};
  for (const field of messages[type]!) {
    const value = (message as Message)[field.as];
    if (field.repeated) {
      const list = value as unknown[];
      if (list.length > 0) out[field.name] = list.map((item) => valueToJson(field, item));
    } else if (value !== undefined && (field.oneof !== undefined || !isZero(value))) out[field.name] = valueToJson(field, value);
  }
  return out;
}

function isZero(value: unknown): boolean {
  return value === 0 || value === 0n || value === '' || value === false || (value instanceof Uint8Array && value.length === 0);
}

function valueToJson(field: JsonField, value: unknown): unknown {
  switch (field.kind) {
    case 'bytes': {
      const bytes = value as Uint8Array;
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
    }
    case 'int64':
    case 'uint64':
      return String(value);
    case 'enum':
      return Object.entries(enums[field.of!]!).find(([, number]) => number === value)?.[0] ?? value;
    case 'message':
      return toJson(field.of!, value as object);
    default:
      return value;
  }
}

/**
 * Reads what `toJson` writes, and whatever else the mapping allows; unknown fields and unknown names of enums are passed over,
 * what is not given is left out. Throws JsonError.
 */
export function fromJson(type: string, json: unknown, path = type): Message {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new JsonError(`${path}: unexpected token ${shown(json)}`);
  const out: Message = {};
  const given = new Set<string>();
  for (const [key, value] of Object.entries(json)) {
    const field = fieldOf(type, key);
    if (!field || value === null) continue;
    const name = field.oneof ?? field.name;
    if (given.has(name)) throw new JsonError(field.oneof === undefined ? `${path}: duplicate field ${JSON.stringify(key)}` : `${path}: error parsing ${JSON.stringify(key)}, oneof ${field.oneof} is already set`);
    given.add(name);
    const read = field.repeated ? listFromJson(field, value, `${path}.${key}`) : valueFromJson(field, value, `${path}.${key}`);
    if (read !== undefined) out[field.as] = read;
  }
  return out;
}

const byName = new Map<string, ReadonlyMap<string, JsonField>>();

/** A request may use a field's own name or its lowerCamelCase form. */
function fieldOf(type: string, key: string): JsonField | undefined {
  let fields = byName.get(type);
  if (!fields) {
    fields = new Map(messages[type]!.flatMap((field): [string, JsonField][] => [[field.name, field], [field.name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()), field]]));
    byName.set(type, fields);
  }
  return fields.get(key);
}

function listFromJson(field: JsonField, value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) throw invalid(path, field, value);
  return value.map((item, i) => valueFromJson(field, item, `${path}[${i}]`)).filter((item) => item !== undefined);
}

/** For messages: bigints are not JSON's, and a value may be long. */
function shown(value: unknown): string {
  return (JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? String(item) : item)) ?? String(value)).slice(0, 100);
}

function invalid(path: string, field: JsonField, value: unknown): JsonError {
  return new JsonError(`${path}: invalid value for ${field.kind} field ${field.name}: ${shown(value)}`);
}

const limits = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n], uint32: [0n, 2n ** 32n - 1n], int64: [-(2n ** 63n), 2n ** 63n - 1n], uint64: [0n, 2n ** 64n - 1n],
} as const;

/** Undefined: a name that the enum does not have. */
function valueFromJson(field: JsonField, value: unknown, path: string): unknown {
  switch (field.kind) {
    case 'string':
      if (typeof value === 'string') return value;
      break;
    case 'bool':
      if (typeof value === 'boolean') return value;
      break;
    case 'bytes': {
      const bytes = typeof value === 'string' ? fromBase64(value) : undefined;
      if (bytes) return bytes;
      break;
    }
    case 'enum': {
      if (typeof value === 'string') return enums[field.of!]![value];
      if (Number.isInteger(value)) return value;
      break;
    }
    case 'message':
      return fromJson(field.of!, value, path);
    default: {
      const [least, most] = limits[field.kind];
      const integer = integerOf(value);
      if (integer === undefined || integer < least || integer > most) break;
      return field.kind.endsWith('64') && !field.number ? integer : Number(integer);
    }
  }
  throw invalid(path, field, value);
}

/** An integer as a number or a string, with an exponent or a fraction of zero if need be. */
function integerOf(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== 'string' || !/^-?(0|[1-9]\d*)$/.test(value)) return undefined;
  return value.length <= 21 ? BigInt(value) : undefined;
}

/** Standard or URL alphabet, with or without padding. */
function fromBase64(text: string): Uint8Array | undefined {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
  if (!/^[A-Za-z0-9+/]*$/.test(plain) || plain.length % 4 === 1) return undefined;
  const bytes = Buffer.from(plain, 'base64');
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
