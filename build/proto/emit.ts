import { basename } from 'node:path';
import protobuf from 'protobufjs';

type Scalar = { type: string; zero: string; method: string; wire: 0 | 2; isZero: (value: string) => string };

const number = (method: string): Scalar => ({ type: 'number', zero: '0', method, wire: 0, isZero: (v) => `${v} === 0` });
const bigint = (method: string): Scalar => ({ type: 'bigint', zero: '0n', method, wire: 0, isZero: (v) => `${v} === 0n` });

function scalarOf(field: protobuf.Field): Scalar | undefined {
  const asNumber = field.options?.['jstype'] === 'JS_NUMBER';
  switch (field.type) {
    case 'uint64':
      return asNumber ? number('uint64Number') : bigint('uint64');
    case 'int64':
      return asNumber ? number('int64Number') : bigint('int64');
    case 'uint32':
      return number('uint32');
    case 'int32':
      return number('int32');
    case 'bool':
      return { type: 'boolean', zero: 'false', method: 'bool', wire: 0, isZero: (v) => `!${v}` };
    case 'bytes':
      return { type: 'Uint8Array', zero: 'emptyBytes', method: 'bytes', wire: 2, isZero: (v) => `${v}.length === 0` };
    case 'string':
      return { type: 'string', zero: "''", method: 'string', wire: 2, isZero: (v) => `${v} === ''` };
    default:
      if (field.resolvedType instanceof protobuf.Enum) return number('int32');
      return undefined;
  }
}

/** `create_revision` and `peerURLs` become createRevision and peerUrls; `ID` and `TTL` become id and ttl. */
export function camel(name: string): string {
  const words = name
    .replace(/URLs/g, '_urls')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .split('_')
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
  return words.map((word, i) => (i === 0 ? word : word[0]!.toUpperCase() + word.slice(1))).join('');
}

/** Nested types are flattened: RangeRequest.SortOrder becomes RangeRequestSortOrder. */
export function typeName(type: protobuf.ReflectionObject): string {
  const parent = type.parent;
  return parent instanceof protobuf.Type ? typeName(parent) + type.name : type.name;
}

const moduleOf = (type: protobuf.ReflectionObject): string => basename(type.filename ?? '').replace(/\.proto$/, '.ts');

function isOptional(field: protobuf.Field): boolean {
  return !field.repeated && (field.partOf !== null || field.resolvedType instanceof protobuf.Type);
}

function fieldType(field: protobuf.Field): string {
  const one = scalarOf(field)?.type ?? typeName(field.resolvedType!);
  if (field.repeated) return `${one}[]`;
  return isOptional(field) ? `${one} | undefined` : one;
}

function fieldDefault(field: protobuf.Field): string {
  if (field.repeated) return '[]';
  return isOptional(field) ? 'undefined' : scalarOf(field)!.zero;
}

function emitWriteOne(field: protobuf.Field, value: string): string[] {
  const scalar = scalarOf(field);
  if (scalar) return [`w.uint32(${(field.id << 3) | scalar.wire});`, `w.${scalar.method}(${value});`];
  return [
    `w.uint32(${(field.id << 3) | 2});`,
    `const mark = w.open();`,
    `${typeName(field.resolvedType!)}.write(${value}, w);`,
    `w.close(mark);`,
  ];
}

function emitWrite(field: protobuf.Field): string[] {
  const name = camel(field.name);
  const value = `m.${name}`;
  const scalar = scalarOf(field);
  if (field.repeated && scalar?.wire === 0 && field.packed) {
    const each = `for (const item of ${value}) w.${scalar.method}(item);`;
    return [
      `if (${value} !== undefined && ${value}.length > 0) {`,
      `  w.uint32(${(field.id << 3) | 2});`,
      `  const mark = w.open();`,
      `  ${each}`,
      `  w.close(mark);`,
      `}`,
    ];
  }
  if (field.repeated) {
    const body = emitWriteOne(field, 'item').map((line) => `    ${line}`);
    return [`if (${value} !== undefined) {`, `  for (const item of ${value}) {`, ...body, `  }`, `}`];
  }
  const skip = isOptional(field) || !scalar ? '' : ` && !(${scalar.isZero(value)})`;
  return [`if (${value} !== undefined${skip}) {`, ...emitWriteOne(field, value).map((line) => `  ${line}`), `}`];
}

