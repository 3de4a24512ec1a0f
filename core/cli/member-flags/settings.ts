import { UsageError } from '../flags.ts';
import { unknownFlag } from '../nearest.ts';
import { ConfigError } from '../../member/config.ts';
import type { LogFields, LogLevel } from '../../ports/log.ts';
import { envName, featureGates, flagRow, flagRows, forgottenFlags, formerNames, openGates, type FlagRow } from './table.ts';
import { checkValue, parseDuration } from './values.ts';

/** What is said about the settings, told when it is known where the log goes. */
export interface Remark {
  level: LogLevel;
  message: string;
  fields?: LogFields;
}

/** What the command line, the environment or the configuration file has set, as text. */
export interface Settings {
  /** By flag name. */
  values: ReadonlyMap<string, string>;
  fromFile: boolean;
  remarks: readonly Remark[];
}

/**
 * Reads the command line as Go's flag package does, one dash as well as two. Throws UsageError in its words.
 * Former names are still there; `settleNames` resolves them.
 */
export function parseCommandLine(args: readonly string[]): Map<string, string> {
  const values = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') {
      // Flags end here, and nothing else is taken.
      const rest = args[i + 1];
      if (rest === undefined) break;
      throw new ConfigError(`'${rest}' is not a valid flag`);
    }
    const match = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(arg);
    if (!match) {
      if (arg.startsWith('-') && arg !== '-') throw new UsageError(`bad flag syntax: ${arg}`);
      throw new ConfigError(`'${arg}' is not a valid flag`);
    }
    const name = match[1] === 'h' ? 'help' : match[1]!;
    const isBoolean = kindOf(name) === 'boolean';
    let text = match[2];
    if (text === undefined && isBoolean) text = 'true';
    else if (text === undefined) {
      text = args[++i];
      if (text === undefined) throw new UsageError(`flag needs an argument: -${name}`);
    }
    const problem = problemOf(name, text);
    if (problem !== undefined) throw new UsageError(isBoolean ? `invalid boolean value "${text}" for -${name}: ${problem}` : `invalid value "${text}" for flag -${name}: ${problem}`);
    values.set(name, text);
  }
  return values;
}

const isTrue = (text: string): boolean => /^(1|t|true)$/i.test(text);

function rowOf(name: string): FlagRow | undefined {
  return flagRow.get(formerNames.get(name) ?? name);
}

/** Throws UsageError for a name that etcd does not know either. */
function kindOf(name: string): FlagRow['kind'] {
  if (forgottenFlags.has(name) || formerNames.get(name)?.startsWith('gate:')) return 'boolean';
  const row = rowOf(name);
  if (!row) throw new UsageError(unknownFlag(name, flagRow.keys()));
  return row.kind;
}

function problemOf(name: string, text: string): string | undefined {
  const row = rowOf(name);
  if (row) return checkValue(row, text);
  return forgottenFlags.has(name) || /^(1|0|t|f|true|false)$/i.test(text) ? undefined : 'parse error';
}

/** The environment's `ETCD_…` variables, for what no flag has set. Throws ConfigError. */
export function readEnvironment(env: NodeJS.ProcessEnv, given: ReadonlyMap<string, string>): { values: Map<string, string>; remarks: Remark[] } {
  const values = new Map<string, string>();
  const remarks: Remark[] = [];
  const byVariable = new Map([...flagRows.map((row) => row.name), ...formerNames.keys()].map((name) => [envName(name), name]));
  for (const [variable, text = ''] of Object.entries(env)) {
    if (!variable.startsWith('ETCD_') || text === '') continue;
    const name = byVariable.get(variable);
    if (name === 'version' || name === 'help') {
      remarks.push({ level: 'warn', message: 'cannot set special environment variable', fields: { key: variable, value: text } });
    } else if (name === undefined) {
      // Its value may be a secret.
      remarks.push({ level: 'warn', message: 'unrecognized environment variable', fields: { 'environment-variable': variable } });
    } else if (given.has(name)) {
      remarks.push({ level: 'warn', message: 'conflicting environment variable is shadowed by corresponding command-line flag', fields: { 'environment-variable': variable } });
    } else {
      const problem = problemOf(name, text);
      if (problem !== undefined) throw new ConfigError(`invalid value "${text}" for ${variable}: ${problem}`);
      values.set(name, text);
      remarks.push({ level: 'info', message: 'recognized and used environment variable', fields: { 'variable-name': variable, 'variable-value': text } });
    }
  }
  return { values, remarks };
}

