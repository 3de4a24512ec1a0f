import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { ConfigError } from '../../member/config.ts';
import { checkValue } from './values.ts';
import { flagRow, flagRows, formerNames, type FlagRow } from './table.ts';
import type { Remark, Settings } from './settings.ts';

/** Keys that only group others. */
const groups: ReadonlySet<string> = new Set(['client-transport-security', 'peer-transport-security', 'discovery-config', 'discovery-config.client', 'socket-options']);
/** A feature's former flag. */
const gateRow: Pick<FlagRow, 'kind' | 'default'> = { kind: 'boolean', default: 'false' };
const byKey = new Map<string, FlagRow>([
  ...[...formerNames].map(([former, now]): [string, FlagRow] => [former, { ...(flagRow.get(now) ?? { ...flagRow.get('feature-gates')!, ...gateRow }), name: former }]),
  ...flagRows.map((row): [string, FlagRow] => [row.fileKey ?? row.name, row]),
]);

/** Keys of TLS that no flag has. */
const tlsKeys: ReadonlySet<string> = new Set(['client-transport-security.allowed-cn', 'client-transport-security.skip-client-san-verification']);

/**
 * Reads etcd's configuration file: YAML, the flags' names as keys, TLS and discovery in groups of their own. Durations are
 * nanoseconds, or Go's notation. A key that nobody knows is remarked on: etcd passes over it. Throws ConfigError.
 */
export function readConfigFile(path: string): Settings {
  let tree: unknown;
  try {
    tree = parse(readFileSync(path, 'utf8'), { uniqueKeys: true, intAsBigInt: true });
  } catch (error) {
    throw new ConfigError(`--config-file: ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (tree !== null && tree !== undefined && (typeof tree !== 'object' || Array.isArray(tree))) throw new ConfigError(`--config-file: ${path} does not hold keys and values`);
  const values = new Map<string, string>();
  const remarks: Remark[] = [];
  collect((tree ?? {}) as Record<string, unknown>, '', path, values, remarks);
  remarks.push({ level: 'info', message: 'loaded server configuration, other configuration command line flags and environment variables will be ignored if provided', fields: { path } });
  return { values, remarks, fromFile: true };
}

function collect(tree: Record<string, unknown>, prefix: string, path: string, values: Map<string, string>, remarks: Remark[]): void {
  for (const [key, value] of Object.entries(tree)) {
    const full = prefix + key;
    if (groups.has(full)) {
      if (value === null) continue;
      if (typeof value !== 'object' || Array.isArray(value)) throw new ConfigError(`--config-file: ${path}: invalid ${full}`);
      collect(value as Record<string, unknown>, `${full}.`, path, values, remarks);
      continue;
    }
    if (tlsKeys.has(full)) {
      const unset = value === null || value === false || (Array.isArray(value) && value.length === 0);
      if (!unset) throw new ConfigError(`--config-file: ${path}: ${full}: TLS is not available in this release; leave it out`);
      continue;
    }
    const row = byKey.get(full);
    if (!row) remarks.push({ level: 'warn', message: 'unrecognized key in the configuration file', fields: { key: full, path } });
    else if (value !== null) values.set(row.name, textOf(row, full, value, path));
  }
}

/** Bigints are not JSON's. */
const shown = (value: unknown): string => (typeof value === 'bigint' ? String(value) : JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)));

function textOf(row: FlagRow, key: string, value: unknown, path: string): string {
  const wrong = (wanted: string): never => {
    throw new ConfigError(`--config-file: ${path}: ${key} must be ${wanted}, it is ${shown(value)}`);
  };
  const text = plainText(row, value) ?? wrong(wantedOf[row.kind]);
  const problem = checkValue(row, text);
  return problem === undefined ? text : wrong(problem === 'parse error' ? wantedOf[row.kind] : `right: ${problem}`);
}

const wantedOf: Readonly<Record<FlagRow['kind'], string>> = {
  text: 'a text', boolean: 'true or false', count: 'a whole number', count32: 'a whole number', integer: 'a whole number', duration: 'a number of nanoseconds', urls: 'URLs', list: 'a list of texts', origins: 'a list of origins',
};

function plainText(row: FlagRow, value: unknown): string | undefined {
  switch (row.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'count':
    case 'count32':
    case 'integer':
      return typeof value === 'bigint' ? String(value) : undefined;
    case 'duration':
      if (typeof value === 'bigint') return `${value}ns`;
      return typeof value === 'string' ? value : undefined;
    case 'list':
    case 'origins':
    case 'urls':
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',');
      return typeof value === 'string' ? value : undefined;
    case 'text':
      // YAML reads an unquoted 5 or true as something else than a text; etcd wants the quotes, we do not.
      return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : undefined;
  }
}