function emitRead(field: protobuf.Field): string[] {
  const name = camel(field.name);
  const scalar = scalarOf(field);
  // As etcd's decoder: a message that comes twice is merged with itself, but not where it is one of several.
  const into = field.repeated || field.partOf ? '' : `, m.${name}`;
  const method = field.type === 'string' && isGoogles(field.parent) ? 'checkedString' : scalar?.method;
  const value = scalar ? `r.${method}()` : `${typeName(field.resolvedType!)}.read(r, r.end()${into})`;
  const assign = field.repeated ? `m.${name}.push(${value});` : `m.${name} = ${value};`;
  const wire = scalar?.wire ?? 2;
  const others = field.partOf?.fieldsArray.filter((other) => other !== field).map((other) => `  m.${camel(other.name)} = undefined;`) ?? [];
  const lines = [`case ${(field.id << 3) | wire}:`, ...others, `  ${assign}`, `  break;`];
  if (field.repeated && wire === 0) {
    // A reader takes packed and unpacked alike.
    lines.push(`case ${(field.id << 3) | 2}: {`, `  const stop = r.end();`);
    lines.push(`  while (r.position < stop) ${assign}`, `  break;`, `}`);
  }
  return lines;
}

/** A field's name as etcd's generator gives it in Go: range_end becomes RangeEnd, peerURLs PeerURLs. */
export const goName = (name: string): string => name.replace(/(^|_)([a-z])/g, (_all, _before, letter: string) => letter.toUpperCase());

/** In etcd, health's code is of another library: a known field of another wire type is one that it does not know, and it has a text of its own. */
const isGoogles = (type: protobuf.ReflectionObject | null): boolean => basename(type?.filename ?? '') === 'health.proto';

const indent = (lines: string[], by: number): string[] => lines.map((line) => ' '.repeat(by) + line);

function emitMessage(type: protobuf.Type): string[] {
  const name = typeName(type);
  const fields = [...type.fieldsArray].sort((a, b) => a.id - b.id);
  for (const field of fields) field.resolve();
  const members = fields.map((field) => `  ${camel(field.name)}: ${fieldType(field)};`);
  const create = fields.map((field) => `      ${camel(field.name)}: ${fieldDefault(field)},`);
  const unused = fields.length === 0;
  const names = !isGoogles(type) ? fields.map((field) => `${field.id}: '${goName(field.name)}'`).join(', ') : '';
  return [
    `export interface ${name} {`, ...members, `}`, ``,
    `export const ${name} = {`,
    `  goNames: {${names === '' ? '' : ` ${names} `}} as FieldNames,`,
    `  create(init?: Partial<${name}>): ${name} {`,
    `    const m: ${name} = {`, ...create, `    };`,
    `    return init === undefined ? m : Object.assign(m, init);`,
    `  },`,
    unused ? `  write(_m: Partial<${name}>, _w: Writer): void {},` : `  write(m: Partial<${name}>, w: Writer): void {`,
    ...(unused ? [] : [...indent(fields.flatMap(emitWrite), 4), `  },`]),
    `  encode(m: Partial<${name}>): Uint8Array {`,
    `    return encodeWith(${name}.write, m);`,
    `  },`,
    `  read(r: Reader, end: number, m: ${name} = ${name}.create()): ${name} {`,
    `    const outer = r.limit;`,
    `    r.limit = end;`,
    `    while (r.position < end) {`,
    `      const tag = r.tag();`,
    `      switch (tag) {`,
    ...indent(fields.flatMap(emitRead), 8),
    `        default:`,
    `          r.skip(tag, '${name}', ${name}.goNames);`,
    `      }`,
    `    }`,
    `    r.limit = outer;`,
    `    return m;`,
    `  },`,
    `  decode(bytes: Uint8Array): ${name} {`,
    `    return ${isGoogles(type) ? `asGoogles(() => ${name}.read(new Reader(bytes), bytes.length))` : `${name}.read(new Reader(bytes), bytes.length)`};`,
    `  },`,
    `};`, ``,
  ];
}

