import { basename } from 'node:path';
import protobuf from 'protobufjs';
import { camel, typeName } from './emit.ts';

const integers: Readonly<Record<string, string>> = { int32: 'int32', uint32: 'uint32', int64: 'int64', uint64: 'uint64' };

function servicesIn(namespace: protobuf.NamespaceBase): protobuf.Service[] {
  return namespace.nestedArray.flatMap((item) => (item instanceof protobuf.Service ? [item] : item instanceof protobuf.Namespace ? servicesIn(item) : []));
}

/** The paths of a method: `(google.api.http).post` and those of its additional bindings. */
function pathsOf(method: protobuf.Method): string[] {
  return Object.entries(method.options ?? {}).filter(([name]) => name.startsWith('(google.api.http)')).map(([, path]) => String(path));
}

function fieldText(field: protobuf.Field): string {
  field.resolve();
  const { resolvedType } = field;
  const parts = [`name: '${field.name}'`, `as: '${camel(field.name)}'`];
  if (resolvedType instanceof protobuf.Type) parts.push(`kind: 'message'`, `of: '${typeName(resolvedType)}'`);
  else if (resolvedType instanceof protobuf.Enum) parts.push(`kind: 'enum'`, `of: '${typeName(resolvedType)}'`);
  else parts.push(`kind: '${integers[field.type] ?? field.type}'`);
  if (field.options?.['jstype'] === 'JS_NUMBER') parts.push('number: true');
  if (field.repeated) parts.push('repeated: true');
  if (field.partOf) parts.push(`oneof: '${field.partOf.name}'`);
  return `    { ${parts.join(', ')} },`;
}

interface Reached {
  messages: Map<string, protobuf.Type>;
  enums: Map<string, protobuf.Enum>;
}

function reach(type: protobuf.Type, found: Reached): void {
  if (found.messages.has(typeName(type))) return;
  found.messages.set(typeName(type), type);
  for (const field of type.fieldsArray) {
    const { resolvedType } = field.resolve();
    if (resolvedType instanceof protobuf.Type) reach(resolvedType, found);
    else if (resolvedType instanceof protobuf.Enum) found.enums.set(typeName(resolvedType), resolvedType);
  }
}

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

/** What the JSON gateway knows of the API: its paths, and the fields of every message that they carry. */
export function emitGateway(root: protobuf.Root): string {
  const found: Reached = { messages: new Map(), enums: new Map() };
  const codecs = new Map<string, Set<string>>();
  const routes: string[] = [];
  for (const service of servicesIn(root)) {
    for (const method of service.methodsArray) {
      const posts = pathsOf(method);
      if (posts.length === 0) continue;
      method.resolve();
      const types = [method.resolvedRequestType!, method.resolvedResponseType!];
      for (const type of types) {
        reach(type, found);
        const module = basename(type.filename ?? '').replace(/\.proto$/, '.ts');
        codecs.set(module, (codecs.get(module) ?? new Set()).add(typeName(type)));
      }
      const [request, response] = types.map((type) => `{ type: '${typeName(type)}', codec: ${typeName(type)} }`);
      const rpc = `/${service.fullName.replace(/^\./, '')}/${method.name}`;
      for (const post of posts) {
        routes.push(`  { post: '${post}', rpc: '${rpc}', request: ${request}, response: ${response}, requestStream: ${method.requestStream === true}, responseStream: ${method.responseStream === true} },`);
      }
    }
  }
  const messages = sorted(found.messages).map(([name, type]) => {
    const fields = [...type.fieldsArray].sort((a, b) => a.id - b.id).map(fieldText);
    return fields.length === 0 ? `  ${name}: [],` : [`  ${name}: [`, ...fields, `  ],`].join('\n');
  });
  const enums = sorted(found.enums).map(([name, type]) => `  ${name}: { ${Object.entries(type.values).map(([value, number]) => `${value}: ${number}`).join(', ')} },`);
  return [
    '// Generated from core/proto/*.proto by build/proto/generate.ts; do not edit.',
    `import type { JsonField, JsonRoute } from '../json-types.ts';`,
    ...sorted(codecs).map(([module, names]) => `import { ${[...names].sort().join(', ')} } from './${module}';`),
    '', 'export const routes: readonly JsonRoute[] = [', ...routes, '];',
    '', 'export const messages: Readonly<Record<string, readonly JsonField[]>> = {', ...messages, '};',
    '', 'export const enums: Readonly<Record<string, Readonly<Record<string, number>>>> = {', ...enums, '};', '',
  ].join('\n');
}