/** Brings former names to today's, with a remark for each. Throws ConfigError when both are given. */
export function settleNames(given: ReadonlyMap<string, string>): { values: Map<string, string>; remarks: Remark[] } {
  const values = new Map<string, string>();
  const remarks: Remark[] = [];
  const gates: string[] = [];
  for (const [name, text] of given) {
    const now = formerNames.get(name);
    if (forgottenFlags.has(name)) remarks.push({ level: 'warn', message: 'flag is no longer supported, ignoring', fields: { flag: `--${name}` } });
    else if (now === undefined) values.set(name, text);
    else if (now.startsWith('gate:')) gates.push(formerGate(name, now.slice('gate:'.length), text, given));
    else if (given.has(now)) throw new ConfigError(`cannot set --${name} and --${now} at the same time, please use --${now} only`);
    else values.set(now, text);
    if (now !== undefined) remarks.push({ level: 'warn', message: 'a deprecated flag is set', fields: { flag: `--${name}`, instead: `--${now.replace('gate:', 'feature-gates=')}` } });
  }
  if (gates.length > 0) values.set('feature-gates', [given.get('feature-gates') ?? '', ...gates].filter((part) => part !== '').join(','));
  return { values, remarks };
}

function formerGate(name: string, gate: string, text: string, given: ReadonlyMap<string, string>): string {
  const on = isTrue(text);
  const both = given.get('feature-gates')?.split(',').findLast((part) => part.trim().startsWith(`${gate}=`))?.trim();
  if (both !== undefined) {
    const now = `--feature-gates=${gate}=${isTrue(both.slice(gate.length + 1))}`;
    throw new ConfigError(`cannot specify both flags: --${name}=${on} and ${now} at the same time, please just use ${now}`);
  }
  return `${gate}=${on}`;
}

/** Source: etcd `server/etcdmain/config.go`. */
const raisedTimeouts: ReadonlySet<string> = new Set(['raft-read-timeout', 'raft-write-timeout']);
const minRaftTimeoutMs = 5_000;

/** Refuses what is not there, and warns of what has no effect. Throws ConfigError. */
export function checkStanding(values: ReadonlyMap<string, string>): Remark[] {
  const remarks: Remark[] = [];
  for (const [name, text] of values) {
    const row = flagRow.get(name);
    if (!row || isDefault(row, text)) continue;
    if (row.standing.is === 'absent') throw new ConfigError(`--${name}: ${row.standing.feature} is not available in this release; leave the flag out`);
    if (raisedTimeouts.has(name) && (parseDuration(text) ?? 0) < minRaftTimeoutMs) remarks.push({ level: 'info', message: `${name} increased to minimum value: 5s` });
    if (row.standing.is === 'inert') remarks.push({ level: 'warn', message: 'a flag has no effect here', fields: { flag: `--${name}`, reason: row.standing.because } });
  }
  remarks.push(...checkGates(values.get('feature-gates') ?? ''));
  return remarks;
}

function isDefault(row: FlagRow, text: string): boolean {
  if (row.kind === 'boolean') return isTrue(text) === (row.default === 'true');
  return text.trim() === row.default;
}

function checkGates(text: string): Remark[] {
  const remarks: Remark[] = [];
  const turnedOn = new Set<string>();
  for (const part of text.split(',').map((p) => p.trim()).filter((p) => p !== '')) {
    const [name = '', value] = part.split('=');
    if (value === undefined) throw new ConfigError(`missing bool value for ${name}`);
    if (!/^(1|0|t|f|true|false)$/i.test(value)) throw new ConfigError(`invalid value of ${name}=${value}: parse error`);
    const fallback = featureGates.get(name);
    if (fallback === undefined) throw new ConfigError(`unrecognized feature gate: ${name}`);
    const on = isTrue(value);
    if (on) turnedOn.add(name);
    else turnedOn.delete(name);
    if (on && !fallback && !openGates.has(name)) throw new ConfigError(`--feature-gates: ${name} is not available in this release; leave it out`);
    if (!on && fallback) remarks.push({ level: 'warn', message: 'a flag has no effect here', fields: { flag: `--feature-gates=${part}`, reason: 'it is part of another store' } });
  }
  if (turnedOn.has('LeaseCheckpoint') && !turnedOn.has('LeaseCheckpointPersist')) {
    remarks.push({ level: 'warn', message: 'Detected that checkpointing is enabled without persistence. Consider enabling feature gate LeaseCheckpointPersist' });
  }
  return remarks;
}