function emitEnum(type: protobuf.Enum): string[] {
  const values = Object.entries(type.values).map(([name, value]) => `  ${name}: ${value},`);
  return [`export const ${typeName(type)} = {`, ...values, `} as const;`, ``];
}

function emitService(service: protobuf.Service): string[] {
  const prefix = service.fullName.replace(/^\./, '');
  const methods = service.methodsArray.flatMap((method) => {
    method.resolve();
    return [
      `  ${camel(method.name)}: {`,
      `    path: '/${prefix}/${method.name}',`,
      `    request: ${typeName(method.resolvedRequestType!)},`,
      `    response: ${typeName(method.resolvedResponseType!)},`,
      `    requestStream: ${method.requestStream === true},`,
      `    responseStream: ${method.responseStream === true},`,
      `  },`,
    ];
  });
  return [`export const ${service.name}Service = {`, ...methods, `} as const;`, ``];
}

function collect(namespace: protobuf.NamespaceBase, file: string, out: protobuf.ReflectionObject[]): void {
  for (const item of namespace.nestedArray) {
    if (basename(item.filename ?? '') === file && !(item instanceof protobuf.Namespace && item.constructor === protobuf.Namespace)) out.push(item);
    if (item instanceof protobuf.Namespace || item instanceof protobuf.Type) collect(item, file, out);
  }
}

function importsOf(items: protobuf.ReflectionObject[], file: string): string[] {
  const wanted = new Map<string, Set<string>>();
  const want = (type: protobuf.ReflectionObject | null | undefined): void => {
    if (!(type instanceof protobuf.Type)) return;
    const from = moduleOf(type);
    if (from === file) return;
    wanted.set(from, (wanted.get(from) ?? new Set()).add(typeName(type)));
  };
  for (const item of items) {
    if (item instanceof protobuf.Type) for (const field of item.fieldsArray) want(field.resolve().resolvedType);
    if (item instanceof protobuf.Service) {
      for (const method of item.methodsArray) {
        method.resolve();
        want(method.resolvedRequestType);
        want(method.resolvedResponseType);
      }
    }
  }
  return [...wanted].sort().map(([from, names]) => `import { ${[...names].sort().join(', ')} } from './${from}';`);
}

/** The TypeScript text for one .proto file of a loaded root. */
export function emitFile(root: protobuf.Root, file: string): string {
  const items: protobuf.ReflectionObject[] = [];
  collect(root, file, items);
  const module = file.replace(/\.proto$/, '.ts');
  // Services name the messages' codecs as values, so they come last.
  items.sort((a, b) => Number(a instanceof protobuf.Service) - Number(b instanceof protobuf.Service));
  const body = items.flatMap((item) => {
    if (item instanceof protobuf.Type) return emitMessage(item);
    if (item instanceof protobuf.Enum) return emitEnum(item);
    if (item instanceof protobuf.Service) return emitService(item);
    return [];
  });
  const text = body.join('\n');
  const head = [
    `// Generated from core/proto/${file} by build/proto/generate.ts; do not edit.`,
    ...(text.includes('emptyBytes') ? [`import { emptyBytes } from '../../base/bytes.ts';`] : []),
    ...(text.includes('Reader') ? [`import { ${text.includes('asGoogles') ? 'asGoogles, ' : ''}Reader, type FieldNames, type Writer } from '../wire.ts';`, `import { encodeWith } from '../encode.ts';`] : []),
    ...importsOf(items, module), ``,
  ];
  return [...head, text].join('\n');
}
