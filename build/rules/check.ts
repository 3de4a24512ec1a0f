import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { parseSync } from 'vite';
import { impureMembers, impureNames, table, type Room } from './table.ts';

export interface Finding {
  file: string;
  line: number;
  text: string;
}

interface AstNode {
  type: string;
  start: number;
  [field: string]: unknown;
}

/** The room of a file, by its path from the root; undefined: it is in none that has rules. */
export function roomOf(file: string): string | undefined {
  const [top, second] = file.split('/');
  if (top === 'core') return second;
  return top === 'electron' || top === 'renderer' ? top : undefined;
}

const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);

const packageOf = (specifier: string): string => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');

function judgeImport(file: string, room: string, rules: Room, specifier: string): string | undefined {
  if (specifier.startsWith('node:')) {
    const allowed = rules.node === 'all' || (rules.node ?? []).includes(specifier);
    return allowed ? undefined : `${room} may not import ${specifier}: it has no rights on Node; pass a port in`;
  }
  if (!specifier.startsWith('.')) {
    return (rules.packages ?? []).includes(packageOf(specifier)) ? undefined : `${room} may not import the package ${packageOf(specifier)}`;
  }
  const target = normalize(join(dirname(file), specifier)).split(sep).join('/');
  const targetRoom = roomOf(target);
  if (targetRoom === undefined) return `${room} may not import ${target}: it is outside of the rooms`;
  return targetRoom === room || rules.rooms.includes(targetRoom) ? undefined : `${room} may not import ${targetRoom} (${target})`;
}

/** Visits every node; `parentKey` tells property names from references. */
function walk(node: unknown, visit: (node: AstNode, parent: AstNode | undefined) => void, parent?: AstNode): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit, parent);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const typed = node as AstNode;
  if (typeof typed.type === 'string') visit(typed, parent);
  for (const [key, value] of Object.entries(typed)) if (key !== 'parent' && typeof value === 'object') walk(value, visit, typeof typed.type === 'string' ? typed : parent);
}

const isName = (node: unknown, name?: string): boolean => (node as AstNode | undefined)?.type === 'Identifier' && (name === undefined || (node as AstNode)['name'] === name);

function judgePurity(node: AstNode, parent: AstNode | undefined): string | undefined {
  if (node.type === 'MemberExpression' && isName(node['object']) && isName(node['property'])) {
    const path = `${String((node['object'] as AstNode)['name'])}.${String((node['property'] as AstNode)['name'])}`;
    return impureMembers.has(path) ? path : undefined;
  }
  // `new Date()` without arguments is the clock as well.
  if (node.type === 'NewExpression' && isName(node['callee'], 'Date') && (node['arguments'] as unknown[]).length === 0) return 'new Date()';
  if (node.type !== 'Identifier' || !impureNames.has(String(node['name']))) return undefined;
  const asProperty = parent && !parent['computed'] && (parent['property'] === node || parent['key'] === node);
  return asProperty ? undefined : String(node['name']);
}

/** Checks one file's text. `file` is its path from the root, with slashes. */
export function checkSource(file: string, source: string): Finding[] {
  const room = roomOf(file);
  if (room === undefined || isTest(file)) return [];
  const lineAt = (offset: number): number => source.slice(0, offset).split('\n').length;
  const rules = table[room];
  if (!rules) return [{ file, line: 1, text: `there is no room named ${room}: add it to build/rules/table.ts` }];
  const { program, module } = parseSync(file, source);
  const findings: Finding[] = [];
  const find = (offset: number, text: string | undefined): void => {
    if (text !== undefined) findings.push({ file, line: lineAt(offset), text });
  };
  for (const item of module.staticImports) find(item.start, judgeImport(file, room, rules, item.moduleRequest.value));
  for (const item of module.staticExports) {
    for (const entry of item.entries) {
      if (entry.moduleRequest) find(item.start, judgeImport(file, room, rules, entry.moduleRequest.value));
      if (entry.moduleRequest) find(item.start, 're-exports hide where things live: import from the module itself');
      if (entry.exportName.kind === 'Default') find(item.start, 'default exports have no name to search for: export by name');
    }
  }
  for (const item of module.dynamicImports) {
    const specifier = source.slice(item.moduleRequest.start, item.moduleRequest.end);
    find(item.start, judgeImport(file, room, rules, specifier.replace(/^['"`]|['"`]$/g, '')));
  }
  walk(program, (node, parent) => {
    const impure = rules.pure ? judgePurity(node, parent) : undefined;
    if (impure !== undefined) find(node.start, `${room} is pure and may not use ${impure}: take it from a port`);
    if (node.type === 'TSAnyKeyword' && file.startsWith('core/')) find(node.start, 'no `any` in core: say what it is, or `unknown`');
  });
  return findings;
}

function* sources(root: string, dir: string): Iterable<string> {
  for (const entry of readdirSync(join(root, dir), { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* sources(root, path);
    else if (/\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts')) yield path;
  }
}

/** Checks every room of the project. */
export function checkProject(root: string): { files: number; findings: Finding[] } {
  const findings: Finding[] = [];
  let files = 0;
  for (const dir of ['core', 'electron', 'renderer']) {
    for (const path of sources(root, dir)) {
      files++;
      findings.push(...checkSource(relative('.', path).split(sep).join('/'), readFileSync(join(root, path), 'utf8')));
    }
  }
  return { files, findings };
}

if (process.argv[1] === import.meta.filename) {
  const { files, findings } = checkProject(join(import.meta.dirname, '../..'));
  for (const { file, line, text } of findings) process.stderr.write(`${file}:${line}: ${text}\n`);
  process.stdout.write(`import rules: ${files} files, ${findings.length} findings\n`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}
